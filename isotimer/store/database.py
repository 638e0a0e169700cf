"""The store: all that is written goes through one object, bound to the thread that opened it."""

import math
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from isotimer import __version__
from isotimer.core.block import Block
from isotimer.core.errors import DataError
from isotimer.store.connection import json_text
from isotimer.store.faults import explained
from isotimer.store.ids import new_id, stamp
from isotimer.store.journal import join_rows, pack_block
from isotimer.store.leftovers import sweep
from isotimer.store.marks import Marks
from isotimer.store.opening import backup_name, backup_to, open_database
from isotimer.store.process import lives_elsewhere, this_process
from isotimer.store.queries import holds, problems
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow, Unfinished
from isotimer.store.traces import CODEC, Trace, encode_trace

_DERIVED = ("samples", "rate_hz", "gaps", "zero_before_n", "zero_after_n", "noise_floor_n", "warnings")
"""Columns of a hold that its raw values give."""


class Store(Marks):
    """Sessions, holds and their journal, besides people and equipment."""

    def start_session(
        self, athlete_id: str, plan_json: str, started_at: datetime | None = None, plan_id: str | None = None
    ) -> str:
        """Begin a session and return its key.

        Args:
            athlete_id: Who trains.
            plan_json: The plan as it is run, as JSON; it stays with the session.
            started_at: Aware time; now if None.
            plan_id: The stored plan that it came from.
        """
        at, offset_min = stamp(started_at)
        session_id = new_id()
        row = {"id": session_id, "athlete_id": athlete_id, "plan_id": plan_id, "plan": plan_json}
        row |= {"process": this_process(), "app_version": __version__}
        with self.writing():
            self.insert("session", row | {"started_at": at, "started_offset_min": offset_min})
        return session_id

    def end_session(self, session_id: str, ended_at: datetime | None = None) -> None:
        """Note that a session is over."""
        at, offset_min = stamp(ended_at)
        with self.writing():
            self.update("session", session_id, {"ended_at": at, "ended_offset_min": offset_min})

    def begin_hold(self, start: HoldStart) -> str:
        """Note that a hold begins and return its key; its end stays open until ``finish_hold``."""
        at, offset_min = stamp(start.started_at)
        hold_id = new_id()
        row = asdict(start)
        for name in ("calibration_ids", "channels", "zero_raw", "slope_n_per_raw", "device_ids"):
            row[name] = json_text(list(row[name]))
        row |= {"id": hold_id, "started_at": at, "started_offset_min": offset_min}
        with self.writing():
            self.insert("hold", row)
        return hold_id

    def append_journal(self, hold_id: str, seq: int, block: Block, *, to_disk: bool = False) -> None:
        """Write samples of a running hold, so that the end of this process cannot take them away.

        Args:
            hold_id: The hold.
            seq: Rises with every block of this hold.
            block: On session time. It may hold times without channels, so that a hold without a
                sensor leaves a sign of how long it lasted.
            to_disk: Return only when the disk has it, and all that was written before: neither can a
                power cut take it away.

        Raises:
            DataError: If the database cannot be written; what was written before is safe.
        """
        row = {"hold_id": hold_id, "seq": seq, "data": pack_block(block)}
        with explained(self.path, "write to"), self._to_disk() if to_disk else nullcontext():
            self.insert("journal", row)

    def finish_hold(
        self, hold_id: str, finish: HoldFinish, trace: Trace | None, measures: Iterable[MeasureRow] = ()
    ) -> None:
        """Keep a hold that is over: columns, trace and measures, and clear its journal, all or nothing.

        It is on the disk itself when this returns. A hold may be finished again (a recovery that
        came too early); the later call decides.

        Args:
            hold_id: The hold.
            finish: How it ended.
            trace: Its samples; None without a sensor.
            measures: Its numbers. One that is not finite is kept as absent.

        Raises:
            DataError: If there is no such hold or the database cannot be written; the journal then
                still holds everything that was appended.
        """
        row = _finished_columns(finish)
        packed = None if trace is None else encode_trace(trace)
        if trace is not None:
            row |= {"unit": trace.unit}
            row |= {n: json_text(list(getattr(trace, n))) for n in ("zero_raw", "slope_n_per_raw")}
        with self._to_disk(), self.writing():
            if not self.update("hold", hold_id, row):
                raise DataError(
                    f"cannot keep hold {hold_id} in {self.path}", "it is not there", "run 'isotimer db check'"
                )
            self.db.execute("DELETE FROM trace WHERE hold_id = ?", [hold_id])
            if trace is not None:
                size = {"samples": len(trace), "channels": trace.raw.shape[1]}
                self.insert("trace", {"hold_id": hold_id, "codec": CODEC, "data": packed, **size})
            self._set_measures(hold_id, measures)
            self.db.execute("DELETE FROM journal WHERE hold_id = ?", [hold_id])

    def replace_measures(self, hold_id: str, measures: Iterable[MeasureRow]) -> None:
        """Put newly derived measures in the place of a hold's earlier ones."""
        with self.writing():
            self._set_measures(hold_id, measures)

    def rederive_hold(
        self,
        hold_id: str,
        finish: HoldFinish,
        measures: Iterable[MeasureRow],
        trace: Trace | None = None,
        calibration_ids: Sequence[str] = (),
    ) -> None:
        """Put what was newly derived from raw values in the place of what stood there, all or nothing.

        How the hold ended, when and for how long, stays as it is.

        Args:
            hold_id: The hold.
            finish: Its samples, rate, gaps, zeros, noise floor and warnings are taken, None included.
            measures: Its numbers.
            trace: The same raw values under another calibration; None to leave the trace alone.
            calibration_ids: The calibrations of that trace.

        The row then counts as changed now, so that it wins over an older copy when databases are merged.

        Raises:
            DataError: If there is no such hold or the database cannot be written; it is then unchanged.
        """
        row = {name: value for name, value in _columns(finish).items() if name in _DERIVED}
        if trace is not None:
            row |= {"unit": trace.unit, "calibration_ids": json_text(list(calibration_ids))}
            row |= {n: json_text(list(getattr(trace, n))) for n in ("zero_raw", "slope_n_per_raw")}
        row |= {"updated_at": stamp()[0]}
        packed = None if trace is None else encode_trace(trace)
        with self.writing():
            if not self.update("hold", hold_id, row):
                raise DataError(
                    f"cannot change hold {hold_id} in {self.path}",
                    "it is not there",
                    "run 'isotimer db check'",
                )
            if packed is not None:
                self.db.execute(
                    "UPDATE trace SET data = ?, codec = ? WHERE hold_id = ?", [packed, CODEC, hold_id]
                )
            self._set_measures(hold_id, measures)

    def unfinished(self) -> list[Unfinished]:
        """Return the holds that a crash left behind, oldest first.

        Holds of another isotimer that still runs on this computer are not among them.
        """
        open_rows = self.rows(
            "SELECT h.id, h.start_s, s.process FROM hold h JOIN session s ON s.id = h.session_id"
            ' WHERE h."end" IS NULL'
        )
        left = {r["id"]: r["start_s"] for r in open_rows if not lives_elsewhere(r["process"])}
        return [
            Unfinished(row, left[row["hold_id"]], self._journalled(row["hold_id"]))
            for row in holds(self, ids=list(left), running=True)
        ]

    def check(self) -> list[str]:
        """Return what is wrong with the database, one sentence each; nothing if all is well."""
        return problems(self)

    def backup(self, to: Path) -> None:
        """Write a complete copy to a new file.

        Raises:
            DataError: If the file exists or cannot be written.
        """
        backup_to(self.db, self.path, Path(to).absolute())

    def backup_beside(self, why: str) -> Path:
        """Write a complete copy beside the database before a change that cannot be undone; return where.

        Raises:
            DataError: If it cannot be written.
        """
        to = backup_name(self.path, why)
        self.backup(to)
        return to

    def clear_leftovers(self) -> tuple[Path, ...]:
        """Delete what killed processes left of backups beside the database; return what that was."""
        return sweep(self.path)

    def _journalled(self, hold_id: str) -> Block | None:
        rows = self.rows("SELECT data FROM journal WHERE hold_id = ? ORDER BY seq", [hold_id])
        return join_rows(row["data"] for row in rows)

    def _set_measures(self, hold_id: str, measures: Iterable[MeasureRow]) -> None:
        self.db.execute("DELETE FROM measure WHERE hold_id = ?", [hold_id])
        for measure in measures:
            self.insert("measure", {"hold_id": hold_id, **asdict(_honest(measure))})

    def _to_disk(self) -> "_Synchronous":
        return _Synchronous(self)


