"""Rows of holds and sprints in one line."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from isotimer.core.plan import Mode, Phase, Side
from isotimer.review.points import Point
from isotimer.review.rows import STRENGTH, HoldRow

START = datetime(2026, 1, 5, 17, tzinfo=UTC)

MakeHold = Callable[..., HoldRow]
MakePoints = Callable[..., tuple[Point, ...]]


@pytest.fixture
def start() -> datetime:
    """The first day of every made-up history."""
    return START


@pytest.fixture
def hold() -> MakeHold:
    """Make one max hold of a day; ``force_n`` is its best second, anything else a field of the row."""

    def make(day: float, force_n: float | None = None, **fields: object) -> HoldRow:
        row: dict[str, object] = {
            "hold_id": f"h{day}",
            "session_id": f"s{int(day):04d}",
            "athlete_id": "a",
            "at": START + timedelta(days=day),
            "position": "ankle-iso-push",
            "phase": Phase.PUSH,
            "side": Side.LEFT,
            "mode": Mode.MAX,
            "hold_s": 5.0,
            "values": {} if force_n is None else {STRENGTH: force_n},
        }
        return HoldRow(**(row | fields))

    return make


@pytest.fixture
def points() -> MakePoints:
    """Make one point a session from values and days."""

    def make(values: Sequence[float], days: Sequence[float] | None = None) -> tuple[Point, ...]:
        when = [3.5 * i for i in range(len(values))] if days is None else days
        return tuple(Point(START + timedelta(days=d), v, f"s{d}") for d, v in zip(when, values, strict=True))

    return make
