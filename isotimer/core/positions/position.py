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


class Cuff(StrEnum):
    """Where a strap or band holds the body."""

    NONE = ""
    ANKLE = "ankle"
    KNEE = "knee"
    """The thigh, just above the knee."""
    HIP = "hip belt"


class Pull(StrEnum):
    """Where the anchor or the plate is, seen from the athlete: there the pull or push of the rig points."""

    BEHIND = "behind"
    FRONT = "in front"
    BELOW = "below"
    ABOVE = "above"
    FEET = "beyond the feet"
    HEAD = "beyond the head"


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
    pull: Pull
    """Where the anchor or plate of the usual set-up is."""
    cues: tuple[str, str]
    """Two short sentences for the athlete during the hold."""
    faults: tuple[str, ...]
    source: str
    """Codes of ``sources.SOURCES``; of a user's position, any words."""
    default_seconds: float
    also: tuple[Phase, ...] = ()
    """Further phases that it trains."""
    note: str = ""
    """A caution, or what must stay the same for numbers to be comparable."""
    variant_of: str = ""
    """Id of the position that this one varies."""
    cuffs: tuple[Cuff, ...] = ()
    """Where a strap holds the body here, the usual place first; empty where none is used."""
    drawing: str = ""
    """Id of the position whose drawing is shown; empty for its own."""
    picture: tuple[str, ...] = ()
    """A user's drawing in ASCII, the right leg working, the athlete facing right."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """All phases, the main one first."""
        return (self.phase, *self.also)
