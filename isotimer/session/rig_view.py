"""What a rig sees now, for the screen."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from isotimer.core.block import Block, FloatArray
from isotimer.core.pressure import LEAST_N, load_share
from isotimer.core.rig import Rig
from isotimer.core.rig_forces import lifted, rig_forces
from isotimer.core.text import printable
from isotimer.core.units import NEWTONS

MOST_POINTS = 500
"""More samples than these are thinned out: no screen shows more."""
NOW_S = 0.2
"""Numbers are means of so long."""


@dataclass(frozen=True, slots=True, eq=False)
class StanceView:
    """Sides and centre of pressure of the newest seconds."""

    now_s: float
    """Session time of now."""
    ago_s: FloatArray
    """(n,) time relative to now."""
    left_n: FloatArray | None
    right_n: FloatArray | None
    """(n,) per side; None where the rig does not tell sides."""
    centre_mm: FloatArray | None
    """(n, 2); NaN where too little is loaded; None without a plate that has a centre."""
    share_pct: float | None
    """Share of the right side now."""
    share_band: tuple[float, float] | None
    """Lowest and highest share that is wanted."""
    cells_mm: FloatArray
    """(k, 2) where the cells of the plates are."""
    plates: tuple[tuple[float, float, float, float], ...]
    """(left, right, back, front) edges of each plate by its cells, mm."""
    load_n: float | None
    """What the rig carries now."""
    lost: str = ""
    """Which devices send nothing while others do; empty mostly."""
    warning: str = ""
    """What is wrong with how the plates stand; empty mostly."""


def stance_view(rig: Rig, block: Block, now_s: float) -> StanceView:
    """Return what a rig sees.

    Args:
        rig: The rig.
        block: Its newest samples.
        now_s: Session time of now.
    """
    step = max(1, len(block) // MOST_POINTS)
    forces = rig_forces(rig, block.force_n[::step])
    recent = block.between(now_s - NOW_S - 0.3, np.inf)
    newest = recent.between(float(recent.time_s[-1]) - NOW_S, np.inf) if len(recent) else recent
    mean = newest.force_n.mean(axis=0) if len(newest) else np.full(len(rig.channels), np.nan)
    load = float(mean.sum())
    # a median this low has a mean below zero: the sorting is spared while all is well
    low = len(newest) and load > LEAST_N and block.unit == NEWTONS and bool((mean < 0).any())
    cells, plates = _drawn(rig)
    return StanceView(
        now_s,
        block.time_s[::step] - now_s,
        forces.left_n,
        forces.right_n,
        forces.centre_mm,
        _share(rig, mean),
        rig.share_pct,
        cells,
        plates,
        load if np.isfinite(load) else None,
        _lost(rig, mean),
        "; ".join(lifted(rig, newest.force_n)) if low else "",
    )


def _lost(rig: Rig, force_n: FloatArray) -> str:
    """Return the names of the devices of which (c,) forces are void, while those of others are not."""
    there = {c.device for c, force in zip(rig.channels, force_n.tolist(), strict=True) if np.isfinite(force)}
    return ", ".join(printable(d.id, 20) for d in rig.devices if there and d.id not in there)


def _share(rig: Rig, force_n: FloatArray) -> float | None:
    """Return the share of the right side, %, of (c,) forces; None where there is none."""
    forces = rig_forces(rig, force_n[None])
    if forces.left_n is None or forces.right_n is None:
        return None
    value = float(load_share(forces.right_n, forces.left_n)[0])
    return value if np.isfinite(value) else None


@lru_cache(maxsize=16)
def _drawn(rig: Rig) -> tuple[FloatArray, tuple[tuple[float, float, float, float], ...]]:
    """Return the places of the cells and the edges of the plates, mm."""
    cells = np.array([(c.x_mm, c.y_mm) for c in rig.channels if c.plate], float).reshape(-1, 2)
    return cells, tuple(_edges(rig, plate) for plate in rig.plates)


def _edges(rig: Rig, plate: str) -> tuple[float, float, float, float]:
    x, y = (1000 * rig.places_m(rig.columns(plate))).T
    return float(x.min()), float(x.max()), float(y.min()), float(y.max())
