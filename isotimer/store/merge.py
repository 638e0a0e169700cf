"""Two databases become one: every row is kept once, and the order of merging does not matter.

The rule: keys are unique in the world, so a row that only one side has is taken. Of a row that both
sides have the one changed last is kept; changed at the same time, the one that is greater when written
out. What was deleted or merged into another athlete stays so, whoever still has it, and who was taken
out of a group stays out until somebody who knows of it puts them back. Nothing is guessed: two athletes of
one name stay two, and are named.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.text import printable
from isotimer.store.database import Store, open_store
from isotimer.store.fates import Gone, fates
from isotimer.store.faults import explained
from isotimer.store.membership import left


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose rows are merged one by one."""

    name: str
    changed: str
    """SQL text for when a row {0} was last changed; it decides between two versions."""
    parents: tuple[tuple[str, str], ...] = ()
    """(column, table) that must be there for a row to be taken."""
    key: str = "id"


_UPDATED = "coalesce({0}.updated_at, '')"

_TABLES: tuple[_Table, ...] = (
    _Table("squad", _UPDATED),
    _Table("body_mass", "{0}.measured_at", (("athlete_id", "athlete"),)),
    _Table("device", _UPDATED),
    _Table("rig", _UPDATED),
    _Table("calibration", "{0}.made_at", (("device_id", "device"),)),
    _Table("plan", _UPDATED),
    _Table("setup", _UPDATED),
    _Table(
        "session",
        "max(coalesce({0}.updated_at, ''), coalesce({0}.ended_at, ''), {0}.started_at)",
        (("athlete_id", "athlete"),),
    ),
    _Table("sprint", _UPDATED, (("athlete_id", "athlete"),)),
    _Table("rig_choice", _UPDATED, (("rig_id", "rig"),), "position"),
    _Table("imported", "{0}.imported_at", (), "digest"),
)
"""In the order in which they depend on each other; athletes, holds and notes have their own rules."""

_PAIRS = (
    ("squad_member", ("squad_id", "athlete_id"), "''"),
    ("setup_choice", ("athlete_id", "position"), _UPDATED),
)
"""Tables whose key is made of two columns."""

_MERGED = ("body_mass", "session", "sprint", "note", "squad_member", "setup_choice")
"""Tables with a column athlete_id."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of one database."""

    path: Path
    athletes: int
    sessions: int
    holds: int
    """How many are new here."""
    changed: int
    """Rows that the other side had changed later."""
    running: int
    """Holds that were not over there and were left for another time."""
    conflicts: tuple[str, ...]
    """What somebody should look at, one sentence each."""


def merge(store: Store, other: Path) -> Merged:
    """Take all that another database has into this one, all or nothing; doing it again adds nothing.

    The other file is only read; an older one is brought up to date in a copy.

    Raises:
        WrongUseError: If both are the same file.
        DataError: If the other cannot be read, or this one not written; it is then unchanged.
    """
    other = Path(other).absolute()
    if other.exists() and store.path.exists() and os.path.samefile(other, store.path):
        raise WrongUseError(f"{other} is the database itself", "", "name another one")
    with _copied(other) as copy, _attached(store, copy), store.writing():
        return _merge(store, other)


def _merge(store: Store, other: Path) -> Merged:
    db = store.db
    before = _counts(store)
    _unite_gone(store)
    changed = _unite(store, _Table("athlete", _UPDATED), "main", "other")
    _unite(store, _Table("athlete", _UPDATED), "other", "main")
    for schema in ("main", "other"):
        _apply_gone(store, schema)
    for table in _TABLES:
        changed += _unite(store, table, "main", "other")
    conflicts = _edited_notes(store)
    changed += _unite_holds(store)
    changed += _unite_notes(store)
    for name, keys, order in _PAIRS:
        _unite_pairs(store, name, keys, order)
    after = _counts(store)
    [(running,)] = db.execute('SELECT count(*) FROM other.hold WHERE "end" IS NULL').fetchall()
    db.execute("DROP TABLE temp.fate")
    db.execute("DROP TABLE temp.outside")
    return Merged(
        other,
        after["athlete"] - before["athlete"],
        after["session"] - before["session"],
        after["hold"] - before["hold"],
        changed,
        running,
        (*conflicts, *_namesakes(store)),
    )


