"""What an athlete is going to do: holds, rests and the plan made of them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from isotimer.core.errors import WrongUseError
from isotimer.core.target import Target, TargetBand, parse_target
from isotimer.core.task import StopRule, TargetPath

__all__ = [
    "End",
    "HoldStep",
    "Mode",
    "Phase",
    "Plan",
    "RestStep",
    "Side",
    "Start",
    "Step",
    "Target",
    "TargetBand",
    "build_plan",
    "lead_times",
    "parse_target",
]

MAX_SECONDS = 3600.0
"""The longest hold, rest or countdown."""

MAX_COUNT = 100
"""The most sets or reps."""

RELEASE_S = 1.0
"""How long "let go" is shown after a hold; it is the first part of the rest."""

BEATS_S = 3.0
"""A countdown may be shortened to its 3-2-1 to fit into a rest, never further."""


class Phase(StrEnum):
    """The three phases of running."""

    PUSH = "push"
    SWING = "swing"
    RETURN = "return"


class Side(StrEnum):
    """Which leg works."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Mode(StrEnum):
    """What the athlete does during a hold."""

    STEADY = "steady"
    MAX = "max"
    ENDURANCE = "endurance"
    RESPOND = "respond"
    TRACK = "track"
    SWITCH = "switch"


class Start(StrEnum):
    """What starts a hold once the countdown is over."""

    CLOCK = "clock"
    FORCE = "force"
    KEY = "key"


class End(StrEnum):
    """Why a hold ended."""

    COMPLETED = "completed"
    RELEASED = "released"
    ABORTED = "aborted"
    DEVICE_LOST = "device-lost"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class HoldStep:
    """One hold of a plan.

    Raises:
        WrongUseError: On a length that is no length, named in the message.
    """

    position: str
    """Id of the position."""
    side: Side
    seconds: float | None
    """Planned length; None for an open end."""
    mode: Mode = Mode.STEADY
    start: Start = Start.CLOCK
    target: TargetBand | None = None
    countdown_s: float = 5.0
    set_no: int = 1
    sets: int = 1
    rep_no: int = 1
    reps: int = 1
    setup: str = ""
    """Name of the equipment setup; empty if none was stated."""
    path: TargetPath | None = None
    """The moving target of mode track, in shares of ``target``."""
    wait_s: tuple[float, float] | None = None
    """Shortest and longest random wait: before the go of mode respond, between changes of mode switch."""
    stop: StopRule | None = None
    breath_s: float = 0.0
    """A breathing reminder every so many seconds; 0 for none."""
    between: Literal["sides", "phases"] = "sides"
    """What mode switch changes between: left and right, or push and swing."""
    extra: bool = False
    """Whether it is a further attempt, done only if the ones before do not agree."""

    def __post_init__(self) -> None:
        if self.seconds is not None:
            _check_seconds("hold", self.seconds, zero=False)
        _check_seconds("countdown", self.countdown_s)
        _check_seconds("breathing reminder", self.breath_s)
        if self.wait_s is not None and not 0 < self.wait_s[0] <= self.wait_s[1] <= MAX_SECONDS:
            low_s, high_s = self.wait_s
            raise WrongUseError(
                f"a wait of {low_s:g} to {high_s:g} s", "not a span of time", "give two rising numbers"
            )


@dataclass(frozen=True, slots=True)
class RestStep:
    """The rest between two holds, counted from the end of the first.

    Raises:
        WrongUseError: On a length that is no length, named in the message.
    """

    seconds: float
    kind: Literal["side", "rep", "set"] = "rep"

    def __post_init__(self) -> None:
        _check_seconds(f"rest between {self.kind}s", self.seconds)


Step = HoldStep | RestStep


