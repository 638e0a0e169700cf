"""Body mass as people write it."""

import re

from isotimer.core.errors import WrongUseError
from isotimer.core.units import POUND_KG

LEAST_KG, MOST_KG = 20.0, 300.0
"""What a runner may weigh; beyond it is a slip of the pen."""

_MASS = re.compile(r"\s*(\d{1,4}(?:[.,]\d{0,3})?)\s*(kgs?|lbs?)?\s*", re.ASCII | re.IGNORECASE)


def parse_mass(text: str) -> float | None:
    """Return the kilograms that a text means ("70", "70,5 kg", "154 lb"), None for an empty one.

    Raises:
        WrongUseError: If that is no body mass.
    """
    if not text.strip():
        return None
    match = _MASS.fullmatch(text)
    if match is None:
        raise WrongUseError(f"body weight '{text}'", "not a number of kg or lb", "write it like 70 or 154 lb")
    pounds = (match[2] or "").lower().startswith("lb")
    mass_kg = float(match[1].replace(",", ".")) * (POUND_KG if pounds else 1.0)
    if not LEAST_KG <= mass_kg <= MOST_KG:
        raise WrongUseError(
            f"body weight '{text.strip()}'",
            f"not between {LEAST_KG:g} and {MOST_KG:g} kg",
            "write it like 70 or 154 lb",
        )
    return mass_kg
