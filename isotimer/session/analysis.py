"""A recorded trace from a file, measured like a hold; no database."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.text import printable
from isotimer.core.units import COUNTS
from isotimer.exchange.exported_hold import exported_hold
from isotimer.exchange.trace_files import ISOTIMER, Choices, TraceFile, read_trace
from isotimer.measures.band import band_measure
from isotimer.measures.clean import Clean, clean
from isotimer.measures.span import Span, holds_in, whole
from isotimer.measures.trace import Trace
from isotimer.session.finish import Measured, measured, view
from isotimer.session.report import measure_lines, measured_json, measures_json
from isotimer.session.snapshot import MeasureView

BEFORE_S = 10.0
"""So much of the record before a hold is looked at: its rest and its rise."""
AFTER_S = 10.0
"""So much of it after the hold: its zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What a file's hold gives."""

    name: str
    start_s: float
    """Where the hold starts in the file's own time."""
    hold_s: float
    samples: int
    rate_hz: float | None
    gaps: tuple[tuple[float, float], ...]
    measures: tuple[MeasureView, ...]
    notices: tuple[str, ...]
    assumed: tuple[str, ...]
    """What was taken for granted, in plain words."""


def analyse_file(
    path: Path,
    choices: Choices | None = None,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    bands_hz: Sequence[tuple[float, float]] = (),
    plate: bool = False,
    invert: bool = False,
) -> Analysis:
    """Measure the hold in a file.

    Args:
        path: The file.
        choices: Columns and units, where the file does not say them.
        start_s: Start of the hold in the file's own time; found by its tension if None.
        end_s: Its end; found by its tension if None.
        bands_hz: Bands whose RMS is wanted besides.
        plate: Whether a person stands on the sensor.
        invert: Turn the sign of the force.

    Raises:
        WrongUseError: If the file leaves a column or unit open, or start and end do not fit it.
        DataError: If it cannot be read or holds no usable trace.
    """
    file = read_trace(path, choices)
    time_s, force_n = file.time_s, -file.force_n if invert else file.force_n
    known = exported_hold(path) if file.form == ISOTIMER and start_s is None and end_s is None else None
    if known is not None:
        span, chosen = (
            Span(0.0, known.hold_s, True, True),
            f"the hold is 0 to {known.hold_s:.2f} s, as holds.csv says",
        )
    else:
        span, chosen = _span(str(path), file, clean(time_s, force_n), start_s, end_s)
    near = (time_s >= span.start_s - BEFORE_S) & (time_s <= span.end_s + AFTER_S)
    if not near.all():
        time_s, force_n = time_s[near], force_n[near]
    trace = Trace(
        time_s=np.asarray(time_s - span.start_s),
        force_n=np.asarray(force_n),
        hold_s=span.end_s - span.start_s,
        unit=file.unit,
        plate=plate,
        planned_s=known.planned_s if known else None,
        mode=known.mode if known else "",
        end=known.end if known else "",
        target_n=known.target_n if known else None,
        low_n=known.low_n if known else None,
        high_n=known.high_n if known else None,
    )
    rows = [band_measure(band) for band in bands_hz]
    done = measured(trace, more=rows, zero_known=file.unit != COUNTS)
    names = {row.id: row.name for row in rows}
    return Analysis(
        name=str(path),
        start_s=span.start_s,
        hold_s=trace.hold_s,
        samples=int(done.prepared.hold[0].size),
        rate_hz=done.prepared.rate_hz,
        gaps=() if done.prepared.fault else done.prepared.gaps,
        measures=tuple(view(v, names.get(v.id, "")) for v in done.values),
        notices=(*_signs(file, done, invert), *done.notices),
        assumed=(*file.assumed, *(("the sign of the force was turned",) if invert else ()), chosen),
    )


def analysis_json(result: Analysis) -> dict[str, Any]:
    """Return the object that ``analyse --json`` prints: that of a hold, nothing known about the athlete."""
    unknown = ("hold", "position", "phase", "side", "mode", "planned_s")
    return {
        **dict.fromkeys(unknown),
        **measured_json(result.hold_s, None, result.samples, result.rate_hz, result.gaps),
        "measures": measures_json(result.measures),
        "notices": list(result.notices),
        "file": result.name,
        "start_s": round(result.start_s, 6),
        "assumed": list(result.assumed),
    }


def analysis_lines(result: Analysis) -> list[str]:
    """Return an analysis in words."""
    head = f"{printable(result.name)}: {result.hold_s:.2f} s from {result.start_s:.2f} s on"
    lines = [head, *(f"  ! {notice}" for notice in result.notices)]
    return [*lines, *measure_lines(result.samples, result.rate_hz, result.gaps, result.measures)]


def _span(
    name: str, file: TraceFile, usable: Clean, start_s: float | None, end_s: float | None
) -> tuple[Span, str]:
    """Return the hold in a record, and how it was chosen."""
    record = whole(usable)
    if record is None:
        why = usable.fault or "it has too few usable samples"
        raise DataError(f"cannot analyse {name}", why, "check the file and its time column")
    _check_edges(name, record, start_s, end_s)
    from_s, asked = start_s, start_s is not None
    if from_s is None and file.form == ISOTIMER and record.start_s < 0 < record.end_s:
        from_s = 0.0
    if from_s is not None and end_s is not None:
        return Span(from_s, end_s, True, True), f"the hold is {from_s:.2f} to {end_s:.2f} s as asked"
    found = _within(holds_in(usable, file.unit), from_s, end_s)
    span = max(found, key=lambda s: s.end_s - s.start_s, default=record)
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
    if len(found) > 1:
        words += f", the longest of {len(found)}; choose another with --start and --end"
    return Span(start, end, span.rest_before, span.rest_after), words


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


def _signs(file: TraceFile, done: Measured, invert: bool) -> list[str]:
    """Return what looks wrong with a file as such."""
    signs = []
    if (back := int((np.diff(file.time_s) < 0).sum())) > 0:
        signs.append(f"Time goes back {back} times in the file; its samples were put in order.")
    _, force = done.prepared.hold
    if force.size and float(np.ptp(force)) == 0.0:
        signs.append(f"Every sample of the hold is {force[0]:g}: the sensor may have been stuck.")
    if not invert and file.unit != COUNTS and force.size and float(np.median(force)) < 0:
        signs.append("Tension is below zero: if pull is negative in this file, add --invert.")
    usable = done.prepared.clean.time_s.size
    finite = np.isfinite(done.prepared.trace.time_s) & np.isfinite(done.prepared.trace.force_n)
    if (twice := int(finite.sum()) - usable) > 0 and not done.prepared.clean.batched:
        signs.append(f"{twice} samples repeat a time or are lost frames; they were left out.")
    return signs
