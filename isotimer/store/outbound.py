"""Rows on their way out of the database, as they are: JSON stays text, so that it comes back the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isotimer.store.connection import Connection, json_text
from isotimer.store.faults import explained
from isotimer.store.ids import utc_text
from isotimer.store.rows import Row

_REMARKS = (
    "(SELECT group_concat(text, ' / ') FROM (SELECT n.text FROM note n WHERE n.{0}_id = {1} ORDER BY n.id))"
)

_HOLDS = f"""
SELECT h.id AS hold_id, h.session_id, s.athlete_id, a.name AS athlete, h.started_at, h.started_offset_min,
  datetime(h.started_at, h.started_offset_min || ' minutes') AS started_local,
  h.position, h.phase, h.side, h.mode, h.step_index, h.set_no, h.rep_no, h.attempt, h.planned_s, h.hold_s,
  h."end", h.why, h.start_mode, h.start_s, h.target_n, h.target_low_n, h.target_high_n,
  h.setup_id, u.name AS setup, h.device_id, d.name AS device, d.profile_id AS device_profile,
  h.unit, h.channels, h.zero_raw, h.slope_n_per_raw, h.calibration_ids, h.rate_hz, h.samples, h.gaps,
  h.zero_before_n, h.zero_after_n, h.noise_floor_n, h.resonance_hz, h.warnings, h.effort, h.pain, h.flag,
  h.reviewed_at, h.updated_at, h.step, h.rig, h.device_ids, json_extract(h.rig, '$.name') AS rig_name,
  (SELECT json_group_array(label) FROM (
    SELECT e.name || CASE e.serial_number WHEN '' THEN '' ELSE ' (' || e.serial_number || ')' END AS label
    FROM json_each(h.device_ids) k JOIN device e ON e.id = k.value GROUP BY e.id ORDER BY min(k.key)
  )) AS devices, {_REMARKS.format("hold", "h.id")} AS notes
FROM json_each(?) j JOIN hold h ON h.id = j.value JOIN session s ON s.id = h.session_id
JOIN athlete a ON a.id = s.athlete_id
LEFT JOIN setup u ON u.id = h.setup_id LEFT JOIN device d ON d.id = h.device_id ORDER BY j.key
"""  # noqa: S608 our names

_SESSIONS = f"""
SELECT s.id AS session_id, s.athlete_id, a.name AS athlete, s.started_at, s.started_offset_min,
  datetime(s.started_at, s.started_offset_min || ' minutes') AS started_local, s.ended_at, s.ended_offset_min,
  (SELECT count(*) FROM hold h WHERE h.session_id = s.id AND h."end" IS NOT NULL) AS holds,
  (SELECT total(h.hold_s) FROM hold h WHERE h.session_id = s.id) AS held_s,
  {_REMARKS.format("session", "s.id")} AS notes, s.plan, s.plan_id, s.rig_id, s.progress, s.app_version,
  s.updated_at
FROM json_each(?) j JOIN session s ON s.id = j.value JOIN athlete a ON a.id = s.athlete_id
ORDER BY s.started_at, s.id
"""  # noqa: S608 our names

_ATHLETES = """
SELECT a.id AS athlete_id, a.name AS athlete, a.created_at, a.created_offset_min, a.updated_at, a.archived_at,
  (SELECT json_group_array(name) FROM (SELECT q.name FROM squad q JOIN squad_member m ON m.squad_id = q.id
    WHERE m.athlete_id = a.id ORDER BY q.name)) AS groups
FROM athlete a WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.created_at, a.id
"""

_WEIGHTS = """
SELECT m.id AS weight_id, m.athlete_id, a.name AS athlete, m.measured_at, m.measured_offset_min, m.mass_kg
FROM body_mass m JOIN athlete a ON a.id = m.athlete_id
WHERE m.athlete_id IN (SELECT value FROM json_each(?)) AND m.measured_at >= ? AND m.measured_at < ?
ORDER BY m.measured_at, m.id
"""

_SPRINTS = """
SELECT p.id AS sprint_id, p.athlete_id, a.name AS athlete, p.ran_at, p.ran_offset_min, p.distance_m, p.flying,
  p.time_s, p.timing, p.steps, p.contact_s, p.note, p.created_at, p.created_offset_min, p.updated_at
