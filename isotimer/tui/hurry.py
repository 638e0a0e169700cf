"""A picture between two pictures: what changes much is drawn when it comes, not at the next tick."""

import asyncio
import contextvars
import time
from collections.abc import Callable

LEAST_S = 1 / 60
"""So far apart at least are two hurried pictures: no terminal shows more, and the ticks go on besides."""


class Hurry:
    """Hands a drawing to the event loop that it is made in, when another thread hears of a large change.

    Args:
        far: Whether a value is far from what is shown; asked in the thread that brings the value.
        draw: Draws it; called in the loop.
        clock: Seconds, rising.
    """

    def __init__(
        self,
        far: Callable[[float], bool],
        draw: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._far, self._draw, self._clock = far, draw, clock
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._ordered = False
        self._drawn_s = float("-inf")

    def hear(self, value: float) -> None:
        """Take a value, from any thread."""
        if self._ordered or self._clock() - self._drawn_s < LEAST_S or not self._far(value):
            return
        self._ordered = True
        try:
            self._loop.call_soon_threadsafe(self._now, context=self._context)
        except RuntimeError:
            # The loop is closed: there is no screen any more.
            return

    def _now(self) -> None:
        self._ordered = False
        self._drawn_s = self._clock()
        self._draw()
