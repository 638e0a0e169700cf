"""What a coach asks for: holds and sessions chosen by many things, page by page, and rows for review."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from isotimer.core.plan import End, Mode, Phase, Side
from isotimer.review.rows import HoldRow, SprintRow, Timing
from isotimer.store.connection import Connection, json_text
from isotimer.store.ids import utc_text
from isotimer.store.rows import Row

PAGE = 100
SET_ASIDE = "set-aside"
"""Flag of a hold that somebody has looked at and does not want to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFilter:
    """Which holds; everything that is None does not matter."""

    athlete_id: str | None = None
    squad_id: str | None = None
    session_id: str | None = None
    phase: str | None = None
    position: str | None = None
    side: str | None = None
    mode: str | None = None
    setup: str | None = None
    """Name of the setup."""
    flagged: bool = False
    """Only holds that are flagged, hurt or carry a warning and were not looked at yet: the review queue."""
    since: datetime | None = None
    until: datetime | None = None
    """Aware; ``until`` itself is not included."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, newest first."""

    rows: tuple[Row, ...]
    after: tuple[str, str] | None
    """What to ask the next page with; None if this is the last."""


_HOLD_COLUMNS = """
SELECT h.id AS hold_id, h.session_id, s.athlete_id, a.name AS athlete, h.position, h.phase, h.side, h.mode,
  h.set_no, h.rep_no, h.attempt, h.planned_s, h.hold_s, h."end", h.why, h.started_at, h.started_offset_min,
  h.target_n, u.name AS setup, d.name AS device, h.rate_hz, h.samples, h.unit, h.warnings, h.effort, h.pain,
  h.flag, h.reviewed_at,
  (SELECT value FROM measure m WHERE m.hold_id = h.id AND m.id = 'tension_mean_n') AS tension_mean_n,
  (SELECT value FROM measure m WHERE m.hold_id = h.id AND m.id = 'tension_best_1s_n') AS tension_best_1s_n,
  (SELECT value FROM measure m WHERE m.hold_id = h.id AND m.id = 'shake_pct') AS shake_pct,
  (SELECT value FROM measure m WHERE m.hold_id = h.id AND m.id = 'shake_onset_s') AS shake_onset_s
FROM {source} JOIN athlete a ON a.id = s.athlete_id
LEFT JOIN setup u ON u.id = h.setup_id LEFT JOIN device d ON d.id = h.device_id
"""

_BY_HOLD = "hold h JOIN session s ON s.id = h.session_id"
_BY_ATHLETE = "session s INDEXED BY session_athlete JOIN hold h ON h.session_id = s.id"
"""An athlete's holds are found by her sessions, not by walking through everybody's."""


def hold_page(
    store: Connection, chosen: HoldFilter, after: tuple[str, str] | None = None, limit: int = PAGE
) -> Page:
    """Return holds that are over, newest first.

    Args:
        store: The database.
        chosen: Which.
        after: ``Page.after`` of the page before.
        limit: How many.
    """
    where, values = _conditions(chosen)
    if after is not None:
        where.append("(h.started_at, h.id) < (?, ?)")
        values += after
    source = _BY_ATHLETE if chosen.athlete_id is not None and chosen.session_id is None else _BY_HOLD
    sql = (
        _HOLD_COLUMNS.format(source=source)
        + f" WHERE {' AND '.join(where)} ORDER BY h.started_at DESC, h.id DESC LIMIT ?"
    )
    return _page(store.rows(sql, [*values, limit + 1]), limit, "hold_id")


def session_page(
    store: Connection, chosen: HoldFilter, after: tuple[str, str] | None = None, limit: int = PAGE
) -> Page:
    """Return sessions, newest first, each with how many holds and seconds of work it has.

    Of the filter athlete, squad and dates count.

    Columns: session_id, athlete_id, athlete, started_at, started_offset_min, ended_at, plan_name, holds,
    held_s, flagged (number of holds in the review queue).
    """
    where, values = _whose_and_when(chosen, "s")
    where = where or ["1"]
    if after is not None:
        where.append("(s.started_at, s.id) < (?, ?)")
        values += after
    rows = store.rows(
        f"""
        SELECT s.id AS session_id, s.athlete_id, a.name AS athlete, s.started_at, s.started_offset_min,
          s.ended_at,
          CASE json_type(s.plan) WHEN 'object' THEN json_extract(s.plan, '$.name') END AS plan_name,
          (SELECT count(*) FROM hold h WHERE h.session_id = s.id AND h."end" IS NOT NULL) AS holds,
          (SELECT total(h.hold_s) FROM hold h WHERE h.session_id = s.id) AS held_s,
          (SELECT count(*) FROM hold h WHERE h.session_id = s.id AND {_QUEUE}) AS flagged
        FROM session s JOIN athlete a ON a.id = s.athlete_id
        WHERE {" AND ".join(where)} ORDER BY s.started_at DESC, s.id DESC LIMIT ?
        """,  # noqa: S608 our names, values are bound
        [*values, limit + 1],
    )
    return _page(rows, limit, "session_id")


