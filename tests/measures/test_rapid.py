"""Start of the pull, rate of force, reaction."""

import dataclasses

import numpy as np
import pytest

from isotimer.measures.trace import Trace

START_S, SLOPE_N_S = 0.2, 1000.0
"""A pull of 500 N that starts at 0.2 s and rises straight for half a second."""


def straight(rate_hz=1000.0, noise_n=0.02, **more):
    time = np.arange(round(-3 * rate_hz), round(10 * rate_hz)) / rate_hz
    force = np.clip((time - START_S) * SLOPE_N_S, 0, 500) * (time < 8)
    force = force + np.random.default_rng(9).normal(0, noise_n, time.size)
    return Trace(time, force, 8.0, **more)


def test_a_straight_rise_has_one_rate_everywhere(values):
    got = values(straight())
    for window in ("rfd_0_50_n_s", "rfd_0_100_n_s", "rfd_0_200_n_s"):
        assert got[window].value == pytest.approx(SLOPE_N_S, rel=0.01)
        assert got[window].doubt == ""
    assert got["rfd_peak_20ms_n_s"].value == pytest.approx(SLOPE_N_S, rel=0.02)
    # 5 N above rest are reached 5 ms after the start.
    assert got["onset_s"].value == pytest.approx(START_S + 0.005, abs=0.0015)
    assert got["time_to_90_pct_s"].value == pytest.approx(0.9 * 500 / SLOPE_N_S - 0.005, abs=0.005)


def test_a_curved_rise_is_read_at_the_right_times(values):
    time = np.arange(-3000, 8000) / 1000
    rise = np.clip(time, 0, None)
    trace = Trace(time, 800 * (1 - np.exp(-rise / 0.1)), 8.0)
    start = values(trace)["onset_s"].value

    def force(t):
        return 800 * (1 - np.exp(-t / 0.1))

    got = values(trace)
    assert got["rfd_0_50_n_s"].value == pytest.approx((force(start + 0.05) - force(start)) / 0.05, rel=1e-3)
    assert got["rfd_0_200_n_s"].value == pytest.approx((force(start + 0.2) - force(start)) / 0.2, rel=1e-3)
    assert got["rfd_peak_20ms_n_s"].value == pytest.approx(
        (force(start + 0.02) - force(start)) / 0.02, rel=1e-3
    )


def test_the_noisier_the_rest_the_later_the_start(values):
    quiet, noisy = values(straight(noise_n=0.02)), values(straight(noise_n=5.0))
    assert noisy["onset_s"].value == pytest.approx(START_S + 5 * 5.0 / SLOPE_N_S, abs=0.01)
    assert noisy["onset_s"].value > quiet["onset_s"].value + 0.01


def test_touching_the_strap_is_no_start(values):
    trace = straight()
    touched = trace.force_n + 3.0 * ((trace.time_s > -0.8) & (trace.time_s < -0.5))
    assert values(dataclasses.replace(trace, force_n=touched))["onset_s"].value == pytest.approx(
        START_S + 0.005, abs=0.002
    )


def test_a_plate_counts_from_body_weight(values):
    trace = straight()
    standing = dataclasses.replace(trace, force_n=trace.force_n + 700.0, plate=True)
    got = values(standing)
    assert got["onset_s"].value == pytest.approx(START_S + 0.007, abs=0.002)
    assert got["rfd_0_100_n_s"].value == pytest.approx(SLOPE_N_S, rel=0.01)


def test_without_rest_before_the_pull_nothing_is_said(values):
    trace = straight()
    late = trace.time_s > -0.2
    got = values(dataclasses.replace(trace, time_s=trace.time_s[late], force_n=trace.force_n[late]))
    assert got["onset_s"].reason == "no quiet stretch of 0.5 s before the pull"
    assert got["rfd_0_50_n_s"].reason == "no quiet stretch of 0.5 s before the pull"


def test_a_record_that_begins_loaded_has_no_start(values, synthetic):
    got = values(Trace(*synthetic("hold40s_1000Hz"), 40.0))
    assert got["onset_s"].value is None
    assert got["rfd_peak_20ms_n_s"].value is None


def test_reaction_takes_off_the_chains_delays(values):
    heard = values(straight(cue_s=0.0, cue_latency_s=0.03, filter_delay_s=0.01))
    assert heard["reaction_s"].value == pytest.approx(START_S + 0.005 - 0.04, abs=0.002)
    assert heard["reaction_s"].doubt == ""


def test_anticipation_is_said(values):
    assert values(straight(cue_s=0.15))["reaction_s"].doubt == "anticipated: before 100 ms"
    assert values(straight(cue_s=0.5))["reaction_s"].reason == "the pull came before the cue"


def test_at_eighty_hertz_only_the_slow_ones_and_indicative(values):
    got = values(straight(rate_hz=80.0, cue_s=0.0))
    assert got["rfd_0_100_n_s"].reason == "sensor too slow: 80.0 Hz, needs 500"
    assert got["rfd_0_200_n_s"].value == pytest.approx(SLOPE_N_S, rel=0.05)
    assert "indicative: a sample every 12 ms" in got["rfd_0_200_n_s"].doubt
    assert "the sensor's own delay is not known" in got["reaction_s"].doubt


def test_a_slow_effort_is_said(values):
    assert values(straight(mode="steady"))["rfd_0_200_n_s"].doubt == "not a fast effort: mode steady"
    assert values(straight(mode="max"))["rfd_0_200_n_s"].doubt == ""


def test_samples_missing_in_the_rise_are_said(values):
    trace = straight()
    kept = (trace.time_s < 0.22) | (trace.time_s > 0.24)
    got = values(dataclasses.replace(trace, time_s=trace.time_s[kept], force_n=trace.force_n[kept]))
    assert got["rfd_0_50_n_s"].reason == "samples are missing in the rise"
