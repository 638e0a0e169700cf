"""One stored hold, looked at again: its trace, numbers and reasons, and what to lay over it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import End
from isotimer.measures.spectrum import Spectrum
from isotimer.measures.table import MEASURES
from isotimer.session.snapshot import HoldResult, MeasureView
from isotimer.session.spectrum import spectrum_of_result
from isotimer.session.stored import step_of
from isotimer.store import queries
from isotimer.store.coach import accept_hold, neighbours, notes_about, set_aside
from isotimer.store.database import Store, open_store
from isotimer.store.history import local_time
from isotimer.store.rows import Row

OTHERS = ("last", "best", "other")
"""What a hold can be laid over: the one before it, the best, the nearest of the other side."""
_NAMES = {m.id: (number, m.name) for number, m in enumerate(MEASURES)}


@dataclass(frozen=True, slots=True)
class HoldLook:
    """A stored hold with everything that a screen shows of it."""

    athlete: str
    at: str
    """Local time in words."""
    result: HoldResult
    spectrum: Spectrum | None
    others: dict[str, str | None]
    """Key of each of ``OTHERS``; None where there is none."""
    notes: tuple[tuple[str, str], ...]
    """Date and text, the oldest first."""
    flag: str
    pain: int | None
    effort: int | None
    reviewed: bool


def look_at(database: Path, hold_id: str) -> HoldLook:
    """Return a stored hold.

    Raises:
        WrongUseError: If it is not there any more.
        DataError: If the database or the trace cannot be read.
    """
    with open_store(database, readonly=True) as store:
        row = _row(store, hold_id)
        result = _result(store, row)
        return HoldLook(
            athlete=row["athlete"],
            at=f"{local_time(row['started_at'], row['started_offset_min']):%Y-%m-%d %H:%M}",
            result=result,
            spectrum=spectrum_of_result(result) if result.unit == "N" else None,
            others=neighbours(store, hold_id),
            notes=tuple((n["created_at"][:10], n["text"]) for n in notes_about(store, hold_id)),
            flag=row["flag"],
            pain=row["pain"],
            effort=row["effort"],
            reviewed=row["reviewed_at"] is not None,
        )


def result_of(database: Path, hold_id: str) -> tuple[str, HoldResult]:
    """Return date and samples of another hold, to be laid over one.

    Raises:
        WrongUseError: If it is not there any more.
        DataError: If the database or the trace cannot be read.
    """
    with open_store(database, readonly=True) as store:
        row = _row(store, hold_id)
        return f"{local_time(row['started_at'], row['started_offset_min']):%Y-%m-%d}", _result(store, row)


def judge(database: Path, hold_id: str, *, good: bool) -> None:
    """Note that a hold was looked at: that it is good, or that it is not to be compared.

    Raises:
        DataError: If the database cannot be written.
    """
    with open_store(database) as store:
        (accept_hold if good else set_aside)(store, hold_id)


def add_note(database: Path, about: Literal["hold", "session"], key: str, text: str) -> None:
    """Keep a remark about a hold or a session.

    Raises:
        WrongUseError: If it is empty or too long.
        DataError: If the database cannot be written.
    """
    with open_store(database) as store:
        store.add_note(about, key, text)


def _row(store: Store, hold_id: str) -> Row:
    rows = queries.holds(store, ids=[hold_id])
    if not rows:
        raise WrongUseError("there is no such hold any more", "", "look at the list again")
    return rows[0]


def _result(store: Store, row: Row) -> HoldResult:
    trace = queries.trace(store, row["hold_id"])
    found = sorted(
        queries.measures(store, row["hold_id"]), key=lambda m: _NAMES.get(m.id, (len(_NAMES), ""))[0]
    )
    return HoldResult(
        hold_id=row["hold_id"],
        step=step_of(row),
        end=End(row["end"]),
        hold_s=row["hold_s"] or 0.0,
        samples=row["samples"],
        rate_hz=row["rate_hz"],
        gaps=tuple((g["at_s"], g["length_s"]) for g in row["gaps"]),
        measures=tuple(
            MeasureView(m.id, _NAMES.get(m.id, (0, m.id))[1], m.value, m.unit, m.reason or m.doubt)
            for m in found
        ),
        time_s=np.empty(0) if trace is None else trace.time_s,
        force_n=np.empty(0) if trace is None else trace.block().total_n,
        unit=row["unit"] or "N",
        notices=tuple(row["warnings"]),
        why=row["why"],
        flag=row["flag"],
        setup=row["setup"] or "",
    )
