"""Noise by band of an unloaded stretch."""

import numpy as np
import pytest

from isotimer.measures.noise import noise_by_band, unrest


def white(rate_hz, seconds=30.0, sd=0.1):
    time = np.arange(round(rate_hz * seconds)) / rate_hz
    return time, np.random.default_rng(12).normal(0, sd, time.size)


@pytest.mark.parametrize("rate_hz", [80.0, 500.0, 1000.0])
def test_white_noise_spreads_evenly(rate_hz):
    noise = noise_by_band(*white(rate_hz))
    for band in noise.bands:
        if band.rms is not None:
            want = 0.1 * np.sqrt((band.high_hz - band.low_hz) / (rate_hz / 2))
            assert band.rms == pytest.approx(want, rel=0.12)
    assert noise.rate_hz == pytest.approx(rate_hz)
    assert noise.sd == pytest.approx(0.1, rel=0.03)
    assert noise.length_s == pytest.approx(30.0)


def test_mains_show_in_their_band_only():
    time, force = white(1000.0, sd=0.01)
    noise = noise_by_band(time, force + 0.9 * np.sqrt(2) * np.sin(2 * np.pi * 50 * time))
    assert noise.rms("mains") == pytest.approx(0.9, rel=0.02)
    assert noise.rms("shake") < 0.01


def test_drift_is_not_noise_in_a_band():
    time, force = white(80.0, sd=0.01)
    noise = noise_by_band(time, force + 0.5 * time)
    assert noise.drift_per_s == pytest.approx(0.5, rel=0.01)
    assert noise.rms("shake") < 0.01


def test_what_a_slow_sensor_cannot_tell_has_a_reason():
    eighty = {b.band: b for b in noise_by_band(*white(80.0)).bands}
    assert eighty["mains"].rms is None
    assert eighty["mains"].reason == "sensor too slow: 80.0 Hz, needs 200"
    assert eighty["tremor"].rms is not None
    ten = noise_by_band(*white(10.0))
    assert {b.reason for b in ten.bands if b.band != "mains"} == {"sensor too slow: 10.0 Hz, needs 40"}
    assert ten.sd == pytest.approx(0.1, rel=0.1)


def test_too_short_and_empty_have_a_reason():
    assert {b.reason for b in noise_by_band(*white(80.0, 1.0)).bands} == {"too short: 1.0 s, needs 2"}
    none = noise_by_band(np.empty(0), np.empty(0))
    assert none.rate_hz is None
    assert {b.reason for b in none.bands} == {"no sensor"}


@pytest.mark.parametrize("rate_hz", [10.0, 80.0, 1000.0])
def test_unloaded_sensor_at_rest_is_known(rate_hz):
    time, force = white(rate_hz, 10.0, 0.05)
    assert unrest(time, force + 1.5) == ""


def test_coarse_sensor_that_flickers_is_at_rest():
    time = np.arange(800) / 80
    assert unrest(time, np.where(np.arange(800) == 500, 0.1, 0.0)) == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t, f: f + 34.0, "it reads 34.0 N: unload it, or tare it if it is unloaded"),
        (lambda t, f: f - 34.0, "it reads -34.0 N: unload it, or tare it if it is unloaded"),
        (lambda t, f: f + 0.4 * (t - 5), "it is not still: the reading wandered by 3.6 N"),
        (
            lambda t, f: f + 1.5 * np.sin(60 * t) * (np.abs(t - 4) < 0.3),
            "it is not still: something touched it",
        ),
        (lambda t, f: f * 0, "every reading is the same: the sensor shows no noise"),
        (lambda t, f: f * np.nan, "no usable samples"),
    ],
)
def test_what_is_no_rest_has_a_reason(change, reason):
    time, force = white(80.0, 10.0, 0.05)
    assert unrest(time, change(time, force)) == reason


def test_too_short_a_rest_is_none():
    assert unrest(*white(80.0, 4.0)) == "too short: 4.0 s, needs 5"
    assert unrest(*white(80.0, 5.0)) == ""
