"""Which setup an athlete uses at a position: remembered, listed, found by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isotimer.store.connection import Connection
from isotimer.store.ids import stamp
from isotimer.store.rows import Row


@dataclass(frozen=True, slots=True)
class SetupRow:
    """One stored setup."""

    id: str
    name: str
    details: Mapping[str, Any]
    """As ``core.setup.Setup.details``; empty for one that is only a name."""


def known_athlete(store: Connection, name: str) -> str | None:
    """Return the key of the athlete of this name, None if there is none; nothing is written."""
    rows = store.rows(
        "SELECT id FROM athlete WHERE name = ? AND archived_at IS NULL ORDER BY created_at, id LIMIT 1",
        [name.strip()],
    )
    return rows[0]["id"] if rows else None


def chosen_setup(store: Connection, athlete_id: str, position: str) -> SetupRow | None:
    """Return the setup that an athlete uses at a position now; None if that was never stated."""
    rows = store.rows(
        "SELECT u.id, u.name, u.details FROM setup_choice c JOIN setup u ON u.id = c.setup_id"
        " WHERE c.athlete_id = ? AND c.position = ?",
        [athlete_id, position],
    )
    return _setup(rows[0]) if rows else None


def choose_setup(store: Connection, athlete_id: str, position: str, setup_id: str | None) -> None:
    """Remember the setup of an athlete at a position, in the place of an earlier one; None forgets it."""
    at, _ = stamp()
    with store.writing():
        store.db.execute(
            "DELETE FROM setup_choice WHERE athlete_id = ? AND position = ?", [athlete_id, position]
        )
        if setup_id is not None:
            row = {"athlete_id": athlete_id, "position": position, "setup_id": setup_id, "updated_at": at}
            store.insert("setup_choice", row)


def known_setups(store: Connection, athlete_id: str, position: str) -> list[SetupRow]:
    """Return the setups of an athlete: those of this position first, in each the one used last first."""
    rows = store.rows(
        "SELECT u.id, u.name, u.details, max(n.here) AS here, max(n.at) AS at FROM ("
        " SELECT h.setup_id AS id, h.position = :position AS here, h.started_at AS at"
        "  FROM hold h JOIN session s ON s.id = h.session_id"
        "  WHERE s.athlete_id = :athlete AND h.setup_id IS NOT NULL"
        " UNION ALL SELECT setup_id, position = :position, updated_at FROM setup_choice"
        "  WHERE athlete_id = :athlete) n"
        " JOIN setup u ON u.id = n.id GROUP BY u.id ORDER BY here DESC, at DESC, u.id DESC",
        {"athlete": athlete_id, "position": position},
    )
    return [_setup(row) for row in rows]


def setup_named(store: Connection, athlete_id: str, position: str, name: str) -> SetupRow | None:
    """Return the setup of a name: the athlete's own at this position, else elsewhere, else the newest."""
    own = (row for row in known_setups(store, athlete_id, position) if row.name == name)
    if (found := next(own, None)) is not None:
        return found
    rows = store.rows(
        "SELECT id, name, details FROM setup WHERE name = ? ORDER BY created_at DESC, id DESC LIMIT 1", [name]
    )
    return _setup(rows[0]) if rows else None


def _setup(row: Row) -> SetupRow:
    return SetupRow(row["id"], row["name"], row["details"])
