"""How well a moving target was followed: the error, and its parts lag, bias and rest."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared

LAG_S = (-0.5, 1.5)
"""Lags that are tried; a negative one runs ahead of the target."""
_GRID_HZ = 100.0


@dataclass(frozen=True, slots=True)
class Split:
    """An error of tracking and its parts."""

    rmse_n: float
    lag_s: float | None
    """By how much the force follows later than the target; None if the target did not move."""
    bias_n: float
    """Mean of force less target after the lag is taken out."""
    rest_n: float
    """RMS of what then remains."""


def split(hold: Prepared) -> Split | None:
    """Return the tracking error over the analysis window and its parts; None without a target path.

    The lag is the shift of the target at which the force, less its mean error, fits it best (least squares,
    refined by a parabola through the best shift and its neighbours).
    """
    path = hold.trace.target_path_n
    if path is None or hold.window[0].size < 3:
        return None
    known = np.isfinite(path) & np.isfinite(hold.trace.time_s)
    if known.sum() < 2:
        return None
    times, values = hold.trace.time_s[known], path[known]
    time, force = hold.window
    lag = _lag(hold, times, values)
    error = force - np.interp(time, times, values)
    rest = force - np.interp(time - (lag or 0.0), times, values)
    return Split(float(np.sqrt(np.mean(error**2))), lag, float(rest.mean()), float(rest.std()))


def _lag(hold: Prepared, times: FloatArray, values: FloatArray) -> float | None:
    """Return the shift of the target that fits the force best; None if the target does not move."""
    start, end = hold.window_s
    grid = np.arange(start, end, 1 / _GRID_HZ)
    aim = np.interp(grid, times, values)
    if float(np.ptp(aim)) <= 1e-9 * max(1.0, float(np.abs(aim).max())):
        return None
    # Shifts that would look past the ends of the path are compared over the inner part only.
    inner = grid[(grid >= times[0] + LAG_S[1]) & (grid <= times[-1] + LAG_S[0])]
    grid = inner if inner.size > _GRID_HZ else grid
    force = np.interp(grid, hold.clean.time_s, hold.clean.force_n)
    lags = np.linspace(*LAG_S, round((LAG_S[1] - LAG_S[0]) * _GRID_HZ) + 1)
    misfit = np.array([np.var(force - np.interp(grid - lag, times, values)) for lag in lags])
    at = int(np.argmin(misfit))
    if 0 < at < lags.size - 1:
        left, middle, right = misfit[at - 1 : at + 2]
        curve = left - 2 * middle + right
        if curve > 0:
            return float(lags[at] + 0.5 * (left - right) / curve / _GRID_HZ)
    return float(lags[at])


def _part(hold: Prepared) -> Split | None:
    return hold.once("split", split)


def tracking_rmse(hold: Prepared) -> Outcome:
    """RMS distance from the moving target."""
    parts = _part(hold)
    return absent("no target path") if parts is None else found(parts.rmse_n)


def tracking_lag(hold: Prepared) -> Outcome:
    """By how much force follows the target late."""
    parts = _part(hold)
    if parts is None:
        return absent("no target path")
    if parts.lag_s is None:
        return absent("the target did not move")
    edge = parts.lag_s in LAG_S
    return found(parts.lag_s, "at the edge of the lags that are tried" if edge else "")


def tracking_bias(hold: Prepared) -> Outcome:
    """Mean of force less target, lag taken out."""
    parts = _part(hold)
    return absent("no target path") if parts is None else found(parts.bias_n)


def tracking_rest(hold: Prepared) -> Outcome:
    """What remains of the error without lag and bias."""
    parts = _part(hold)
    return absent("no target path") if parts is None else found(parts.rest_n)
