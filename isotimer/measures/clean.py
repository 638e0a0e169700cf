"""Times and values made fit for use: voids and lost frames out, batches undone, the rate measured.

Nothing is smoothed and no value is changed here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray

_BATCH_STEP = 0.25
"""A step below this share of the mean step is no device's own pace."""
_BATCH_SHARE = 0.05
"""More such steps than this mean that samples were stamped on arrival, several at once."""
_SWAPPED = 5.0
"""Samples out of order by at most so many steps are put in order; more is a clock that was set back."""
_BEYOND = 1e12
"""No sensor says this, and no clock."""
_RATES_HZ = (0.01, 1e6)
"""No sensor is slower or faster."""
_LOST_FRAMES = 10
"""A longer run of exact zeros may be a real unloading."""
_AMID = 20.0
"""A lost frame stands among values that are so many ordinary steps away from zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Clean:
    """The usable samples of a record."""

    time_s: FloatArray
    """(m,) strictly rising."""
    force_n: FloatArray
    """(m,) finite."""
    kept: NDArray[np.intp]
    """(m,) index of each in the record it comes from."""
    batched: bool = False
    """Times were arrival times of batches and have been laid on an even grid."""
    fault: str = ""
    """Why nothing can be computed; empty mostly."""


def clean(time_s: FloatArray, force_n: FloatArray) -> Clean:
    """Return the usable samples of a record, or the fault that makes it useless.

    Args:
        time_s: (n,) times in s; they may be uneven, doubled or not finite.
        force_n: (n,) values; NaN or infinite where void.
    """
    if time_s.size == 0:
        return _nothing("no sensor")
    stamped = np.flatnonzero(np.abs(time_s) < _BEYOND)
    time, force = (
        np.asarray(a if stamped.size == a.size else a[stamped], np.float64) for a in (time_s, force_n)
    )
    back = np.diff(time)
    if (back < 0).any():
        if back.min() < -_SWAPPED * float(np.ptp(time)) / time.size:
            return _nothing(f"time runs backwards after {time[np.argmin(back)]:.3f} s")
        order = np.argsort(time, kind="stable")
        time, force, stamped = time[order], force[order], stamped[order]
    batched = is_batched(time)
    if batched:
        time = evened(time)
    good = (np.abs(force) < _BEYOND) & ~lost_frames(force)
    time, force, stamped = _only(good, time, force, stamped)
    rising = np.diff(time, prepend=-np.inf) > 0
    time, force, stamped = _only(rising, time, force, stamped)
    if time.size < 3:
        return _nothing("no usable samples" if time.size == 0 else "too few usable samples")
    return Clean(time, force, stamped, batched)


def _only(
    wanted: NDArray[np.bool_], time_s: FloatArray, force_n: FloatArray, index: NDArray[np.intp]
) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """Return what is wanted; no copies if that is all."""
    return (time_s, force_n, index) if wanted.all() else (time_s[wanted], force_n[wanted], index[wanted])


def _nothing(fault: str) -> Clean:
    return Clean(np.empty(0), np.empty(0), np.empty(0, np.intp), fault=fault)


def is_batched(time_s: FloatArray) -> bool:
    """Return whether times are those of arrival in batches (several samples at nearly one time)."""
    if time_s.size < 20 or time_s[-1] <= time_s[0]:
        return False
    steps = np.diff(time_s)
    return bool(np.mean(steps < _BATCH_STEP * steps.mean()) > _BATCH_SHARE)


def evened(time_s: FloatArray) -> FloatArray:
    """Return arrival times laid on an even grid, piece by piece between long silences.

    The period is the median slope of time over index across half the record, which single late
    batches do not move (after Theil and Sen); each piece keeps its own median offset.
    """
    steps = np.diff(time_s)
    waits = steps[steps > steps.mean()]
    silence = max(0.25, 4 * float(np.median(waits)))
    out = np.empty_like(time_s)
    pieces = np.split(np.arange(time_s.size), np.flatnonzero(steps > silence) + 1)
    longest = max(pieces, key=len)
    half = max(1, len(longest) // 2)
    slopes = (time_s[longest[half:]] - time_s[longest[:-half]]) / half
    period = float(np.median(slopes)) if slopes.size else float(steps.mean())
    for piece in pieces:
        grid = np.arange(len(piece)) * period
        out[piece] = grid + np.median(time_s[piece] - grid)
    return out


def lost_frames(force_n: FloatArray) -> NDArray[np.bool_]:
    """Return which values are the zeros of lost frames: exact, few in a row, amid tension."""
    lost = np.zeros(force_n.size, bool)
    zeros = np.flatnonzero(force_n == 0.0)
    known = force_n[np.abs(force_n) < _BEYOND]
    if not zeros.size or zeros.size >= known.size:
        return lost
    # A coarse, unloaded sensor says 0 often, but then its values lie near.
    level = max(0.5 * float(np.median(np.abs(known))), _AMID * float(np.median(np.abs(np.diff(known)))))
    for run in np.split(zeros, np.flatnonzero(np.diff(zeros) > 1) + 1):
        beside = [force_n[i] for i in (run[0] - 1, run[-1] + 1) if 0 <= i < force_n.size]
        if len(run) <= _LOST_FRAMES and all(abs(b) > level for b in beside):
            lost[run] = level > 0
    return lost


def measured_rate(time_s: FloatArray) -> float | None:
    """Return samples per second from the steps between neighbours; None with fewer than three of them.

    Only steps near the median one count (0.5 to 1.5 of it), so that lost samples and gaps do not lower
    the rate and jitter, being even on both sides, does not move it.
    """
    steps = np.diff(time_s)
    steps = steps[np.isfinite(steps) & (steps > 0)]
    if steps.size < 3:
        return None
    middle = float(np.partition(steps, steps.size // 2)[steps.size // 2])
    normal = steps[(steps > 0.5 * middle) & (steps < 1.5 * middle)]
    rate = float(normal.size / normal.sum())
    return rate if _RATES_HZ[0] <= rate <= _RATES_HZ[1] else None
