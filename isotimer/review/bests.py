"""Personal bests, and whether they are more than the usual variation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from isotimer.review import words
from isotimer.review.points import Point
from isotimer.review.rows import Better
from isotimer.review.typical import OWN_FROM_SESSIONS, TypicalError


class Standing(StrEnum):
    """What a new best is worth."""

    FIRST = "first"
    REAL = "real"
    WITHIN = "within normal variation"


@dataclass(frozen=True, slots=True)
class Best:
    """A session that was better than all before it."""

    point: Point
    standing: Standing
    gain_pct: float | None
    """Against the bar; None for the first."""
    typical: TypicalError

    @property
    def sentence(self) -> str:
        """What to say of it."""
        return words.best(self)


def personal_bests(
    points: Sequence[Point], typical: TypicalError, better: Better = Better.HIGHER
) -> tuple[Best, ...]:
    """Return every new best of a series, oldest first.

    A best is real if it passes the bar by more than the least detectable change. The bar is the best of the
    first 5 sessions and then the last real best; bests in between do not raise it, so that many small steps
    count once they add up.

    Args:
        points: One value above 0 per session of one series.
        typical: The typical error of that series.
        better: Which way is better; ``NEITHER`` knows no bests.
    """
    if better is Better.NEITHER or not points:
        return ()
    ordered = sorted(points, key=lambda p: p.at)
    bar = top = ordered[0].value
    found = [Best(ordered[0], Standing.FIRST, None, typical)]
    for number, point in enumerate(ordered[1:], 2):
        if not _better(point.value, top, better):
            continue
        top = point.value
        gain_pct = 100 * (top / bar - 1 if better is Better.HIGHER else bar / top - 1)
        real = gain_pct > typical.mdc_pct
        found.append(Best(point, Standing.REAL if real else Standing.WITHIN, gain_pct, typical))
        if real or number <= OWN_FROM_SESSIONS:
            bar = top
    return tuple(found)


def _better(value: float, than: float, better: Better) -> bool:
    return value > than if better is Better.HIGHER else value < than
