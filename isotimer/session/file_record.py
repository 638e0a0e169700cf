"""The hold in a recorded file: where it is, and as much of the file as it needs, in bounded memory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.c3d_file import is_c3d, read_c3d
from isotimer.exchange.exported_hold import ExportedHold, exported_hold
from isotimer.exchange.trace_files import (
    ISOTIMER,
    MOST_ROWS,
    WHOLE_ROWS,
    Choices,
    LongTrace,
    TraceFile,
    read_part,
    read_trace,
)
from isotimer.measures.clean import Clean, clean
from isotimer.measures.span import Span, hold_level, holds_in, whole

BEFORE_S = 10.0
"""So much of the record before a hold is looked at: its rest and its rise."""
AFTER_S = 10.0
"""So much of it after the hold: its zero."""


Edges = tuple[float | None, float | None]
"""Start and end of the hold as asked for, in the file's time; None where its tension is to tell."""


@dataclass(frozen=True, slots=True, eq=False)
class FileRecord:
    """As much of a file's trace as its hold needs."""

    file: TraceFile
    """Its samples, their sign as asked."""
    span: Span
    """The hold."""
    chosen: str
    """How the hold was chosen, in plain words."""
    known: ExportedHold | None = None
    """What the export says of it."""
    began_s: float | None = None
    """First time of the file where only a part of it is kept; else ``file`` says it."""


def file_record(
    path: Path, choices: Choices | None, edges: Edges, *, invert: bool, whole_rows: int = WHOLE_ROWS
) -> FileRecord:
    """Read a file and find its hold.

    Args:
        path: The file.
        choices: Columns and units, where the file does not say them.
        edges: Start and end of the hold, where they are asked for.
        invert: Turn the sign of the force.
        whole_rows: Of a file of more rows only the hold's surroundings are kept.

    Raises:
        WrongUseError: If the file leaves a column or unit open, or start and end do not fit it.
        DataError: If it cannot be read or holds no usable trace, or its hold has too many samples.
    """
    read = read_c3d(path) if is_c3d(path) else read_trace(path, choices, whole_rows=whole_rows)
    _turn(read.force_n, invert)
    own = read.form == ISOTIMER
    known = exported_hold(path) if own and edges == (None, None) else None
    if isinstance(read, LongTrace):
        part = _of_long(path, choices, read, edges, known, invert=invert)
        return replace(part, began_s=read.start_s)
    if known is not None:
        return _exported(read, known)
    usable = clean(read.time_s, read.force_n)
    record = _whole(path, usable)
    span, words, count = _hold(str(path), record, holds_in(usable, read.unit), edges, own=own)
    return FileRecord(read, span, words + _among(count))


def _of_long(
    path: Path,
    choices: Choices | None,
    course: LongTrace,
    edges: Edges,
    known: ExportedHold | None,
    *,
    invert: bool,
) -> FileRecord:
    """Find the hold of a long file by its course, then exactly in the samples around it, read once more."""
    name, own = str(path), course.form == ISOTIMER
    steps = Clean(course.time_s, course.force_n, np.arange(course.time_s.size))
    level = hold_level(steps, course.unit)
    record = Span(course.start_s, course.end_s, False, False)
    if known is not None:
        rough, count = Span(0.0, known.hold_s, True, True), 1
    else:
        found = holds_in(steps, course.unit, level) or (record,)
        rough, _, count = _hold(name, record, found, edges, own=own)
    first = rough.start_s - BEFORE_S - 2 * course.stretch_s
    last = rough.end_s + AFTER_S + 2 * course.stretch_s
    _check_size(name, course, rough, first, last)
    file = read_part(path, choices, first, last)
    _turn(file.force_n, invert)
    if known is not None:
        return _exported(file, known)
    usable = clean(file.time_s, file.force_n)
    part = _whole(path, usable)
    found = (part,) if level is None else holds_in(usable, file.unit, level)
    span, words, _ = _hold(name, part, found, edges, own=own)
    return FileRecord(file, span, words + _among(count, f", seen in steps of {course.stretch_s:g} s"))


