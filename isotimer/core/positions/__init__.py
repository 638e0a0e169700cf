"""The hold positions: how the body is set, where the sensor goes, what to think of.

A new position is one row in the file of its phase and one scene in ``core/drawings/scenes.py``; a user's
own is a TOML file.
"""

from isotimer.core.positions.book import BUILTIN, POSITIONS, PositionBook, position
from isotimer.core.positions.position import Cuff, Position, Pull, Use
from isotimer.core.positions.sources import SOURCES

__all__ = [
    "BUILTIN",
    "POSITIONS",
    "SOURCES",
    "Cuff",
    "Position",
    "PositionBook",
    "Pull",
    "Use",
    "position",
]
