"""Plans: steps, their checks, and how long they take."""

import math
from typing import Any

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import HoldStep, Plan, RestStep, Side, Step, build_plan, lead_times

BOTH = (Side.LEFT, Side.RIGHT)


def shape(plan: Plan) -> list[str]:
    return [
        f"{s.side} {s.set_no}/{s.sets} {s.rep_no}/{s.reps}" if isinstance(s, HoldStep) else s.kind
        for s in plan.steps
    ]


def test_sides_alternate_within_each_rep_with_their_rests() -> None:
    plan = build_plan("x", BOTH, 10, sets=2, reps=2)
    assert shape(plan) == [
        "left 1/2 1/2",
        "side",
        "right 1/2 1/2",
        "rep",
        "left 1/2 2/2",
        "side",
        "right 1/2 2/2",
        "set",
        "left 2/2 1/2",
        "side",
        "right 2/2 1/2",
        "rep",
        "left 2/2 2/2",
        "side",
        "right 2/2 2/2",
    ]


def test_a_rest_of_zero_is_no_step() -> None:
    plan = build_plan("x", BOTH, 10, reps=2, rest_side_s=0)
    assert shape(plan) == ["left 1/1 1/2", "right 1/1 1/2", "rep", "left 1/1 2/2", "right 1/1 2/2"]


@pytest.mark.parametrize(
    ("rest_s", "countdown_s", "begin_s", "end_s"),
    [
        (30, 5, 25, 30),
        (6, 5, 1, 6),
        (5, 5, 1, 5),
        (4, 5, 1, 4),
        (3.9, 5, 3.9, 8.9),
        (0, 5, 1, 6),
        (0, 0, 1, 1),
        (10, 0, 10, 10),
        (2, 1, 1, 2),
    ],
)
def test_the_countdown_is_the_end_of_the_rest_where_it_fits(
    rest_s: float, countdown_s: float, begin_s: float, end_s: float
) -> None:
    assert lead_times(rest_s, countdown_s, 1.0) == pytest.approx((begin_s, end_s))


def test_total_time_counts_countdowns_holds_and_rests() -> None:
    plan = build_plan("x", BOTH, 10, reps=2, rest_side_s=20, rest_rep_s=2, countdown_s=5)
    assert plan.total_s == pytest.approx(5 + 10 + 20 + 10 + (2 + 5) + 10 + 20 + 10)
    assert plan.open_holds == 0
    assert build_plan("x", BOTH, None).open_holds == 2
    assert build_plan("x", BOTH, None, rest_side_s=30).total_s == pytest.approx(5 + 30)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seconds": -5}, "-5"),
        ({"seconds": 0}, "hold of 0"),
        ({"seconds": math.nan}, "nan"),
        ({"seconds": math.inf}, "inf"),
        ({"seconds": 4000}, "4000"),
        ({"seconds": 10, "rest_rep_s": -1}, "rest between reps of -1"),
        ({"seconds": 10, "rest_set_s": math.nan}, "rest between sets of nan"),
        ({"seconds": 10, "countdown_s": -1}, "countdown of -1"),
        ({"seconds": 10, "sets": 0}, "sets 0"),
        ({"seconds": 10, "reps": 101}, "reps 101"),
    ],
)
def test_a_value_without_sense_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(WrongUseError, match=named):
        build_plan("x", BOTH, **change)


HOLD, REST = HoldStep("x", Side.LEFT, 10), RestStep(30)


@pytest.mark.parametrize("steps", [(), (REST,), (REST, HOLD), (HOLD, REST), (HOLD, REST, REST, HOLD)])
def test_a_plan_is_holds_with_rests_between_them(steps: tuple[Step, ...]) -> None:
    with pytest.raises(WrongUseError, match="plan 'odd'"):
        Plan("odd", "odd", steps)
