"""Where a running plan is: its state and times, what it has told, and how that looks to a screen."""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from isotimer.core.course import Course
from isotimer.core.cues import CueKind, Timed
from isotimer.core.events import (
    CueDue,
    EngineSettings,
    EngineView,
    Event,
    Prompt,
    State,
    StateChanged,
)
from isotimer.core.moving import band_at, eyes_off
from isotimer.core.plan import Mode, Plan, Side, Step
from isotimer.core.schedule import asked
from isotimer.core.sense import Sense

OVER = (State.DONE, State.ABORTED)
"""States that nothing follows."""


@dataclass(frozen=True, slots=True)
class Pause:
    """What was going on when the plan was paused."""

    state: State
    at_s: float
    entered_s: float
    until_s: float | None


class RunState:
    """The memory of one run of a plan; the engine is built upon it.

    Args:
        plan: What is run.
        settings: Thresholds and times.
        first: Index of the step to begin with.
        dropped: Sides that are left out.
        attempts: Attempts made already, by step.
        spared: Holds that a rule of the plan leaves out.
    """

    def __init__(
        self,
        plan: Plan,
        settings: EngineSettings,
        first: int = 0,
        dropped: Collection[Side] = (),
        attempts: Mapping[int, int] | None = None,
        spared: Collection[int] = (),
    ) -> None:
        self._course = Course(plan, dropped, spared)
        self._settings = settings
        self._sense = Sense(settings)
        self._out: list[Event] = []
        self._told_s = float("-inf")
        begin = self._course.next_hold(first - 1)
        self._state = State.READY if begin is not None else State.DONE
        self._index = len(plan.steps) - 1 if begin is None else begin
        self._entered_s = 0.0
        self._until_s: float | None = None
        self._cues: deque[Timed] = deque()
        self._start_s = 0.0
        self._changes: tuple[float, ...] = ()
        self._shake_stop_s: float | None = None
        self._attempts = dict(attempts or {})
        self._false_starts = 0
        self._again = False
        self._last_hold: int | None = None
        self._following: int | None = None
        self._rest_s = (0.0, 0.0)
        self._lead_s = (0.0, 0.0)
        self._paused: Pause | None = None
        self._lost_s: float | None = None
        self._asks_effort = plan.ask_effort
        self._unrated: tuple[int, ...] = ()
        self._hurting: Side | None = None

    def view(self, now_s: float) -> EngineView:
        """Return the engine at ``now_s``, for drawing; changes nothing."""
        course, hold = self._course, self._hold_index()
        following = None if hold is None else course.next_hold(hold)
        begin_s, end_s, planned_s = self._span(hold)
        if self._paused is not None:
            now_s = self._paused.at_s
        elapsed_s = 0.0 if begin_s is None else max(now_s - begin_s, 0.0)
        if begin_s is not None and end_s is not None:
            elapsed_s = min(elapsed_s, end_s - begin_s)
        step = None if hold is None else course.holds[hold]
        since_s = now_s - self._start_s if self._state is State.HOLD else 0.0
        hidden = step is not None and self._state is State.HOLD and eyes_off(step, since_s)
        return EngineView(
            state=self._state,
            step=step,
            step_index=self._index,
            next_step=self._next_step(hold, following),
            following_hold=None if following is None else course.holds[following],
            elapsed_s=elapsed_s,
            remaining_s=None if end_s is None else max(end_s - now_s, 0.0),
            planned_s=planned_s,
            in_band=None if self._lost_s is not None or hidden else self._sense.side,
            paused_from=None if self._paused is None else self._paused.state,
            prompt=self._prompt(now_s),
            target=None if step is None else band_at(step.target, step.path, since_s),
            eyes_off=hidden,
            asks_effort=bool(self._unrated),
            asks_pain=self._hurting,
            attempt=self._attempt(hold),
            hold_index=0 if hold is None else hold,
            hold_no=0 if hold is None else course.number(hold),
            holds=course.count_at(hold),
            false_start=self._again and self._state is State.RELEASE,
        )

    def _next_step(self, hold: int | None, following: int | None) -> Step | None:
        """Return the step after the current one: in a rest the hold, else the rest if there is one."""
        if hold is None or self._index not in self._course.holds:
            return None if hold is None else self._course.holds[hold]
        rest = None if following is None else self._course.rest_between(hold, following)
        after = following if rest is None else rest
        return None if after is None else self._course.steps[after]

    def _attempt(self, hold: int | None) -> int:
        if hold is None:
            return 1
        running = self._state in (State.HOLD, State.RELEASE)
        return max(1, self._attempts.get(hold, 0) + (0 if running else 1))

    def _prompt(self, now_s: float) -> Prompt | None:
        """Return what modes respond and switch ask for now."""
        step = self._course.holds.get(self._index)
        if step is None:
            return None
        if self._state is State.RELEASE and self._again:
            return Prompt.FALSE_START
        if step.mode is Mode.RESPOND:
            return {State.ARMED: Prompt.SET, State.HOLD: Prompt.GO}.get(self._state)
        if self._state in (State.COUNTDOWN, State.ARMED, State.READY):
            return asked(step, (), 0.0)
        return asked(step, self._changes, now_s - self._start_s) if self._state is State.HOLD else None

    def _span(self, hold: int | None) -> tuple[float | None, float | None, float | None]:
        """Return begin, end and planned length of what goes on, as far as they are known."""
        state = self._state if self._paused is None else self._paused.state
        if state is State.REST:
            return *self._rest_s, self._rest_s[1] - self._rest_s[0]
        if self._state in (State.COUNTDOWN, State.RELEASE) and self._until_s is not None:
            return self._entered_s, self._until_s, self._until_s - self._entered_s
        seconds = None if hold is None else self._course.holds[hold].seconds
        if self._state is State.HOLD:
            return self._start_s, None if seconds is None else self._start_s + seconds, seconds
        return None, None, seconds

    def _due_s(self) -> float | None:
        """Return when the next thing happens by itself; None if nothing does."""
        if not self._cues:
            return self._until_s
        return self._cues[0][0] if self._until_s is None else min(self._cues[0][0], self._until_s)

    def _enter(self, state: State, at_s: float) -> None:
        self._told_s = max(self._told_s, at_s)
        waited = self._state is State.ARMED and self._course.holds[self._index].mode is Mode.RESPOND
        self._state, self._entered_s, self._until_s, self._paused = state, self._told_s, None, None
        self._cues.clear()
        if not (waited and state is State.HOLD):
            # A rise of tension that began before the go must still be seen after it.
            self._sense.rest()
        self._out.append(StateChanged(self._told_s, state, self._index))

    def _cue(self, at_s: float, kind: CueKind) -> None:
        self._told_s = max(self._told_s, at_s)
        self._out.append(CueDue(self._told_s, kind))

    def _flush(self) -> tuple[Event, ...]:
        out, self._out = tuple(self._out), []
        return out

    def _hold_index(self) -> int | None:
        """Return the index of the current or coming hold."""
        if self._state in OVER:
            return None
        return self._index if self._index in self._course.holds else self._following
