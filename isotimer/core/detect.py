"""When does an athlete pull, and when has he let go: crossings of tension that last.

A crossing counts once tension has stayed on the far side for a dwell time, and is then dated back to
the moment of the crossing. So a shaken sample starts and ends nothing, and lengths do not depend on the
dwell time. All results are the same however the samples are cut into blocks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray
from isotimer.core.target import BandSide, TargetBand

MARKED_GAP_S = 0.3
"""A gap marked by the timeline is not interpolated over if it is longer than this."""

SILENCE_S = 1.0
"""Samples further apart than this are never interpolated, marked or not."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Valid samples of total tension, rising in time."""

    time_s: FloatArray
    value: FloatArray
    gap: NDArray[np.bool_]
    """True where too much time lies before a sample to say what tension did in between."""

    def __len__(self) -> int:
        return len(self.time_s)

    def part(self, start: int, stop: int | None = None) -> "Samples":
        """Return samples start..stop as views."""
        return Samples(self.time_s[start:stop], self.value[start:stop], self.gap[start:stop])


@dataclass(frozen=True, slots=True)
class Crossing:
    """A crossing that lasted."""

    dated_s: float
    """When tension crossed the level."""
    confirmed_s: float
    """When it had stayed there for the dwell time."""
    unseen: bool
    """Whether it fell into a gap of the data, so that the date is only where data end or begin."""
    used: int
    """Samples looked at, the confirming one included."""


@dataclass(frozen=True, slots=True)
class OutOfBand:
    """Tension has been out of its band for a while."""

    at_s: float
    used: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A rule of the plan ends the hold."""

    at_s: float
    """When it was known."""
    end_s: float
    """When the hold ended."""
    why: str
    used: int


Point = tuple[float, float]
"""Time in s and value of one sample."""


class Dwell:
    """Looks for tension that stays at or above a level, or below it, for a dwell time.

    Args:
        level: The level, in N or counts.
        dwell_s: How long tension must stay.
        floor_s: No crossing is dated before this.
        rising: Whether to look for tension at or above the level, else below it.
    """

    def __init__(self, level: float, dwell_s: float, floor_s: float, *, rising: bool) -> None:
        self.level = level
        self._dwell_s = dwell_s
        self._floor_s = floor_s
        self._rising = rising
        self._since_s: float | None = None
        self._dated_s = 0.0
        self._unseen = False

    def feed(self, samples: Samples, before: Point | None) -> Crossing | None:
        """Return the first crossing that these samples confirm.

        Args:
            samples: The next samples.
            before: The sample before them, if there was one.
        """
        time_s, value = samples.time_s, samples.value
        hit = value >= self.level if self._rising else value < self.level
        if not hit.any():
            self._since_s = None
            return None
        for start, stop in self._runs(hit, samples.gap):
            if not hit[start]:
                self._since_s = None
                continue
            # Below before and after a gap is taken as let go throughout; above on both sides proves nothing.
            if self._since_s is None or (self._rising and samples.gap[start]):
                previous = (float(time_s[start - 1]), float(value[start - 1])) if start else before
                here = (float(time_s[start]), float(value[start]))
                self._begin(previous, here, gap=bool(samples.gap[start]))
            confirmed_s = (self._since_s or 0.0) + self._dwell_s
            found = start + int(np.searchsorted(time_s[start:stop], confirmed_s))
            if found < stop:
                return Crossing(self._dated_s, confirmed_s, self._unseen, found + 1)
        return None

    def _runs(self, hit: NDArray[np.bool_], gap: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
        change = hit[1:] != hit[:-1]
        if self._rising:
            change |= gap[1:]
        cuts = np.flatnonzero(change) + 1
        return pairwise([0, *cuts.tolist(), len(hit)])

    def _begin(self, previous: Point | None, here: Point, *, gap: bool) -> None:
        """Date the crossing between two samples, linearly; never within a gap."""
        since_s = dated_s = here[0]
        if previous is not None:
            if gap:
                # What happened in the gap is unknown: only tension that was seen counts as held.
                dated_s = here[0] if self._rising else previous[0]
            elif (previous[1] >= self.level) == self._rising:
                since_s = dated_s = previous[0]
            else:
                share = (self.level - previous[1]) / (here[1] - previous[1])
                since_s = dated_s = previous[0] + share * (here[0] - previous[0])
        self._unseen = gap
        self._since_s = max(since_s, self._floor_s)
        self._dated_s = max(dated_s, self._floor_s)


class Below:
    """Looks for tension that has reached a level and then stays below it.

    Args:
        level: The level.
        dwell_s: How long tension must stay below.
        floor_s: No crossing is dated before this.
    """

    def __init__(self, level: float, dwell_s: float, floor_s: float) -> None:
        self._level = level
        self._reached = False
        self._dwell = Dwell(level, dwell_s, floor_s, rising=False)

    def feed(self, samples: Samples, before: Point | None) -> Crossing | None:
        """Return the first lasting fall that these samples confirm; arguments as of ``Dwell.feed``."""
        skipped = 0
        if not self._reached:
            above = np.flatnonzero(samples.value >= self._level)
            if not above.size:
                return None
            self._reached = True
            skipped = int(above[0])
            samples = samples.part(skipped)
        found = self._dwell.feed(samples, before if not skipped else None)
        return None if found is None else replace(found, used=found.used + skipped)


class Band:
    """Says where medians of tension lie in a band, and when they stay out of it.

    Args:
        band: Gives the band in N at a time; None while the athlete goes by feel.
        patience_s: How long tension must be out of the band to be told.
        start_s: Time from which on it counts.
        stop_s: How long it must be out of the band, once it was in, to end the hold; None for never.
    """

    def __init__(
        self,
        band: Callable[[float], TargetBand | None],
        patience_s: float,
        start_s: float,
        stop_s: float | None = None,
    ) -> None:
        self._band = band
        self._patience_s = patience_s
        self._stop_s = stop_s
        self._in_s = start_s
        self._told = False
        self._reached = False
        self.side: BandSide | None = None

    def feed(self, median_n: float, until_s: float) -> Literal["tell", "end"] | None:
        """Take the median of a stretch; return whether to tell, once per excursion, or to end the hold."""
        band = self._band(until_s)
        self.side = None if band is None else band.side_of(median_n)
        if self.side in ("in", None):
            self._reached = self._reached or self.side == "in"
            self._in_s, self._told = until_s, False
            return None
        away_s = until_s - self._in_s
        if self._stop_s is not None and self._reached and away_s >= self._stop_s:
            return "end"
        tell = not self._told and away_s >= self._patience_s
        self._told = self._told or tell
        return "tell" if tell else None
