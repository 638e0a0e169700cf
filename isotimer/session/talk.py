"""A running plan in words, one line for each event: for a plain terminal, a screen reader, a log."""

from collections.abc import Collection, Sequence

from isotimer.core.course import Course
from isotimer.core.cues import CUE_OF, CueKind
from isotimer.core.hold import (
    CueDue,
    EffortRated,
    Event,
    HoldEnded,
    HoldStarted,
    PainRated,
    Ruling,
    SideDropped,
    State,
    StateChanged,
    StepSkipped,
)
from isotimer.core.path_text import path_words
from isotimer.core.plan import HoldStep, Mode, Plan, Side, Start
from isotimer.core.positions import BUILTIN, PositionBook
from isotimer.core.schedule import asked
from isotimer.session.snapshot import HoldResult, MeasureView

_SPOKEN = {
    CueKind.HALFWAY,
    CueKind.BREATHE,
    CueKind.LINE_LOST,
    CueKind.LINE_BACK,
    CueKind.OUT_OF_BAND,
    CueKind.DONE,
}

_TOLD: dict[Mode, tuple[str, ...]] = {
    Mode.RESPOND: ("reaction_s", "tension_peak_n"),
    Mode.TRACK: ("tracking_rmse_n", "tracking_lag_s"),
    Mode.SWITCH: ("transition_s",),
}
_USUAL = ("tension_mean_n", "tension_best_1s_n", "cv_detrended_pct")


class Talk:
    """Puts the events of one session into words; takes each event once, in order.

    Args:
        plan: What is run.
        positions: Where the names of positions are looked up.
        dropped: Sides that are left out from the beginning.
        spared: Holds that are left out from the beginning.
        felt: For each step what to aim at by feel; empty where there is a target, or none is wanted.
    """

    def __init__(
        self,
        plan: Plan,
        positions: PositionBook = BUILTIN,
        dropped: Collection[Side] = (),
        spared: Collection[int] = (),
        felt: Sequence[str] = (),
    ) -> None:
        self._course = Course(plan, dropped, spared)
        self._positions = positions
        self._felt = felt
        self._last = -1
        self._hold: HoldStarted | None = None
        self._changes = 0

    def line(self, event: Event) -> str:
        """Return an event in words, or "" if there is nothing to say."""
        if isinstance(event, StateChanged):
            return self._state(event)
        if isinstance(event, HoldStarted):
            return self._started(event)
        if isinstance(event, HoldEnded):
            self._last = event.step_index - 1 if event.again else event.step_index
            return _ended(event)
        if isinstance(event, CueDue):
            return self._cue(event)
        if isinstance(event, SideDropped):
            self._course.drop(event.side)
            holds = "1 hold" if len(event.steps) == 1 else f"{len(event.steps)} holds"
            return f"Not today: {event.side.value}. {holds} left out"
        if isinstance(event, Ruling):
            self._course.spare(event.steps)
            return event.why
        if isinstance(event, StepSkipped):
            return f"Passed over: {self._coming(event.step_index)}"
        if isinstance(event, EffortRated):
            return f"Effort {event.effort} of 10 is noted"
        if isinstance(event, PainRated):
            return f"Pain {event.pain} of 10 is noted: {event.side.value}"
        return ""

    def _coming(self, index: int) -> str:
        """Return a hold in words, and what to aim at by feel."""
        felt = self._felt[index] if index < len(self._felt) else ""
        return ", ".join([self.hold(self._course.holds[index]), *([felt] if felt else [])])

    def hold(self, step: HoldStep) -> str:
        """Return a hold in words: position, phase, side, length, target and its band."""
        about = self._positions.find(step.position)
        phase = f" ({about.phase.value})" if about is not None else ""
        parts = [f"{self._positions.name(step.position)}{phase}", step.side.value]
        parts += ["further attempt, if needed"] if step.extra else []
        parts += [] if step.mode is Mode.STEADY else [step.mode.value]
        parts += [f"{step.seconds:g} s" if step.seconds is not None else "as long as you can"]
        if step.target is not None:
            band = step.target
            parts.append(f"target {band.force_n:.0f} N ({band.low_n:.0f} to {band.high_n:.0f})")
        return ", ".join(parts)

    def ready(self, index: int) -> str:
        """Return what stands ready to be started."""
        return f"Ready{self._place(index)}: {self._coming(index)}. Type go"

    def _place(self, index: int) -> str:
        """Return which hold of the plan it is, as the athlete counts; nothing where there is only one."""
        count = self._course.count_at(index)
        return f", hold {self._course.number(index)} of {count}" if count > 1 else ""

    def _state(self, event: StateChanged) -> str:
        step = self._course.holds.get(event.step_index)
        if event.state is State.REST:
            return self._rest(event.step_index)
        if event.state is State.PAUSED:
            return "Paused. Type go to go on"
        if event.state is State.ABORTED:
            return "Stopped"
        if step is None:
            return ""
        if event.state is State.READY:
            return self.ready(event.step_index)
        if event.state is State.COUNTDOWN:
            soon = f", in {step.countdown_s:g} s" if step.countdown_s else ""
            return f"Get ready{self._place(event.step_index)}: {self._coming(event.step_index)}{soon}"
        if event.state is State.ARMED:
            if step.mode is Mode.RESPOND:
                return "Set: keep still and wait for go"
            how = "Type go when you pull" if step.start is Start.KEY else "Pull when ready"
            return f"{how}: {self._coming(event.step_index)}"
        return ""

    def _rest(self, index: int) -> str:
        following = self._course.next_hold(self._last)
        length = f"Rest {self._course.rest_s(index):g} s"
        return length if following is None else f"{length}. Next: {self._coming(following)}"

    def _started(self, event: HoldStarted) -> str:
        self._hold, self._changes = event, 0
        step = event.step
        length = f"{step.seconds:g} s" if step.seconds is not None else "as long as you can"
        if step.mode is Mode.RESPOND:
            return "Go!" if event.cues else ""
        first = asked(step, (), 0.0)
        if first is not None:
            return f"Hold {length}, begin {first.value}"
        if step.path is not None and step.target is not None:
            return f"Follow the target, {length}: {path_words(step.path, step.target.force_n)}"
        return f"Hold: {length}"

    def _cue(self, event: CueDue) -> str:
        if event.kind is CueKind.SWITCH and self._hold is not None:
            self._changes += 1
            wanted = asked(self._hold.step, (0.0,) * self._changes, 0.0)
            return f"Change: {wanted.value}" if wanted is not None else ""
        return CUE_OF[event.kind].word.capitalize() if event.kind in _SPOKEN else ""


