"""People: found, renamed, archived, made one, deleted for good; their squads and weights."""

from typing import Any

from isotimer.core.errors import WrongUseError
from isotimer.core.text import printable
from isotimer.store.ids import stamp
from isotimer.store.membership import KIND, membership
from isotimer.store.roster import Roster, checked_name
from isotimer.store.rows import Row

_LEAST_PREFIX = 6
"""So many characters of a key are enough to name somebody, if they fit only one."""

_OWNED = ("session", "body_mass", "sprint", "note")
"""Tables with a column athlete_id whose rows move along when two athletes become one."""

_PEOPLE = """
SELECT a.id, a.name, a.created_at, a.archived_at,
  (SELECT count(*) FROM session s WHERE s.athlete_id = a.id) AS sessions,
  (SELECT max(s.started_at) FROM session s WHERE s.athlete_id = a.id) AS last_session_at,
  (SELECT count(*) FROM hold h JOIN session s ON s.id = h.session_id
    WHERE s.athlete_id = a.id AND h."end" IS NOT NULL) AS holds,
  (SELECT m.mass_kg FROM body_mass m WHERE m.athlete_id = a.id
    ORDER BY m.measured_at DESC, m.id DESC LIMIT 1) AS mass_kg,
  (SELECT json_group_array(name) FROM (SELECT q.name FROM squad q JOIN squad_member sm ON sm.squad_id = q.id
    WHERE sm.athlete_id = a.id ORDER BY q.name)) AS squads
FROM athlete a
"""


