"""Times for samples of a sensor that sends no time: a line fit of arrival times."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from isotimer.core.block import FloatArray, IntArray, Readings
from isotimer.core.timeline import GAP_STEP, BoolArray, Stamps

SILENCE_STEPS = 5.0
"""A silence of this many steps, and of ``SILENCE_S``, starts a new fit."""
SILENCE_S = 0.5
FIT_POINTS = 400
"""Points in the line fit."""
POINT_S = 0.01
"""Least time between two points, so that they span at least 4 s."""
FIT_S = 0.5
"""A fit over less than this does not change a rate that was known before."""
SETTLE_S = 1.0
"""For so long after a start times lie on the fit itself; later they only lean towards it."""


class ArrivalClock:
    """Times for a stream that carries none: a line fit of arrival times against the sample's number.

    Arrival stamps themselves are worth nothing (a USB bridge hands over 16 ms at once); the line
    through many of them is good to 0.01 ms. The fit starts again after a silence and when the stream
    falls behind for good, because lost samples bias it. Frame numbers make losses known exactly.

    Args:
        nominal_hz: First guess of the rate; 0 if unknown.
        seq_modulus: The frame number at which counting starts again; None if the device sends none.
    """

    def __init__(self, nominal_hz: float = 0.0, seq_modulus: int | None = None) -> None:
        self._seq_modulus = seq_modulus
        self._nominal_hz = nominal_hz
        self._step_s = 1.0 / nominal_hz if nominal_hz > 0 else 0.0
        self.bad_times = 0
        self.may_resync = True
        self._points: deque[tuple[int, float]] = deque(maxlen=FIT_POINTS)
        self._line: tuple[float, float, float] | None = None
        self._residuals: deque[tuple[float, float]] = deque()
        self._index = -1
        self._last_seq: int | None = None
        self._last_arrival_s = -np.inf
        self._last_time_s = -np.inf
        self._fresh = True
        self._doubted = False
        self._fitted = False

    @property
    def rate_hz(self) -> float | None:
        """The slope of the fit; None until it rests on half a second of data."""
        return 1.0 / self._step_s if self._fitted and self._step_s > 0 else None

    def restart(self) -> None:
        """Forget the past: the stream is about to start anew."""
        self._fresh = True
        self._last_seq = None

    def doubt(self) -> None:
        """Something unreadable came: samples may be missing before the next ones, nobody knows how many."""
        self._doubted = self._seq_modulus is None

    def stamp(self, readings: Readings) -> Stamps:
        """Return times for readings, in the order they came."""
        n = len(readings)
        arrival_s = readings.arrival_ns * 1e-9
        index, lost = self._number(readings.seq, n)
        behind_s = self._last_time_s + (index[-1] - self._index) * self._step_s
        silent_s = arrival_s - self._last_arrival_s
        first = self._fresh or not self._points
        restart = (
            first
            or self._doubted
            or silent_s > max(SILENCE_STEPS * self._step_s, SILENCE_S)
            or self._lags(arrival_s, behind_s)
        )
        if restart:
            time_s, broken = self._start(index, arrival_s)
        else:
            broken = False
            time_s = self._follow(index, arrival_s)
        gap = lost
        gap[0] |= broken
        self._index = int(index[-1])
        self._last_arrival_s = arrival_s
        self._last_time_s = float(time_s[-1])
        self._fresh = self._doubted = False
        return Stamps(time_s, gap, slice(None))

    def _number(self, seq: IntArray | None, n: int) -> tuple[IntArray, BoolArray]:
        """Return (running number of each sample, where numbers are missing before it)."""
        if seq is None or self._seq_modulus is None:
            return self._index + 1 + np.arange(n), np.zeros(n, bool)
        first = self._last_seq is None
        step = (
            np.diff(seq, prepend=seq[0] - 1 if self._last_seq is None else self._last_seq) % self._seq_modulus
        )
        far = (step == 0) | (step > self._seq_modulus // 2)
        step = np.where(far, 1, step)
        self._last_seq = int(seq[-1])
        lost = (step > 1) | far
        if first:
            lost[0] = False
        return self._index + np.cumsum(step), lost

    def _lags(self, arrival_s: float, due_s: float) -> bool:
        """Whether even the promptest chunks of the last half second came late: samples were lost unseen."""
        if not self._fitted:
            return False
        late_s, most_s = arrival_s - due_s, max(2.5 * self._step_s, 0.03)
        self._residuals.append((arrival_s, late_s))
        while self._residuals[0][0] < arrival_s - SILENCE_S:
            self._residuals.popleft()
        if arrival_s - self._residuals[0][0] < 0.6 * SILENCE_S or len(self._residuals) < 4:
            return False
        # Mostly the chunk that just came is prompt enough: then the others need no look.
        return late_s > most_s and min(r for _, r in self._residuals) > most_s

    def _start(self, index: IntArray, arrival_s: float) -> tuple[FloatArray, bool]:
        """Begin a new fit at this chunk; the slope of the last one is the first guess."""
        self._points.clear()
        self._residuals.clear()
        self._points.append((int(index[-1]), arrival_s))
        self._line = None
        known = self._step_s > 0
        step_s = self._step_s if known else 1e-3
        time_s = np.asarray(arrival_s - (index[-1] - index) * step_s, np.float64)
        missing_s = float(time_s[0]) - self._last_time_s
        broken = bool(np.isfinite(self._last_time_s)) and (self._fresh or missing_s > GAP_STEP * step_s)
        self._fitted = self._fitted and known and not self._fresh
        return self._after_last(time_s), broken

    def _follow(self, index: IntArray, arrival_s: float) -> FloatArray:
        """Carry the running times on, leaning towards the fit."""
        if arrival_s - self._points[-1][1] >= POINT_S:
            self._points.append((int(index[-1]), arrival_s))
            self._line = None
        steps = int(index[-1]) - self._index
        span_s = arrival_s - self._points[0][1]
        fitted = len(self._points) >= 4
        target_s = self._fit(span_s, int(index[-1])) if fitted else arrival_s
        step_s = self._step_s if self._step_s > 0 else max((arrival_s - self._last_time_s) / steps, 1e-6)
        if fitted and span_s < SETTLE_S:
            return self._after_last(target_s - (index[-1] - index) * step_s)
        error_s = target_s - (self._last_time_s + steps * step_s)
        lean = float(np.clip(0.1 * error_s / (steps * step_s), -0.5, 0.5))
        return np.asarray(self._last_time_s + (index - self._index) * (step_s * (1.0 + lean)), np.float64)

    def _after_last(self, time_s: FloatArray) -> FloatArray:
        """Return times that do not go back behind the last one given out."""
        if time_s[0] > self._last_time_s:
            return time_s
        end_s = max(float(time_s[-1]), self._last_time_s + 1e-6 * len(time_s))
        return np.linspace(self._last_time_s, end_s, len(time_s) + 1)[1:]

    def _fit(self, span_s: float, last: int) -> float:
        """Fit the line through (number, arrival), update the step, return the line's time for ``last``."""
        if self._line is None:
            self._line = _line_through(self._points)
        slope, mean_n, mean_a = self._line
        if self._fitted and span_s < FIT_S:
            slope = self._step_s
        elif slope > 0:
            self._step_s = slope
            self._fitted = span_s >= FIT_S
        newest_n, newest_s = self._points[-1]
        return newest_s + mean_a - slope * (mean_n + (newest_n - last))


def _line_through(points: Sequence[tuple[int, float]]) -> tuple[float, float, float]:
    """Return (slope, mean number, mean arrival) of a line through points, counted from the newest."""
    known = np.array(points)
    number, arrival = known[:, 0] - known[-1, 0], known[:, 1] - known[-1, 1]
    mean_n, mean_a = float(number.mean()), float(arrival.mean())
    spread = number - mean_n
    slope = float(spread @ (arrival - mean_a) / max(float(spread @ spread), 1e-12))
    return slope, mean_n, mean_a
