"""How hard: mean, peak, best second, impulse, decline."""

import numpy as np

from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared, cumulative_area
from isotimer.measures.spectrum import slope

END_MEAN_S = 3.0
"""Length of the first and last part that the fatigue index compares."""
NO_TENSION_N = 5.0
"""Below this an idle strap cannot be told from a pull."""


def no_tension(hold: Prepared) -> str:
    """Return why a share of tension cannot be had; empty if it can."""
    if hold.trace.calibrated and hold.mean_n < NO_TENSION_N:
        return f"hardly any tension: {hold.mean_n:.1f} N"
    return "" if hold.mean_n > 0 else "no tension"


def tension_mean(hold: Prepared) -> Outcome:
    """Mean over the analysis window, trapezoid over true times."""
    return found(hold.mean_n, gap_doubt(hold, *hold.window_s))


def tension_peak(hold: Prepared) -> Outcome:
    """Greatest sample of the hold."""
    _, force = hold.hold
    saturation = hold.trace.saturation_n
    clipped = saturation is not None and float(force.max()) >= 0.995 * saturation
    return found(
        float(force.max()), "the sensor was at its limit" if clipped else "", gap_doubt(hold, *_ends(hold))
    )


def best_second(hold: Prepared) -> float | None:
    """Return the greatest mean of any second of the hold without a long gap; None if there is none."""
    time, force = hold.hold
    area = cumulative_area(time, force)
    # The last sample stands for one step more; no step may stand for much of the second.
    starts = time[time <= time[-1] - 1 + min(1 / hold.rate, 0.1) + 1e-9]
    ends = np.minimum(starts + 1, time[-1])
    means = (np.interp(ends, time, area) - area[: starts.size]) / (ends - starts)
    for gap in np.flatnonzero(np.diff(time) > 0.25):
        means[(ends > time[gap]) & (starts < time[gap + 1])] = -np.inf
    best = float(means.max()) if means.size else -np.inf
    return best if np.isfinite(best) else None


def tension_best_1s(hold: Prepared) -> Outcome:
    """Greatest mean of one second within the hold."""
    best = best_second(hold)
    return absent("no second without a gap") if best is None else found(best, gap_doubt(hold, *_ends(hold)))


def impulse(hold: Prepared) -> Outcome:
    """Area under tension over the whole hold, N s, trapezoid over true times; zero is the tare."""
    return found(hold.area(*_ends(hold)), gap_doubt(hold, *_ends(hold)))


def tension_slope(hold: Prepared) -> Outcome:
    """Least-squares slope of the 1 s means, in % per s of the mean of the first 3 s of the window."""
    if reason := no_tension(hold):
        return absent(reason)
    time, force = hold.window
    second = np.floor(time - hold.window_s[0] + 1e-6).astype(int)
    count = np.bincount(second)
    # The last second is usually cut; half of one is enough for a mean.
    full = count > 0.5 * hold.rate
    middles = np.bincount(second, time)[full] / count[full]
    means = np.bincount(second, force)[full] / count[full]
    if means.size < 3:
        return absent("fewer than three seconds with samples")
    first = _part_mean(hold, hold.window_s[0], hold.window_s[0] + END_MEAN_S)
    if first is None or first <= 0:
        return absent("no tension in the first 3 s")
    return found(100 * slope(middles, means) / first)


def fatigue_index(hold: Prepared) -> Outcome:
    """Loss from the first to the last 3 s of the window, in % of the first."""
    if reason := no_tension(hold):
        return absent(reason)
    start, end = hold.window_s
    first, last = _part_mean(hold, start, start + END_MEAN_S), _part_mean(hold, end - END_MEAN_S, end)
    if first is None or last is None or first <= 0:
        return absent("too few samples in the first or last 3 s")
    return found(100 * (first - last) / first)


def gap_doubt(hold: Prepared, start_s: float, end_s: float) -> str:
    """Return what to say of a gap that a measure bridges by a straight line; empty if it is short."""
    longest = hold.longest_gap(start_s, end_s)
    return f"a gap of {longest:.2g} s is bridged" if longest > 0.25 else ""


def _ends(hold: Prepared) -> tuple[float, float]:
    return 0.0, hold.trace.hold_s


def _part_mean(hold: Prepared, start_s: float, end_s: float) -> float | None:
    time, force = hold.between(start_s, end_s)
    if time.size < max(3.0, 0.5 * (end_s - start_s) * hold.rate):
        return None
    return float(np.trapezoid(force, time)) / float(time[-1] - time[0])
