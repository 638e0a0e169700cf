"""Spectral density of a window and the power in a band."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.lazy import signal
from isotimer.measures.resample import Even

WOBBLE_HZ = (0.5, 4.0)
SHAKE_HZ = (4.0, 15.0)
TREMOR_HZ = (8.0, 12.0)
HEART_HZ = (4.0, 8.0)
"""Where the heartbeat of a person on a force plate lands."""
MAINS_HZ = (45.0, 65.0)

_TIME_BANDWIDTH = 3.0
_TAPERS = 5
_SEGMENTS = 4
"""Fewer Welch segments than these scatter too much; the multitaper spectrum takes their place."""

_LEAST_POINTS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """One-sided spectral density."""

    freq_hz: FloatArray
    """(k,) frequencies from 0, Hz."""
    density: FloatArray
    """(k,) density in N²/Hz (counts²/Hz without calibration)."""
    method: str
    """How it was computed, for people."""

    def band_rms(self, band_hz: tuple[float, float]) -> float:
        """Return the RMS in a band, in N: the root of the integral between the exact edges.

        The density is taken as linear between its frequencies.
        """
        low, high = band_hz
        inside = (self.freq_hz > low) & (self.freq_hz < high)
        freq = np.concatenate(([low], self.freq_hz[inside], [high]))
        power = np.trapezoid(np.interp(freq, self.freq_hz, self.density), freq)
        return float(np.sqrt(max(power, 0.0)))


def welch_or_multitaper(even: Even) -> Spectrum | None:
    """Return the density of a window; None if no piece of it is 2 s long.

    Windows of 10 s and more: Welch with Hann segments of 2 s; of 5 s and more: 1 s; half overlapping,
    each linearly detrended. With fewer than four segments, or a shorter window: multitaper.
    """
    length = even.longest.values.size / even.rate_hz
    if length + 0.5 / even.rate_hz >= 5:
        seconds = 2.0 if length + 0.5 / even.rate_hz >= 10 else 1.0
        spectrum = welch(even, seconds)
        if spectrum is not None:
            return spectrum
    return multitaper(even)


def welch(even: Even, segment_s: float) -> Spectrum | None:
    """Return the Welch density over all pieces that hold a segment; None with fewer than four segments."""
    size = round(segment_s * even.rate_hz)
    if size < _LEAST_POINTS:
        return None
    pieces = [p.values for p in even.pieces if p.values.size >= size]
    counts = [(p.size - size) // (size - size // 2) + 1 for p in pieces]
    if sum(counts) < _SEGMENTS:
        return None
    freq = _frequencies(size, even.rate_hz)
    density = np.zeros(freq.size)
    for values, count in zip(pieces, counts, strict=True):
        _, part = signal().welch(
            values, even.rate_hz, window="hann", nperseg=size, noverlap=size // 2, detrend="linear"
        )
        density += part * (count / sum(counts))
    return Spectrum(freq, density, f"Welch, Hann {segment_s:g} s, half overlapping, {sum(counts)} segments")


def multitaper(even: Even) -> Spectrum | None:
    """Return the density of the longest piece by five Slepian tapers (NW = 3); None below 2 s.

    Source: Thomson DJ (1982) Proc IEEE 70:1055. Unit-energy tapers, mean of |X|²/rate, one-sided.
    """
    values = even.longest.values
    if values.size < max(_LEAST_POINTS, 2 * even.rate_hz - 1):
        return None
    flat = detrended(np.arange(values.size) / even.rate_hz, values)
    tapers = signal().windows.dpss(values.size, _TIME_BANDWIDTH, _TAPERS)
    tapers = tapers / np.sqrt((tapers**2).sum(axis=1, keepdims=True))
    density = (np.abs(np.fft.rfft(tapers * flat)) ** 2).mean(axis=0) / even.rate_hz
    density[1 : None if values.size % 2 else -1] *= 2
    freq = _frequencies(values.size, even.rate_hz)
    return Spectrum(freq, density, f"multitaper, {_TAPERS} tapers, {values.size / even.rate_hz:.1f} s")


def _frequencies(size: int, rate_hz: float) -> FloatArray:
    return np.arange(size // 2 + 1, dtype=np.float64) * (rate_hz / size)


def detrended(time_s: FloatArray, force_n: FloatArray) -> FloatArray:
    """Return the values less their least-squares line."""
    return np.asarray(force_n - force_n.mean() - slope(time_s, force_n) * (time_s - time_s.mean()))


def slope(time_s: FloatArray, force_n: FloatArray) -> float:
    """Return the slope of the least-squares line, per second; 0 for a single time."""
    away = time_s - time_s.mean()
    spread = float((away * away).sum())
    return float((away * force_n).sum()) / spread if spread > 0 else 0.0
