"""Whether a series of sessions still moves: improving, declining, plateau, or not to be told."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from statistics import NormalDist, median

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.review import words
from isotimer.review.points import Point
from isotimer.review.rows import DAY_S, Better

WINDOW_DAYS = 56.0
MIN_SESSIONS = 6
MIN_SPAN_DAYS = 21.0
MARGIN_PCT = 5.0
LEVEL = 0.90
_START_SESSIONS = 3


class Verdict(StrEnum):
    """What a trend is called."""

    IMPROVING = "improving"
    DECLINING = "declining"
    RISING = "rising"
    """Of a measure that is better neither way."""
    FALLING = "falling"
    PLATEAU = "plateau"
    UNCLEAR = "unclear"
    TOO_LITTLE = "not enough data"


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope per day and its interval."""

    per_day: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What the latest window of a series says. Changes are in % of its median per window."""

    verdict: Verdict
    label: str
    """What was measured, in words."""
    better: Better
    n: int
    """Sessions in the window."""
    span_days: float
    window_days: float
    margin_pct: float
    first_at: datetime | None = None
    last_at: datetime | None = None
    median: float | None = None
    slope: Slope | None = None
    """In the unit of the values."""
    change_pct: float | None = None
    low_pct: float | None = None
    """Lower end of the 90 % interval."""
    high_pct: float | None = None
    equivalent: bool = False
    """Whether the whole interval lies within the margin."""
    earlier_gain: bool = False
    """Whether an earlier window was improving, and its gain is still there."""
    lacking: str = ""
    """Why there is no verdict."""

    @property
    def sentence(self) -> str:
        """The verdict in plain words with n, span, interval and margin."""
        return words.trend(self)


def theil_sen(days: FloatArray, values: FloatArray, level: float = LEVEL) -> Slope:
    """Return the median of all pairwise slopes and its interval (Sen 1968), as scipy.stats.theilslopes.

    Args:
        days: (n,) times, not all equal, in any order.
        values: (n,) values.
        level: Confidence of the interval.

    Raises:
        ValueError: If all times are equal.
    """
    apart = days[:, None] - days[None, :]
    later = apart > 0
    slopes = np.sort((values[:, None] - values[None, :])[later] / apart[later])
    if not slopes.size:
        raise ValueError("no two times differ")
    n = days.size
    variance = (n * (n - 1) * (2 * n + 5) - _ties(days) - _ties(values)) / 18
    reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(variance)
    high = min(round((slopes.size + reach) / 2), slopes.size - 1)
    low = max(round((slopes.size - reach) / 2) - 1, 0)
    return Slope(float(np.median(slopes)), float(slopes[low]), float(slopes[high]))


def _ties(values: FloatArray) -> float:
    _, k = np.unique(values, return_counts=True)
    return float(np.sum(k * (k - 1) * (2 * k + 5)))


def kendall(days: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Return Kendall's tau-b and its two-sided p, exact where no values are tied.

    Not part of the verdict: over a whole history it finds an old rise long after it has ended.
    """
    from scipy.stats import kendalltau

    found = kendalltau(days, values)
    return float(found.statistic), float(found.pvalue)


def assess(
    points: Sequence[Point],
    *,
    label: str,
    better: Better = Better.HIGHER,
    margin_pct: float = MARGIN_PCT,
    window_days: float = WINDOW_DAYS,
) -> Trend:
    """Return what the window that ends with the latest session says.

    With delta = slope x window, its 90 % Theil-Sen interval [lo, hi] and the margin m (for measures that are
    better when lower with the sign turned): improving if lo > 0 and hi > m; declining if hi < 0 and lo < -m;
    plateau if -m < lo and hi < m and a window that ended at least half a window earlier was improving, by a
    gain that is still there; unclear otherwise. At least 6 sessions over 21 days are asked for.

    Args:
        points: One value per session of one series, in any order.
        label: What was measured, in words ("best second").
        better: Which way is better.
        margin_pct: Smallest worthwhile change over the window, in % of its median.
        window_days: Length of the window.
    """
    ordered = sorted(points, key=lambda p: p.at)
    latest = _window(ordered, window_days, margin_pct, better, label)
    if not latest.equivalent or better is Better.NEITHER:
        return latest
    gained = _gained_earlier(ordered, window_days, margin_pct, better)
    verdict = Verdict.PLATEAU if gained else Verdict.UNCLEAR
    return replace(latest, verdict=verdict, earlier_gain=gained)


def _gained_earlier(ordered: list[Point], window_days: float, margin_pct: float, better: Better) -> bool:
    """Return whether an earlier window was improving and its gain is still there.

    Many earlier windows are looked at, so one of them improves by chance even in a flat history; a gain that
    lasts does not.
    """
    end = ordered[-1].day
    now = median(p.value for p in ordered if p.day >= end - window_days)
    for i, last in enumerate(ordered):
        if last.day > end - window_days / 2:
            break
        if _window(ordered[: i + 1], window_days, margin_pct, better, "").verdict is Verdict.IMPROVING:
            inside = [p.value for p in ordered[: i + 1] if p.day >= last.day - window_days]
            then = median(inside[:_START_SESSIONS])
            ratio = now / then if better is Better.HIGHER else then / now
            if then > 0 and ratio > 1 + margin_pct / 100:
                return True
    return False


def _window(ordered: list[Point], window_days: float, margin_pct: float, better: Better, label: str) -> Trend:
    inside = [p for p in ordered if p.day >= ordered[-1].day - window_days]
    span = (inside[-1].at - inside[0].at).total_seconds() / DAY_S if inside else 0.0
    values = np.array([p.value for p in inside], np.float64)
    middle = float(np.median(values)) if inside else 0.0
    lacking = _lacking(len(inside), span, middle)
    first, last = (inside[0].at, inside[-1].at) if inside else (None, None)
    seen = Trend(
        verdict=Verdict.TOO_LITTLE,
        label=label,
        better=better,
        n=len(inside),
        span_days=span,
        window_days=window_days,
        margin_pct=margin_pct,
        first_at=first,
        last_at=last,
        lacking=lacking,
    )
    if lacking:
        return seen
    days = np.array([p.day for p in inside], np.float64)
    slope = theil_sen(days, values)
    scale = 100 * window_days / middle
    low, high = scale * slope.low, scale * slope.high
    return replace(
        seen,
        verdict=_verdict(low, high, margin_pct, better),
        median=middle,
        slope=slope,
        change_pct=scale * slope.per_day,
        low_pct=low,
        high_pct=high,
        equivalent=-margin_pct < low and high < margin_pct,
    )


def _lacking(n: int, span_days: float, middle: float) -> str:
    if n < MIN_SESSIONS:
        return f"{words.count(n, 'session')} of the {MIN_SESSIONS} that a trend needs"
    if span_days < MIN_SPAN_DAYS:
        over = f"{span_days:.0f} of the {MIN_SPAN_DAYS:.0f} days"
        return f"{words.count(n, 'session')} over {over} that a trend needs"
    return "" if middle > 0 else "the values are not above zero, so there is no change in %"


def _verdict(low: float, high: float, margin: float, better: Better) -> Verdict:
    if low > 0 and high > margin:
        return {
            Better.HIGHER: Verdict.IMPROVING,
            Better.LOWER: Verdict.DECLINING,
            Better.NEITHER: Verdict.RISING,
        }[better]
    if high < 0 and low < -margin:
        return {
            Better.HIGHER: Verdict.DECLINING,
            Better.LOWER: Verdict.IMPROVING,
            Better.NEITHER: Verdict.FALLING,
        }[better]
    return Verdict.UNCLEAR
