"""What the screens say: the state in a word, lengths of time, what comes next. Pure functions."""

import math

from isotimer.core.cues import CueKind
from isotimer.core.events import EngineView, Prompt, State
from isotimer.core.plan import End, HoldStep, Mode, Phase, RestStep, Side, Start, Step
from isotimer.core.positions import BUILTIN, PositionBook
from isotimer.core.text import printable
from isotimer.session.snapshot import HoldResult, MeasureView

_STATE_WORDS: dict[State, str] = {
    State.READY: "READY",
    State.COUNTDOWN: "GET READY",
    State.ARMED: "PULL NOW",
    State.HOLD: "HOLD",
    State.RELEASE: "LET GO",
    State.REST: "REST",
    State.PAUSED: "PAUSED",
    State.ABORTED: "STOPPED",
    State.DONE: "DONE",
}

_PROMPT_WORDS: dict[Prompt | None, str] = {
    Prompt.SET: "SET",
    Prompt.GO: "GO!",
    Prompt.FALSE_START: "FALSE START",
}
_PLACES = (Prompt.LEFT, Prompt.RIGHT, Prompt.PUSH, Prompt.SWING)
BY_FEEL = "BY FEEL"
WHICH_HURTS = "Which leg hurts? {} LEFT or RIGHT {} leaves it out today; ESC: neither"
_SHORT: dict[Mode, tuple[str, ...]] = {
    Mode.RESPOND: ("reaction_s", "tension_peak_n"),
    Mode.TRACK: ("tracking_rmse_n", "tracking_lag_s"),
    Mode.SWITCH: ("transition_s",),
}
"""What a hold of a mode is about; elsewhere the first two numbers."""


END_WORDS: dict[End, str] = {
    End.COMPLETED: "completed",
    End.RELEASED: "released early",
    End.ABORTED: "stopped",
    End.DEVICE_LOST: "sensor lost",
    End.INTERRUPTED: "interrupted",
}


def shout(view: EngineView | None) -> str:
    """Return the one word that fills the screen instead of the count; nothing mostly."""
    if view is None:
        return ""
    if view.prompt in _PROMPT_WORDS:
        return _PROMPT_WORDS[view.prompt]
    if view.prompt in _PLACES and view.state is State.HOLD and view.prompt is not None:
        return view.prompt.value.upper()
    return BY_FEEL if view.eyes_off else ""


def state_word(view: EngineView | None, book: PositionBook = BUILTIN) -> str:
    """Return the state as the one or two words that the athlete acts on."""
    if view is None:
        return ""
    if view.prompt in _PROMPT_WORDS:
        return _PROMPT_WORDS[view.prompt]
    if view.state is State.ARMED and view.step is not None:
        if view.step.start is Start.KEY:
            return "PRESS KEY"
        if phase_of(view.step.position, book) is Phase.PUSH:
            return "PUSH NOW"
    return _STATE_WORDS[view.state]


def cue_word(kind: CueKind, view: EngineView | None) -> str:
    """Return the one or two words of a cue that stand in the place of HOLD for a moment; nothing mostly."""
    if view is None or view.state is not State.HOLD:
        return ""
    if kind is CueKind.OUT_OF_BAND:
        return {"below": "MORE", "above": "LESS"}.get(view.in_band or "", "")
    return {CueKind.BREATHE: "BREATHE", CueKind.HALFWAY: "HALFWAY"}.get(kind, "")


def position_name(position: str, book: PositionBook = BUILTIN) -> str:
    """Return the plain name of a position; its id if it is not known."""
    return book.name(position)


def position_cues(position: str, book: PositionBook = BUILTIN) -> tuple[str, ...]:
    """Return the short cues of a position; none if it is not known."""
    found = book.find(position)
    return found.cues if found is not None else ()


def phase_of(position: str, book: PositionBook = BUILTIN) -> Phase | None:
    """Return the running phase of a position; None if it is not known."""
    found = book.find(position)
    return found.phase if found is not None else None


def side_word(side: Side) -> str:
    """Return the side in capitals."""
    return side.value.upper()


def whole_seconds(seconds: float) -> str:
    """Return a whole number of seconds, rounded up: the count that reaches 0 when the time is over.

    From 1000 s on in minutes and seconds.
    """
    whole = max(0, math.ceil(seconds - 1e-6))
    return f"{whole}" if whole < 1000 else f"{whole // 60}:{whole % 60:02d}"


def length(seconds: float) -> str:
    """Return a length of time for reading: "45 s", "7.5 s" or "2 min 30 s"."""
    if seconds < 100:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def banner_side(view: EngineView | None) -> str:
    """Return the side that works, in a rest the one that comes next; nothing when all is over."""
    if view is None or view.step is None:
        return ""
    side = side_word(view.step.side)
    if view.prompt in _PLACES and view.prompt is not None:
        return view.prompt.value.upper()
    return f"NEXT {side}" if view.state is State.REST else side


