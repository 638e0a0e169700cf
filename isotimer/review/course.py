"""The level of one phase then and now: many series made one course, and two courses set against each other.

Raw newtons of two phases cannot be compared: lever arm, joint angle and strap differ. Their changes can.
Every series is taken in logarithms against its own earlier mean, so units and levers fall out, and the
difference of two phases is the log ratio against its own history.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from isotimer.core.plan import Mode, Phase
from isotimer.review.points import How, Point, session_points
from isotimer.review.quantile import t_quantile
from isotimer.review.rows import STRENGTH, HoldRow, SeriesKey, by_series, day_of, same_sensor

RECENT_DAYS = 28.0
EARLIER_DAYS = 28.0
LONGEST_DAYS = 42.0
"""A window grows up to this until each phase has the sessions wished for."""
LOOK_BACK_DAYS = 112.0
MIN_SESSIONS = 4
"""Sessions asked for in each of the two windows."""
WISHED_SESSIONS = 6
WANDERING, WANDERING_PAIRED = 0.05, 0.09
"""Slow wandering that all sessions of a window share, as part of the variance of one session.

Sessions of one month are not independent: what a phase drifts by does not average out, however many there
are. It is a larger part where two phases are compared within the session: good and bad days are gone there.
"""
MIN_IN_SERIES = 2
"""Sessions that one series must have in each window to take part."""


@dataclass(frozen=True, slots=True)
class StrengthSeries:
    """The strength of one series by session."""

    phase: Phase
    device: str
    """The one sensor that it was measured with."""
    points: tuple[Point, ...]
    """Mean of the best two of each session, oldest first."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Two stretches of days: earlier [from, to) and recent (from, to]."""

    earlier_from: float
    earlier_to: float
    recent_from: float
    recent_to: float

    @property
    def recent_days(self) -> float:
        """Length of the recent window."""
        return self.recent_to - self.recent_from

    def earlier(self, day: float) -> bool:
        """Return whether a day is in the earlier window."""
        return self.earlier_from <= day < self.earlier_to

    def recent(self, day: float) -> bool:
        """Return whether a day is in the recent window."""
        return self.recent_from < day <= self.recent_to


@dataclass(frozen=True, slots=True)
class Course:
    """Log level by session against its own earlier mean."""

    earlier: Mapping[str, float]
    recent: Mapping[str, float]
    last_day: float | None
    series: int
    """Series that take part."""
    seen_earlier: int = 0
    """Sessions in the earlier window, of series that take part or not."""
    seen_recent: int = 0

    @property
    def enough(self) -> bool:
        """Whether both windows have the sessions asked for."""
        return min(len(self.earlier), len(self.recent)) >= MIN_SESSIONS

    @property
    def change(self) -> float:
        """Mean recent minus mean earlier level."""
        return _mean(self.recent) - _mean(self.earlier)


@dataclass(frozen=True, slots=True)
class Contrast:
    """The change of one course minus the change of another, in logarithms."""

    change: float
    se: float
    df: float
    recent: int
    """Sessions, the fewer of the two."""
    earlier: int
    paired: bool
    """Whether it rests on sessions in which both were done."""

    @property
    def pct(self) -> float:
        """The change in %."""
        return 100 * math.expm1(self.change)

    def limit_pct(self, share: float) -> float:
        """Return the value in % that the true change stays below with a probability."""
        return 100 * math.expm1(self.change + t_quantile(share, self.df) * self.se)


def looked_back(holds: Iterable[HoldRow], now: datetime) -> list[HoldRow]:
    """Return the holds of the last 112 days."""
    return [h for h in holds if h.at <= now and h.at > now - timedelta(days=LOOK_BACK_DAYS)]


def windows(holds: Iterable[HoldRow], now: datetime, measure: str = STRENGTH) -> Windows:
    """Return the last 28 days and the 28 days of history furthest back within 112 days.

    The furthest back, so that a phase that fell behind weeks ago is not compared with itself. Where a phase
    has fewer than 6 sessions in a window, it grows up to 42 days (the recent one not beyond the middle of the
    history), the earlier one further until each phase has 4, but never into the recent one. How long they are
    follows from when there was training, never from what came of it.
    """
    today = day_of(now)
    seen: dict[Phase, dict[str, float]] = {}
    for hold in holds:
        if today - LOOK_BACK_DAYS <= hold.day <= today and strength_hold(hold, measure):
            days = seen.setdefault(hold.phase, {})
            days[hold.session_id] = min(math.floor(hold.day), days.get(hold.session_id, math.inf))
    latest = today - RECENT_DAYS
    if not any(day <= latest for found in seen.values() for day in found.values()):
        return Windows(latest, latest, latest, today)
    by_phase = [sorted(found.values()) for found in seen.values()]
    first = min(found[0] for found in by_phase)
    wished = min(found[-WISHED_SESSIONS] if len(found) >= WISHED_SESSIONS else first for found in by_phase)
    recent_from = min(latest, max(wished - 1.0, today - LONGEST_DAYS, (first + today) / 2))
    sixth = max(found[min(WISHED_SESSIONS, len(found)) - 1] for found in by_phase)
    fourth = max(found[min(MIN_SESSIONS, len(found)) - 1] for found in by_phase)
    end = max(first + EARLIER_DAYS, min(sixth + 1.0, first + LONGEST_DAYS), fourth + 1.0)
    return Windows(float(first), min(end, recent_from), recent_from, today)


