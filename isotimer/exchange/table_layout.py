"""How a table in a text file is built, told from its first lines: separator, decimal sign, header."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from isotimer.core.errors import DataError
from isotimer.exchange.column_names import is_plain_time, is_time, is_unit

BLANKS = ""
"""The separator of a table whose cells stand apart by blanks."""

VOID = frozenset(("", "nan", "na", "n/a", "null", "none", "-", "--", "inf", "+inf", "-inf", "infinity"))
"""Cells without a value, in lower case."""

NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
"""A number, whatever its decimal sign."""

COMMENT = ("#", "%", "//")
"""What a line begins with that is none of the table."""

_SEPARATORS = ("\t", ";", "|", ",", BLANKS)
"""In this order: the first that makes a table is it."""
_SMASHED = re.compile(r"[-+\d.,eE\s;|]*[;|\s][-+\d.,eE\s;|]*")
"""Two numbers that another separator would part."""
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is built."""

    separator: str
    decimal: str
    """"." or ","; "" where no number has shown it yet."""
    names: tuple[str, ...]
    """Names of the columns; empty without a header."""
    columns: int
    first_line: int
    """Number of the first line with data, from 1."""
    preamble: tuple[tuple[str, ...], ...]
    """Cells of the lines above the header."""
    rows: tuple[tuple[str, ...], ...]
    """Cells of the first rows."""

    def title(self, column: int) -> str:
        """Return how a column is called in a message, e.g. "column 2 'force'"."""
        name = self.names[column] if column < len(self.names) else ""
        return f"column {column + 1} '{name}'" if name else f"column {column + 1}"


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows of numbers that follow each other."""

    start: int
    """Index of its first line."""
    rows: int
    columns: int
    names: tuple[str, ...]
    head: int
    """Index of the header's first line; ``start`` without one."""


def split_line(line: str, separator: str) -> list[str]:
    """Return the cells of a line, blanks around them and quotes taken off."""
    if separator == BLANKS:
        return line.split()
    if '"' in line:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        return [cell.strip() for cell in cells]
    return [cell.strip() for cell in line.split(separator)]


def is_skipped(line: str) -> bool:
    """Return whether a line is blank or a comment."""
    return not line.strip() or line.lstrip().startswith(COMMENT)


def table_layout(head: Sequence[str], name: str) -> Layout:
    """Return how the table in a file is built.

    Of several tables in the file it is the one with a time column, and of those the longest.

    Args:
        head: The file's first lines.
        name: What to call it in messages.

    Raises:
        DataError: If there is no table of numbers, or its decimal sign cannot be told.
    """
    for separator in _SEPARATORS:
        lines = [() if is_skipped(line) else tuple(split_line(line, separator)) for line in head]
        runs = _runs(head, lines, separator)
        if runs:
            best = max(runs, key=lambda r: (_known(r), bool(_known(r)) * r.rows, -r.start))
            return _layout(best, lines, separator, name)
    raise DataError(
        f"cannot read {name}",
        "it holds no table of numbers with a time and a force in each row",
        "check the file",
    )


def _known(run: _Run) -> int:
    """Return how surely the header names a time: 2, 1 or 0."""
    return 2 if any(map(is_plain_time, run.names)) else int(any(map(is_time, run.names)))


def _runs(head: Sequence[str], lines: Sequence[tuple[str, ...]], separator: str) -> list[_Run]:
    found: list[_Run] = []
    at = 0
    while at < len(lines):
        if not _is_row(lines[at]):
            at += 1
            continue
        end, rows = at, 0
        while end < len(lines) and (not lines[end] or any(NUMBER.fullmatch(c) for c in lines[end])):
            rows += bool(lines[end])
            end += 1
        counts = [len(_trimmed(line)) for line in lines[at:end] if line]
        columns = max(set(counts), key=counts.count)
        names, start, first = _header(head, lines, at, separator)
        found.append(_Run(first, rows, max(columns, 2), names, start))
        at = end
    return found


def _is_row(cells: tuple[str, ...]) -> bool:
    """Return whether cells are a row of a table: two numbers or more, and nothing that was split wrongly."""
    numbers = sum(NUMBER.fullmatch(c) is not None for c in cells)
    voids = sum(c.lower() in VOID for c in cells)
    if any(_SMASHED.fullmatch(c) for c in cells if c):
        return False
    full = len(cells) - voids
    return len(cells) >= 2 and (numbers >= max(2, full / 2) or (numbers == full == 1 and len(cells) == 2))


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Return cells without the empty one that a separator at the end of the line makes."""
    return cells[:-1] if cells and not cells[-1] else cells


def _header(
    head: Sequence[str], lines: Sequence[tuple[str, ...]], start: int, separator: str
) -> tuple[tuple[str, ...], int, int]:
    """Return the names above a row, the line where they begin, and the first line of the table below them.

    A line of units is joined to the names. Any other text below a line that names a time is a row with
    something wrong in it.
    """
    above = [i for i in range(start) if head[i].strip()][-2:]
    if not above:
        return (), start, start
    width = len(_trimmed(lines[start]))
    named = [_names(head[i], separator, width) for i in above]
    if not named[-1]:
        return (), start, start
    if len(named) == 2 and named[0] and all(is_unit(n) or not n for n in named[-1]):
        joined = tuple(f"{n} [{u}]" if u else n for n, u in zip(named[0], named[-1], strict=False))
        return joined, above[0], start
    if len(named) == 2 and any(map(is_time, named[0])) and not any(map(is_time, named[1])):
        return named[0], above[0], above[1]
    return named[-1], above[-1], start


def _names(line: str, separator: str, width: int) -> tuple[str, ...]:
    text = line.strip().lstrip("#%/").strip()
    cells = split_line(text, separator)
    if separator == BLANKS and len(cells) != width:
        cells = re.split(r"\t|\s{2,}", text)
    words = [c for c in cells if c]
    is_text = sum(_LETTER.search(c) is not None and not NUMBER.fullmatch(c) for c in words)
    if len(words) < 2 or 2 * is_text < len(words) or (separator == BLANKS and len(cells) != width):
        return ()
    return tuple(cells)


def _layout(run: _Run, lines: Sequence[tuple[str, ...]], separator: str, name: str) -> Layout:
    rows = [line for line in lines[run.start : run.start + run.rows + 50] if line][:2000]
    named = len(_trimmed(run.names))
    if separator == "," and named and run.columns >= 2 * named - 1 > 1 and len(set(map(len, rows))) <= 2:
        raise DataError(
            f"cannot read {name}",
            f"line {run.start + 1} has {run.columns} cells for {named} names: commas stand between the cells "
            "and in the numbers",
            "save it with semicolons between the cells, or with decimal points",
        )
    cells = [c for row in rows for c in row if NUMBER.fullmatch(c)]
    comma, point = any("," in c for c in cells), any("." in c for c in cells)
    if comma and point:
        raise DataError(
            f"cannot read {name}", "it has decimal commas and decimal points", "save it with one of the two"
        )
    return Layout(
        separator=separator,
        decimal="," if comma else "." if point or separator == "," else "",
        names=run.names,
        columns=run.columns,
        first_line=run.start + 1,
        preamble=tuple(line for line in lines[: run.head] if line),
        rows=tuple(rows),
    )
