"""Positions, setups and references: what the holds of a station are compared with. It is built upon this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotimer.core.errors import WrongUseError
from isotimer.session.rig_desk import RigDesk

if TYPE_CHECKING:
    from isotimer.core.plan import Side, Target, TargetBand
    from isotimer.core.positions import PositionBook
    from isotimer.core.setup import Setup
    from isotimer.session.best import Reference
    from isotimer.session.places import Places
    from isotimer.store.database import Store
    from isotimer.store.setups import SetupRow

MAX_REFERENCE_N = 100_000.0
"""The largest reference; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class SetupView:
    """A stored setup."""

    id: str
    name: str
    setup: Setup | None
    """Its parts; None for one that is only a name."""


class SetupDesk(RigDesk):
    """What the holds of the present athlete are done with and compared with.

    Args:
        places: Where things are.
    """

    athlete: str

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self._book: PositionBook | None = None
        self._skipped: set[tuple[str, str]] = set()
        self._today: dict[tuple[str, str, Side], float] = {}

    # positions

    @property
    def positions(self) -> PositionBook:
        """All positions, the user's own among them, as read at the start or by ``look_for_positions``."""
        return self._book if self._book is not None else self.look_for_positions()

    def look_for_positions(self) -> PositionBook:
        """Read the user's own positions again, and return all that there are."""
        from isotimer.session.position_files import load_book

        known = self._book.problems if self._book is not None else ()
        self._book = load_book(self.places.position_folders)
        self._news += (problem for problem in self._book.problems if problem not in known)
        return self._book

    # setups

    def setup_of(self, position: str) -> SetupView | None:
        """Return the athlete's remembered setup at a position; None if there is none yet.

        Raises:
            DataError: If the database cannot be read.
        """
        from isotimer.store.setups import chosen_setup

        with self._reading() as (store, athlete_id):
            row = chosen_setup(store, athlete_id, position) if store is not None else None
        return _view(row) if row is not None else None

    def setups(self, position: str) -> tuple[SetupView, ...]:
        """Return the setups that the athlete has used: at this position first, the newest first in each.

        Raises:
            DataError: If the database cannot be read.
        """
        from isotimer.store.setups import known_setups

        with self._reading() as (store, athlete_id):
            rows = known_setups(store, athlete_id, position) if store is not None else []
        return tuple(_view(row) for row in rows)

    def choose_setup(self, position: str, setup: Setup | SetupView | None) -> None:
        """Remember what the athlete uses at a position from the next session on.

        Args:
            position: Id of the position.
            setup: A setup, a stored one, or None to forget it.

        Raises:
            DataError: If the database cannot be written.
        """
        from isotimer.store.database import open_store
        from isotimer.store.setups import choose_setup

        with open_store(self.places.database) as store:
            if setup is None or isinstance(setup, SetupView):
                setup_id = setup.id if setup is not None else None
            else:
                setup_id = store.setup(setup.name, setup.details)
            choose_setup(store, store.athlete(self.athlete), position, setup_id)

    def skip_setup(self, position: str) -> None:
        """Do not ask this athlete for the setup at a position again before the next start."""
        self._skipped.add((self.athlete, position))

    def unasked(self, positions: Iterable[str]) -> tuple[str, ...]:
        """Return those positions for which the athlete's setup is to be asked, each once, in their order.

        Raises:
            DataError: If the database cannot be read.
        """
        from isotimer.store.setups import chosen_setup

        wanted = [p for p in dict.fromkeys(positions) if (self.athlete, p) not in self._skipped]
        with self._reading() as (store, athlete_id):
            return tuple(p for p in wanted if store is None or chosen_setup(store, athlete_id, p) is None)

    # references and targets

    def reference(self, position: str, side: Side) -> Reference | None:
        """Return what 100 % is for the athlete at a position and side: set for today, else from their holds.

        Raises:
            DataError: If the database cannot be read.
        """
        from isotimer.session.best import Reference, reference
        from isotimer.store.setups import chosen_setup

        typed_n = self._today.get((self.athlete, position, side))
        if typed_n is not None:
            return Reference(typed_n, 0, None, "set for today")
        with self._reading() as (store, athlete_id):
            if store is None:
                return None
            setup = chosen_setup(store, athlete_id, position)
            return reference(store, athlete_id, position, side.value, setup.id if setup else None)

    def set_reference(self, position: str, side: Side, force_n: float | None) -> None:
        """Set what 100 % is until isotimer is left; None takes the athlete's own holds again.

        Raises:
            WrongUseError: If that is no tension.
        """
        key = (self.athlete, position, side)
        if force_n is None:
            self._today.pop(key, None)
        elif not 1 <= force_n <= MAX_REFERENCE_N:
            raise WrongUseError(f"{force_n:g} N is no best", "", f"give 1 to {MAX_REFERENCE_N:g} N")
        else:
            self._today[key] = force_n

    def target_band(self, target: Target, position: str, side: Side) -> TargetBand:
        """Return a target in newtons for the athlete.

        Raises:
            WrongUseError: If it is a share of a number that is not known.
            DataError: If the database cannot be read.
        """
        from isotimer.session.best import resolve_target

        today = {
            (where, leg): force_n for (who, where, leg), force_n in self._today.items() if who == self.athlete
        }
        return resolve_target(target, self.places.database, self.athlete, position, side.value, today=today)

    @contextmanager
    def _reading(self) -> Iterator[tuple[Store, str] | tuple[None, str]]:
        """Give the store and the athlete's key; None while nothing is known of the athlete."""
        from isotimer.store.database import open_store
        from isotimer.store.setups import known_athlete

        if not self.places.database.exists():
            yield None, ""
            return
        with open_store(self.places.database) as store:
            athlete_id = known_athlete(store, self.athlete)
            if athlete_id is None:
                yield None, ""
            else:
                yield store, athlete_id


def _view(row: SetupRow) -> SetupView:
    from isotimer.core.setup import setup_of_details

    return SetupView(row.id, row.name, setup_of_details(row.details))