FROM sprint p JOIN athlete a ON a.id = p.athlete_id
WHERE p.athlete_id IN (SELECT value FROM json_each(?)) AND p.ran_at >= ? AND p.ran_at < ?
ORDER BY p.ran_at, p.id
"""

_NOTES = """
SELECT n.id AS note_id, 'athlete' AS about, n.athlete_id AS about_id, a.name AS athlete, n.text,
  n.created_at, n.created_offset_min, n.updated_at
FROM note n JOIN athlete a ON a.id = n.athlete_id WHERE n.athlete_id IN (SELECT value FROM json_each(:people))
UNION ALL SELECT n.id, 'session', n.session_id, a.name, n.text, n.created_at, n.created_offset_min,
  n.updated_at
FROM note n JOIN session s ON s.id = n.session_id JOIN athlete a ON a.id = s.athlete_id
WHERE n.session_id IN (SELECT value FROM json_each(:sessions))
UNION ALL SELECT n.id, 'hold', n.hold_id, a.name, n.text, n.created_at, n.created_offset_min,
  n.updated_at
FROM json_each(:holds) j JOIN note n ON n.hold_id = j.value JOIN hold h ON h.id = n.hold_id
JOIN session s ON s.id = h.session_id JOIN athlete a ON a.id = s.athlete_id
ORDER BY 6, 1
"""

_USED = {
    "device": "SELECT h.device_id FROM hold h WHERE h.id IN (SELECT value FROM json_each(:holds))"
    " UNION SELECT d.value FROM hold h JOIN json_each(h.device_ids) d"
    " WHERE h.id IN (SELECT value FROM json_each(:holds))",
    "setup": "SELECT h.setup_id FROM hold h WHERE h.id IN (SELECT value FROM json_each(:holds))",
    "plan": "SELECT s.plan_id FROM session s WHERE s.id IN (SELECT value FROM json_each(:sessions))",
    "rig": "SELECT s.rig_id FROM session s WHERE s.id IN (SELECT value FROM json_each(:sessions))",
    "calibration": "SELECT c.value FROM hold h JOIN json_each(h.calibration_ids) c"
    " WHERE h.id IN (SELECT value FROM json_each(:holds))",
}
"""Kind of equipment -> the keys that holds and sessions refer to."""

_EVER = ("", "~")
"""Before and after every time as the store writes it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Keys of what is to leave."""

    holds: tuple[Row, ...]
    """hold_id, session_id, athlete_id, athlete, day, position, side, has_trace; oldest first."""
    sessions: tuple[str, ...]
    athletes: tuple[str, ...]
    since: str
    until: str
    whole: bool
    """Whether what belongs to athletes and to no session goes along."""

    @property
    def hold_ids(self) -> list[str]:
        """Return the keys of the holds."""
        return [row["hold_id"] for row in self.holds]


def choose(
    store: Connection,
    *,
    athlete_id: str | None = None,
    session_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Chosen:
    """Return which rows leave: holds that are over, their sessions and athletes.

    Without a session and dates, sessions without holds and athletes who have not trained go along.

    Args:
        store: The database.
        athlete_id: Only this athlete's.
        session_id: Only this session's.
        since: Aware; only what is of then or later.
        until: Aware; only what is of before.
    """
    where, values = ['h."end" IS NOT NULL'], []
    span = tuple(
        utc_text(at) if at is not None else edge for at, edge in zip((since, until), _EVER, strict=True)
    )
    for condition, value in (("s.athlete_id = ?", athlete_id), ("h.session_id = ?", session_id)):
        if value is not None:
            where.append(condition)
            values.append(value)
    sql = (
        "SELECT h.id AS hold_id, h.session_id, s.athlete_id, a.name AS athlete,"  # noqa: S608 our names, values are bound
        " date(h.started_at, h.started_offset_min || ' minutes') AS day, h.position, h.side,"
        " EXISTS (SELECT 1 FROM trace t WHERE t.hold_id = h.id) AS has_trace"
        " FROM hold h JOIN session s ON s.id = h.session_id JOIN athlete a ON a.id = s.athlete_id"
        f" WHERE {' AND '.join(where)} AND h.started_at >= ? AND h.started_at < ? ORDER BY h.started_at, h.id"
    )
    holds = raw_rows(store, sql, [*values, *span])
    sessions = dict.fromkeys(row["session_id"] for row in holds)
    people = dict.fromkeys(row["athlete_id"] for row in holds)
    if session_id is None:
        who = "" if athlete_id is None else " WHERE {0} = ?"
        given = [] if athlete_id is None else [athlete_id]
        found = raw_rows(store, f"SELECT id FROM athlete{who.format('id')} ORDER BY id", given)  # noqa: S608 our names
        people |= dict.fromkeys(row["id"] for row in found)
        if since is None and until is None:
            found = raw_rows(store, f"SELECT id FROM session{who.format('athlete_id')} ORDER BY id", given)  # noqa: S608 our names
            sessions |= dict.fromkeys(row["id"] for row in found)
    return Chosen(tuple(holds), tuple(sessions), tuple(people), span[0], span[1], session_id is None)


def hold_rows(store: Connection, ids: Sequence[str]) -> list[Row]:
    """Return holds by the columns of the exported table, in the order of their keys."""
    return raw_rows(store, _HOLDS, [json_text(list(ids))])


def session_rows(store: Connection, chosen: Chosen) -> list[Row]:
    """Return the sessions, oldest first."""
    return raw_rows(store, _SESSIONS, [json_text(list(chosen.sessions))])


def athlete_rows(store: Connection, chosen: Chosen) -> list[Row]:
    """Return the athletes, in the order in which they came."""
    return raw_rows(store, _ATHLETES, [json_text(list(chosen.athletes))])


def weight_rows(store: Connection, chosen: Chosen) -> list[Row]:
    """Return the athletes' weights, oldest first."""
    return _of_athletes(store, _WEIGHTS, chosen)


