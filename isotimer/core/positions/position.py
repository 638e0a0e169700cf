"""What is known of a hold position."""

from dataclasses import dataclass
from enum import StrEnum

from isotimer.core.plan import Phase, Side


class Use(StrEnum):
    """What a position can be done with."""

    BODY = "body"
    BAND = "band"
    STRAP = "strap"
    PLATE = "plate"


LEGS = (Side.LEFT, Side.RIGHT)
PULL = (Use.BAND, Use.STRAP, Use.BODY)


@dataclass(frozen=True, slots=True)
class Position:
    """How a body is set for a hold.

    Angles are flexion from straight: 0° is a straight joint (ankle: foot at a right angle to the shin).
    """

    id: str
    name: str
    phase: Phase
    sides: tuple[Side, ...]
    uses: tuple[Use, ...]
    muscles: str
    setup: str
    sensor: str
    """Where the load cell or plate goes."""
    cues: tuple[str, str]
    """Two short sentences for the athlete during the hold."""
    faults: tuple[str, ...]
    source: str
    """Codes of ``sources.SOURCES``."""
    default_seconds: float
    also: tuple[Phase, ...] = ()
    """Further phases that it trains."""
    note: str = ""
    """A caution, or what must stay the same for numbers to be comparable."""
    variant_of: str = ""
    """Id of the position that this one varies."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """All phases, the main one first."""
        return (self.phase, *self.also)
