"""The two array types that flow through the pipeline: Readings, then Block."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
FlagArray = NDArray[np.uint8]


class Flag(IntFlag):
    """What is known of one sample besides its value."""

    VOID = 1
    """The sample stands in time but has no value (over-range, rejected, not a number)."""
    OVERRANGE = 2
    """The sensor was loaded beyond its range."""
    UNSTABLE = 4
    """The device calls the value unstable."""
    REJECTED = 8
    """The value is one that this device sends when it errs."""
    GAP_BEFORE = 16
    """Samples are missing between the one before and this one."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What a decoder read out of one chunk of bytes: n frames of c channels, without time yet."""

    raw: FloatArray
    """(n, c) values in the base unit, before tare and calibration; NaN where void."""
    flags: FlagArray
    """(n,) combination of ``Flag``."""
    ticks: IntArray | None
    """(n,) the device's counter as sent, wraps included; None if the device sends no time."""
    seq: IntArray | None
    """(n,) the device's frame number as sent; None if it sends none."""
    arrival_ns: int
    """Host monotonic time, ns, at which the chunk was read."""
    unit: str
    """Base unit of ``raw``: "N" or "counts"."""

    def __len__(self) -> int:
        return len(self.flags)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some samples, with time: the one type that everything after acquisition takes."""

    time_s: FloatArray
    """(n,) session time in s (host monotonic seconds, in step with the device's clock), rising."""
    force_n: FloatArray
    """(n, c) tension in N (in counts while ``unit`` is "counts"); NaN where void."""
    raw: FloatArray
    """(n, c) the sensor's own values before tare and calibration; NaN where void."""
    flags: FlagArray
    """(n,) combination of ``Flag``."""
    unit: str = "N"
    """ "N", or "counts" for a sensor that is not calibrated yet."""
    tension: tuple[int, ...] = ()
    """Channels that add up to the tension; all if empty."""

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def total_n(self) -> FloatArray:
        """(n,) the sum of the channels that are tension; NaN where any of them is void."""
        if self.tension:
            return np.asarray(self.force_n[:, list(self.tension)].sum(axis=1))
        return self.force_n[:, 0] if self.force_n.shape[1] == 1 else self.force_n.sum(axis=1)

    def between(self, start_s: float, end_s: float) -> "Block":
        """Return the samples with start_s <= time <= end_s."""
        a, b = np.searchsorted(self.time_s, [start_s, np.nextafter(end_s, np.inf)])
        return self.part(int(a), int(b))

    def part(self, start: int, stop: int) -> "Block":
        """Return the samples start..stop (views, no copies)."""
        return Block(
            self.time_s[start:stop],
            self.force_n[start:stop],
            self.raw[start:stop],
            self.flags[start:stop],
            self.unit,
            self.tension,
        )

    @staticmethod
    def empty(channels: int = 1, unit: str = "N") -> "Block":
        """Return a block without samples."""
        none = np.empty((0, channels))
        return Block(np.empty(0), none, none, np.empty(0, np.uint8), unit)

    @staticmethod
    def join(blocks: Sequence["Block"]) -> "Block":
        """Return all blocks, in order, as one. At least one is needed; units must agree.

        A list that a reader's thread still adds to is taken as it was at one moment.

        Raises:
            ValueError: If there is no block or units differ.
        """
        blocks = tuple(blocks)
        if not blocks:
            raise ValueError("no blocks to join")
        if len({b.unit for b in blocks}) > 1:
            raise ValueError("blocks of different units cannot be joined")
        if len(blocks) == 1:
            return blocks[0]
        return Block(
            np.concatenate([b.time_s for b in blocks]),
            np.concatenate([b.force_n for b in blocks]),
            np.concatenate([b.raw for b in blocks]),
            np.concatenate([b.flags for b in blocks]),
            blocks[0].unit,
            blocks[0].tension,
        )