def _check_size(name: str, course: LongTrace, hold: Span, first_s: float, last_s: float) -> None:
    """Raise DataError if a part of a long file has more samples than are kept."""
    near = (course.time_s >= first_s) & (course.time_s <= last_s)
    count = int(course.samples[near].sum())
    if count > MOST_ROWS:
        length = hold.end_s - hold.start_s
        raise DataError(
            f"cannot analyse {name}",
            f"its hold of {length:.0f} s has {count} samples, and {MOST_ROWS} are the most",
            "choose a part of it with --start and --end",
        )


def _exported(file: TraceFile, known: ExportedHold) -> FileRecord:
    span = Span(0.0, known.hold_s, True, True)
    return FileRecord(file, span, f"the hold is 0 to {known.hold_s:.2f} s, as holds.csv says", known)


def _turn(force_n: FloatArray, invert: bool) -> None:
    if invert:
        np.negative(force_n, out=force_n)


def _whole(path: Path, usable: Clean) -> Span:
    record = whole(usable)
    if record is None:
        why = usable.fault or "it has too few usable samples"
        raise DataError(f"cannot analyse {path}", why, "check the file and its time column")
    return record


def _hold(
    name: str, record: Span, found: Sequence[Span], edges: Edges, *, own: bool
) -> tuple[Span, str, int]:
    """Return the hold in a record, how it was chosen, and of how many.

    Args:
        name: The file.
        record: All of its trace.
        found: What its tension says are holds.
        edges: What was asked for.
        own: Whether time 0 of the file is the start of the hold.
    """
    start_s, end_s = edges
    _check_edges(name, record, start_s, end_s)
    from_s, asked = start_s, start_s is not None
    if from_s is None and own and record.start_s < 0 < record.end_s:
        from_s = 0.0
    if from_s is not None and end_s is not None:
        return Span(from_s, end_s, True, True), f"the hold is {from_s:.2f} to {end_s:.2f} s as asked", 1
    left = _within(found, from_s, end_s)
    span = max(left, key=lambda s: s.end_s - s.start_s, default=record)
    start = span.start_s if from_s is None else from_s
    end = span.end_s if end_s is None else end_s
    if start >= end:
        start, end = from_s or record.start_s, end_s or record.end_s
    words = f"the hold is {start:.2f} to {end:.2f} s"
    if asked or end_s is not None:
        words += ": one end as asked, the other found by its tension"
    elif from_s is not None:
        words += ": from time 0 of the isotimer trace until tension fell below half of its plateau"
    elif span.rest_before or span.rest_after:
        words += ": tension above half of its plateau"
    else:
        words += ": the whole record"
    return Span(start, end, span.rest_before, span.rest_after), words, len(left)


def _among(count: int, seen: str = "") -> str:
    return f", the longest of {count}{seen}; choose another with --start and --end" if count > 1 else ""


def _within(spans: Sequence[Span], start_s: float | None, end_s: float | None) -> list[Span]:
    """Return what of the holds lies after a start or before an end; of a start the first hold only."""
    low = -math.inf if start_s is None else start_s
    high = math.inf if end_s is None else end_s
    left = [s for s in spans if s.end_s > low and s.start_s < high]
    if start_s is not None:
        return left[:1]
    return left[-1:] if end_s is not None else left


def _check_edges(name: str, record: Span, start_s: float | None, end_s: float | None) -> None:
    reach = f"it reaches from {record.start_s:.2f} to {record.end_s:.2f} s"
    for option, at in (("--start", start_s), ("--end", end_s)):
        if at is not None and not math.isfinite(at):
            raise WrongUseError(f"{option} {at:g} is no time", "", "give seconds")
    start = record.start_s if start_s is None else start_s
    end = record.end_s if end_s is None else end_s
    if start >= end:
        raise WrongUseError(f"no hold of {name} starts at {start:g} and ends at {end:g} s", reach)
    if start >= record.end_s or end <= record.start_s:
        raise WrongUseError(f"there is nothing from {start:g} to {end:g} s in {name}", reach)
