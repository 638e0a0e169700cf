"""When a device takes its samples."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from isotimer.core.block import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class SampleClock:
    """An absolute schedule that does not drift.

    The first sample comes one period after the start; then the odd first steps, if the device
    has any; then one sample a period.
    """

    rate_hz: float
    first_steps_s: tuple[float, ...] = ()
    _head: tuple[float, ...] = field(init=False, repr=False, compare=False)
    """Times of the first sample and of those that the odd steps lead to."""

    def __post_init__(self) -> None:
        steps_s = accumulate(self.first_steps_s, initial=0.0)
        object.__setattr__(self, "_head", tuple(1 / self.rate_hz + s for s in steps_s))

    def times(self, index: IntArray) -> FloatArray:
        """Return the times of samples by index, s after the start."""
        odd = len(self.first_steps_s)
        head = np.array(self._head)
        later = head[odd] + (index - odd) / self.rate_hz
        times: FloatArray = np.where(index <= odd, head[np.minimum(index, odd)], later)
        return times

    def at_s(self, index: int) -> float:
        """Return the time of one sample, s after the start."""
        odd = len(self.first_steps_s)
        return self._head[index] if index <= odd else self._head[odd] + (index - odd) / self.rate_hz

    def due(self, elapsed_s: float) -> int:
        """Return how many samples lie at or before a time."""
        last_s = self._head[-1]
        if elapsed_s < last_s:
            return bisect_right(self._head, elapsed_s)
        return len(self._head) + int((elapsed_s - last_s) * self.rate_hz)
