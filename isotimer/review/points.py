"""One value per session, made of equally many trials each, so that sessions can be compared."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from isotimer.review.rows import Better, HoldRow, better_of, day_of

MOST_TRIALS = 3
MOST_SHARE_LEFT_OUT = 0.25


class How(StrEnum):
    """What stands for a session."""

    BEST = "best"
    MEAN_OF_BEST_2 = "mean of best 2"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one session."""

    at: datetime
    value: float
    session_id: str = ""
    trials: int = 1
    """Number of holds it is made of."""

    @property
    def day(self) -> float:
        """Days since 1970-01-01 UTC."""
        return day_of(self.at)


@dataclass(frozen=True, slots=True)
class SessionPoints:
    """The sessions of a series."""

    points: tuple[Point, ...]
    """Oldest first."""
    trials: int
    """How many holds of each session were looked at: its first ones."""
    left_out: int
    """Sessions with fewer holds than that."""


def session_points(
    holds: Iterable[HoldRow],
    measure: str,
    *,
    how: How = How.BEST,
    better: Better | None = None,
    trials: int | None = None,
) -> SessionPoints:
    """Return one value per session of a series.

    A best is an extreme value and rises with the number of trials. So the same number of holds, the first
    ones, is taken from every session: as many as can be had (at most 3) with no more than a quarter of the
    sessions falling short; those are left out and counted.

    Args:
        holds: Holds of one series, in any order; unsound ones are ignored.
        measure: Id of the measure, or ``hold_s``.
        how: What stands for the session. A measure that is better neither way is averaged.
        better: Which way is best; as the measure's own by default.
        trials: Take so many holds of each session instead.
    """
    way = better_of(measure) if better is None else better
    sessions: dict[str, list[tuple[datetime, float]]] = {}
    for hold in sorted(holds, key=lambda h: h.at):
        value = hold.value(measure)
        if value is not None and math.isfinite(value) and hold.sound:
            sessions.setdefault(hold.session_id, []).append((hold.at, value))
    k = equal_trials([len(s) for s in sessions.values()]) if trials is None else trials
    points = tuple(
        Point(found[0][0], _stands_for([v for _, v in found[:k]], how, way), session_id, k)
        for session_id, found in sessions.items()
        if len(found) >= k
    )
    return SessionPoints(points, k, len(sessions) - len(points))


def equal_trials(counts: Sequence[int]) -> int:
    """Return how many trials to take from every session, given how many each has."""
    for k in range(MOST_TRIALS, 1, -1):
        if sum(c < k for c in counts) <= MOST_SHARE_LEFT_OUT * len(counts):
            return k
    return 1


def _stands_for(values: list[float], how: How, better: Better) -> float:
    if how is How.MEAN or better is Better.NEITHER:
        return sum(values) / len(values)
    best = sorted(values, reverse=better is Better.HIGHER)[: 1 if how is How.BEST else 2]
    return sum(best) / len(best)
