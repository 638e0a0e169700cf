"""The hold engine: runs a plan from samples, clock ticks and keys.

It never reads a clock. It is told the time by samples and ticks, which may come late and at any pace:
everything that was due until then happens at its planned time, in order. Names of states, keys and
events are re-exported here.
"""

from collections.abc import Collection, Mapping

from isotimer.core.block import Block
from isotimer.core.cues import CueKind
from isotimer.core.detect import Crossing, OutOfBand
from isotimer.core.events import (
    CueDue,
    EffortRated,
    EngineSettings,
    EngineView,
    Event,
    GoPlanned,
    HoldEnded,
    HoldStarted,
    Key,
    PainRated,
    Prompt,
    Ruling,
    SideDropped,
    State,
    StateChanged,
    StepSkipped,
)
from isotimer.core.plan import End, Mode, Plan, Side
from isotimer.core.run_state import OVER, Pause
from isotimer.core.transitions import Transitions

__all__ = [
    "CueDue",
    "EffortRated",
    "Engine",
    "EngineSettings",
    "EngineView",
    "Event",
    "GoPlanned",
    "HoldEnded",
    "HoldStarted",
    "Key",
    "PainRated",
    "Prompt",
    "Ruling",
    "SideDropped",
    "State",
    "StateChanged",
    "StepSkipped",
]

_DEFAULTS = EngineSettings()
_BEFORE_HOLD = (State.READY, State.COUNTDOWN, State.ARMED)
_BETWEEN = (State.RELEASE, State.REST)


