"""What is written beside holds: remarks and sprints."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from isotimer.core.errors import WrongUseError
from isotimer.core.text import printable
from isotimer.store.ids import stamp
from isotimer.store.people import People
from isotimer.store.rows import Row

LONGEST_NOTE = 10_000

NoteAbout = Literal["athlete", "session", "hold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprint:
    """A sprint as it is written down.

    Raises:
        WrongUseError: On a number that no sprint has.
    """

    distance_m: float
    time_s: float
    flying: bool = False
    timing: Literal["hand", "electronic"]
    steps: int | None = None
    contact_s: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for what, value, least, most, unit in (
            ("distance", self.distance_m, 1, 10_000, "m"),
            ("time", self.time_s, 0.2, 36_000, "s"),
            ("number of steps", self.steps, 1, 20_000, ""),
            ("contact time", self.contact_s, 0.02, 2, "s"),
        ):
            if value is not None and not least <= value <= most:
                raise WrongUseError(
                    f"a {what} of {value:g} {unit}".rstrip(), "out of range", f"give {least:g} to {most:g}"
                )
        if self.distance_m / self.time_s > 13.0:
            speed = self.distance_m / self.time_s
            raise WrongUseError(
                f"{self.distance_m:g} m in {self.time_s:g} s",
                f"{speed:.1f} m/s is faster than anybody runs",
                "check distance and time",
            )


class Results(People):
    """Notes and sprints."""

    def whole_key(self, table: Literal["hold", "session", "note", "sprint"], begins: str) -> str:
        """Return the key that begins so.

        Raises:
            WrongUseError: If none does, or more than one.
        """
        sql = f"SELECT id FROM {table} WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 9"  # noqa: S608 one of four names
        found = self.rows(sql, [len(begins), begins]) if begins else []
        shown = printable(begins, 40)
        if not found:
            raise WrongUseError(f"there is no {table} '{shown}'", "", "look at the list again")
        if len(found) > 1:
            keys = ", ".join(row["id"] for row in found)
            raise WrongUseError(f"more than one {table} begins with '{shown}'", "", f"name one of {keys}")
        return str(found[0]["id"])

    def add_note(self, about: NoteAbout, key: str, text: str) -> str:
        """Keep a remark about an athlete, a session or a hold and return its key.

        Raises:
            WrongUseError: If it is empty or too long, or what it is about is not there.
        """
        with self.writing():
            if self._found(f"SELECT id FROM {about} WHERE id = ?", key) is None:  # noqa: S608 one of three names
                raise WrongUseError(f"there is no such {about}", "", "look at the list again")
            return self._made("note", {f"{about}_id": key, "text": _checked_note(text)})

    def edit_note(self, note_id: str, text: str) -> None:
        """Change a remark.

        Raises:
            WrongUseError: If it is empty or too long, or not there.
        """
        with self.writing():
            if not self.update("note", note_id, {"text": _checked_note(text), "updated_at": stamp()[0]}):
                raise WrongUseError("there is no such note", "", "look at the list again")

    def delete_note(self, note_id: str) -> None:
        """Delete a remark for good."""
        with self.writing():
            self.db.execute("DELETE FROM note WHERE id = ?", [note_id])
            self._bury("note", note_id)

    def notes(self, athlete_id: str) -> list[Row]:
        """Return all remarks about an athlete, her sessions and her holds, oldest first.

        Columns: id, about ("athlete", "session" or "hold"), about_id, text, created_at, updated_at.
        """
        return self.rows(
            """
            SELECT id, 'athlete' AS about, athlete_id AS about_id, text, created_at, updated_at
            FROM note WHERE athlete_id = :who
            UNION ALL SELECT n.id, 'session', n.session_id, n.text, n.created_at, n.updated_at
            FROM session s JOIN note n ON n.session_id = s.id WHERE s.athlete_id = :who
            UNION ALL SELECT n.id, 'hold', n.hold_id, n.text, n.created_at, n.updated_at
            FROM session s JOIN hold h ON h.session_id = s.id JOIN note n ON n.hold_id = h.id
            WHERE s.athlete_id = :who ORDER BY created_at, id
            """,
            {"who": athlete_id},
        )

    def add_sprint(self, athlete_id: str, sprint: Sprint, ran_at: datetime | None = None) -> str:
        """Keep a sprint and return its key; the very same one is kept once.

        Args:
            athlete_id: Who ran.
            sprint: What was measured.
            ran_at: Aware time; now if None.
        """
        at, offset_min = stamp(ran_at)
        row = asdict(sprint) | {"flying": int(sprint.flying), "athlete_id": athlete_id, "ran_at": at}
        alike = ("athlete_id", "ran_at", "distance_m", "flying", "time_s", "timing")
        where = " AND ".join(f"{name} = ?" for name in alike)
        sql = f"SELECT id FROM sprint WHERE {where} ORDER BY id LIMIT 1"  # noqa: S608 our names, values are bound
        with self.writing():
            known = self.db.execute(sql, [row[name] for name in alike]).fetchone()
            return str(known[0]) if known else self._made("sprint", row | {"ran_offset_min": offset_min})

    def sprints(self, athlete_id: str) -> list[Row]:
        """Return an athlete's sprints, oldest first."""
        return self.rows("SELECT * FROM sprint WHERE athlete_id = ? ORDER BY ran_at, id", [athlete_id])

    def delete_sprint(self, sprint_id: str) -> bool:
        """Delete a sprint for good; return whether it was there."""
        with self.writing():
            there = self.db.execute("DELETE FROM sprint WHERE id = ?", [sprint_id]).rowcount > 0
            if there:
                self._bury("sprint", sprint_id)
        return there


def _checked_note(text: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_NOTE:
        raise WrongUseError(f"a note of {len(text)} characters", "", f"write 1 to {LONGEST_NOTE} characters")
    return text
