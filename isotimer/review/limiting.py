"""Which phase, and which side of it, holds the athlete back: said only when the data carry it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from isotimer.core.plan import Phase, Side
from isotimer.review import words
from isotimer.review.course import (
    MIN_SESSIONS,
    RECENT_DAYS,
    Contrast,
    Course,
    StrengthSeries,
    Windows,
    contrast,
    course,
    looked_back,
    strength_series,
    windows,
)
from isotimer.review.quantile import t_quantile
from isotimer.review.rows import STRENGTH, HoldRow, SeriesKey

MARGIN_PCT = 5.0
"""A phase is behind only if it lost this much against each other phase."""
CONFIDENCE = 0.975
"""One-sided, for each comparison."""
SIDE_MARGIN_PCT = 7.0
"""A side names a phase only if its mean gap is at least this."""
NATURAL_GAP_PCT = 4.0
"""And is beyond this with the confidence above: nobody is quite even."""
LAST_APART_DAYS = 14.0
LASTING_DAYS = 56.0
"""A gap between the sides that does not change is looked at over so long."""

AllSeries = Mapping[SeriesKey, StrengthSeries]


class Evidence(StrEnum):
    """What a finding rests on."""

    OWN_HISTORY = "own history"
    """The phase lost against both others, compared with the athlete's own earlier ratio."""
    OTHER_SIDE = "other side"
    """One side of the phase is below the other, in the same position."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How a phase changed against another, in % of their own earlier ratio."""

    phase: Phase
    against: Phase
    contrast: Contrast

    @property
    def pct(self) -> float:
        """The change; below 0 the phase lost ground."""
        return self.contrast.pct

    @property
    def low_pct(self) -> float:
        """Lower end of the 95 % interval."""
        return self.contrast.limit_pct(1 - CONFIDENCE)

    @property
    def high_pct(self) -> float:
        """Upper end of the 95 % interval."""
        return self.contrast.limit_pct(CONFIDENCE)


@dataclass(frozen=True, slots=True)
class SideLevel:
    """Left against right in one phase over the recent window, in % of the stronger side."""

    phase: Phase
    weaker: Side
    gap_pct: float
    low_pct: float
    """Lower end of the 95 % interval; may be below 0."""
    high_pct: float
    sessions: int
    days: float
    """Length of the recent window."""

    @property
    def large(self) -> bool:
        """Whether the gap is beyond what is natural."""
        return self.gap_pct >= SIDE_MARGIN_PCT and self.low_pct > NATURAL_GAP_PCT


@dataclass(frozen=True, slots=True)
class Finding:
    """A phase that holds the athlete back."""

    phase: Phase
    side: Side
    """``BOTH`` if the sides do not differ enough to name one."""
    evidence: Evidence
    deficit_pct: float
    low_pct: float
    high_pct: float
    """95 % interval of the deficit."""
    recent: int
    """Sessions in the recent window."""
    earlier: int
    """Sessions in the earlier window; 0 if the finding is against the other side."""
    against: tuple[Phase, ...] = ()
    days: float = RECENT_DAYS
    """Length of the recent window."""

    @property
    def sentence(self) -> str:
        """The finding in plain words with n and interval."""
        return words.finding(self)


@dataclass(frozen=True, slots=True)
class Limits:
    """What can be said of the limiting phase."""

    findings: tuple[Finding, ...]
    """Against own history first."""
    ratios: tuple[Ratio, ...]
    """Every phase against every other, as far as there are data."""
    sides: tuple[SideLevel, ...]
    lacking: tuple[str, ...]
    """What is missing for a full answer; empty if nothing is."""
    windows: Windows

    @property
    def named(self) -> Finding | None:
        """The limiting phase, if the data carry one."""
        return self.findings[0] if self.findings else None

    @property
    def sentence(self) -> str:
        """The answer in plain words."""
        return words.limits(self)


def limiting(holds: Iterable[HoldRow], now: datetime, measure: str = STRENGTH) -> Limits:
    """Return which phase holds an athlete back, or what is missing to say so.

    Only holds of mode ``max`` count, each series against itself. A phase is named if its strength lost at
    least 5 % against *each* of the two others since the earlier window, each loss with one-sided confidence
    of 97.5 %. The demand on both comparisons keeps the error low without a correction for three phases, and a
    phase that alone got stronger does not make the others limiting. A side is named with it if left and right
    within the phase parted by the same rule, or stand apart as below.

    A lasting gap between left and right needs no history: a phase is also named by one side if the gap over
    the recent window is at least 7 %, surely (97.5 %, one-sided) above 4 %, and no other phase leans the same
    way by as much.

    Args:
        holds: Holds of one athlete of the last 112 days or more, in any order.
        now: Aware time of asking; the recent window ends with it.
        measure: What stands for strength.
    """
    rows = looked_back(holds, now)
    spans = windows(rows, now, measure)
    series = strength_series(rows, measure)
    courses = {phase: _course(series, spans, phase) for phase in Phase}
    sides = tuple(s for phase in Phase if (s := _side_level(series, spans, phase)) is not None)
    lacking = _lacking(courses, spans)
    ratios = tuple(
        Ratio(one, other, contrast(courses[one], courses[other]))
        for one in Phase
        for other in Phase
        if one is not other and courses[one].enough and courses[other].enough
    )
    behind = () if lacking else _behind(ratios, series, spans, sides)
    apart = tuple(f for f in _by_side(sides) if f.phase not in {b.phase for b in behind})
    return Limits(behind + apart, ratios, sides, lacking, spans)


