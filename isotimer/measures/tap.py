"""The rig's own frequency: how a loaded strap, or a hung mass, rings after it was tapped.

Strap, shackle, load cell and limb are a spring and a mass; a tap lets them ring down at their own
frequency f = 1/(2 pi) sqrt(k/m). Damping moves the ring and its peak by less than 2 % up to a damping
ratio of 0.15. A ring above half the sensor's rate is folded to a lower frequency and cannot be told from it.
"""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.clean import clean, measured_rate
from isotimer.measures.resample import resample
from isotimer.measures.spectrum import detrended

LOW_HZ = 2.0
HIGH_HZ = 40.0
RATE_SHARE = 0.4
"""The highest frequency looked at is this share of the measured rate, and no more than ``HIGH_HZ``."""
LEAST_RATE_HZ = 40.0
"""Below it the band of shake, 4-15 Hz, could not be covered."""
LEAST_S = 2.0

_WORK_HZ = 200.0
"""Faster records are averaged down to about this: a tap's ring stays, their noise goes."""
_BEFORE_S = 0.5
_AFTER_S = 0.2
_JUMP = 6.0
"""At a tap the SD of the next 0.2 s is so many times that of the 0.5 s before; a tremor that comes and
goes rarely reaches 4."""
_CONTACT_S = 0.04
"""The finger is still there for so long after the greatest deflection."""
_RINGS = 4.0
"""The 0.3 s after the contact are so many times louder than the 0.5 s before the tap."""
_QUIET = 2.0
"""The ring is over when 0.5 s of it are less than so many times louder than before the tap."""
_RING_S = (0.6, 3.0)
"""Shortest and longest ring looked at."""
_DECAY = 1.3
"""A ring dies away: its first third is so many times louder than its last; else it is a shaking hand."""
_BACK = 0.5
"""After the ring tension is back within this share of the deflection; else somebody has pulled."""
_PEAK = 3.0
"""A ring's peak is so many times the median density ..."""
_VALLEY = 2.0
"""... and so many times the lowest density on either side."""
_CYCLES = 1.5
_STEP_HZ = 0.02
AGREE_HZ = 1.0
"""Taps that ring further apart than this from their median do not agree."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What taps have told."""

    resonance_hz: float | None
    """The own frequency, median over the taps that rang; None if it cannot be said."""
    taps: int = 0
    """Taps seen."""
    rang: int = 0
    """Those with a frequency of their own."""
    spread_hz: float = 0.0
    """Highest less lowest frequency of those."""
    reason: str = ""
    """Why there is no frequency."""


def ring_down(time_s: FloatArray, force_n: FloatArray) -> Ring:
    """Return the own frequency of a rig that was tapped once or several times.

    Args:
        time_s: (n,) times in s.
        force_n: (n,) values in any unit; NaN where void. Half a second of rest comes before the first tap.
    """
    usable = clean(time_s, force_n)
    rate = measured_rate(usable.time_s)
    if usable.fault or rate is None:
        return Ring(None, reason=usable.fault or "too few usable samples")
    if rate < 0.995 * LEAST_RATE_HZ:
        return Ring(None, reason=f"sensor too slow: {rate:.1f} Hz, needs {LEAST_RATE_HZ:g}")
    values = resample(usable.time_s, usable.force_n, rate).longest.values
    if values.size < LEAST_S * rate:
        return Ring(None, reason=f"too short: {values.size / rate:.1f} s without a gap, needs {LEAST_S:g}")
    high_hz = min(HIGH_HZ, RATE_SHARE * rate)
    values, rate = _slowed(values, rate)
    taps = _taps(values, rate)
    if not taps:
        return Ring(None, reason="no tap seen")
    ends = [*taps[1:], values.size]
    found = [
        f
        for tap, end in zip(taps, ends, strict=True)
        if (f := _ring_hz(values, rate, tap, end, high_hz)) is not None
    ]
    return _agreed(len(taps), found, high_hz)


def _agreed(taps: int, found: list[float], high_hz: float) -> Ring:
    if not found:
        return Ring(None, taps, reason=f"nothing rang between {LOW_HZ:g} and {high_hz:.0f} Hz after the tap")
    middle, spread = float(np.median(found)), max(found) - min(found)
    near = sum(abs(f - middle) <= AGREE_HZ for f in found)
    if 2 * near <= len(found):
        reason = f"the taps do not agree: they rang at {min(found):.1f} to {max(found):.1f} Hz"
        return Ring(None, taps, len(found), spread, reason)
    return Ring(middle, taps, len(found), spread)


