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
        self._tension: tuple[int, ...] = ()
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
            self._unit, self._tension = block.unit, block.tension

    def since(self, start_s: float) -> Block:
        """Return a copy of the samples from a time on."""
        with self._lock:
            head = self._count % self._size
            # the older half lies behind the place that is written next, the newer before it
            halves = (
                [slice(0, head)] if self._count < self._size else [slice(head, self._size), slice(0, head)]
            )
            wanted = [
                slice(half.start + int(np.searchsorted(self._time_s[half], start_s)), half.stop)
                for half in halves
            ]
            return Block(
                np.concatenate([self._time_s[w] for w in wanted]),
                np.concatenate([self._force_n[w] for w in wanted]),
                np.concatenate([self._raw[w] for w in wanted]),
                np.concatenate([self._flags[w] for w in wanted]),
                self._unit,
                self._tension,
            )
