"""Data out of the store and into files."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.text import printable
from isotimer.exchange.columns import Row
from isotimer.exchange.export_data import Export, HoldKey, Written
from isotimer.exchange.formats import export_format
from isotimer.exchange.trace_table import TraceLike
from isotimer.session.recovery import recover
from isotimer.session.rig_hold import rig_of_layout, with_rig
from isotimer.store import outbound, queries
from isotimer.store.database import Store, open_store


def export_to(
    database: Path,
    folder: Path,
    form: str,
    *,
    athlete: str | None = None,
    session_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    separator: str | None = None,
    decimal: str | None = None,
) -> Written:
    """Write the chosen holds, and what belongs to them, into a folder.

    Args:
        database: Where they are.
        folder: Where to; made if it is not there.
        form: Id of the format.
        athlete: Only this athlete, by name or by the beginning of the key.
        session_id: Only this session, by the beginning of its key.
        since: Aware; only what is of then or later.
        until: Aware; only what is of before.
        separator: Between cells; the format's usual one if None.
        decimal: Decimal sign; the format's usual one if None.

    Raises:
        WrongUseError: If there is no such athlete or session, or the format is asked for the impossible.
        DataError: If there is no database, or something cannot be read or written.
    """
    if not database.exists():
        raise DataError(f"there is no database at {database}", "", "do a hold first, or name one with --db")
    recover(database)
    chosen_form = export_format(form)
    with open_store(database, readonly=True) as store:
        chosen = outbound.choose(
            store,
            athlete_id=None if athlete is None else store.find_athlete(athlete),
            session_id=None if session_id is None else store.whole_key("session", session_id),
            since=since,
            until=until,
        )
        if session_id is not None and not chosen.holds:
            raise WrongUseError(
                f"there is no hold in session '{printable(session_id, 40)}'", "", "check the id"
            )
        return chosen_form.write(folder, _export(store, chosen), separator, decimal)


def _export(store: Store, chosen: outbound.Chosen) -> Export:
    keys = tuple(
        HoldKey(
            row["hold_id"],
            row["athlete_id"],
            row["athlete"],
            row["day"] or "",
            row["position"],
            row["side"],
            bool(row["has_trace"]),
        )
        for row in chosen.holds
    )

    def traces(ids: Sequence[str]) -> Iterator[tuple[Row, TraceLike]]:
        for start in range(0, len(ids), 100):
            for row, trace in queries.traces(store, _in_order(store, ids[start : start + 100])):
                rig, _ = rig_of_layout(row["rig"])
                yield {**row, "rig_name": rig.name if rig is not None else ""}, with_rig(row, trace)

    return Export(
        keys=keys,
        holds=lambda ids: outbound.hold_rows(store, ids),
        measures=lambda ids: queries.measure_rows(store, ids),
        traces=traces,
        others={
            "athletes": lambda: outbound.athlete_rows(store, chosen),
            "equipment": lambda: outbound.equipment_rows(store, chosen),
            "sessions": lambda: outbound.session_rows(store, chosen),
            "weights": lambda: outbound.weight_rows(store, chosen),
            "sprints": lambda: outbound.sprint_rows(store, chosen),
            "notes": lambda: outbound.note_rows(store, chosen),
        },
    )


def _in_order(store: Store, ids: Sequence[str]) -> list[dict[str, object]]:
    """Return holds as rows of v_holds, in the order of their keys."""
    found = {row["hold_id"]: row for row in queries.holds(store, ids=ids)}
    return [found[key] for key in ids]
