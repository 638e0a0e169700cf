"""How long a change takes in mode switch: from the cue until the new side, or the other task, carries.

One sensor sees one side, so tension goes up or down at a change; a plate, or a sensor that carries both
sides, sees it fall and come back. Both are measured from the cue to the moment when tension is past the
middle of its way and stays there.
"""

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared

SETTLE_S = 0.5
"""The levels before a change and at the end of the part after it are medians over this."""
MOVED = 0.3
"""Tension has changed if the levels differ by at least this share of the higher one ..."""
DIP = 0.5
"""... or if it fell below this share of the lower one in between."""
STAYS_S = 0.1
"""It is past the middle once it stays there so long."""


def transition(hold: Prepared) -> Outcome:
    """Median over all changes of the time from cue to change."""
    changes = hold.trace.changes_s
    if not changes:
        return absent("nothing was asked to change")
    ends = (*changes[1:], hold.trace.hold_s)
    seen = [s for cue, end in zip(changes, ends, strict=True) if (s := _one(hold, cue, end)) is not None]
    if not seen:
        return absent("no change of tension was seen")
    few = f"seen in {len(seen)} of {len(changes)} changes" if len(seen) < len(changes) else ""
    latency = hold.trace.cue_latency_s
    unheard = "not heard from a speaker: when the cues came through is not known" if latency is None else ""
    return found(float(np.median(seen)) - (latency or 0.0), few, unheard)


def _one(hold: Prepared, cue_s: float, end_s: float) -> float | None:
    """Return how long one change took; None if it was not seen."""
    before = hold.between(cue_s - SETTLE_S, cue_s)[1]
    time, force = hold.between(cue_s, end_s)
    after = force[time >= end_s - SETTLE_S]
    if before.size < 2 or after.size < 2 or hold.longest_gap(cue_s, end_s) > STAYS_S:
        return None
    low, high = float(np.median(before)), float(np.median(after))
    if abs(high - low) >= MOVED * max(abs(high), abs(low)):
        past = force >= (low + high) / 2 if high > low else force <= (low + high) / 2
        first = 0
    else:
        first = int(np.argmin(force))
        if force[first] >= DIP * min(low, high):
            return None
        past = force >= DIP * high
    return _stays(time, past, first, cue_s)


def _stays(time_s: FloatArray, past: NDArray[np.bool_], first: int, cue_s: float) -> float | None:
    """Return the time from the cue to the first sample from ``first`` on that stays past the middle."""
    for at in range(first, time_s.size):
        stretch = past[at : int(np.searchsorted(time_s, time_s[at] + STAYS_S))]
        if stretch.all():
            return float(time_s[at]) - cue_s
    return None
