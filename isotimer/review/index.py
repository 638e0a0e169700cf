"""One number per session for the strength of a phase, a side or all of it, whatever was done that day."""

import math
from collections.abc import Iterable
from datetime import datetime

from isotimer.core.plan import Phase, Side
from isotimer.review.course import strength_series
from isotimer.review.points import Point
from isotimer.review.rows import STRENGTH, HoldRow

_ROUNDS = 30
_START_SESSIONS = 3


def strength_index(
    holds: Iterable[HoldRow],
    *,
    phase: Phase | None = None,
    side: Side | None = None,
    measure: str = STRENGTH,
) -> tuple[Point, ...]:
    """Return strength by session in % of the athlete's first three sessions, oldest first.

    The logarithm of every series is split into what is the series' own and what is the session's, by least
    squares (alternating means); the second part is the index. A session counts although a series is missing
    from it, and newtons of different levers are never added. Series that share no session with the others
    carry only their own change.

    Args:
        holds: Holds of one athlete, in any order.
        phase: Only of this phase.
        side: Only of this side.
        measure: What stands for strength, in holds of mode ``max``.
    """
    cells: dict[str, dict[int, float]] = {}
    at: dict[str, datetime] = {}
    for number, (key, series) in enumerate(strength_series(holds, measure).items()):
        if (phase is None or series.phase is phase) and (side is None or key.side is side):
            for point in series.points:
                cells.setdefault(point.session_id, {})[number] = math.log(point.value)
                at[point.session_id] = min(point.at, at.get(point.session_id, point.at))
    level = _session_part(cells)
    ordered = sorted(level, key=lambda s: at[s])
    start = ordered[:_START_SESSIONS]
    base = sum(level[s] for s in start) / len(start) if start else 0.0
    return tuple(Point(at[s], 100 * math.exp(level[s] - base), s, len(cells[s])) for s in ordered)


def _session_part(cells: dict[str, dict[int, float]]) -> dict[str, float]:
    level = dict.fromkeys(cells, 0.0)
    by_series: dict[int, list[tuple[str, float]]] = {}
    for session, found in cells.items():
        for number, value in found.items():
            by_series.setdefault(number, []).append((session, value))
    for _ in range(_ROUNDS):
        own = {n: sum(v - level[s] for s, v in found) / len(found) for n, found in by_series.items()}
        level = {s: sum(v - own[n] for n, v in found.items()) / len(found) for s, found in cells.items()}
    return level
