"""How well a steady target was held."""

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.force import gap_doubt
from isotimer.measures.outcome import Outcome, found
from isotimer.measures.prepared import Prepared


def on_target(hold: Prepared) -> Outcome:
    """Time within the band, from start to end of the hold."""
    return found(_seconds(hold), gap_doubt(hold, 0.0, hold.trace.hold_s))


def on_target_pct(hold: Prepared) -> Outcome:
    """The same as a share of the hold's length, %."""
    return found(100 * _seconds(hold) / hold.trace.hold_s, gap_doubt(hold, 0.0, hold.trace.hold_s))


def target_rmse(hold: Prepared) -> Outcome:
    """RMS distance from the target over the analysis window, by true times."""
    time, force = hold.window
    target = hold.trace.target_n or 0.0
    return found(float(np.sqrt(np.trapezoid((force - target) ** 2, time) / (time[-1] - time[0]))))


def _seconds(hold: Prepared) -> float:
    time, force = hold.hold
    low, high = hold.trace.low_n, hold.trace.high_n
    if low is None or high is None:
        low = high = hold.trace.target_n or 0.0
    return seconds_between(time, force, low, high)


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
