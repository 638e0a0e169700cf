"""What a report is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from isotimer.core.plan import Phase
from isotimer.review.balance import Balance
from isotimer.review.points import Point
from isotimer.review.transfer import Transfer
from isotimer.review.trend import Trend


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session."""

    at: datetime
    """Aware, as the clock on the wall said."""
    plan: str
    holds: int
    held_s: float


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """One measure of one series."""

    title: str
    """Position, side and mode in words."""
    setup: str
    measure: str
    """Plain name."""
    unit: str
    points: tuple[Point, ...]
    trend: Trend
    best: str
    """What to say of the newest best; empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that stands in the report of one athlete."""

    athlete: str
    made_at: datetime
    since: datetime | None
    mass_kg: float | None
    sessions: tuple[SessionLine, ...]
    """Newest first."""
    sessions_known: int
    """How many there are, if those listed are not all."""
    balance: Balance
    series: tuple[SeriesPart, ...]
    strength: tuple[Point, ...]
    phases: Mapping[Phase, tuple[Point, ...]]
    shake: tuple[Point, ...]
    runs: Mapping[str, tuple[Point, ...]]
    """Kind of sprint in words -> speed by day, m/s."""
    answers: tuple[Transfer, ...]
    notes: tuple[tuple[str, str], ...]
    """Date and text, newest first."""
