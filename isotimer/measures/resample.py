"""Uneven samples laid on an even grid: cubic between them, short gaps filled, split at longer ones."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.lazy import interpolate

FILL = 2
"""As many missing samples in a row are filled; a longer gap splits the record ..."""
FILL_S = 0.01
"""... unless it is no longer than this, a seventh of the fastest shake's period."""
_EVEN_S = 5e-5
"""Times this near to the grid are on it: at 15 Hz the error stays below 0.5 % of the amplitude."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Samples on an even grid, without a gap."""

    start_s: float
    values: FloatArray
    """(k,) values at start_s, start_s + 1/rate, ..."""


@dataclass(frozen=True, slots=True, eq=False)
class Even:
    """A record on an even grid."""

    rate_hz: float
    pieces: tuple[Piece, ...]
    missing: float
    """Share of all samples that were missing, filled or not."""
    unfilled: float
    """Share of all samples that are missing still."""

    @property
    def longest(self) -> Piece:
        """The longest piece."""
        return max(self.pieces, key=lambda p: p.values.size)


def resample(time_s: FloatArray, force_n: FloatArray, rate_hz: float) -> Even:
    """Return a record on an even grid of its own measured rate.

    Cubic splines, because straight lines lose 4 % of a 10 Hz shake at 80 Hz with 1 % of the samples lost.

    Args:
        time_s: (n,) strictly rising times, n >= 1.
        force_n: (n,) finite values.
        rate_hz: The measured rate.
    """
    period = 1 / rate_hz
    steps = np.diff(time_s)
    lost = np.maximum(np.rint(steps * rate_hz) - 1, 0)
    long = steps > longest_filled(rate_hz)
    total = time_s.size + lost.sum()
    edges = np.flatnonzero(long) + 1
    pieces = tuple(
        _piece(t, f, period) for t, f in zip(np.split(time_s, edges), np.split(force_n, edges), strict=True)
    )
    return Even(rate_hz, pieces, float(lost.sum() / total), float(lost[long].sum() / total))


def longest_filled(rate_hz: float) -> float:
    """Return the longest step between two samples, in s, that is filled."""
    return max((FILL + 1.5) / rate_hz, FILL_S + 0.5 / rate_hz)


def _piece(time_s: FloatArray, force_n: FloatArray, period: float) -> Piece:
    count = int(np.floor((time_s[-1] - time_s[0]) / period + 0.5)) + 1
    grid = time_s[0] + np.arange(count) * period
    if count == time_s.size and np.abs(time_s - grid).max() <= max(_EVEN_S, 0.01 * period):
        return Piece(float(time_s[0]), force_n)
    # Two samples at almost one time would send a spline through them far astray.
    apart = np.concatenate(([True], np.diff(time_s) > 0.2 * period))
    if apart.sum() < 4:
        return Piece(float(time_s[0]), np.interp(grid, time_s, force_n))
    spline = interpolate().CubicSpline(time_s[apart], force_n[apart])
    inside = grid[grid <= time_s[apart][-1]]
    return Piece(float(time_s[0]), np.asarray(spline(inside), np.float64))
