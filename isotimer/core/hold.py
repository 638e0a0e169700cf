"""The hold engine: runs a plan from samples, clock ticks and keys.

It never reads a clock. It is told the time by samples and ticks, which may come late and at any pace:
everything that was due until then happens at its planned time, in order. Names of states, keys and
events are re-exported here.
"""

from collections import deque
from dataclasses import dataclass

from isotimer.core.block import Block
from isotimer.core.cues import CueKind, Timed, countdown_cues, hold_cues
from isotimer.core.detect import Crossing, OutOfBand
from isotimer.core.events import (
    CueDue,
    EngineSettings,
    EngineView,
    Event,
    HoldEnded,
    HoldStarted,
    Key,
    State,
    StateChanged,
)
from isotimer.core.plan import End, HoldStep, Plan, RestStep, Start, lead_times
from isotimer.core.sense import Sense

__all__ = [
    "CueDue",
    "Engine",
    "EngineSettings",
    "EngineView",
    "Event",
    "HoldEnded",
    "HoldStarted",
    "Key",
    "State",
    "StateChanged",
]

_DEFAULTS = EngineSettings()

_OVER = (State.DONE, State.ABORTED)
_BEFORE_HOLD = (State.READY, State.COUNTDOWN, State.ARMED)
_BETWEEN = (State.RELEASE, State.REST)


@dataclass(frozen=True, slots=True)
class _Pause:
    """What was going on when the plan was paused."""

    state: State
    at_s: float
    entered_s: float
    until_s: float | None


