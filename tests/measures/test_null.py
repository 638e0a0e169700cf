"""Where there is nothing to find, nothing may be found. All seeded."""

import numpy as np
import pytest
from scipy import signal

from isotimer.measures.onset import shake_onset
from isotimer.measures.prepared import Prepared
from isotimer.measures.shake import peak_hz
from isotimer.measures.trace import Trace

RATE_HZ = 80.0


@pytest.mark.parametrize(("low_hz", "high_hz"), [(9, 11), (4, 15)])
def test_constant_tremor_hardly_ever_has_an_onset(low_hz, high_hz):
    rng = np.random.default_rng(20261)
    sos = signal.butter(4, [low_hz, high_hz], "bandpass", fs=RATE_HZ, output="sos")
    time = np.arange(round(40 * RATE_HZ)) / RATE_HZ
    band = signal.sosfilt(sos, rng.normal(size=(200, time.size + 400)), axis=1)[:, 400:]
    band *= 0.5 / band.std(axis=1, keepdims=True)
    walk = np.cumsum(rng.normal(0, 0.05, band.shape), axis=1)
    outcomes = [shake_onset(Prepared(Trace(time, force, 40.0))) for force in 300 + band + walk]
    assert sum(o.value is not None for o in outcomes) <= 4
    assert sum(o.reason == "not reached" for o in outcomes) >= 196


def test_doubled_tremor_is_found():
    rng = np.random.default_rng(7)
    sos = signal.butter(4, [4, 15], "bandpass", fs=RATE_HZ, output="sos")
    time = np.arange(round(40 * RATE_HZ)) / RATE_HZ
    growth = np.interp(time, [20, 30], [1, 3])
    found = 0
    for _ in range(30):
        band = signal.sosfilt(sos, rng.normal(size=time.size + 400))[400:]
        force = 300 + 0.5 * band / band.std() * growth
        onset = shake_onset(Prepared(Trace(time, force, 40.0))).value
        found += onset is not None and 22 < onset < 34
    assert found >= 28


def slow_hold(time):
    """A hold that only sways and sinks: no shake in it at all."""
    return 300 - 0.4 * time + 4 * np.sin(2 * np.pi * 0.4 * time) + 2 * np.sin(2 * np.pi * 1.1 * time + 1)


def degraded(kind, rng):
    """Return (time_s, force_n) of a slow hold as a bad line would deliver it."""
    if kind == "rate wrong by a tenth":
        time = np.arange(40 * 88) / 88.0
        return time, slow_hold(time)
    if kind == "one in sixteen missing":
        time = np.arange(40 * 88) / 88.1
        kept = np.arange(time.size) % 16 != 15
        return time[kept], slow_hold(time[kept])
    rate = float(kind.split()[-2])
    true = np.arange(round(40 * rate)) / rate
    arrival = np.ceil((true + rng.uniform(0, 0.002)) / 0.016) * 0.016
    return arrival, slow_hold(true)


@pytest.mark.parametrize(
    "kind",
    [
        "rate wrong by a tenth",
        "one in sixteen missing",
        "batches of 16 ms at 80 Hz",
        "batches of 16 ms at 100 Hz",
        "batches of 16 ms at 500 Hz",
        "batches of 16 ms at 1000 Hz",
    ],
)
def test_a_bad_line_makes_no_shake(values, kind):
    rng = np.random.default_rng(3)
    noise_n = 0.02
    time, force = degraded(kind, rng)
    force = force + rng.normal(0, noise_n, force.size)
    got = values(Trace(time, force, 40.0))
    rate = Prepared(Trace(time, force, 40.0)).rate
    floor = noise_n * np.sqrt(11 / (rate / 2))
    assert got["shake_rms_n"].value < 1.5 * floor + 0.002
    assert got["shake_peak_hz"].value is None
    assert got["shake_peak_hz"].reason == "no clear peak"
    assert got["shake_onset_s"].reason == "not reached"


def test_treating_the_same_samples_as_even_would_have_failed():
    """The test above can fail: without true times one in sixteen missing does look like shake."""
    rng = np.random.default_rng(3)
    _, force = degraded("one in sixteen missing", rng)
    naive = Prepared(Trace(np.arange(force.size) / 82.6, force, 40.0)).spectrum
    true = Prepared(Trace(*degraded("one in sixteen missing", rng), 40.0)).spectrum
    assert naive.band_rms((4, 15)) > 10 * true.band_rms((4, 15))


def test_white_noise_seldom_has_a_clear_peak(values):
    rng = np.random.default_rng(11)
    time = np.arange(30 * 100) / 100
    peaks = [Prepared(Trace(time, 300 + rng.normal(0, 0.1, time.size), 30.0)).spectrum for _ in range(60)]
    assert sum(peak_hz(p) is not None for p in peaks) <= 1