def sprint_rows(store: Connection, chosen: Chosen) -> list[Row]:
    """Return the athletes' sprints, oldest first."""
    return _of_athletes(store, _SPRINTS, chosen)


def note_rows(store: Connection, chosen: Chosen) -> list[Row]:
    """Return the remarks about the athletes, sessions and holds, oldest first."""
    values = {
        "people": json_text(list(chosen.athletes) if chosen.whole else []),
        "sessions": json_text(list(chosen.sessions)),
        "holds": json_text(chosen.hold_ids),
    }
    return raw_rows(store, _NOTES, values)


def equipment_rows(store: Connection, chosen: Chosen) -> Iterator[Row]:
    """Yield sensors, rigs, setups, plans and calibrations in use: kind, id, name, details (JSON)."""
    values = {"holds": json_text(chosen.hold_ids), "sessions": json_text(list(chosen.sessions))}
    for kind in ("device", "rig", "plan", "setup", "calibration"):
        of = "sessions" if kind in ("plan", "rig") else "holds"
        sql = f"SELECT * FROM {kind} WHERE id IN ({_USED[kind]})"  # noqa: S608 our names
        if kind == "device":
            sql += f" OR id IN (SELECT device_id FROM calibration WHERE id IN ({_USED['calibration']}))"  # noqa: S608 our names
        for row in raw_rows(store, f"{sql} ORDER BY id", {of: values[of]}):
            yield {"kind": kind, "id": row["id"], "name": row.get("name", ""), "details": json_text(row)}


def raw_rows(store: Connection, sql: str, values: Sequence[Any] | Row) -> list[Row]:
    """Return rows as dicts, JSON columns as the text that they are.

    Raises:
        DataError: If the database cannot be read.
    """
    with explained(store.path, "read"):
        cursor = store.db.execute(sql, values if isinstance(values, dict) else tuple(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _of_athletes(store: Connection, sql: str, chosen: Chosen) -> list[Row]:
    if not chosen.whole:
        return []
    return raw_rows(store, sql, [json_text(list(chosen.athletes)), chosen.since, chosen.until])
