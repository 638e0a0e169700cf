"""Plans as they are written down, and how they become steps for one athlete.

The parts: ``plan_shape`` (what a plan consists of), ``plan_fields`` (its keys), ``plan_toml`` (files),
``plan_faults`` (contradictions). This module is their face.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import msgspec

from isotimer.core.errors import DataError
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, Step
from isotimer.core.plan_faults import Fault, faults, hold_count
from isotimer.core.plan_shape import PlanBlock, PlanSpec, Sides, StartSide, Usual
from isotimer.core.plan_toml import parse_plan, plan_text
from isotimer.core.target import Target, TargetBand
from isotimer.core.task import StopRule

__all__ = [
    "Fault",
    "PlanBlock",
    "PlanSpec",
    "Resolve",
    "Sides",
    "StartSide",
    "Usual",
    "expand",
    "extra_attempt",
    "faults",
    "felt_effort",
    "hold_count",
    "opening_side",
    "outline",
    "parse_plan",
    "plan_text",
    "spec_from_json",
    "spec_json",
    "step_blocks",
]

Resolve = Callable[[str, Side, Target], TargetBand | None]
"""Gives the newtons of a target at a position and side; None where no number of the athlete is known."""

_EXTRA_GAP = 0.10
_USUAL = Usual()


@dataclass(frozen=True, slots=True)
class _Place:
    """One hold of a block, before its target is known."""

    set_no: int
    rep_no: int
    side: Side
    rest: RestStep | None
    """The rest before it, within its block."""
    extra: bool = False
    """Whether it is done only if the attempts before do not agree."""


def expand(
    spec: PlanSpec,
    resolve: Resolve,
    *,
    first_side: Side | None = None,
    session_no: int = 0,
    usual: Usual = _USUAL,
) -> Plan:
    """Return the steps of a plan, in the order in which they are done.

    A rest of zero is no step. A hold whose target has no newtons yet is done by feel: without a target.

    Args:
        spec: The plan.
        resolve: What a target is in newtons.
        first_side: The leg that begins; else as ``opening_side`` says.
        session_no: How often the athlete has done this plan before.
        usual: Band, countdown and breathing reminder where the plan states none.

    Raises:
        WrongUseError: If a length makes no sense.
    """
    first = first_side or opening_side(spec, session_no=session_no)
    steps: list[Step] = []
    for _, _, rest, hold in _walk(spec, first, resolve, usual):
        if rest is not None and rest.seconds > 0:
            steps.append(rest)
        steps.append(hold)
    return Plan(spec.id, spec.name, tuple(steps), spec.ask_effort)


def outline(spec: PlanSpec) -> Plan:
    """Return the steps of a plan for nobody in particular: no target in newtons."""
    return expand(spec, lambda position, side, target: None)


def step_blocks(spec: PlanSpec) -> tuple[int, ...]:
    """Return the number of the block of each step of the expanded plan; a rest belongs to what follows."""
    out: list[int] = []
    for _, block_no, rest, _ in _walk(spec, Side.RIGHT, lambda position, side, target: None, _USUAL):
        out += [block_no] * (2 if rest is not None and rest.seconds > 0 else 1)
    return tuple(out)


def opening_side(spec: PlanSpec, athlete: str = "", session_no: int = 0) -> Side:
    """Return the leg that begins.

    Args:
        spec: The plan.
        athlete: The athlete's id: what is drawn by chance stays the same for one athlete and plan.
        session_no: How often the athlete has done this plan before.
    """
    if spec.start_side is StartSide.BY_SESSION:
        return Side.RIGHT if session_no % 2 == 0 else Side.LEFT
    if spec.start_side is StartSide.DRAWN:
        drawn = hashlib.sha256(f"{athlete}\n{spec.id}".encode("utf-8", "surrogatepass")).digest()[0]
        return Side.RIGHT if drawn % 2 == 0 else Side.LEFT
    return Side(spec.start_side.value)


def felt_effort(target: Target | None) -> str:
    """Return what to aim at by feel where a target has no newtons; nothing for one that needs no feeling."""
    if target is None or target.kind != "best":
        return ""
    tenths = target.value * 10
    word = "all out" if tenths >= 9.5 else "hard" if tenths >= 6.5 else "solid" if tenths >= 4.5 else "easy"
    return f"by feel: {word}, about {min(max(round(tenths), 1), 10)} of 10"


def extra_attempt(block: PlanBlock, tops_n: list[float], gap: float = _EXTRA_GAP) -> bool:
    """Return whether one side needs a further attempt: its best two differ, or the last is the best.

    Args:
        block: The block; it says how many further attempts there may be.
        tops_n: The top force of each valid attempt so far, in order.
        gap: The largest difference between the best two, as a share of the best.
    """
    planned = block.sets * block.reps
    if not block.extra_attempts or not planned <= len(tops_n) < planned + block.extra_attempts:
        return False
    if len(tops_n) < 2:
        return True
    second, best = sorted(tops_n)[-2:]
    return best - second > gap * best or tops_n[-1] == best


def spec_json(spec: PlanSpec) -> str:
    """Return a plan as JSON, to be kept with a session."""
    return msgspec.json.encode(spec).decode()


def spec_from_json(text: str) -> PlanSpec:
    """Return the plan that was kept with a session.

    Raises:
        DataError: If it is none.
    """
    try:
        return msgspec.json.decode(text, type=PlanSpec)
    except msgspec.MsgspecError as e:
        raise DataError("the plan kept with a session cannot be read", str(e), "") from None


def _walk(
    spec: PlanSpec, first: Side, resolve: Resolve, usual: Usual
) -> Iterator[tuple[int, int, RestStep | None, HoldStep]]:
    """Yield round and block of each hold, the rest before it, and the hold itself."""
    after_s: float | None = None
    for round_no in range(spec.rounds):
        for block_no, block in enumerate(spec.blocks):
            for place in _places(block, first):
                rest = place.rest
                if rest is None and after_s is not None:
                    rest = RestStep(after_s, "set")
                yield round_no, block_no, rest, _hold(spec, block, place, round_no, resolve, usual)
            last = block_no == len(spec.blocks) - 1
            after_s = spec.rest_round_s if last and spec.rounds > 1 else block.rest_after_s


_LOOPS = {
    Sides.PER_SET: ("set", "side", "rep"),
    Sides.ONE_THEN_OTHER: ("side", "set", "rep"),
}
"""What changes slowest to fastest; elsewhere it is the set, the rep, the side."""


def _places(block: PlanBlock, first: Side) -> Iterator[_Place]:
    """Yield the holds of a block in their order, with the rest before each but the first."""
    other = Side.LEFT if first is Side.RIGHT else Side.RIGHT
    one = {Sides.LEFT: Side.LEFT, Sides.RIGHT: Side.RIGHT, Sides.BOTH: Side.BOTH}.get(block.sides)
    legs = (first, other) if one is None else (one,)
    loops = _LOOPS.get(block.sides, ("set", "rep", "side"))
    counts = {"set": block.sets, "rep": block.reps, "side": len(legs)}
    rests = {
        "set": RestStep(block.rest_set_s, "set"),
        "rep": RestStep(block.rest_rep_s, "rep"),
        "side": RestStep(block.rest_side_s, "side"),
    }
    before: tuple[int, ...] | None = None
    for at in itertools.product(*(range(counts[loop]) for loop in loops)):
        rest = None
        if before is not None:
            changed = next(n for n, (a, b) in enumerate(zip(before, at, strict=True)) if a != b)
            rest = rests[loops[changed]]
        now = dict(zip(loops, at, strict=True))
        yield _Place(now["set"] + 1, now["rep"] + 1, legs[now["side"]], rest)
        before = at
    for attempt in range(block.extra_attempts):
        for n, leg in enumerate(legs):
            yield _Place(block.sets, block.reps + 1 + attempt, leg, rests["side" if n else "rep"], extra=True)


def _hold(
    spec: PlanSpec, block: PlanBlock, place: _Place, round_no: int, resolve: Resolve, usual: Usual
) -> HoldStep:
    target = block.target_of(place.rep_no)
    band = None
    if target is not None:
        share = usual.band_share if block.band_share is None else block.band_share
        band = resolve(block.position, place.side, replace(target, band_share=share))
    return HoldStep(
        position=block.position,
        side=place.side,
        seconds=block.cap_s if block.seconds is None else block.seconds,
        mode=block.mode,
        start=block.start,
        target=band,
        countdown_s=usual.countdown_s if block.countdown_s is None else block.countdown_s,
        set_no=round_no * block.sets + place.set_no,
        sets=spec.rounds * block.sets,
        rep_no=place.rep_no,
        reps=block.reps,
        path=block.path,
        wait_s=block.wait_s if block.mode in (Mode.RESPOND, Mode.SWITCH) else None,
        stop=block.stop if band is not None else _stop_by_shake(block),
        breath_s=usual.breath_s if block.breath_s is None else block.breath_s,
        between=block.between,
        extra=place.extra,
    )


def _stop_by_shake(block: PlanBlock) -> StopRule | None:
    """Return what is left of a stop rule where there is no target to be beside of."""
    return None if block.stop_after_shake_s is None else StopRule(after_shake_s=block.stop_after_shake_s)
