"""What the samples of a sensor mean for a running plan."""

from collections import deque
from dataclasses import replace

import numpy as np

from isotimer.core.block import Block, Flag, FloatArray
from isotimer.core.detect import MARKED_GAP_S, SILENCE_S, Band, Crossing, Dwell, OutOfBand, Point, Samples
from isotimer.core.events import EngineSettings
from isotimer.core.target import BandSide, TargetBand
from isotimer.core.units import COUNTS

BIN_S = 0.25
"""Length of the stretches whose medians give the peak and the place in the band."""

BASELINE_S = 1.0
"""Length of the unloaded stretch from which thresholds in counts are derived."""

LEAST_RISE = 5.0
"""The smallest rise in counts that starts a hold: a coarse sensor at rest may have no spread at all."""


class Sense:
    """What the samples of one sensor mean for a running plan.

    Thresholds are shares of the target, or of the hold's own peak of medians over ``BIN_S``. For a sensor
    in counts there is no target and zero has no meaning: the start is then a rise above the median of the
    last second before by 8 standard deviations, or by 5 % of that median if this is more, but never by more
    than 100 standard deviations, nor less than ``LEAST_RISE``; release is a share of the rise.

    Args:
        settings: Thresholds and times.
    """

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._unit = ""
        self._last: Point | None = None
        self._idle: deque[Samples] = deque()
        self._zero = 0.0
        self._wanted: TargetBand | None = None
        self._target: TargetBand | None = None
        self._start: Dwell | None = None
        self._release: Dwell | None = None
        self._holds = False
        self._floor_s = 0.0
        self._peak = 0.0
        self._bin: list[FloatArray] = []
        self._bin_end_s = 0.0
        self._band: Band | None = None

    @property
    def last_s(self) -> float | None:
        """Time of the newest valid sample."""
        return None if self._last is None else self._last[0]

    @property
    def side(self) -> BandSide | None:
        """Where tension was in the last full ``BIN_S``; None outside of a hold or without a band."""
        return None if self._band is None else self._band.side

    def take(self, block: Block) -> Samples:
        """Return the valid samples of a block that are newer than all before."""
        time_s, value = block.time_s, block.total_n
        keep = np.isfinite(value)
        if self._last is not None:
            keep &= time_s > self._last[0]
        if not keep.all():
            time_s, value = time_s[keep], value[keep]
        if block.unit != self._unit:
            self._change_unit(block.unit)
        first_s = self._last[0] if self._last is not None else (time_s[0] if len(time_s) else 0.0)
        apart_s = np.diff(time_s, prepend=first_s)
        gap = apart_s > MARKED_GAP_S
        if gap.any():
            marked = (block.flags[keep] & Flag.GAP_BEFORE) != 0
            gap &= marked | (apart_s > SILENCE_S)
        return Samples(time_s, value, gap)

    def rest(self) -> None:
        """Look for nothing."""
        self._start = self._release = self._band = None
        self._holds = False

    def arm(self, at_s: float, target: TargetBand | None) -> None:
        """Look for the start of a hold."""
        self.rest()
        self._floor_s = at_s
        self._wanted = target
        self._set_thresholds()

    def hold(self, at_s: float, start_s: float, target: TargetBand | None, *, pulled: bool) -> None:
        """Look for the release.

        Args:
            at_s: Time from which on samples belong to the hold.
            start_s: The hold's start; no release is dated before.
            target: The band, if there is one.
            pulled: Whether tension is known to be above the start threshold. If not, no release is
                looked for until it is: the athlete may hold without loading the sensor.
        """
        if not pulled:
            self.arm(at_s, target)
        self._holds = True
        self._floor_s = start_s
        self._bin, self._bin_end_s = [], at_s + BIN_S
        if target is not None and self._unit != COUNTS:
            self._band = Band(target, self._settings.out_of_band_s, at_s)
        if pulled:
            self._seek_release()

    def feed(self, samples: Samples) -> Crossing | OutOfBand | None:
        """Take samples up to the first thing worth telling and return it; None if all were taken."""
        if not self._holds and self._start is None:
            self._feed_idle(samples)
            return None
        done = 0
        while done < len(samples):
            stop = len(samples)
            if self._holds and samples.time_s[-1] >= self._bin_end_s:
                stop = int(np.searchsorted(samples.time_s, self._bin_end_s))
                if stop <= done:
                    told_s = self._close_bin(float(samples.time_s[done]))
                    if told_s is not None:
                        return OutOfBand(told_s, done)
                    continue
            part = samples.part(done, stop)
            crossing = self._cross(part)
            used = len(part) if crossing is None else crossing.used
            if self._holds:
                self._bin.append(part.value[:used])
            self._last = (float(part.time_s[used - 1]), float(part.value[used - 1]))
            done += used
            if crossing is not None and self._told(crossing):
                return replace(crossing, used=done)
        return None

    def _cross(self, part: Samples) -> Crossing | None:
        seeker = self._release or self._start
        return None if seeker is None else seeker.feed(part, self._last)

    def _told(self, crossing: Crossing) -> bool:
        """Return whether a crossing is for the engine; a late pull within a hold is not."""
        if self._holds and self._release is None:
            self._seek_release()
            return False
        return True

    def _seek_release(self) -> None:
        self._release = Dwell(self._level(), self._settings.release_grace_s, self._floor_s, rising=False)

    def _level(self) -> float:
        share = self._settings.release_share
        if self._target is not None:
            return share * self._target.force_n
        return self._zero + share * (self._peak - self._zero)

    def _close_bin(self, next_s: float) -> float | None:
        """Close the stretch that ended before ``next_s``; return its end if the band must be told."""
        end_s, values = self._bin_end_s, self._bin
        skipped = int((next_s - end_s) / BIN_S)
        self._bin, self._bin_end_s = [], end_s + (skipped + 1) * BIN_S
        if not values:
            return None
        median = float(np.median(np.concatenate(values)))
        self._peak = max(self._peak, median)
        if self._release is not None:
            self._release.level = self._level()
        return end_s if self._band is not None and self._band.feed(median, end_s) else None

    def _feed_idle(self, samples: Samples) -> None:
        if not len(samples):
            return
        self._last = (float(samples.time_s[-1]), float(samples.value[-1]))
        if self._unit != COUNTS:
            return
        self._idle.append(samples)
        while self._last[0] - self._idle[0].time_s[-1] > BASELINE_S:
            self._idle.popleft()

    def _change_unit(self, unit: str) -> None:
        """Forget what was known in another unit; a running search starts afresh."""
        self._unit, self._last, self._release, self._band = unit, None, None, None
        self._idle.clear()
        if self._start is not None:
            self._set_thresholds()

    def _set_thresholds(self) -> None:
        settings = self._settings
        self._target = None if self._unit == COUNTS else self._wanted
        if self._unit != COUNTS:
            self._zero = 0.0
            level = settings.start_force_n
            if self._target is not None:
                level = settings.start_share * self._target.force_n
        else:
            self._zero, level = self._baseline()
        self._peak = level
        self._start = Dwell(level, settings.start_dwell_s, self._floor_s, rising=True)

    def _baseline(self) -> tuple[float, float]:
        """Return the median of the unloaded sensor and the level that starts a hold, in counts."""
        if not self._idle:
            # Nothing is known of the sensor at rest, so nothing can be told from a pull: only a key starts.
            return 0.0, np.inf
        since_s = self._idle[-1].time_s[-1] - BASELINE_S
        values = np.concatenate([s.value[s.time_s > since_s] for s in self._idle])
        median, spread = float(np.median(values)), float(np.std(values))
        return median, median + max(8 * spread, min(0.05 * abs(median), 100 * spread), LEAST_RISE)
