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
        self._size = size
        self._count = 0
        self._unit = "N"
        self._lock = threading.Lock()

    def add(self, block: Block) -> None:
        """Append a block; the oldest samples make room."""
        block = block.part(max(0, len(block) - self._size), len(block))
        n = len(block)
        with self._lock:
            at = (self._count + np.arange(n)) % self._size
            self._time_s[at] = block.time_s
            self._force_n[at] = block.force_n
            self._raw[at] = block.raw
            self._flags[at] = block.flags
            self._count += n
            self._unit = block.unit

    def since(self, start_s: float) -> Block:
        """Return a copy of the samples from a time on."""
        with self._lock:
            filled = min(self._count, self._size)
            at = (self._count - filled + np.arange(filled)) % self._size
            first = int(np.searchsorted(self._time_s[at], start_s))
            at = at[first:]
            return Block(self._time_s[at], self._force_n[at], self._raw[at], self._flags[at], self._unit)
