"""What is said about coming holds."""

from isotimer.core.plan import HoldStep, Mode, Plan, Side

_SIDES: dict[Side, str] = {Side.LEFT: "Left", Side.RIGHT: "Right", Side.BOTH: "Both legs"}
_MODES: dict[Mode, str] = {
    Mode.MAX: "As hard as you can.",
    Mode.RESPOND: "Wait for the tone.",
    Mode.TRACK: "Follow the line.",
    Mode.SWITCH: "Change on the tone.",
}


def next_words(step: HoldStep) -> str:
    """Return what is said about a hold in the rest before it: side, length, and the task if it is special."""
    length = "Until you let go." if step.seconds is None else f"{_spoken(step.seconds)}."
    return " ".join(
        part for part in (f"{_SIDES[step.side]} next.", length, _MODES.get(step.mode, "")) if part
    )


def side_words(step: HoldStep) -> str:
    """Return what is said about a hold where there is time for the side alone."""
    return f"{_SIDES[step.side]}."


def announcements(plan: Plan) -> tuple[str, ...]:
    """Return everything that may be said during a plan, each once, in the order of its use."""
    holds = [step for step in plan.steps if isinstance(step, HoldStep)]
    return tuple(dict.fromkeys([words(step) for step in holds for words in (side_words, next_words)]))


def _spoken(seconds: float) -> str:
    if seconds < 60 or seconds % 60:
        return f"{seconds:g} second{'' if seconds == 1 else 's'}"
    return f"{seconds / 60:g} minute{'' if seconds == 60 else 's'}"
