"""Push, swing and return, left and right, in one picture: what was done, how it changed, what is behind."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from isotimer.core.plan import Phase, Side
from isotimer.review import words
from isotimer.review.asymmetry import Asymmetry, side_gap
from isotimer.review.course import (
    MIN_SESSIONS,
    RECENT_DAYS,
    Course,
    StrengthSeries,
    Windows,
    course,
    looked_back,
    strength_hold,
    strength_series,
)
from isotimer.review.limiting import Finding, Limits, limiting
from isotimer.review.points import Point
from isotimer.review.rows import HOLD_LENGTH, STRENGTH, HoldRow, SeriesKey, day_of
from isotimer.review.typical import typical_error

SHAKE_ONSET = "shake_onset_s"
NEGLECT_HOLDS = 12
"""So many holds in 28 days before a phase is called neglected."""
NEGLECT_SHARE = 1 / 6
"""Half of an even share of the time under tension."""


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of some holds and how many they are."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One phase on one side. Strength is that of mode ``max``; its parts are None while data are short."""

    phase: Phase
    side: Side
    holds: int
    """In the last 28 days, whatever their mode and end."""
    time_s: float
    """Under tension in the last 28 days."""
    sessions: int
    """Sessions with a strength value, in the last 28 days."""
    best_pct: float | None
    """Median strength of the last 28 days in % of the own best, of equally many sessions in every cell."""
    change_pct: float | None
    """Strength of the recent window (28 to 42 days) against the own earlier level."""
    change_te: float | None
    """The same in typical errors of a session (z)."""
    shake_onset_s: Middle
    """Of the holds of the last 28 days in which shake doubled."""
    hold_s: Middle
    """Length of the holds of the last 28 days."""
    lacking: str
    """Why there is no change; empty if there is one."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the work of the last 28 days one phase had."""

    phase: Phase
    holds: int
    time_s: float
    share: float | None
    """Of all time under tension; None if there was none."""
    neglected: bool

    @property
    def sentence(self) -> str:
        """What to say of it."""
        return words.share(self)


@dataclass(frozen=True, slots=True)
class Balance:
    """The whole picture."""

    cells: tuple[Cell, ...]
    """Push, swing, return by left, right; and both, where there is anything."""
    shares: tuple[Share, ...]
    limits: Limits
    gaps: tuple[Asymmetry, ...]
    """Left against right in every position done in mode ``max``."""

    @property
    def named(self) -> Finding | None:
        """The limiting phase, if the data carry one."""
        return self.limits.named

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to say: the limiting phase or what is missing, neglected phases, gaps beyond variation."""
        neglected = [s.sentence for s in self.shares if s.neglected]
        flagged = [g.sentence for g in self.gaps if g.flagged]
        return (self.limits.sentence, *neglected, *flagged)


def balance(holds: Iterable[HoldRow], now: datetime, measure: str = STRENGTH) -> Balance:
    """Return the balance of one athlete.

    Args:
        holds: Holds of the athlete of the last 112 days or more, in any order.
        now: Aware time of asking.
        measure: What stands for strength.
    """
    rows = looked_back(holds, now)
    limits = limiting(rows, now, measure)
    series = strength_series(rows, measure)
    today = day_of(now)
    month = Windows(today, today, today - RECENT_DAYS, today)
    recent = [h for h in rows if month.recent(h.day)]
    best = _best_pct(series, month)
    cells = [
        _cell(
            phase,
            side,
            [h for h in recent if h.phase is phase and h.side is side],
            series,
            limits.windows,
            month,
            best,
        )
        for phase in Phase
        for side in Side
    ]
    kept = tuple(c for c in cells if c.side is not Side.BOTH or c.holds)
    return Balance(kept, _shares(recent), limits, _gaps(rows, measure))


def _cell(
    phase: Phase,
    side: Side,
    recent: Sequence[HoldRow],
    series: Mapping[SeriesKey, StrengthSeries],
    spans: Windows,
    month: Windows,
    best: Mapping[SeriesKey, float],
) -> Cell:
    own = {key: s.points for key, s in series.items() if s.phase is phase and key.side is side}
    level = course(own.values(), spans)
    shares = [best[key] for key in own if key in best]
    return Cell(
        phase=phase,
        side=side,
        holds=len(recent),
        time_s=sum(h.hold_s or 0.0 for h in recent),
        sessions=len({p.session_id for points in own.values() for p in points if month.recent(p.day)}),
        best_pct=sum(shares) / len(shares) if shares else None,
        change_pct=100 * math.expm1(level.change) if level.enough else None,
        change_te=_in_typical_errors(own.values(), level) if level.enough else None,
        shake_onset_s=_middle(recent, SHAKE_ONSET),
        hold_s=_middle(recent, HOLD_LENGTH),
        lacking=""
        if level.enough
        else words.too_few(phase, level.seen_recent, level.seen_earlier, MIN_SESSIONS, spans.recent_days),
    )


def _in_typical_errors(series: Iterable[Sequence[Point]], level: Course) -> float | None:
    errors = [t.te_pct for points in series if (t := typical_error(points)).own and t.te_pct]
    if not errors:
        return None
    return level.change / math.log1p(sum(errors) / len(errors) / 100)


def _middle(holds: Sequence[HoldRow], measure: str) -> Middle:
    values = [v for h in holds if h.sound and (v := h.value(measure)) is not None]
    return Middle(median(values) if values else None, len(values))


def _best_pct(series: Mapping[SeriesKey, StrengthSeries], spans: Windows) -> dict[SeriesKey, float]:
    """Return recent median in % of the best of the last k sessions, k the same for all series.

    A best rises with the number of tries, so the phase that is done most would look furthest from its own.
    """
    enough = {key: s.points for key, s in series.items() if len(s.points) >= MIN_SESSIONS}
    k = min((len(points) for points in enough.values()), default=0)
    found = {}
    for key, points in enough.items():
        recent = [p.value for p in points if spans.recent(p.day)]
        if recent:
            found[key] = 100 * median(recent) / max(max(p.value for p in points[-k:]), median(recent))
    return found


def _shares(recent: Sequence[HoldRow]) -> tuple[Share, ...]:
    total = sum(h.hold_s or 0.0 for h in recent)
    found = []
    for phase in Phase:
        own = [h for h in recent if h.phase is phase]
        time_s = sum(h.hold_s or 0.0 for h in own)
        share = time_s / total if total > 0 else None
        neglected = share is not None and share < NEGLECT_SHARE and len(recent) >= NEGLECT_HOLDS
        found.append(Share(phase, len(own), time_s, share, neglected))
    return tuple(found)


def _gaps(rows: Sequence[HoldRow], measure: str) -> tuple[Asymmetry, ...]:
    groups: dict[tuple[str, str], list[HoldRow]] = {}
    for hold in rows:
        if strength_hold(hold, measure) and hold.side is not Side.BOTH:
            groups.setdefault((hold.position, hold.setup), []).append(hold)
    return tuple(side_gap(found, measure) for _, found in sorted(groups.items()))
