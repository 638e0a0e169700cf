"""Remarks for the screens: read, added, changed, deleted; each time the database is opened anew."""

from dataclasses import dataclass
from pathlib import Path

from isotimer.core.errors import WrongUseError
from isotimer.core.positions import PositionBook
from isotimer.store.database import Store, open_store
from isotimer.store.history import local_time
from isotimer.store.remarks import remarks, subject_row
from isotimer.store.results import NoteAbout
from isotimer.store.rows import Row


@dataclass(frozen=True, slots=True)
class Subject:
    """What remarks are about.

    Raises:
        WrongUseError: If it is none of athlete, session and hold.
    """

    about: NoteAbout
    key: str
    """Of the session or hold; name or key of the athlete."""

    @staticmethod
    def of(text: str) -> "Subject":
        """Return the subject that ``str`` has written."""
        about, _, key = text.partition(" ")
        if about == "hold":
            return Subject("hold", key)
        return Subject("session", key) if about == "session" else Subject("athlete", key)

    def __str__(self) -> str:
        return f"{self.about} {self.key}"


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One remark."""

    note_id: str
    day: str
    """Local date on which it was written."""
    about: str
    """What it is about, in words."""
    text: str
    changed: str
    """Date on which it was changed last; empty if never."""


class NoteDesk:
    """Reads and changes remarks.

    Args:
        database: Its file.
        positions: What positions are called.
    """

    def __init__(self, database: Path, positions: PositionBook) -> None:
        self._database = database
        self._positions = positions

    def notes(self, subject: Subject) -> tuple[str, list[NoteLine]]:
        """Return what it is, in words, and the remarks about it and what belongs to it, newest first.

        Raises:
            WrongUseError: If the athlete is not there.
            DataError: If the database cannot be read.
        """
        if not self._database.exists():
            return subject.key, []
        with open_store(self._database, readonly=True) as store:
            key = _key(store, subject)
            lines = [self._line(row) for row in remarks(store, subject.about, key)]
            return self._title(subject_row(store, subject.about, key)), lines

    def add(self, subject: Subject, text: str) -> None:
        """Keep a remark.

        Raises:
            WrongUseError: If it is empty or too long, or what it is about is not there.
            DataError: If the database cannot be written.
        """
        if not self._database.exists():
            raise WrongUseError(
                "there is nobody to write about yet", "", "do a first hold, or add an athlete"
            )
        with open_store(self._database) as store:
            store.add_note(subject.about, _key(store, subject), text)

    def change(self, note_id: str, text: str) -> None:
        """Change a remark.

        Raises:
            WrongUseError: If it is empty or too long, or not there any more.
            DataError: If the database cannot be written.
        """
        with open_store(self._database) as store:
            store.edit_note(note_id, text)

    def delete(self, note_id: str) -> None:
        """Delete a remark for good.

        Raises:
            DataError: If the database cannot be written.
        """
        with open_store(self._database) as store:
            store.delete_note(note_id)

    def _title(self, row: Row | None) -> str:
        if row is None:
            return "what is gone"
        return f"{row['athlete']}{self._about('', row)}"

    def _about(self, about: str, row: Row) -> str:
        if row["started_at"]:
            about += f" of {local_time(row['started_at'], row['started_offset_min']):%Y-%m-%d}"
        if row["position"]:
            about += f", {self._positions.name(row['position'])} {row['side']}"
        return about

    def _line(self, row: Row) -> NoteLine:
        about = self._about(row["about"], row)
        day = f"{local_time(row['created_at'], row['created_offset_min']):%Y-%m-%d}"
        changed = row["updated_at"][:10] if row["updated_at"] != row["created_at"] else ""
        return NoteLine(row["id"], day, about, row["text"], changed)


def _key(store: Store, subject: Subject) -> str:
    return store.find_athlete(subject.key) if subject.about == "athlete" else subject.key
