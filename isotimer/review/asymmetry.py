"""Left against right: by formulas that have names, and against the athlete's own variation."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from isotimer.core.plan import Side
from isotimer.review import words
from isotimer.review.points import How, Point, equal_trials, session_points
from isotimer.review.quantile import t_quantile
from isotimer.review.rows import STRENGTH, HoldRow, same_sensor
from isotimer.review.typical import LITERATURE_MDC_PCT, OWN_FROM_SESSIONS

LOAD_SHARE = "load_share_right_pct"
LOOKED_AT = 4
SAME_DIRECTION = 3
MIN_SESSIONS = 4
WORTHWHILE_PCT = 5.0
"""A smaller gap is not worth a word: nobody is quite even."""

OWN_SESSIONS = "the own variation between sessions"
OWN_TRIALS = "the own variation between trials"
LITERATURE = "the upper limit of the literature (fewer than 5 sessions)"
WORTHWHILE = "the smallest worthwhile gap"


class Formula(StrEnum):
    """How left and right are made one number; the same data give three different ones."""

    PERCENT_DIFFERENCE = "percent difference"
    """100 (max - min) / max, with a sign: + if the right is larger. For one leg at a time."""
    BAI = "bilateral asymmetry index"
    """100 (right - left) / (right + left). For both legs at once."""
    SHARE = "share of the right side"
    """100 right / (right + left)."""


def percent_difference(left: float, right: float) -> float:
    """Return 100 (max - min) / max in %, + if the right is larger (Bishop 2016).

    Raises:
        ValueError: If a side is not above 0.
    """
    _positive(left, right)
    return 100 * (right - left) / max(left, right)


def bilateral_index(left: float, right: float) -> float:
    """Return 100 (right - left) / (right + left) in % (BAI).

    Raises:
        ValueError: If a side is not above 0.
    """
    _positive(left, right)
    return 100 * (right - left) / (right + left)


def right_share(left: float, right: float) -> float:
    """Return 100 right / (right + left) in %; 50 is even.

    Raises:
        ValueError: If a side is not above 0.
    """
    _positive(left, right)
    return 100 * right / (right + left)


def _positive(left: float, right: float) -> None:
    if not (left > 0 and right > 0):
        raise ValueError("both sides must be above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """The side-to-side gap of one position (one mode, one setup)."""

    position: str
    measure: str
    formula: Formula
    gaps: tuple[Point, ...]
    """The gap of each session in which both sides were done, in %, + if the right is larger."""
    gap_pct: float | None = None
    """Mean of the last 4 sessions."""
    looked_at: int = 0
    same_direction: int = 0
    """How many of these lean the way of their mean."""
    threshold_pct: float | None = None
    """The gap must pass this."""
    threshold_from: str = ""
    """What the threshold is."""
    flagged: bool = False
    lacking: str = ""

    @property
    def weaker(self) -> Side | None:
        """The side with less; None if there is no gap to speak of."""
        if self.gap_pct is None or self.gap_pct == 0:
            return None
        return Side.LEFT if self.gap_pct > 0 else Side.RIGHT

    @property
    def sentence(self) -> str:
        """What to say of it, with n and formula."""
        return words.asymmetry(self)


def side_gap(holds: Iterable[HoldRow], measure: str = STRENGTH) -> Asymmetry:
    """Return the gap between left and right holds of one position, mode and setup.

    Each session with both sides gives a percent difference: best of equally many trials of each side. The
    gap is flagged if the mean of the last 4 sessions is beyond 5 %, beyond the variation between trials of
    one session and beyond what the athlete's own gaps vary (95 %), and at least 3 of the 4 lean the same way.
    Below 5 sessions the upper least detectable change of the literature stands for the own variation.

    Args:
        holds: Holds of one position, mode and setup, both sides, in any order.
        measure: Id of a measure that is better when higher.
    """
    rows = [h for h in holds if h.sound and (h.value(measure) or 0) > 0]
    left = same_sensor(h for h in rows if h.side is Side.LEFT)
    right = same_sensor(h for h in rows if h.side is Side.RIGHT)
    position = rows[-1].position if rows else ""
    if left and right and left[-1].device != right[-1].device:
        lacking = "left and right were measured with different sensors"
        formula = Formula.PERCENT_DIFFERENCE
        return Asymmetry(position=position, measure=measure, formula=formula, gaps=(), lacking=lacking)
    gaps = _gaps(left, right, measure)
    variation = _within_pct(left + right, measure)
    return _judge(position, measure, Formula.PERCENT_DIFFERENCE, gaps, variation)


def load_gap(holds: Iterable[HoldRow]) -> Asymmetry:
    """Return the gap of holds with both legs on two plates, as bilateral asymmetry index.

    Args:
        holds: Holds of one position, mode and setup with both legs; those without a share of load are
            ignored.
    """
    rows = same_sensor(h for h in holds if h.sound and h.value(LOAD_SHARE) is not None)
    points = session_points(rows, LOAD_SHARE, how=How.MEAN).points
    gaps = tuple(Point(p.at, 2 * p.value - 100, p.session_id, p.trials) for p in points)
    position = rows[-1].position if rows else ""
    return _judge(position, LOAD_SHARE, Formula.BAI, gaps, None)


def _gaps(left: list[HoldRow], right: list[HoldRow], measure: str) -> tuple[Point, ...]:
    per_session: dict[tuple[str, Side], int] = {}
    for hold in left + right:
        per_session[hold.session_id, hold.side] = per_session.get((hold.session_id, hold.side), 0) + 1
    trials = equal_trials(list(per_session.values()))
    by_session = {p.session_id: p for p in session_points(left, measure, trials=trials).points}
    return tuple(
        Point(p.at, percent_difference(by_session[p.session_id].value, p.value), p.session_id, trials)
        for p in session_points(right, measure, trials=trials).points
        if p.session_id in by_session
    )


def _within_pct(holds: list[HoldRow], measure: str) -> float | None:
    """Return the pooled variation between trials of one session and side, in %; None if all are single."""
    trials: dict[tuple[str, Side], list[float]] = {}
    for hold in holds:
        trials.setdefault((hold.session_id, hold.side), []).append(math.log(hold.value(measure) or math.nan))
    several = [t for t in trials.values() if len(t) > 1]
    if not several:
        return None
    squares = sum(float(np.var(t)) * len(t) for t in several)
    return 100 * math.expm1(math.sqrt(squares / sum(len(t) - 1 for t in several)))


def _judge(
    position: str, measure: str, formula: Formula, gaps: Sequence[Point], within_pct: float | None
) -> Asymmetry:
    ordered = tuple(sorted(gaps, key=lambda p: p.at))
    if len(ordered) < MIN_SESSIONS:
        lacking = f"{words.count(len(ordered), 'session')} with both sides of the {MIN_SESSIONS} needed"
        return Asymmetry(position=position, measure=measure, formula=formula, gaps=ordered, lacking=lacking)
    last = [p.value for p in ordered[-LOOKED_AT:]]
    gap = sum(last) / len(last)
    same = sum(1 for value in last if value * gap > 0)
    own = len(ordered) >= OWN_FROM_SESSIONS
    between = _least_mean_gap([p.value for p in ordered], len(last)) if own else LITERATURE_MDC_PCT[1]
    threshold, source = max(
        (between, OWN_SESSIONS if own else LITERATURE),
        (within_pct or 0.0, OWN_TRIALS),
        (WORTHWHILE_PCT, WORTHWHILE),
    )
    return Asymmetry(
        position=position,
        measure=measure,
        formula=formula,
        gaps=ordered,
        gap_pct=gap,
        looked_at=len(last),
        same_direction=same,
        threshold_pct=threshold,
        threshold_from=source,
        flagged=abs(gap) > threshold and same >= SAME_DIRECTION,
    )


def _least_mean_gap(gaps: list[float], k: int) -> float:
    """Return the mean of k gaps that own variation alone does not reach with 95 % confidence."""
    sd = float(np.std(np.diff(gaps), ddof=1)) / math.sqrt(2)
    return t_quantile(0.975, len(gaps) - 2) * sd / math.sqrt(k)
