"""What is planned within a hold: its cues, and the random waits of modes respond and switch.

Waits come from a seed and the place in the plan alone, so that a pause or a repeated step changes no
other wait, and a test can know them.
"""

import numpy as np

from isotimer.core.cues import CueKind, Timed, hold_cues
from isotimer.core.events import EngineSettings, Prompt
from isotimer.core.plan import MAX_SECONDS, HoldStep, Mode, Side

APART_S = 0.8
"""A breathing reminder nearer than this to another cue is left out."""

_PROMPTS: dict[str, tuple[Prompt, Prompt]] = {
    "sides": (Prompt.LEFT, Prompt.RIGHT),
    "phases": (Prompt.PUSH, Prompt.SWING),
}


def go_wait_s(step: HoldStep, settings: EngineSettings, seed: int, index: int, attempt: int) -> float:
    """Return the random wait from "set" to "go", rounded to a millisecond."""
    low_s, high_s = step.wait_s or settings.wait_s
    return round(float(_random(seed, index, attempt).uniform(low_s, high_s)), 3)


def changes_s(
    step: HoldStep, settings: EngineSettings, seed: int, index: int, attempt: int
) -> tuple[float, ...]:
    """Return the times of the changes of mode switch, from the start of the hold; none for other modes.

    The last change leaves at least the shortest wait until the end.
    """
    if step.mode is not Mode.SWITCH:
        return ()
    low_s, high_s = step.wait_s or settings.switch_wait_s
    last_s = (MAX_SECONDS if step.seconds is None else step.seconds) - low_s
    random = _random(seed, index, attempt)
    found: list[float] = []
    at_s = 0.0
    while (at_s := round(at_s + float(random.uniform(low_s, high_s)), 3)) <= last_s:
        found.append(at_s)
    return tuple(found)


def cues_within(step: HoldStep, start_s: float, changes: tuple[float, ...]) -> tuple[Timed, ...]:
    """Return the cues of a hold after its start, in order; its end is not among them.

    Args:
        step: The hold.
        start_s: Its start.
        changes: What ``changes_s`` gives.
    """
    if step.mode is Mode.RESPOND:
        return ()
    if step.mode is Mode.SWITCH:
        return tuple((start_s + at_s, CueKind.SWITCH) for at_s in changes)
    counted = () if step.seconds is None else hold_cues(start_s, start_s + step.seconds)
    breaths = (
        (at_s, CueKind.BREATHE)
        for at_s in _breaths(step, start_s)
        if all(abs(at_s - other_s) >= APART_S for other_s, _ in counted)
    )
    return tuple(sorted((*counted, *breaths), key=lambda cue: cue[0]))


def asked(step: HoldStep, changes: tuple[float, ...], since_s: float) -> Prompt | None:
    """Return what mode switch asks for so long after the start; None for other modes."""
    if step.mode is not Mode.SWITCH:
        return None
    first, second = _PROMPTS[step.between]
    if step.between == "sides" and step.side is Side.RIGHT:
        first, second = second, first
    return (first, second)[sum(at_s <= since_s for at_s in changes) % 2]


def _breaths(step: HoldStep, start_s: float) -> tuple[float, ...]:
    if step.breath_s <= 0:
        return ()
    every_s = max(step.breath_s, 1.0)
    length_s = MAX_SECONDS if step.seconds is None else step.seconds
    return tuple(start_s + n * every_s for n in range(1, int((length_s - APART_S) / every_s) + 1))


def _random(seed: int, index: int, attempt: int) -> np.random.Generator:
    return np.random.default_rng((seed, index, attempt))
