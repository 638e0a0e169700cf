"""Tells the speaker of coming cues ahead of time, so that they sound on their planned moment.

The engine tells a cue when it is due, a few milliseconds late, and sound needs a lead of its own. But
nearly every cue is known in advance: a countdown, a hold, a rest have planned ends. What cannot be known
(tension starts a hold, the athlete lets go, the line is lost) is played at once.
"""

from collections.abc import Callable

from isotimer.core.cues import CueKind, Timed, countdown_cues, hold_cues
from isotimer.core.hold import (
    CueDue,
    EngineSettings,
    Event,
    HoldEnded,
    HoldStarted,
    State,
    StateChanged,
)
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, lead_times
from isotimer.sound.output import SoundOutput

COMMIT_S = 0.1
"""A cue so close ahead is no longer taken back: it may be on its way to the sound card already."""

_SAME_S = 0.15
"""A cue of the engine this near to a planned one of its kind is that one."""
_FORGET_S = 1.0
_EPS_S = 1e-6


class Foresight:
    """Knows the cues that a run will give next unless somebody or the sensor interferes.

    It follows the engine by its events and never reads a clock.

    Args:
        plan: What is run.
        settings: The engine's.
    """

    def __init__(self, plan: Plan, settings: EngineSettings | None = None) -> None:
        self._steps = plan.steps
        self._settings = settings or EngineSettings()
        self._state = State.READY
        self._paused: tuple[State, float] | None = None
        self._next: int | None = None
        """The hold that a rest leads to."""
        self._release_end_s = 0.0
        self._lead_s = (0.0, 0.0)
        """When the countdown to it begins and ends."""
        self._rests = False

    def event(self, event: Event) -> tuple[Timed, ...] | None:
        """Return the cues that follow from an event on, in order; None if it changes nothing."""
        if isinstance(event, HoldStarted):
            return self._hold(event)
        if isinstance(event, HoldEnded):
            self._ended(event)
        elif isinstance(event, StateChanged):
            return self._entered(event)
        return None

    def _hold(self, event: HoldStarted) -> tuple[Timed, ...]:
        seconds = event.step.seconds
        if seconds is None:
            return ()
        end_s = event.start_s + seconds
        return (*hold_cues(event.start_s, end_s), (end_s, CueKind.RELEASE))

    def _ended(self, event: HoldEnded) -> None:
        settings = self._settings
        base_s = max(event.end_s, event.at_s - settings.release_grace_s)
        self._release_end_s = max(event.at_s, base_s + settings.release_s)
        after = event.step_index + 1
        holds = (i for i in range(after, len(self._steps)) if isinstance(self._steps[i], HoldStep))
        self._next = next(holds, None)
        if self._next is None:
            return
        rest = self._steps[after]
        rest_s = rest.seconds if isinstance(rest, RestStep) else 0.0
        begin_s, end_s = lead_times(rest_s, self._step(self._next).countdown_s, settings.release_s)
        self._lead_s = (base_s + begin_s, base_s + end_s)
        self._rests = isinstance(rest, RestStep) and self._lead_s[0] > self._release_end_s

    def _entered(self, event: StateChanged) -> tuple[Timed, ...] | None:
        before, self._state = self._state, event.state
        if event.state is State.PAUSED:
            self._paused = (before, event.at_s)
            return ()
        paused, self._paused = self._paused, None
        if event.state is State.COUNTDOWN:
            return self._countdown(before, event)
        if event.state in (State.RELEASE, State.REST):
            if paused is not None:
                self._shift(event.at_s - paused[1])
            return self._between()
        # ARMED and HOLD begin with the cue that was planned for this moment; what follows is not known yet,
        # or is told by HoldStarted.
        return ()

    def _countdown(self, before: State, event: StateChanged) -> tuple[Timed, ...]:
        """Return a countdown's cues; at the end of a rest it may be shortened."""
        step = self._step(event.step_index)
        led = before in (State.RELEASE, State.REST) and event.step_index == self._next
        first = CueKind.REST_OVER if led and before is State.REST else CueKind.READY
        begin_s = self._lead_s[0] if self._rests else self._release_end_s
        if led and event.at_s >= begin_s - _EPS_S:
            return self._lead(event.at_s)
        return self._counted(step, event.at_s, event.at_s + step.countdown_s, first)

    def _between(self) -> tuple[Timed, ...]:
        """Return the cues after a hold, up to the start of the next one."""
        if self._next is None:
            return ((self._release_end_s, CueKind.DONE),)
        if self._state is State.REST:
            return self._lead(self._lead_s[0])
        return self._lead(self._lead_s[0] if self._rests else self._release_end_s)

    def _lead(self, begin_s: float) -> tuple[Timed, ...]:
        if self._next is None:
            return ()
        first = CueKind.REST_OVER if self._rests else CueKind.READY
        return self._counted(self._step(self._next), begin_s, max(self._lead_s[1], begin_s), first)

    def _counted(self, step: HoldStep, begin_s: float, end_s: float, first: CueKind) -> tuple[Timed, ...]:
        cues = countdown_cues(begin_s, end_s, first)
        # When to respond must not be known in advance, not even by this module.
        return cues if step.mode is Mode.RESPOND else (*cues, (end_s, CueKind.GO))

    def _shift(self, away_s: float) -> None:
        self._release_end_s += away_s
        self._lead_s = (self._lead_s[0] + away_s, self._lead_s[1] + away_s)

    def _step(self, index: int) -> HoldStep:
        step = self._steps[index]
        if not isinstance(step, HoldStep):
            raise ValueError(f"step {index} is no hold")
        return step


