"""Rows on their way in: first into a database of their own, then all at once into the one in use.

What does not fit is found in the first step, when nothing has been changed yet; the second is a merge,
which keeps each row once and is one transaction.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from isotimer.core.errors import DataError
from isotimer.store.connection import Connection, json_text
from isotimer.store.database import Store, open_store
from isotimer.store.ids import key_from, new_id, stamp
from isotimer.store.outbound import raw_rows
from isotimer.store.roster import checked_name
from isotimer.store.rows import Row
from isotimer.store.traces import CODEC, Trace, encode_trace

_RENAMED: dict[str, dict[str, str]] = {
    "athletes": {"athlete_id": "id", "athlete": "name"},
    "sessions": {"session_id": "id"},
    "holds": {"hold_id": "id"},
    "measures": {"measure": "id"},
    "weights": {"weight_id": "id"},
    "sprints": {"sprint_id": "id"},
    "notes": {"note_id": "id"},
}
_TABLE_OF = {
    "athletes": "athlete",
    "sessions": "session",
    "holds": "hold",
    "measures": "measure",
    "weights": "body_mass",
    "sprints": "sprint",
    "notes": "note",
}
_ABSENT = frozenset(
    (
        "plan_id",
        "rig_id",
        "setup_id",
        "device_id",
        "unit",
        "archived_at",
        "ended_at",
        "reviewed_at",
        "updated_at",
    )
)
"""Columns in which an empty text means that there is none (the unit of a measure excepted)."""


@contextmanager
def scratch() -> Iterator[Store]:
    """Give an empty database of its own, gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="isotimer-") as folder,
        open_store(Path(folder) / "import.db") as store,
    ):
        store.db.execute("PRAGMA synchronous = OFF")
        yield store


def keep(store: Store, table: str, values: Mapping[str, Any], where: str) -> None:
    """Add a row of an exported table; for use within ``writing``.

    Args:
        store: A scratch database.
        table: Name of the exported table.
        values: Its columns.
        where: Line and file, for the message.

    Raises:
        DataError: If it does not fit.
    """
    renamed = _RENAMED[table]
    row = {renamed.get(name, name): value for name, value in values.items()}
    if table == "athletes":
        groups = json.loads(row.pop("groups"))
        _add(store, "athlete", row, where)
        _join(store, row["id"], groups, where)
        return
    if table == "notes":
        row[f"{row.pop('about')}_id"] = row.pop("about_id")
    if table == "sessions":
        row["process"] = ""
    if table != "measures":
        row = {name: None if name in _ABSENT and value == "" else value for name, value in row.items()}
    _add(store, _TABLE_OF[table], row, where)


def keep_equipment(store: Store, kind: str, key: str, details: str, where: str) -> None:
    """Add a sensor, rig, setup, plan or calibration; for use within ``writing``.

    Raises:
        DataError: If it does not fit.
    """
    row = json.loads(details)
    known = {name for (name,) in store.db.execute("SELECT name FROM pragma_table_info(?)", [kind])}
    fits = isinstance(row, dict) and row.get("id") == key and row.keys() <= known
    if not fits or any(isinstance(value, list | dict) for value in row.values()):
        raise DataError(where, f"its details are not those of a {kind}", "nothing was imported")
    _add(store, kind, row, where)


def keep_trace(store: Store, hold_id: str, trace: Trace) -> None:
    """Add the trace of a hold; for use within ``writing``."""
    size = {"samples": len(trace), "channels": trace.raw.shape[1]}
    store.insert("trace", {"hold_id": hold_id, "codec": CODEC, "data": encode_trace(trace), **size})


def lend(source: Connection, store: Store, table: str, ids: Sequence[str]) -> None:
    """Copy rows of a database in use into a scratch one, as they are, where they are not there yet."""
    sql = f"SELECT * FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 our names
    for row in raw_rows(source, sql, [json_text(list(ids))]):
        if not raw_rows(store, f"SELECT 1 FROM {table} WHERE id = ?", [row["id"]]):  # noqa: S608 our names
            store.insert(table, row)


def new_athlete(store: Store, name: str) -> str:
    """Add an athlete to a scratch database and return the key; for use within ``writing``.

    Raises:
        WrongUseError: If the name is empty, too long or not text.
    """
    name, key = checked_name(name), new_id()
    at, offset_min = stamp()
    row = {"id": key, "name": name, "created_at": at, "created_offset_min": offset_min, "updated_at": at}
    store.insert("athlete", row)
    return key


def session_holds(store: Connection, session_id: str) -> int:
    """Return how many holds a session has."""
    found = store.rows("SELECT count(*) AS n FROM hold WHERE session_id = ?", [session_id])
    return int(found[0]["n"])


def has_session(store: Connection, session_id: str) -> bool:
    """Return whether there is such a session."""
    return bool(store.rows("SELECT 1 FROM session WHERE id = ?", [session_id]))


def sprint_count(store: Connection) -> int:
    """Return how many sprints there are."""
    return int(store.rows("SELECT count(*) AS n FROM sprint")[0]["n"])


def lend_squads(source: Connection, store: Store) -> None:
    """Copy the squads of a database in use, so that groups of the same name stay one."""
    for row in raw_rows(source, "SELECT * FROM squad", []):
        store.insert("squad", row)


def was_imported(store: Connection, digest: str) -> Row | None:
    """Return what is remembered of an import: name, format, rows, imported_at; None if there was none."""
    found = store.rows("SELECT * FROM imported WHERE digest = ?", [digest])
    return found[0] if found else None


def remember(store: Store, digest: str, name: str, form: str, rows: int) -> None:
    """Remember that a file was imported; for use within ``writing``."""
    row = {"digest": digest, "name": name, "format": form, "rows": rows, "imported_at": stamp()[0]}
    store.insert("imported", row)


def gone_among(store: Connection, ids: Sequence[str]) -> int:
    """Return how many of these keys were deleted or merged into others here."""
    found = store.rows(
        "SELECT count(*) AS n FROM gone WHERE id IN (SELECT value FROM json_each(?))", [json_text(list(ids))]
    )
    return int(found[0]["n"])


def _join(store: Store, athlete_id: str, groups: Any, where: str) -> None:
    if not isinstance(groups, list) or not all(isinstance(name, str) and name for name in groups):
        raise DataError(where, "groups are names", "nothing was imported")
    for name in dict.fromkeys(groups):
        found = raw_rows(store, "SELECT id FROM squad WHERE name = ? ORDER BY created_at, id LIMIT 1", [name])
        if found:
            key = found[0]["id"]
        else:
            at, offset_min = stamp()
            key = key_from(sha256(f"squad {name}".encode()).digest())
            row = {"id": key, "name": name, "created_at": at, "created_offset_min": offset_min}
            _add(store, "squad", row | {"updated_at": at}, where)
        _add(store, "squad_member", {"squad_id": key, "athlete_id": athlete_id}, where)


def _add(store: Store, table: str, row: Mapping[str, Any], where: str) -> None:
    try:
        store.insert(table, row)
    except (sqlite3.IntegrityError, sqlite3.OperationalError, OverflowError) as e:
        raise DataError(where, f"it does not fit: {e}", "nothing was imported") from None
