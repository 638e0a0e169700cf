"""What SQLite complains about, said as one sentence with advice."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isotimer.core.errors import DataError

_REASONS: tuple[tuple[str, str, str], ...] = (
    ("SQLITE_FULL", "the disk is full", "free some space, then try again"),
    (
        "SQLITE_BUSY",
        "another program is writing to it",
        "close that program or wait until it is done, then try again",
    ),
    (
        "SQLITE_LOCKED",
        "another program is writing to it",
        "close that program or wait until it is done, then try again",
    ),
    (
        "SQLITE_READONLY",
        "it is read-only",
        "give yourself the right to write to the file and its folder, or choose another database with --db",
    ),
    (
        "SQLITE_PERM",
        "you may not open it",
        "give yourself the right to read and write the file, or choose another database with --db",
    ),
    (
        "SQLITE_CANTOPEN",
        "it cannot be opened",
        "check that the folder exists and that you may write to it, or choose another database with --db",
    ),
    (
        "SQLITE_IOERR",
        "the disk refuses to read or write",
        "check the disk, its free space and any quota, then try again",
    ),
    ("SQLITE_CORRUPT", "it is damaged", "keep a copy of it and go back to a backup"),
    ("SQLITE_NOTADB", "it is not an SQLite database", "choose another database with --db"),
    (
        "SQLITE_CONSTRAINT",
        "it refuses a row that does not fit",
        "run 'isotimer db check'; nothing was changed",
    ),
)


@contextmanager
def explained(path: Path, doing: str = "use") -> Iterator[None]:
    """Turn SQLite's errors within into ``DataError``; wrong use of the interface stays as it is.

    Args:
        path: The database, for the message.
        doing: What was tried, as a verb: "open", "read", "write to".

    Raises:
        DataError: What, where and what to do.
    """
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.NotSupportedError):
        raise
    except sqlite3.DatabaseError as e:
        name = getattr(e, "sqlite_errorname", "") or ""
        for prefix, why, advice in _REASONS:
            if name.startswith(prefix):
                detail = (
                    f" ({e})" if prefix in ("SQLITE_CONSTRAINT", "SQLITE_IOERR", "SQLITE_CORRUPT") else ""
                )
                raise DataError(f"cannot {doing} the database {path}", why + detail, advice) from e
        raise DataError(f"cannot {doing} the database {path}", str(e), "run 'isotimer db check'") from e
