"""Targets in newtons: from the athlete's own best and body mass."""

from pathlib import Path

from isotimer.core.plan import Target, TargetBand
from isotimer.store.database import open_store
from isotimer.store.queries import best


def resolve_target(target: Target, database: Path, athlete: str, position: str, side: str) -> TargetBand:
    """Return a target in newtons for this athlete, position and side.

    Raises:
        WrongUseError: If it is a share of a number that is not known.
        DataError: If the database cannot be read.
    """
    if target.kind == "N" or not database.exists():
        return target.resolve(None, None)
    with open_store(database) as store:
        athlete_id = store.athlete(athlete)
        return target.resolve(
            best(store, athlete_id, position, side, "tension_best_1s_n"), store.body_mass(athlete_id)
        )