class People(Roster):
    """Athletes and squads."""

    def people(self, *, archived: bool = False, squad_id: str | None = None) -> list[Row]:
        """Return athletes by name.

        Columns: id, name, created_at, archived_at, sessions, last_session_at, holds, mass_kg, squads (names).

        Args:
            archived: Also those who are archived.
            squad_id: Only members of this squad.
        """
        where = [] if archived else ["a.archived_at IS NULL"]
        values: list[Any] = []
        if squad_id is not None:
            where.append("a.id IN (SELECT athlete_id FROM squad_member WHERE squad_id = ?)")
            values.append(squad_id)
        chosen = f" WHERE {' AND '.join(where)}" if where else ""
        return self.rows(f"{_PEOPLE}{chosen} ORDER BY a.name, a.created_at, a.id", values)

    def find_athlete(self, who: str) -> str:
        """Return the key of an athlete, by name or by the beginning of the key.

        Raises:
            WrongUseError: If there is none, or more than one; then their keys are named.
        """
        found = self.rows(
            "SELECT id, name FROM athlete WHERE name = ? ORDER BY created_at, id", [who.strip()]
        )
        if not found and len(who) >= _LEAST_PREFIX:
            found = self.rows(
                "SELECT id, name FROM athlete WHERE substr(id, 1, ?) = ? ORDER BY id", [len(who), who]
            )
        shown = printable(who, 40)
        if not found:
            known = [printable(r["name"], 30) for r in self.people()]
            advice = f"known are {_listed(known)}" if known else "nobody has trained yet: do a first hold"
            raise WrongUseError(f"there is no athlete '{shown}'", "", advice)
        if len(found) > 1:
            keys = _listed([r["id"] for r in found])
            raise WrongUseError(f"{len(found)} athletes are called '{shown}'", "", f"name one by key: {keys}")
        return str(found[0]["id"])

    def rename_athlete(self, athlete_id: str, name: str) -> None:
        """Give an athlete another name.

        Raises:
            WrongUseError: If the name is empty, too long or not text.
        """
        with self.writing():
            self.update("athlete", athlete_id, {"name": checked_name(name), "updated_at": stamp()[0]})

    def archive_athlete(self, athlete_id: str, archived: bool = True) -> None:
        """Put an athlete out of the lists, or back into them; nothing is lost."""
        at = stamp()[0]
        with self.writing():
            self.update("athlete", athlete_id, {"archived_at": at if archived else None, "updated_at": at})

    def merge_athletes(self, gone_id: str, kept_id: str) -> None:
        """Make two athletes one: all that the first has goes to the second, the first is gone.

        That is remembered, so that a database of another station can be merged later.

        Raises:
            WrongUseError: If both are the same, or one is not there.
        """
        if gone_id == kept_id:
            raise WrongUseError("these two athletes are one already", "", "name two")
        with self.writing():
            for athlete_id in (gone_id, kept_id):
                self._known_athlete(athlete_id)
            for table in _OWNED:
                sql = f"UPDATE {table} SET athlete_id = ? WHERE athlete_id = ?"  # noqa: S608 our names
                self.db.execute(sql, [kept_id, gone_id])
            for table in ("squad_member", "setup_choice"):
                sql = f"UPDATE OR IGNORE {table} SET athlete_id = ? WHERE athlete_id = ?"  # noqa: S608 our names
                self.db.execute(sql, [kept_id, gone_id])
            self.db.execute("DELETE FROM athlete WHERE id = ?", [gone_id])
            self._bury("athlete", gone_id, kept_id)
            sql = "SELECT squad_id FROM squad_member WHERE athlete_id = ?"
            for (squad_id,) in self.db.execute(sql, [kept_id]).fetchall():
                self._take_back(squad_id, kept_id, gone_id)

    def delete_athlete(self, athlete_id: str) -> None:
        """Delete an athlete for good, with sessions, holds, traces, sprints, notes and weights.

        That it is gone is remembered by key alone, so that another station's copy does not bring it back.

        Raises:
            WrongUseError: If there is no such athlete.
        """
        with self.writing():
            self._known_athlete(athlete_id)
            for kind, sql in (
                ("session", "SELECT id FROM session WHERE athlete_id = ?"),
                (
                    "hold",
                    "SELECT h.id FROM hold h JOIN session s ON s.id = h.session_id WHERE s.athlete_id = ?",
                ),
                ("sprint", "SELECT id FROM sprint WHERE athlete_id = ?"),
            ):
                for (key,) in self.db.execute(sql, [athlete_id]).fetchall():
                    self._bury(kind, key)
            self.db.execute("DELETE FROM athlete WHERE id = ?", [athlete_id])
            self._bury("athlete", athlete_id)

    def add_squad(self, name: str) -> str:
        """Return the key of the squad of this name, made on first use.

        Raises:
            WrongUseError: If the name is empty, too long or not text.
        """
        name = checked_name(name)
        with self.writing():
            sql = "SELECT id FROM squad WHERE name = ? ORDER BY created_at, id LIMIT 1"
            return self._found(sql, name) or self._made("squad", {"name": name})

    def find_squad(self, name: str) -> str:
        """Return the key of a squad.

        Raises:
            WrongUseError: If there is none of this name.
        """
        key = self._found("SELECT id FROM squad WHERE name = ? ORDER BY created_at, id LIMIT 1", name.strip())
        if key is None:
            known = [printable(r["name"], 30) for r in self.squads()]
            advice = f"known are {_listed(known)}" if known else "make one with 'isotimer athletes group'"
            raise WrongUseError(f"there is no group '{printable(name, 40)}'", "", advice)
        return key

    def squads(self) -> list[Row]:
        """Return squads by name: id, name, members (number)."""
        return self.rows(
            "SELECT q.id, q.name, count(m.athlete_id) AS members FROM squad q"
            " LEFT JOIN squad_member m ON m.squad_id = q.id GROUP BY q.id ORDER BY q.name, q.id"
        )

    def join_squad(self, squad_id: str, athlete_id: str) -> None:
        """Make an athlete a member; being one already changes nothing."""
        with self.writing():
            self.db.execute("INSERT OR IGNORE INTO squad_member VALUES (?, ?)", [squad_id, athlete_id])
            self._take_back(squad_id, athlete_id)

    def leave_squad(self, squad_id: str, athlete_id: str) -> None:
        """End a membership; that is remembered, so that another station's copy does not bring it back."""
        sql = "DELETE FROM squad_member WHERE squad_id = ? AND athlete_id = ?"
        with self.writing():
            if self.db.execute(sql, [squad_id, athlete_id]).rowcount:
                self._bury(KIND, membership(squad_id, athlete_id))

    def delete_squad(self, squad_id: str) -> None:
        """Delete a squad; its members stay. A copy that comes from another station is without it too."""
        with self.writing():
            self.db.execute("DELETE FROM squad WHERE id = ?", [squad_id])
            self._bury(KIND, squad_id)

    def _known_athlete(self, athlete_id: str) -> None:
        if self._found("SELECT id FROM athlete WHERE id = ?", athlete_id) is None:
            raise WrongUseError("there is no such athlete any more", "", "look at the list again")

    def _take_back(self, squad_id: str, athlete_id: str, *also: str) -> None:
        """Let an end of a membership that is remembered, of the athlete or of others, count no more."""
        key = membership(squad_id, athlete_id)
        keys = [key, *(membership(squad_id, other) for other in also)]
        if any(self._found("SELECT id FROM gone WHERE id = ?", one) for one in keys):
            self._bury(KIND, key, key)

    def _bury(self, kind: str, key: str, kept_id: str | None = None) -> None:
        """Remember that a row is gone, or has become part of another; who was merged into it follows."""
        if kept_id is not None:
            self.db.execute("UPDATE gone SET kept_id = ? WHERE kept_id = ?", [kept_id, key])
        self.db.execute(
            "INSERT OR REPLACE INTO gone (id, kind, kept_id, gone_at) VALUES (?, ?, ?, ?)",
            [key, kind, kept_id, stamp()[0]],
        )


def _listed(names: list[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