@contextmanager
def _copied(other: Path) -> Iterator[Path]:
    """Give a private copy of a database with the newest schema."""
    if not other.exists():
        raise DataError(f"there is no database {other}", "", "name an existing one")
    with tempfile.TemporaryDirectory(prefix="isotimer-") as folder:
        copy = Path(folder) / "other.db"
        with explained(other, "read"):
            source = _source(other, Path(folder))
            try:
                [(used,)] = source.execute("SELECT count(*) FROM sqlite_master").fetchall()
                if used == 0:
                    raise DataError(f"{other} holds nothing", "", "name an isotimer database")
                with sqlite3.connect(copy) as target:
                    source.backup(target)
                target.close()
            finally:
                source.close()
        copy.chmod(0o600)
        try:
            open_store(copy).close()
        except DataError as e:
            why = e.why or e.what
            raise DataError(
                f"cannot merge {other}", why, "name a database of this or an older isotimer"
            ) from e
        yield copy


def _source(other: Path, folder: Path) -> sqlite3.Connection:
    """Open a database for reading; one with a WAL in a folder that may not be written is read from a copy."""
    source = sqlite3.connect(f"{other.as_uri()}?mode=ro", uri=True)
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as e:
        source.close()
        wal = other.with_name(other.name + "-wal")
        if not e.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) or not wal.exists():
            raise
        for file in (other, wal):
            shutil.copyfile(file, folder / file.name.replace(other.name, "read.db"))
        source = sqlite3.connect(folder / "read.db")
    return source


@contextmanager
def _attached(store: Store, copy: Path) -> Iterator[None]:
    with explained(store.path):
        store.db.execute("ATTACH ? AS other", [os.fspath(copy)])
    try:
        yield
    finally:
        with explained(store.path):
            store.db.execute("DETACH other")


def _columns(store: Store, table: str) -> list[str]:
    return [f'"{row[0]}"' for row in store.db.execute("SELECT name FROM pragma_table_info(?)", [table])]


def _unite(store: Store, table: _Table, into: str, source: str) -> int:
    """Take missing rows and later versions of one table; return how many versions were taken."""
    names = _columns(store, table.name)
    listed, key = ", ".join(names), table.key
    parents = "".join(
        f" AND (o.{column} IS NULL OR o.{column} IN (SELECT id FROM {into}.{parent}))"  # noqa: S608 our names
        for column, parent in table.parents
    )
    store.db.execute(
        f"INSERT INTO {into}.{table.name} ({listed}) SELECT {listed} FROM {source}.{table.name} o"  # noqa: S608 our names
        f" WHERE o.{key} NOT IN (SELECT {key} FROM {into}.{table.name})"
        f" AND o.{key} NOT IN (SELECT id FROM temp.fate){parents}"
    )
    ours, theirs = (_order(table.changed, names, alias) for alias in ("t", "o"))
    changed = store.db.execute(
        f"UPDATE {into}.{table.name} AS t SET ({listed}) = (SELECT {listed} FROM {source}.{table.name} o"  # noqa: S608 our names
        f" WHERE o.{key} = t.{key}) WHERE EXISTS (SELECT 1 FROM {source}.{table.name} o"
        f" WHERE o.{key} = t.{key} AND {theirs} > {ours}{parents})"
    )
    return int(changed.rowcount)


def _order(changed: str, names: Sequence[str], alias: str) -> str:
    """Return SQL for what decides between two versions of a row: when changed, then the row written out."""
    written = ", ".join(f"{alias}.{name}" for name in names)
    return f"({changed.format(alias)}, json_array({written}))"


