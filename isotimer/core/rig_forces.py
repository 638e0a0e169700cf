"""What a rig sees: its cells put together as tension, left, right and centre of pressure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.plan import Side
from isotimer.core.pressure import LEAST_N, centre_of_cells
from isotimer.core.rig import Rig, is_spread

LIFTED_N = -20.0
"""A cell that is calibrated and tared and still pulled up by more than this is a plate off its feet."""

WEIGHT_LEAST_S = 1.0
WEIGHT_SD = 0.01
"""Whoever stands still moves by less than this share of body weight (SD)."""


@dataclass(frozen=True, slots=True, eq=False)
class RigForces:
    """Samples of a rig, put together."""

    tension_n: FloatArray
    """(n,) the strap's pull where the rig has one, else the sum of all cells; NaN where a cell is void."""
    left_n: FloatArray | None
    right_n: FloatArray | None
    """(n,) each side; None where the rig does not tell sides."""
    centre_mm: FloatArray | None
    """(n, 2) centre of pressure of all plates together, mm; None where there is none to be had."""


def rig_forces(rig: Rig, force_n: FloatArray, least_n: float = LEAST_N) -> RigForces:
    """Return what a rig sees.

    The centre of pressure of two plates is that of all their cells at once, which is the mean of the plates'
    centres weighted by their forces.

    Args:
        rig: The rig.
        force_n: (n, c) force of its channels in its order, load positive, N.
        least_n: Least load of the plates at which a centre of pressure is given.
    """
    at = _columns(rig)
    return RigForces(
        _sum(force_n, at.tension),
        _sum(force_n, at.left) if at.left and at.right else None,
        _sum(force_n, at.right) if at.left and at.right else None,
        1000 * centre_of_cells(force_n[:, at.cells], at.places_m, least_n) if at.has_centre else None,
    )


def side_centres(rig: Rig, force_n: FloatArray, least_n: float = LEAST_N) -> dict[Side, FloatArray]:
    """Return the (n, 2) centre of pressure of each side's plate alone, mm, in the rig's coordinates.

    Args:
        rig: The rig.
        force_n: (n, c) force of its channels, N.
        least_n: Least load of a plate; one that carries less has no centre.

    Returns:
        Side -> its centre; empty unless both sides stand on a plate of their own.
    """
    found = {}
    for side in (Side.LEFT, Side.RIGHT):
        columns = [n for n in rig.side_columns(side) if rig.channels[n].plate]
        places = rig.places_m(columns)
        if is_spread(places):
            found[side] = 1000 * centre_of_cells(force_n[:, columns], places, least_n)
    return found if len(found) == 2 else {}


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """Where in a block of a rig what is summed up stands."""

    tension: list[int]
    left: list[int]
    right: list[int]
    """Sides are told apart where neither is empty."""
    cells: list[int]
    places_m: FloatArray
    has_centre: bool


@lru_cache(maxsize=16)
def _columns(rig: Rig) -> _Columns:
    """Return the columns of a rig; asked for with every picture."""
    cells = [n for plate in rig.plates for n in rig.columns(plate)]
    return _Columns(
        list(rig.tension_columns),
        list(rig.side_columns(Side.LEFT)),
        list(rig.side_columns(Side.RIGHT)),
        cells,
        rig.places_m(cells),
        rig.has_centre,
    )


def _sum(force_n: FloatArray, columns: list[int]) -> FloatArray:
    return np.asarray(force_n[:, columns].sum(axis=1))


def lifted(rig: Rig, force_n: FloatArray) -> tuple[str, ...]:
    """Return one sentence for each plate with a corner that reads well below zero while others carry load.

    Args:
        rig: The rig.
        force_n: (n, c) newest samples, N.
    """
    known = force_n[np.isfinite(force_n).all(axis=1)]
    if not len(known):
        return ()
    middle = np.median(known, axis=0)
    found = []
    for plate in rig.plates:
        columns = rig.columns(plate)
        low = [n for n in columns if middle[n] < LIFTED_N]
        if low:
            names = ", ".join(rig.names[n] for n in low)
            found.append(
                f"{names} reads {middle[low[0]]:.0f} N: the plate does not stand on all its feet, or a cell "
                "counts the wrong way"
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody standing still on plates."""

    weight_n: float | None
    """Mean force; None while it cannot be taken."""
    sd_pct: float | None
    """Standard deviation in % of it."""
    why: str = ""
    """Why it cannot be taken; empty if it can."""


def standing(time_s: FloatArray, force_n: FloatArray) -> Standing:
    """Return the body weight of somebody who stands still.

    Mean vertical force over at least 1 s, its SD below 1 %; against a scale about 1.5 % is to be expected.

    Args:
        time_s: (n,) times of the newest seconds.
        force_n: (n,) sum of all cells, N.
    """
    known = np.isfinite(force_n)
    force_n, time_s = force_n[known], time_s[known]
    if len(force_n) < 10 or time_s[-1] - time_s[0] < 0.95 * WEIGHT_LEAST_S:
        return Standing(None, None, "the plate sends too little")
    mean, sd = float(force_n.mean()), float(force_n.std(ddof=1))
    if mean < 5 * LEAST_N:
        return Standing(None, None, f"nobody stands on it ({mean:.0f} N)")
    share = sd / mean
    why = "" if share < WEIGHT_SD else f"the load moves by {100 * share:.1f} %: stand still"
    return Standing(None if why else mean, 100 * share, why)
