"""The equipment of a hold: only holds with the same setup are compared with each other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from isotimer.core.errors import WrongUseError
from isotimer.core.positions.position import Cuff, Position, Use
from isotimer.core.text import printable

MAX_COUNT = 20
"""The most bands that are counted."""
MAX_CM = 1000.0
"""The longest distance to an anchor, cm."""
MAX_WORDS = 40
"""The longest name of a band, strap or setup."""


class Effort(StrEnum):
    """What kind of effort it is: the two are different tasks, with different records."""

    HOLD = "hold"
    """Against a load that would move you: a band, a weight, the own body."""
    PUSH = "push"
    """Against something that cannot move: a strap, a bar, a plate."""


class Height(StrEnum):
    """How high the anchor is."""

    UNSTATED = ""
    FLOOR = "floor"
    ANKLE = "ankle"
    KNEE = "knee"
    HIP = "hip"
    SHOULDER = "shoulder"
    OVERHEAD = "overhead"


EFFORT_OF: Mapping[Use, Effort] = {
    Use.BODY: Effort.HOLD,
    Use.BAND: Effort.HOLD,
    Use.STRAP: Effort.PUSH,
    Use.PLATE: Effort.PUSH,
}
"""The usual kind of effort of each equipment."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a hold is done with.

    Raises:
        WrongUseError: On a number or word that makes no sense; it is named.
    """

    use: Use
    effort: Effort
    cuff: Cuff = Cuff.NONE
    anchor: Height = Height.UNSTATED
    model: str = ""
    """Which band, strap or plate, in the athlete's own words ("red", "hole 4")."""
    count: int = 1
    """Number of bands side by side."""
    distance_cm: float | None = None
    """From the cuff to the anchor, as far as the band was long when it was slack, or the strap's length."""

    def __post_init__(self) -> None:
        if len(self.model) > MAX_WORDS:
            raise WrongUseError(
                f"model '{printable(self.model, 20)}'", "too long", f"use at most {MAX_WORDS} characters"
            )
        if not 1 <= self.count <= MAX_COUNT:
            raise WrongUseError(f"{self.count} bands", "out of range", f"give 1 to {MAX_COUNT}")
        if self.distance_cm is not None and not 0 < self.distance_cm <= MAX_CM:
            raise WrongUseError(
                f"a distance of {self.distance_cm:g} cm",
                "out of range",
                f"give more than 0, at most {MAX_CM:g}",
            )

    @property
    def name(self) -> str:
        """The setup in words: "red band x2, 150 cm, ankle cuff, anchor at the floor, push".

        Two setups have the same name only if they are the same.
        """
        words = [self._equipment()]
        if self.distance_cm is not None:
            words.append(f"{self.distance_cm:g} cm")
        if self.cuff:
            words.append("hip belt" if self.cuff is Cuff.HIP else f"{self.cuff.value} cuff")
        if self.anchor:
            words.append(f"anchor at {'the floor' if self.anchor is Height.FLOOR else self.anchor.value}")
        if self.effort is not EFFORT_OF[self.use]:
            words.append(self.effort.value)
        return ", ".join(words)

    def _equipment(self) -> str:
        what = "body weight" if self.use is Use.BODY else self.use.value
        model = " ".join(self.model.split())
        times = f" x{self.count}" if self.count > 1 else ""
        return f"{model} {what}{times}".strip()

    @property
    def details(self) -> dict[str, Any]:
        """The setup as the store keeps it; what is not stated is left out."""
        found = {
            "use": self.use.value,
            "effort": self.effort.value,
            "cuff": self.cuff.value,
            "anchor": self.anchor.value,
            "model": " ".join(self.model.split()),
            "count": self.count if self.count > 1 else None,
            "distance_cm": self.distance_cm,
        }
        return {key: value for key, value in found.items() if value not in ("", None)}


def setup_of_details(details: Mapping[str, Any]) -> Setup | None:
    """Return the setup that stored details mean; None for one that is only a name, or that makes no sense."""
    try:
        use = Use(details.get("use", ""))
        return Setup(
            use,
            Effort(details.get("effort", EFFORT_OF[use])),
            Cuff(details.get("cuff", "")),
            Height(details.get("anchor", "")),
            str(details.get("model", "")),
            int(details.get("count", 1)),
            None if details.get("distance_cm") is None else float(details["distance_cm"]),
        )
    except (ValueError, TypeError, OverflowError, WrongUseError):
        return None


def usual_setup(position: Position, *, sensor: bool = True) -> Setup:
    """Return the setup that a position is mostly done with, with a sensor or without."""
    fitting = [use for use in position.uses if (use is not Use.BODY) is sensor]
    use = fitting[0] if fitting else position.uses[0]
    strapped = use in (Use.BAND, Use.STRAP)
    return Setup(use, EFFORT_OF[use], position.cuffs[0] if strapped and position.cuffs else Cuff.NONE)


def setup_of_words(
    use: str, effort: str, cuff: str, anchor: str, model: str, count: str, distance_cm: str
) -> Setup:
    """Return the setup that the fields of a form mean; an empty field is not stated.

    What the equipment has no use for is left out: a count of anything but bands, a cuff or an anchor of
    a plate.

    Raises:
        WrongUseError: If a field makes no sense; it is named.
    """
    kind = Use(use)
    strapped = kind in (Use.BAND, Use.STRAP)
    number = _number("distance", distance_cm) if strapped and distance_cm.strip() else None
    bands = _number("number of bands", count) if kind is Use.BAND and count.strip() else 1.0
    if bands != int(bands):
        raise WrongUseError(f"number of bands '{count}'", "not a whole number", "give 1 or more")
    return Setup(
        kind,
        Effort(effort),
        Cuff(cuff) if strapped else Cuff.NONE,
        Height(anchor) if strapped else Height.UNSTATED,
        "" if kind is Use.BODY else " ".join(model.split()),
        int(bands),
        number,
    )


def _number(what: str, text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WrongUseError(f"{what} '{text}'", "not a number", "give one like 150, or leave it empty")
    return value
