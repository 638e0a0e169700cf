"""The rules of a plan: a further attempt, the end of a set, the end of a session."""

from dataclasses import replace

import pytest

from isotimer.core.plan import HoldStep, Mode, Plan, Side, Target, TargetBand
from isotimer.core.plan_spec import PlanBlock, PlanSpec, Sides, expand
from isotimer.core.referee import Attempt, Referee, Verdict

TEST = PlanBlock("standing-pull-back", 3.0, mode=Mode.MAX, reps=3, extra_attempts=1)
SCREEN = PlanSpec("test", "Test", (TEST,), stop_at_pain=True, stop_invalid=3, stop_fall_share=0.15)
SETS = PlanBlock(
    "ankle-iso-push",
    3.0,
    mode=Mode.MAX,
    sides=Sides.PER_SET,
    sets=2,
    reps=4,
    targets=(Target("N", 300.0),),
    stop_set_share=0.9,
)


def in_newtons(place: str, side: Side, target: Target) -> TargetBand:
    return target.resolve(None, None)


def begun(spec: PlanSpec) -> tuple[Plan, Referee]:
    plan = expand(spec, in_newtons)
    return plan, Referee(plan, spec)


def holds(plan: Plan, side: Side, *, extra: bool = False) -> list[int]:
    return [
        i for i, s in enumerate(plan.steps) if isinstance(s, HoldStep) and s.side is side and s.extra is extra
    ]


def of_leg(tops: list[float], side: Side = Side.RIGHT, spec: PlanSpec = SCREEN) -> list[Verdict]:
    plan, referee = begun(spec)
    steps = [*holds(plan, side), *holds(plan, side, extra=True)]
    return [v for i, top in zip(steps, tops, strict=False) for v in referee.judge(Attempt(i, top))]


@pytest.mark.parametrize(
    ("tops", "why"),
    [
        ([300, 250, 240], "One more right: the best two differ by 17 %"),
        ([280, 290, 300], "One more right: the last was the best"),
        ([300, 295, 290], ""),
    ],
)
def test_a_further_attempt_is_granted_or_spared(tops: list[float], why: str) -> None:
    plan, _ = begun(SCREEN)
    (verdict,) = of_leg(tops)
    assert verdict.why == why
    assert verdict.spare == (() if why else tuple(holds(plan, Side.RIGHT, extra=True)))


def test_each_leg_is_judged_by_itself_and_the_further_attempt_ends_it() -> None:
    assert [v.why for v in of_leg([280, 290, 300, 330], Side.LEFT)] == [
        "One more left: the last was the best"
    ]


def test_an_attempt_passed_over_or_without_numbers_grants_none() -> None:
    plan, referee = begun(SCREEN)
    *first, last = holds(plan, Side.RIGHT)
    assert [v for i in first for v in referee.judge(Attempt(i, 300.0))] == []
    (verdict,) = referee.passed(last)
    assert verdict == Verdict(tuple(holds(plan, Side.RIGHT, extra=True)))


def test_pain_ends_the_session_only_where_the_plan_says_so() -> None:
    plan, referee = begun(SCREEN)
    verdict = referee.hurts()
    assert verdict is not None
    assert set(verdict.spare) == {i for i, s in enumerate(plan.steps) if isinstance(s, HoldStep)}
    assert begun(replace(SCREEN, stop_at_pain=False))[1].hurts() is None


def test_three_in_a_row_that_do_not_count_end_it_whichever_leg() -> None:
    plan, referee = begun(SCREEN)
    steps = [i for i, s in enumerate(plan.steps) if isinstance(s, HoldStep)]
    bad = [False, False, True, False, False, False]
    found = [referee.judge(Attempt(i, 300.0, ok)) for i, ok in zip(steps, bad, strict=False)]
    assert not any(v.why for verdicts in found[:5] for v in verdicts)
    assert [v.why for v in found[5]] == ["Session over: 3 in a row do not count"]


@pytest.mark.parametrize(
    ("tops", "ends"), [([300, 250, 210], True), ([300, 260, 210], False), ([300, 250, 240], False)]
)
def test_the_second_fall_in_a_row_ends_it(tops: list[float], ends: bool) -> None:
    assert any(v.why == "Session over: right fell twice by more than 15 %" for v in of_leg(tops)) is ends


def test_two_in_a_row_below_the_share_end_the_set_of_that_leg_alone() -> None:
    plan, referee = begun(PlanSpec("push", "Push", (SETS,)))
    right = holds(plan, Side.RIGHT)[:4]
    assert referee.judge(Attempt(right[0], 269.0)) == ()
    assert referee.judge(Attempt(right[1], 271.0)) == ()
    assert referee.judge(Attempt(right[1], 260.0)) == ()
    (verdict,) = referee.judge(Attempt(right[2], 260.0))
    assert verdict.spare == (right[3],)
    assert verdict.why == "Set over for right: 2 in a row below 90 % of the target"


def test_a_ramp_and_a_plan_of_other_steps_are_not_judged() -> None:
    ramp = PlanSpec("r", "R", (replace(TEST, mode=Mode.STEADY, extra_attempts=0),), stop_fall_share=0.15)
    assert of_leg([300, 200, 100], spec=ramp) == []
    plan, _ = begun(ramp)
    assert Referee(plan, SCREEN).judge(Attempt(0, 1.0)) == ()
