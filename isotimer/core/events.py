"""What the hold engine is told and what it tells: states, keys, settings, events, view."""

from dataclasses import dataclass
from enum import StrEnum

from isotimer.core.cues import CueKind
from isotimer.core.plan import RELEASE_S, End, HoldStep, Step
from isotimer.core.target import BandSide


class State(StrEnum):
    """State of a running plan."""

    READY = "ready"
    """Waits for GO."""
    COUNTDOWN = "countdown"
    ARMED = "armed"
    """Waits for tension or for a key."""
    HOLD = "hold"
    RELEASE = "release"
    """The hold is over: let go."""
    REST = "rest"
    PAUSED = "paused"
    ABORTED = "aborted"
    DONE = "done"


class Key(StrEnum):
    """What a person can ask for."""

    GO = "go"
    PAUSE = "pause"
    """Pauses, and goes on when paused."""
    SKIP = "skip"
    REDO = "redo"
    ABORT = "abort"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Thresholds and times of the engine."""

    start_force_n: float = 10.0
    """Tension that starts a hold without a target."""
    start_share: float = 0.5
    """Share of the target that starts a hold with one."""
    start_dwell_s: float = 0.2
    """How long tension must stay above the start threshold."""
    release_share: float = 0.5
    """Share of the target, else of the hold's own peak, below which the athlete has let go."""
    release_grace_s: float = 0.5
    """A dip shorter than this never ends a hold."""
    release_s: float = RELEASE_S
    """Length of the state RELEASE."""
    lost_end_s: float = 5.0
    """An open-ended hold ends when the sensor has been lost for so long."""
    out_of_band_s: float = 2.0
    """How long tension must be out of the band for a cue."""


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The engine entered a state."""

    at_s: float
    state: State
    step_index: int
    """The step of the plan; while ready or counting down the coming hold."""


@dataclass(frozen=True, slots=True)
class HoldStarted:
    """A hold runs."""

    at_s: float
    """When it was known; later than the start when tension started it."""
    step_index: int
    step: HoldStep
    attempt: int
    """1 for the first hold of this step, one more for each repetition."""
    start_s: float


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """A hold is over; its length is ``end_s - start_s``."""

    at_s: float
    """When it was known; later than the end when the athlete let go."""
    step_index: int
    step: HoldStep
    attempt: int
    start_s: float
    end_s: float
    end: End
    why: str
    """Half a sentence for people."""


@dataclass(frozen=True, slots=True)
class CueDue:
    """A cue is to be given at ``at_s``."""

    at_s: float
    kind: CueKind


Event = StateChanged | HoldStarted | HoldEnded | CueDue


@dataclass(frozen=True, slots=True)
class EngineView:
    """The engine at one moment, for the screen."""

    state: State
    step: HoldStep | None
    """The current or coming hold; None when the plan is over."""
    step_index: int
    next_step: Step | None
    """The step after the current one."""
    following_hold: HoldStep | None
    """The hold after ``step``."""
    elapsed_s: float
    remaining_s: float | None
    """Rest of the countdown, hold or rest; None if it is open or waits for somebody."""
    planned_s: float | None
    """Length of the countdown or rest, else of the current or coming hold; None if it is open."""
    in_band: BandSide | None
    """Where tension was in the last quarter of a second; None outside of a hold or without a band."""
    paused_from: State | None = None
