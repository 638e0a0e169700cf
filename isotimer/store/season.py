"""Many holds at once that were not made here: all of them are kept, or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from isotimer import __version__
from isotimer.review.rows import HoldRow, SprintRow
from isotimer.store.connection import json_text
from isotimer.store.database import Store
from isotimer.store.ids import new_id, stamp
from isotimer.store.process import this_process
from isotimer.store.rows import HoldFinish, MeasureRow
from isotimer.store.traces import CODEC, Trace, encode_trace


@dataclass(frozen=True, slots=True)
class Recorded:
    """What there is of a hold besides its row."""

    finish: HoldFinish
    trace: Trace
    measures: tuple[MeasureRow, ...]


def add_season(
    store: Store,
    athlete_id: str,
    holds: Iterable[HoldRow],
    sprints: Iterable[SprintRow] = (),
    *,
    device_id: str,
    setup_id: str,
    plan_name: str,
    units: Mapping[str, str],
    recorded: Mapping[str, Recorded] | None = None,
    version: int = 1,
) -> None:
    """Keep a season of one athlete in one transaction; sessions and holds get keys of their own.

    Args:
        store: The database.
        athlete_id: Whose.
        holds: Its holds, oldest first.
        sprints: Its sprints.
        device_id: The sensor of all holds.
        setup_id: Their setup.
        plan_name: Name of the plan of every session.
        units: Measure id to unit.
        recorded: Trace and measures of some holds, by the id in their rows; the others have none.
        version: Version of the algorithm that the measures are said to come from.
    """
    sessions: dict[str, str] = {}
    known = recorded or {}
    with store.writing():
        for number, hold in enumerate(holds):
            if hold.session_id not in sessions:
                sessions[hold.session_id] = _session(store, athlete_id, hold, plan_name)
            key = new_id()
            found = known.get(hold.hold_id)
            row = _hold(hold, sessions[hold.session_id], number) | {"id": key}
            row |= {"device_id": device_id, "setup_id": setup_id} | _columns(found)
            store.insert("hold", row)
            if found is None:
                values = [MeasureRow(i, v, units[i], version=version) for i, v in hold.values.items()]
            else:
                values = list(found.measures)
                size = {"samples": len(found.trace), "channels": found.trace.raw.shape[1]}
                data = encode_trace(found.trace)
                store.insert("trace", {"hold_id": key, "codec": CODEC, "data": data, **size})
            store.db.conn.executemany(
                "INSERT INTO measure (hold_id, id, value, unit, reason, doubt, version)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(key, m.id, m.value, m.unit, m.reason, m.doubt, m.version) for m in values],
            )
        for session_id in sessions.values():
            last = "SELECT max(started_at) FROM hold WHERE session_id = ?"
            store.db.execute(
                f"UPDATE session SET ended_at = ({last}), ended_offset_min = started_offset_min WHERE id = ?",  # noqa: S608 our own words
                [session_id, session_id],
            )
        for sprint in sprints:
            _sprint(store, athlete_id, sprint)


def _session(store: Store, athlete_id: str, hold: HoldRow, plan_name: str) -> str:
    key, (at, offset_min) = new_id(), stamp(hold.at)
    row = {"id": key, "athlete_id": athlete_id, "plan": json_text({"name": plan_name})}
    row |= {"process": this_process(), "app_version": __version__}
    store.insert("session", row | {"started_at": at, "started_offset_min": offset_min})
    return key


def _hold(hold: HoldRow, session_id: str, number: int) -> dict[str, Any]:
    at, offset_min = stamp(hold.at)
    return {
        "session_id": session_id,
        "position": hold.position,
        "phase": hold.phase.value,
        "side": hold.side.value,
        "mode": hold.mode.value,
        "set_no": 1,
        "rep_no": 1,
        "attempt": 1,
        "step_index": number,
        "planned_s": hold.hold_s,
        "hold_s": hold.hold_s,
        "end": hold.end.value,
        "start_mode": "clock",
        "start_s": 0.0,
        "started_at": at,
        "started_offset_min": offset_min,
        "calibration_ids": "[]",
        "unit": "N",
        "channels": '["force"]',
        "zero_raw": "[0.0]",
        "slope_n_per_raw": "[1.0]",
        "flag": hold.flag,
        "pain": hold.pain,
    }


def _columns(found: Recorded | None) -> dict[str, Any]:
    if found is None:
        return {}
    f = found.finish
    return {
        "samples": f.samples,
        "rate_hz": f.rate_hz,
        "zero_before_n": f.zero_before_n,
        "zero_after_n": f.zero_after_n,
        "noise_floor_n": f.noise_floor_n,
        "warnings": json_text(list(f.warnings)),
    }


def _sprint(store: Store, athlete_id: str, sprint: SprintRow) -> None:
    (at, offset_min), (made, made_offset) = stamp(sprint.at), stamp()
    store.insert(
        "sprint",
        {
            "id": new_id(),
            "athlete_id": athlete_id,
            "ran_at": at,
            "ran_offset_min": offset_min,
            "distance_m": sprint.distance_m,
            "flying": int(sprint.flying),
            "time_s": sprint.time_s,
            "timing": sprint.timing.value,
            "steps": sprint.steps,
            "contact_s": sprint.contact_s,
            "created_at": made,
            "created_offset_min": made_offset,
            "updated_at": made,
        },
    )
