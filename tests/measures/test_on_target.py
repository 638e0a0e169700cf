"""Time on target and distance from it."""

import numpy as np
import pytest

from isotimer.measures.target import seconds_between
from isotimer.measures.trace import Trace


def test_time_in_band_by_straight_lines():
    """A ramp from 0 to 100 in 10 s is between 20 and 50 for 3 s, wherever the samples lie."""
    for time in (np.array([0.0, 10.0]), np.linspace(0, 10, 77), np.sort(np.append([0, 10], [1.7, 1.9, 8.0]))):
        assert seconds_between(time, 10 * time, 20, 50) == pytest.approx(3)


def test_level_within_the_band_counts_whole_and_on_its_edge_too():
    time = np.arange(11.0)
    assert seconds_between(time, np.full(11, 30.0), 20, 40) == 10
    assert seconds_between(time, np.full(11, 40.0), 20, 40) == 10
    assert seconds_between(time, np.full(11, 40.1), 20, 40) == 0


def test_a_hold_with_an_excursion(values):
    time = np.arange(0, 20.001, 0.01)
    force = np.where((time >= 8) & (time < 10), 400.0, 300.0)
    trace = Trace(time, force, 20.0, target_n=300.0, low_n=270.0, high_n=330.0)
    got = values(trace)
    assert got["on_target_s"].value == pytest.approx(18, abs=0.02)
    assert got["on_target_pct"].value == pytest.approx(90, abs=0.1)
    assert got["target_rmse_n"].value == pytest.approx(np.sqrt(2 * 100**2 / 19.5), rel=0.01)


def test_one_shaken_sample_costs_no_more_than_itself(values):
    time = np.arange(0, 20.001, 0.01)
    force = np.full(time.size, 300.0)
    force[700] = 100.0
    got = values(Trace(time, force, 20.0, target_n=300.0, low_n=270.0, high_n=330.0))
    assert 19.97 < got["on_target_s"].value < 20


def test_time_with_a_gap_is_refused(values):
    time = np.arange(0, 20.001, 0.01)
    kept = (time < 5) | (time > 6)
    got = values(
        Trace(time[kept], np.full(kept.sum(), 300.0), 20.0, target_n=300.0, low_n=270.0, high_n=330.0)
    )
    assert got["on_target_s"].reason == "gap of 1 s in the hold"
