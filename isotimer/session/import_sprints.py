"""A table of sprint times into a database."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.sprint_table import Run, sprint_runs
from isotimer.store import inbound
from isotimer.store.database import Store
from isotimer.store.ids import key_from, stamp
from isotimer.store.results import Sprint

_Same = tuple[str, str, float, int, float, str]
"""What two rows of one sprint have in common."""


def take_sprints(
    store: Store,
    into: Store,
    path: Path,
    athlete: Callable[[str, str], str],
    *,
    mapping: Mapping[str, str],
    timing: str,
    order: str,
) -> list[str]:
    """Put the sprints of a table into a scratch database; return what is to be told.

    One that is in the database already is not taken again.

    Args:
        store: The database in use.
        into: The scratch database, within ``writing``.
        path: The table.
        athlete: (line and file, name) -> key of the athlete.
        mapping: Field -> column.
        timing: How it was timed, where the table does not say it.
        order: Order of its dates.

    Raises:
        WrongUseError: If a column is missing or an athlete is not there.
        DataError: If a cell is not what it must be.
    """
    known: dict[str, set[_Same]] = {}
    count = again = 0
    for run in sprint_runs(path, mapping, timing=timing, order=order):
        key = athlete(run.whose, run.athlete)
        if key not in known:
            rows = [*store.sprints(key), *into.sprints(key)]
            known[key] = {
                (r["athlete_id"], r["ran_at"], r["distance_m"], r["flying"], r["time_s"], r["timing"])
                for r in rows
            }
        same = (key, stamp(run.at)[0], run.distance_m, int(run.flying), run.time_s, run.timing)
        if same in known[key]:
            again += 1
            continue
        known[key].add(same)
        _keep(into, key, run, same)
        count += 1
    if not count + again:
        raise DataError(f"cannot import {path}", "it has no sprint", "check the file")
    return [f"{again} of the sprints in {path} were there already."] if again else []


def _keep(into: Store, athlete_id: str, run: Run, same: _Same) -> None:
    try:
        sprint = Sprint(
            distance_m=run.distance_m,
            time_s=run.time_s,
            flying=run.flying,
            timing=run.timing,
            steps=run.steps,
            contact_s=run.contact_s,
            note=run.note,
        )
    except WrongUseError as e:
        raise DataError(run.where, f"{e.what}: {e.why}", e.advice) from None
    (at, offset_min), (made, made_offset) = stamp(run.at), stamp()
    row = asdict(sprint) | {
        "sprint_id": key_from(sha256(repr(same).encode()).digest(), run.at),
        "athlete_id": athlete_id,
        "flying": int(sprint.flying),
        "ran_at": at,
        "ran_offset_min": offset_min,
        "created_at": made,
        "created_offset_min": made_offset,
        "updated_at": made,
    }
    inbound.keep(into, "sprints", row, run.where)
