"""Opening a database file: is it ours, may we, and is its schema the one this isotimer knows."""

import asyncio
import errno
import os
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from isotimer.core.errors import DataError
from isotimer.store.faults import explained
from isotimer.store.leftovers import BACKUP, part_of, sweep
from isotimer.store.migrations import APPLICATION_ID, MIGRATIONS, SCHEMA
from isotimer.store.sqlite import Migrations, sqlite_utils

_BUSY_S = 5.0
"""Another program that writes is waited for so long."""
_BUSY_ON_SCREEN_S = 0.4
"""The same where an event loop runs: that is the thread that draws, and it may not stand still. It is longer
than a disk takes to make safe what another thread of this isotimer has just written."""
_MAGIC = b"SQLite format 3\x00"
_NUMBERS = "?bhilqBHILQefd"
_OTHER = "choose another database with --db"


def open_database(
    path: Path, *, readonly: bool = False, migrations: Migrations = MIGRATIONS, schema: int = SCHEMA
) -> sqlite_utils.Database:
    """Return an open database with the newest schema, made if there is none.

    Args:
        path: The file.
        readonly: Open for reading; the file must exist and have the newest schema.
        migrations: The schema's steps.
        schema: The number of the last step.

    Raises:
        DataError: The file is missing (readonly), no database, not isotimer's, of a newer isotimer,
            locked, damaged, or may not be read or written. It is left untouched.
    """
    _adapt_numpy()
    path = Path(path).absolute()
    new = not _exists(path)
    if new and readonly:
        raise DataError(
            f"there is no database {path}", "", "make one with a first hold or choose another with --db"
        )
    if not new:
        _check_file(path, readonly)
    with explained(path, "open"):
        if not new:
            _check_owner(path, schema)
        if readonly:
            return _reader(path, schema)
        if new:
            _make_private(path)
        return _writer(path, migrations, schema, new)


def backup_to(db: sqlite_utils.Database, path: Path, to: Path) -> None:
    """Write a complete, private copy of a database to a new file, whole or not at all.

    Args:
        db: The open database.
        path: Its file, for messages.
        to: The file to make.

    Raises:
        DataError: The file exists or cannot be written.
    """
    part = part_of(to)
    sweep(path)
    sweep(to, f"{to.name}~")
    try:
        if to.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with explained(to, "write the backup to"):
            db.execute("VACUUM INTO ?", [os.fspath(part)])
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.rename(to)
    except OSError as e:
        raise DataError(
            f"cannot write a backup of {path} to {to}", _os_reason(e), "choose another file name or folder"
        ) from e
    finally:
        part.unlink(missing_ok=True)


def _exists(path: Path) -> bool:
    """Return whether there is a file with something in it; a missing or empty one is for us to fill."""
    try:
        status = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise DataError(f"cannot open the database {path}", "it is a link to nowhere", _OTHER) from None
        return False
    except OSError as e:
        raise DataError(f"cannot open the database {path}", _os_reason(e), _OTHER) from e
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"cannot open the database {path}", "it is a folder", "name a file in it with --db")
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"cannot open the database {path}", "it is not an ordinary file", _OTHER)
    return status.st_size > 0


def _check_file(path: Path, readonly: bool) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as e:
        raise DataError(f"cannot open the database {path}", _os_reason(e), _OTHER) from e
    if head != _MAGIC:
        raise DataError(f"cannot open the database {path}", "it is not an SQLite database", _OTHER)
    if not readonly and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        advice = f"give yourself the right to write to it and its folder, or {_OTHER}"
        raise DataError(f"cannot open the database {path}", "it is read-only", advice)


def _check_owner(path: Path, schema: int) -> None:
    """Look through a read-only connection, so that nothing of a foreign database changes.

    One that a crash has left with a journal can only be read by whoever may undo what was begun.
    """
    begun = path.with_name(path.name + "-journal").exists() and os.access(path.parent, os.W_OK)
    db = _connect(path, "mode=rw" if begun else _reading(path))
    try:
        if _pragma(db, "application_id") != APPLICATION_ID and _is_used(db):
            raise DataError(
                f"cannot open the database {path}",
                "it belongs to another program and is left as it is",
                _OTHER,
            )
        if _pragma(db, "user_version") > schema:
            raise DataError(
                f"cannot open the database {path}",
                "a newer isotimer wrote it and it is left as it is",
                f"update isotimer or {_OTHER}",
            )
    finally:
        db.close()


def _reader(path: Path, schema: int) -> sqlite_utils.Database:
    db = _connect(path, _reading(path))
    if _pragma(db, "user_version") < schema:
        db.close()
        raise DataError(
            f"cannot read the database {path}",
            "an older isotimer wrote it",
            "start isotimer once so that it is brought up to date",
        )
    return db


def _writer(path: Path, migrations: Migrations, schema: int, new: bool) -> sqlite_utils.Database:
    db = _connect(path, "mode=rw")
    try:
        if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        if (version := _pragma(db, "user_version")) < schema:
            if version:
                backup_to(db, path, backup_name(path, f"{version:04d}"))
            _upgrade(db, migrations)
    except BaseException:
        db.close()
        if new:
            _remove_if_empty(path)
        raise
    return db


def _upgrade(db: sqlite_utils.Database, migrations: Migrations) -> None:
    """Apply what is missing, all or nothing; another process that does the same is waited for."""
    db.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.commit()
    except BaseException:
        db.rollback()
        raise


def backup_name(path: Path, why: str) -> Path:
    """Return the name of a new backup beside a database: what it was made for, and when."""
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return path.with_name(f"{path.name}.{BACKUP}-{why}-{time}")


def _connect(path: Path, query: str) -> sqlite_utils.Database:
    connection = sqlite3.connect(f"{path.as_uri()}?{query}", uri=True, timeout=_patience_s())
    return sqlite_utils.Database(connection, strict=True, execute_plugins=False)


def _patience_s() -> float:
    """Return how long this thread may wait for another program."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _BUSY_S
    return min(_BUSY_S, _BUSY_ON_SCREEN_S)


def _reading(path: Path) -> str:
    """Return how to read: a folder that may not be written has no room for SQLite's helper files."""
    quiet = not path.with_name(path.name + "-wal").exists()
    return "mode=ro&immutable=1" if quiet and not os.access(path.parent, os.W_OK) else "mode=ro"


def _make_private(path: Path) -> None:
    """Make the file readable by its owner alone, and so the folders that are missing."""
    try:
        for folder in reversed([p for p in path.parents if not p.exists()]):
            folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as e:
        raise DataError(f"cannot make the database {path}", _os_reason(e), _OTHER) from e


def _remove_if_empty(path: Path) -> None:
    for leftover in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        if leftover.exists() and leftover.stat().st_size == 0:
            leftover.unlink()


def _is_used(db: sqlite_utils.Database) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _pragma(db: sqlite_utils.Database, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _os_reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _adapt_numpy() -> None:
    """Let SQLite take numpy's numbers as numbers; without this it stores their bytes."""
    for code in _NUMBERS:
        sqlite3.register_adapter(np.dtype(code).type, np.generic.item)
