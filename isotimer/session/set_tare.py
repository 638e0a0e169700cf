"""A zero before each set: taken by the host in the rest, while the sensor hangs unloaded and still."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from isotimer.core.block import Block
from isotimer.core.calibration import TareLimits
from isotimer.core.errors import IsotimerError
from isotimer.core.events import Event, State, StateChanged
from isotimer.core.plan import HoldStep, Plan

if TYPE_CHECKING:
    from isotimer.session.multi import AnySensor

LIMITS = TareLimits(load_n=10.0, move_n=1.0)
"""Tighter than those of a tare by hand: nobody looks on."""
TRY_EACH_S = 0.5

_BEFORE = (State.READY, State.REST, State.PAUSED)

logger = logging.getLogger(__name__)


class SetTare:
    """Tares one sensor before each set of one plan; if it cannot, it says so and the session goes on.

    ``event`` is called by the conductor's thread, ``block`` by the acquisition's.

    Args:
        plan: The plan.
        acquisition: The sensor. The device's own zero is never touched.
        say: Takes a sentence for the athlete.
    """

    def __init__(self, plan: Plan, acquisition: AnySensor, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._acquisition = acquisition
        self._say = say
        self._set: str | None = None
        self._next_s = 0.0
        self._why = ""
        self._done: set[int] = set()
        self._want(0, 0.0)

    def event(self, event: Event) -> None:
        """Learn where the plan is."""
        if not isinstance(event, StateChanged):
            return
        if event.state in _BEFORE:
            self._want(event.step_index, event.at_s)
        elif self._set is not None:
            coming, self._set = self._set, None
            if event.state is not State.ABORTED and event.state is not State.DONE:
                why = self._why or "the sensor sends too little"
                self._say(f"not tared before {coming}: {why}; the zero from before stays")
                logger.info("not tared before %s: %s", coming, why)

    def block(self, block: Block) -> None:
        """Try, if a zero is wanted and it is time."""
        coming = self._set
        if coming is None or not len(block) or block.time_s[-1] < self._next_s:
            return
        self._next_s = float(block.time_s[-1]) + TRY_EACH_S
        if not self._acquisition.calibration.calibrated:
            self._why = "the load of a sensor in counts is not known"
            return
        before = self._acquisition.calibration.lines
        try:
            zero = self._acquisition.tare(LIMITS)
        except IsotimerError as e:
            self._why = e.why
            return
        self._set = None
        old = ", ".join(f"{line.zero_raw:g}" for line in before)
        logger.info("tared before %s: zero at %s, before at %s", coming, zero.tolist(), old)

    def _want(self, step_index: int, at_s: float) -> None:
        """Want a zero if the coming hold is the first of a set."""
        steps = self._plan.steps
        at = next((i for i in range(step_index, len(steps)) if isinstance(steps[i], HoldStep)), None)
        if at is None or at in self._done:
            return
        hold = steps[at]
        before = next((s for s in reversed(steps[:at]) if isinstance(s, HoldStep)), None)
        if not isinstance(hold, HoldStep) or (before is not None and _set_of(before) == _set_of(hold)):
            return
        self._done.add(at)
        self._why, self._next_s = "", at_s + TRY_EACH_S
        self._set = f"set {hold.set_no}"


def _set_of(hold: HoldStep) -> tuple[str, int]:
    return hold.position, hold.set_no
