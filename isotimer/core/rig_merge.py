"""Blocks of several devices put on one time base: the first one's samples say when, the rest follow.

All times are on the host's monotonic base already. A value of another device at such a time lies on the
straight line between the two of its own samples around it, if these are neighbours; else there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from isotimer.core.block import Block, Flag, FlagArray, FloatArray
from isotimer.core.rig import Rig

PATIENCE_S = 1.0
"""A device whose samples come later than this is not waited for: its values are void until it catches up.

Not less than the time after which a line counts as silent: what a busy computer reads late is not lost.
"""
NEIGHBOURS = 2.5
"""Two samples of a device are neighbours if they lie less than this many of its usual steps apart."""
BATCH_S = 0.015
"""Less than this is not worth the work of putting it together; it waits for more."""
_STEPS = 64
_FEW = 8
"""So many samples tell a device's usual step; it is waited for until they are here."""


@dataclass(slots=True, eq=False)
class _Buffer:
    """Samples of one device that are not used up; the first of them lies at or before the last time given."""

    columns: tuple[int, ...]
    """Where its channels stand in a block of the rig."""
    channels: tuple[int, ...]
    time_s: FloatArray = field(default_factory=lambda: np.empty(0))
    raw: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    force_n: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    flags: FlagArray = field(default_factory=lambda: np.zeros(0, np.uint8))
    recent_s: FloatArray = field(default_factory=lambda: np.empty(0))
    """Its newest times, used up or not."""
    step_s: float = 0.0
    """Its usual step; 0 while it is not known."""
    alive: bool = True

    @property
    def newest_s(self) -> float:
        return float(self.time_s[-1]) if len(self.time_s) else float("-inf")

    def add(self, block: Block) -> None:
        """Append samples that are newer than those before."""
        fresh = block.part(int(np.searchsorted(block.time_s, self.newest_s, side="right")), len(block))
        if not len(fresh):
            return
        channels = list(self.channels)
        raw, force = fresh.raw[:, channels], fresh.force_n[:, channels]
        if len(self.time_s):
            self.time_s = np.concatenate([self.time_s, fresh.time_s])
            self.raw = np.concatenate([self.raw, raw])
            self.force_n = np.concatenate([self.force_n, force])
            self.flags = np.concatenate([self.flags, fresh.flags])
        else:
            self.time_s, self.raw, self.force_n, self.flags = fresh.time_s, raw, force, fresh.flags
        self.recent_s = np.concatenate([self.recent_s, fresh.time_s])[-_STEPS:]
        if len(self.recent_s) >= _FEW:
            self.step_s = float(np.median(np.diff(self.recent_s)))

    def drop_until(self, time_s: float) -> None:
        """Forget what no later time needs: all but the last sample at or before a time."""
        first = max(0, int(np.searchsorted(self.time_s, time_s, side="right")) - 1)
        self.time_s, self.raw = self.time_s[first:], self.raw[first:]
        self.force_n, self.flags = self.force_n[first:], self.flags[first:]

    def at(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FlagArray]:
        """Return raw values, forces and flags at rising times; NaN where there are no two neighbours."""
        raw = np.full((len(time_s), len(self.columns)), np.nan)
        force, flags = raw.copy(), np.zeros(len(time_s), np.uint8)
        if not len(self.time_s):
            return raw, force, flags
        after = np.searchsorted(self.time_s, time_s)
        inside = (after < len(self.time_s)) & (time_s >= self.time_s[0])
        later = after[inside]
        exact = self.time_s[later] == time_s[inside]
        earlier = np.where(exact, later, np.maximum(later - 1, 0))
        apart = self.time_s[later] - self.time_s[earlier]
        near = exact | ((self.step_s > 0) & (apart < NEIGHBOURS * self.step_s))
        near &= exact | ((self.flags[later] & Flag.GAP_BEFORE) == 0)
        rows = np.flatnonzero(inside)[near]
        earlier, later, apart = earlier[near], later[near], apart[near]
        share = np.divide(
            time_s[rows] - self.time_s[earlier], apart, out=np.zeros(len(rows)), where=apart > 0
        )[:, None]
        raw[rows] = self.raw[earlier] + share * (self.raw[later] - self.raw[earlier])
        force[rows] = self.force_n[earlier] + share * (self.force_n[later] - self.force_n[earlier])
        flags[rows] = (self.flags[earlier] | self.flags[later]) & ~np.uint8(Flag.GAP_BEFORE | Flag.VOID)
        return raw, force, flags


class Merger:
    """Puts the devices of one rig together. Not safe for threads by itself.

    Args:
        rig: The rig; its first device gives the times.
    """

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self._buffers = [_buffer(rig, device.id) for device in rig.devices]
        self._given_s = float("-inf")
        self._tension = rig.tension_columns if len(rig.tension_columns) < len(rig.channels) else ()
        self._clock = 0

    def feed(self, device: int, block: Block) -> Block | None:
        """Take samples of one device; return what is complete now, in the rig's channels.

        Args:
            device: Its number in the rig.
            block: Its samples, all its own channels.
        """
        self._buffers[device].add(block)
        return self._complete(block.unit, BATCH_S)

    def line(self, device: int, alive: bool, unit: str = "N") -> Block | None:
        """Learn that a device is lost or back; return what needs not wait any more."""
        self._buffers[device].alive = alive
        return self._complete(unit, 0.0)

    def _complete(self, unit: str, batch_s: float) -> Block | None:
        living = [n for n, buffer in enumerate(self._buffers) if buffer.alive]
        if not living:
            return None
        clock = living[0]
        first, self._clock = clock != self._clock, clock
        beat = self._buffers[clock]
        start = int(np.searchsorted(beat.time_s, self._given_s, side="right"))
        until_s = self._waits_until(living, clock)
        if until_s - self._given_s < batch_s:
            return None
        stop = int(np.searchsorted(beat.time_s, until_s, side="right"))
        if stop <= start:
            return None
        times = beat.time_s[start:stop]
        raw = np.full((len(times), len(self.rig.channels)), np.nan)
        force, flags = raw.copy(), beat.flags[start:stop] & ~np.uint8(Flag.VOID)
        for number, buffer in enumerate(self._buffers):
            columns = list(buffer.columns)
            if number == clock:
                raw[:, columns], force[:, columns] = buffer.raw[start:stop], buffer.force_n[start:stop]
            else:
                raw[:, columns], force[:, columns], others = buffer.at(times)
                flags |= others
        if first and len(flags):
            flags[0] |= np.uint8(Flag.GAP_BEFORE)
        block = Block(times, force * self.rig.signs, raw, flags, unit, self._tension)
        flags[~np.isfinite(block.total_n)] |= np.uint8(Flag.VOID)
        self._given_s = float(times[-1])
        for buffer in self._buffers:
            buffer.drop_until(self._given_s)
        return block

    def _waits_until(self, living: Sequence[int], clock: int) -> float:
        """Return up to which time all that will come is here."""
        newest = self._buffers[clock].newest_s
        rest = (self._buffers[n] for n in living if n != clock)
        others = [b.newest_s if b.step_s else float("-inf") for b in rest]
        return max(min([newest, *others]), newest - PATIENCE_S)


def _buffer(rig: Rig, device: str) -> _Buffer:
    columns = tuple(n for n, c in enumerate(rig.channels) if c.device == device)
    width = len(columns)
    return _Buffer(
        columns,
        tuple(rig.channels[n].channel for n in columns),
        raw=np.empty((0, width)),
        force_n=np.empty((0, width)),
    )
