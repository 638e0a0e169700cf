"""What was told during a hold is kept with it, and its measures count from there, now and recomputed."""

import json

import numpy as np
import pytest

from isotimer.core.block import Block, FloatArray
from isotimer.core.cues import CueKind
from isotimer.core.plan import End, HoldStep, Mode, Side, TargetBand
from isotimer.core.task import PathPart, TargetPath
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.session.told import NOTHING, Told, step_json, step_of_json, told, told_of_json

START_S = 1000.0
RATE_HZ = 500.0
BAND = TargetBand(200, 180, 220)
PATH = TargetPath((PathPart("sine", 10, 0.6, amplitude=0.3, hz=0.4),))


def values(step: HoldStep, force_n: FloatArray, time_s: FloatArray, what: Told) -> dict[str, float | None]:
    column = force_n[:, None]
    block = Block(time_s + START_S, column, column, np.zeros(len(time_s), np.uint8))
    seconds = step.seconds or 0.0
    done = finish_hold(
        "h",
        step,
        End.COMPLETED,
        "",
        START_S,
        START_S + seconds,
        block,
        Circumstances(filter_delay_s=0.0),
        what,
    )
    return {m.id: m.value for m in done.measures}


TIME_S = np.arange(-4, 12, 1 / RATE_HZ)


def test_the_reaction_counts_from_the_go_as_it_came_through() -> None:
    step = HoldStep("x", Side.LEFT, 1.0, Mode.RESPOND)
    force = 300 * np.clip((TIME_S - 0.25) / 0.1, 0, 1) + np.sin(TIME_S * 900)
    at_go = told(((START_S, CueKind.GO),), START_S, 0.0)
    assert values(step, force, TIME_S, at_go)["reaction_s"] == pytest.approx(0.25, abs=0.01)
    late = told(((START_S, CueKind.GO),), START_S, 0.05)
    assert values(step, force, TIME_S, late)["reaction_s"] == pytest.approx(0.20, abs=0.01)
    assert values(step, force, TIME_S, NOTHING)["reaction_s"] is None


def test_a_moving_target_is_followed_with_its_lag() -> None:
    step = HoldStep("x", Side.LEFT, 10.0, Mode.TRACK, target=BAND, path=PATH)
    got = values(step, 200 * PATH.share_at(TIME_S - 0.3), TIME_S, NOTHING)
    assert got["tracking_lag_s"] == pytest.approx(0.3, abs=0.02)
    assert got["tracking_rmse_n"] == pytest.approx(60 * 2 * np.sin(np.pi * 0.4 * 0.3) / np.sqrt(2), rel=0.1)


def test_a_change_counts_from_its_cue() -> None:
    step = HoldStep("x", Side.BOTH, 9.0, Mode.SWITCH)
    cues = tuple((START_S + at_s, CueKind.SWITCH) for at_s in (3.0, 6.0))
    force = np.select([TIME_S < 3.5, TIME_S < 6.5], [200.0, 20.0], 200.0)
    got = values(step, force, TIME_S, told(cues, START_S, 0.0))
    assert got["transition_s"] == pytest.approx(0.5, abs=0.01)


def test_it_comes_back_from_the_store_as_it_was() -> None:
    step = HoldStep("x", Side.LEFT, 10.0, Mode.TRACK, target=BAND, path=PATH, wait_s=(1.5, 4.0))
    what = Told(0.0, (2.5, 5.25), None)
    table = json.loads(step_json(step, what))
    assert (step_of_json(table), told_of_json(table)) == (step, what)
    assert (step_of_json({}), told_of_json({})) == (None, NOTHING)


def test_only_what_measures_need_is_kept() -> None:
    cues = ((START_S + 5, CueKind.HALFWAY), (START_S + 4, CueKind.BREATHE))
    assert told(cues, START_S, None) == NOTHING
