"""Tension and shake of the last second while the hold lasts, by the rule of ``onset``, causal and cheap.

The biquads are run in plain Python: some thirty samples a frame cost less than a call into scipy, and
scipy need not be loaded during a hold.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.clean import measured_rate
from isotimer.measures.filters import bandpass_sos
from isotimer.measures.follow import Follow
from isotimer.measures.onset import STEP_S, WINDOW_S
from isotimer.measures.resample import longest_filled
from isotimer.measures.spectrum import SHAKE_HZ

LEAST_RATE_HZ = 40.0
_LEARN_S = 1.0
"""The rate is measured over this long before the filter is made."""
_CHECK_S = 5.0
"""It is measured again so often; a change beyond 3 % makes a new filter."""
_SETTLE_S = 0.5
"""The filter's answer to a start or gap has died away by then."""
_HOPS = round(WINDOW_S / STEP_S)
_MARGIN = 0.9
"""Share of the samples of a second that must be there."""
_FORGET = 600
"""After so many silent tenths of a second nothing before them counts."""


@dataclass(frozen=True, slots=True)
class LiveView:
    """The last second, as of ``time_s``."""

    time_s: float = float("-inf")
    """Session time at which the second ended."""
    tension_n: float | None = None
    """Mean tension of the second."""
    shake_n: float | None = None
    """RMS in 4-15 Hz of the second."""
    baseline_n: float | None = None
    """Median shake of the hold's seconds 3 to 8, or of as many as there are yet."""
    ratio: float | None = None
    """Shake over the baseline."""
    onset_s: float | None = None
    """When shake doubled, from the start of the hold."""
    why: str = ""
    """Why there is no shake, or no ratio, in plain words."""


class LiveShake:
    """Follows a stream of samples; one owner, not shared between threads.

    Args:
        noise_floor_n: RMS of the unloaded sensor in 4-15 Hz, if known.
    """

    def __init__(self, noise_floor_n: float | None = None) -> None:
        self.noise_floor_n = noise_floor_n
        self.view = LiveView(why="no samples yet")
        self._learn: list[float] = []
        self._rate = 0.0
        self._sections: list[list[float]] = []
        self._last_s = float("-inf")
        self._last_n = 0.0
        self._offset: float | None = None
        """What is taken off each sample, so that the filter starts from rest; None: take the next one."""
        self._valid_from_s = float("inf")
        self._hop = 0
        self._sums = [0.0, 0.0, 0.0, 0.0]
        """Of the running tenth: filtered samples, their squares; samples, their sum."""
        self._hops: deque[list[float]] = deque(maxlen=_HOPS)
        self._start_s = 0.0
        self._follow: Follow | None = None

    def begin(self, start_s: float, low_n: float | None = None) -> None:
        """Say that a hold began at ``start_s`` (session time, also past), with its lower band edge."""
        self._start_s = start_s
        self._follow = Follow(self.noise_floor_n, low_n)

    def finish(self) -> None:
        """Say that the hold is over: tension and shake go on, baseline and onset end."""
        self._follow = None

    def feed(self, time_s: FloatArray, total_n: FloatArray) -> LiveView:
        """Take some samples and return the newest view.

        Args:
            time_s: (n,) session times, rising, in step with the device's clock.
            total_n: (n,) total tension; NaN where void.
        """
        for time, value in zip(time_s.tolist(), total_n.tolist(), strict=True):
            self._learn.append(time)
            if time - self._learn[0] >= (_CHECK_S if self._rate else _LEARN_S):
                self._measure_rate()
            if value - value == 0.0 and time > self._last_s:
                self._sample(time, value)
        return self.view

    def _measure_rate(self) -> None:
        rate = measured_rate(np.array(self._learn))
        self._learn.clear()
        if rate is None or (self._rate and abs(rate / self._rate - 1) < 0.03):
            return
        self._rate = rate
        self._sections = []
        if rate >= 0.995 * LEAST_RATE_HZ:
            # b is (g, 0, -g) in every section.
            self._sections = [[s[0], s[4], s[5], 0.0, 0.0] for s in bandpass_sos(*SHAKE_HZ, rate).tolist()]
        self._valid_from_s = self._last_s + _SETTLE_S
        self._offset = None

    def _sample(self, time: float, value: float) -> None:
        hop = int(time / STEP_S)
        if hop != self._hop:
            self._close(hop)
        if self._sections:
            self._step(time, value)
        sums = self._sums
        sums[2] += 1
        sums[3] += value
        self._last_s, self._last_n = time, value

    def _step(self, time: float, value: float) -> None:
        """Filter one sample, and before it those that are missing, if few."""
        away = time - self._last_s
        missing = round(away * self._rate) - 1
        if self._offset is None or away > longest_filled(self._rate):
            self._offset = value
            for section in self._sections:
                section[3] = section[4] = 0.0
            self._valid_from_s = time + _SETTLE_S
        elif missing > 0:
            for k in range(1, missing + 1):
                self._filter(time, self._last_n + (value - self._last_n) * k / (missing + 1))
        self._filter(time, value)

    def _filter(self, time: float, value: float) -> None:
        x = value - (self._offset or 0.0)
        for section in self._sections:
            gain, a1, a2, z1, z2 = section
            scaled = gain * x
            x = scaled + z1
            section[3] = z2 - a1 * x
            section[4] = -scaled - a2 * x
        if time >= self._valid_from_s:
            self._sums[0] += 1
            self._sums[1] += x * x

    def _close(self, hop: int) -> None:
        """End the running tenth of a second, and look at the second that each tenth completes."""
        if self._last_s == float("-inf") or hop - self._hop > _FORGET:
            self._hops.clear()
        else:
            for ended in range(self._hop + 1, hop + 1):
                self._hops.append(self._sums)
                self._look(ended * STEP_S)
                self._sums = [0.0, 0.0, 0.0, 0.0]
        self._sums = [0.0, 0.0, 0.0, 0.0]
        self._hop = hop

    def _look(self, end_s: float) -> None:
        count, power, samples, total = (sum(column) for column in zip(*self._hops, strict=True))
        least = self._rate * WINDOW_S if len(self._hops) == _HOPS else float("inf")
        tension = total / samples if samples and samples >= min(0.5 * least, 0.5 * self._rate) else None
        shake = (power / count) ** 0.5 if self._sections and count >= _MARGIN * least else None
        why = self._why_not(shake)
        if self._follow is None or end_s <= self._start_s:
            self.view = LiveView(end_s, tension, shake, why=why)
            return
        mean = self._sums[3] / self._sums[2] if self._sums[2] else None
        self._follow.note(end_s - self._start_s, mean, tension, shake)
        ratio = self._follow.ratio(tension, shake)
        why = why or ("" if ratio is not None else "watching the first seconds")
        self.view = LiveView(end_s, tension, shake, self._follow.baseline_n, ratio, self._follow.onset_s, why)

    def _why_not(self, shake: float | None) -> str:
        if shake is not None:
            return ""
        if self._rate and not self._sections:
            return f"sensor too slow: {self._rate:.1f} Hz, needs {LEAST_RATE_HZ:g}"
        return "settling"