@dataclass(frozen=True, slots=True)
class Plan:
    """Holds with rests between them.

    Raises:
        WrongUseError: If it has no hold, or a rest that is not between two holds.
    """

    id: str
    name: str
    steps: tuple[Step, ...]
    ask_effort: bool = True
    """Whether the effort is asked for after each set."""

    def __post_init__(self) -> None:
        if not any(isinstance(s, HoldStep) for s in self.steps):
            raise WrongUseError(f"plan '{self.name}'", "it has no hold", "add at least one")
        ends: tuple[Step | None, ...] = (None, *self.steps, None)
        for before, step, after in zip(ends, self.steps, ends[2:], strict=False):
            between = isinstance(before, HoldStep) and isinstance(after, HoldStep)
            if isinstance(step, RestStep) and not between:
                raise WrongUseError(
                    f"plan '{self.name}'",
                    f"a rest of {step.seconds:g} s is not between two holds",
                    "remove it",
                )

    @property
    def total_s(self) -> float:
        """Length from the first countdown to the end of the last hold.

        Holds with an open end count 0, further attempts are not counted.
        """
        total, rest_s = 0.0, None
        for n, step in enumerate(self.usual_steps):
            if isinstance(step, RestStep):
                rest_s = step.seconds
                continue
            total += step.countdown_s if n == 0 else lead_times(rest_s or 0.0, step.countdown_s)[1]
            total += step.seconds or 0.0
            rest_s = None
        return total

    @property
    def usual_steps(self) -> tuple[Step, ...]:
        """The steps without further attempts; of the rests around them the longest remains."""
        if not any(isinstance(s, HoldStep) and s.extra for s in self.steps):
            return self.steps
        out: list[Step] = []
        rest: RestStep | None = None
        for step in self.steps:
            if isinstance(step, RestStep):
                rest = step if rest is None or step.seconds >= rest.seconds else rest
            elif not step.extra:
                out += [step] if rest is None else [rest, step]
                rest = None
        return tuple(out)

    @property
    def open_holds(self) -> int:
        """The number of holds with an open end, which ``total_s`` leaves out."""
        return sum(isinstance(s, HoldStep) and s.seconds is None for s in self.steps)


def lead_times(rest_s: float, countdown_s: float, release_s: float = RELEASE_S) -> tuple[float, float]:
    """Return when, after the end of a hold, the next countdown begins and when it ends.

    The countdown is the last part of the rest if that is long enough for "let go" and 3-2-1, so that
    the next hold starts when the rest is over; else it follows the rest.
    """
    if rest_s >= release_s + min(countdown_s, BEATS_S):
        return max(release_s, rest_s - countdown_s), rest_s
    begin = max(release_s, rest_s)
    return begin, begin + countdown_s


def build_plan(
    position: str,
    sides: Sequence[Side],
    seconds: float | None,
    *,
    sets: int = 1,
    reps: int = 1,
    mode: Mode = Mode.STEADY,
    start: Start = Start.CLOCK,
    target: TargetBand | None = None,
    countdown_s: float = 5.0,
    rest_rep_s: float = 60.0,
    rest_side_s: float = 30.0,
    rest_set_s: float = 120.0,
) -> Plan:
    """Return a plan of one position; sides alternate within each rep.

    Args:
        position: Id of the position.
        sides: The sides of each rep, in order.
        seconds: Length of each hold; None for an open end.
        sets: Number of sets, 1 to 100.
        reps: Number of reps per set and side, 1 to 100.
        mode: What is done.
        start: What starts each hold.
        target: The band, in newtons.
        countdown_s: Length of each countdown.
        rest_rep_s: Rest after the last side of a rep.
        rest_side_s: Rest between the sides of a rep.
        rest_set_s: Rest between sets.

    Raises:
        WrongUseError: On a length or number that makes no sense; it is named.
    """
    _check_count("sets", sets)
    _check_count("reps", reps)
    rests = {
        "side": RestStep(rest_side_s, "side"),
        "rep": RestStep(rest_rep_s, "rep"),
        "set": RestStep(rest_set_s, "set"),
    }
    holds = [
        HoldStep(position, side, seconds, mode, start, target, countdown_s, set_no, sets, rep_no, reps)
        for set_no in range(1, sets + 1)
        for rep_no in range(1, reps + 1)
        for side in sides
    ]
    name = f"{position} {' and '.join(sides)}"
    return Plan(position, name, tuple(_with_rests(holds, rests)))


def _with_rests(holds: Sequence[HoldStep], rests: dict[str, RestStep]) -> Iterable[Step]:
    for before, hold in zip([None, *holds], holds, strict=False):
        if before is not None:
            kind = (
                "set" if hold.set_no != before.set_no else "rep" if hold.rep_no != before.rep_no else "side"
            )
            if rests[kind].seconds > 0:
                yield rests[kind]
        yield hold


def _check_seconds(what: str, seconds: float, *, zero: bool = True) -> None:
    """Raise WrongUseError unless 0 <= seconds <= MAX_SECONDS (0 < seconds if not ``zero``)."""
    if math.isnan(seconds) or seconds < 0:
        raise WrongUseError(f"{what} of {seconds:g} s", "not a length of time", "give seconds, 0 or more")
    if seconds == 0 and not zero:
        raise WrongUseError(f"{what} of 0 s", "too short", "give more than 0 seconds")
    if seconds > MAX_SECONDS:
        raise WrongUseError(f"{what} of {seconds:g} s", "too long", f"give at most {MAX_SECONDS:g} seconds")


def _check_count(what: str, count: int) -> None:
    if not 1 <= count <= MAX_COUNT:
        raise WrongUseError(f"{what} {count}", "out of range", f"give 1 to {MAX_COUNT}")