class Engine:
    """One run of a plan.

    The first hold waits in READY for GO; afterwards countdowns start by themselves. A rest is counted
    from the end of the hold before it: RELEASE is its beginning, the next countdown its end.

    Args:
        plan: What to run.
        settings: Thresholds and times.
        sensor: Whether samples will come. Without, tension can neither start nor end a hold.
    """

    def __init__(self, plan: Plan, settings: EngineSettings = _DEFAULTS, *, sensor: bool) -> None:
        self._steps = plan.steps
        self._holds = {i: step for i, step in enumerate(plan.steps) if isinstance(step, HoldStep)}
        self._settings = settings
        self._sensor = sensor
        self._sense = Sense(settings)
        self._out: list[Event] = []
        self._told_s = float("-inf")
        self._state = State.READY
        self._index = 0
        self._entered_s = 0.0
        self._until_s: float | None = None
        self._cues: deque[Timed] = deque()
        self._start_s = 0.0
        self._attempts: dict[int, int] = {}
        self._last_hold: int | None = None
        self._rest_s = (0.0, 0.0)
        self._lead_s = (0.0, 0.0)
        self._paused: _Pause | None = None
        self._lost_s: float | None = None

    def feed(self, block: Block) -> tuple[Event, ...]:
        """Take samples, which also tell the time."""
        if not self._sensor or self._state in _OVER:
            return ()
        samples = self._sense.take(block)
        while len(samples):
            due_s = self._due_s()
            stop = len(samples)
            if due_s is not None and due_s <= samples.time_s[-1]:
                stop = int(samples.time_s.searchsorted(due_s))
                if stop == 0:
                    self._fire()
                    continue
            found = self._sense.feed(samples.part(0, stop))
            if isinstance(found, Crossing):
                self._crossed(found)
            elif isinstance(found, OutOfBand):
                self._cue(found.at_s, CueKind.OUT_OF_BAND)
            samples = samples.part(stop if found is None else found.used)
        if self._sense.last_s is not None:
            self._advance(self._sense.last_s)
        return self._flush()

    def tick(self, now_s: float) -> tuple[Event, ...]:
        """Let time pass until ``now_s``."""
        self._advance(now_s)
        return self._flush()

    def press(self, key: Key, now_s: float) -> tuple[Event, ...]:
        """Do what a person asks for; a key that means nothing now is ignored."""
        self._advance(now_s)
        if self._state in _OVER:
            return self._flush()
        now_s = max(now_s, self._told_s)
        if key is Key.ABORT:
            self._abort(now_s)
        elif self._state is State.PAUSED:
            if key in (Key.PAUSE, Key.GO):
                self._resume(now_s)
        elif key is Key.GO:
            self._go(now_s)
        elif key is Key.PAUSE:
            self._pause(now_s)
        elif key is Key.SKIP:
            self._skip(now_s)
        else:
            self._redo(now_s)
        return self._flush()

    def line(self, alive: bool, now_s: float) -> tuple[Event, ...]:
        """Learn that the sensor is lost or back."""
        self._advance(now_s)
        if self._sensor and alive is (self._lost_s is not None):
            self._lost_s = None if alive else now_s
            if self._state not in _OVER:
                self._cue(now_s, CueKind.LINE_BACK if alive else CueKind.LINE_LOST)
            if self._state is State.HOLD:
                self._until_s = self._hold_until_s()
        return self._flush()

    def view(self, now_s: float) -> EngineView:
        """Return the engine at ``now_s``, for drawing; changes nothing."""
        hold = self._hold_index()
        following = None if hold is None else self._next_hold(hold)
        begin_s, end_s, planned_s = self._span(hold)
        if self._paused is not None:
            now_s = self._paused.at_s
        elapsed_s = 0.0 if begin_s is None else max(now_s - begin_s, 0.0)
        if begin_s is not None and end_s is not None:
            elapsed_s = min(elapsed_s, end_s - begin_s)
        after = self._index + 1
        over = self._state in _OVER or after >= len(self._steps)
        return EngineView(
            state=self._state,
            step=None if hold is None else self._holds[hold],
            step_index=self._index,
            next_step=None if over else self._steps[after],
            following_hold=None if following is None else self._holds[following],
            elapsed_s=elapsed_s,
            remaining_s=None if end_s is None else max(end_s - now_s, 0.0),
            planned_s=planned_s,
            in_band=self._sense.side if self._lost_s is None else None,
            paused_from=None if self._paused is None else self._paused.state,
        )

    def _span(self, hold: int | None) -> tuple[float | None, float | None, float | None]:
        """Return begin, end and planned length of what goes on, as far as they are known."""
        state = self._state if self._paused is None else self._paused.state
        if state is State.REST:
            return *self._rest_s, self._rest_s[1] - self._rest_s[0]
        if self._state in (State.COUNTDOWN, State.RELEASE) and self._until_s is not None:
            return self._entered_s, self._until_s, self._until_s - self._entered_s
        seconds = None if hold is None else self._holds[hold].seconds
        if self._state is State.HOLD:
            return self._start_s, None if seconds is None else self._start_s + seconds, seconds
        return None, None, seconds

    def _due_s(self) -> float | None:
        if not self._cues:
            return self._until_s
        return self._cues[0][0] if self._until_s is None else min(self._cues[0][0], self._until_s)

    def _advance(self, now_s: float) -> None:
        while (due_s := self._due_s()) is not None and due_s <= now_s:
            self._fire()

    def _fire(self) -> None:
        """Let the next thing happen that is due."""
        if self._cues and (self._until_s is None or self._cues[0][0] <= self._until_s):
            self._cue(*self._cues.popleft())
            return
        at_s = self._until_s or 0.0
        if self._state is State.COUNTDOWN:
            self._countdown_over(at_s)
        elif self._state is State.HOLD:
            self._time_is_up(at_s)
        elif self._state is State.RELEASE:
            self._released(at_s)
        elif self._state is State.REST:
            self._count_down(self._index + 1, at_s, self._lead_s[1], CueKind.REST_OVER)

    def _countdown_over(self, at_s: float) -> None:
        step = self._holds[self._index]
        if step.start is Start.CLOCK or (step.start is Start.FORCE and not self._sensor):
            self._begin_hold(at_s, at_s, CueKind.GO, pulled=False)
            return
        self._enter(State.ARMED, at_s)
        if step.start is Start.FORCE:
            self._sense.arm(at_s, step.target)
        self._cue(at_s, CueKind.GO)

    def _crossed(self, crossing: Crossing) -> None:
        if self._state is State.ARMED:
            self._begin_hold(crossing.confirmed_s, crossing.dated_s, CueKind.STARTED, pulled=True)
        elif self._state is State.HOLD:
            why = "let go while no data came; ends at the last sample" if crossing.unseen else "let go"
            self._end_hold(crossing.confirmed_s, crossing.dated_s, End.RELEASED, why)

    def _time_is_up(self, at_s: float) -> None:
        lost_s = self._lost_s
        if lost_s is None:
            self._end_hold(at_s, at_s, End.COMPLETED, "planned time reached")
            return
        seen_s = max(self._start_s, lost_s if self._sense.last_s is None else self._sense.last_s)
        why = f"sensor lost {seen_s - self._start_s:.1f} s after the start"
        if self._holds[self._index].seconds is None:
            self._end_hold(at_s, seen_s, End.DEVICE_LOST, why)
        else:
            self._end_hold(at_s, at_s, End.DEVICE_LOST, f"{why}; the clock ran on")

    def _go(self, now_s: float) -> None:
        if self._state is State.READY:
            self._count_down(self._index, now_s)
        elif self._state is State.ARMED:
            self._begin_hold(now_s, now_s, CueKind.STARTED, pulled=False)
        elif self._state is State.HOLD and self._holds[self._index].seconds is None:
            self._end_hold(now_s, now_s, End.RELEASED, "ended by key")

    def _pause(self, now_s: float) -> None:
        last = self._next_hold(self._index) is None
        if self._state is State.READY or (self._state is State.RELEASE and last):
            return
        if self._state is State.HOLD:
            self._keep_hold(now_s, now_s, End.ABORTED, "paused")
        paused = _Pause(self._state, now_s, self._entered_s, self._until_s)
        self._enter(State.PAUSED, now_s)
        self._paused = paused

    def _resume(self, now_s: float) -> None:
        paused = self._paused
        if paused is None:
            return
        if paused.state is State.HOLD:
            self._enter(State.READY, now_s)
        elif paused.state in _BETWEEN:
            away_s = now_s - paused.at_s
            self._enter(paused.state, now_s)
            self._entered_s = paused.entered_s + away_s
            self._until_s = None if paused.until_s is None else paused.until_s + away_s
            self._rest_s = (self._rest_s[0] + away_s, self._rest_s[1] + away_s)
            self._lead_s = (self._lead_s[0] + away_s, self._lead_s[1] + away_s)
        else:
            self._count_down(self._index, now_s)

    def _skip(self, now_s: float) -> None:
        if self._state is State.HOLD:
            self._end_hold(now_s, now_s, End.ABORTED, "skipped")
        elif self._state is State.REST:
            self._count_down(self._index + 1, now_s, first=CueKind.REST_OVER)
        elif self._state in _BEFORE_HOLD:
            following = self._next_hold(self._index)
            if following is None:
                self._done(now_s)
            elif self._state is State.READY:
                self._index = following
                self._enter(State.READY, now_s)
            else:
                self._count_down(following, now_s)

    def _redo(self, now_s: float) -> None:
        if self._last_hold is None:
            return
        if self._state is State.HOLD:
            self._keep_hold(now_s, now_s, End.ABORTED, "repeated")
        self._count_down(self._last_hold, now_s)

    def _abort(self, now_s: float) -> None:
        if self._state is State.HOLD:
            self._keep_hold(now_s, now_s, End.ABORTED, "session ended")
        self._enter(State.ABORTED, now_s)

    def _count_down(
        self, index: int, at_s: float, end_s: float | None = None, first: CueKind = CueKind.READY
    ) -> None:
        """Count down to the hold at ``index``, for its full countdown if no end is given."""
        self._index = index
        self._enter(State.COUNTDOWN, at_s)
        self._until_s = at_s + self._holds[index].countdown_s if end_s is None else max(end_s, at_s)
        self._cues.extend(countdown_cues(at_s, self._until_s, first))

    def _begin_hold(self, at_s: float, start_s: float, cue: CueKind, *, pulled: bool) -> None:
        step = self._holds[self._index]
        self._enter(State.HOLD, at_s)
        self._start_s = start_s
        self._until_s = self._hold_until_s()
        if step.seconds is not None:
            self._cues.extend(hold_cues(start_s, start_s + step.seconds))
        self._sense.hold(at_s, start_s, step.target, pulled=pulled)
        attempt = self._attempts.get(self._index, 0) + 1
        self._attempts[self._index] = attempt
        self._last_hold = self._index
        self._out.append(HoldStarted(self._told_s, self._index, step, attempt, start_s))
        self._cue(at_s, cue)

    def _hold_until_s(self) -> float | None:
        seconds = self._holds[self._index].seconds
        if seconds is not None:
            return self._start_s + seconds
        if self._lost_s is None:
            return None
        return max(self._lost_s, self._start_s) + self._settings.lost_end_s

    def _keep_hold(self, at_s: float, end_s: float, end: End, why: str) -> None:
        """Tell that the running hold is over."""
        self._told_s = max(self._told_s, at_s)
        end_s = max(end_s, self._start_s)
        attempt = self._attempts[self._index]
        step = self._holds[self._index]
        self._out.append(HoldEnded(self._told_s, self._index, step, attempt, self._start_s, end_s, end, why))

    def _end_hold(self, at_s: float, end_s: float, end: End, why: str) -> None:
        """End the running hold and go on with what follows it."""
        settings, following = self._settings, self._next_hold(self._index)
        self._keep_hold(at_s, end_s, end, why)
        # A release is known only after the grace time and rest counts from its true moment; but a hold
        # that ended long ago, in a gap of the data, does not use up the rest.
        base_s = max(end_s, self._told_s - settings.release_grace_s)
        if following is not None:
            rest = self._steps[self._index + 1]
            rest_s = rest.seconds if isinstance(rest, RestStep) else 0.0
            begin_s, lead_s = lead_times(rest_s, self._holds[following].countdown_s, settings.release_s)
            self._rest_s = (base_s, base_s + rest_s)
            self._lead_s = (base_s + begin_s, base_s + lead_s)
        self._enter(State.RELEASE, at_s)
        self._until_s = max(self._told_s, base_s + settings.release_s)
        self._cue(at_s, CueKind.RELEASE)

    def _released(self, at_s: float) -> None:
        following = self._next_hold(self._index)
        if following is None:
            self._done(at_s)
        elif self._lead_s[0] > at_s and following > self._index + 1:
            self._index += 1
            self._enter(State.REST, at_s)
            self._until_s = self._lead_s[0]
        else:
            self._count_down(following, at_s, self._lead_s[1])

    def _done(self, at_s: float) -> None:
        self._enter(State.DONE, at_s)
        self._cue(at_s, CueKind.DONE)

    def _enter(self, state: State, at_s: float) -> None:
        self._told_s = max(self._told_s, at_s)
        self._state, self._entered_s, self._until_s, self._paused = state, self._told_s, None, None
        self._cues.clear()
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
        if self._state in _OVER:
            return None
        return self._index if self._index in self._holds else self._index + 1

    def _next_hold(self, index: int) -> int | None:
        return min((i for i in self._holds if i > index), default=None)
