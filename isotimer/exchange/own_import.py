"""An export of isotimer read back: every table, checked cell by cell, and the traces to the last bit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from isotimer.core.errors import DataError
from isotimer.exchange.columns import Table
from isotimer.exchange.csv_export import TRACES
from isotimer.exchange.own_row import OPTIONAL, KnownKeys, OwnRow, OwnTrace, lacking, wanted_columns
from isotimer.exchange.table_rows import NOTHING_DONE, Line, TextTable, own_table, typed
from isotimer.exchange.tables import TABLES
from isotimer.exchange.trace_table import RIG_COLUMNS

_FARTHEST_S = 9e9
"""More nanoseconds than that cannot be counted."""
_LONG_S = 1e5
"""Beyond so many seconds a float does not tell nanoseconds for sure."""


@dataclass(slots=True)
class OwnExport:
    """A folder that ``csv_export.write_csv`` has written.

    Args:
        folder: The folder.
    """

    folder: Path
    _keys: KnownKeys = field(default_factory=lambda: KnownKeys(".csv"))

    def rows(self, table: Table) -> Iterator[OwnRow]:
        """Yield the rows of a table; the tables must be read in the order of ``TABLES``.

        Raises:
            DataError: If it is missing, a column is, or a cell is not what it must be; with line and column.
        """
        path = self.folder / f"{table.name}.csv"
        if not path.exists() and table.name in OPTIONAL:
            return
        with own_table(path, str(path)) as text:
            wanted = wanted_columns(table)
            if missing := lacking(wanted, text.names):
                raise DataError(
                    f"line 1 of {text.name}",
                    f"there is no column '{missing}'",
                    "export again with this isotimer, or leave the header as it was",
                )
            places = [(column, text.names.index(column.name)) for column in wanted]
            for line in text.lines:
                values = {column.name: typed(text, line, column, line.cells[at]) for column, at in places}
                if fault := self._keys.fault(table, values):
                    raise text.fault(line, *fault)
                yield OwnRow(f"line {line.number} of {text.name}", values)

    def trace(self, hold: OwnRow) -> OwnTrace | None:
        """Return the trace of a hold; None if it has none.

        Raises:
            DataError: If its file is missing, outside the folder, or has anything wrong in it.
        """
        name = hold.values["trace"]
        if not name:
            return None
        folder, _, file = name.partition("/")
        path = self.folder / TRACES / file
        if folder != TRACES or not file or Path(file).name != file or path.is_symlink():
            raise DataError(hold.where, f"'{name[:80]}' is no file in the folder {TRACES}", NOTHING_DONE)
        with own_table(path, str(path)) as text:
            return _trace(text, hold)


def is_csv_export(folder: Path) -> bool:
    """Return whether ``csv_export.write_csv`` has written a folder."""
    return all((folder / f"{table.name}.csv").is_file() for table in TABLES if table.name not in OPTIONAL)


def _trace(text: TextTable, hold: OwnRow) -> OwnTrace:
    names = text.names
    raws = [i for i, name in enumerate(names) if name.startswith("raw_")]
    total = "force_counts" if hold.values["unit"] == "counts" else "force_n"
    for wanted in ("time_s", total, "flags"):
        if wanted not in names:
            raise DataError(f"line 1 of {text.name}", f"there is no column '{wanted}'", NOTHING_DONE)
    count = len(raws)
    first = names.index(total) + (1 if count > 1 else 0)
    forces = list(range(first, first + count))
    own = [name for name in names if name not in RIG_COLUMNS]
    if len(own) != 3 + count + (count if count > 1 else 0):
        raise DataError(f"line 1 of {text.name}", "its columns are not those of a trace", NOTHING_DONE)
    lines = list(text.lines)
    columns = [_numbers(text, lines, i) for i in (*raws, *forces)]
    table = np.array(columns, np.float64).reshape(2 * count, len(lines)).T
    times = [_nanoseconds(text, line, names.index("time_s")) for line in lines]
    flags = _numbers(text, lines, names.index("flags"))
    if not all(0 <= value < 256 and value.is_integer() for value in flags):
        raise DataError(f"cannot read {text.name}", "flags are whole numbers below 256", NOTHING_DONE)
    return OwnTrace(
        np.array(times, np.int64),
        np.ascontiguousarray(table[:, :count]),
        np.ascontiguousarray(table[:, count:]),
        np.array(flags).astype(np.uint8),
    )


def _numbers(text: TextTable, lines: list[Line], at: int) -> list[float]:
    """Return one column; an empty cell is NaN."""
    try:
        return [float(line.cells[at].replace(",", ".") or "nan") for line in lines]
    except ValueError:
        pass
    for line in lines:
        cell = line.cells[at].replace(",", ".")
        try:
            float(cell or "nan")
        except ValueError:
            raise text.fault(line, text.names[at], f"'{cell[:60]}' is not a number") from None
    return []


def _nanoseconds(text: TextTable, line: Line, at: int) -> int:
    cell = line.cells[at].replace(",", ".")
    try:
        seconds = float(cell)
        if abs(seconds) > _FARTHEST_S:
            raise OverflowError
        if abs(seconds) < _LONG_S:
            return round(seconds * 1e9)
        return int(Decimal(cell).scaleb(9).to_integral_value())
    except (ValueError, OverflowError, InvalidOperation):
        raise text.fault(line, text.names[at], f"'{cell[:60]}' is not a time") from None
