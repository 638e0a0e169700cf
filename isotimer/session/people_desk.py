"""People and sprints for the screens: every change opens the database for itself, from any thread."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from isotimer.core.errors import WrongUseError
from isotimer.review.rows import SprintRow
from isotimer.review.sprint import numbers
from isotimer.store.database import open_store
from isotimer.store.results import Sprint
from isotimer.store.rows import Row


@dataclass(frozen=True, slots=True)
class SprintLine:
    """A sprint with what follows from it."""

    row: SprintRow
    note: str
    speed_m_s: float
    stride_rate_hz: float | None
    step_length_m: float | None


class PeopleDesk:
    """Changes people and sprints.

    Args:
        database: Its file; made by the first change.
    """

    def __init__(self, database: Path) -> None:
        self._database = database

    def people(self) -> list[Row]:
        """Return all athletes by name, the archived ones among them; rows as ``Store.people`` gives."""
        if not self._database.exists():
            return []
        with open_store(self._database, readonly=True) as store:
            return store.people(archived=True)

    def add(self, name: str) -> str:
        """Add an athlete.

        Raises:
            WrongUseError: If that is no name.
        """
        with open_store(self._database) as store:
            return store.athlete(name)

    def rename(self, athlete_id: str, name: str) -> None:
        """Give an athlete another name."""
        with open_store(self._database) as store:
            store.rename_athlete(athlete_id, name)

    def weigh(self, athlete_id: str, text: str) -> float:
        """Note a body weight as typed, in kg.

        Raises:
            WrongUseError: If that is no body weight.
        """
        try:
            mass_kg = float(text.replace(",", ".").removesuffix("kg"))
        except ValueError:
            raise WrongUseError(f"'{text}' is no weight", "", "give kilograms, such as 61.5") from None
        with open_store(self._database) as store:
            store.add_body_mass(athlete_id, mass_kg)
        return mass_kg

    def group(self, athlete_id: str, name: str) -> bool:
        """Put an athlete into a group, or take out one who is in it; return whether it is now a member."""
        with open_store(self._database) as store:
            squad = store.add_squad(name)
            member = any(p["id"] == athlete_id for p in store.people(archived=True, squad_id=squad))
            (store.leave_squad if member else store.join_squad)(squad, athlete_id)
            return not member

    def note(self, athlete_id: str, text: str) -> None:
        """Keep a remark about an athlete."""
        with open_store(self._database) as store:
            store.add_note("athlete", athlete_id, text)

    def notes(self, athlete_id: str) -> list[Row]:
        """Return the remarks about an athlete, her sessions and holds, oldest first."""
        with open_store(self._database, readonly=True) as store:
            return store.notes(athlete_id)

    def archive(self, athlete_id: str, *, archived: bool) -> None:
        """Put an athlete out of the lists, or back."""
        with open_store(self._database) as store:
            store.archive_athlete(athlete_id, archived=archived)

    def merge(self, athlete_id: str, into: str) -> Path:
        """Make an athlete part of another, after a backup; return where that is.

        Raises:
            WrongUseError: If there is no other of this name.
        """
        with open_store(self._database) as store:
            kept = store.find_athlete(into)
            if kept == athlete_id:
                raise WrongUseError("these two athletes are one already", "", "name another")
            backup = store.backup_beside("athletes")
            store.merge_athletes(athlete_id, kept)
        return backup

    def delete(self, athlete_id: str, name: str, typed: str) -> Path:
        """Delete an athlete for good, after a backup; return where that is.

        Raises:
            WrongUseError: If the name was not typed as it is; nothing is deleted.
        """
        if typed.strip() != name:
            raise WrongUseError("nothing was deleted", "the name was not typed as it is", "try again")
        with open_store(self._database) as store:
            backup = store.backup_beside("athletes")
            store.delete_athlete(athlete_id)
        return backup

    def sprints(self, athlete: str) -> list[SprintLine]:
        """Return the sprints of an athlete, newest first.

        Raises:
            WrongUseError: If the athlete is not there.
        """
        from isotimer.store.history import sprint_rows

        with open_store(self._database, readonly=True) as store:
            key = store.find_athlete(athlete)
            notes = {row["id"]: row["note"] for row in store.sprints(key)}
            rows = sprint_rows(store, key)
        found = []
        for row in reversed(rows):
            n = numbers(row)
            found.append(
                SprintLine(row, notes[row.sprint_id], n.speed_m_s, n.stride_rate_hz, n.step_length_m)
            )
        return found

    def add_sprint(self, athlete: str, sprint: Sprint, day: datetime | None) -> None:
        """Keep a sprint of an athlete.

        Args:
            athlete: Name or key.
            sprint: What was measured.
            day: Aware; now if None.
        """
        with open_store(self._database) as store:
            store.add_sprint(store.find_athlete(athlete), sprint, day)

    def delete_sprint(self, sprint_id: str) -> None:
        """Delete a sprint for good."""
        with open_store(self._database) as store:
            store.delete_sprint(sprint_id)
