"""What the measures of one hold share, each worked out once and only if asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar, cast

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.clean import Clean, clean, measured_rate
from isotimer.measures.resample import Even, longest_filled, resample
from isotimer.measures.spectrum import SHAKE_HZ, Spectrum, multitaper, welch, welch_or_multitaper
from isotimer.measures.trace import Trace

T = TypeVar("T")

RELEASE_MARGIN_S = 0.5
"""The window ends so long before the release: the muscle lets go before the force does."""
PLATEAU_SHARE = 0.9
"""The plateau starts once the mean of the last 0.25 s reaches this share of the hold's median."""
PLATEAU_MEAN_S = 0.25
SETTLING_S = 1.0
"""The plateau starts no sooner than so long after the pull began."""
QUIET_S = 1.0
"""Length of the quiet stretch before the pull; half of it will do."""
QUIET_WITHIN_S = 3.0
"""It is looked for so long before the pull."""
SETTLED_S = 1.0
"""After the hold the zero is looked for from here on."""
CUT_S = 1.0
"""Samples that end so much earlier than the hold are said to."""
PULL_RISE = 0.5
"""A pull on a load cell rises by at least this share of its peak."""
PLATE_RISE = 0.1
"""The same on a plate, which carries the body before."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A stretch without effort."""

    start_s: float
    end_s: float
    mean_n: float
    sd_n: float
    drift_n_s: float
    """Slope within the stretch."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A trace with everything that more than one measure needs.

    Not slotted: the cached properties live in the instance.
    """

    trace: Trace
    _made: dict[str, object] = field(default_factory=dict, repr=False)

    def once(self, name: str, make: "Callable[[Prepared], T]") -> T:
        """Return what ``make`` gives for this hold, worked out at the first call only."""
        if name not in self._made:
            self._made[name] = make(self)
        return cast("T", self._made[name])

    def of_side(self, side: str) -> "Prepared | None":
        """Return the same hold as one side carries it; None if the sides are not told apart.

        The side is looked at in the window of the whole, and to the end of the hold where the whole was
        lost before.
        """
        return self.once(f"side {side}", lambda hold: _side(hold, side))

    @cached_property
    def clean(self) -> Clean:
        """The usable samples."""
        return clean(self.trace.time_s, self.trace.force_n)

    @property
    def fault(self) -> str:
        """Why nothing at all can be computed; empty mostly."""
        if not (np.isfinite(self.trace.hold_s) and self.trace.hold_s > 0):
            return "the hold has no length"
        if self.clean.fault:
            return self.clean.fault
        return "" if self.rate_hz is not None else "too few usable samples"

    @cached_property
    def rate_hz(self) -> float | None:
        """Measured rate of the whole record."""
        return measured_rate(self.clean.time_s)

    @property
    def rate(self) -> float:
        """Measured rate; only to be asked for where ``fault`` is empty."""
        return self.rate_hz or 0.0

    def between(self, start_s: float, end_s: float) -> tuple[FloatArray, FloatArray]:
        """Return (time_s, force_n) of the samples with start_s <= time <= end_s."""
        a, b = np.searchsorted(self.clean.time_s, [start_s, np.nextafter(end_s, np.inf)])
        return self.clean.time_s[a:b], self.clean.force_n[a:b]

    @cached_property
    def hold(self) -> tuple[FloatArray, FloatArray]:
        """(time_s, force_n) from start to end of the hold."""
        return self.between(0.0, self.trace.hold_s)

    @cached_property
    def covered_s(self) -> tuple[float, float]:
        """First and last time of the hold that samples reach."""
        time, _ = self.hold
        period = 1 / self.rate
        if not time.size:
            return 0.0, 0.0
        first, last = float(time[0]), float(time[-1])
        return (0.0 if first < 1.5 * period else first), min(self.trace.hold_s, last + period)

    @cached_property
    def cut_doubt(self) -> str:
        """What to say of a hold of which the samples do not reach the end; empty if they do."""
        seen_s = self.covered_s[1]
        if self.fault or self.trace.hold_s - seen_s <= CUT_S:
            return ""
        return f"only the first {seen_s:.1f} of {self.trace.hold_s:.1f} s were seen"

    @cached_property
    def plateau_s(self) -> float:
        """Start of the plateau, from the start of the hold."""
        time, force = self.hold
        if not time.size:
            return 0.0
        level = PLATEAU_SHARE * float(np.median(force))
        if level <= 0 or force[0] >= level:
            return self.covered_s[0]
        mean = moving_mean(time, force, PLATEAU_MEAN_S)
        reached = np.flatnonzero(mean >= level)
        if not reached.size:
            return float(time[-1])
        settled = -np.inf if self.pull_s is None else self.pull_s + SETTLING_S
        return min(max(float(time[reached[0]]) + PLATEAU_MEAN_S, settled), float(time[-1]))

    @cached_property
    def window_s(self) -> tuple[float, float]:
        """The analysis window: plateau start to 0.5 s before the release, or as chosen by hand."""
        first, last = self.covered_s
        if self.trace.window_s is not None:
            start, end = self.trace.window_s
            return max(start, first), min(end, last)
        return self.plateau_s, min(self.trace.hold_s - RELEASE_MARGIN_S, last)

    @cached_property
    def window(self) -> tuple[FloatArray, FloatArray]:
        """(time_s, force_n) of the analysis window, its end not included."""
        start, end = self.window_s
        return self.between(start - 1e-9, end - 1e-9)

    @property
    def window_length_s(self) -> float:
        """Length of the analysis window; 0 if there is none."""
        return max(0.0, self.window_s[1] - self.window_s[0])

    @cached_property
    def even(self) -> Even:
        """The analysis window on an even grid."""
        return resample(*self.window, self.rate)

    @cached_property
    def spectrum(self) -> Spectrum | None:
        """Density of the analysis window; None if it is too short."""
        if self.window[0].size < 16:
            return None
        return welch_or_multitaper(self.even)

    @cached_property
    def slow_spectrum(self) -> Spectrum | None:
        """Density for frequencies around 1 Hz, which segments of 1 s would hide."""
        if self.window[0].size < 16 or (
            self.spectrum is not None and self.even.longest.values.size >= 10 * self.rate
        ):
            return self.spectrum
        return welch(self.even, 2.0) or multitaper(self.even)

    @cached_property
    def mean_n(self) -> float:
        """Mean tension over the analysis window, by true times."""
        if self.window_length_s <= 0 or not self.window[0].size:
            return 0.0
        return self.area(*self.window_s) / self.window_length_s

    def area(self, start_s: float, end_s: float) -> float:
        """Return the area under the samples between two times: trapezoids, both edges interpolated."""
        time, force = self.between(start_s, end_s)
        edge = np.interp([start_s, end_s], self.clean.time_s, self.clean.force_n)
        times = np.concatenate(([start_s], time, [end_s]))
        return float(np.trapezoid(np.concatenate((edge[:1], force, edge[1:])), times))

    @cached_property
    def pull_s(self) -> float | None:
        """Roughly when the pull began: last below a tenth of the rise before the peak; None if unseen."""
        start = self.clean.time_s[0] if self.clean.time_s.size else 0.0
        time, force = self.between(start, self.trace.hold_s)
        inside = np.flatnonzero(time >= 0)
        if not inside.size or inside[0] == time.size - 1:
            return None
        top = int(inside[0] + np.argmax(force[inside[0] :]))
        before = force[: top + 1]
        low = float(np.percentile(before[: max(1, inside[0])], 10)) if inside[0] else float(before.min())
        if float(force[top]) - low < (PLATE_RISE if self.trace.plate else PULL_RISE) * float(force[top]):
            return None
        below = np.flatnonzero(before < low + 0.1 * (float(force[top]) - low))
        return float(time[below[-1]]) if below.size else None

    @cached_property
    def baseline(self) -> Quiet | None:
        """The quietest second (at least half a second) of the 3 s before the pull; None if there is none."""
        if self.pull_s is None:
            return None
        return quietest(*self.between(self.pull_s - QUIET_WITHIN_S, self.pull_s), self.rate)

    @cached_property
    def after(self) -> Quiet | None:
        """The quietest second that follows the hold by a second or more, unloaded; None if there is none."""
        if not self.clean.time_s.size:
            return None
        quiet = quietest(
            *self.between(self.trace.hold_s + SETTLED_S, float(self.clean.time_s[-1])), self.rate
        )
        return quiet if quiet and abs(quiet.mean_n) < 0.1 * abs(self.mean_n) else None

    @cached_property
    def noise_floor_n(self) -> float | None:
        """RMS of the unloaded sensor in 4-15 Hz, measured beforehand or in this trace; None if unknown."""
        if self.trace.noise_floor_n is not None:
            return self.trace.noise_floor_n
        if self.trace.plate or self.pull_s is None or self.rate < 2 * SHAKE_HZ[1]:
            return None
        time, force = self.between(self.pull_s - QUIET_WITHIN_S, self.pull_s - 0.1)
        # A strap that carries something already is no unloaded sensor.
        if time.size < 16 or time[-1] - time[0] < 2 or np.abs(force).max() > 0.05 * abs(self.mean_n):
            return None
        spectrum = multitaper(resample(time, force, self.rate))
        return spectrum.band_rms(SHAKE_HZ) if spectrum else None

    def longest_gap(self, start_s: float, end_s: float) -> float:
        """Return the longest time without samples between two times, edges included, in s.

        One ordinary step is no gap: it counts as 0.
        """
        return self.once(f"gap {start_s} {end_s}", lambda _: self._longest_gap(start_s, end_s))

    def _longest_gap(self, start_s: float, end_s: float) -> float:
        time, _ = self.between(start_s, end_s)
        period = 1 / self.rate
        steps = (
            np.diff(np.concatenate(([start_s - period], time, [end_s + period])))
            if time.size
            else [end_s - start_s]
        )
        longest = float(np.max(steps))
        return longest if longest > 1.5 * period + 1e-9 else 0.0

    @cached_property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """(at_s, length_s) of every stretch of the hold without samples that is too long to be filled."""
        time, _ = self.hold
        if not time.size:
            return ((0.0, self.trace.hold_s),)
        marks = np.concatenate(([min(0.0, time[0])], time, [max(self.trace.hold_s, time[-1])]))
        steps = np.diff(marks)
        long = np.flatnonzero(steps > longest_filled(self.rate))
        return tuple((float(marks[i]), float(steps[i])) for i in long)


