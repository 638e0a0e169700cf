"""What a rule of a plan takes as the top of a hold, and which holds count."""

from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.hold import Engine, Event, HoldEnded, Key, Ruling, State
from isotimer.core.plan import End, HoldStep, Mode, Side
from isotimer.core.plan_spec import expand, parse_plan, spec_json
from isotimer.session.places import shipped_plans
from isotimer.session.ruling import Rules, counts, top_of
from isotimer.session.snapshot import HoldResult, MeasureView

STEP = HoldStep("ankle-iso-push", Side.LEFT, 3.0, Mode.MAX)
NONE = np.empty(0)


def result(hold_s: float, best: float | None = 300.0, peak: float | None = 400.0) -> HoldResult:
    numbers = (
        MeasureView("tension_peak_n", "peak", peak, "N", "" if peak else "no sensor"),
        MeasureView("tension_best_1s_n", "best second", best, "N", "" if best else "too short"),
    )
    return HoldResult("h", STEP, End.COMPLETED, hold_s, 300, 100.0, (), numbers, NONE, NONE, "N")


@pytest.mark.parametrize(
    ("hold_s", "best", "peak", "top"),
    [
        (3.0, 300.0, 400.0, 300.0),
        (2.0, 300.0, 400.0, 300.0),
        (1.0, 139.0, 400.0, 400.0),
        (0.8, None, 400.0, 400.0),
        (1.5, 300.0, None, 300.0),
        (3.0, None, None, None),
    ],
)
def test_a_short_hold_is_known_by_its_peak(hold_s, best, peak, top) -> None:
    assert top_of(result(hold_s, best, peak)) == top


def test_what_was_broken_off_too_short_or_flagged_does_not_count() -> None:
    good = result(3.0)
    assert counts(good, 300.0)
    for change in ({"end": End.ABORTED}, {"hold_s": 0.4}, {"flag": "pain"}, {"signs": ("countermovement",)}):
        assert not counts(replace(good, **change), 300.0)
    assert not counts(good, None)


def test_a_weak_day_ends_the_shipped_plan_of_pushes_after_one_set_of_each_leg() -> None:
    text = next(f for f in shipped_plans().iterdir() if f.name == "max-push.toml").read_text("utf-8")
    spec = parse_plan(text, "max-push.toml")
    plan = expand(spec, lambda place, side, target: target.resolve(400.0, None))
    engine, now_s = Engine(plan, sensor=False), 0.0
    told: list[Event] = list(engine.press(Key.GO, now_s))
    rules = Rules(plan, spec_json(spec), lambda steps, why: told.extend(engine.rule(steps, why, now_s)))
    while engine.view(now_s).state is not State.DONE and now_s < 600.0:
        now_s += 0.25
        fresh = engine.tick(now_s)
        told += fresh
        for ended in (e for e in fresh if isinstance(e, HoldEnded)):
            done = replace(result(3.0, 320.0), step=ended.step, step_index=ended.step_index)
            rules.result(done)
    ends = [e for e in told if isinstance(e, HoldEnded)]
    assert [(e.step.side.value, e.step.set_no, e.step.rep_no) for e in ends] == [
        ("right", 1, 1),
        ("right", 1, 2),
        ("left", 1, 1),
        ("left", 1, 2),
    ]
    said = [e.why for e in told if isinstance(e, Ruling) and e.why]
    assert said[-1] == "Session over, best of today: left 80 % (of 2), right 80 % (of 2) of your best"
    assert engine.view(now_s).asks_effort