def _unite_gone(store: Store) -> None:
    """Take over what is gone; who was both deleted and merged is what was decided last.

    What follows from all decisions is worked out anew each time and kept in temp.fate: no decision is
    changed by another, so that their order does not matter.
    """
    db = store.db
    db.execute(
        "INSERT INTO main.gone SELECT * FROM other.gone WHERE true ON CONFLICT (id) DO UPDATE"
        " SET kind = excluded.kind, kept_id = excluded.kept_id, gone_at = excluded.gone_at"
        " WHERE (excluded.gone_at, coalesce(excluded.kept_id, '')) > (gone_at, coalesce(kept_id, ''))"
    )
    decisions = [Gone(*row) for row in db.execute("SELECT id, kind, kept_id, gone_at FROM main.gone")]
    db.execute("DROP TABLE IF EXISTS temp.fate")
    db.execute("DROP TABLE IF EXISTS temp.outside")
    db.execute("CREATE TEMP TABLE fate (id TEXT PRIMARY KEY, kind TEXT NOT NULL, kept_id TEXT)")
    db.execute("CREATE TEMP TABLE outside (squad_id TEXT NOT NULL, athlete_id TEXT NOT NULL)")
    found = fates(decisions)
    db.conn.executemany("INSERT INTO temp.outside VALUES (?, ?)", sorted(left(decisions, found)))
    db.conn.executemany(
        "INSERT INTO temp.fate VALUES (?, ?, ?)", [(key, kind, kept) for key, (kind, kept) in found.items()]
    )


def _apply_gone(store: Store, schema: str) -> None:
    """Let what is gone be gone, and let what a merged athlete had go to the one who is left."""
    db = store.db
    merged = "SELECT id FROM temp.fate WHERE kind = 'athlete' AND kept_id IS NOT NULL"
    for table in _MERGED:
        db.execute(
            f"UPDATE OR IGNORE {schema}.{table} SET athlete_id ="  # noqa: S608 our names
            f" (SELECT kept_id FROM temp.fate WHERE id = athlete_id) WHERE athlete_id IN ({merged})"
            f" AND (SELECT kept_id FROM temp.fate WHERE id = athlete_id) IN (SELECT id FROM {schema}.athlete)"
        )
    for kind in ("athlete", "session", "hold", "note", "sprint"):
        # Whoever became part of somebody that is not here keeps what is theirs until that one comes.
        db.execute(
            f"DELETE FROM {schema}.{kind} WHERE id IN (SELECT id FROM temp.fate WHERE kind = ?"  # noqa: S608 our names
            f" AND (kept_id IS NULL OR kept_id IN (SELECT id FROM {schema}.{kind})))",
            [kind],
        )
    db.execute(f"DELETE FROM {schema}.squad WHERE id IN (SELECT id FROM temp.fate)")  # noqa: S608 our names
    db.execute(
        f"DELETE FROM {schema}.squad_member"  # noqa: S608 our names
        " WHERE (squad_id, athlete_id) IN (SELECT squad_id, athlete_id FROM temp.outside)"
    )


_NUMBERS = (
    "(SELECT json_group_array(json_array(m.id, m.value, m.unit, m.reason, m.doubt, m.version))"
    " FROM (SELECT * FROM {1}.measure WHERE hold_id = {0}.id ORDER BY id) m)"
)
_VERSION = "coalesce((SELECT max(version) FROM {1}.measure WHERE hold_id = {0}.id), 0)"


