"""Remarks with what each is about, for one who wants to read, change or delete them."""

from isotimer.store.connection import Connection
from isotimer.store.results import NoteAbout
from isotimer.store.rows import Row

_ABOUT: dict[str, str] = {
    "athlete": "n.athlete_id = :key OR s.athlete_id = :key",
    "session": "s.id = :key",
    "hold": "n.hold_id = :key OR n.session_id = (SELECT session_id FROM hold WHERE id = :key)",
}


_SUBJECT: dict[str, str] = {
    "athlete": "SELECT a.name AS athlete, NULL AS started_at, 0 AS started_offset_min, NULL AS position,"
    " NULL AS side FROM athlete a WHERE a.id = ?",
    "session": "SELECT a.name AS athlete, s.started_at, s.started_offset_min, NULL AS position, NULL AS side"
    " FROM session s JOIN athlete a ON a.id = s.athlete_id WHERE s.id = ?",
    "hold": "SELECT a.name AS athlete, h.started_at, h.started_offset_min, h.position, h.side"
    " FROM hold h JOIN session s ON s.id = h.session_id JOIN athlete a ON a.id = s.athlete_id WHERE h.id = ?",
}


def subject_row(store: Connection, about: NoteAbout, key: str) -> Row | None:
    """Return what remarks are about: athlete, started_*, position, side; None if gone."""
    found = store.rows(_SUBJECT[about], [key])
    return found[0] if found else None


def remarks(store: Connection, about: NoteAbout, key: str) -> list[Row]:
    """Return the remarks about an athlete, a session or a hold, newest first.

    Those of an athlete are also those of her sessions and holds, those of a session also those of its holds,
    those of a hold also those of its session.

    Columns: id, about, about_id, text, created_at, created_offset_min, updated_at; of the session or hold
    started_at, started_offset_min; of a hold position and side.
    """
    return store.rows(
        f"""
        SELECT n.id, CASE WHEN n.hold_id IS NOT NULL THEN 'hold' WHEN n.session_id IS NOT NULL THEN 'session'
          ELSE 'athlete' END AS about, coalesce(n.hold_id, n.session_id, n.athlete_id) AS about_id, n.text,
          n.created_at, n.created_offset_min, n.updated_at,
          coalesce(h.started_at, s.started_at) AS started_at,
          coalesce(h.started_offset_min, s.started_offset_min) AS started_offset_min, h.position, h.side
        FROM note n LEFT JOIN hold h ON h.id = n.hold_id
        LEFT JOIN session s ON s.id = coalesce(n.session_id, h.session_id)
        WHERE {_ABOUT[about]} ORDER BY n.created_at DESC, n.id DESC
        """,  # noqa: S608 our own words, values are bound
        {"key": key},
    )