class _Synchronous:
    """For the time within, a commit returns only when the disk has it (a power cut cannot undo it)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> None:
        self._store.db.execute("PRAGMA synchronous = FULL")

    def __exit__(self, *_: object) -> None:
        self._store.db.execute("PRAGMA synchronous = NORMAL")


def open_store(path: Path | str, readonly: bool = False) -> Store:
    """Open a database, made private and brought up to date if need be.

    Args:
        path: The file. Missing folders are made.
        readonly: Open for reading only; the file must exist.

    Raises:
        DataError: What is wrong with the file, and what to do; it is left untouched.
    """
    place = Path(path).absolute()
    return Store(place, open_database(place, readonly=readonly))


def _finished_columns(finish: HoldFinish) -> dict[str, object]:
    row = _columns(finish)
    for name in ("start_s", "zero_before_n", "noise_floor_n"):
        if row[name] is None:
            del row[name]
    if not finish.flag:
        del row["flag"]
    return row


def _columns(finish: HoldFinish) -> dict[str, object]:
    row = asdict(finish)
    row["gaps"] = json_text([{"at_s": at_s, "length_s": length_s} for at_s, length_s in finish.gaps])
    row["warnings"] = json_text(list(finish.warnings))
    return row


def _honest(measure: MeasureRow) -> MeasureRow:
    if measure.value is not None and math.isfinite(measure.value):
        return measure
    reason = measure.reason or "it could not be computed"
    return MeasureRow(measure.id, None, measure.unit, reason, measure.doubt, measure.version)
