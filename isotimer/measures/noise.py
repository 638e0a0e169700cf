"""The noise of an unloaded sensor, band by band."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.clean import clean, measured_rate
from isotimer.measures.resample import resample
from isotimer.measures.spectrum import (
    MAINS_HZ,
    SHAKE_HZ,
    TREMOR_HZ,
    WOBBLE_HZ,
    multitaper,
    slope,
    welch,
)

BANDS: tuple[tuple[str, tuple[float, float]], ...] = (
    ("wobble", WOBBLE_HZ),
    ("shake", SHAKE_HZ),
    ("tremor", TREMOR_HZ),
    ("mains", MAINS_HZ),
)
"""Name and edges in Hz of each band in which noise is told."""
LEAST_S = 2.0
FLOOR_S = 5.0
"""A noise floor worth keeping is measured over at least so long."""
UNLOADED_N = 5.0
"""A strap and its shackle weigh no more; what reads more carries something or was never tared."""
STILL_N = 1.0
"""The means of half seconds of a sensor at rest differ by no more."""
BUMP = 3.0
"""No second of rest has more than so many times the SD of the middle one."""


@dataclass(frozen=True, slots=True)
class BandNoise:
    """Noise in one band."""

    band: str
    low_hz: float
    high_hz: float
    rms: float | None
    """RMS in the unit of the samples; None if it cannot be had."""
    reason: str = ""
    """Why there is no value."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise of a stretch that should be at rest."""

    rate_hz: float | None
    length_s: float
    mean: float | None
    sd: float | None
    """SD of all samples (n - 1), drift included."""
    drift_per_s: float | None
    bands: tuple[BandNoise, ...]

    def rms(self, band: str) -> float | None:
        """Return the RMS in a band of ``BANDS``."""
        return next(b.rms for b in self.bands if b.band == band)


def noise_by_band(time_s: FloatArray, force_n: FloatArray) -> Noise:
    """Return the noise of a stretch with nothing, or something still, on the sensor.

    Args:
        time_s: (n,) times in s.
        force_n: (n,) values in any unit; NaN where void.
    """
    usable = clean(time_s, force_n)
    rate = measured_rate(usable.time_s)
    if usable.fault or rate is None:
        return Noise(None, 0.0, None, None, None, _refused(usable.fault or "too few usable samples"))
    time, force = usable.time_s, usable.force_n
    length = float(time[-1] - time[0]) + 1 / rate
    rest = (rate, length, float(force.mean()), float(force.std(ddof=1)), slope(time, force))
    even = resample(time, force, rate)
    spectrum = welch(even, 2.0) or multitaper(even)
    if spectrum is None:
        return Noise(*rest, _refused(f"too short: {length:.1f} s, needs {LEAST_S:g}"))
    bands = []
    for name, (low, high) in BANDS:
        # A sensor's own filter is open to about 0.4 of its rate.
        needed = 40.0 if high <= SHAKE_HZ[1] else 200.0
        if rate < 0.995 * needed:
            bands.append(
                BandNoise(name, low, high, None, f"sensor too slow: {rate:.1f} Hz, needs {needed:g}")
            )
        else:
            bands.append(BandNoise(name, low, high, spectrum.band_rms((low, high))))
    return Noise(*rest, tuple(bands))


def unrest(time_s: FloatArray, force_n: FloatArray) -> str:
    """Return why a stretch is not that of an unloaded sensor at rest; empty if it is.

    Args:
        time_s: (n,) times in s.
        force_n: (n,) tension in N; NaN where void.
    """
    usable = clean(time_s, force_n)
    rate = measured_rate(usable.time_s)
    if usable.fault or rate is None:
        return usable.fault or "too few usable samples"
    time, force = usable.time_s, usable.force_n
    length = float(time[-1] - time[0]) + 1 / rate
    if length < FLOOR_S - 1.5 / rate:
        return f"too short: {length:.1f} s, needs {FLOOR_S:g}"
    mean = float(force.mean())
    if abs(mean) > UNLOADED_N:
        return f"it reads {mean:.1f} N: unload it, or tare it if it is unloaded"
    halves = [part.mean() for part in _parts(time, force, 0.5)]
    wander = float(max(halves) - min(halves)) if halves else 0.0
    if wander > STILL_N:
        return f"it is not still: the reading wandered by {wander:.1f} N"
    steps = np.abs(np.diff(force))
    if not steps.any():
        return "every reading is the same: the sensor shows no noise"
    spreads = [float(part.std()) for part in _parts(time, force, 1.0)]
    # A coarse sensor says the same number for seconds, then the next one once.
    flicker = 0.5 * float(steps[steps > 0].min())
    if spreads and max(spreads) > BUMP * max(float(np.median(spreads)), flicker):
        return "it is not still: something touched it"
    return ""


def _parts(time: FloatArray, force: FloatArray, seconds: float) -> list[FloatArray]:
    """Return the samples of each whole stretch of so many seconds that has at least four."""
    number = ((time - time[0]) / seconds).astype(np.int64)
    parts = [force[number == k] for k in range(int((time[-1] - time[0]) / seconds))]
    return [part for part in parts if part.size >= 4]


def _refused(reason: str) -> tuple[BandNoise, ...]:
    return tuple(BandNoise(name, low, high, None, reason) for name, (low, high) in BANDS)