class Engine(Transitions):
    """One run of a plan.

    The first hold waits in READY for GO; afterwards countdowns start by themselves. A rest is counted
    from the end of the hold before it: RELEASE is its beginning, the next countdown its end. In mode
    respond ARMED is the random wait between "set" and "go"; a pull before or too soon after the go is a
    false start, kept as such, and the attempt comes again.

    Args:
        plan: What to run.
        settings: Thresholds and times.
        sensor: Whether samples will come. Without, tension can neither start nor end a hold.
        seed: Where random waits come from.
        first: Index of the step to begin with, where a session goes on.
        dropped: Sides that are left out from the beginning.
        attempts: Attempts made already, by step, where a session goes on.
        spared: Holds that a rule of the plan left out before.
    """

    def __init__(
        self,
        plan: Plan,
        settings: EngineSettings = _DEFAULTS,
        *,
        sensor: bool,
        seed: int = 0,
        first: int = 0,
        dropped: Collection[Side] = (),
        attempts: Mapping[int, int] | None = None,
        spared: Collection[int] = (),
    ) -> None:
        super().__init__(plan, settings, sensor, seed, first, dropped, attempts, spared)

    def feed(self, block: Block) -> tuple[Event, ...]:
        """Take samples, which also tell the time."""
        if not self._sensor or self._state in OVER:
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
            elif found is not None:
                self._end_hold(found.at_s, found.end_s, End.RELEASED, found.why)
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
        now_s = max(now_s, self._told_s)
        if self._state in OVER:
            return self._flush()
        if key is Key.ABORT:
            self._abort(now_s)
        elif key is Key.PAIN:
            hold = self._hold_index()
            if hold is not None:
                self._drop(self._course.holds[hold].side, now_s)
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

    def pain(self, side: Side, now_s: float) -> tuple[Event, ...]:
        """Leave out a side that hurts; a running hold that needs it ends at once and is kept."""
        self._advance(now_s)
        if self._state not in OVER:
            self._drop(side, max(now_s, self._told_s))
        return self._flush()

    def rule(self, steps: Collection[int], why: str, now_s: float) -> tuple[Event, ...]:
        """Obey a rule of the plan.

        Args:
            steps: Holds to be left out from now on; one that runs is not broken off.
            why: One sentence for the athlete; without one it is done silently.
            now_s: The time.
        """
        self._advance(now_s)
        if self._state not in OVER:
            self._spare(steps, why, max(now_s, self._told_s))
        return self._flush()

    def effort(self, effort: int, now_s: float) -> tuple[Event, ...]:
        """Take how hard the last set was, 1 to 10; ignored where no set waits for it."""
        self._advance(now_s)
        if self._unrated and 1 <= effort <= 10:
            self._told_s = max(self._told_s, now_s)
            self._out.append(EffortRated(self._told_s, effort, self._unrated))
            self._unrated = ()
        return self._flush()

    def pain_level(self, pain: int | None, now_s: float) -> tuple[Event, ...]:
        """Take how much the side that was left out last hurts, 0 to 10; None for no answer.

        Ignored where nothing was asked: the next hold, or an end by key, takes the question back.
        """
        self._advance(now_s)
        side, self._hurting = self._hurting, None
        if side is not None and pain is not None and 0 <= pain <= 10:
            self._told_s = max(self._told_s, now_s)
            self._out.append(PainRated(self._told_s, side, pain))
        return self._flush()

    def shake_onset(self, at_s: float, now_s: float) -> tuple[Event, ...]:
        """Learn that shake has doubled at ``at_s`` in the running hold; a plan may end it some time after."""
        self._advance(now_s)
        stop = self._course.holds[self._index].stop if self._state is State.HOLD else None
        if stop is not None and stop.after_shake_s is not None and self._shake_stop_s is None:
            self._shake_stop_s = max(at_s + stop.after_shake_s, now_s, self._told_s)
            self._until_s = self._hold_until_s()
            self._cues = type(self._cues)(c for c in self._cues if c[0] < self._shake_stop_s)
        return self._flush()

    def line(self, alive: bool, now_s: float) -> tuple[Event, ...]:
        """Learn that the sensor is lost or back."""
        self._advance(now_s)
        if self._sensor and alive is (self._lost_s is not None):
            self._lost_s = None if alive else now_s
            if self._state not in OVER:
                self._cue(now_s, CueKind.LINE_BACK if alive else CueKind.LINE_LOST)
            if self._state is State.HOLD:
                self._until_s = self._hold_until_s()
        return self._flush()

    def _go(self, now_s: float) -> None:
        if self._state is State.READY:
            self._count_down(self._index, now_s)
        elif self._state is State.ARMED and self._course.holds[self._index].mode is not Mode.RESPOND:
            self._begin_hold(now_s, now_s, CueKind.STARTED, pulled=False)
        elif self._state is State.HOLD and self._course.holds[self._index].seconds is None:
            self._end_hold(now_s, now_s, End.RELEASED, "ended by key")

    def _pause(self, now_s: float) -> None:
        if self._state is State.READY or (self._state is State.RELEASE and self._following is None):
            return
        if self._state is State.HOLD:
            self._keep_hold(now_s, now_s, End.ABORTED, "paused")
        paused = Pause(self._state, now_s, self._entered_s, self._until_s)
        self._enter(State.PAUSED, now_s)
        self._paused = paused

    def _resume(self, now_s: float) -> None:
        paused = self._paused
        if paused is None:
            return
        if paused.state in (State.HOLD, State.READY):
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
        elif self._state is State.REST and self._following is not None:
            self._count_down(self._following, now_s, first=self._rest_cue())
        elif self._state in _BEFORE_HOLD:
            self._out.append(StepSkipped(now_s, self._index))
            self._pass_on(now_s, wait=self._state is State.READY)

    def _pass_on(self, now_s: float, *, wait: bool) -> None:
        """Go to the hold after this one without doing it; ``wait`` there for GO, or count down."""
        self._false_starts = 0
        following = self._course.next_hold(self._index)
        if following is None:
            self._done(now_s)
        elif wait:
            self._index = following
            self._enter(State.READY, now_s)
        else:
            self._count_down(following, now_s)

    def _redo(self, now_s: float) -> None:
        if self._last_hold is None or self._course.left_out(self._last_hold):
            return
        if self._state is State.HOLD:
            self._keep_hold(now_s, now_s, End.ABORTED, "repeated")
        self._count_down(self._last_hold, now_s)

    def _drop(self, side: Side, now_s: float) -> None:
        """Leave out a side from now on; what is under way and needs it ends."""
        before = {i for i in self._course.holds if self._course.left_out(i)}
        self._course.drop(side)
        out = {i for i in self._course.holds if self._course.left_out(i)} - before
        state = self._state if self._paused is None else self._paused.state
        here = self._following if state in _BETWEEN else self._hold_index()
        ahead = sorted(i for i in out if here is not None and i >= here)
        self._told_s = max(self._told_s, now_s)
        self._out.append(SideDropped(self._told_s, side, tuple(ahead)))
        done = (self._course.holds[i].side for i in self._attempts)
        self._hurting = side if any(Side.BOTH in (s, side) or s is side for s in done) else None
        hit = self._index in self._course.holds and self._course.left_out(self._index)
        if self._state is State.HOLD:
            if hit:
                self._end_hold(now_s, now_s, End.ABORTED, "pain", flag="pain")
        elif self._state in _BETWEEN:
            self._turn_to_next(now_s)
        elif self._state is State.PAUSED:
            self._drop_paused(now_s, hit=hit)
        elif hit:
            self._pass_on(now_s, wait=True)

    def _drop_paused(self, now_s: float, *, hit: bool) -> None:
        paused = self._paused
        if paused is not None and paused.state in _BETWEEN:
            self._turn_to_next(now_s)
        elif hit:
            self._pass_on(now_s, wait=True)

    def _spare(self, steps: Collection[int], why: str, now_s: float) -> None:
        course = self._course
        paused = self._paused
        state = self._state if paused is None else paused.state
        here = self._following if state in _BETWEEN else self._index
        runs = self._index if state is State.HOLD else None
        ahead = [i for i in course.holds if i in steps and not course.left_out(i)]
        ahead = [i for i in ahead if i != runs and here is not None and i >= here]
        if not ahead and not why:
            return
        last = self._last_hold if state in _BETWEEN and not self._again else None
        closed = last is None or course.closes_set(last)
        course.spare(ahead)
        if last is not None and not closed:
            self._ask_effort(last)
        self._told_s = max(self._told_s, now_s)
        self._out.append(Ruling(self._told_s, tuple(ahead), why))
        if why:
            self._cue(now_s, CueKind.RULING)
        if here not in ahead:
            return
        self._again = False
        if state in _BETWEEN and self._last_hold is not None:
            self._turn_anew(self._last_hold, now_s)
        elif self._state is State.READY or paused is not None:
            self._pass_on(now_s, wait=True)
        elif self._last_hold is None:
            self._pass_on(now_s, wait=False)
        elif here is not None:
            self._turn_anew(here, now_s)

    def _turn_to_next(self, now_s: float) -> None:
        self._turn(self._index)
        if self._following is None:
            self._done(now_s)

    def _abort(self, now_s: float) -> None:
        if self._state is State.HOLD:
            self._keep_hold(now_s, now_s, End.ABORTED, "session ended")
        self._hurting = None
        self._enter(State.ABORTED, now_s)