class Cueing:
    """Gives the cues of one session to a speaker.

    Args:
        plan: What is run.
        output: Where they go.
        settings: The engine's.
        say: Speaks a few words at once; None for no spoken cues.
        words: Returns what to say about a coming hold.
    """

    def __init__(
        self,
        plan: Plan,
        output: SoundOutput,
        settings: EngineSettings | None = None,
        *,
        say: Callable[[str], None] | None = None,
        words: Callable[[HoldStep], str] = lambda step: step.side.value,
    ) -> None:
        self._plan = plan
        self._output = output
        self._foresight = Foresight(plan, settings)
        self._planned: list[Timed] = []
        self._say = say
        self._words = words

    def event(self, event: Event) -> None:
        """Take an event of the engine; quick, for the conductor's thread."""
        if isinstance(event, CueDue):
            self._due(event)
            return
        coming = self._foresight.event(event)
        if coming is not None:
            self._replan(event.at_s, coming)
        if self._say is not None and isinstance(event, StateChanged):
            self._announce(event, self._say)

    def _replan(self, now_s: float, coming: tuple[Timed, ...]) -> None:
        """Plan what is new and take back what no longer comes."""
        sure_s = now_s + COMMIT_S
        recent = [cue for cue in self._planned if cue[0] > now_s - _FORGET_S]
        kept = [cue for cue in recent if cue[0] <= sure_s or cue in coming]
        if len(kept) < len(recent):
            self._output.cancel_after(sure_s)
            kept = [cue for cue in kept if cue[0] <= sure_s]
        for at_s, kind in coming:
            if at_s >= now_s and (at_s, kind) not in kept:
                self._output.plan(kind, at_s)
                kept.append((at_s, kind))
        self._planned = kept

    def _due(self, cue: CueDue) -> None:
        """Play a cue unless it was planned."""
        for timed in self._planned:
            if timed[1] is cue.kind and abs(timed[0] - cue.at_s) <= _SAME_S:
                self._planned.remove(timed)
                return
        self._output.play(cue.kind)

    def _announce(self, event: StateChanged, say: Callable[[str], None]) -> None:
        """Say what comes, early in a rest, or at a countdown that leaves time before its beats."""
        index = event.step_index + (1 if event.state is State.REST else 0)
        step = self._plan.steps[index] if index < len(self._plan.steps) else None
        if not isinstance(step, HoldStep):
            return
        if event.state is State.REST:
            say(f"rest. next, {self._words(step)}")
        elif event.state is State.COUNTDOWN and step.countdown_s >= 5.0:
            say(self._words(step))
