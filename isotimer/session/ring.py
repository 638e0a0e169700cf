"""The newest samples, for the screen and for tare: one writer, many readers."""

import threading

import numpy as np

from isotimer.core.block import Block, FlagArray, FloatArray


class Ring:
    """A ring buffer of blocks.

    Args:
        size: Samples kept.
        channels: Values per sample.
    """

    def __init__(self, size: int, channels: int) -> None:
        self._time_s: FloatArray = np.full(size, np.nan)
        self._force_n: FloatArray = np.full((size, channels), np.nan)
        self._raw: FloatArray = np.full((size, channels), np.nan)
        self._flags: FlagArray = np.zeros(size, np.uint8)
        self._total_n: FloatArray = np.full(size, np.nan)
        self._size = size
        self._count = 0
        self._unit = "N"
        self._tension: tuple[int, ...] = ()
        self._lock = threading.Lock()

    def add(self, block: Block) -> None:
        """Append a block; the oldest samples make room."""
        block = block.part(max(0, len(block) - self._size), len(block))
        n, total_n = len(block), block.total_n
        with self._lock:
            at = (self._count + np.arange(n)) % self._size
            self._time_s[at] = block.time_s
            self._force_n[at] = block.force_n
            self._raw[at] = block.raw
            self._flags[at] = block.flags
            self._total_n[at] = total_n
            self._count += n
            self._unit, self._tension = block.unit, block.tension

    def since(self, start_s: float) -> Block:
        """Return a copy of the samples from a time on."""
        with self._lock:
            wanted = self._wanted(start_s)
            return Block(
                np.concatenate([self._time_s[w] for w in wanted]),
                np.concatenate([self._force_n[w] for w in wanted]),
                np.concatenate([self._raw[w] for w in wanted]),
                np.concatenate([self._flags[w] for w in wanted]),
                self._unit,
                self._tension,
            )

    def tension(self, start_s: float) -> tuple[FloatArray, FloatArray]:
        """Return a copy of (times, total tension) from a time on: a picture needs no more."""
        with self._lock:
            wanted = self._wanted(start_s)
            return (
                np.concatenate([self._time_s[w] for w in wanted]),
                np.concatenate([self._total_n[w] for w in wanted]),
            )

    def newest(self, start_s: float) -> float | None:
        """Return the total tension of the newest sample; None if it is older than a time."""
        with self._lock:
            at = (self._count - 1) % self._size
            return float(self._total_n[at]) if self._count and self._time_s[at] >= start_s else None

    def _wanted(self, start_s: float) -> list[slice]:
        """Return where the samples from a time on are, oldest first."""
        head = self._count % self._size
        # the older half lies behind the place that is written next, the newer before it
        halves = [slice(0, head)] if self._count < self._size else [slice(head, self._size), slice(0, head)]
        return [
            slice(half.start + int(np.searchsorted(self._time_s[half], start_s)), half.stop)
            for half in halves
        ]
