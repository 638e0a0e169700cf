"""What follows what in a running plan: countdowns, holds, releases and rests, by time and by tension."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from isotimer.core.cues import CueKind, countdown_cues
from isotimer.core.detect import Crossing
from isotimer.core.events import EngineSettings, GoPlanned, HoldEnded, HoldStarted, State
from isotimer.core.plan import End, Mode, Plan, Side, Start
from isotimer.core.run_state import RunState
from isotimer.core.schedule import changes_s, cues_within, go_wait_s


class Transitions(RunState):
    """The steps from one state to the next that need no key.

    Args:
        plan: What is run.
        settings: Thresholds and times.
        sensor: Whether samples will come.
        seed: Where random waits come from.
        first: Index of the step to begin with.
        dropped: Sides that are left out.
        attempts: Attempts made already, by step.
        spared: Holds that a rule of the plan leaves out.
    """

    def __init__(
        self,
        plan: Plan,
        settings: EngineSettings,
        sensor: bool,
        seed: int,
        first: int,
        dropped: Collection[Side],
        attempts: Mapping[int, int] | None,
        spared: Collection[int] = (),
    ) -> None:
        super().__init__(plan, settings, first, dropped, attempts, spared)
        self._sensor = sensor
        self._seed = seed

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
        elif self._state is State.ARMED:
            self._begin_hold(at_s, at_s, CueKind.GO, pulled=False)
        elif self._state is State.HOLD:
            self._time_is_up(at_s)
        elif self._state is State.RELEASE:
            self._released(at_s)
        elif self._state is State.REST and self._following is not None:
            self._count_down(self._following, at_s, self._lead_s[1], self._rest_cue())

    def _rest_cue(self) -> CueKind:
        return CueKind.SET_REST_OVER if self._course.is_set_rest(self._index) else CueKind.REST_OVER

    def _countdown_over(self, at_s: float) -> None:
        step = self._course.holds[self._index]
        if step.mode is Mode.RESPOND:
            attempt = self._attempts.get(self._index, 0) + 1
            self._enter(State.ARMED, at_s)
            self._until_s = at_s + go_wait_s(step, self._settings, self._seed, self._index, attempt)
            self._sense.wait(at_s, step)
            self._cue(at_s, CueKind.SET)
            self._out.append(GoPlanned(self._told_s, self._until_s))
            return
        if step.start is Start.CLOCK or (step.start is Start.FORCE and not self._sensor):
            self._begin_hold(at_s, at_s, CueKind.GO, pulled=False)
            return
        self._enter(State.ARMED, at_s)
        if step.start is Start.FORCE:
            self._sense.arm(at_s, step)
        self._cue(at_s, CueKind.GO)

    def _crossed(self, crossing: Crossing) -> None:
        if self._course.holds[self._index].mode is Mode.RESPOND and self._answered(crossing):
            return
        if self._state is State.ARMED:
            self._begin_hold(crossing.confirmed_s, crossing.dated_s, CueKind.STARTED, pulled=True)
        elif self._state is State.HOLD:
            why = "let go while no data came; ends at the last sample" if crossing.unseen else "let go"
            self._end_hold(crossing.confirmed_s, crossing.dated_s, End.RELEASED, why)

    def _answered(self, crossing: Crossing) -> bool:
        """Take a crossing in mode respond; return False for a release, which is as in other modes."""
        if self._state is State.ARMED:
            # The hold has not begun: it is kept from the pull on, so that the false start is on record.
            go_s = self._until_s or crossing.dated_s
            self._begin_hold(crossing.confirmed_s, crossing.dated_s, None, pulled=True)
        elif not self._sense.waits:
            return False
        else:
            go_s = self._start_s
            if crossing.dated_s >= go_s + self._settings.too_early_s:
                self._sense.pulled()
                return True
        away_s = crossing.dated_s - go_s
        why = f"false start, {abs(away_s):.2f} s {'before' if away_s < 0 else 'after'} the go"
        self._false_starts += 1
        again = self._false_starts < self._settings.false_starts
        self._cue(crossing.confirmed_s, CueKind.FALSE_START)
        at_s = crossing.confirmed_s
        self._end_hold(at_s, at_s, End.ABORTED, why, flag="false-start", again=again)
        return True

    def _time_is_up(self, at_s: float) -> None:
        lost_s, shook = self._lost_s, self._shake_stop_s is not None and at_s >= self._shake_stop_s
        if lost_s is None:
            why = "the set time after the shake doubled" if shook else "planned time reached"
            self._end_hold(at_s, at_s, End.COMPLETED, why)
            return
        seen_s = max(self._start_s, lost_s if self._sense.last_s is None else self._sense.last_s)
        why = f"sensor lost {seen_s - self._start_s:.1f} s after the start"
        if self._course.holds[self._index].seconds is None:
            self._end_hold(at_s, seen_s, End.DEVICE_LOST, why)
        else:
            self._end_hold(at_s, at_s, End.DEVICE_LOST, f"{why}; the clock ran on")

    def _count_down(
        self, index: int, at_s: float, end_s: float | None = None, first: CueKind = CueKind.READY
    ) -> None:
        """Count down to the hold at ``index``, for its full countdown if no end is given."""
        self._index, self._again = index, False
        self._enter(State.COUNTDOWN, at_s)
        step = self._course.holds[index]
        self._until_s = at_s + step.countdown_s if end_s is None else max(end_s, at_s)
        self._cues.extend(countdown_cues(at_s, self._until_s, first))

    def _begin_hold(self, at_s: float, start_s: float, cue: CueKind | None, *, pulled: bool) -> None:
        step = self._course.holds[self._index]
        self._enter(State.HOLD, at_s)
        self._start_s, self._shake_stop_s, self._unrated, self._hurting = start_s, None, (), None
        self._until_s = self._hold_until_s()
        attempt = self._attempts.get(self._index, 0) + 1
        self._attempts[self._index] = attempt
        self._changes = changes_s(step, self._settings, self._seed, self._index, attempt)
        cues = cues_within(step, start_s, self._changes)
        self._cues.extend(cues)
        self._sense.hold(at_s, start_s, step, pulled=pulled)
        self._last_hold = self._index
        if step.mode is Mode.RESPOND and cue is CueKind.GO:
            cues = ((start_s, CueKind.GO), *cues)
        self._out.append(HoldStarted(self._told_s, self._index, step, attempt, start_s, cues))
        if cue is not None:
            self._cue(at_s, cue)

    def _hold_until_s(self) -> float | None:
        seconds = self._course.holds[self._index].seconds
        ends = [] if seconds is None else [self._start_s + seconds]
        if self._shake_stop_s is not None:
            ends.append(self._shake_stop_s)
        if seconds is None and self._lost_s is not None:
            ends.append(max(self._lost_s, self._start_s) + self._settings.lost_end_s)
        return min(ends, default=None)

    def _keep_hold(
        self, at_s: float, end_s: float, end: End, why: str, flag: str = "", *, again: bool = False
    ) -> None:
        """Tell that the running hold is over."""
        self._told_s = max(self._told_s, at_s)
        end_s = max(end_s, self._start_s)
        index, attempt = self._index, self._attempts[self._index]
        step = self._course.holds[index]
        start_s = self._start_s
        self._out.append(HoldEnded(self._told_s, index, step, attempt, start_s, end_s, end, why, flag, again))

    def _end_hold(
        self, at_s: float, end_s: float, end: End, why: str, flag: str = "", *, again: bool = False
    ) -> None:
        """End the running hold and go on with what follows it."""
        settings, index, course = self._settings, self._index, self._course
        self._again = again
        self._keep_hold(at_s, end_s, end, why, flag, again=again)
        if not again:
            self._false_starts = 0
            self._ask_effort(index)
        self._following = index if again else course.next_hold(index)
        # A release is known only after the grace time and rest counts from its true moment; but a hold
        # that ended long ago, in a gap of the data, does not use up the rest.
        base_s = max(end_s, self._told_s - settings.release_grace_s)
        if self._following is not None:
            rest_s = 0.0 if again else course.rest_s(course.rest_between(index, self._following))
            self._lead(base_s, rest_s, self._following)
        self._enter(State.RELEASE, at_s)
        self._until_s = max(self._told_s, base_s + settings.release_s)
        self._cue(at_s, CueKind.RELEASE)

    def _ask_effort(self, index: int) -> None:
        """Ask for the effort if a set ends with the hold at ``index``, and the plan wants to know."""
        if self._asks_effort and self._course.closes_set(index):
            done = self._course.set_of(index)
            self._unrated = tuple(i for i in done if self._attempts.get(i))

    def _lead(self, base_s: float, rest_s: float, following: int) -> None:
        """Plan the rest from ``base_s`` on, and the countdown to ``following`` at its end."""
        self._rest_s = (base_s, base_s + rest_s)
        self._lead_s = self._course.lead_s(base_s, rest_s, following, self._settings.release_s)

    def _turn(self, index: int) -> None:
        """After a side was left out between two holds: the rest leads to another hold, or to the end."""
        course, base_s = self._course, self._rest_s[0]
        self._again = self._again and not course.left_out(index)
        if self._again:
            return
        self._following = following = course.next_hold(index)
        if following is None:
            return
        # A rest that has begun keeps its length; one that is still to come is the one to the new hold.
        begun = index not in course.holds
        rest_s = course.rest_s(index if begun else course.rest_between(index, following))
        self._lead(base_s, rest_s, following)
        if begun and self._paused is None:
            self._until_s = max(self._lead_s[0], self._told_s)
        elif begun and self._paused is not None:
            self._paused = replace(self._paused, until_s=max(self._lead_s[0], self._paused.at_s))

    def _turn_anew(self, held: int, now_s: float) -> None:
        """After holds were spared: go on with what then follows the hold at ``held``, after its own rest."""
        course = self._course
        self._following = following = course.next_hold(held)
        if following is None:
            self._done(now_s)
            return
        rest = course.rest_between(held, following)
        self._lead(self._rest_s[0], course.rest_s(rest), following)
        paused = self._paused
        if self._state is State.RELEASE or (paused is not None and paused.state is State.RELEASE):
            return
        at_s = now_s if paused is None else paused.at_s
        self._lead_s = course.lead_from(at_s, self._lead_s, following)
        if rest is not None:
            self._index = rest
        if paused is None and rest is None:
            self._count_down(following, now_s)
        elif paused is None:
            self._enter(State.REST, now_s)
            self._until_s = self._lead_s[0]
        else:
            self._paused = replace(paused, until_s=self._lead_s[0])

    def _released(self, at_s: float) -> None:
        following = self._following
        if following is None:
            self._done(at_s)
            return
        rest = None if self._again else self._course.rest_between(self._index, following)
        if self._lead_s[0] > at_s and rest is not None:
            self._index = rest
            self._enter(State.REST, at_s)
            self._until_s = self._lead_s[0]
        else:
            self._count_down(following, at_s, self._lead_s[1])

    def _done(self, at_s: float) -> None:
        self._enter(State.DONE, at_s)
        self._cue(at_s, CueKind.DONE)
