"""What is read out of the store: sessions, holds, traces, measures and what a series has reached."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from isotimer.core.errors import DataError
from isotimer.store.connection import Connection, json_text
from isotimer.store.ids import utc_text
from isotimer.store.rows import MeasureRow, Row, Series, SeriesSummary
from isotimer.store.traces import Trace, decode_trace

_SERIES = """
WITH chosen AS (
  SELECT h.id, h.hold_s, h.started_at FROM hold h JOIN session s ON s.id = h.session_id
  WHERE s.athlete_id = :athlete AND h.position = :position AND h.side = :side AND h.mode = :mode
    AND h.setup_id IS :setup AND h."end" IN ('completed', 'released')
    AND (:before IS NULL OR (h.started_at, h.id) < (SELECT started_at, id FROM hold WHERE id = :before))
), numbers AS (
  SELECT m.hold_id, m.id, m.unit, m.value FROM chosen c JOIN measure m ON m.hold_id = c.id
  WHERE m.value IS NOT NULL
  UNION ALL SELECT id, 'hold_s', 's', hold_s FROM chosen
), newest AS (SELECT id FROM chosen ORDER BY started_at DESC, id DESC LIMIT 1)
SELECT n.id, n.unit, max(n.value) AS high, min(n.value) AS low,
  max(CASE WHEN n.hold_id = newest.id THEN n.value END) AS last, newest.id AS last_hold_id,
  (SELECT count(*) FROM chosen) AS holds
