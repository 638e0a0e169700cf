"""The hold positions: how the body is set, where the sensor goes, what to think of.

A new position is one row in the file of its phase.
"""

import difflib

from isotimer.core.errors import WrongUseError
from isotimer.core.positions.position import Position, Use
from isotimer.core.positions.push import PUSH
from isotimer.core.positions.return_ import RETURN
from isotimer.core.positions.sources import SOURCES
from isotimer.core.positions.swing import SWING

__all__ = ["POSITIONS", "SOURCES", "Position", "Use", "position"]

POSITIONS: tuple[Position, ...] = PUSH + SWING + RETURN


def position(position_id: str) -> Position:
    """Return the position with this id.

    Raises:
        WrongUseError: If there is none; it names the nearest.
    """
    for candidate in POSITIONS:
        if candidate.id == position_id:
            return candidate
    near = difflib.get_close_matches(position_id.lower(), [p.id for p in POSITIONS], n=1, cutoff=0.4)
    look = "list them with 'isotimer positions'"
    advice = f"did you mean '{near[0]}'? If not, {look}" if near else look
    raise WrongUseError(f"position '{position_id}'", "there is none of that name", advice)
