"""Spectra and bands against scipy and theory."""

import numpy as np
import pytest
from scipy import signal

from isotimer.measures.filters import bandpass_sos
from isotimer.measures.resample import resample
from isotimer.measures.spectrum import Spectrum, detrended, multitaper, slope, welch, welch_or_multitaper


def even(seconds, rate=100.0, seed=3):
    time = np.arange(round(seconds * rate)) / rate
    return resample(time, np.random.default_rng(seed).normal(0, 1, time.size), rate)


def test_welch_is_scipys():
    record = even(60)
    freq, density = signal.welch(record.pieces[0].values, 100.0, nperseg=200, detrend="linear")
    ours = welch(record, 2.0)
    np.testing.assert_allclose(ours.freq_hz, freq)
    np.testing.assert_allclose(ours.density, density)


@pytest.mark.parametrize("seconds", [4.0, 6.0, 15.0])
def test_power_of_white_noise_is_whole(seconds):
    """The integral over all frequencies is the variance, whatever the method."""
    variances = [
        np.trapezoid(s.density, s.freq_hz)
        for s in (welch_or_multitaper(even(seconds, seed=k)) for k in range(40))
    ]
    assert np.mean(variances) == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize(
    ("seconds", "method"),
    [
        (60, "Welch, Hann 2 s"),
        (10, "Welch, Hann 2 s"),
        (9, "Welch, Hann 1 s"),
        (5, "Welch, Hann 1 s"),
        (4, "multitaper"),
    ],
)
def test_method_by_length(seconds, method):
    assert welch_or_multitaper(even(seconds)).method.startswith(method)


def test_too_short_has_none():
    assert welch_or_multitaper(even(1.5)) is None
    assert multitaper(even(1.5)) is None


def test_bands_are_cut_at_their_exact_edges():
    flat = Spectrum(np.arange(0, 50.1, 0.7), np.full(72, 2.0), "")
    assert flat.band_rms((4.0, 15.0)) == pytest.approx(np.sqrt(22))
    ramp = Spectrum(np.arange(0, 51.0), np.arange(0, 51.0), "")
    assert ramp.band_rms((4.3, 4.6)) == pytest.approx(np.sqrt(0.3 * 4.45))


def test_line_fit():
    time = np.array([0.0, 0.1, 0.5, 2.0])
    assert slope(time, 3 - 2 * time) == pytest.approx(-2)
    assert detrended(time, 3 - 2 * time) == pytest.approx(0, abs=1e-12)
    assert slope(np.array([1.0]), np.array([5.0])) == 0


@pytest.mark.parametrize("rate", [40.5, 80.0, 88.1, 1000.0, 5000.0])
def test_our_band_pass_is_butterworths(rate):
    freq = np.linspace(0.5, rate / 2 - 1, 300)
    want = signal.butter(4, [4, 15], "bandpass", fs=rate, output="sos")
    ours = bandpass_sos(4, 15, rate)
    np.testing.assert_allclose(
        signal.sosfreqz(ours, freq, fs=rate)[1], signal.sosfreqz(want, freq, fs=rate)[1], atol=1e-9
    )


def test_a_band_beyond_half_the_rate_is_refused():
    with pytest.raises(ValueError, match="no band-pass"):
        bandpass_sos(4, 15, 29)
