"""The words in the fields of the first screen, read as a plan, and a plan written back as words."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import (
    HoldStep,
    Plan,
    RestStep,
    Side,
    Start,
    Target,
    TargetBand,
    build_plan,
    parse_target,
)
from isotimer.core.positions import BUILTIN, Position, PositionBook
from isotimer.tui.words import length

SIDE_CHOICES: tuple[tuple[str, str, tuple[Side, ...]], ...] = (
    ("left-right", "left, right", (Side.LEFT, Side.RIGHT)),
    ("right-left", "right, left", (Side.RIGHT, Side.LEFT)),
    ("left", "left", (Side.LEFT,)),
    ("right", "right", (Side.RIGHT,)),
    ("both", "both", (Side.BOTH,)),
)
"""Id, name and sides of what can be chosen as sides."""

START_CHOICES: tuple[tuple[str, str], ...] = (
    (Start.CLOCK.value, "clock"),
    (Start.FORCE.value, "tension"),
    (Start.KEY.value, "key"),
)
"""Id and name of what can start a hold."""

BandOf = Callable[[Target, Side], TargetBand]
"""Gives the newtons of a target for one side."""

DEFAULT_POSITION = "standing-band-hip-flexion"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as typed; each default suits a first hold."""

    position: str = DEFAULT_POSITION
    sides: str = "left-right"
    start: str = Start.CLOCK.value
    seconds: str = "10"
    target: str = ""
    sets: str = "1"
    reps: str = "1"
    countdown: str = "5"
    rest_side: str = "20"
    rest_rep: str = "30"
    rest_set: str = "90"

    def plan(self, band_of: BandOf | None = None, *, breath_s: float = 0.0) -> Plan:
        """Return the plan that the fields mean.

        Args:
            band_of: What a target is in newtons for one side; without it only newtons are understood.
            breath_s: A breathing reminder every so many seconds; 0 for none.

        Raises:
            WrongUseError: If a field makes no sense, or no number is known for the target; it is named.
        """
        sides = next(sides for key, _, sides in SIDE_CHOICES if key == self.sides)
        plan = build_plan(
            self.position,
            sides,
            None if not self.seconds.strip() else _number("hold", self.seconds),
            sets=_whole("sets", self.sets),
            reps=_whole("reps", self.reps),
            start=Start(self.start),
            countdown_s=_number("countdown", self.countdown),
            rest_rep_s=_number("rest between reps", self.rest_rep),
            rest_side_s=_number("rest between sides", self.rest_side),
            rest_set_s=_number("rest between sets", self.rest_set),
        )
        steps = (replace(s, breath_s=breath_s) if isinstance(s, HoldStep) else s for s in plan.steps)
        return _with_target(replace(plan, steps=tuple(steps)), self.target, band_of or _newtons)


FIELD_NAMES = tuple(f.name for f in fields(Form))


def side_choices(position: Position) -> tuple[tuple[str, str], ...]:
    """Return the choices of sides that a position allows."""
    return tuple((key, name) for key, name, sides in SIDE_CHOICES if set(sides) <= set(position.sides))


def form_of(plan: Plan | None, book: PositionBook = BUILTIN) -> Form:
    """Return the fields that would make a plan; the defaults where it is none of one position."""
    holds = [s for s in plan.steps if isinstance(s, HoldStep)] if plan is not None else []
    if plan is None or len({h.position for h in holds}) != 1 or book.find(holds[0].position) is None:
        return Form()
    first = holds[0]
    sides = tuple(h.side for h in holds if (h.set_no, h.rep_no) == (first.set_no, first.rep_no))
    rests = {s.kind: s.seconds for s in plan.steps if isinstance(s, RestStep)}
    known = Form()
    return Form(
        position=first.position,
        sides=next((key for key, _, offered in SIDE_CHOICES if offered == sides), known.sides),
        start=first.start.value,
        seconds="" if first.seconds is None else f"{first.seconds:g}",
        target="" if first.target is None else f"{first.target.force_n:g} N",
        sets=str(first.sets),
        reps=str(first.reps),
        countdown=f"{first.countdown_s:g}",
        rest_side=f"{rests['side']:g}" if "side" in rests else known.rest_side,
        rest_rep=f"{rests['rep']:g}" if "rep" in rests else known.rest_rep,
        rest_set=f"{rests['set']:g}" if "set" in rests else known.rest_set,
    )


def plan_in_short(plan: Plan) -> str:
    """Return the number of holds and the time that a plan takes."""
    holds = sum(isinstance(s, HoldStep) for s in plan.steps)
    open_end = ", plus holds with an open end" if plan.open_holds else ""
    return f"{holds} hold{'s' if holds > 1 else ''}, {length(plan.total_s)} in all{open_end}"


def _with_target(plan: Plan, text: str, band_of: BandOf) -> Plan:
    """Return the plan with the target that was typed; each side has its own newtons."""
    if not text.strip():
        return plan
    target = parse_target(text)
    bands = {s.side: band_of(target, s.side) for s in plan.steps if isinstance(s, HoldStep)}
    steps = (replace(s, target=bands[s.side]) if isinstance(s, HoldStep) else s for s in plan.steps)
    return replace(plan, steps=tuple(steps))


def _newtons(target: Target, side: Side) -> TargetBand:
    return target.resolve(None, None)


def _number(what: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise WrongUseError(f"{what} '{text}'", "not a number", "give seconds, like 10 or 7.5") from None


def _whole(what: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise WrongUseError(f"{what} '{text}'", "not a whole number", "give 1 or more") from None
