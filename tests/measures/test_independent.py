"""Entropy and spectra against programs that are not ours: pyentrp, and matplotlib's own Welch."""

import numpy as np
import pytest
from matplotlib import mlab
from pyentrp.entropy import sample_entropy as their_entropy

from isotimer.measures.entropy import sample_entropy
from isotimer.measures.resample import resample
from isotimer.measures.spectrum import SHAKE_HZ, TREMOR_HZ, detrended, welch


def signal(seed: int, rate_hz: float = 100.0, seconds: float = 20.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    time_s = np.arange(int(rate_hz * seconds)) / rate_hz
    shake = rng.uniform(0.2, 2.0) * np.sin(2 * np.pi * rng.uniform(5, 14) * time_s)
    walk = np.cumsum(rng.normal(0, 0.05, len(time_s)))
    return time_s, 300 - 0.3 * time_s + shake + walk + rng.normal(0, 0.2, len(time_s))


@pytest.mark.parametrize("seed", range(4))
def test_sample_entropy_agrees_to_four_digits(seed: int) -> None:
    time_s, force = signal(seed, seconds=12)
    values = detrended(time_s, force)
    theirs = their_entropy(values, 3, 0.2 * values.std())[2]
    assert sample_entropy(values) == pytest.approx(theirs, abs=5e-5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rate_hz", [87.5, 1000.0])
def test_band_rms_agrees_to_four_digits(seed: int, rate_hz: float) -> None:
    time_s, force = signal(seed, rate_hz)
    ours = welch(resample(time_s, force, rate_hz), 2.0)
    assert ours is not None
    size = round(2.0 * rate_hz)
    window = np.hanning(size + 1)[:-1]
    density, freq = mlab.psd(
        force, NFFT=size, Fs=rate_hz, detrend="linear", window=window, noverlap=size // 2, sides="onesided"
    )
    assert np.interp([6.0, 9.5, 13.0], ours.freq_hz, ours.density) == pytest.approx(
        np.interp([6.0, 9.5, 13.0], freq, density), rel=1e-4
    )
    for low, high in (SHAKE_HZ, TREMOR_HZ):
        edges = np.concatenate(([low], freq[(freq > low) & (freq < high)], [high]))
        theirs = np.sqrt(np.trapezoid(np.interp(edges, freq, density), edges))
        assert ours.band_rms((low, high)) == pytest.approx(theirs, rel=1e-4)
