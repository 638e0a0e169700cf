"""What the hold engine is told and what it tells: states, keys, settings, events, view."""

from dataclasses import dataclass
from enum import StrEnum

from isotimer.core.cues import CueKind, Timed
from isotimer.core.plan import RELEASE_S, End, HoldStep, Side, Step
from isotimer.core.target import BandSide, TargetBand


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
    PAIN = "pain"
    """The side that works, or in a rest comes next, hurts: no more of it today."""
    ABORT = "abort"


class Prompt(StrEnum):
    """What the athlete of mode respond or switch is asked for at this moment."""

    SET = "set"
    """Be ready, keep still: the go comes at any time."""
    GO = "go"
    FALSE_START = "false start"
    LEFT = "left"
    RIGHT = "right"
    PUSH = "push"
    SWING = "swing"


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
    wait_s: tuple[float, float] = (1.5, 4.0)
    """Shortest and longest random wait before the go of mode respond, where the plan states none."""
    switch_wait_s: tuple[float, float] = (2.0, 4.0)
    """The same between the changes of mode switch."""
    false_start_n: float = 10.0
    """A rise of tension above its level at "set" that is a start."""
    false_start_dwell_s: float = 0.04
    """How long that rise must last; a single spike is none."""
    too_early_s: float = 0.1
    """Nobody reacts to a sound sooner: a start before this is a false one."""
    false_starts: int = 5
    """After so many false starts in a row the step is passed over."""


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
    cues: tuple[Timed, ...] = ()
    """The cues planned within it: changes of mode switch among them, the go of mode respond first."""


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
    flag: str = ""
    """``false-start`` or ``pain``; empty mostly."""
    again: bool = False
    """Whether the same step comes again by itself."""


@dataclass(frozen=True, slots=True)
class CueDue:
    """A cue is to be given at ``at_s``."""

    at_s: float
    kind: CueKind


@dataclass(frozen=True, slots=True)
class GoPlanned:
    """The random wait of mode respond has begun."""

    at_s: float
    due_s: float
    """When the go comes, unless somebody interferes; no screen may show it."""


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """A hold was passed over by key before it began."""

    at_s: float
    step_index: int


@dataclass(frozen=True, slots=True)
class SideDropped:
    """A side hurts: the remaining holds of it are left out."""

    at_s: float
    side: Side
    steps: tuple[int, ...]
    """The holds that are left out."""


@dataclass(frozen=True, slots=True)
class EffortRated:
    """The athlete said how hard the last set was."""

    at_s: float
    effort: int
    """1 (easy) to 10 (all out)."""
    steps: tuple[int, ...]
    """The holds of the set that were done."""


@dataclass(frozen=True, slots=True)
class PainRated:
    """The athlete said how much a side that is left out hurts."""

    at_s: float
    side: Side
    pain: int
    """0 (none) to 10 (worst)."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule of the plan was applied to what was done."""

    at_s: float
    steps: tuple[int, ...]
    """The holds that are left out from now on; none if a further attempt was granted."""
    why: str = ""
    """One sentence for the athlete; empty if there is nothing to be told."""


Event = (
    StateChanged
    | HoldStarted
    | HoldEnded
    | CueDue
    | GoPlanned
    | StepSkipped
    | SideDropped
    | EffortRated
    | PainRated
    | Ruling
)


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
    prompt: Prompt | None = None
    """What modes respond and switch ask for now."""
    target: TargetBand | None = None
    """The band of this moment; it moves in mode track."""
    eyes_off: bool = False
    """Whether target and tension are hidden now."""
    asks_effort: bool = False
    """Whether the effort of the last set has not been rated yet."""
    asks_pain: Side | None = None
    """The side whose pain has not been rated yet; None mostly."""
    attempt: int = 1
    """The attempt that runs or comes."""
    hold_index: int = 0
    """Index of the current or coming hold."""
    hold_no: int = 0
    """Number of the current or coming hold in the plan, from 1; 0 when the plan is over."""
    holds: int = 0
    """Number of holds in the plan."""
    false_start: bool = False
    """Whether the hold that has just ended was a false start."""
