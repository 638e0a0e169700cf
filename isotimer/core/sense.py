"""What the samples of a sensor mean for a running plan."""

from collections import deque
from dataclasses import replace

import numpy as np

from isotimer.core.block import Block, Flag, FloatArray
from isotimer.core.detect import (
    MARKED_GAP_S,
    SILENCE_S,
    Band,
    Below,
    Crossing,
    Dwell,
    OutOfBand,
    Point,
    Samples,
    Stopped,
)
from isotimer.core.events import EngineSettings
from isotimer.core.moving import band_at, eyes_off, lowest_share
from isotimer.core.plan import HoldStep, Mode
from isotimer.core.target import BandSide, TargetBand
from isotimer.core.task import StopRule
from isotimer.core.units import COUNTS

BIN_S = 0.25
"""Length of the stretches whose medians give the peak and the place in the band."""

BASELINE_S = 1.0
"""Length of the unloaded stretch from which thresholds in counts are derived."""

SPREADS = 5.0
"""A rise by so many standard deviations of the stretch before is no noise of the sensor."""

NOISIEST = 3.0
"""Noise raises the threshold of a false start no further than to this many times its plain value."""

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
        self._wanted: HoldStep | None = None
        self._target: TargetBand | None = None
        self._start: Dwell | None = None
        self._release: Dwell | None = None
        self._below: Below | None = None
        self._early = False
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

    @property
    def waits(self) -> bool:
        """Whether the answer to the go of mode respond has not been seen yet."""
        return self._early

    @property
    def _rule(self) -> StopRule:
        step = self._wanted
        return StopRule() if step is None or step.stop is None else step.stop

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
        before_s = np.empty_like(time_s)
        before_s[:1], before_s[1:] = first_s, time_s[:-1]
        apart_s = time_s - before_s
        gap = apart_s > MARKED_GAP_S
        if gap.any():
            marked = (block.flags[keep] & Flag.GAP_BEFORE) != 0
            gap &= marked | (apart_s > SILENCE_S)
        return Samples(time_s, value, gap)

    def rest(self) -> None:
        """Look for nothing."""
        self._start = self._release = self._below = self._band = None
        self._holds = self._early = False

    def arm(self, at_s: float, step: HoldStep) -> None:
        """Look for the start of a hold."""
        self.rest()
        self._floor_s = at_s
        self._wanted = step
        self._set_thresholds()

    def wait(self, at_s: float, step: HoldStep) -> None:
        """Look for any rise of tension: the go of mode respond has not come yet."""
        self.rest()
        self._early = True
        self._floor_s = at_s
        self._wanted = step
        self._set_thresholds()

    def hold(self, at_s: float, start_s: float, step: HoldStep, *, pulled: bool) -> None:
        """Look for the release; after ``wait`` for the answer to the go.

        Args:
            at_s: Time from which on samples belong to the hold.
            start_s: The hold's start; no release is dated before.
            step: What is held.
            pulled: Whether tension is known to be above the start threshold. If not, no release is
                looked for until it is: the athlete may hold without loading the sensor.
        """
        if not (self._early or pulled):
            self.arm(at_s, step)
        self._wanted = step
        self._holds = True
        self._floor_s = start_s
        self._bin, self._bin_end_s = [], at_s + BIN_S
        self._band = self._band_of(step, at_s, start_s)
        if pulled:
            self.pulled()

    def pulled(self) -> None:
        """Say that the hold's pull has been seen: from now on a release counts."""
        self._early = False
        step, settings = self._wanted, self._settings
        if step is None:
            return
        grace_s = settings.release_grace_s
        if step.mode is Mode.SWITCH:
            # Between the sides nobody pulls; only a pause longer than any wait is letting go.
            grace_s = (step.wait_s or settings.switch_wait_s)[1] + 1.0
        elif step.mode is Mode.RESPOND and step.seconds is not None:
            grace_s = np.inf
        self._release = Dwell(self._level(), grace_s, self._floor_s, rising=False)
        rule = self._rule
        if rule.below_target_share is not None and self._target is not None:
            level = rule.below_target_share * self._target.force_n * lowest_share(step.path)
            self._below = Below(level, rule.below_s, self._floor_s)

    def feed(self, samples: Samples) -> Crossing | OutOfBand | Stopped | None:
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
                    told = self._close_bin(float(samples.time_s[done]), done)
                    if told is not None:
                        return told
                    continue
            part = samples.part(done, stop)
            found = self._look(part)
            used = len(part) if found is None else found.used
            if self._holds:
                self._bin.append(part.value[:used])
            self._last = (float(part.time_s[used - 1]), float(part.value[used - 1]))
            done += used
            if found is not None and self._told(found):
                return replace(found, used=done)
        return None

    def _look(self, part: Samples) -> Crossing | Stopped | None:
        """Return the first crossing or stop in a part of the samples."""
        seeker = self._release or self._start
        crossing = None if seeker is None else seeker.feed(part, self._last)
        below = None if self._below is None else self._below.feed(part, self._last)
        if below is None or (crossing is not None and crossing.used <= below.used):
            return crossing
        rule = self._rule
        why = f"below {100 * (rule.below_target_share or 0.0):.0f} % of the target for {rule.below_s:g} s"
        return Stopped(below.confirmed_s, below.dated_s, why, below.used)

    def _told(self, found: Crossing | Stopped) -> bool:
        """Return whether a crossing is for the engine; a late pull within a hold is not."""
        if self._holds and self._release is None and not self._early:
            self.pulled()
            return False
        return True

    def _level(self) -> float:
        share = self._settings.release_share
        if self._target is not None:
            path = self._wanted.path if self._wanted is not None else None
            return share * self._target.force_n * lowest_share(path)
        return self._zero + share * (self._peak - self._zero)

    def _band_of(self, step: HoldStep, at_s: float, start_s: float) -> Band | None:
        target, path, settings = step.target, step.path, self._settings
        if target is None or self._unit == COUNTS or step.mode in (Mode.RESPOND, Mode.SWITCH):
            return None
        stop_s = self._rule.out_of_band_s
        patience_s = settings.out_of_band_s if stop_s is None else stop_s / 2

        def band(until_s: float) -> TargetBand | None:
            since_s = until_s - BIN_S / 2 - start_s
            return None if eyes_off(step, since_s) else band_at(target, path, since_s)

        return Band(band, patience_s, at_s, stop_s)

    def _close_bin(self, next_s: float, used: int) -> OutOfBand | Stopped | None:
        """Close the stretch that ended before ``next_s``; return what is to be told of it."""
        end_s, values = self._bin_end_s, self._bin
        skipped = int((next_s - end_s) / BIN_S)
        self._bin, self._bin_end_s = [], end_s + (skipped + 1) * BIN_S
        if not values:
            return None
        median = float(np.median(np.concatenate(values)))
        self._peak = max(self._peak, median)
        if self._release is not None:
            self._release.level = self._level()
        word = None if self._band is None else self._band.feed(median, end_s)
        if word is None:
            return None
        if word == "tell":
            return OutOfBand(end_s, used)
        return Stopped(end_s, end_s, f"out of the band for {self._rule.out_of_band_s or 0.0:g} s", used)

    def _feed_idle(self, samples: Samples) -> None:
        if not len(samples):
            return
        self._last = (float(samples.time_s[-1]), float(samples.value[-1]))
        self._idle.append(samples)
        while self._last[0] - self._idle[0].time_s[-1] > BASELINE_S:
            self._idle.popleft()

    def _change_unit(self, unit: str) -> None:
        """Forget what was known in another unit; a running search starts afresh."""
        self._unit, self._last = unit, None
        self._release = self._below = self._band = None
        self._idle.clear()
        if self._start is not None:
            self._set_thresholds()

    def _set_thresholds(self) -> None:
        settings, step = self._settings, self._wanted
        wanted = None if step is None else step.target
        self._target = None if self._unit == COUNTS else wanted
        dwell_s = settings.start_dwell_s
        if self._early:
            dwell_s = settings.false_start_dwell_s
            self._zero, level = self._baseline() if self._unit == COUNTS else self._still()
        elif self._unit == COUNTS:
            self._zero, level = self._baseline()
        else:
            self._zero = 0.0
            level = settings.start_force_n
            if self._target is not None:
                path = step.path if step is not None else None
                first = band_at(self._target, path, 0.0) or self._target
                level = settings.start_share * first.force_n
                if path is not None:
                    level = max(level, settings.start_force_n)
        self._peak = level
        self._start = Dwell(level, dwell_s, self._floor_s, rising=True)

    def _still(self) -> tuple[float, float]:
        """Return the level of the last second and that of a start, in N."""
        rise_n = self._settings.false_start_n
        values = self._quiet_values()
        if values is None:
            return 0.0, rise_n
        median, spread = float(np.median(values)), float(np.std(values))
        return median, median + max(rise_n, min(SPREADS * spread, NOISIEST * rise_n))

    def _quiet_values(self) -> FloatArray | None:
        """Return what the sensor gave in the last second before; None if nothing is known of it."""
        if not self._idle:
            return None
        since_s = self._idle[-1].time_s[-1] - BASELINE_S
        return np.concatenate([s.value[s.time_s > since_s] for s in self._idle])

    def _baseline(self) -> tuple[float, float]:
        """Return the median of the unloaded sensor and the level that starts a hold, in counts."""
        values = self._quiet_values()
        if values is None:
            # Nothing is known of the sensor at rest, so nothing can be told from a pull: only a key starts.
            return 0.0, np.inf
        median, spread = float(np.median(values)), float(np.std(values))
        return median, median + max(8 * spread, min(0.05 * abs(median), 100 * spread), LEAST_RISE)
