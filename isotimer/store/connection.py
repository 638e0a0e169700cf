"""An open database: reading, writing in one transaction, and errors in plain words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from isotimer.store.faults import explained
from isotimer.store.rows import Row
from isotimer.store.sqlite import sqlite_utils

_JSON = frozenset(
    (
        "calibration_ids",
        "channels",
        "zero_raw",
        "slope_n_per_raw",
        "gaps",
        "warnings",
        "points",
        "details",
        "step",
        "squads",
    )
)


class Connection:
    """A database bound to the thread that opened it.

    Args:
        path: Its file, for messages.
        db: The open database.
    """

    def __init__(self, path: Path, db: sqlite_utils.Database) -> None:
        self.path = path
        self.db = db

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; what was committed is safe, nothing else was started."""
        with explained(self.path, "close"):
            self.db.close()

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Return all rows of a SELECT as dicts, JSON columns parsed.

        Raises:
            DataError: If the database cannot be read.
        """
        with explained(self.path, "read"):
            cursor = self.db.execute(sql, dict(values) if isinstance(values, Mapping) else tuple(values))
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        return [
            {
                n: json.loads(v) if n in _JSON and isinstance(v, str) else v
                for n, v in zip(names, r, strict=True)
            }
            for r in found
        ]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make everything within one transaction: all of it is kept, or nothing.

        It asks for the right to write first: what is read within cannot be overtaken by another writer.

        Raises:
            DataError: If the database cannot be written.
        """
        with explained(self.path, "write to"):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.commit()
            except BaseException:
                self.db.rollback()
                raise

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Add one row, at once unless within ``writing``. Table and column names come from our own code."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", _storable(row))  # noqa: S608 our names

    def update(self, table: str, row_id: str, row: Mapping[str, Any]) -> int:
        """Change columns of one row and return how many rows there were; for use within ``writing``."""
        names = ", ".join(f'"{name}" = ?' for name in row)
        sql = f"UPDATE {table} SET {names} WHERE id = ?"  # noqa: S608 our names
        return int(self.db.execute(sql, [*_storable(row), row_id]).rowcount)


def json_text(value: Any) -> str:
    """Return a value as JSON the way the store writes it.

    Raises:
        ValueError: If it holds a number that JSON has no word for.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _storable(row: Mapping[str, Any]) -> list[Any]:
    """Return the values; half characters, which no file can hold, become "?" instead of losing the row."""
    return [v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in row.values()]
