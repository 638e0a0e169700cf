"""Files into the store: recordings, sprint tables and isotimer's own exports; all of them or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.positions import PositionBook
from isotimer.core.text import printable
from isotimer.exchange.own_export import is_own_export, own_exports
from isotimer.exchange.sprint_table import is_sprint_table
from isotimer.exchange.trace_files import Choices
from isotimer.session.import_own import take_own
from isotimer.session.import_recording import take_recording
from isotimer.session.import_sprints import take_sprints
from isotimer.store import inbound
from isotimer.store.database import Store, open_store
from isotimer.store.merge import merge

KINDS = ("recording", "sprints", "isotimer")
"""What a file may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person says about the files."""

    kind: str = ""
    """One of ``KINDS``; told by the file if empty."""
    athlete: str = ""
    """Whose they are, where the file does not say it."""
    add_athletes: bool = False
    """Make athletes who are not there yet."""
    position: str = ""
    side: str = ""
    mode: str = "steady"
    setup: str = ""
    at: datetime | None = None
    """When a recording began, aware."""
    dates: str = ""
    """Order of year, month and day."""
    choices: Choices = field(default_factory=Choices)
    """Columns and units of a recording."""
    edges: tuple[float | None, float | None] = (None, None)
    """Start and end of the hold in a recording's own time, s."""
    invert: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field of a sprint table -> its column."""
    timing: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What has come in."""

    athletes: int
    sessions: int
    holds: int
    sprints: int
    """How many are new."""
    changed: int
    """Rows that the files have in a later version."""
    told: tuple[str, ...]
    """What was taken for granted, and what was there already, in sentences."""


def import_files(database: Path, paths: Sequence[Path], asked: Asked, book: PositionBook) -> Imported:
    """Take files into a database in one transaction; what is there already is not added again.

    Args:
        database: Made if it is not there.
        paths: Files, or folders that 'isotimer export' wrote.
        asked: What the person says about them.
        book: The positions that there are.

    Raises:
        WrongUseError: If something about the files is left open, or an athlete is not there.
        DataError: If a file cannot be read or has something wrong in it; the database is then unchanged.
    """
    told: list[str] = []
    with open_store(database) as store:
        before = inbound.sprint_count(store)
        with inbound.scratch() as into:
            for path in paths:
                kind = asked.kind or _kind(path)
                if kind == "isotimer":
                    told += _take_own(store, into, path)
                    continue
                with into.writing():
                    told += _take(store, into, path, kind, asked, book)
            merged = merge(store, into.path)
        return Imported(
            merged.athletes,
            merged.sessions,
            merged.holds,
            inbound.sprint_count(store) - before,
            merged.changed,
            (*told, *(f"{sentence}." for sentence in merged.conflicts)),
        )


def _take_own(store: Store, into: Store, path: Path) -> list[str]:
    """Take an export by a database of its own: another of these files may have the same rows."""
    told: list[str] = []
    exports = own_exports(path)
    if not exports:
        raise DataError(
            f"cannot import {path}", "it is no export of isotimer", "name the folder of the export"
        )
    for export in exports:
        with inbound.scratch() as own:
            with own.writing():
                inbound.lend_squads(store, own)
                told += take_own(store, own, export, path)
            merge(into, own.path)
    return list(dict.fromkeys(told))


def _take(store: Store, into: Store, path: Path, kind: str, asked: Asked, book: PositionBook) -> list[str]:
    athlete = Whose(store, into, asked.athlete, asked.add_athletes)
    if kind == "sprints":
        return take_sprints(
            store, into, path, athlete, mapping=asked.mapping, timing=asked.timing, order=asked.dates
        )
    missing = [f"--{name}" for name in ("athlete", "position", "side") if not getattr(asked, name)]
    if missing:
        raise WrongUseError(
            f"{path} is taken for a recording",
            "it is not said whose and of what",
            f"add {', '.join(missing)}",
        )
    return take_recording(
        store,
        into,
        path,
        athlete(f"{path}", ""),
        position=book.get(asked.position),
        side=asked.side,
        mode=asked.mode,
        setup=asked.setup,
        at=asked.at,
        order=asked.dates,
        choices=asked.choices,
        edges=asked.edges,
        invert=asked.invert,
    )


def _kind(path: Path) -> str:
    if not path.exists():
        raise DataError(f"there is no file {path}", "", "check the name")
    if path.is_dir():
        if not is_own_export(path):
            raise DataError(
                f"cannot import the folder {path}",
                "it is no export of isotimer: one of its tables is missing",
                "name the files in it",
            )
        return "isotimer"
    if is_own_export(path):
        return "isotimer"
    if path.suffix == ".parquet":
        raise DataError(
            f"cannot import {path}",
            "a Parquet file is read as part of an export",
            "name the folder of the export",
        )
    return "sprints" if is_sprint_table(path) else "recording"


class Whose:
    """Finds athletes by name, and makes them where that is wanted.

    Args:
        store: The database in use.
        into: The scratch database that gets the athlete's row too.
        usual: Who is meant where a file does not say it.
        add: Make athletes who are not there yet.
    """

    def __init__(self, store: Store, into: Store, usual: str, add: bool) -> None:
        self._store = store
        self._into = into
        self._usual = usual
        self._add = add
        self._known: dict[str, str] = {}

    def __call__(self, where: str, name: str) -> str:
        """Return the key of an athlete.

        Args:
            where: Line, column and file, for messages.
            name: As the file has it; empty for the usual one.

        Raises:
            WrongUseError: If nobody is named, or the person is not there.
        """
        who = name or self._usual
        if not who:
            raise WrongUseError(f"{where}: whose is it?", "", "say it with --athlete NAME")
        if who not in self._known:
            self._known[who] = self._found(where, who)
        return self._known[who]

    def _found(self, where: str, who: str) -> str:
        try:
            key = self._store.find_athlete(who)
        except WrongUseError as e:
            if any(row["name"] == who.strip() for row in self._store.people(archived=True)):
                raise WrongUseError(f"{where}: {e.what}", e.why, e.advice) from None
            if not self._add:
                add = f"say --add-athletes, or add {printable(who, 40)} with 'isotimer athletes add'"
                raise WrongUseError(f"{where}: {e.what}", "", add) from None
            return inbound.new_athlete(self._into, who)
        inbound.lend(self._store, self._into, "athlete", [key])
        return key
