"""Where in a record the holds are: tension above half of its plateau, as the hold engine sees it."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.detect import SILENCE_S, Dwell, Samples
from isotimer.core.events import EngineSettings
from isotimer.core.units import COUNTS
from isotimer.measures.clean import Clean, measured_rate

BIN_S = 0.25
"""Length of the stretches whose medians tell the plateau: no single sample decides."""
SHARE = 0.5
"""A hold is where tension is above this share of the plateau."""
LEAST_RISE = 0.05
"""Without calibration zero is unknown: less of a rise than this share of the lowest stretch is no pull."""
_DEFAULTS = EngineSettings()


@dataclass(frozen=True, slots=True)
class Span:
    """One hold of a record."""

    start_s: float
    end_s: float
    rest_before: bool
    """Whether its beginning was seen; else it is the beginning of the record."""
    rest_after: bool
    """Whether its end was seen; else it is the end of the record."""


def whole(usable: Clean) -> Span | None:
    """Return a record as one span, its last sample's own step included; None if it is of no use."""
    rate = measured_rate(usable.time_s)
    if usable.fault or rate is None:
        return None
    return Span(float(usable.time_s[0]), float(usable.time_s[-1]) + 1 / rate, False, False)


def holds_in(usable: Clean, unit: str, level: float | None = None) -> tuple[Span, ...]:
    """Return the holds of a record, in order.

    A hold begins where tension rises above half of the plateau for 0.2 s and ends where it stays below for
    0.5 s, both dated back to the crossing. The plateau is the median of all stretches of 0.25 s that lie
    above half of the highest one. A record that never falls below is one hold.

    Args:
        usable: The usable samples of the record.
        unit: "N", or "counts" for a sensor whose zero is not known.
        level: The tension that parts hold and rest, if a longer record has shown it already.
    """
    record = whole(usable)
    if record is None:
        return ()
    if level is None:
        level = hold_level(usable, unit)
    if level is None:
        return (record,)
    apart = np.diff(usable.time_s, prepend=usable.time_s[0])
    silence = max(SILENCE_S, 3 * (record.end_s - float(usable.time_s[-1])))
    samples = Samples(usable.time_s, usable.force_n, apart > silence)
    return tuple(_spans(samples, level, record)) or (record,)


def _spans(samples: Samples, level: float, record: Span) -> list[Span]:
    found: list[Span] = []
    at = 0
    while at < len(samples):
        rest = samples.part(at)
        start = Dwell(level, _DEFAULTS.start_dwell_s, record.start_s, rising=True).feed(rest, None)
        if start is None:
            break
        seen = at > 0 or bool(samples.value[0] < level)
        held = samples.part(at + start.used)
        before = (float(rest.time_s[start.used - 1]), float(rest.value[start.used - 1]))
        end = Dwell(level, _DEFAULTS.release_grace_s, start.dated_s, rising=False).feed(held, before)
        if end is None:
            # Let go so shortly before the end that the grace time does not fit into the record.
            last = _last_above(samples, level, record.end_s)
            found.append(Span(start.dated_s, last, seen, last < record.end_s))
            break
        found.append(Span(start.dated_s, end.dated_s, seen, True))
        at += start.used + end.used
    return found


def _last_above(samples: Samples, level: float, end_s: float) -> float:
    above = np.flatnonzero(samples.value >= level)
    last = int(above[-1])
    return end_s if last == len(samples) - 1 else float(samples.time_s[last])


def hold_level(usable: Clean, unit: str) -> float | None:
    """Return the tension above which there is a hold; None if the record has no rest to tell it from."""
    medians = _medians(usable.time_s, usable.force_n)
    low, high = float(medians.min()), float(medians.max())
    zero = 0.0
    if unit == COUNTS:
        if high - low <= LEAST_RISE * abs(low):
            return None
        zero = low
    if high <= zero:
        return None
    plateau = float(np.median(medians[medians >= zero + SHARE * (high - zero)]))
    level = zero + SHARE * (plateau - zero)
    return level if low < level else None


def _medians(time_s: FloatArray, force_n: FloatArray) -> FloatArray:
    stretch = np.floor((time_s - time_s[0]) / BIN_S)
    edges = np.flatnonzero(np.diff(stretch)) + 1
    return np.array([np.median(part) for part in np.split(force_n, edges)])