def strength_hold(hold: HoldRow, measure: str = STRENGTH) -> bool:
    """Return whether a hold tells how strong the athlete was."""
    return hold.mode is Mode.MAX and hold.sound and (hold.value(measure) or 0.0) > 0


def strength_series(holds: Iterable[HoldRow], measure: str = STRENGTH) -> dict[SeriesKey, StrengthSeries]:
    """Return the strength of every series by session."""
    found: dict[SeriesKey, StrengthSeries] = {}
    for key, rows in by_series(h for h in holds if strength_hold(h, measure)).items():
        points = session_points(same_sensor(rows), measure, how=How.MEAN_OF_BEST_2).points
        found[key] = StrengthSeries(rows[-1].phase, rows[-1].device, points)
    return found


def course(series: Iterable[Sequence[Point]], spans: Windows) -> Course:
    """Return the course of what several series have in common.

    Args:
        series: Session values above 0 of each series.
        spans: The windows; a series with fewer than 2 sessions in either is left out.
    """
    earlier: dict[str, list[float]] = {}
    recent: dict[str, list[float]] = {}
    last_day: float | None = None
    used = 0
    seen_earlier: set[str] = set()
    seen_recent: set[str] = set()
    for points in series:
        before = [p for p in points if spans.earlier(p.day)]
        after = [p for p in points if spans.recent(p.day)]
        seen_earlier |= {p.session_id for p in before}
        seen_recent |= {p.session_id for p in after}
        if min(len(before), len(after)) < MIN_IN_SERIES:
            continue
        used += 1
        base = float(np.mean([math.log(p.value) for p in before]))
        for found, kept in ((before, earlier), (after, recent)):
            for point in found:
                kept.setdefault(point.session_id, []).append(math.log(point.value) - base)
        last_day = max(after[-1].day, last_day or -math.inf)
    return Course(_means(earlier), _means(recent), last_day, used, len(seen_earlier), len(seen_recent))


def contrast(one: Course, other: Course) -> Contrast:
    """Return by how much one course changed more than another, with its standard error.

    Sessions in which both were done are compared within the session, if each window has 4 of them: what a
    good or bad day does to both then cancels. Otherwise each is taken by itself. The error is that of two
    samples (recent and earlier) of unequal size.

    Both courses must be ``enough``.
    """
    recent = [one.recent[s] - other.recent[s] for s in one.recent.keys() & other.recent.keys()]
    earlier = [one.earlier[s] - other.earlier[s] for s in one.earlier.keys() & other.earlier.keys()]
    if min(len(recent), len(earlier)) >= MIN_SESSIONS:
        change = float(np.mean(recent) - np.mean(earlier))
        variance, df = _two_samples(recent, earlier, WANDERING_PAIRED)
        return Contrast(change, math.sqrt(variance), df, len(recent), len(earlier), True)
    parts = [_two_samples(list(c.recent.values()), list(c.earlier.values()), WANDERING) for c in (one, other)]
    total = sum(v for v, _ in parts)
    df = total**2 / sum(v**2 / d for v, d in parts) if total > 0 else parts[0][1]
    n_recent = min(len(one.recent), len(other.recent))
    n_earlier = min(len(one.earlier), len(other.earlier))
    return Contrast(one.change - other.change, math.sqrt(total), df, n_recent, n_earlier, False)


def _two_samples(a: list[float], b: list[float], wandering: float) -> tuple[float, float]:
    """Return the squared standard error of the difference of two means, and its degrees of freedom."""
    df = len(a) + len(b) - 2
    squares = float(np.var(a)) * len(a) + float(np.var(b)) * len(b)
    return squares / df * (1 / len(a) + 1 / len(b) + 2 * wandering), float(df)


def _means(found: dict[str, list[float]]) -> dict[str, float]:
    return {session: sum(v) / len(v) for session, v in found.items()}


def _mean(found: Mapping[str, float]) -> float:
    return sum(found.values()) / len(found) if found else math.nan
