"""Where a moving target goes: its curve on the session's time, from the engine's picture of the moment."""

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.events import EngineView, State
from isotimer.core.plan import HoldStep

_STEP_S = 0.05
_AFTER_S = 1.0
_NONE = (np.empty(0), np.empty(0))


def curve(step: HoldStep) -> tuple[FloatArray, FloatArray]:
    """Return (time from the hold's start, target in N) of a step; empty without a moving target.

    Parts that are done by feel are NaN: they are not to be seen.
    """
    if step.path is None or step.target is None:
        return _NONE
    length_s = step.path.seconds + _AFTER_S if step.seconds is None else step.seconds
    time_s = np.arange(0.0, length_s, _STEP_S)
    target_n = step.target.force_n * step.path.share_at(time_s)
    hidden = [step.path.eyes_off_at(float(at_s)) for at_s in time_s]
    target_n[hidden] = np.nan
    return time_s, target_n


def starts_s(view: EngineView, now_s: float) -> float:
    """Return when the hold started, or when it will as far as it is known; else now."""
    if view.state is State.HOLD:
        return now_s - view.elapsed_s
    if view.state is State.COUNTDOWN and view.remaining_s is not None:
        return now_s + view.remaining_s
    return now_s
