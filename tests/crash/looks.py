"""What stands in a database: read from outside, so that it can be compared with what stood there before."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

_LOOSE = {"updated_at", "applied_at"}
"""Columns that say when something was written, which may differ between two runs of the same work."""


def _reader(database: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5.0)
    db.row_factory = sqlite3.Row
    return db


def finished_holds(database: Path) -> dict[str, str]:
    """Return key -> digest of each hold that is over: its row, trace and measures."""
    if not database.exists() or not database.stat().st_size:
        return {}
    db = _reader(database)
    try:
        db.execute("BEGIN")
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'measure'").fetchone():
            return {}
        return {row["id"]: _digest(db, row) for row in db.execute('SELECT * FROM hold WHERE "end" NOT NULL')}
    finally:
        db.close()


def open_holds(database: Path) -> list[str]:
    """Return the keys of holds that are not over."""
    if not database.exists() or not database.stat().st_size:
        return []
    db = _reader(database)
    try:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'measure'").fetchone():
            return []
        return [row["id"] for row in db.execute('SELECT id FROM hold WHERE "end" IS NULL')]
    finally:
        db.close()


def _digest(db: sqlite3.Connection, hold: sqlite3.Row) -> str:
    text = hashlib.sha256(repr(_kept(hold)).encode())
    for table in ("trace", "measure"):
        for row in db.execute(f"SELECT * FROM {table} WHERE hold_id = ? ORDER BY 2", [hold["id"]]):
            text.update(repr(_kept(row)).encode())
    return text.hexdigest()


def _kept(row: sqlite3.Row) -> list[Any]:
    return [row[name] for name in row.keys() if name not in _LOOSE]  # noqa: SIM118 a Row yields values


def content(database: Path, columns: dict[str, list[str]] | None = None) -> str:
    """Return one digest of all rows of all tables.

    Args:
        database: The file.
        columns: Table -> columns to compare; all of all tables if not given.
    """
    db = _reader(database)
    try:
        wanted = columns if columns is not None else table_columns(db)
        text = hashlib.sha256()
        for table in sorted(wanted):
            names = ", ".join(f'"{n}"' for n in wanted[table] if n not in _LOOSE)
            rows = sorted(repr(tuple(row)) for row in db.execute(f"SELECT {names} FROM {table}"))
            text.update(repr((table, rows)).encode())
        return text.hexdigest()
    finally:
        db.close()


def columns_of(database: Path) -> dict[str, list[str]]:
    """Return the columns of every table of a file."""
    db = _reader(database)
    try:
        return table_columns(db)
    finally:
        db.close()


def table_columns(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of every table of ours."""
    names = [
        row[0]
        for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not row[0].startswith(("sqlite_", "_"))
    ]
    return {n: [c[0] for c in db.execute("SELECT name FROM pragma_table_info(?)", [n])] for n in names}


def version(database: Path) -> int:
    """Return the number of its schema."""
    db = _reader(database)
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    finally:
        db.close()


def sound(database: Path) -> list[str]:
    """Return what SQLite finds wrong with a file."""
    db = _reader(database)
    try:
        told = [row[0] for row in db.execute("PRAGMA integrity_check")]
        told += [str(tuple(row)) for row in db.execute("PRAGMA foreign_key_check")]
        return [t for t in told if t != "ok"]
    finally:
        db.close()
