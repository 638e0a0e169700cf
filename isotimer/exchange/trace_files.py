"""One recorded trace out of a file: isotimer's own, Chronojump's, Tindeq's, or any table that holds one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError
from isotimer.core.units import to_base
from isotimer.exchange.column_choice import CHRONOJUMP, ISOTIMER, TINDEQ, Choices, Columns, choose_columns
from isotimer.exchange.number_columns import NumberReader, Table
from isotimer.exchange.table_layout import Layout, table_layout
from isotimer.exchange.text_source import open_text

__all__ = ["CHRONOJUMP", "ISOTIMER", "TINDEQ", "Choices", "TraceFile", "read_trace"]

LEAST_ROWS = 3
EPOCH_S = 1e6
"""Times beyond this many seconds count from a date; they are told from the first sample instead."""
LOST_ROWS = 10
"""A longer run of rows that are all zero is a plate without load, not frames that were lost."""
ODD_STEP = 0.5
"""A first step that differs from the usual one by more than this share of it has no true time."""
REPEATED = 0.9
"""If so many of the rows that repeat a time repeat its value too, rows were written twice."""
BACK_STEPS = 5.0
"""Rows out of order by at most so many mean steps are put in order later; more is another thing."""

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


def read_trace(path: Path, choices: Choices | None = None) -> TraceFile:
    """Read the trace in a file.

    Nothing is smoothed or filled in. Frames that were lost, which some plate exports write as rows of
    zeros, are void; and the first sample of a Chronojump capture is left out where its time is not true.

    Args:
        path: The file; a pipe will do.
        choices: Columns and units, where the file does not say them.

    Raises:
        WrongUseError: If a column asked for is not there, or the file leaves a column or unit open.
        DataError: If the file cannot be read or holds no usable trace.
    """
    choices = choices or Choices()
    with open_text(path) as source:
        name = source.name
        layout = table_layout(source.head, name)
        columns = choose_columns(layout, choices, name)
        passed_over = _is_trigger if columns.form == CHRONOJUMP else _is_row
        reader = NumberReader(name, layout, columns.time, columns.force, columns.channels, passed_over)
        table = reader.read(source.blocks())
    return _trace(name, layout, columns, table)


def _is_trigger(cells: Sequence[str]) -> bool:
    return len(cells) == 2 and cells[1] in _TRIGGERS


def _is_row(cells: Sequence[str]) -> bool:
    return False


def _trace(name: str, layout: Layout, columns: Columns, table: Table) -> TraceFile:
    time, force = table.arrays()
    base = to_base(columns.unit)
    if base is None:
        raise DataError(f"cannot read {name}", f"'{columns.unit}' is neither a force nor counts")
    factor, unit = base
    notes = list(columns.assumed)
    if table.cut:
        notes.append("the last line is cut off and was left out")
    _check(name, layout, columns, table, time, force)
    lost = _lost_rows(table)
    if lost.size:
        force[lost] = np.nan
        notes.append(f"{lost.size} rows are zero in every channel: lost frames, taken as missing")
    time, force, twice = _without_repeats(time, force)
    if twice:
        notes.append(f"{twice} rows repeat the row before and were left out")
    skip = _odd_first(columns, time)
    if skip:
        time, force = time[skip:], force[skip:]
        notes.append("the first sample was left out, as Chronojump does: its time is not true")
    time, note = _seconds(time, columns.seconds_per)
    if note:
        notes.append(note)
    if factor != 1.0:
        force *= factor
    return TraceFile(columns.form, time, force, unit, tuple(n for n in notes if n))


def _seconds(time: FloatArray, seconds_per: float) -> tuple[FloatArray, str]:
    """Return times in s, from the first sample if they count from a date; and a note on that."""
    known = time[np.isfinite(time)]
    first = float(known[0])
    if abs(first * seconds_per) > EPOCH_S:
        time -= first
        time *= seconds_per
        return time, "times count from the first sample"
    if seconds_per != 1.0:
        time *= seconds_per
    return time, ""


def _check(
    name: str, layout: Layout, columns: Columns, table: Table, time: FloatArray, force: FloatArray
) -> None:
    """Raise DataError if no trace can be made of the columns."""
    rows = len(table)
    if rows < LEAST_ROWS:
        some = f"{rows} row{'s' if rows != 1 else ''} of numbers"
        raise DataError(f"cannot analyse {name}", f"it has only {some}", "record for longer")
    for column, values, what in ((columns.time, time, "time"), (columns.force, force, "force")):
        if not np.isfinite(values).any():
            raise DataError(
                f"cannot analyse {name}",
                f"{layout.title(column)} holds no number",
                f"choose another with --{what}-column",
            )
    stamped = np.flatnonzero(np.isfinite(time))
    kept = time if stamped.size == time.size else time[stamped]
    spread = float(kept.max() - kept.min())
    if spread <= 0:
        raise DataError(
            f"cannot analyse {name}",
            f"the time in {layout.title(columns.time)} never changes",
            "choose another column with --time-column",
        )
    back = np.diff(kept)
    worst = int(np.argmin(back))
    if back[worst] < -BACK_STEPS * spread / kept.size:
        row = int(stamped[worst + 1])
        raise DataError(
            f"line {table.line_of(row)}, {layout.title(columns.time)} of {name}",
            f"time goes back from {kept[worst]:.10g} to {kept[worst + 1]:.10g}",
            "sort or split the file, or choose another column with --time-column",
        )


def _lost_rows(table: Table) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return the rows of lost frames: all zero, few in a row, and not most of the file."""
    zero = np.frombuffer(table.zero_rows, np.int64) if len(table.zero_rows) else np.empty(0, np.int64)
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