def _unite_holds(store: Store) -> int:
    """Take holds with their traces and numbers, which belong together; one that runs is left alone."""
    db = store.db
    names = _columns(store, "hold")
    listed = ", ".join(names)
    written = {alias: ", ".join(f"{alias}.{name}" for name in names) for alias in ("t", "o")}
    order = {
        alias: (
            f"({_UPDATED.format(alias)}, {_VERSION.format(alias, schema)},"
            f" json_array({written[alias]}), {_NUMBERS.format(alias, schema)})"
        )
        for alias, schema in (("t", "main"), ("o", "other"))
    }
    db.execute("DROP TABLE IF EXISTS temp.taken")
    db.execute(
        "CREATE TEMP TABLE taken AS SELECT o.id, t.id IS NOT NULL AS known"  # noqa: S608 our names
        " FROM other.hold o LEFT JOIN main.hold t ON t.id = o.id"
        ' WHERE o."end" IS NOT NULL AND o.id NOT IN (SELECT id FROM temp.fate)'
        " AND o.session_id IN (SELECT id FROM main.session)"
        f' AND (t.id IS NULL OR t."end" IS NULL OR {order["o"]} > {order["t"]})'
    )
    db.execute(
        f"INSERT INTO main.hold ({listed}) SELECT {listed} FROM other.hold"  # noqa: S608 our names
        " WHERE id IN (SELECT id FROM temp.taken WHERE NOT known)"
    )
    changed = db.execute(
        f"UPDATE main.hold AS t SET ({listed}) = (SELECT {listed} FROM other.hold o WHERE o.id = t.id)"  # noqa: S608 our names
        " WHERE id IN (SELECT id FROM temp.taken WHERE known)"
    )
    for table in ("trace", "measure"):
        db.execute(f"DELETE FROM main.{table} WHERE hold_id IN (SELECT id FROM temp.taken)")  # noqa: S608 our names
        columns = ", ".join(_columns(store, table))
        db.execute(
            f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM other.{table}"  # noqa: S608 our names
            " WHERE hold_id IN (SELECT id FROM temp.taken)"
        )
    db.execute("DELETE FROM main.journal WHERE hold_id IN (SELECT id FROM temp.taken)")
    db.execute("DROP TABLE temp.taken")
    return int(changed.rowcount)


def _unite_notes(store: Store) -> int:
    about = (("athlete_id", "athlete"), ("session_id", "session"), ("hold_id", "hold"))
    return _unite(store, _Table("note", _UPDATED, about), "main", "other")


def _edited_notes(store: Store) -> list[str]:
    """Return a sentence for each note that both sides have in two versions."""
    rows = store.db.execute(
        "SELECT t.text, o.text, t.updated_at, o.updated_at FROM main.note t JOIN other.note o ON o.id = t.id"
        " WHERE t.text <> o.text ORDER BY t.id"
    ).fetchall()
    out = []
    for ours, theirs, our_time, their_time in rows:
        kept, left = (theirs, ours) if (their_time, theirs) > (our_time, ours) else (ours, theirs)
        out.append(
            f'a note was changed on both sides; kept is the later one, "{printable(kept, 60)}",'
            f' not "{printable(left, 200)}"'
        )
    return out


def _unite_pairs(store: Store, name: str, keys: tuple[str, str], changed: str) -> None:
    names = _columns(store, name)
    listed, first, second = ", ".join(names), *keys
    parents = " AND o.athlete_id IN (SELECT id FROM main.athlete)"
    if name == "squad_member":
        parents += " AND o.squad_id IN (SELECT id FROM main.squad)"
    else:
        parents += " AND o.setup_id IN (SELECT id FROM main.setup)"
    same = f"t.{first} = o.{first} AND t.{second} = o.{second}"
    ours, theirs = (_order(changed, names, alias) for alias in ("t", "o"))
    store.db.execute(
        f"INSERT OR REPLACE INTO main.{name} ({listed}) SELECT {listed} FROM other.{name} o"  # noqa: S608 our names
        f" WHERE NOT EXISTS (SELECT 1 FROM main.{name} t WHERE {same} AND {ours} >= {theirs}){parents}"
    )


def _namesakes(store: Store) -> list[str]:
    """Return a sentence for each name that is there twice since this merge."""
    rows = store.db.execute(
        "SELECT name, json_group_array(id) FROM (SELECT * FROM main.athlete ORDER BY created_at, id)"
        " WHERE archived_at IS NULL GROUP BY name HAVING count(*) > 1"
        " AND sum(id IN (SELECT id FROM other.athlete)) > 0 ORDER BY name"
    ).fetchall()
    return [
        f"there is more than one athlete '{printable(name, 60)}', keys {', '.join(_parsed(ids))};"
        " if they are one, say 'isotimer athletes merge KEY INTO_KEY'"
        for name, ids in rows
    ]


def _parsed(text: str) -> list[str]:
    return [part.strip('"') for part in text.strip("[]").split(",")]


def _counts(store: Store) -> dict[str, int]:
    tables = ("athlete", "session", "hold")
    return {t: store.db.execute(f"SELECT count(*) FROM main.{t}").fetchone()[0] for t in tables}  # noqa: S608 our names
