"""How long a change takes."""

import numpy as np
import pytest

from isotimer.measures.table import compute
from isotimer.measures.trace import Trace

RATE_HZ = 200.0
CHANGES = (3.0, 6.0, 9.0)
TAKES_S = 0.4


def moved(levels: tuple[float, ...]) -> Trace:
    """A ramp of 0.2 s around ``TAKES_S`` after each cue, from one level to the next."""
    time = np.arange(-1, 12.5, 1 / RATE_HZ)
    force = np.full(time.shape, levels[0])
    for at_s, before, after in zip(CHANGES, levels, levels[1:], strict=False):
        force += (after - before) * np.clip((time - at_s - TAKES_S + 0.1) / 0.2, 0, 1)
    return Trace(time, force, 12.0, changes_s=CHANGES, mode="switch")


def value(trace: Trace):
    return next(v for v in compute(trace) if v.id == "transition_s")


def test_one_side_on_and_off() -> None:
    assert value(moved((10.0, 250.0, 10.0, 250.0))).value == pytest.approx(TAKES_S, abs=0.01)


def test_both_sides_on_one_sensor_fall_and_come_back() -> None:
    trace = moved((250.0, 250.0, 250.0, 250.0))
    gap = np.zeros(trace.time_s.shape, bool)
    for at_s in CHANGES:
        gap |= (trace.time_s >= at_s + 0.2) & (trace.time_s < at_s + 0.7)
    got = value(Trace(trace.time_s, np.where(gap, 5.0, 250.0), 12.0, changes_s=CHANGES))
    assert got.value == pytest.approx(0.7, abs=0.01)
    assert got.doubt == ""


def test_the_delay_of_the_cue_is_taken_off_or_said() -> None:
    from dataclasses import replace

    trace = moved((10.0, 250.0, 10.0, 250.0))
    assert value(replace(trace, cue_latency_s=0.1)).value == pytest.approx(TAKES_S - 0.1, abs=0.01)
    assert "not heard" in value(replace(trace, cue_latency_s=None)).doubt


def test_a_change_that_was_not_made_is_not_counted() -> None:
    got = value(moved((10.0, 250.0, 250.0, 10.0)))
    assert got.value == pytest.approx(TAKES_S, abs=0.01)
    assert got.doubt == "seen in 2 of 3 changes"


def test_why_there_is_none() -> None:
    from dataclasses import replace

    assert value(moved((250.0,) * 4)).reason == "no change of tension was seen"
    assert value(replace(moved((10.0, 250.0, 10.0, 250.0)), changes_s=())).reason == "no changes on cue"


def test_a_band_that_moves_is_the_band_that_counts() -> None:
    time = np.arange(-1, 12.5, 1 / RATE_HZ)
    path = 200 + 100 * np.sin(2 * np.pi * 0.2 * time)
    band = {"target_n": 300.0, "low_n": 270.0, "high_n": 330.0}
    exact = {v.id: v.value for v in compute(Trace(time, path.copy(), 12.0, target_path_n=path, **band))}
    assert exact["on_target_pct"] == pytest.approx(100, abs=0.5)
    assert exact["target_rmse_n"] == pytest.approx(0, abs=0.1)
    off = {v.id: v.value for v in compute(Trace(time, path * 1.2, 12.0, target_path_n=path, **band))}
    assert off["on_target_pct"] == pytest.approx(0, abs=0.5)
