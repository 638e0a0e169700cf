"""Units of force at the edges; newtons inside."""

STANDARD_GRAVITY = 9.80665
"""Standard gravity, m/s² (CGPM 1901)."""

POUND_KG = 0.45359237
"""The international avoirdupois pound, kg."""

COUNTS = "counts"
"""The base unit of a sensor that is not calibrated yet."""

NEWTONS = "N"
"""The base unit of force."""

_KG = STANDARD_GRAVITY
_LB = POUND_KG * STANDARD_GRAVITY

NEWTONS_PER: dict[str, float] = {
    "N": 1.0,
    "mN": 1e-3,
    "kN": 1e3,
    "kgf": _KG,
    "gf": _KG / 1e3,
    "lbf": _LB,
    "ozf": _LB / 16,
    "mlbf": _LB / 1e3,
    "kg": _KG,
    "g": _KG / 1e3,
    "t": _KG * 1e3,
    "lb": _LB,
    "oz": _LB / 16,
    "ct": _KG * 2e-4,
}
"""Newtons for one of each unit; a mass stands for its weight at standard gravity."""


def to_base(unit: str) -> tuple[float, str] | None:
    """Return (factor, base unit) that turn a value in ``unit`` into newtons or counts.

    Returns None for a unit that is neither force nor counts ("percent", "pcs").
    """
    if unit in ("raw", COUNTS):
        return 1.0, COUNTS
    factor = NEWTONS_PER.get(unit)
    return None if factor is None else (factor, NEWTONS)
