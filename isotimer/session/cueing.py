"""Tells the speaker of coming cues ahead of time, so that they sound on their planned moment.

The engine tells a cue when it is due, a few milliseconds late, and sound needs a lead of its own. But
nearly every cue is known in advance: a countdown, a hold, a rest have planned ends. What cannot be known
(tension starts a hold, the athlete lets go, the line is lost) is played at once.
"""

import math
from collections.abc import Callable, Collection

from isotimer.core.course import Course
from isotimer.core.cues import CueKind, Timed, countdown_cues
from isotimer.core.hold import (
    CueDue,
    EngineSettings,
    Event,
    GoPlanned,
    HoldEnded,
    HoldStarted,
    Ruling,
    SideDropped,
    State,
    StateChanged,
)
from isotimer.core.plan import HoldStep, Mode, Plan, Side
from isotimer.session.announce import next_words, side_words
from isotimer.sound.output import SoundOutput

COMMIT_S = 0.1
"""A cue so close ahead is no longer taken back: it may be on its way to the sound card already."""

_SAME_S = 0.15
"""A cue of the engine this near to a planned one of its kind is that one."""
_FORGET_S = 1.0
_TONE_S = 0.6
"""Words wait until the tone that begins a rest or a countdown is over."""
_EPS_S = 1e-6
_BETWEEN = (State.RELEASE, State.REST)


Say = Callable[[str, float, float], None]
"""Speaks words between two host times, or not at all if they do not fit."""