def _slowed(values: FloatArray, rate: float) -> tuple[FloatArray, float]:
    """Return means of neighbours, some 200 to 400 a second."""
    size = max(1, int(rate / _WORK_HZ))
    whole = values.size // size * size
    return values[:whole].reshape(-1, size).mean(axis=1), rate / size


def _taps(values: FloatArray, rate: float) -> list[int]:
    """Return the index of the greatest deflection of each tap."""
    before, after = round(_BEFORE_S * rate), max(4, round(_AFTER_S * rate))
    steps = np.abs(np.diff(values))
    # A sensor that says the same number all the time is as quiet as its smallest step.
    least = 0.3 * float(steps[steps > 0].min()) if (steps > 0).any() else np.inf
    quiet = np.maximum(_moving_sd(values, before), least)
    loud = _moving_sd(values, after)
    # The window that sees a tap first may see only the begin of it.
    reach = after + round(_CONTACT_S * rate)
    count = values.size - before - after
    if count <= 0:
        return []
    jumps = np.flatnonzero(loud[before : before + count] > _JUMP * quiet[:count]) + before
    taps: list[int] = []
    free = 0
    for start in jumps.tolist():
        if start >= free:
            level = float(values[start - before : start].mean())
            taps.append(start + int(np.argmax(np.abs(values[start : start + reach] - level))))
            free = taps[-1] + before
    return taps


def _ring_hz(values: FloatArray, rate: float, tap: int, end: int, high_hz: float) -> float | None:
    """Return at which frequency one tap rang; None if it did not."""
    back = round(_BEFORE_S * rate)
    before = values[max(0, tap - back - round(_AFTER_S * rate)) : tap - round(_AFTER_S * rate)]
    ring = values[tap + max(1, round(_CONTACT_S * rate)) : min(end, tap + round(_RING_S[1] * rate))]
    if before.size < 4 or ring.size < _RING_S[0] * rate:
        return None
    quiet, level = float(before.std()), float(before.mean())
    if float(ring[: round(0.3 * rate)].std()) < _RINGS * quiet:
        return None
    over = np.flatnonzero(_moving_sd(ring, round(0.5 * rate)) < _QUIET * quiet)
    if over.size:
        ring = ring[: max(int(over[0]) + round(0.1 * rate), round(_RING_S[0] * rate))]
    flat = detrended(np.arange(ring.size) / rate, ring)
    third = ring.size // 3
    if float(flat[:third].std()) < _DECAY * float(flat[-third:].std()):
        return None
    if abs(float(ring[-third:].mean()) - level) > _BACK * float(np.abs(ring - level).max()):
        return None
    return _peak_hz(flat, rate, high_hz)


def _peak_hz(flat: FloatArray, rate: float, high_hz: float) -> float | None:
    """Return where the density of a ring peaks; None if no peak stands out."""
    fading = np.cos(0.5 * np.pi * np.arange(flat.size) / flat.size) ** 2
    tapered = flat * fading
    tapered = tapered - fading * (tapered.sum() / fading.sum())
    size = max(flat.size, round(rate / _STEP_HZ))
    density = np.abs(np.fft.rfft(tapered, size)) ** 2
    freq = np.arange(density.size) * (rate / size)
    inside = np.flatnonzero((freq >= LOW_HZ) & (freq <= high_hz))
    top = int(inside[np.argmax(density[inside])])
    height, hz = float(density[top]), float(freq[top])
    if top in (inside[0], inside[-1]) or hz * flat.size / rate < _CYCLES:
        return None
    low = float(density[(freq >= 0.25 * LOW_HZ) & (freq <= hz)].min())
    high = float(density[top : inside[-1] + 1].min())
    stands = height >= _PEAK * float(np.median(density[inside])) and height >= _VALLEY * max(low, high)
    return hz if stands else None


def _moving_sd(values: FloatArray, size: int) -> FloatArray:
    """Return (n - size + 1,) the SD of the ``size`` values from each on."""
    if values.size < size:
        return np.empty(0)
    centred = values - values.mean()
    sums = np.concatenate(([0.0], np.cumsum(centred)))
    squares = np.concatenate(([0.0], np.cumsum(centred**2)))
    mean = (sums[size:] - sums[:-size]) / size
    return np.asarray(np.sqrt(np.maximum((squares[size:] - squares[:-size]) / size - mean**2, 0.0)))
