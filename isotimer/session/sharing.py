"""Data out of the store and into files."""

from datetime import datetime
from pathlib import Path

from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.formats import export_format
from isotimer.measures.table import MEASURES
from isotimer.session.recovery import recover
from isotimer.store import queries
from isotimer.store.database import open_store


def export_to(
    database: Path,
    folder: Path,
    form: str,
    *,
    athlete: str | None = None,
    session_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    separator: str = ",",
    decimal: str = ".",
) -> tuple[list[Path], int]:
    """Write the chosen holds into a folder; return the files and the number of holds.

    Raises:
        WrongUseError: If there is no such athlete or session, or the format is asked for the impossible.
        DataError: If there is no database, or something cannot be read or written.
    """
    if not database.exists():
        raise DataError(f"there is no database at {database}", "", "do a hold first, or name one with --db")
    recover(database)
    with open_store(database, readonly=True) as store:
        athlete_id = None
        if athlete is not None:
            athlete_id = next((row["id"] for row in store.athletes() if row["name"] == athlete.strip()), None)
            if athlete_id is None:
                raise WrongUseError(f"there is no athlete '{athlete}'", "", "check the spelling")
        holds = queries.holds(store, athlete_id=athlete_id, session_id=session_id, since=since, until=until)
        if session_id is not None and not holds:
            raise WrongUseError(f"there is no hold in a session '{session_id}'", "", "check the id")
        wanted = {row["session_id"] for row in holds}
        sessions = [s for s in queries.sessions(store, athlete_id=athlete_id) if s["session_id"] in wanted]
        paths = export_format(form).write(
            folder,
            holds=holds,
            sessions=sessions,
            measures=queries.measure_rows(store, [row["hold_id"] for row in holds]),
            traces=queries.traces(store, holds),
            measure_order=[m.id for m in MEASURES],
            separator=separator,
            decimal=decimal,
        )
    return paths, len(holds)
