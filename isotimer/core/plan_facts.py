"""A plan at a glance: how long, how many holds, which phases, how often; and when each step comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isotimer.core.plan import HoldStep, Mode, Phase, Plan, RestStep, Step, lead_times
from isotimer.core.plan_shape import PlanSpec
from isotimer.core.plan_spec import hold_count, outline
from isotimer.core.positions import POSITIONS, Position


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What one wants to know before choosing a plan."""

    holds: int
    total_s: float
    """From the first countdown to the end of the last hold."""
    at_most: bool
    """Whether holds may end earlier, so that the total is the longest time."""
    about: bool
    """Whether random waits are in the total, with their mean."""
    open_holds: int
    """Holds with an open end, which the total leaves out."""
    phases: tuple[Phase, ...]
    """The phases that its positions train, in the order of ``Phase``."""
    often: str
    """How often, in words; empty if it says nothing."""

    @property
    def time(self) -> str:
        """The total in words: "18:12", "at most 12:35", "about 8:27", "2:05 and 4 open holds"."""
        most = "at most " if self.at_most else "about " if self.about else ""
        extra = f" and {self.open_holds} open hold{'s' if self.open_holds > 1 else ''}"
        return f"{most}{clock(self.total_s)}{extra if self.open_holds else ''}"


def plan_facts(spec: PlanSpec, known: Sequence[Position] = POSITIONS) -> PlanFacts:
    """Return a plan at a glance.

    Args:
        spec: A valid plan.
        known: The positions there are.
    """
    plan = outline(spec)
    used = {b.position for b in spec.blocks}
    trained = {phase for p in known if p.id in used for phase in p.phases}
    return PlanFacts(
        holds=hold_count(spec),
        total_s=plan.total_s + sum(_wait_s(s) for s in plan.usual_steps if isinstance(s, HoldStep)),
        at_most=any(b.seconds is None and b.cap_s is not None for b in spec.blocks),
        about=any(b.mode is Mode.RESPOND for b in spec.blocks),
        open_holds=plan.open_holds,
        phases=tuple(phase for phase in Phase if phase in trained),
        often=how_often(spec),
    )


def how_often(spec: PlanSpec) -> str:
    """Return how often a plan is done, in words: "2-3 a week, 4-6 weeks", "every 4 weeks"."""
    parts = []
    if spec.per_week is not None:
        parts.append(f"{_span(spec.per_week)} a week")
    if spec.weeks is not None:
        low, high = spec.weeks
        parts.append(f"up to {high} weeks" if low == 1 < high else f"{_span(spec.weeks)} weeks")
    if spec.every_weeks is not None:
        parts.append("every week" if spec.every_weeks == 1 else f"every {spec.every_weeks} weeks")
    return ", ".join(parts)


def timeline(plan: Plan) -> Iterator[tuple[float, Step]]:
    """Yield each step with the time at which it begins, in s from the first countdown.

    Holds with an open end take no time, random waits before a go their mean; further attempts, which may not
    come, take none, and of the rests around them the longest counts.
    """
    at_s, rest_s, first = 0.0, 0.0, True
    for step in plan.steps:
        if isinstance(step, RestStep) or step.extra:
            yield at_s, step
            rest_s = max(rest_s, step.seconds) if isinstance(step, RestStep) else rest_s
            continue
        at_s += step.countdown_s if first else lead_times(rest_s, step.countdown_s)[1]
        at_s += _wait_s(step)
        yield at_s, step
        at_s += step.seconds or 0.0
        rest_s, first = 0.0, False


def clock(seconds: float) -> str:
    """Return a length of time as 7:05 or 1:02:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def place_in_set(step: HoldStep) -> str:
    """Return set and rep of a hold where there are several: "set 1/3 rep 2/6"."""
    words = [f"set {step.set_no}/{step.sets}"] if step.sets > 1 else []
    if step.extra:
        return " ".join([*words, "if needed"])
    words += [f"rep {step.rep_no}/{step.reps}"] if step.reps > 1 else []
    return " ".join(words)


def _wait_s(step: HoldStep) -> float:
    """Return the mean of the random wait before a hold."""
    return sum(step.wait_s) / 2 if step.mode is Mode.RESPOND and step.wait_s is not None else 0.0


def _span(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}-{pair[1]}"
