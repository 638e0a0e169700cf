"""The rule of shake onset, asked again and again while the hold lasts."""

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.onset import (
    BASELINE_S,
    STEP_S,
    TENSION_CHANGE,
    Course,
    baseline_shift,
    rule,
)
from isotimer.measures.prepared import PLATEAU_SHARE

_FIRST = 10
"""The baseline is shown once so many windows are in it."""


class Follow:
    """The course of shake of the running hold.

    Args:
        noise_floor_n: RMS of the unloaded sensor in 4-15 Hz, if known.
        low_n: Lower edge of the target band, if there is one.
    """

    def __init__(self, noise_floor_n: float | None, low_n: float | None) -> None:
        self.noise_floor_n = noise_floor_n
        self.low_n = low_n
        self.onset_s: float | None = None
        """When shake doubled, once it has."""
        self.baseline_n: float | None = None
        """Median shake of the baseline, of as much of it as there is."""
        self._level_n = 0.0
        self._relative = False
        self._shift_s: float | None = None
        self._size = 0
        self._rows = np.full((4, 512), np.nan)

    def note(
        self, end_s: float, mean_n: float | None, tension_n: float | None, shake_n: float | None
    ) -> None:
        """Take one more window.

        Args:
            end_s: Its end, from the start of the hold.
            mean_n: Mean tension of its last tenth of a second.
            tension_n: Mean tension of the whole second.
            shake_n: RMS in 4-15 Hz of the whole second.
        """
        if self._size == self._rows.shape[1]:
            self._rows = np.concatenate((self._rows, np.full_like(self._rows, np.nan)), axis=1)
        self._rows[:, self._size] = [np.nan if v is None else v for v in (end_s, mean_n, tension_n, shake_n)]
        self._size += 1
        if end_s < BASELINE_S[1] + (self._shift_s or 0.0) + STEP_S:
            self._learn(end_s)
        elif self.onset_s is None:
            self._judge(tension_n)

    def ratio(self, tension_n: float | None, shake_n: float | None) -> float | None:
        """Return shake over the baseline; once tension has changed by a tenth, both relative to tension."""
        if shake_n is None or not self.baseline_n:
            return None
        changed = self._level_n / tension_n if self._relative and tension_n else 1.0
        return shake_n / self.baseline_n * changed

    def _learn(self, end_s: float) -> None:
        """Move the baseline if the plateau came late, and take its median so far."""
        end, mean, tension, shake = self._rows[:, : self._size]
        if self._shift_s is None and end_s >= BASELINE_S[1]:
            self._shift_s = baseline_shift(_plateau(end, mean))
        shift = self._shift_s or 0.0
        base = (end >= BASELINE_S[0] + shift) & (end <= BASELINE_S[1] + shift) & np.isfinite(shake)
        if base.sum() >= _FIRST:
            self.baseline_n = float(np.median(shake[base]))
            self._level_n = float(np.median(tension[base]))

    def _judge(self, tension_n: float | None) -> None:
        end, _, tension, shake = self._rows[:, : self._size]
        self.onset_s = rule(
            Course(end, shake, tension), self._shift_s or 0.0, self.noise_floor_n, self.low_n
        ).onset_s
        if tension_n is not None and abs(tension_n - self._level_n) > TENSION_CHANGE * self._level_n:
            self._relative = True


def _plateau(end_s: FloatArray, mean_n: FloatArray) -> float:
    """Return the start of the plateau as far as it can be told by now."""
    known = np.isfinite(mean_n)
    if not known.any():
        return 0.0
    level = PLATEAU_SHARE * float(np.median(mean_n[known]))
    reached = np.flatnonzero(known & (mean_n >= level))
    return float(end_s[reached[0]]) - STEP_S if reached.size else 0.0