def spectrum_of(trace: Trace) -> Spectrum | None:
    """Return the density of a hold's analysis window for a chart; None where shake cannot be had."""
    hold = Prepared(trace)
    return None if hold.fault or hold.rate < 2 * SHAKE_HZ[1] else hold.spectrum


def moving_mean(time_s: FloatArray, force_n: FloatArray, width_s: float) -> FloatArray:
    """Return (n,) the mean of the ``width_s`` that begin at each sample, by true times, cut at the end."""
    area = cumulative_area(time_s, force_n)
    end = np.minimum(time_s + width_s, time_s[-1])
    width = end - time_s
    mean = force_n.copy()
    wide = width > 0
    mean[wide] = (np.interp(end[wide], time_s, area) - area[wide]) / width[wide]
    return mean


def cumulative_area(time_s: FloatArray, force_n: FloatArray) -> FloatArray:
    """Return (n,) the area under the samples up to each, by the trapezoid rule."""
    area = np.zeros(time_s.size)
    np.cumsum(0.5 * (force_n[1:] + force_n[:-1]) * np.diff(time_s), out=area[1:])
    return area


def quietest(time_s: FloatArray, force_n: FloatArray, rate_hz: float) -> Quiet | None:
    """Return the second (at least half of one) with the smallest SD; None if there is no such stretch."""
    if time_s.size < 4 or time_s[-1] - time_s[0] < QUIET_S / 2 - 0.5 / rate_hz:
        return None
    size = min(time_s.size, max(4, round(QUIET_S * rate_hz)))
    centred = force_n - force_n.mean()
    sums = np.concatenate(([0.0], np.cumsum(centred)))
    squares = np.concatenate(([0.0], np.cumsum(centred**2)))
    var = (squares[size:] - squares[:-size]) - (sums[size:] - sums[:-size]) ** 2 / size
    var[(time_s[size - 1 :] - time_s[: time_s.size - size + 1]) > 1.5 * QUIET_S] = np.inf
    best = int(np.argmin(var))
    if not np.isfinite(var[best]):
        return None
    time, force = time_s[best : best + size], force_n[best : best + size]
    line = float(np.polynomial.polynomial.polyfit(time - time[0], force, 1)[1])
    return Quiet(float(time[0]), float(time[-1]), float(force.mean()), float(force.std(ddof=1)), line)


def _side(hold: Prepared, side: str) -> Prepared | None:
    force = hold.trace.left_n if side == "left" else hold.trace.right_n
    if force is None:
        return None
    window_s = hold.trace.window_s
    if window_s is None and not hold.fault:
        window_s = (hold.plateau_s, hold.trace.hold_s - RELEASE_MARGIN_S)
    bare = replace(hold.trace, force_n=force, left_n=None, right_n=None, centre_mm=None, window_s=window_s)
    return Prepared(replace(bare, target_path_n=None, noise_floor_n=None))
