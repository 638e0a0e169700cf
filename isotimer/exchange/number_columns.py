"""Two columns of a table as arrays, parsed block by block: no more than one block is in memory at a time."""

import csv
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError
from isotimer.exchange.table_layout import BLANKS, VOID, Layout, is_skipped, split_line
from isotimer.exchange.text_source import TextBlock


@dataclass(slots=True)
class Table:
    """Two columns of the rows of one block of text."""

    time: "array[float]" = field(default_factory=lambda: array("d"))
    force: "array[float]" = field(default_factory=lambda: array("d"))
    zero_rows: "array[int]" = field(default_factory=lambda: array("q"))
    """Indexes of the rows in which every channel is exactly zero."""
    cut: str = ""
    """The last line, if it was cut off and left out."""
    _marks: list[tuple[int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.time)

    def add(self, first_line: int, time: FloatArray, force: FloatArray) -> None:
        """Add rows that stand in lines following each other."""
        self._mark(first_line)
        self.time.frombytes(np.ascontiguousarray(time).data.cast("B"))
        self.force.frombytes(np.ascontiguousarray(force).data.cast("B"))

    def add_row(self, line: int, time: float, force: float) -> None:
        """Add the row of one line."""
        self._mark(line)
        self.time.append(time)
        self.force.append(force)

    def _mark(self, line: int) -> None:
        """Note where rows stand, but only where lines between them were passed over."""
        if not self._marks or self.line_of(len(self)) != line:
            self._marks.append((len(self), line))

    def line_of(self, row: int) -> int:
        """Return the number of the line in which a row stands."""
        at = bisect_right(self._marks, (row, 1 << 62)) - 1
        start, line = self._marks[at]
        return line + row - start

    def arrays(self) -> tuple[FloatArray, FloatArray]:
        """Return (time, force), which share their memory with this table."""
        return doubles(self.time), doubles(self.force)


def doubles(values: "array[float]") -> FloatArray:
    """Return an array of numpy's that shares its memory with one of Python's; that one can grow no more."""
    return np.frombuffer(values) if len(values) else np.empty(0)


class NumberReader:
    """Reads two columns of a table.

    Args:
        name: The file, for messages.
        layout: How the table is built.
        time: Index of the time column.
        force: Index of the force column.
        channels: Columns that are all zero in a lost frame; not looked for if empty.
        passed_over: Tells by a row's cells whether it is none of the table.
    """

    def __init__(
        self,
        name: str,
        layout: Layout,
        time: int,
        force: int,
        channels: Sequence[int] = (),
        passed_over: Callable[[Sequence[str]], bool] = lambda cells: False,
    ) -> None:
        self._name = name
        self._layout = layout
        self._time = time
        self._force = force
        self._channels = channels
        self._passed_over = passed_over

    def tables(self, blocks: Iterable[TextBlock]) -> Iterator[Table]:
        """Yield the columns of each block that has rows.

        Raises:
            DataError: On a cell that is no number; line and column are named.
        """
        for block in blocks:
            if block.first_line < self._layout.first_line:
                block = self._below_header(block)
            table = Table()
            if block.text and not self._fast(table, block):
                self._slow(table, block)
            if len(table) or table.cut:
                yield table

    def _below_header(self, block: TextBlock) -> TextBlock:
        skip = self._layout.first_line - block.first_line
        parts = block.text.split("\n", skip)
        if len(parts) <= skip:
            return TextBlock(block.first_line, "")
        return TextBlock(self._layout.first_line, parts[skip], block.cut)

    def _fast(self, table: Table, block: TextBlock) -> bool:
        """Read a block whose rows all have the same form; return whether it was one."""
        separator, columns = self._layout.separator, self._layout.columns
        text = block.text
        if block.cut or separator == BLANKS or '"' in text or "_" in text:
            return False
        if self._layout.decimal != ".":
            text = text.replace(",", ".")
        lines = text[:-1].split("\n")
        if {line.count(separator) for line in lines} != {columns - 1}:
            return False
        cells = separator.join(lines).split(separator)
        try:
            time = np.fromiter(map(float, cells[self._time :: columns]), np.float64, len(lines))
            force = np.fromiter(map(float, cells[self._force :: columns]), np.float64, len(lines))
        except ValueError:
            return False
        if self._channels:
            for i in np.flatnonzero(force == 0.0).tolist():
                if self._is_lost(cells[i * columns : (i + 1) * columns]):
                    table.zero_rows.append(i)
        table.add(block.first_line, time, force)
        return True

    def _slow(self, table: Table, block: TextBlock) -> None:
        """Read a block row by row: voids, comments, quotes, blanks between cells."""
        lines = block.text[:-1].split("\n")
        for i, line in enumerate(lines):
            number = block.first_line + i
            if is_skipped(line):
                continue
            cells = self._cells(line)
            if self._passed_over(cells):
                continue
            if block.cut and i == len(lines) - 1 and len(cells) < self._layout.columns:
                table.cut = line
                continue
            self._check_width(cells, number)
            time, force = (self._number(cells[c], c, number) for c in (self._time, self._force))
            if self._channels and force == 0.0 and self._is_lost(cells):
                table.zero_rows.append(len(table))
            table.add_row(number, time, force)

    def _cells(self, line: str) -> list[str]:
        try:
            return split_line(line, self._layout.separator)
        except csv.Error:
            return line.split(self._layout.separator)

    def _check_width(self, cells: Sequence[str], number: int) -> None:
        wanted = max(self._time, self._force) + 1
        width = self._layout.columns
        if len(cells) >= wanted and not any(cells[max(width, wanted) :]):
            return
        some = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
        raise DataError(
            f"line {number} of {self._name} has {some} where other rows have {width}", "", "correct that line"
        )

    def _number(self, cell: str, column: int, number: int) -> float:
        if cell.lower() in VOID:
            return float("nan")
        text = cell.replace(",", ".") if self._layout.decimal != "." else cell
        try:
            if "_" not in text:
                return float(text)
        except ValueError:
            pass
        option = "--time-column" if column == self._time else "--force-column"
        raise DataError(
            f"line {number}, {self._layout.title(column)} of {self._name}",
            f"'{cell}' is not a number",
            f"correct that line, or choose another column with {option}",
        )

    def _is_lost(self, cells: Sequence[str]) -> bool:
        try:
            return all(float(cells[i].replace(",", ".") or 1) == 0.0 for i in self._channels)
        except (ValueError, IndexError):
            return False