class Foresight:
    """Knows the cues that a run will give next unless somebody or the sensor interferes.

    It follows the engine by its events and never reads a clock.

    Args:
        plan: What is run.
        settings: The engine's.
        dropped: Sides that are left out from the beginning.
        spared: Holds that are left out from the beginning.
    """

    def __init__(
        self,
        plan: Plan,
        settings: EngineSettings | None = None,
        dropped: Collection[Side] = (),
        spared: Collection[int] = (),
    ) -> None:
        self._course = Course(plan, dropped, spared)
        self._settings = settings or EngineSettings()
        self._state = State.READY
        self._paused: tuple[State, float] | None = None
        self._held = 0
        """The hold that was done last."""
        self._rested = False
        """Whether a hold is over that a rest can be counted from."""
        self._ahead = 0
        """The hold that is counted down to."""
        self._again = False
        self._next: int | None = None
        """The hold that a rest leads to."""
        self._rest: int | None = None
        """The rest that leads to it, if there is one long enough to be a state of its own."""
        self._base_s = 0.0
        self._release_end_s = 0.0
        self._lead_s = (0.0, 0.0)
        """When the countdown to it begins and ends."""

    @property
    def next_hold(self) -> int | None:
        """Index of the hold that the present rest leads to; None if there is none."""
        return self._next

    def event(self, event: Event) -> tuple[Timed, ...] | None:
        """Return the cues that follow from an event on, in order; None if it changes nothing."""
        if isinstance(event, HoldStarted):
            return self._hold(event)
        if isinstance(event, GoPlanned):
            return ((event.due_s, CueKind.GO),)
        if isinstance(event, HoldEnded):
            self._ended(event)
        elif isinstance(event, SideDropped):
            return self._dropped(event)
        elif isinstance(event, Ruling):
            return self._ruled(event)
        elif isinstance(event, StateChanged):
            return self._entered(event)
        return None

    def _hold(self, event: HoldStarted) -> tuple[Timed, ...]:
        seconds = event.step.seconds
        if seconds is None:
            return ()
        return (*event.cues, (event.start_s + seconds, CueKind.RELEASE))

    def _ended(self, event: HoldEnded) -> None:
        settings = self._settings
        self._held, self._again, self._rested = event.step_index, event.again, True
        self._base_s = max(event.end_s, event.at_s - settings.release_grace_s)
        self._release_end_s = max(event.at_s, self._base_s + settings.release_s)
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Find the hold that follows, and when its countdown begins and ends."""
        course, held = self._course, self._held
        self._next = held if self._again else course.next_hold(held)
        if self._next is None:
            return
        rest = None if self._again else course.rest_between(held, self._next)
        self._lead_s = course.lead_s(self._base_s, course.rest_s(rest), self._next, self._settings.release_s)
        self._rest = rest if rest is not None and self._lead_s[0] > self._release_end_s else None

    def _dropped(self, event: SideDropped) -> tuple[Timed, ...] | None:
        self._course.drop(event.side)
        paused = self._paused is not None and self._paused[0] in _BETWEEN
        if self._state not in _BETWEEN and not paused:
            return None
        self._again = self._again and not self._course.left_out(self._held)
        rest = self._rest
        self._look_ahead()
        resting = State.REST in (self._state, self._paused[0] if self._paused else None)
        if resting and rest is not None and self._next is not None:
            # A rest that has begun keeps its length.
            self._rest = rest
            self._lead_s = self._course.lead_s(
                self._base_s, self._course.rest_s(rest), self._next, self._settings.release_s
            )
        return () if paused or self._next is None else self._between()

    def _ruled(self, event: Ruling) -> tuple[Timed, ...] | None:
        """After holds were spared, what comes next may be another hold, after another rest."""
        self._course.spare(event.steps)
        state = self._state if self._paused is None else self._paused[0]
        here = self._next if state in _BETWEEN else self._ahead
        if here not in event.steps:
            return None
        if state in _BETWEEN:
            self._again = False
            self._look_ahead()
        elif state in (State.COUNTDOWN, State.ARMED) and self._paused is None and self._rested:
            self._held, self._again = self._ahead, False
            self._look_ahead()
        else:
            return None
        if state is not State.RELEASE and self._next is not None:
            at_s = event.at_s if self._paused is None else self._paused[1]
            self._lead_s = self._course.lead_from(at_s, self._lead_s, self._next)
        # Unless it is still "let go", the engine says at once with which state it goes on.
        return self._between() if self._state is State.RELEASE else ()

    def _entered(self, event: StateChanged) -> tuple[Timed, ...] | None:
        before, self._state = self._state, event.state
        if event.state is State.PAUSED:
            self._paused = (before, event.at_s)
            return ()
        paused, self._paused = self._paused, None
        if event.state is State.COUNTDOWN:
            self._ahead = event.step_index
            return self._countdown(before, event)
        if event.state in _BETWEEN:
            if paused is not None:
                self._shift(event.at_s - paused[1])
            return self._between()
        # ARMED and HOLD begin with the cue that was planned for this moment; what follows is not known yet,
        # or is told by HoldStarted.
        return ()

    def _countdown(self, before: State, event: StateChanged) -> tuple[Timed, ...]:
        """Return a countdown's cues; at the end of a rest it may be shortened."""
        step = self._course.holds[event.step_index]
        led = before in _BETWEEN and event.step_index == self._next
        first = self._first() if led and before is State.REST else CueKind.READY
        begin_s = self._lead_s[0] if self._rest is not None else self._release_end_s
        if led and event.at_s >= begin_s - _EPS_S:
            return self._lead(event.at_s)
        return self._counted(step, event.at_s, event.at_s + step.countdown_s, first)

    def _between(self) -> tuple[Timed, ...]:
        """Return the cues after a hold, up to the start of the next one."""
        if self._next is None:
            return ((self._release_end_s, CueKind.DONE),)
        if self._state is State.REST:
            return self._lead(self._lead_s[0])
        return self._lead(self._lead_s[0] if self._rest is not None else self._release_end_s)

    def _lead(self, begin_s: float) -> tuple[Timed, ...]:
        if self._next is None:
            return ()
        step = self._course.holds[self._next]
        return self._counted(step, begin_s, max(self._lead_s[1], begin_s), self._first())

    def _first(self) -> CueKind:
        if self._rest is None:
            return CueKind.READY
        return CueKind.SET_REST_OVER if self._course.is_set_rest(self._rest) else CueKind.REST_OVER

    def _counted(self, step: HoldStep, begin_s: float, end_s: float, first: CueKind) -> tuple[Timed, ...]:
        # The go of mode respond is told when its random wait begins.
        last = CueKind.SET if step.mode is Mode.RESPOND else CueKind.GO
        return (*countdown_cues(begin_s, end_s, first), (end_s, last))

    def _shift(self, away_s: float) -> None:
        self._base_s += away_s
        self._release_end_s += away_s
        self._lead_s = (self._lead_s[0] + away_s, self._lead_s[1] + away_s)


class Cueing:
    """Gives the cues of one session to a speaker.

    Args:
        plan: What is run.
        output: Where they go.
        settings: The engine's.
        say: Speaks a few words between two host times; None for no spoken cues.
        dropped: Sides that are left out from the beginning.
        spared: Holds that are left out from the beginning.
    """

    def __init__(
        self,
        plan: Plan,
        output: SoundOutput,
        settings: EngineSettings | None = None,
        *,
        say: Say | None = None,
        dropped: Collection[Side] = (),
        spared: Collection[int] = (),
    ) -> None:
        self._plan = plan
        self._output = output
        self._foresight = Foresight(plan, settings, dropped, spared)
        self._planned: list[Timed] = []
        self._say = say
        self._said: int | None = None
        """The step that was announced last."""

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

    def _announce(self, event: StateChanged, say: Say) -> None:
        """Say what comes, early in a rest; a countdown without a rest has time for the side alone."""
        rests = event.state is State.REST
        index = self._foresight.next_hold if rests else event.step_index
        step = None if index is None else self._plan.steps[index]
        if not isinstance(step, HoldStep) or self._said == index:
            return
        if rests or event.state is State.COUNTDOWN:
            self._said = index
            begin_s = event.at_s + _TONE_S
            cues_s = [at_s for at_s, _ in self._planned if at_s > begin_s]
            words = next_words(step) if rests else side_words(step)
            say(words, begin_s, min(cues_s, default=math.inf))
