"""Whether load is shared as a rig asks for: told when it has not been for a while."""

from collections.abc import Callable
from queue import Empty, SimpleQueue

import numpy as np

from isotimer.core.block import Block
from isotimer.core.events import EngineSettings, Event, HoldEnded, HoldStarted
from isotimer.core.pressure import LEAST_N
from isotimer.core.rig import Rig
from isotimer.core.rig_forces import rig_forces
from isotimer.core.sense import BIN_S


class ShareWatch:
    """Follows the share of load in a hold. ``block`` belongs to the acquisition's thread, ``event`` to any.

    Args:
        rig: Gives the rig of now; without a share asked for nothing is watched.
        tell: Called once for each time that the share stays out of its band.
        patience_s: How long it must be out to be told.
    """

    def __init__(
        self,
        rig: Callable[[], Rig],
        tell: Callable[[], None],
        patience_s: float = EngineSettings().out_of_band_s,
    ) -> None:
        self._rig = rig
        self._tell = tell
        self._patience_s = patience_s
        self._orders: SimpleQueue[HoldStarted | HoldEnded] = SimpleQueue()
        self._in_s: float | None = None
        """When it was last in the band, or the hold began; None outside of a hold."""
        self._told = False
        self._until_s = 0.0
        self._left_right, self._count = np.zeros(2), 0

    def event(self, event: Event) -> None:
        """Take note that a hold begins or ends."""
        if isinstance(event, HoldStarted | HoldEnded):
            self._orders.put(event)

    def block(self, block: Block) -> None:
        """Take samples; every quarter of a second their share is judged."""
        self._obey()
        rig = self._rig()
        if self._in_s is None or rig.share_pct is None or not len(block):
            return
        forces = rig_forces(rig, block.force_n)
        if forces.left_n is None or forces.right_n is None:
            return
        sides = np.column_stack([forces.left_n, forces.right_n])
        sides = sides[np.isfinite(sides).all(axis=1)]
        self._left_right += sides.sum(axis=0)
        self._count += len(sides)
        now_s = float(block.time_s[-1])
        if now_s >= self._until_s:
            self._judge(now_s, rig.share_pct)

    def _judge(self, now_s: float, band: tuple[float, float]) -> None:
        left, right = (self._left_right / max(self._count, 1)).tolist()
        self._begin(now_s)
        share = 100 * right / (left + right) if left + right > LEAST_N else None
        if share is None or band[0] <= share <= band[1]:
            self._in_s, self._told = now_s, False
        elif not self._told and self._in_s is not None and now_s - self._in_s >= self._patience_s:
            self._told = True
            self._tell()

    def _begin(self, now_s: float) -> None:
        """Begin another stretch."""
        self._until_s, self._left_right, self._count = now_s + BIN_S, np.zeros(2), 0

    def _obey(self) -> None:
        try:
            order = self._orders.get_nowait()
        except Empty:
            return
        if isinstance(order, HoldStarted):
            self._in_s, self._told = order.start_s, False
            self._begin(order.start_s)
        else:
            self._in_s = None
        self._obey()
