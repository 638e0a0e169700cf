"""Tension and shake of the last second, worked out in the thread that acquires: no cue waits for it."""

from queue import Empty, SimpleQueue

from isotimer.core.block import Block
from isotimer.core.hold import Event, HoldEnded, HoldStarted
from isotimer.measures.live import LiveShake, LiveView


class Live:
    """Follows one sensor. ``block`` belongs to the acquisition's thread; all else may be called from any.

    Args:
        noise_floor_n: RMS of the unloaded sensor in the shake band, if it was measured.
    """

    def __init__(self, noise_floor_n: float | None = None) -> None:
        self._shake = LiveShake(noise_floor_n)
        self._orders: SimpleQueue[HoldStarted | HoldEnded] = SimpleQueue()
        self.view = LiveView()
        """The newest view."""

    def event(self, event: Event) -> None:
        """Take note that a hold begins or ends."""
        if isinstance(event, HoldStarted | HoldEnded):
            self._orders.put(event)

    def block(self, block: Block) -> None:
        """Take samples and bring the view up to date."""
        self._obey()
        self.view = self._shake.feed(block.time_s, block.total_n)

    def _obey(self) -> None:
        try:
            order = self._orders.get_nowait()
        except Empty:
            return
        if isinstance(order, HoldStarted):
            target = order.step.target
            # A band that moves says nothing about a loss of tension.
            low_n = target.low_n if target and order.step.path is None else None
            self._shake.begin(order.start_s, low_n)
        else:
            self._shake.finish()
        self._obey()
