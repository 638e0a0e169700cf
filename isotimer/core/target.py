"""The tension to aim at, as typed and in newtons."""

import re
from dataclasses import dataclass
from typing import Literal

from isotimer.core.errors import WrongUseError
from isotimer.core.units import NEWTONS_PER, STANDARD_GRAVITY

MAX_FORCE_N = 100_000.0
"""The largest target; more is a slip of the pen."""

BandSide = Literal["below", "in", "above"]


@dataclass(frozen=True, slots=True)
class TargetBand:
    """A tension to hold and the band around it, in N."""

    force_n: float
    low_n: float
    high_n: float

    def side_of(self, force_n: float) -> BandSide:
        """Return where a tension lies; the edges belong to the band."""
        if force_n < self.low_n:
            return "below"
        return "above" if force_n > self.high_n else "in"


@dataclass(frozen=True, slots=True)
class Target:
    """A tension to aim at, before the athlete's numbers are known."""

    kind: Literal["N", "best", "bodyweight"]
    value: float
    """Newtons, or a share of the athlete's best or body weight (0.75)."""
    band_share: float = 0.10
    """Half the width of the band, as a share of the target."""

    def resolve(self, best_n: float | None, body_mass_kg: float | None) -> TargetBand:
        """Return the band in newtons.

        Args:
            best_n: The athlete's best at this position, side and mode, if there is one.
            body_mass_kg: The athlete's body mass, if it is known.

        Raises:
            WrongUseError: If the number that the target is a share of is unknown.
        """
        force_n = self.value * self._unit_n(best_n, body_mass_kg)
        return TargetBand(force_n, force_n * (1 - self.band_share), force_n * (1 + self.band_share))

    def _unit_n(self, best_n: float | None, body_mass_kg: float | None) -> float:
        if self.kind == "N":
            return 1.0
        if self.kind == "best":
            if best_n is None:
                raise WrongUseError(
                    f"target {self.value * 100:g}%",
                    "there is no best for this position and side yet",
                    "do a hold in mode max first, or give the target in newtons",
                )
            return best_n
        if body_mass_kg is None:
            raise WrongUseError(
                f"target {self.value:g}BW",
                "the athlete's body mass is not known",
                "enter the body mass, or give the target in newtons",
            )
        return body_mass_kg * STANDARD_GRAVITY


_TARGET = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%|[A-Za-z]+)\s*", re.ASCII)


def parse_target(text: str) -> Target:
    """Return the target that a text means: "250N", "55 lbf", "75%" (of best) or "0.8BW".

    Raises:
        WrongUseError: If the text is no target, or the target is below 1 N (1 %) or beyond reason.
    """
    shown = f"target '{text}'"
    forms = "write it like 250N, 25kgf, 75% (of best) or 0.8BW"
    match = _TARGET.fullmatch(text)
    if match is None:
        raise WrongUseError(shown, "not a number with a unit", forms)
    value, unit = float(match[1]), match[2]
    if unit == "%":
        target = Target("best", value / 100)
    elif unit.upper() == "BW":
        target = Target("bodyweight", value)
    elif (factor := _newtons_per(unit)) is not None:
        target = Target("N", value * factor)
    else:
        raise WrongUseError(shown, f"unknown unit '{unit}'", forms)
    least, most = (1.0, MAX_FORCE_N) if target.kind == "N" else (0.01, 10.0)
    if not least <= target.value <= most:
        raise WrongUseError(shown, "too little" if target.value < least else "too much", forms)
    return target


def _newtons_per(unit: str) -> float | None:
    """Return the factor of a unit, capitals ignored where that leaves one meaning."""
    if unit in NEWTONS_PER:
        return NEWTONS_PER[unit]
    alike = [factor for name, factor in NEWTONS_PER.items() if name.lower() == unit.lower()]
    return alike[0] if len(alike) == 1 else None