def _course(series: AllSeries, spans: Windows, phase: Phase, side: Side | None = None) -> Course:
    return course(
        [s.points for key, s in series.items() if s.phase is phase and (side is None or key.side is side)],
        spans,
    )


def _lacking(courses: Mapping[Phase, Course], spans: Windows) -> tuple[str, ...]:
    found = [
        words.too_few(phase, c.seen_recent, c.seen_earlier, MIN_SESSIONS, spans.recent_days)
        for phase, c in courses.items()
        if not c.enough
    ]
    last = {p: c.last_day for p, c in courses.items() if c.last_day is not None}
    if not found and max(last.values()) - min(last.values()) > LAST_APART_DAYS:
        oldest = min(last, key=lambda p: last[p])
        found.append(words.not_alike(oldest, max(last.values()) - last[oldest], LAST_APART_DAYS))
    return tuple(found)


def _behind(
    ratios: Sequence[Ratio], series: AllSeries, spans: Windows, sides: Sequence[SideLevel]
) -> tuple[Finding, ...]:
    for phase in Phase:
        own = [r for r in ratios if r.phase is phase]
        if all(_lost(r.contrast) for r in own):
            nearest = max(own, key=lambda r: r.pct)
            return (
                Finding(
                    phase,
                    _side_that_fell(series, spans, phase, sides),
                    Evidence.OWN_HISTORY,
                    -nearest.pct,
                    -nearest.high_pct,
                    -nearest.low_pct,
                    nearest.contrast.recent,
                    nearest.contrast.earlier,
                    tuple(r.against for r in own),
                    spans.recent_days,
                ),
            )
    return ()


def _lost(change: Contrast) -> bool:
    return change.pct <= -MARGIN_PCT and change.limit_pct(CONFIDENCE) < 0


def _side_that_fell(series: AllSeries, spans: Windows, phase: Phase, sides: Sequence[SideLevel]) -> Side:
    left, right = (_course(series, spans, phase, s) for s in (Side.LEFT, Side.RIGHT))
    if left.enough and right.enough:
        if _lost(contrast(left, right)):
            return Side.LEFT
        if _lost(contrast(right, left)):
            return Side.RIGHT
    return next((s.weaker for s in sides if s.phase is phase and s.large), Side.BOTH)


def _side_level(series: AllSeries, spans: Windows, phase: Phase) -> SideLevel | None:
    """Return the mean gap of the recent sessions with both sides over all positions, each with one sensor.

    The variation from session to session is that of all sessions looked back on, so that a few recent ones do
    not look surer than they are; of the older ones by successive differences, which a step does not widen.
    Where the sessions of the last 56 days before the recent ones show the same gap, they count with them.
    """
    by_day = _gaps_by_session(series, phase)
    now = np.array([gap for day, gap in by_day if spans.recent(day)])
    if now.size < MIN_SESSIONS:
        return None
    before = [(day, gap) for day, gap in by_day if not spans.recent(day)]
    then = np.array([gap for _, gap in before])
    near = np.array([gap for day, gap in before if day > spans.recent_to - LASTING_DAYS])
    n = now.size
    squares, df = float(np.var(now)) * n, n - 1.0
    if then.size > 1:
        older = (then.size - 1) * 2 / 3
        squares, df = squares + older * float(np.mean(np.diff(then) ** 2)) / 2, df + older
    spread, t = math.sqrt(squares / df), t_quantile(CONFIDENCE, df)
    mean, days = float(now.mean()), spans.recent_days
    if near.size >= MIN_SESSIONS and abs(mean - near.mean()) < t * spread * math.sqrt(1 / n + 1 / near.size):
        mean = float(np.concatenate([near, now]).mean())
        n, days = n + near.size, LASTING_DAYS
    reach = t * spread / math.sqrt(n)
    size = abs(mean)
    return SideLevel(
        phase,
        Side.LEFT if mean > 0 else Side.RIGHT,
        -100 * math.expm1(-size),
        -100 * math.expm1(-(size - reach)),
        -100 * math.expm1(-(size + reach)),
        n,
        days,
    )


def _gaps_by_session(series: AllSeries, phase: Phase) -> list[tuple[float, float]]:
    """Return (day, ln(right / left)) by session with both sides on one sensor, the mean over positions."""
    gaps: dict[str, list[float]] = {}
    days: dict[str, float] = {}
    for key, left in series.items():
        other = series.get(SeriesKey(key.position, Side.RIGHT, key.mode, key.setup))
        if left.phase is not phase or key.side is not Side.LEFT:
            continue
        if other is None or other.device != left.device:
            continue
        right = {p.session_id: p.value for p in other.points}
        for point in left.points:
            if point.session_id in right:
                gaps.setdefault(point.session_id, []).append(math.log(right[point.session_id] / point.value))
                days[point.session_id] = point.day
    return sorted((days[session], sum(found) / len(found)) for session, found in gaps.items())


def _by_side(sides: Sequence[SideLevel]) -> tuple[Finding, ...]:
    large = [
        s
        for s in sides
        if s.large
        and not any(
            o.weaker is s.weaker and o.phase is not s.phase and o.gap_pct >= SIDE_MARGIN_PCT for o in sides
        )
    ]
    found = [
        Finding(
            s.phase,
            s.weaker,
            Evidence.OTHER_SIDE,
            s.gap_pct,
            s.low_pct,
            s.high_pct,
            s.sessions,
            0,
            days=s.days,
        )
        for s in large
    ]
    return tuple(sorted(found, key=lambda f: -f.deficit_pct))
