"""What a coach asks besides pages and rows: who is there, which holds to lay over one, one looked at."""

from isotimer.store.connection import Connection
from isotimer.store.history import SET_ASIDE
from isotimer.store.ids import stamp
from isotimer.store.rows import Row


def choices(store: Connection) -> dict[str, list[str]]:
    """Return what holds can be filtered by: names of athletes and groups, positions that were done.

    Keys: athletes (not archived; the one who trained last first, the others by name), groups, positions.
    """
    last = store.rows(
        "SELECT a.name FROM session s JOIN athlete a ON a.id = s.athlete_id WHERE a.archived_at IS NULL"
        " ORDER BY s.started_at DESC LIMIT 1"
    )
    athletes = [*last, *store.rows("SELECT name FROM athlete WHERE archived_at IS NULL ORDER BY name")]
    return {
        "athletes": list(dict.fromkeys(row["name"] for row in athletes)),
        "groups": [row["name"] for row in store.rows("SELECT DISTINCT name FROM squad ORDER BY name")],
        "positions": _positions(store),
    }


def _positions(store: Connection) -> list[str]:
    """Return the positions done so far, by stepping along the index instead of reading all of it."""
    found = store.rows(
        "WITH RECURSIVE step (position) AS (SELECT min(position) FROM hold UNION ALL"
        " SELECT (SELECT min(h.position) FROM hold h WHERE h.position > step.position) FROM step"
        " WHERE step.position IS NOT NULL) SELECT position FROM step WHERE position IS NOT NULL"
    )
    return [row["position"] for row in found]


def athlete_of(store: Connection, athlete_id: str) -> Row:
    """Return id and name of an athlete; the key must be there."""
    return store.rows("SELECT id, name FROM athlete WHERE id = ?", [athlete_id])[0]


def session_count(store: Connection, athlete_id: str) -> int:
    """Return how many sessions an athlete has."""
    rows = store.rows("SELECT count(*) AS n FROM session WHERE athlete_id = ?", [athlete_id])
    return int(rows[0]["n"])


_FROM = """
FROM hold me JOIN session mine ON mine.id = me.session_id
CROSS JOIN session s INDEXED BY session_athlete ON s.athlete_id = mine.athlete_id
CROSS JOIN hold h INDEXED BY hold_session ON h.session_id = s.id JOIN trace t ON t.hold_id = h.id
WHERE me.id = :me AND h.id <> me.id AND h.position = me.position
  AND h.mode = me.mode AND h.setup_id IS me.setup_id AND h.unit IS me.unit
  AND h."end" IN ('completed', 'released')
"""
_ALIKE = {
    "last": f"""SELECT h.id {_FROM} AND h.side = me.side AND (h.started_at, h.id) < (me.started_at, me.id)
        ORDER BY h.started_at DESC, h.id DESC LIMIT 1""",
    "best": f"""SELECT h.id {_FROM} AND h.side = me.side AND h.flag = '' AND coalesce(h.pain, 0) < 4
        ORDER BY (SELECT m.value FROM measure m WHERE m.hold_id = h.id AND m.id = 'tension_best_1s_n') DESC,
          h.id LIMIT 1""",  # noqa: S608 our own words
    "other": f"""SELECT h.id {_FROM} AND h.side <> me.side AND h.side <> 'both'
        ORDER BY h.session_id <> me.session_id, abs(julianday(h.started_at) - julianday(me.started_at)), h.id
        LIMIT 1""",
}


def neighbours(store: Connection, hold_id: str) -> dict[str, str | None]:
    """Return the holds that one is worth laying over: those of its athlete, position, mode and setup.

    Keys: last (the one before it in its series), best (highest best second of its series without it), other
    (the nearest in time of the other side, of the same session if there is one).
    """
    found = {name: store.rows(sql, {"me": hold_id}) for name, sql in _ALIKE.items()}
    return {name: rows[0]["id"] if rows else None for name, rows in found.items()}


def notes_about(store: Connection, hold_id: str) -> list[Row]:
    """Return the remarks on a hold and on its session, oldest first: id, about, text, created_at."""
    return store.rows(
        "SELECT n.id, CASE WHEN n.hold_id IS NULL THEN 'session' ELSE 'hold' END AS about, n.text,"
        " n.created_at FROM note n WHERE n.hold_id = :me"
        " OR n.session_id = (SELECT session_id FROM hold WHERE id = :me) ORDER BY n.created_at, n.id",
        {"me": hold_id},
    )


def accept_hold(store: Connection, hold_id: str) -> None:
    """Note that somebody has looked at a hold and found it good: its flag counts no more."""
    at = stamp()[0]
    with store.writing():
        row = {"reviewed_at": at, "updated_at": at}
        if store.rows("SELECT 1 FROM hold WHERE id = ? AND flag = ?", [hold_id, SET_ASIDE]):
            row["flag"] = ""
        store.update("hold", hold_id, row)


def set_aside(store: Connection, hold_id: str) -> None:
    """Note that somebody has looked at a hold and that it is not to be compared with others."""
    at = stamp()[0]
    with store.writing():
        store.update("hold", hold_id, {"flag": SET_ASIDE, "reviewed_at": at, "updated_at": at})
