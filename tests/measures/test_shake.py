"""Shake: its size in holds of any length, and what makes it doubtful."""

import dataclasses

import numpy as np
import pytest

from isotimer.measures.onset import course_of
from isotimer.measures.prepared import Prepared, spectrum_of
from isotimer.measures.trace import Trace


def shaking(hold_s=20.0, rate_hz=500.0, size_n=1.0, freq_hz=9.0, noise_n=0.01):
    time = np.arange(round(hold_s * rate_hz)) / rate_hz
    noise = np.random.default_rng(8).normal(0, noise_n, time.size)
    return Trace(time, 300 + size_n * np.sin(2 * np.pi * freq_hz * time) + noise, hold_s)


@pytest.mark.parametrize("hold_s", [4.6, 5.2, 7.0, 9.9, 10.6, 30.0, 120.0])
def test_size_and_frequency_in_holds_of_any_length(values, hold_s):
    got = values(shaking(hold_s))
    assert got["shake_rms_n"].value == pytest.approx(1 / np.sqrt(2), rel=0.02)
    assert got["tremor_rms_n"].value == pytest.approx(1 / np.sqrt(2), rel=0.05)
    assert got["shake_pct"].value == pytest.approx(100 / np.sqrt(2) / 300, rel=0.02)
    assert got["shake_peak_hz"].value == pytest.approx(9, abs=0.6)


def test_shake_outside_eight_to_twelve_is_no_tremor(values):
    got = values(shaking(freq_hz=6.0))
    assert got["shake_rms_n"].value == pytest.approx(1 / np.sqrt(2), rel=0.02)
    assert got["tremor_rms_n"].value < 0.02


def test_the_slope_of_wobble_is_no_peak(values):
    time = np.arange(0, 40, 0.01)
    walk = np.cumsum(np.random.default_rng(5).normal(0, 0.1, time.size))
    got = values(Trace(time, 300 + walk, 40.0))
    assert got["shake_peak_hz"].value is None
    assert got["shake_peak_hz"].reason == "no clear peak"


def test_small_shake_is_doubted_against_the_noise_floor(values):
    trace = shaking(size_n=0.1)
    doubted = values(dataclasses.replace(trace, noise_floor_n=0.05))
    for marked in ("shake_rms_n", "shake_pct", "tremor_rms_n", "shake_peak_hz"):
        assert "below three times the noise floor of 0.05 N" in doubted[marked].doubt
    assert doubted["shake_onset_s"].reason.startswith("cannot say: shake at the start is below three times")
    assert values(dataclasses.replace(trace, noise_floor_n=0.02))["shake_rms_n"].doubt == ""


def test_the_noise_floor_is_measured_before_the_pull(values, pull):
    time, force = pull(noise_n=0.2)
    got = values(Trace(time, force, 20.0))
    assert got["noise_floor_n"].value == pytest.approx(0.2 * np.sqrt(11 / 500), rel=0.3)
    assert "below three times the noise floor" in got["shake_rms_n"].doubt
    loaded = np.where(time < 0, force + 100, force)
    assert (
        values(Trace(time, loaded, 20.0))["noise_floor_n"].reason
        == "no unloaded stretch of 2 s before the pull"
    )


def test_a_peak_on_the_rigs_own_frequency_is_doubted(values):
    trace = shaking(freq_hz=9.0)
    near = values(dataclasses.replace(trace, resonance_hz=9.8))
    assert near["shake_rms_n"].doubt == "peak sits on the rig's own 9.8 Hz"
    assert near["shake_peak_hz"].doubt == "peak sits on the rig's own 9.8 Hz"
    assert values(dataclasses.replace(trace, resonance_hz=12.0))["shake_rms_n"].doubt == ""


def test_strong_shake_on_a_plate_is_not_blamed_on_the_heart(values):
    trace = dataclasses.replace(shaking(size_n=12.0, freq_hz=9.5), plate=True)
    assert "heartbeat" not in values(trace)["shake_rms_n"].doubt
    for size_n, blamed in ((6, False), (14, True)):
        both = trace.force_n + size_n * np.sin(2 * np.pi * 5.0 * trace.time_s)
        assert (
            "heartbeat" in values(dataclasses.replace(trace, force_n=both))["shake_rms_n"].doubt
        ) == blamed


def test_charts_show_what_was_measured():
    trace = shaking()
    spectrum, run = spectrum_of(trace), course_of(trace)
    assert spectrum.freq_hz[np.argmax(spectrum.density)] == pytest.approx(9)
    assert run.shake_n == pytest.approx(1 / np.sqrt(2), rel=0.05)
    slow = shaking(rate_hz=10.0, freq_hz=2.0)
    assert spectrum_of(slow) is None
    assert course_of(slow).end_s.size == 0


def test_pieces_between_gaps_are_pooled(values):
    trace = shaking(40.0, 100.0)
    kept = ~((trace.time_s > 12) & (trace.time_s < 12.1)) & ~((trace.time_s > 25) & (trace.time_s < 25.15))
    holed = dataclasses.replace(trace, time_s=trace.time_s[kept], force_n=trace.force_n[kept])
    assert len(Prepared(holed).even.pieces) == 3
    assert values(holed)["shake_rms_n"].value == pytest.approx(1 / np.sqrt(2), rel=0.02)
    assert values(holed)["shake_onset_s"].reason == "cannot say: a gap in the window"
