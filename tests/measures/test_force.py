"""How hard: by hand on small, uneven records."""

import dataclasses

import numpy as np
import pytest

from isotimer.measures.prepared import Prepared
from isotimer.measures.trace import Trace


def test_mean_and_impulse_go_by_true_times(values):
    """Two seconds at 100 N sampled densely, two at 300 N thinly: a plain mean of samples would say 140."""
    time = np.concatenate((np.arange(0, 2, 0.01), np.arange(2, 4.0001, 0.04))).round(6)
    force = np.where(time < 2, 100.0, 300.0)
    got = values(Trace(time, force, 4.0, window_s=(0.0, 4.0)))
    assert got["impulse_n_s"].value == pytest.approx(800, abs=1.1)
    assert got["tension_mean_n"].value == pytest.approx(200, abs=0.5)


def test_impulse_is_cut_at_both_ends_of_the_hold(values):
    time = np.arange(-20, 120) / 10
    got = values(Trace(time, np.full(time.size, 50.0), 10.05))
    assert got["impulse_n_s"].value == pytest.approx(502.5)


def test_best_second_is_the_best_and_whole(values):
    time = np.arange(0, 10, 0.01)
    force = np.where((time >= 4) & (time < 5), 400.0, 200.0)
    force[700] = 5000.0
    got = values(Trace(time, force, 10.0))
    assert got["tension_peak_n"].value == 5000
    assert got["tension_best_1s_n"].value == pytest.approx(400, rel=0.01)


def test_no_best_second_across_a_gap(values):
    time = np.arange(0, 10, 0.01)
    force = np.where((time >= 4) & (time < 6), 400.0, 200.0)
    kept = (time < 4.5) | (time > 5.5)
    got = values(Trace(time[kept], force[kept], 10.0))
    assert got["tension_best_1s_n"].value == pytest.approx(300, abs=5)


def test_a_hold_of_one_second_has_a_best_second(values):
    time = np.arange(20) / 10
    assert values(Trace(time, np.full(20, 80.0), 1.0))["tension_best_1s_n"].value == pytest.approx(80)


def test_loss_and_slope_of_a_sinking_hold(values):
    time = np.arange(0, 30, 0.0125)
    got = values(Trace(time, 200 - 2.0 * time, 30.0))
    assert got["tension_slope_pct_s"].value == pytest.approx(100 * -2 / 197, rel=1e-3)
    assert got["fatigue_index_pct"].value == pytest.approx(100 * (197 - 144) / 197, rel=1e-3)


def test_the_window_leaves_out_ramp_and_release(values, pull):
    time, force = pull(ramp_s=2.0, hold_s=20.0)
    letting_go = (time > 19.6) & (time < 20)
    force[letting_go] *= 0.6
    hold = Prepared(Trace(time, force, 20.0))
    assert hold.window_s == (pytest.approx(2.0, abs=0.2), 19.5)
    assert hold.mean_n == pytest.approx(300, rel=0.005)


def test_a_sensor_at_its_limit_makes_the_peak_doubtful(values, pull):
    time, force = pull()
    trace = Trace(time, np.minimum(force, 290.0), 20.0, saturation_n=290.0)
    assert values(trace)["tension_peak_n"].doubt == "the sensor was at its limit"
    assert values(dataclasses.replace(trace, saturation_n=1000.0))["tension_peak_n"].doubt == ""


def test_gaps_are_listed_with_place_and_length(pull):
    time, force = pull(rate_hz=100.0)
    kept = ((time < 5.0) | (time >= 5.5)) & (np.arange(time.size) % 16 != 15)
    hold = Prepared(Trace(time[kept], force[kept], 20.0))
    assert len(hold.gaps) == 1
    at, length = hold.gaps[0]
    assert at == pytest.approx(4.99, abs=0.02)
    assert length == pytest.approx(0.51, abs=0.03)
    assert hold.rate_hz == pytest.approx(100.0, rel=1e-6)
