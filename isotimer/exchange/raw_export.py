"""Traces in the shape of other programs' raw files: Chronojump's and the Tindeq app's."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from isotimer.core.block import FloatArray, IntArray
from isotimer.core.errors import WrongUseError
from isotimer.core.units import NEWTONS, STANDARD_GRAVITY
from isotimer.exchange.columns import Column, Kind, Row
from isotimer.exchange.export_data import Export, Written
from isotimer.exchange.files import open_folder, safe_part, write_whole
from isotimer.exchange.text_cells import cell, line
from isotimer.exchange.trace_table import SeenByRig, TraceLike

_INDEX: tuple[Column, ...] = tuple(
    Column(name, Kind.TEXT, "")
    for name in (
        "file",
        "hold_id",
        "athlete",
        "started_local",
        "position",
        "side",
        "mode",
        "setup",
        "rig_name",
    )
)

_Lines = Callable[[Row, TraceLike], Iterator[str]]


def write_chronojump(folder: Path, export: Export, separator: str | None, decimal: str | None) -> Written:
    """Write one file per trace as Chronojump captures it, and index.csv that tells whose each is.

    Whole microseconds from the first sample and newtons; the name ends with the local date and time.

    Raises:
        WrongUseError: If another separator than a semicolon is asked for.
        DataError: If something cannot be written.
    """
    if separator not in (None, ";") or decimal not in (None, ".", ","):
        raise WrongUseError("Chronojump separates by semicolons", "", "leave --separator out")
    sign = decimal or "."

    def lines(hold: Row, trace: TraceLike) -> Iterator[str]:
        yield "Time (micros);Force(N)\n"
        time_ns, force_n = _samples(trace)
        for ns, newtons in zip((time_ns - time_ns[:1]).tolist(), force_n.tolist(), strict=True):
            yield f"{round(ns / 1000)};{_number(newtons, sign)}\n"

    return _write(folder, export, lines)


def write_tindeq(folder: Path, export: Export, separator: str | None, decimal: str | None) -> Written:
    """Write one file per trace as the Tindeq app exports it, and index.csv that tells whose each is.

    Seconds from the first sample and kilograms; the date is written year-day-month, as the app does.

    Raises:
        WrongUseError: If other signs than comma and point are asked for.
        DataError: If something cannot be written.
    """
    if separator not in (None, ",") or decimal not in (None, "."):
        raise WrongUseError("the Tindeq app writes commas and decimal points", "", "leave the signs out")

    def lines(hold: Row, trace: TraceLike) -> Iterator[str]:
        at = datetime.fromisoformat(str(hold["started_local"]))
        tag = f"{hold['position']} {hold['side']}"
        yield "date,tag,comment,unit\n"
        yield line([f"{at:%Y-%d-%m %H:%M:%S}", cell(tag), cell(str(hold["athlete"])), "SI"], ",")
        yield "\ntime,weight\n"
        time_ns, force_n = _samples(trace)
        seconds, kg = (time_ns - time_ns[:1]) / 1e9, force_n / STANDARD_GRAVITY
        for s, value in zip(seconds.tolist(), kg.tolist(), strict=True):
            yield f"{s!r},{_number(value, '.')}\n"

    return _write(folder, export, lines)


def _write(folder: Path, export: Export, lines: _Lines) -> Written:
    folder = open_folder(Path(folder))
    paths: list[Path] = []
    index: list[list[str]] = []
    taken: set[str] = set()
    in_counts = 0
    for hold, trace in export.traces([key.hold_id for key in export.keys if key.has_trace]):
        if trace.unit != NEWTONS:
            in_counts += 1
            continue
        name = _name(hold, taken)
        paths.append(write_whole(folder / name, lines(hold, trace)))
        index.append([name, *(cell(hold.get(column.name)) for column in _INDEX[1:])])
    head = [line([column.name for column in _INDEX], ",")]
    paths.insert(0, write_whole(folder / "index.csv", [*head, *(line(row, ",") for row in index)]))
    without = sum(not key.has_trace for key in export.keys)
    left_out = []
    if in_counts:
        left_out.append(f"{in_counts} holds of a sensor that is not calibrated have no newtons")
    if without:
        left_out.append(f"{without} holds without a sensor have no trace")
    return Written(tuple(paths), len(paths) - 1, tuple(left_out))


def _name(hold: Row, taken: set[str]) -> str:
    """Return a file's name: athlete, position, side, then the local date and time as Chronojump writes it."""
    parts = [safe_part(str(hold.get(name) or ""), name) for name in ("athlete", "position", "side")]
    at = datetime.fromisoformat(str(hold["started_local"]))
    stem = "_".join([*parts, f"{at:%Y-%m-%d_%H-%M-%S}"])
    name, number = f"{stem}.csv", 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}.csv"
    taken.add(name)
    return name


def _samples(trace: TraceLike) -> tuple[IntArray, FloatArray]:
    """Return (time_ns, tension) of the samples that have a value."""
    force_n = trace.tension_n if isinstance(trace, SeenByRig) else trace.force_n.sum(axis=1)
    there = ~np.isnan(force_n)
    return trace.time_ns[there], force_n[there]


def _number(value: float, decimal: str) -> str:
    return repr(value + 0.0).replace(".", decimal)
