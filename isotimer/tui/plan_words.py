"""What the screens say about a plan. Pure functions; every text of a file is made safe to show."""

from collections.abc import Sequence

from isotimer.core.plan_facts import PlanFacts
from isotimer.core.plan_shape import PlanBlock, PlanSpec, Sides
from isotimer.core.plan_sources import source
from isotimer.core.plan_values import short, target_words
from isotimer.core.positions import Position
from isotimer.core.text import printable

MAXIMAL = (
    "Maximal: ask a clinician first with high blood pressure that is not under control, heart or vessel "
    "disease, an aneurysm, a recent stroke, recent eye or abdominal surgery, a hernia, pregnancy, or a "
    "fresh injury."
)

_SIDES = {
    Sides.ALTERNATE: "both legs in turn",
    Sides.PER_SET: "one leg per set",
    Sides.ONE_THEN_OTHER: "one leg, then the other",
    Sides.LEFT: "left",
    Sides.RIGHT: "right",
    Sides.BOTH: "both legs at once",
}


def position_title(position_id: str, known: Sequence[Position]) -> str:
    """Return the name of a position, its id where it is not known."""
    return printable(next((p.name for p in known if p.id == position_id), position_id), 60)


def times(block: PlanBlock) -> str:
    """Return sets, reps and length in one: "3 x 6 x 1 s"."""
    length = "open" if block.seconds is None else f"{short(block.seconds)} s"
    sets = f"{block.sets} x " if block.sets > 1 else ""
    return f"{sets}{block.reps} x {length}"


def block_line(block: PlanBlock, known: Sequence[Position]) -> str:
    """Return one block in a line."""
    parts = [
        f"{position_title(block.position, known)}: {times(block)}",
        "" if block.mode == "steady" else block.mode.value,
        _SIDES[block.sides],
        ", ".join(dict.fromkeys(target_words(t) for t in block.targets)),
    ]
    return ", ".join(part for part in parts if part)


def facts_line(facts: PlanFacts, dot: str) -> str:
    """Return the facts of a plan in a line."""
    holds = f"{facts.holds} hold{'s' if facts.holds > 1 else ''}"
    phases = " + ".join(phase.value for phase in facts.phases)
    return f" {dot} ".join(part for part in (holds, facts.time, phases, facts.often) if part)


def about_plan(spec: PlanSpec, facts: PlanFacts, known: Sequence[Position], dot: str, *, own: bool) -> str:
    """Return all that is to be known about a plan, in paragraphs."""
    rounds = f"{spec.rounds} rounds of:\n" if spec.rounds > 1 else ""
    blocks = "\n".join(f"{n}. {block_line(block, known)}" for n, block in enumerate(spec.blocks, 1))
    sources = "\n".join(f"{printable(code, 200)}: {printable(source(code))}" for code in spec.sources)
    paragraphs = (
        f"{printable(spec.name, 100)}{' (your own)' if own else ''}\n{facts_line(facts, dot)}",
        MAXIMAL if spec.maximal else "",
        _flat(spec.about),
        rounds + blocks,
        f"Basis: {_flat(spec.basis)}" if spec.basis.strip() else "",
        sources,
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _flat(text: str) -> str:
    return printable(" ".join(text.split()), 4000)
