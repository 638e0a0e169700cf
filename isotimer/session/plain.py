"""A plan in a plain terminal: every event a line of words, no screen."""

from collections.abc import Callable
from queue import Empty, SimpleQueue

from isotimer.core.cues import CUE_OF, CueKind
from isotimer.core.hold import CueDue, Event, HoldEnded, HoldStarted, Key, State, StateChanged
from isotimer.core.plan import HoldStep, Plan, RestStep
from isotimer.core.positions import position
from isotimer.core.text import printable
from isotimer.session.snapshot import HoldResult
from isotimer.session.training import Training

_SPOKEN = {
    CueKind.HALFWAY,
    CueKind.LINE_LOST,
    CueKind.LINE_BACK,
    CueKind.OUT_OF_BAND,
    CueKind.DONE,
}


def run_plain(
    training: Training, events: "SimpleQueue[Event]", say: Callable[[str], None], ring: Callable[[int], None]
) -> list[HoldResult]:
    """Run a plan to its end and return its holds.

    Args:
        training: Made, not started; its events must go into ``events``.
        events: The queue they go into.
        say: Takes one line of words.
        ring: Rings the bell so many times.

    Raises:
        DataError: If the store cannot be written.
        KeyboardInterrupt: When somebody stops it; running holds are saved first.
    """
    training.start()
    try:
        training.press(Key.GO)
        told = ""
        while not training.over or not events.empty():
            if training.trouble != told:
                told = training.trouble
                say(told or "What could not be written is written now")
            try:
                event = events.get(timeout=0.1)
            except Empty:
                continue
            words = describe(event, training.plan)
            if words:
                say(words)
            if isinstance(event, CueDue):
                ring(CUE_OF[event.kind].bells)
        training.wait_for_results(10.0)
    finally:
        training.stop()
    return training.results


def describe(event: Event, plan: Plan) -> str:
    """Return an event in words, or "" if there is nothing to say."""
    if isinstance(event, StateChanged):
        return _describe_state(event, plan)
    if isinstance(event, HoldStarted):
        length = f"{event.step.seconds:g} s" if event.step.seconds is not None else "as long as you can"
        return f"Hold: {length}"
    if isinstance(event, HoldEnded):
        return f"Let go: {event.end_s - event.start_s:.1f} s, {event.end.value}" + (
            f" ({event.why})" if event.why else ""
        )
    if isinstance(event, CueDue) and event.kind in _SPOKEN:
        return CUE_OF[event.kind].word.capitalize()
    return ""


def _describe_state(event: StateChanged, plan: Plan) -> str:
    step = plan.steps[event.step_index] if event.step_index < len(plan.steps) else None
    if isinstance(step, HoldStep):
        if event.state is State.COUNTDOWN:
            soon = f", in {step.countdown_s:g} s" if step.countdown_s else ""
            return f"Get ready: {hold_words(step)}{soon}"
        if event.state is State.ARMED:
            return f"Pull when ready: {hold_words(step)}"
    if isinstance(step, RestStep) and event.state is State.REST:
        return f"Rest {step.seconds:g} s"
    return ""


def hold_words(step: HoldStep) -> str:
    """Return a hold in words: position, side, phase, target."""
    about = position(step.position)
    target = f", target {step.target.force_n:.0f} N" if step.target else ""
    return f"{printable(about.name, 60)} ({about.phase.value}), {step.side.value}{target}"
