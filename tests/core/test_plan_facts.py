"""A plan at a glance, and when each step comes."""

from dataclasses import replace

import pytest

from isotimer.core.plan import HoldStep, Mode, Phase
from isotimer.core.plan_facts import clock, plan_facts, timeline
from isotimer.core.plan_spec import PlanBlock, PlanSpec, Sides, outline

PULL = PlanBlock("standing-pull-back", 10.0, reps=2)
SPEC = PlanSpec("x", "x", (PULL, replace(PULL, position="wall-drive-hold")))


def test_the_facts_of_a_plan() -> None:
    facts = plan_facts(replace(SPEC, per_week=(2, 3), every_weeks=1))
    assert (facts.holds, facts.phases, facts.often) == (
        8,
        (Phase.PUSH, Phase.SWING, Phase.RETURN),
        "2-3 a week, every week",
    )
    assert facts.total_s == 5 + 8 * 10 + 2 * (30 + 60 + 30) + 120
    assert facts.time == "7:25"


def test_open_holds_and_longest_times_are_said() -> None:
    open_end = replace(PULL, seconds=None)
    assert plan_facts(replace(SPEC, blocks=(open_end,))).time == "2:05 and 4 open holds"
    capped = replace(open_end, cap_s=60.0, sides=Sides.LEFT, reps=1)
    assert plan_facts(replace(SPEC, blocks=(capped,))).time == "at most 1:05"


def test_random_waits_count_with_their_mean() -> None:
    block = replace(PULL, mode=Mode.RESPOND, wait_s=(1.5, 4.5), sides=Sides.LEFT, rest_rep_s=10.0)
    spec = replace(SPEC, blocks=(block,))
    assert plan_facts(spec).total_s == 5 + 3 + 10 + 10 + 3 + 10
    assert plan_facts(spec).time == "about 0:41"
    assert [at for at, _ in timeline(outline(spec))] == [8, 18, 31]


def test_the_last_hold_of_the_timeline_ends_with_the_plan() -> None:
    plan = outline(replace(SPEC, rounds=3, rest_round_s=2.0))
    at_s, last = list(timeline(plan))[-1]
    assert isinstance(last, HoldStep)
    assert at_s + (last.seconds or 0) == pytest.approx(plan.total_s)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (725, "12:05"), (3725, "1:02:05")]
)
def test_the_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text
