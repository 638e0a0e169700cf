"""A target that moves: its band at a moment, and its lowest part."""

import numpy as np

from isotimer.core.plan import HoldStep
from isotimer.core.target import TargetBand
from isotimer.core.task import TargetPath

_STEP_S = 0.05


def band_at(target: TargetBand | None, path: TargetPath | None, since_s: float) -> TargetBand | None:
    """Return the band at a time from the start of the hold; the resting band without a path."""
    if target is None or path is None:
        return target
    share = float(path.share_at(np.array([max(0.0, since_s)]))[0])
    return TargetBand(target.force_n * share, target.low_n * share, target.high_n * share)


def lowest_share(path: TargetPath | None) -> float:
    """Return the lowest share that a path comes to, to within a twentieth of a second; 1 without one."""
    if path is None:
        return 1.0
    return float(path.share_at(np.arange(0.0, path.seconds + _STEP_S, _STEP_S)).min())


def eyes_off(step: HoldStep, since_s: float) -> bool:
    """Return whether target and tension are hidden at a time from the start of the hold."""
    return step.path is not None and step.path.eyes_off_at(since_s)
