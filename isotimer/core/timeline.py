"""Times for samples: from the device's own clock, its frame numbers, or a fit of arrival times.

All times come out on one base, the host's monotonic seconds. A device clock is put on that base by a
constant offset, so that lengths stay in device time. Nothing here counts samples by a nominal rate:
on a sensor declared as 80 Hz that runs at 87.5 Hz this would be wrong by 2.8 s after 30 s.
"""

import itertools
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray, IntArray, Readings

GAP_STEP = 1.5
"""A step longer than this many usual steps is a gap."""
JUMP_S = 1.0
"""A device clock that runs ahead of the host's by more than this between two samples is not believed."""
ANCHOR_S = 1.0
"""For so long after a start the offset of the device clock still follows faster arrivals. A hold that begins
meanwhile is left alone, since a step that is squeezed would be a force that rises faster than it did; the
offset then finds its place in the next rest."""
RESYNC_S = 0.05
"""The offset is put right between holds when it is off by more than this."""
_RECENT = 64

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """Times for one chunk of readings."""

    time_s: FloatArray
    """(n,) session time, s, rising."""
    gap_before: BoolArray
    """(n,) bool: samples are missing before this one."""
    keep: slice | IntArray
    """Which readings these times belong to (all but those whose device time was garbled)."""
    rebooted: bool = False
    """Whether the device's counter started again within the chunk."""


