"""A signal as characters: envelope per column, dots per cell, a scale with round numbers."""

import math

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray

DOTS_ACROSS = 2
"""Columns of dots in a braille cell."""
DOTS_DOWN = 4
"""Rows of dots in a braille cell."""

_WEIGHTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int64)
_UPPER, _LOWER = 0x1B, 0xE4
_BRAILLE = 0x2800
_ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def gap_length(time_s: FloatArray) -> float:
    """Return the step of time, s, from which on there is a gap: five usual steps, at least 0.25 s."""
    return max(0.25, 5.0 * float(np.median(np.diff(time_s)))) if len(time_s) > 1 else 0.25


def envelope(time_s: FloatArray, value: FloatArray, edges_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the lowest and highest value of a signal in each column of a picture.

    Samples are joined by straight lines, so columns between two samples of a slow sensor have a value
    too; a column without signal (before, after, or in a gap of the samples) is NaN.

    Args:
        time_s: (n,) rising times.
        value: (n,) values; NaN stands for no value.
        edges_s: (c + 1,) rising borders of the columns.

    Returns:
        (c,) lowest and (c,) highest.
    """
    columns = len(edges_s) - 1
    low, high = np.full(columns, np.nan), np.full(columns, np.nan)
    known = np.isfinite(value)
    if not known.all():
        time_s, value = time_s[known], value[known]
    if len(time_s) == 0:
        return low, high
    first = np.searchsorted(time_s, edges_s)
    used = np.flatnonzero(np.diff(first))
    if len(used):
        inside, starts = value[: first[-1]], first[:-1][used]
        low[used] = np.minimum.reduceat(inside, starts)
        high[used] = np.maximum.reduceat(inside, starts)
    at_edge = np.interp(edges_s, time_s, value, left=np.nan, right=np.nan)
    after = np.clip(first, 1, max(1, len(time_s) - 1))
    if len(time_s) > 1:
        at_edge[(time_s[after] - time_s[after - 1]) > gap_length(time_s)] = np.nan
    low = np.fmin(low, np.fmin(at_edge[:-1], at_edge[1:]))
    high = np.fmax(high, np.fmax(at_edge[:-1], at_edge[1:]))
    return low, high


def dots(low: FloatArray, high: FloatArray, rows: int, bottom: float, top: float) -> NDArray[np.int64]:
    """Return the braille pattern (0..255) of each cell for an envelope.

    Args:
        low: (2 w,) lowest value of each column of dots; NaN draws nothing.
        high: (2 w,) highest.
        rows: Lines of text.
        bottom: Value at the lower border of the picture.
        top: Value at its upper border.

    Returns:
        (rows, w) patterns; what lies beyond the borders is drawn on the border.
    """
    down = rows * DOTS_DOWN
    known = np.isfinite(low) & np.isfinite(high)
    scale = down / (top - bottom)
    upper = np.clip(np.floor((top - np.where(known, high, bottom)) * scale), 0, down - 1)
    lower = np.clip(np.floor((top - np.where(known, low, bottom)) * scale), 0, down - 1)
    line = np.arange(down)[:, None]
    grid = (line >= upper) & (line <= lower) & known
    return pattern_of(grid)


def pattern_of(grid: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the braille pattern (0..255) of each cell for (4 r, 2 w) dots, as (r, w)."""
    down, across = grid.shape
    cells = grid.reshape(down // DOTS_DOWN, DOTS_DOWN, across // DOTS_ACROSS, DOTS_ACROSS)
    pattern: NDArray[np.int64] = np.einsum("rdwa,da->rw", cells, _WEIGHTS)
    return pattern


def lines_of(pattern: NDArray[np.int64], *, braille: bool) -> list[str]:
    """Return patterns as lines of text, in braille or in the four signs of plain ASCII."""
    if braille:
        text = (pattern + _BRAILLE).astype("<u4").tobytes().decode("utf-32-le")
        width = pattern.shape[1]
        return [text[i : i + width] for i in range(0, len(text), width)]
    code = ((pattern & _UPPER) > 0) + 2 * ((pattern & _LOWER) > 0)
    return ["".join(" '.|"[c] for c in row) for row in code]


LEAST_N = 10.0
"""A force scale shows at least so much: the noise of a sensor at rest must not fill it."""


def round_up(value: float) -> float:
    """Return the next round number (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 by a power of ten) that is not smaller."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _ROUND if step * power >= value * (1 - 1e-9))


def fit_scale(
    low: float, high: float, previous: tuple[float, float] | None = None, *, from_zero: bool = True
) -> tuple[float, float]:
    """Return round borders for a picture that shows low..high.

    The borders of ``previous`` are kept while they serve, so that the picture does not breathe: they
    widen at once, and narrow only when the signal fills less than half of them.

    Args:
        low: The lowest value to show.
        high: The highest value to show.
        previous: The borders used so far.
        from_zero: Keep zero in the picture (a force); else show the signal's own range (raw counts).
    """
    if previous is not None:
        bottom, top = previous
        if bottom <= low and high <= top and max(high, -low if from_zero else high) - max(low, bottom) >= 0:
            filled = (high - (0.0 if from_zero and low >= 0 else low)) / (top - bottom)
            if filled >= 0.45:
                return previous
    if from_zero:
        top = round_up(max(high * 1.05, 0.0)) if high > 0 else 1.0
        return (0.0 if low >= -0.02 * top else -round_up(-low)), top
    step = round_up(max(high - low, 1e-9) / 2)
    bottom = math.floor(low / step) * step
    return bottom, max(math.ceil(high / step) * step, bottom + step)
