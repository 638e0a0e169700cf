"""How well a steady target was held."""

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.force import gap_doubt
from isotimer.measures.outcome import Outcome, found
from isotimer.measures.prepared import Prepared

_LEAST_N = 0.1
"""A target below this is taken as this, so that a share of it is a number."""


def on_target(hold: Prepared) -> Outcome:
    """Time within the band, from start to end of the hold."""
    return found(hold.once("on target", _seconds), gap_doubt(hold, 0.0, hold.trace.hold_s))


def on_target_pct(hold: Prepared) -> Outcome:
    """The same as a share of the hold's length, %."""
    return found(
        100 * hold.once("on target", _seconds) / hold.trace.hold_s, gap_doubt(hold, 0.0, hold.trace.hold_s)
    )


def target_rmse(hold: Prepared) -> Outcome:
    """RMS distance from the target over the analysis window, by true times."""
    time, force = hold.window
    target = _aim(hold, time)
    return found(float(np.sqrt(np.trapezoid((force - target) ** 2, time) / (time[-1] - time[0]))))


def _seconds(hold: Prepared) -> float:
    time, force = hold.hold
    low, high, target = hold.trace.low_n, hold.trace.high_n, hold.trace.target_n or 0.0
    if low is None or high is None:
        low = high = target
    if hold.trace.target_path_n is None or not target:
        return seconds_between(time, force, low, high)
    # A band that moves with the target is an even band around the force as a share of the target.
    return seconds_between(time, force / np.maximum(_aim(hold, time), _LEAST_N), low / target, high / target)


def _aim(hold: Prepared, time_s: FloatArray) -> FloatArray:
    """Return the target at each time (n,), in N."""
    path = hold.trace.target_path_n
    if path is None:
        return np.full(time_s.shape, hold.trace.target_n or 0.0)
    known = np.isfinite(path) & np.isfinite(hold.trace.time_s)
    return np.interp(time_s, hold.trace.time_s[known], path[known])


def seconds_between(time_s: FloatArray, force_n: FloatArray, low_n: float, high_n: float) -> float:
    """Return the time that the straight lines between samples spend in low..high, edges included."""
    if time_s.size < 2:
        return 0.0
    bottom = np.minimum(force_n[1:], force_n[:-1])
    top = np.maximum(force_n[1:], force_n[:-1])
    inside = np.clip(np.minimum(top, high_n) - np.maximum(bottom, low_n), 0, None)
    rise = top - bottom
    level = (bottom >= low_n) & (top <= high_n)
    share = np.where(level, 1.0, inside / np.where(rise > 0, rise, 1.0))
    return float((share * np.diff(time_s)).sum())
