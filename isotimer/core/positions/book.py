"""All positions that there are: the ones that come with isotimer and the user's own."""

import difflib
from dataclasses import dataclass

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Phase
from isotimer.core.positions.position import Position
from isotimer.core.positions.push import PUSH
from isotimer.core.positions.return_ import RETURN
from isotimer.core.positions.swing import SWING
from isotimer.core.text import printable

POSITIONS: tuple[Position, ...] = PUSH + SWING + RETURN
"""The positions that come with isotimer, by phase."""

_NAME_CELLS = 60


@dataclass(frozen=True, slots=True)
class PositionBook:
    """Where a position is looked up.

    Attributes:
        own: The user's positions.
        problems: A sentence about each file of the user that is no position.
    """

    own: tuple[Position, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def positions(self) -> tuple[Position, ...]:
        """All of them by phase, within each the user's own last."""
        known = POSITIONS + self.own
        return tuple(p for phase in Phase for p in known if p.phase is phase)

    def find(self, position_id: str) -> Position | None:
        """Return the position with this id, None if there is none (its file may be gone)."""
        return next((p for p in POSITIONS + self.own if p.id == position_id), None)

    def get(self, position_id: str) -> Position:
        """Return the position with this id.

        Raises:
            WrongUseError: If there is none; it names the nearest.
        """
        found = self.find(position_id)
        if found is not None:
            return found
        ids = [p.id for p in self.positions]
        near = difflib.get_close_matches(position_id.lower(), ids, n=1, cutoff=0.4)
        look = "list them with 'isotimer positions'"
        advice = f"did you mean '{near[0]}'? If not, {look}" if near else look
        raise WrongUseError(f"position '{position_id}'", "there is none of that name", advice)

    def name(self, position_id: str) -> str:
        """Return the plain name of a position, safe to show; its id if it is not known any more."""
        found = self.find(position_id)
        return printable(found.name if found is not None else position_id, _NAME_CELLS)


BUILTIN = PositionBook()
"""Without any position of a user."""


def position(position_id: str) -> Position:
    """Return the position that comes with isotimer under this id.

    Raises:
        WrongUseError: If there is none; it names the nearest.
    """
    return BUILTIN.get(position_id)