FROM numbers n JOIN newest GROUP BY n.id, n.unit
"""
"""The series table: one row per measure and unit, of holds that ended by themselves."""


_PAIN = 4
"""From here on, of 10, a hold is not taken as a measure of strength."""


def sessions(
    store: Connection,
    *,
    athlete_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Row]:
    """Return rows of v_sessions, oldest first.

    Args:
        store: The database.
        athlete_id: Only this athlete's.
        since: Only those started then or later (aware).
        until: Only those started before (aware).
    """
    where, values = _filters(("athlete_id", athlete_id))
    _add_span(where, values, since, until)
    return store.rows(f"SELECT * FROM v_sessions{_where(where)} ORDER BY started_at, session_id", values)  # noqa: S608 our names, values are bound


def holds(
    store: Connection,
    *,
    athlete_id: str | None = None,
    session_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    ids: Sequence[str] | None = None,
    running: bool = False,
) -> list[Row]:
    """Return rows of v_holds, oldest first.

    Args:
        store: The database.
        athlete_id: Only this athlete's.
        session_id: Only this session's.
        since: Only those started then or later (aware).
        until: Only those started before (aware).
        ids: Only these.
        running: Also those that are not over yet.
    """
    where, values = _filters(("athlete_id", athlete_id), ("session_id", session_id))
    _add_span(where, values, since, until)
    if ids is not None:
        where.append("hold_id IN (SELECT value FROM json_each(?))")
        values.append(json_text(list(ids)))
    if not running:
        where.append('"end" IS NOT NULL')
    return store.rows(f"SELECT * FROM v_holds{_where(where)} ORDER BY started_at, hold_id", values)  # noqa: S608 our names, values are bound


def trace(store: Connection, hold_id: str) -> Trace | None:
    """Return the trace of a hold, None if it has none (no sensor, or no such hold).

    Raises:
        DataError: If its bytes are damaged.
    """
    rows = store.rows(
        "SELECT t.data, h.unit, h.zero_raw, h.slope_n_per_raw FROM trace t JOIN hold h ON h.id = t.hold_id"
        " WHERE t.hold_id = ?",
        [hold_id],
    )
    if not rows:
        return None
    row = rows[0]
    name = f"the trace of hold {hold_id}"
    return decode_trace(row["data"], row["unit"] or "N", row["zero_raw"], row["slope_n_per_raw"], name)


def traces(store: Connection, rows: Sequence[Row]) -> Iterator[tuple[Row, Trace]]:
    """Yield (row of v_holds, trace) of each hold that has a trace, one in memory at a time."""
    for row in rows:
        found = trace(store, row["hold_id"])
        if found is not None:
            yield row, found


def measures(store: Connection, hold_id: str) -> list[MeasureRow]:
    """Return the measures of one hold, by id."""
    rows = store.rows(
        "SELECT id, value, unit, reason, doubt, version FROM measure WHERE hold_id = ? ORDER BY id", [hold_id]
    )
    return [MeasureRow(**row) for row in rows]


def measure_rows(store: Connection, ids: Sequence[str]) -> list[Row]:
    """Return rows of table measure of many holds, in the order of the holds, by id within each."""
    return store.rows(
        "SELECT m.hold_id, m.id AS measure, m.value, m.unit, m.reason, m.doubt, m.version"
        " FROM json_each(?) j JOIN measure m ON m.hold_id = j.value ORDER BY j.key, m.id",
        [json_text(list(ids))],
    )


def calibrations(store: Connection) -> list[Row]:
    """Return every stored calibration with its device, oldest first.

    Columns: id, device_id, device, port, serial_number, channel, slope_n_per_raw, zero_raw, points,
    residual_n, made_at.
    """
    return store.rows(
        "SELECT c.id, c.device_id, d.name AS device, d.port, d.serial_number, c.channel, c.slope_n_per_raw,"
        " c.zero_raw, c.points, c.residual_n, c.made_at"
        " FROM calibration c JOIN device d ON d.id = c.device_id ORDER BY c.made_at, c.id"
    )


def last_and_best(
    store: Connection, athlete_id: str, series: Series, *, before: str | None = None
) -> SeriesSummary:
    """Return the newest hold's measures of a series and the extremes of all.

    Only holds that ended by themselves count (completed or released). Which extreme is the better
    one is the measure's affair. The length of the holds is among them as "hold_s".

    Args:
        store: The database.
        athlete_id: Whose.
        series: Position, side, mode and setup.
        before: Leave out this hold and those that started after it.
    """
    values = {
        "athlete": athlete_id,
        "position": series.position,
        "side": series.side,
        "mode": series.mode,
        "setup": series.setup_id,
        "before": before,
    }
    found = store.rows(_SERIES, values)
    if not found:
        return SeriesSummary(0, None, {}, {}, {})
    keyed = {(row["id"], row["unit"]): row for row in found}
    return SeriesSummary(
        found[0]["holds"],
        found[0]["last_hold_id"],
        {key: row["last"] for key, row in keyed.items() if row["last"] is not None},
        {key: row["high"] for key, row in keyed.items()},
        {key: row["low"] for key, row in keyed.items()},
    )


def best(
    store: Connection,
    athlete_id: str,
    position: str,
    side: str,
    measure: str,
    *,
    unit: str = "N",
    setup_id: str | None = None,
) -> float | None:
    """Return the highest value of a measure at a position, side and setup in any mode; None without one."""
    rows = store.rows(
        "SELECT max(m.value) AS value FROM hold h JOIN session s ON s.id = h.session_id"
        " JOIN measure m ON m.hold_id = h.id AND m.id = ? AND m.unit = ?"
        " WHERE s.athlete_id = ? AND h.position = ? AND h.side = ? AND h.setup_id IS ?"
        " AND h.\"end\" IN ('completed', 'released')",
        [measure, unit, athlete_id, position, side, setup_id],
    )
    value: float | None = rows[0]["value"]
    return value


def series_values(
    store: Connection, athlete_id: str, series: Series, measure: str, *, unit: str = "N", newest: int = 100
) -> list[Row]:
    """Return a measure of the holds of a series, the newest first: hold_id, started_at, value.

    Only holds that ended by themselves count, and none in which something hurt.

    Args:
        store: The database.
        athlete_id: Whose.
        series: Position, side, mode and setup.
        measure: Id of the measure.
        unit: Its unit.
        newest: The most holds returned.
    """
    return store.rows(
        "SELECT h.id AS hold_id, h.started_at, m.value FROM hold h JOIN session s ON s.id = h.session_id"
        " JOIN measure m ON m.hold_id = h.id AND m.id = ? AND m.unit = ? AND m.value IS NOT NULL"
        " WHERE s.athlete_id = ? AND h.position = ? AND h.side = ? AND h.mode = ? AND h.setup_id IS ?"
        " AND h.\"end\" IN ('completed', 'released') AND coalesce(h.pain, 0) < ?"
        " ORDER BY h.started_at DESC, h.id DESC LIMIT ?",
        [
            measure,
            unit,
            athlete_id,
            series.position,
            series.side,
            series.mode,
            series.setup_id,
            _PAIN,
            newest,
        ],
    )


def problems(store: Connection) -> list[str]:
    """Return what is wrong with a database, one sentence each; nothing if all is well."""
    found = [f"the file is damaged: {row['integrity_check']}" for row in store.rows("PRAGMA integrity_check")]
    out = [] if found == ["the file is damaged: ok"] else found
    out += [
        f"a row of {row['table']} points to a row of {row['parent']} that is not there"
        for row in store.rows("PRAGMA foreign_key_check")
    ]
    for row in store.rows("SELECT hold_id FROM trace ORDER BY hold_id"):
        try:
            trace(store, row["hold_id"])
        except DataError as e:
            out.append(e.sentence.removesuffix("."))
    return out


def _filters(*pairs: tuple[str, str | None]) -> tuple[list[str], list[Any]]:
    given = [(name, value) for name, value in pairs if value is not None]
    return [f"{name} = ?" for name, _ in given], [value for _, value in given]


def _add_span(where: list[str], values: list[Any], since: datetime | None, until: datetime | None) -> None:
    for condition, moment in (("started_at >= ?", since), ("started_at < ?", until)):
        if moment is not None:
            where.append(condition)
            values.append(utc_text(moment))


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
