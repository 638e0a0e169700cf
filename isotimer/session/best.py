"""What a share of an athlete's own best is a share of, and targets in newtons.

The rule and its reasons are in docs/decisions: the best of an equal number of recent maximal holds of
the same position, side and setup, so that many tries do not count as strength.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Mode, Side, Target, TargetBand
from isotimer.session.setup_of_holds import setup_for
from isotimer.store.database import Store, open_store
from isotimer.store.queries import best, series_values
from isotimer.store.rows import Series
from isotimer.store.setups import known_athlete

MEASURE = "tension_best_1s_n"
EQUAL_N = 6
"""A best is taken of so many holds: two sets of three, or the attempts of one test day and its fourth."""
FRESH = timedelta(days=28)

Today = Mapping[tuple[str, Side], float]
"""(position, side) -> the reference that the athlete has set for today, N."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What 100 % is for an athlete at a position, side and setup."""

    force_n: float
    holds: int
    """How many holds it is the best of; 0 for one that was typed in."""
    newest: datetime | None
    """When the newest of them was."""
    why: str
    """What it rests on, in a few words."""
    weak: bool = False
    """Whether it says little: old holds, or none that were maximal."""


def reference(
    store: Store,
    athlete_id: str,
    position: str,
    side: str,
    setup_id: str | None = None,
    *,
    now: datetime | None = None,
) -> Reference | None:
    """Return what 100 % is; None if there is no hold with a tension yet.

    It is the highest best second of the newest ``EQUAL_N`` holds in mode max of the last 28 days; without
    one in that time, of the newest ones that there are; without any, of all holds of any mode and date (a
    hold at a share of the best shows no best, so a window would let the target sink from month to month).

    Args:
        store: The database.
        athlete_id: Whose.
        position: Id of the position.
        side: Which leg.
        setup_id: The setup; None for holds of which it was not stated.
        now: Aware; the present if None.
    """
    now = now or datetime.now(UTC)
    series = Series(position, side, Mode.MAX.value, setup_id)
    rows = series_values(store, athlete_id, series, MEASURE, newest=EQUAL_N)
    if rows:
        fresh = [row for row in rows if now - _moment(row["started_at"]) <= FRESH]
        used = fresh or rows
        newest = _moment(used[0]["started_at"])
        top_n = max(row["value"] for row in used)
        return Reference(top_n, len(used), newest, _why(len(used), newest, now), weak=not fresh)
    any_mode = best(store, athlete_id, position, side, MEASURE, setup_id=setup_id)
    if any_mode is None:
        return None
    return Reference(any_mode, 1, None, "best of any hold, none maximal", weak=True)


def resolve_target(
    target: Target,
    database: Path,
    athlete: str,
    position: str,
    side: str,
    *,
    setup: str = "",
    today: Today | None = None,
) -> TargetBand:
    """Return a target in newtons for this athlete, position and side.

    Args:
        target: As it was typed.
        database: The store's file.
        athlete: Name.
        position: Id of the position.
        side: Which leg.
        setup: Name of the setup; the remembered one if empty.
        today: References set for today; they go before what is stored.

    Raises:
        WrongUseError: If it is a share of a number that is not known.
        DataError: If the database cannot be read.
    """
    if target.kind == "N":
        return target.resolve(None, None)
    typed_n = (today or {}).get((position, Side(side)))
    if target.kind == "best" and typed_n is not None:
        return target.resolve(typed_n, None)
    if not database.exists():
        return target.resolve(None, None)
    with open_store(database) as store:
        athlete_id = known_athlete(store, athlete)
        if athlete_id is None:
            return target.resolve(None, None)
        if target.kind == "bodyweight":
            return target.resolve(None, store.body_mass(athlete_id))
        row = setup_for(store, athlete_id, position, setup)
        if row is None and setup:
            return target.resolve(None, None)
        found = reference(store, athlete_id, position, side, row.id if row else None)
        return target.resolve(found.force_n if found else None, None)


def resolver(
    database: Path, athlete: str, today: Today | None = None
) -> Callable[[str, Side, Target], TargetBand | None]:
    """Return what turns a plan's targets into newtons; None for one whose number is not known.

    Args:
        database: The store's file.
        athlete: Name.
        today: References set for today.
    """

    def resolve(position: str, side: Side, target: Target) -> TargetBand | None:
        try:
            return resolve_target(target, database, athlete, position, side.value, today=today)
        except WrongUseError:
            return None

    return resolve


def _moment(utc: str) -> datetime:
    return datetime.fromisoformat(utc)


def _why(holds: int, newest: datetime, now: datetime) -> str:
    days = max(0, (now - newest).days)
    ago = "today" if days == 0 else "1 day ago" if days == 1 else f"{days} days ago"
    count = "1 max hold" if holds == 1 else f"best of {holds} max holds"
    return f"{count}, {ago}"