def count(view: EngineView | None, held_s: float | None = None) -> str:
    """Return the number that fills the hold screen: seconds left, or seconds done where the end is open.

    Args:
        view: The engine.
        held_s: Length of the hold that has just ended; shown until the rest begins.
    """
    if view is None:
        return ""
    if view.state in (State.DONE, State.ABORTED):
        return ""
    if view.state is State.RELEASE:
        return whole_seconds(math.floor((held_s or 0.0) + 1e-3))
    if view.remaining_s is not None:
        return whole_seconds(view.remaining_s)
    if view.state is State.HOLD:
        return whole_seconds(math.floor(view.elapsed_s))
    return "" if view.planned_s is None else whole_seconds(view.planned_s)


def hold_phrase(step: HoldStep, book: PositionBook = BUILTIN) -> str:
    """Return one hold in a few words: side, length, mode if it is special, target, name."""
    seconds = "open end" if step.seconds is None else length(step.seconds)
    parts = [side_word(step.side), seconds]
    parts += [] if step.mode is Mode.STEADY else [step.mode.value]
    parts += [] if step.target is None else [f"{step.target.force_n:.0f} N"]
    return ", ".join([*parts, position_name(step.position, book)])


def coming(view: EngineView | None, book: PositionBook = BUILTIN) -> str:
    """Return what comes next, and the key that makes it come where one is needed."""
    if view is None:
        return "No session"
    step = view.step
    if view.state is State.READY and step is not None:
        return f"SPACE starts: {hold_phrase(step, book)}"
    if view.state is State.PAUSED:
        return "SPACE goes on" if step is None else f"SPACE goes on. Next: {hold_phrase(step, book)}"
    if view.state is State.COUNTDOWN and step is not None:
        return f"Next: hold {hold_phrase(step, book)}"
    if view.state is State.ARMED and step is not None:
        if step.mode is Mode.RESPOND:
            return f"Keep still; the go comes at any time: {hold_phrase(step, book)}"
        how = "SPACE starts the hold" if step.start is Start.KEY else "Your tension starts the hold"
        return f"{how}: {hold_phrase(step, book)}"
    if view.state is State.REST and step is not None:
        return f"Next: {hold_phrase(step, book)}"
    if view.state in (State.HOLD, State.RELEASE):
        hidden = view.state is State.HOLD and (view.eyes_off or view.prompt in _PLACES)
        left = (
            f"{whole_seconds(view.remaining_s)} s left. " if hidden and view.remaining_s is not None else ""
        )
        return f"{left}Next: {_after(view.next_step, view.following_hold, book)}"
    return "SPACE shows the result"


def _after(step: Step | None, following: HoldStep | None, book: PositionBook) -> str:
    if following is None:
        return "done"
    if isinstance(step, RestStep):
        return f"rest {length(step.seconds)}, then {hold_phrase(following, book)}"
    return hold_phrase(following, book)


def progress(step: HoldStep | None, view: EngineView | None = None) -> tuple[str, ...]:
    """Return set, rep and number of a hold in words; nothing of what there is only one of."""
    if step is None:
        return ()
    words = []
    if step.sets > 1:
        words.append(f"set {step.set_no} of {step.sets}")
    if step.extra:
        words.append("one more, if needed")
    elif step.reps > 1:
        words.append(f"rep {step.rep_no} of {step.reps}")
    if view is not None and view.holds > 1:
        words.append(f"hold {view.hold_no} of {view.holds}")
    return tuple(words)


def rating(view: EngineView | None) -> str:
    """Return what the athlete is asked to rate by one key: pain first, else the effort; nothing mostly."""
    if view is not None and view.asks_pain is not None:
        what = "both legs" if view.asks_pain is Side.BOTH else f"the {side_word(view.asks_pain)} leg"
        return f"Pain, {what}? Press 1 (a little) to 9, 0 for 10 (worst); ESC: no answer"
    if view is not None and view.asks_effort:
        return "How hard was the set? Press 1 (easy) to 9, 0 for 10 (all out)"
    return ""


def amount(measure: MeasureView) -> str:
    """Return a measure's value with its unit, or "absent"."""
    if measure.value is None or not math.isfinite(measure.value):
        return "absent"
    value = abs(measure.value)
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{measure.value:.{digits}f} {measure.unit}".rstrip()


def in_short(result: HoldResult) -> tuple[str, ...]:
    """Return a finished hold in three or four short lines, for a rest."""
    side = side_word(result.step.side)
    if result.flag == "false-start":
        return (f"last: {side}", *result.why.split(", ", 1))
    lines = [f"last: {result.hold_s:.1f} s {side}"]
    if result.end.value != "completed":
        lines.append(END_WORDS[result.end])
    wanted = _SHORT.get(result.step.mode, ())
    known = [m for m in result.measures if m.value is not None and (not wanted or m.id in wanted)]
    lines += [f"{printable(m.name, 24)}: {amount(m)}" for m in known[:2]]
    return tuple(lines)
