"""Numbers of stored holds derived anew from raw values, by the present algorithm or another calibration."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan import End
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.session.finish import Finished, finish_hold
from isotimer.session.rig_hold import devices_of, lines_on_rig
from isotimer.session.stored import Sensors, step_of
from isotimer.session.told import told_of_json
from isotimer.store import queries
from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldFinish, Row
from isotimer.store.traces import Trace

Zero = Literal["hold", "calibration"]
"""Whose zero is used: the tare that the hold was made with, or the one stored with the calibration."""


_PIECE = 50
"""Holds that a process is given at a time."""
_WORTH = 100
"""Fewer holds than this are done before other processes have started."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a recomputation has done."""

    holds: int
    """Holds looked at."""
    changed: tuple[str, ...]
    """Keys of the holds of which something changed."""
    failed: tuple[str, ...]
    """One sentence for each hold that could not be derived; it was left as it was."""


def recompute(
    database: Path,
    *,
    hold_ids: Sequence[str] = (),
    since: datetime | None = None,
    calibration_ids: Sequence[str] = (),
    zero: Zero = "hold",
    device_folders: Sequence[Path] = (),
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Recomputed:
    """Derive all measures anew from raw traces; a second run changes nothing.

    Each hold is changed whole or not at all. Raw values are never touched, so that a wrong choice of
    calibration can be put right in the same way.

    Args:
        database: The store's file.
        hold_ids: Only these holds; all if empty.
        since: Only those started then or later (aware).
        calibration_ids: Stored calibrations in the place of those the holds were made with, one per channel;
            only holds of their device are then looked at.
        zero: Whose zero goes with such a calibration. A hold that was never tared has none of its own.
        device_folders: Where device files are.
        jobs: Processes that derive; only this one writes.
        progress: Called with (holds done, holds in all).

    Raises:
        WrongUseError: If there is no such hold or calibration, or it is of another device.
        DataError: If there is no database, or it cannot be read or written.
    """
    if not database.exists():
        raise DataError(f"there is no database at {database}", "", "do a hold first, or name one with --db")
    changed: list[str] = []
    failed: list[str] = []
    with open_store(database) as store:
        lines = _lines(store, calibration_ids)
        rows = _chosen(store, hold_ids, since, lines)
        work = _Work(database, tuple(lines), zero, tuple(device_folders))
        for done, (row, found) in enumerate(zip(rows, _all_derived(work, rows, jobs), strict=True)):
            progress(done, len(rows))
            if isinstance(found, str):
                failed.append(found)
            elif found is not None:
                try:
                    _keep(store, row["hold_id"], found)
                    changed.append(row["hold_id"])
                except DataError as e:
                    failed.append(e.sentence)
        progress(len(rows), len(rows))
    return Recomputed(len(rows), tuple(changed), tuple(failed))


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process must know to derive holds."""

    database: Path
    lines: tuple[Row, ...]
    zero: Zero
    device_folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Derived:
    """What has changed in one hold."""

    done: Finished
    trace: Trace | None
    """Under the other calibration; None if the trace stays as it is."""
    ids: tuple[str, ...]
    """Calibrations of that trace."""


def _keep(store: Store, hold_id: str, found: _Derived) -> None:
    store.rederive_hold(hold_id, found.done.finish, found.done.measures, found.trace, found.ids)


def _all_derived(work: _Work, rows: Sequence[Row], jobs: int) -> Iterator[_Derived | str | None]:
    """Yield what has changed in each hold, None for nothing, a sentence where it cannot be derived."""
    if jobs <= 1 or len(rows) < _WORTH:
        yield from _derive_some(work, rows)
        return
    pieces = [rows[at : at + _PIECE] for at in range(0, len(rows), _PIECE)]
    # Started afresh, not forked: this process has threads and an open database.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_derived_piece, [work] * len(pieces), pieces):
            yield from found


def _derived_piece(work: _Work, rows: Sequence[Row]) -> list[_Derived | str | None]:
    return list(_derive_some(work, rows))


def _derive_some(work: _Work, rows: Sequence[Row]) -> Iterator[_Derived | str | None]:
    sensors = Sensors(work.device_folders)
    with open_store(work.database, readonly=True) as store:
        for row in rows:
            try:
                yield _derive(store, row, work.lines, work.zero, sensors)
            except DataError as e:
                yield e.sentence


def _lines(store: Store, ids: Sequence[str]) -> list[Row]:
    """Return the calibrations of these keys, which must be of one device and of different channels."""
    known = {row["id"]: row for row in queries.calibrations(store)}
    for one in ids:
        if one not in known:
            raise WrongUseError(
                f"there is no calibration '{one}'", "", "list them with 'isotimer db calibrations'"
            )
    lines = [known[one] for one in ids]
    if len({line["device_id"] for line in lines}) > 1:
        raise WrongUseError("these calibrations are of different devices", "", "give those of one device")
    if len({line["channel"] for line in lines}) < len(lines):
        raise WrongUseError("two of these calibrations are of one channel", "", "give one per channel")
    return lines


def _chosen(store: Store, ids: Sequence[str], since: datetime | None, lines: Sequence[Row]) -> list[Row]:
    rows = queries.holds(store, ids=list(ids) if ids else None, since=since)
    missing = set(ids) - {row["hold_id"] for row in rows}
    if missing:
        raise WrongUseError(f"there is no finished hold '{min(missing)}'", "", "check the id")
    if not lines:
        return rows
    own = [row for row in rows if lines[0]["device_id"] in devices_of(row)]
    if ids and len(own) < len(rows):
        other = next(row["hold_id"] for row in rows if lines[0]["device_id"] not in devices_of(row))
        raise WrongUseError(
            f"hold {other} was made with another device than {lines[0]['device']}",
            "",
            "give a calibration of its own device",
        )
    return own


def _derive(store: Store, row: Row, lines: Sequence[Row], zero: Zero, sensors: Sensors) -> _Derived | None:
    """Derive one hold anew; return what has changed, None if nothing has."""
    if row["hold_s"] is None:
        return None
    trace = queries.trace(store, row["hold_id"])
    if trace is None and row["device_id"] is not None:
        # Numbers that came without their samples are all there is.
        return None
    fresh: Trace | None = None
    ids = list(row["calibration_ids"])
    about = sensors.circumstances(row)
    if lines and trace is not None:
        fresh, ids = recalibrated(trace, row, lines, zero)
        about = replace(about, noise_floor_n=_scaled(about.noise_floor_n, trace, fresh))
    used = fresh or trace
    done = finish_hold(
        row["hold_id"],
        step_of(row),
        End(row["end"]),
        row["why"],
        0.0,
        row["hold_s"],
        used.block() if used is not None else None,
        about,
        told_of_json(row["step"]),
    )
    new_trace = fresh if fresh is not None and trace is not None and not _same(fresh, trace) else None
    if new_trace is None and ids == row["calibration_ids"] and not _differs(store, row, done):
        return None
    return _Derived(done, fresh, tuple(ids))


def recalibrated(trace: Trace, row: Row, lines: Sequence[Row], zero: Zero) -> tuple[Trace, list[str]]:
    """Return a trace under other calibrations, and the keys of all that are then in use.

    Args:
        trace: The trace as it is.
        row: Its hold (a row of v_holds).
        lines: Calibrations (rows of ``queries.calibrations``), one per channel to change.
        zero: Whose zero is used.

    Raises:
        DataError: If a channel is not there, or the hold would be partly in counts.
    """
    channels = trace.raw.shape[1]
    lines = lines_on_rig(row, lines)
    name = f"hold {row['hold_id']}"
    if any(line["channel"] >= channels for line in lines):
        raise DataError(f"cannot calibrate {name}", f"it has {channels} channels", "check the calibration")
    if trace.unit == COUNTS and len(lines) < channels:
        raise DataError(
            f"cannot calibrate {name}",
            f"it is in counts and has {channels} channels, {len(lines)} would be calibrated",
            "give a calibration for each channel",
        )
    if trace.unit == COUNTS and any(line["slope_n_per_raw"] == 1.0 and not line["points"] for line in lines):
        raise DataError(
            f"cannot calibrate {name}", "that calibration is a tare only", "give one with known weights"
        )
    old_ids: list[str] = list(row["calibration_ids"])
    tared = bool(old_ids) or any(z != 0.0 for z in trace.zero_raw)
    zeros, slopes, force = list(trace.zero_raw), list(trace.slope_n_per_raw), trace.force_n.copy()
    for line in lines:
        c = line["channel"]
        own = zero == "hold" and tared
        new_zero = zeros[c] if own else float(line["zero_raw"])
        new_slope = float(line["slope_n_per_raw"])
        force[:, c] = _force(trace, c, new_zero, new_slope, own=own)
        zeros[c], slopes[c] = new_zero, new_slope
    named = [line["id"] for line in lines]
    if len(old_ids) == channels:
        named = old_ids
        for line in lines:
            named[line["channel"]] = line["id"]
    fresh = replace(trace, force_n=force, unit=NEWTONS, zero_raw=tuple(zeros), slope_n_per_raw=tuple(slopes))
    return fresh, named


def _force(trace: Trace, channel: int, zero: float, slope: float, *, own: bool) -> FloatArray:
    """Return the force of one channel under another line."""
    raw, old = trace.raw[:, channel], trace.force_n[:, channel]
    old_zero, old_slope = trace.zero_raw[channel], trace.slope_n_per_raw[channel]
    if own and old_slope and not np.array_equal((raw - old_zero) * old_slope, old, equal_nan=True):
        # Tared again in the middle: only the force knows the zero of each moment.
        scaled: FloatArray = old * (slope / old_slope)
        return scaled
    force: FloatArray = (raw - zero) * slope
    return force


def _scaled(floor_n: float | None, before: Trace, after: Trace) -> float | None:
    """Return a noise floor measured earlier under another calibration; None if it cannot be known."""
    if floor_n is None or before.unit == COUNTS or 0.0 in before.slope_n_per_raw:
        return None
    pairs = zip(after.slope_n_per_raw, before.slope_n_per_raw, strict=True)
    ratios = {abs(new / old) for new, old in pairs}
    return floor_n * ratios.pop() if len(ratios) == 1 else None


def _same(a: Trace, b: Trace) -> bool:
    return (
        (a.unit, a.zero_raw, a.slope_n_per_raw) == (b.unit, b.zero_raw, b.slope_n_per_raw)
    ) and np.array_equal(a.force_n, b.force_n, equal_nan=True)


def _differs(store: Store, row: Row, done: Finished) -> bool:
    if sorted(done.measures, key=lambda m: m.id) != queries.measures(store, row["hold_id"]):
        return True
    return _derived(done.finish) != {name: row[name] for name in _derived(done.finish)}


def _derived(finish: HoldFinish) -> dict[str, object]:
    """Return the columns of a hold that its raw values give, as rows of v_holds have them."""
    return {
        "samples": finish.samples,
        "rate_hz": finish.rate_hz,
        "gaps": [{"at_s": at_s, "length_s": length_s} for at_s, length_s in finish.gaps],
        "zero_before_n": finish.zero_before_n,
        "zero_after_n": finish.zero_after_n,
        "noise_floor_n": finish.noise_floor_n,
        "warnings": list(finish.warnings),
    }