class StepMeter:
    """The usual step between samples and the measured rate, gaps and false steps left out."""

    def __init__(self) -> None:
        self._steps: deque[float] = deque(maxlen=_RECENT)
        self._usual_s = 0.0
        self._count = 0
        self._sum_s = 0.0

    @property
    def usual_s(self) -> float:
        """The median step, s; 0 before 8 steps, because the first ones are often odd."""
        return self._usual_s if len(self._steps) >= 8 else 0.0

    @property
    def rate_hz(self) -> float | None:
        """Normal steps ÷ the time they took; None before 8 of them."""
        return self._count / self._sum_s if self._count >= 8 else None

    def add(self, steps_s: FloatArray) -> None:
        """Take the steps of one chunk."""
        if not len(steps_s):
            return
        self._steps.extend(steps_s[-_RECENT:])
        self._usual_s = float(np.median(self._steps))
        if len(self._steps) < 8:
            return
        normal = steps_s[(steps_s > 0.5 * self._usual_s) & (steps_s <= GAP_STEP * self._usual_s)]
        self._count += len(normal)
        self._sum_s += float(normal.sum())
        if self._sum_s > 60.0:
            self._count, self._sum_s = (
                self._count // 2,
                self._sum_s / 2 * (2 * (self._count // 2) / self._count),
            )


class DeviceClock:
    """Times from the counter that the device sends.

    A counter that falls by more than half its width has wrapped; one that falls by less has started
    again (a reboot). A single odd value between plausible ones is a garbled line and is left out.

    Args:
        tick_s: Seconds per count.
        modulus: The count at which the counter starts again from 0.
    """

    def __init__(self, tick_s: float, modulus: int) -> None:
        self._tick_s = tick_s
        self._modulus = modulus
        self.steps = StepMeter()
        self.bad_times = 0
        self.may_resync = True
        self._last_tick: int | None = None
        self._last_arrival_s = 0.0
        self._suspect: int | None = None
        self._device_s = 0.0
        self._offset_s = 0.0
        self._anchoring = False
        self._anchored_until_s = 0.0
        self._broke_in_hold = False
        self._recent: deque[tuple[float, float]] = deque()
        self._last_time_s = -np.inf

    @property
    def rate_hz(self) -> float | None:
        """Measured rate in the device's own seconds; None before 8 steps."""
        return self.steps.rate_hz

    def restart(self) -> None:
        """Forget the past: the stream is about to start anew."""
        self._last_tick = None
        self._suspect = None

    def stamp(self, readings: Readings) -> Stamps:
        """Return times for readings that carry ``ticks``.

        Raises:
            ValueError: If they carry none.
        """
        if readings.ticks is None:
            raise ValueError("readings without ticks need another clock")
        arrival_s = readings.arrival_ns * 1e-9
        before_s = self._device_s if self._last_tick is not None else -np.inf
        went_on = bool(np.isfinite(self._last_time_s))
        device_s, keep, breaks, rebooted = self._unwrap(readings.ticks, arrival_s)
        if not len(device_s):
            return Stamps(device_s, np.zeros(0, bool), keep, rebooted)
        edges = [0, *(np.flatnonzero(breaks[1:]) + 1).tolist(), len(device_s)]
        parts = [self._place(device_s[a:b], arrival_s, bool(breaks[a])) for a, b in itertools.pairwise(edges)]
        time_s = np.concatenate(parts)
        # the device's own steps: where the offset was put right no sample is missing
        steps = np.diff(device_s, prepend=before_s)
        known = np.isfinite(steps) & ~breaks
        self.steps.add(steps[known])
        usual_s = self.steps.usual_s
        gap = breaks | (np.isfinite(steps) & (usual_s > 0) & (steps > GAP_STEP * usual_s))
        gap[0] &= went_on
        return Stamps(time_s, gap, keep, rebooted)

    def _unwrap(
        self, ticks: IntArray, arrival_s: float
    ) -> tuple[FloatArray, slice | IntArray, BoolArray, bool]:
        """Return (device seconds, which readings, where the clock breaks, whether it started again)."""
        waited_s = arrival_s - self._last_arrival_s
        self._last_arrival_s = arrival_s
        longest = (max(waited_s, 0.0) + JUMP_S) / self._tick_s
        if self._last_tick is not None and self._suspect is None:
            step = np.diff(ticks, prepend=self._last_tick) % self._modulus
            if (step > 0).all() and (step <= longest).all():
                device_s = self._device_s + np.cumsum(step) * self._tick_s
                self._last_tick, self._device_s = int(ticks[-1]), float(device_s[-1])
                return device_s, slice(None), np.zeros(len(ticks), bool), False
        return self._unwrap_slowly(ticks, longest)

    def _unwrap_slowly(
        self, ticks: IntArray, longest: float
    ) -> tuple[FloatArray, slice | IntArray, BoolArray, bool]:
        device: list[float] = []
        keep: list[int] = []
        breaks: list[bool] = []
        rebooted = False
        for i, tick in enumerate(ticks.tolist()):
            if self._last_tick is None:
                broken, self._device_s = True, 0.0
            elif 0 < (step := (tick - self._last_tick) % self._modulus) <= longest:
                broken = False
                self._device_s += step * self._tick_s
                self.bad_times += self._suspect is not None
            elif self._suspect is not None and 0 < (tick - self._suspect) % self._modulus <= longest:
                broken = rebooted = True
                self._device_s += (tick - self._suspect) % self._modulus * self._tick_s
            else:
                self.bad_times += self._suspect is not None
                self._suspect = tick
                continue
            self._suspect = None
            self._last_tick = tick
            device.append(self._device_s)
            keep.append(i)
            breaks.append(broken)
        return np.array(device), np.array(keep, np.int64), np.array(breaks, bool), rebooted

    def _place(self, device_s: FloatArray, arrival_s: float, broken: bool) -> FloatArray:
        """Put one unbroken run of device seconds on the host's time base."""
        lag_s = arrival_s - float(device_s[-1])
        if broken:
            self._recent.clear()
            self._offset_s = lag_s
            self._anchoring, self._broke_in_hold = True, not self.may_resync
            self._anchored_until_s = arrival_s + ANCHOR_S
        self._recent.append((arrival_s, lag_s))
        while self._recent[0][0] < arrival_s - 2.0:
            self._recent.popleft()
        fastest_s = min(lag for _, lag in self._recent)
        # after a gap in the middle of a hold there is no length to keep, and the rest must lie where it was
        may_follow = self.may_resync or self._broke_in_hold
        if (self._anchoring and may_follow and fastest_s < self._offset_s) or (
            self.may_resync and abs(fastest_s - self._offset_s) > RESYNC_S
        ):
            self._offset_s = fastest_s
        if may_follow and arrival_s >= self._anchored_until_s:
            self._anchoring = False
        time_s = device_s + self._offset_s
        if time_s[0] <= self._last_time_s:
            # a correction must not turn time back; the few samples it concerns are squeezed
            late = int(np.searchsorted(time_s, self._last_time_s, side="right"))
            end = time_s[late] if late < len(time_s) else self._last_time_s + 1e-6 * (late + 1)
            time_s[:late] = np.linspace(self._last_time_s, end, late + 2)[1:-1]
        self._last_time_s = float(time_s[-1])
        return time_s


class PollClock:
    """Times of readings without a pace of their own: the arrival of each is its time.

    So it is with answers, each taken when it was asked for, and with devices whose pace follows the load.

    Args:
        slowest_s: The longest usual step, if it is known; a gap is much longer.
    """

    def __init__(self, slowest_s: float = 0.0) -> None:
        self._slowest_s = slowest_s
        self.steps = StepMeter()
        self.bad_times = 0
        self.may_resync = True
        self._last_time_s = -np.inf

    @property
    def rate_hz(self) -> float | None:
        """Answers per second, gaps left out."""
        return self.steps.rate_hz

    def restart(self) -> None:
        """Nothing to forget: the host's clock runs on."""

    def stamp(self, readings: Readings) -> Stamps:
        """Return times for the (usually single) reading of a chunk."""
        n = len(readings)
        arrival_s = max(readings.arrival_ns * 1e-9, self._last_time_s + 1e-6)
        time_s: FloatArray = np.array([arrival_s - 1e-6 * k for k in range(n - 1, -1, -1)])
        step = arrival_s - self._last_time_s
        gap = np.zeros(n, bool)
        if np.isfinite(step):
            self.steps.add(np.array([step]))
            gap[0] = 0 < 2.5 * max(self.steps.usual_s, self._slowest_s) < step
        self._last_time_s = arrival_s
        return Stamps(time_s, gap, slice(None))
