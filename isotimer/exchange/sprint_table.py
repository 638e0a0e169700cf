"""Sprint times out of a table: one row per sprint, or one per run with a column for each distance."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.dates import moment
from isotimer.exchange.table_rows import Line, TextTable, foreign_table, number, whole_number
from isotimer.exchange.text_cells import restored

MOST_ROWS = 20_000
"""No table of sprints has more."""

_NAMES: dict[str, frozenset[str]] = {
    "athlete": frozenset(("athlete", "name", "runner", "person")),
    "date": frozenset(("date", "day", "when", "ran_at", "ran", "datetime", "timestamp")),
    "distance": frozenset(("distance", "dist", "metres", "meters")),
    "time": frozenset(("time", "result", "seconds", "sprint")),
    "flying": frozenset(("flying", "fly", "start")),
    "timing": frozenset(("timing", "timed", "method")),
    "steps": frozenset(("steps", "strides")),
    "contact": frozenset(("contact", "ground contact", "contact time", "gct")),
    "note": frozenset(("note", "notes", "remark", "remarks", "comment", "comments")),
}
"""Field -> names that columns have for it."""
FIELDS = tuple(_NAMES)

_UNITS = {
    "distance": {"m": 1.0, "metres": 1.0, "meters": 1.0, "yd": 0.9144, "yards": 0.9144, "": 1.0},
    "time": {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "": 1.0},
    "contact": {"s": 1.0, "ms": 1e-3},
}
"""Field -> units that a column's name may state, in metres or seconds."""
_UNIT = re.compile(r"^(.*?)(?:[\s_]+|[\s_]*[\[(])(m|yd|yards|metres|meters|s|sec|seconds|ms)[\])]?$")
_SPLIT = re.compile(r"^(fly(?:ing)?[\s_]*)?(\d+(?:[.,]\d+)?)[\s_]*(m|yd)(?:[\s_]*[\[(]?s[\])]?)?$")
_YES = frozenset(("1", "yes", "y", "true", "flying", "fly", "x"))
_NO = frozenset(("0", "no", "n", "false", "standing", "block", "blocks", ""))
_TIMING: dict[str, Literal["hand", "electronic"]] = {
    "hand": "hand",
    "manual": "hand",
    "stopwatch": "hand",
    "electronic": "electronic",
    "electric": "electronic",
    "gates": "electronic",
    "fat": "electronic",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One sprint as it stands in a table."""

    where: str
    """Line and file, for messages."""
    athlete: str
    """Empty if the table does not say."""
    at: datetime
    distance_m: float
    time_s: float
    flying: bool
    timing: Literal["hand", "electronic"]
    steps: int | None
    contact_s: float | None
    note: str
    whose: str
    """Line, column and file of the athlete's name, for messages."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column holds what."""

    place: Mapping[str, int]
    """Field -> column."""
    factor: Mapping[str, float]
    """Field -> metres or seconds per unit."""
    splits: tuple[tuple[int, float, bool], ...]
    """(column, distance in m, flying) of each column of times."""


def is_sprint_table(path: Path) -> bool:
    """Return whether the header of a table names distances and an athlete or a date."""
    try:
        with foreign_table(path) as table:
            found = _columns(table, {})
    except (DataError, WrongUseError):
        return False
    return ("date" in found.place or "athlete" in found.place) and bool(
        found.splits or ("distance" in found.place and "time" in found.place)
    )


def sprint_runs(
    path: Path, mapping: Mapping[str, str], *, timing: str = "", order: str = ""
) -> Iterator[Run]:
    """Yield the sprints of a table.

    Sprints of one athlete on a day without times are put minutes apart, in their order.

    Args:
        path: The file.
        mapping: Field of ``FIELDS`` -> the column's name, where it cannot be told.
        timing: "hand" or "electronic", where the table does not say it.
        order: Order of its dates, one of ``dates.ORDERS``, where they do not tell it.

    Raises:
        WrongUseError: If a column is missing, or one of ``mapping`` is not there.
        DataError: If a cell is not what it must be; with line and column.
    """
    with foreign_table(path) as table:
        columns = _columns(table, mapping)
        _check(table, columns, timing)
        same_day: dict[tuple[str, datetime], int] = {}
        for count, line in enumerate(table.lines):
            if count == MOST_ROWS:
                raise DataError(
                    f"line {line.number} of {table.name}", f"more than {MOST_ROWS} rows", "split the file"
                )
            for run in _runs(table, columns, line, timing, order):
                key = (run.athlete, run.at)
                n = same_day[key] = same_day.get(key, -1) + 1
                yield _later(run, n)


def _later(run: Run, minutes: int) -> Run:
    return replace(run, at=run.at + timedelta(minutes=minutes))


def _columns(table: TextTable, mapping: Mapping[str, str]) -> _Columns:
    place: dict[str, int] = {}
    factor: dict[str, float] = {}
    splits: list[tuple[int, float, bool]] = []
    lowered = [name.strip().lower() for name in table.names]
    for field, wanted in mapping.items():
        if wanted.strip().lower() not in lowered:
            listed = ", ".join(f"'{name}'" for name in table.names[:12])
            raise WrongUseError(f"there is no column '{wanted}' in {table.name}", f"it has {listed}")
        place[field] = lowered.index(wanted.strip().lower())
    for i, name in enumerate(lowered):
        split = _SPLIT.match(name)
        if split and i not in place.values():
            metres = float(split[2].replace(",", ".")) * _UNITS["distance"][split[3]]
            splits.append((i, metres, bool(split[1])))
            continue
        base, unit = _parted(name)
        for field, names in _NAMES.items():
            if field not in place and i not in place.values() and (base in names or name in names):
                place[field] = i
                factor[field] = _UNITS.get(field, {}).get(
                    "" if name in names and base not in names else unit, 0.0
                )
    for field in _UNITS.keys() & place.keys():
        _, unit = _parted(lowered[place[field]])
        factor[field] = _UNITS[field].get(unit, 0.0)
    return _Columns(place, factor, tuple(splits) if "time" not in place else ())


def _parted(name: str) -> tuple[str, str]:
    """Return what a column is called, and the unit behind it."""
    found = _UNIT.match(name)
    if found is None or not found[1]:
        return name.replace("_", " ").strip(), ""
    return found[1].replace("_", " ").strip(), found[2]


def _check(table: TextTable, columns: _Columns, timing: str) -> None:
    missing = [] if columns.splits else [f for f in ("distance", "time") if f not in columns.place]
    missing += [f for f in ("date",) if f not in columns.place]
    if missing:
        raise WrongUseError(
            f"line 1 of {table.name}: which column is the {missing[0]}?",
            f"it has {', '.join(repr(n) for n in table.names[:12])}",
            f"say it with --map {missing[0]}=COLUMN",
        )
    if "timing" not in columns.place and not timing:
        raise WrongUseError(
            f"{table.name} does not say how it was timed", "", "say --timing hand or --timing electronic"
        )
    for field in _UNITS.keys() & columns.place.keys():
        if not columns.factor.get(field):
            name = table.names[columns.place[field]]
            known = ", ".join(unit for unit in _UNITS[field] if unit)
            raise WrongUseError(
                f"line 1, column {columns.place[field] + 1} '{name}' of {table.name}: in which unit?",
                "",
                f"write it behind the name in brackets: {known}",
            )


def _runs(table: TextTable, columns: _Columns, line: Line, timing: str, order: str) -> Iterator[Run]:
    def text(field: str) -> str:
        at = columns.place.get(field)
        return restored(line.cells[at]).strip() if at is not None else ""

    def fault(field: str, why: str) -> DataError:
        return table.fault(line, table.names[columns.place[field]], why)

    def measured(field: str) -> float | None:
        if not text(field):
            return None
        value = number(text(field))
        if value is None:
            raise fault(field, f"'{text(field)[:40]}' is not a number; units belong into the header")
        return value * columns.factor[field]

    if not text("date"):
        raise fault("date", "the date is missing")
    try:
        at = moment(text("date"), order)
    except WrongUseError as e:
        raise fault("date", e.sentence.rstrip(".")) from None
    flying = text("flying").lower()
    if flying not in _YES | _NO:
        raise fault("flying", f"'{flying[:40]}' is neither yes nor no")
    timed = _TIMING.get((text("timing") or timing).lower())
    if timed is None:
        why = f"'{text('timing')[:40]}' is neither hand nor electronic"
        raise fault("timing", why) if "timing" in columns.place else WrongUseError(why)
    steps = whole_number(text("steps")) if text("steps") else None
    if text("steps") and steps is None:
        raise fault("steps", f"'{text('steps')[:40]}' is not a whole number")
    where = f"line {line.number} of {table.name}"
    whose = where
    if "athlete" in columns.place:
        whose = table.where(line, table.names[columns.place["athlete"]])
    about = (steps, measured("contact"), text("note"), whose)
    if columns.splits:
        for column, metres, fly in columns.splits:
            cell = line.cells[column].strip()
            seconds = number(cell)
            if cell and seconds is None:
                raise table.fault(line, table.names[column], f"'{cell[:40]}' is not a number of seconds")
            if seconds is not None:
                yield Run(where, text("athlete"), at, metres, seconds, fly or flying in _YES, timed, *about)
        return
    distance, seconds = measured("distance"), measured("time")
    if distance is None or seconds is None:
        raise fault("distance" if distance is None else "time", "it is empty")
    yield Run(where, text("athlete"), at, distance, seconds, flying in _YES, timed, *about)
