"""Tables of text read row by row, so that whatever is wrong can be told with file, line and column."""

import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from isotimer.core.errors import DataError
from isotimer.exchange.columns import Column, Kind
from isotimer.exchange.own_row import cell_fault
from isotimer.exchange.table_layout import NUMBER
from isotimer.exchange.text_cells import SEPARATORS, restored
from isotimer.exchange.text_source import open_text

NOTHING_DONE = "nothing was imported"
_LONGEST_CELL = 1 << 24
_WHOLE = re.compile(r"[+-]?\d{1,15}(?:[.,]0+)?")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    number: int
    """Line of the file at which it begins, from 1."""
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table in a file, from its header on."""

    name: str
    """What to call the file in messages."""
    names: tuple[str, ...]
    """Names of the columns."""
    lines: Iterator[Line]

    def fault(self, line: Line, column: str, why: str, advice: str = NOTHING_DONE) -> DataError:
        """Return an error that names file, line and column."""
        return DataError(self.where(line, column), why, advice)

    def where(self, line: Line, column: str) -> str:
        """Return line, column and file in words."""
        at = f", column {self.names.index(column) + 1} '{column}'" if column in self.names else ""
        return f"line {line.number}{at} of {self.name}"


@contextmanager
def own_table(path: Path, name: str) -> Iterator[TextTable]:
    """Open a table that isotimer wrote: UTF-8, line ends within cells kept.

    Raises:
        DataError: If it cannot be read or is no such table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file, _long_cells():
            yield _table(name, file)
    except OSError as e:
        raise DataError(f"cannot read {name}", (e.strerror or str(e)).lower(), NOTHING_DONE) from None
    except UnicodeDecodeError:
        raise DataError(f"cannot read {name}", "it is not UTF-8", "save it as CSV in UTF-8") from None


@contextmanager
def foreign_table(path: Path) -> Iterator[TextTable]:
    """Open a table that somebody made: whatever its encoding, line ends and separator.

    Raises:
        DataError: If it cannot be read or is no table.
    """
    with open_text(path) as source, _long_cells():
        lines = (f"{text}\n" for block in source.blocks() for text in block.text.split("\n")[:-1])
        yield _table(source.name, lines)


def typed(table: TextTable, line: Line, column: Column, text: str) -> Any:
    """Return the value of a cell; empty text stays text, any other empty cell is None.

    Raises:
        DataError: If it is not what the column holds.
    """
    value: Any = None
    if column.kind is Kind.TEXT:
        value = restored(text)
    elif column.kind is Kind.JSON:
        value = known_json(restored(text))
    elif text:
        value = _parsed(column.kind, text)
    if value is None and (text or column.kind is Kind.JSON):
        raise table.fault(line, column.name, f"'{text[:60]}' is not {_WANTED[column.kind]}")
    if why := cell_fault(column, value):
        raise table.fault(line, column.name, why)
    return value


def number(text: str) -> float | None:
    """Return a number with a decimal point or comma; None if it is none."""
    if not NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value if math.isfinite(value) else None


def whole_number(text: str) -> int | None:
    """Return a whole number; None if it is none."""
    return int(float(text.replace(",", "."))) if _WHOLE.fullmatch(text) else None


def _utc(text: str) -> str | None:
    """Return a time with its zone as UTC text with microseconds; None if it is none."""
    try:
        at = datetime.fromisoformat(text)
        if at.utcoffset() is None:
            return None
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    except (ValueError, OverflowError):
        return None


def _parsed(kind: Kind, text: str) -> float | int | str | None:
    if kind is Kind.NUMBER:
        return number(text)
    if kind is Kind.INTEGER:
        return whole_number(text)
    return _utc(text) if kind is Kind.TIME else text


def known_json(text: str) -> str | None:
    """Return text that is JSON; None if it is none."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return text


_WANTED = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a whole number",
    Kind.TIME: "a time in UTC such as 2026-05-01T10:00:00Z",
    Kind.LOCAL_TIME: "a time",
    Kind.JSON: "JSON as isotimer writes it",
}


def _table(name: str, lines: Iterable[str]) -> TextTable:
    given = iter(lines)
    head, skipped = "", 0
    while not head.strip():
        skipped += 1
        found = next(given, None)
        if found is None:
            raise DataError(f"cannot read {name}", "it is empty", NOTHING_DONE)
        head = found
    separator = max(SEPARATORS, key=lambda s: (head.count(s), -SEPARATORS.index(s)))
    names = next(csv.reader([head], delimiter=separator), [])
    columns = tuple(restored(cell).strip() for cell in names)
    return TextTable(name, columns, _lines(name, columns, given, separator, skipped))


def _lines(
    name: str, columns: Sequence[str], lines: Iterator[str], separator: str, skipped: int
) -> Iterator[Line]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        first = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as e:
            raise DataError(f"line {first} of {name}", str(e), NOTHING_DONE) from None
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns) and not any(cells[len(columns) :]):
            cells = cells[: len(columns)]
        if len(cells) != len(columns):
            raise DataError(
                f"line {first} of {name}",
                f"it has {len(cells)} cells and the header has {len(columns)}",
                NOTHING_DONE,
            )
        yield Line(first, tuple(cells))


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as the notes and plans of a session may be."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
