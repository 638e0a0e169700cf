"""A recorded trace from a file, measured like a hold; no database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from isotimer.core.text import printable
from isotimer.core.units import COUNTS
from isotimer.exchange.c3d_file import PlateFile
from isotimer.exchange.trace_files import WHOLE_ROWS, Choices, TraceFile
from isotimer.measures.band import band_measure
from isotimer.measures.trace import Trace
from isotimer.session.file_record import AFTER_S, BEFORE_S, file_record
from isotimer.session.finish import Measured, measured, view
from isotimer.session.report import measure_lines, measured_json, measures_json
from isotimer.session.snapshot import MeasureView


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
    plate: bool | None = None,
    invert: bool = False,
    whole_rows: int = WHOLE_ROWS,
) -> Analysis:
    """Measure the hold in a file.

    Args:
        path: The file.
        choices: Columns and units, where the file does not say them.
        start_s: Start of the hold in the file's own time; found by its tension if None.
        end_s: Its end; found by its tension if None.
        bands_hz: Bands whose RMS is wanted besides.
        plate: Whether a person stands on the sensor; told by the names of the columns if None.
        invert: Turn the sign of the force.
        whole_rows: Of a file of more rows only the hold's surroundings are kept in memory.

    Raises:
        WrongUseError: If the file leaves a column or unit open, or start and end do not fit it.
        DataError: If it cannot be read or holds no usable trace.
    """
    record = file_record(path, choices, (start_s, end_s), invert=invert, whole_rows=whole_rows)
    file, span, known = record.file, record.span, record.known
    near = (file.time_s >= span.start_s - BEFORE_S) & (file.time_s <= span.end_s + AFTER_S)
    time_s, force_n = (a if near.all() else a[near] for a in (file.time_s, file.force_n))
    on_plate = bool(file.plate) if plate is None else plate
    trace = Trace(
        time_s=np.asarray(time_s - span.start_s),
        force_n=np.asarray(force_n),
        hold_s=span.end_s - span.start_s,
        unit=file.unit,
        plate=on_plate,
        planned_s=known.planned_s if known else None,
        mode=known.mode if known else "",
        end=known.end if known else "",
        target_n=known.target_n if known else None,
        low_n=known.low_n if known else None,
        high_n=known.high_n if known else None,
    )
    if isinstance(file, PlateFile) and file.centre_mm is not None:
        trace = replace(trace, centre_mm=file.centre_mm if near.all() else file.centre_mm[near])
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
        assumed=(*file.assumed, *_taken(file, plate, invert), record.chosen),
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


def _taken(file: TraceFile, plate: bool | None, invert: bool) -> list[str]:
    """Return what else was taken for granted."""
    taken = []
    if plate is None and file.plate:
        taken.append(f"a person stands on the sensor, a plate by its columns {file.plate}; else --no-plate")
    if invert:
        taken.append("the sign of the force was turned")
    return taken


def _signs(file: TraceFile, done: Measured, invert: bool) -> list[str]:
    """Return what looks wrong with a file as such."""
    signs = []
    if (back := int((np.diff(file.time_s) < 0).sum())) > 0:
        often = "once" if back == 1 else f"{back} times"
        signs.append(f"Time goes back {often} in the file; its samples were put in order.")
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
