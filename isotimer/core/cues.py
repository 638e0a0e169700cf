"""Cues: sounds and flashes at set times."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

BEATS = (3, 2, 1)
"""Seconds before the end at which a countdown or a hold is counted down."""


class CueKind(StrEnum):
    """What a cue tells the athlete."""

    READY = "ready"
    BEAT = "beat"
    SET = "set"
    GO = "go"
    STARTED = "started"
    HALFWAY = "halfway"
    BREATHE = "breathe"
    SWITCH = "switch"
    LAST = "last"
    RELEASE = "release"
    REST_OVER = "rest-over"
    SET_REST_OVER = "set-rest-over"
    DONE = "done"
    LINE_LOST = "line-lost"
    LINE_BACK = "line-back"
    OUT_OF_BAND = "out-of-band"
    FALSE_START = "false-start"
    RULING = "ruling"
    """A rule of the plan changes what comes."""


@dataclass(frozen=True, slots=True)
class Cue:
    """How a cue is given where there is no speaker."""

    kind: CueKind
    word: str
    """What it says, plainly."""
    bells: int
    """How many times the terminal bell rings."""
    flash: bool
    """Whether the screen flashes."""


CUES: tuple[Cue, ...] = (
    Cue(CueKind.READY, "get ready", 0, False),
    Cue(CueKind.BEAT, "beat", 1, False),
    Cue(CueKind.SET, "set", 1, False),
    Cue(CueKind.GO, "go", 2, True),
    Cue(CueKind.STARTED, "clock runs", 1, True),
    Cue(CueKind.HALFWAY, "halfway", 1, False),
    Cue(CueKind.BREATHE, "breathe", 0, False),
    Cue(CueKind.SWITCH, "change", 2, True),
    Cue(CueKind.LAST, "last seconds", 1, False),
    Cue(CueKind.RELEASE, "let go", 2, True),
    Cue(CueKind.REST_OVER, "rest is over", 1, False),
    Cue(CueKind.SET_REST_OVER, "next set", 2, False),
    Cue(CueKind.DONE, "done", 3, True),
    Cue(CueKind.LINE_LOST, "sensor lost", 2, True),
    Cue(CueKind.LINE_BACK, "sensor is back", 1, False),
    Cue(CueKind.OUT_OF_BAND, "out of the band", 1, False),
    Cue(CueKind.FALSE_START, "false start", 3, True),
    Cue(CueKind.RULING, "the plan changes", 2, True),
)

CUE_OF: dict[CueKind, Cue] = {cue.kind: cue for cue in CUES}

Timed = tuple[float, CueKind]
"""A cue and its session time in s."""


def countdown_cues(start_s: float, end_s: float, first: CueKind = CueKind.READY) -> tuple[Timed, ...]:
    """Return the cues of a countdown: ``first`` at once, then 3-2-1 as far as there is time for them."""
    return ((start_s, first), *_last_seconds(start_s, end_s, CueKind.BEAT))


def hold_cues(start_s: float, end_s: float) -> tuple[Timed, ...]:
    """Return the cues within a hold of planned length: halfway, then the last three seconds.

    A hold of 6 s or less has no halfway: it would fall into the last seconds.
    """
    half_s = (start_s + end_s) / 2
    halfway = ((half_s, CueKind.HALFWAY),) if end_s - half_s > BEATS[0] else ()
    return (*halfway, *_last_seconds(start_s, end_s, CueKind.LAST))


def _last_seconds(start_s: float, end_s: float, kind: CueKind) -> Iterable[Timed]:
    return ((end_s - beat, kind) for beat in BEATS if end_s - beat >= start_s)
