"""The course of a record of any length, in bounded memory: mean force in even stretches of time."""

import numpy as np

from isotimer.core.block import FloatArray

STRETCH_S = 0.25
"""Length of a stretch; it doubles each time that there would be more than ``MOST``."""
MOST = 1 << 16
_BEYOND = 1e12
"""No sensor says this, and no clock."""


class Outline:
    """Takes samples as they come and keeps their mean in each stretch of time."""

    def __init__(self) -> None:
        self.stretch_s = STRETCH_S
        self._start_s: float | None = None
        self._sum = np.zeros(0)
        self._count = np.zeros(0)

    def feed(self, time_s: FloatArray, force: FloatArray) -> None:
        """Take samples; those without a time or a value count for nothing.

        Args:
            time_s: (n,) times in s, about rising.
            force: (n,) values in any unit.
        """
        known = (np.abs(time_s) < _BEYOND) & (np.abs(force) < _BEYOND)
        time_s, force = time_s[known], force[known]
        if not time_s.size:
            return
        if self._start_s is None:
            self._start_s = float(time_s[0])
        while float(time_s.max()) - self._start_s >= MOST * self.stretch_s:
            self._halve()
        at = np.maximum(((time_s - self._start_s) / self.stretch_s).astype(np.int64), 0)
        size = max(int(at.max()) + 1, self._sum.size)
        self._sum = _longer(self._sum, size) + np.bincount(at, force, size)
        self._count = _longer(self._count, size) + np.bincount(at, minlength=size)

    def course(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return (k,) the middle of each stretch that has samples, in s, their mean, and their number."""
        seen = np.flatnonzero(self._count)
        middle = (self._start_s or 0.0) + (seen + 0.5) * self.stretch_s
        mean: FloatArray = self._sum[seen] / self._count[seen]
        return np.asarray(middle, np.float64), mean, self._count[seen]

    def _halve(self) -> None:
        """Join stretches two by two."""
        self.stretch_s *= 2
        self._sum, self._count = _paired(self._sum), _paired(self._count)


def _paired(values: FloatArray) -> FloatArray:
    even = _longer(values, values.size + values.size % 2)
    return even[0::2] + even[1::2]


def _longer(values: FloatArray, size: int) -> FloatArray:
    return np.concatenate((values, np.zeros(size - values.size)))
