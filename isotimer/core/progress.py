"""How far a session has come, so that it can go on after it was cut off."""

from dataclasses import dataclass, replace

import msgspec

from isotimer.core.course import Course
from isotimer.core.events import Event, HoldEnded, Ruling, SideDropped, State, StateChanged, StepSkipped
from isotimer.core.plan import HoldStep, Plan, Side

_BROKEN = ("paused", "session ended")
"""Reasons of a hold's end after which it is done again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a session has come."""

    next: int = 0
    """Index of the step at which it goes on: the hold that runs or comes."""
    skipped: tuple[int, ...] = ()
    """Holds that were passed over by key."""
    dropped: tuple[Side, ...] = ()
    """Sides that hurt and are left out."""
    seed: int = 0
    """Where random waits come from."""
    over: bool = False
    """Whether the plan was done, or ended on purpose."""
    spared: tuple[int, ...] = ()
    """Holds that a rule of the plan leaves out."""

    def after(self, event: Event) -> "Progress":
        """Return the progress once an event has happened."""
        if isinstance(event, StepSkipped):
            return replace(self, skipped=(*self.skipped, event.step_index))
        if isinstance(event, SideDropped):
            sides = {*self.dropped, event.side}
            return replace(self, dropped=tuple(side for side in Side if side in sides))
        if isinstance(event, Ruling):
            return replace(self, spared=(*self.spared, *event.steps)) if event.steps else self
        if isinstance(event, HoldEnded):
            return self._ended(event)
        if isinstance(event, StateChanged):
            return self._entered(event)
        return self

    def _ended(self, event: HoldEnded) -> "Progress":
        """Return the progress after a hold: done, unless it was broken off to come again."""
        if event.again or event.why in _BROKEN:
            return self
        skipped = (event.step_index,) if event.why == "skipped" else ()
        return replace(self, next=event.step_index + 1, skipped=(*self.skipped, *skipped))

    def _entered(self, event: StateChanged) -> "Progress":
        if event.state is State.DONE:
            return replace(self, over=True)
        if event.state in (State.READY, State.COUNTDOWN, State.ARMED, State.HOLD):
            return replace(self, next=event.step_index)
        if event.state is State.REST:
            return replace(self, next=event.step_index + 1)
        return self


def progress_json(progress: Progress) -> str:
    """Return a progress as JSON."""
    return msgspec.json.encode(progress).decode()


def progress_from_json(text: str) -> Progress | None:
    """Return the progress that was kept with a session; None if none can be read from it."""
    try:
        found = msgspec.json.decode(text, type=Progress)
    except msgspec.MsgspecError:
        return None
    return found if text.strip() not in ("", "{}") else None


def begun_at(plan: Plan, first: int, seed: int) -> Progress:
    """Return the progress of a session that begins with step ``first``: no earlier attempt comes again."""
    spared = tuple(i for i, s in enumerate(plan.steps[:first]) if isinstance(s, HoldStep) and s.extra)
    return Progress(first, seed=seed, spared=spared)


def holds_left(plan: Plan, progress: Progress, *, extra: bool = False) -> int:
    """Return how many holds are still to be done, further attempts left out unless ``extra``."""
    course = Course(plan, progress.dropped, progress.spared)
    return sum(
        isinstance(step, HoldStep)
        and i >= progress.next
        and (extra or not step.extra)
        and not course.left_out(i)
        for i, step in enumerate(plan.steps)
    )
