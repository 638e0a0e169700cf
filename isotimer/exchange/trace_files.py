"""One recorded trace out of a file: isotimer's own, Chronojump's, Tindeq's, or any table that holds one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isotimer.core.block import FloatArray, IntArray
from isotimer.core.errors import DataError
from isotimer.core.units import to_base
from isotimer.exchange.column_choice import CHRONOJUMP, ISOTIMER, TINDEQ, Choices, Columns, choose_columns
from isotimer.exchange.kept_rows import KeptRows
from isotimer.exchange.number_columns import NumberReader
from isotimer.exchange.row_order import RowOrder
from isotimer.exchange.table_layout import Layout, table_layout
from isotimer.exchange.text_source import open_text

__all__ = [
    "CHRONOJUMP",
    "ISOTIMER",
    "TINDEQ",
    "Choices",
    "LongTrace",
    "TraceFile",
    "read_part",
    "read_trace",
]

LEAST_ROWS = 3
WHOLE_ROWS = 1_000_000
"""A file of up to so many rows is kept whole."""
MOST_ROWS = 4_000_000
"""No more rows are ever kept: an hour at 1000 Hz, and some rest."""
LOST_ROWS = 10
"""A longer run of rows that are all zero is a plate without load, not frames that were lost."""
ODD_STEP = 0.5
"""A first step that differs from the usual one by more than this share of it has no true time."""
REPEATED = 0.9
"""If so many of the rows that repeat a time repeat its value too, rows were written twice."""

_TRIGGERS = frozenset(("R", "r", "B", "b"))
"""What Chronojump writes in the place of a force when a trigger or button is pressed."""


@dataclass(frozen=True, slots=True, eq=False)
class TraceFile:
    """One trace as it stands in a file."""

    form: str
    """"isotimer", "Chronojump", "Tindeq" or "table"."""
    time_s: FloatArray
    """(n,) time in s, in the order of the file; NaN where void."""
    force_n: FloatArray
    """(n,) tension in N, or counts; NaN where void or lost."""
    unit: str
    """"N" or "counts"."""
    assumed: tuple[str, ...]
    """What was taken for granted or left out, in plain words."""
    plate: str = ""
    """What shows that a person stands on the sensor, in plain words; empty if nothing does."""


@dataclass(frozen=True, slots=True, eq=False)
class LongTrace:
    """A trace with too many rows to keep: its course in even stretches of time."""

    form: str
    """As in ``TraceFile``."""
    start_s: float
    """Its first time, in s."""
    end_s: float
    """Its last time."""
    stretch_s: float
    time_s: FloatArray
    """(k,) the middle of each stretch that has samples; k is at most 65536."""
    force_n: FloatArray
    """(k,) mean tension in it, in N or counts."""
    samples: FloatArray
    """(k,) how many samples it has."""
    unit: str
    """"N" or "counts"."""


def read_trace(
    path: Path,
    choices: Choices | None = None,
    *,
    whole_rows: int = WHOLE_ROWS,
) -> TraceFile | LongTrace:
    """Read the trace in a file, or its course if the file is long.

    Nothing is smoothed or filled in. Frames that were lost, which some plate exports write as rows of
    zeros, are void; and the first sample of a Chronojump capture is left out where its time is not true.

    Args:
        path: The file; a pipe will do unless it is long.
        choices: Columns and units, where the file does not say them.
        whole_rows: A file of more rows is long.

    Raises:
        WrongUseError: If a column asked for is not there, or the file leaves a column or unit open.
        DataError: If the file cannot be read or holds no usable trace.
    """
    return _read(path, choices or Choices(), None, whole_rows)


def read_part(path: Path, choices: Choices | None, start_s: float, end_s: float) -> TraceFile:
    """Read the samples between two times of a file's trace.

    Args:
        path: The file; it is read a second time.
        choices: As for ``read_trace``.
        start_s: The first time, in s.
        end_s: The last time.

    Raises:
        WrongUseError: As for ``read_trace``.
        DataError: As for ``read_trace``, and if more than ``MOST_ROWS`` rows lie between.
    """
    read = _read(path, choices or Choices(), (start_s, end_s), MOST_ROWS)
    if isinstance(read, LongTrace):
        raise DataError(
            f"cannot analyse {path}",
            f"more than {MOST_ROWS} samples from {start_s:.0f} to {end_s:.0f} s are too many for one hold",
            "choose a shorter part with --start and --end",
        )
    return read


def _read(
    path: Path, choices: Choices, within_s: tuple[float, float] | None, most: int
) -> TraceFile | LongTrace:
    with open_text(path) as source:
        name = source.name
        layout = table_layout(source.head, name)
        columns = choose_columns(layout, choices, name)
        passed_over = _is_trigger if columns.form == CHRONOJUMP else _is_row
        reader = NumberReader(name, layout, columns.time, columns.force, columns.channels, passed_over)
        base = to_base(columns.unit)
        if base is None:
            raise DataError(f"cannot read {name}", f"'{columns.unit}' is neither a force nor counts")
        kept = KeptRows(columns.seconds_per, within_s, most)
        for table in reader.tables(source.blocks()):
            kept.take(table)
            if kept.is_past:
                break
            if kept.is_long and not path.is_file():
                raise DataError(
                    f"cannot analyse {name}",
                    f"it has more than {most} rows and, being no file, can be read but once",
                    "save it as a file first",
                )
    _check(name, layout, columns, kept.order)
    if kept.is_long:
        middle, mean, count = kept.outline.course()
        start, end = (kept.seconds(t) for t in (kept.order.low, kept.order.high))
        stretch = kept.outline.stretch_s
        return LongTrace(columns.form, start, end, stretch, middle, mean * base[0], count, base[1])
    return _trace(name, columns, kept, base)


def _is_trigger(cells: Sequence[str]) -> bool:
    return len(cells) == 2 and cells[1] in _TRIGGERS


def _is_row(cells: Sequence[str]) -> bool:
    return False


def _trace(name: str, columns: Columns, kept: KeptRows, base: tuple[float, str]) -> TraceFile:
    factor, unit = base
    time, force = kept.arrays()
    notes = list(columns.assumed)
    if kept.cut:
        notes.append("the last line is cut off and was left out")
    lost = _lost_rows(kept.zero_rows)
    if lost.size:
        force[lost] = np.nan
        are = "is" if lost.size == 1 else "are"
        notes.append(f"{_rows(lost.size)} {are} zero in every channel: lost frames, taken as missing")
    time, force, twice = _without_repeats(time, force)
    if twice:
        notes.append("one row repeats" if twice == 1 else f"{twice} rows repeat")
        notes[-1] += " the row before, left out"
    skip = _odd_first(columns, time) if time.size and time[0] == kept.order.first else 0
    if skip:
        time, force = time[skip:], force[skip:]
        notes.append("the first sample was left out, as Chronojump does: its time is not true")
    _check_rows(name, time.size)
    if kept.offset:
        time -= kept.offset
        notes.append("times count from the first sample")
    if columns.seconds_per != 1.0:
        time *= columns.seconds_per
    if factor != 1.0:
        force *= factor
    return TraceFile(columns.form, time, force, unit, tuple(n for n in notes if n), columns.plate)


def _check(name: str, layout: Layout, columns: Columns, order: RowOrder) -> None:
    """Raise DataError if no trace can be made of the columns."""
    _check_rows(name, order.rows)
    for column, holds, what in (
        (columns.time, order.stamped > 0, "time"),
        (columns.force, order.valued, "force"),
    ):
        if not holds:
            raise DataError(
                f"cannot analyse {name}",
                f"{layout.title(column)} holds no number",
                f"choose another with --{what}-column",
            )
    if order.spread <= 0:
        raise DataError(
            f"cannot analyse {name}",
            f"the time in {layout.title(columns.time)} never changes",
            "choose another column with --time-column",
        )
    if order.is_astray:
        raise DataError(
            f"line {order.back_line}, {layout.title(columns.time)} of {name}",
            f"time goes back from {order.back_from:.10g} to {order.back_from + order.back:.10g}",
            "sort or split the file, or choose another column with --time-column",
        )


def _check_rows(name: str, count: int) -> None:
    if count < LEAST_ROWS:
        raise DataError(
            f"cannot analyse {name}", f"it has only {_rows(count)} of numbers", "record for longer"
        )


def _rows(count: int) -> str:
    return f"{count} row{'s' if count != 1 else ''}"


def _lost_rows(zero: IntArray) -> IntArray:
    """Return the rows of lost frames: of those that are all zero, the ones with few in a row."""
    if not zero.size:
        return zero
    runs = np.split(zero, np.flatnonzero(np.diff(zero) > 1) + 1)
    short = [run for run in runs if run.size <= LOST_ROWS]
    return np.concatenate(short) if short else np.empty(0, np.int64)


def _without_repeats(time: FloatArray, force: FloatArray) -> tuple[FloatArray, FloatArray, int]:
    """Return samples without rows that say the same again, and how many those were.

    Samples that share a time but not their value came in batches and are left as they are.
    """
    same_time = np.diff(time) == 0
    count = int(same_time.sum())
    if not count:
        return time, force, 0
    again = same_time & (np.diff(force) == 0)
    if again.sum() < REPEATED * count:
        return time, force, 0
    keep = np.concatenate(([True], ~again))
    return time[keep], force[keep], int(again.sum())


def _odd_first(columns: Columns, time: FloatArray) -> int:
    """Return 1 if the first sample of a Chronojump capture has no true time, else 0."""
    if columns.form != CHRONOJUMP or time.size < 10:
        return 0
    steps = np.diff(time[:200])
    usual = float(np.median(steps))
    return int(abs(float(steps[0]) - usual) > ODD_STEP * usual)
