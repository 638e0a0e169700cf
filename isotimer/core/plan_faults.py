"""What parts of a plan contradict each other, or ask for too much."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isotimer.core.plan import Mode, Side
from isotimer.core.plan_shape import PlanBlock, PlanSpec, Sides
from isotimer.core.plan_values import short
from isotimer.core.positions import POSITIONS, Position
from isotimer.core.text import printable

MAX_HOLDS = 500
"""The most holds of one plan."""

MAX_BLOCKS = 50

_WAITING = (Mode.RESPOND, Mode.SWITCH)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a plan, and where."""

    block: int | None
    """Number of the block, from 0; None for the plan itself."""
    key: str
    why: str
    advice: str


def faults(spec: PlanSpec, known: Sequence[Position] = POSITIONS) -> Iterator[Fault]:
    """Yield everything in a plan that cannot be.

    Args:
        spec: The plan; each of its values is in its own range.
        known: The positions there are.
    """
    if not spec.blocks:
        yield Fault(None, "block", "the plan has no block", "add one")
    if len(spec.blocks) > MAX_BLOCKS:
        yield Fault(None, "block", f"{len(spec.blocks)} blocks are too many", f"give at most {MAX_BLOCKS}")
    for n, block in enumerate(spec.blocks):
        for key, why, advice in (*_position(block, known), *_length(block), *_target(block), *_mode(block)):
            yield Fault(n, key, why, advice)
    if spec.stop_day_share is not None and not any(_of_best(block) for block in spec.blocks):
        why = 'no block has mode = "max" and a target in % of best'
        yield Fault(None, "stop_day_below_pct", why, 'give one target = "100%", or remove this key')
    holds = hold_count(spec)
    if holds > MAX_HOLDS:
        key = "rounds" if spec.rounds > 1 else "block"
        yield Fault(None, key, f"the plan has {holds} holds", f"give at most {MAX_HOLDS} holds in all")


def hold_count(spec: PlanSpec) -> int:
    """Return the number of holds of a plan."""
    legs = {Sides.LEFT: 1, Sides.RIGHT: 1, Sides.BOTH: 1}
    return spec.rounds * sum(b.sets * b.reps * legs.get(b.sides, 2) for b in spec.blocks)


_Found = Iterator[tuple[str, str, str]]


def _of_best(block: PlanBlock) -> bool:
    return block.mode is Mode.MAX and any(target.kind == "best" for target in block.targets)


def _position(block: PlanBlock, known: Sequence[Position]) -> _Found:
    position = next((p for p in known if p.id == block.position), None)
    shown = printable(block.position, 60)
    if position is None:
        near = difflib.get_close_matches(block.position, [p.id for p in known], n=1, cutoff=0.4)
        advice = f"did you mean {near[0]}?" if near else "list them with 'isotimer positions'"
        yield "position", f'"{shown}", there is no position of that name', advice
        return
    legs = {Sides.BOTH: (Side.BOTH,), Sides.LEFT: (Side.LEFT,), Sides.RIGHT: (Side.RIGHT,)}
    if not set(legs.get(block.sides, (Side.LEFT, Side.RIGHT))) <= set(position.sides):
        can = (
            "both" if position.sides == (Side.BOTH,) else "alternate, per-set, one-then-other, left or right"
        )
        yield "sides", f'"{block.sides}", {shown} cannot be done so', f"write {can}"


def _length(block: PlanBlock) -> _Found:
    if block.cap_s is not None and block.seconds is not None:
        yield (
            "cap_s",
            f"{short(block.cap_s)}, but the hold has a length",
            'remove it, or write hold_s = "open"',
        )
    if block.seconds is None and block.mode in (Mode.RESPOND, Mode.TRACK, Mode.SWITCH):
        yield "hold_s", f'"open", but mode {block.mode} needs a length', "give seconds"
    if block.path is not None:
        if block.mode is not Mode.TRACK:
            yield (
                "path",
                f"a moving target, but the mode is {block.mode}",
                'write mode = "track", or remove it',
            )
        elif block.seconds is not None and block.path.seconds > block.seconds + 1e-9:
            why = f"the moving target takes {short(block.path.seconds)} s, the hold {short(block.seconds)} s"
            yield "path", why, "make the hold longer or the parts shorter"


def _target(block: PlanBlock) -> _Found:
    if len(block.targets) > 1 and len(block.targets) != block.reps:
        why = f"{len(block.targets)} targets for {block.reps} reps"
        yield "target", why, "give one, or as many as there are reps"
    if not block.targets:
        if block.mode is Mode.TRACK:
            yield "target", "it is missing, and mode track follows it", 'add one, like target = "40%"'
        for key, value in (
            ("stop_below_pct", block.stop_below_share),
            ("stop_out_of_band_s", block.stop_out_of_band_s),
        ):
            if value is not None:
                yield key, "there is no target to be below or beside of", "add a target, or remove this key"


def _mode(block: PlanBlock) -> _Found:
    if block.mode is Mode.TRACK and block.path is None:
        yield "path", "it is missing, and mode track follows it", "add parts with [[block.path]]"
    if block.wait_s is not None and block.mode not in _WAITING:
        yield "wait_s", f"a random wait, but the mode is {block.mode}", "remove it, or change the mode"
    if block.wait_s is None and block.mode in _WAITING:
        yield "wait_s", f"it is missing, and mode {block.mode} needs it", "add it, like wait_s = [1.5, 4]"
