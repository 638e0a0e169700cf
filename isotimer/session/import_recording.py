"""A recording of another program into a database: measured and kept like a hold done here."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import file_digest, sha256
from pathlib import Path

import numpy as np

from isotimer import __version__
from isotimer.core.block import Block, Flag
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan import End, HoldStep, Mode, Side
from isotimer.core.positions import Position
from isotimer.core.text import printable
from isotimer.exchange.dates import header_cell, recorded_at
from isotimer.exchange.trace_files import Choices
from isotimer.measures.clean import clean
from isotimer.measures.resample import longest_filled
from isotimer.session.file_record import AFTER_S, BEFORE_S, Edges, FileRecord, file_record
from isotimer.session.finish import Circumstances, Finished, finish_hold
from isotimer.session.told import NOTHING, step_json
from isotimer.store import inbound
from isotimer.store.database import Store
from isotimer.store.ids import key_from, stamp
from isotimer.store.setups import setup_named
from isotimer.store.traces import Trace

_PLAN = json.dumps({"name": "imported"})


def take_recording(
    store: Store,
    into: Store,
    path: Path,
    athlete_id: str,
    *,
    position: Position,
    side: str,
    mode: str,
    setup: str,
    at: datetime | None,
    order: str,
    choices: Choices,
    edges: Edges,
    invert: bool,
) -> list[str]:
    """Put the hold of a recording into a scratch database; return what is to be told.

    The same file with the same answers is the same hold: it gets the same key and is kept once.

    Args:
        store: The database in use.
        into: The scratch database, within ``writing``.
        path: The file.
        athlete_id: Whose it is; in the scratch database too.
        position: Of the hold.
        side: Of the hold.
        mode: Of the hold.
        setup: Name of the setup; empty if none was stated.
        at: When the recording began, aware; the file or its name says it if None.
        order: Order of its dates.
        choices: Columns and units, where the file does not say them.
        edges: Start and end of the hold, where they are asked for.
        invert: Turn the sign of the force.

    Raises:
        WrongUseError: If the file leaves something open.
        DataError: If it cannot be read, holds no usable trace or does not say when it was recorded.
    """
    try:
        with path.open("rb") as file:
            content = file_digest(file, "sha256").hexdigest()
    except OSError as e:
        raise DataError(f"cannot read {path}", (e.strerror or str(e)).lower(), "check the name") from None
    answers = [content, athlete_id, position.id, side, mode, setup, list(edges), invert]
    digest = sha256(json.dumps(answers).encode()).digest()
    if (known := inbound.was_imported(store, digest.hex())) or inbound.was_imported(into, digest.hex()):
        when = f" on {known['imported_at'][:10]}" if known else ""
        return [f"{path} was imported{when} already; nothing was added."]
    record = file_record(path, choices, edges, invert=invert)
    told = [f"{path}: {sentence}" for sentence in (*record.file.assumed, record.chosen)]
    if at is None:
        found = recorded_at(path, record.file.form, order)
        if found is None:
            raise DataError(
                f"cannot import {path}",
                "neither it nor its name says when it was recorded",
                "say it with --at 2026-05-01T17:30",
            )
        at, how = found
        told.append(f"{path}: {how}")
    if record.file.plate:
        told.append(f"{path}: only the sum of the plate is kept, without its centre of pressure")
    began_s = float(np.nanmin(record.file.time_s)) if record.began_s is None else record.began_s
    started = at + timedelta(seconds=record.span.start_s - began_s)
    step = HoldStep(position.id, Side(side), None, Mode(mode), setup=setup)
    block = _block(record)
    hold_id = key_from(sha256(digest + b"hold").digest(), started)
    why = f"imported from {printable(path.name, 100)}"
    hold_s = record.span.end_s - record.span.start_s
    done = finish_hold(hold_id, step, End.COMPLETED, why, 0.0, hold_s, block, Circumstances())
    session_id = _session(store, into, athlete_id, started)
    setup_id = _setup(store, into, athlete_id, position.id, setup)
    row = _row(hold_id, session_id, setup_id, position, step, started, done, block)
    row["step_index"] = _next_step(store, into, session_id)
    inbound.keep(into, "holds", row, str(path))
    inbound.keep_trace(into, hold_id, Trace.of(block, 0.0, (0.0,), (1.0,)))
    for measure in done.measures:
        inbound.keep(into, "measures", {"hold_id": hold_id, **asdict(measure)}, str(path))
    _remarks(into, path, hold_id, started)
    inbound.remember(into, digest.hex(), printable(path.name, 200), record.file.form, len(block.time_s))
    return told


def _block(record: FileRecord) -> Block:
    """Return the samples of the hold and around it, time from its start, missing stretches marked."""
    time_s, force_n = record.file.time_s, record.file.force_n
    near = (time_s >= record.span.start_s - BEFORE_S) & (time_s <= record.span.end_s + AFTER_S)
    usable = clean(time_s[near], force_n[near])
    time = np.rint((usable.time_s - record.span.start_s) * 1e9) / 1e9
    steps = np.diff(time)
    flags = np.zeros(time.size, np.uint8)
    if steps.size:
        flags[1:][steps > longest_filled(1 / float(np.median(steps)))] |= int(Flag.GAP_BEFORE)
    force = np.ascontiguousarray(usable.force_n[:, None])
    return Block(time, force, force, flags, record.file.unit)


def _row(
    hold_id: str,
    session_id: str,
    setup_id: str | None,
    position: Position,
    step: HoldStep,
    started: datetime,
    done: Finished,
    block: Block,
) -> dict[str, object]:
    at, offset_min = stamp(started)
    finish = asdict(done.finish)
    gaps = [{"at_s": at_s, "length_s": length_s} for at_s, length_s in done.finish.gaps]
    texts = {"gaps": gaps, "warnings": list(done.finish.warnings)}
    return {
        **finish,
        **{name: json.dumps(value, ensure_ascii=False) for name, value in texts.items()},
        "hold_id": hold_id,
        "session_id": session_id,
        "started_at": at,
        "started_offset_min": offset_min,
        "position": position.id,
        "phase": position.phase.value,
        "side": step.side.value,
        "mode": step.mode.value,
        "set_no": 1,
        "rep_no": 1,
        "attempt": 1,
        "planned_s": None,
        "start_mode": "force",
        "start_s": 0.0,
        "setup_id": setup_id,
        "unit": block.unit,
        "channels": '["force"]',
        "zero_raw": "[0.0]",
        "slope_n_per_raw": "[1.0]",
        "calibration_ids": "[]",
        "step": step_json(step, NOTHING),
    }


def _session(store: Store, into: Store, athlete_id: str, started: datetime) -> str:
    """Return the session of all that is imported of an athlete's day, made with the first."""
    day = started.replace(hour=0, minute=0, second=0, microsecond=0)
    key = key_from(sha256(f"{athlete_id} {day:%Y-%m-%d} imported".encode()).digest(), day)
    inbound.lend(store, into, "session", [key])
    if not inbound.has_session(into, key):
        at, offset_min = stamp(started)
        row: dict[str, object] = {
            "session_id": key,
            "athlete_id": athlete_id,
            "plan": _PLAN,
            "app_version": __version__,
        }
        row |= {"started_at": at, "started_offset_min": offset_min}
        inbound.keep(into, "sessions", row | {"ended_at": at, "ended_offset_min": offset_min}, "the session")
    return key


def _next_step(store: Store, into: Store, session_id: str) -> int:
    return sum(inbound.session_holds(one, session_id) for one in (store, into))


def _setup(store: Store, into: Store, athlete_id: str, position: str, name: str) -> str | None:
    if not name:
        return None
    known = setup_named(store, athlete_id, position, name)
    if known is None:
        raise WrongUseError(
            f"there is no setup '{printable(name, 40)}'", "", "make it in the app, or leave --setup out"
        )
    inbound.lend(store, into, "setup", [known.id])
    return known.id


def _remarks(into: Store, path: Path, hold_id: str, started: datetime) -> None:
    """Keep what a Tindeq export says under tag and comment as a remark about the hold."""
    cells = (header_cell(path, name) for name in ("tag", "comment"))
    text = ", ".join(cell[1] for cell in cells if cell is not None and cell[1])
    if not text:
        return
    at, offset_min = stamp(started)
    row: dict[str, object] = {
        "note_id": key_from(sha256(f"{hold_id} remark".encode()).digest(), started),
        "about": "hold",
    }
    row |= {"about_id": hold_id, "text": text[:1000], "created_at": at, "created_offset_min": offset_min}
    inbound.keep(into, "notes", row | {"updated_at": at}, str(path))