def numbers(result: HoldResult) -> list[MeasureView]:
    """Return the numbers that the mode of a hold is about, those that are known."""
    ids = _TOLD.get(result.step.mode, _USUAL)
    return [m for i in ids for m in result.measures if m.id == i and m.value is not None]


def result_line(result: HoldResult) -> str:
    """Return a measured hold in one line: length, end, and the numbers that its mode is about."""
    parts = [
        f"{result.step.side.value} {result.hold_s:.1f} s, {result.end.value}",
        *(_number(m) for m in numbers(result)),
    ]
    parts += [] if result.samples else ["no sensor"]
    return "Result: " + ", ".join(parts)


def summary_lines(results: Collection[HoldResult], left: int) -> list[str]:
    """Return a whole session in a few lines.

    Args:
        results: Its finished holds.
        left: Holds of the plan that were not done.
    """
    done = [r for r in results if r.flag != "false-start"]
    by_side = {side: sum(r.hold_s for r in done if r.step.side is side) for side in Side}
    times = ", ".join(f"{side.value} {held_s:.0f} s" for side, held_s in by_side.items() if held_s)
    lines = [f"{len(done)} holds kept{f': {times}' if times else ''}"]
    early = len(results) - len(done)
    lines += [f"{early} false starts"] if early else []
    lines += [f"{left} holds of the plan were not done"] if left else []
    return lines


def _ended(event: HoldEnded) -> str:
    if event.flag == "false-start":
        return f"{event.why.capitalize()}{': again' if event.again else ''}"
    why = f" ({event.why})" if event.why else ""
    return f"Let go: {event.end_s - event.start_s:.1f} s, {event.end.value}{why}"


def _number(measure: MeasureView) -> str:
    value = measure.value or 0.0
    digits = 2 if measure.unit == "s" else 0 if abs(value) >= 100 else 1
    return f"{measure.name} {value:.{digits}f} {measure.unit}"
