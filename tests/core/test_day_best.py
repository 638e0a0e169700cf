"""A session of maximal holds ends when with each leg the best of the day stays far below the own best."""

from dataclasses import replace

import pytest

from isotimer.core.errors import IsotimerError
from isotimer.core.plan import HoldStep, Mode, Plan, Side, Target, TargetBand
from isotimer.core.plan_spec import PlanBlock, PlanSpec, Sides, expand, parse_plan, spec_from_json, spec_json
from isotimer.core.referee import Attempt, Referee

BESTS = {Side.RIGHT: 400.0, Side.LEFT: 300.0}
SETS = PlanBlock(
    "ankle-iso-push",
    3.0,
    mode=Mode.MAX,
    sides=Sides.PER_SET,
    sets=2,
    reps=3,
    targets=(Target("best", 1.0),),
    stop_set_share=0.9,
)
PUSHES = PlanSpec("push", "Push", (SETS,), stop_day_share=0.9)


def of_best(place: str, side: Side, target: Target) -> TargetBand:
    return target.resolve(BESTS[side], None)


class Day:
    """A session of one plan: what was told, and which holds are still to be done."""

    def __init__(self, spec: PlanSpec = PUSHES, resolve=of_best) -> None:
        self.plan: Plan = expand(spec, resolve)
        self.referee = Referee(self.plan, spec)
        self.left = [i for i, s in enumerate(self.plan.steps) if isinstance(s, HoldStep)]
        self.told: list[str] = []

    def do(self, *tops: float | None) -> "Day":
        """Do the next holds; None is one that does not count."""
        for top in tops:
            index = self.left.pop(0)
            for verdict in self.referee.judge(Attempt(index, top, top is not None)):
                self.left = [i for i in self.left if i not in verdict.spare]
                self.told += [verdict.why] if verdict.why else []
        return self


def test_both_legs_below_end_the_session_with_their_numbers() -> None:
    plain = replace(PUSHES, blocks=(replace(SETS, stop_set_share=None),))
    day = Day(plain).do(300, 352, 320)
    assert day.told == ["Right: best of 3 today 352 N, 12 % below your best of 400 N"]
    assert len(day.left) == 9
    day.do(240, 240)
    assert len(day.told) == 1
    day.do(230)
    assert day.told[1:] == ["Session over, best of today: left 80 % (of 3), right 88 % (of 3) of your best"]
    assert not day.left


def test_a_set_that_a_rule_ended_is_judged_at_once() -> None:
    assert Day().do(300, 320).told == [
        "Set over for right: 2 in a row below 90 % of the target",
        "Right: best of 2 today 320 N, 20 % below your best of 400 N",
    ]


def test_one_leg_below_is_told_once_and_ends_nothing() -> None:
    day = Day().do(352, 352).do(290, 280, 285).do(350, 350)
    assert day.told.count("Right: best of 2 today 352 N, 12 % below your best of 400 N") == 1
    assert not any("Session over" in sentence for sentence in day.told)
    assert len(day.left) == 3


def test_a_best_that_comes_in_a_later_set_is_enough() -> None:
    day = Day(replace(PUSHES, blocks=(replace(SETS, stop_set_share=None),)))
    day.do(350, 350, 350).do(290, 290, 290).do(350, 350, 390).do(290, 290, 290)
    assert not any("Session over" in sentence for sentence in day.told)


def test_holds_that_do_not_count_judge_nobody() -> None:
    day = Day(replace(PUSHES, blocks=(replace(SETS, stop_set_share=None),)))
    assert day.do(300, None, None).do(200, None, None).told == []


def test_a_leg_left_out_for_pain_is_not_waited_for() -> None:
    day = Day()
    day.referee.hurts(Side.LEFT)
    day.do(300, 300)
    assert day.told[-1] == "Session over, best of today: right 75 % (of 2) of your best"


@pytest.mark.parametrize(
    ("spec", "resolve"),
    [
        (replace(PUSHES, stop_day_share=None), of_best),
        (PUSHES, lambda place, side, target: None),
        (replace(PUSHES, blocks=(replace(SETS, targets=(Target("N", 400.0),)),)), of_best),
    ],
    ids=["no rule", "no best yet", "no share of a best"],
)
def test_without_a_rule_or_a_best_nothing_ends_the_session(spec: PlanSpec, resolve) -> None:
    day = Day(replace(spec, blocks=(replace(spec.blocks[0], stop_set_share=None),)), resolve)
    assert day.do(*([100] * 12)).told == []


def test_a_share_of_the_target_counts_from_the_whole_best() -> None:
    half = replace(SETS, targets=(Target("best", 0.5),), stop_set_share=None)
    day = Day(replace(PUSHES, blocks=(half,))).do(365, 365, 365)
    assert day.told == []


def test_the_rule_is_written_kept_and_refused_where_nothing_is_maximal() -> None:
    text = (
        'name = "P"\nstop_day_below_pct = 90\n[[block]]\nposition = "ankle-iso-push"\nhold_s = 3\n'
        'mode = "max"\ntarget = "100%"\n'
    )
    spec = parse_plan(text, "p.toml")
    assert spec_from_json(spec_json(spec)).stop_day_share == 0.9
    with pytest.raises(IsotimerError, match=r"stop_day_below_pct.*no block has mode"):
        parse_plan(text.replace('target = "100%"', 'target = "250N"'), "p.toml")