def _page(rows: list[Row], limit: int, key: str) -> Page:
    """Return the first rows, of which one more than asked for was read if there are any more."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(tuple(shown), (shown[-1]["started_at"], shown[-1][key]) if more else None)


def hold_rows(
    store: Connection,
    athlete_id: str,
    *,
    measures: Sequence[str],
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[HoldRow]:
    """Return an athlete's holds as review takes them, oldest first.

    A flag that somebody has looked at and accepted counts no more; a hold that was set aside stays so.

    Args:
        store: The database.
        athlete_id: Whose.
        measures: Ids of the measures to bring along; those in counts are left out.
        since: Aware; only holds since then.
        until: Aware; only holds before.
    """
    where, values = _conditions(HoldFilter(athlete_id=athlete_id, since=since, until=until))
    rows = store.rows(
        f"""
        SELECT h.id AS hold_id, h.session_id, s.athlete_id, h.started_at, h.started_offset_min, h.position,
          h.phase, h.side, h.mode, coalesce(u.name, '') AS setup, coalesce(h.device_id, '') AS device,
          h.hold_s, h."end", h.pain,
          CASE WHEN h.reviewed_at IS NULL OR h.flag = '{SET_ASIDE}' THEN h.flag ELSE '' END AS flag,
          (SELECT json_group_object(m.id, m.value) FROM measure m WHERE m.hold_id = h.id
            AND m.value IS NOT NULL AND m.unit <> 'counts'
            AND m.id IN (SELECT value FROM json_each(?))) AS numbers
        FROM {_BY_ATHLETE} LEFT JOIN setup u ON u.id = h.setup_id
        WHERE {" AND ".join(where)} ORDER BY h.started_at, h.id
        """,  # noqa: S608 our names, values are bound
        [json_text(list(measures)), *values],
    )
    return [_hold_row(row) for row in rows]


def sprint_rows(store: Connection, athlete_id: str) -> list[SprintRow]:
    """Return an athlete's sprints as review takes them, oldest first."""
    rows = store.rows("SELECT * FROM sprint WHERE athlete_id = ? ORDER BY ran_at, id", [athlete_id])
    return [
        SprintRow(
            sprint_id=row["id"],
            athlete_id=row["athlete_id"],
            at=local_time(row["ran_at"], row["ran_offset_min"]),
            distance_m=row["distance_m"],
            flying=bool(row["flying"]),
            time_s=row["time_s"],
            timing=Timing(row["timing"]),
            steps=row["steps"],
            contact_s=row["contact_s"],
        )
        for row in rows
    ]


def local_time(utc: str, offset_min: int) -> datetime:
    """Return a stored time with the offset that it was taken at."""
    return datetime.fromisoformat(utc).astimezone(timezone(timedelta(minutes=offset_min)))


_QUEUE = (
    'h.reviewed_at IS NULL AND h."end" IS NOT NULL'
    " AND (h.flag <> '' OR coalesce(h.pain, 0) > 0 OR h.warnings <> '[]'"
    " OR h.\"end\" IN ('device-lost', 'interrupted'))"
)
"""A hold that somebody should look at."""


def _conditions(chosen: HoldFilter) -> tuple[list[str], list[Any]]:
    where, values = _whose_and_when(chosen, "h")
    where.append('h."end" IS NOT NULL')
    for column, value in (
        ("h.session_id", chosen.session_id),
        ("h.phase", chosen.phase),
        ("h.position", chosen.position),
        ("h.side", chosen.side),
        ("h.mode", chosen.mode),
    ):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    if chosen.setup is not None:
        where.append("h.setup_id IN (SELECT id FROM setup WHERE name = ?)")
        values.append(chosen.setup)
    if chosen.flagged:
        where.append(_QUEUE)
    return where, values


def _whose_and_when(chosen: HoldFilter, dated: str) -> tuple[list[str], list[Any]]:
    """Return conditions for athlete, squad and dates; ``dated`` is the table whose start counts."""
    where: list[str] = []
    values: list[Any] = []
    if chosen.athlete_id is not None:
        where.append("s.athlete_id = ?")
        values.append(chosen.athlete_id)
    if chosen.squad_id is not None:
        where.append("s.athlete_id IN (SELECT athlete_id FROM squad_member WHERE squad_id = ?)")
        values.append(chosen.squad_id)
    for sign, moment in ((">=", chosen.since), ("<", chosen.until)):
        if moment is not None:
            where.append(f"{dated}.started_at {sign} ?")
            values.append(utc_text(moment))
    return where, values


def _hold_row(row: Row) -> HoldRow:
    return HoldRow(
        hold_id=row["hold_id"],
        session_id=row["session_id"],
        athlete_id=row["athlete_id"],
        at=local_time(row["started_at"], row["started_offset_min"]),
        position=row["position"],
        phase=Phase(row["phase"]),
        side=Side(row["side"]),
        mode=Mode(row["mode"]),
        setup=row["setup"],
        device=row["device"],
        hold_s=row["hold_s"],
        end=End(row["end"]),
        flag=row["flag"],
        pain=row["pain"],
        values=json.loads(row["numbers"]),
    )
