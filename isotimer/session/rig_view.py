"""What a rig sees now, for the screen."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import Block, FloatArray
from isotimer.core.pressure import LEAST_N, load_share
from isotimer.core.rig import Rig
from isotimer.core.rig_forces import lifted, rig_forces

MOST_POINTS = 500
"""More samples than these are thinned out: no screen shows more."""
NOW_S = 0.2
"""Numbers are means of so long."""


@dataclass(frozen=True, slots=True, eq=False)
class StanceView:
    """Sides and centre of pressure of the newest seconds."""

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
    thin = block.force_n[::step]
    forces = rig_forces(rig, thin)
    recent = block.between(now_s - NOW_S - 0.3, np.inf)
    newest = recent.between(float(recent.time_s[-1]) - NOW_S, np.inf) if len(recent) else recent
    mean = (
        newest.force_n.mean(axis=0, keepdims=True) if len(newest) else np.full((1, len(rig.channels)), np.nan)
    )
    now = rig_forces(rig, mean)
    share = None
    if now.left_n is not None and now.right_n is not None:
        value = float(load_share(now.right_n, now.left_n)[0])
        share = value if np.isfinite(value) else None
    cells = np.array([(c.x_mm, c.y_mm) for c in rig.channels if c.plate], float).reshape(-1, 2)
    load = float(mean.sum())
    warnings = lifted(rig, newest.force_n) if len(newest) and load > LEAST_N and block.unit == "N" else ()
    return StanceView(
        block.time_s[::step] - now_s,
        forces.left_n,
        forces.right_n,
        forces.centre_mm,
        share,
        rig.share_pct,
        cells,
        tuple(_edges(rig, plate) for plate in rig.plates),
        load if np.isfinite(load) else None,
        "; ".join(warnings),
    )


def _edges(rig: Rig, plate: str) -> tuple[float, float, float, float]:
    x, y = (1000 * rig.places_m(rig.columns(plate))).T
    return float(x.min()), float(x.max()), float(y.min()), float(y.max())
