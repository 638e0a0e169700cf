"""``isotimer plans``: what plans there are, what they consist of, and whether a file is one."""

from pathlib import Path

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import DataError
from isotimer.core.plan import HoldStep, RestStep
from isotimer.core.plan_facts import clock, place_in_set, plan_facts, timeline
from isotimer.core.plan_shape import PlanBlock, PlanSpec
from isotimer.core.plan_sources import source
from isotimer.core.plan_spec import outline, step_blocks
from isotimer.core.plan_values import short, target_text, target_words
from isotimer.core.text import printable
from isotimer.session.plan_shelf import PlanShelf, ShelfPlan

_ID_CELLS = 24
_NAME_CELLS = 26


@click.group(invoke_without_command=True)
@db_option
@json_option
@click.pass_context
def plans(ctx: click.Context, database: str | None, as_json: bool) -> None:
    """List the plans: id, name, time, holds, how often."""
    if ctx.invoked_subcommand is not None:
        return
    shelf = PlanShelf.of(places(ctx, database))
    found = shelf.plans()
    if as_json:
        print_json([_entry_json(p, shelf) for p in found])
        return
    for plan in found:
        if plan.spec is not None:
            facts = plan_facts(plan.spec, shelf.positions)
            name = printable(plan.spec.name, _NAME_CELLS)
            click.echo(
                f"{printable(plan.id, 60):{_ID_CELLS}} {name:{_NAME_CELLS}} {facts.holds:3} holds  "
                f"{facts.time}{', ' if facts.often else ''}{facts.often}{' (your own)' if plan.own else ''}"
            )
    for plan in found:
        if plan.problem:
            click.echo(f"! {plan.problem}", err=True)


@plans.command("show")
@click.argument("name")
@db_option
@json_option
@click.pass_context
def show_plan(ctx: click.Context, name: str, database: str | None, as_json: bool) -> None:
    """Show one plan: every step in order, with its time and target."""
    shelf = PlanShelf.of(places(ctx, database))
    spec = shelf.find(name)
    if as_json:
        print_json(_plan_json(spec, shelf))
        return
    facts = plan_facts(spec, shelf.positions)
    click.echo(f"{printable(spec.name)} ({printable(spec.id)})")
    parts = (
        f"{facts.holds} holds, {facts.time}",
        " + ".join(phase.value for phase in facts.phases),
        facts.often,
        "maximal" if spec.maximal else "",
    )
    click.echo("; ".join(part for part in parts if part))
    for text in (spec.about, f"Basis: {spec.basis}" if spec.basis else ""):
        if text:
            click.echo(printable(" ".join(text.split()), 4000))
    plan = outline(spec)
    names = {p.id: p.name for p in shelf.positions}
    last = -1
    for (at_s, step), block_no in zip(timeline(plan), step_blocks(spec), strict=True):
        if isinstance(step, RestStep):
            click.echo(f"{clock(at_s):>7}  rest {short(step.seconds)} s")
            continue
        block = spec.blocks[block_no]
        if block.note and block_no != last:
            click.echo(f"{'':7}  {printable(block.note)}")
        last = block_no
        click.echo(f"{clock(at_s):>7}  {_hold_line(step, block, names)}")
    for code in spec.sources:
        click.echo(f"{printable(code, 60)}: {printable(source(code))}")


@plans.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@db_option
@click.pass_context
def check_plan(ctx: click.Context, file: Path, database: str | None) -> None:
    """Check a plan file: its keys and values, and that they do not contradict each other."""
    shelf = PlanShelf.of(places(ctx, database))
    if file.is_dir():
        raise DataError(f"cannot read plan file {file}", "it is a folder", "name one file")
    spec = shelf.load(file)
    facts = plan_facts(spec, shelf.positions)
    click.echo(f"ok: {facts.holds} holds, {facts.time}")


def _hold_line(step: HoldStep, block: PlanBlock, names: dict[str, str]) -> str:
    length = "open end" if block.seconds is None else f"{short(block.seconds)} s"
    if block.seconds is None and block.cap_s is not None:
        length += f", at most {short(block.cap_s)} s"
    target = block.target_of(step.rep_no)
    parts = [
        f"{step.side.value:5} {length}, {printable(names.get(step.position, step.position), 60)}",
        "" if step.mode == "steady" else step.mode.value,
        "" if target is None else f"target {target_words(target)}",
        place_in_set(step),
    ]
    return ", ".join(part for part in parts if part)


def _entry_json(plan: ShelfPlan, shelf: PlanShelf) -> dict[str, object]:
    spec = plan.spec
    if spec is None:
        return {"id": plan.id, "file": str(plan.path), "own": plan.own, "problem": plan.problem}
    facts = plan_facts(spec, shelf.positions)
    return {
        "id": plan.id,
        "name": spec.name,
        "file": str(plan.path),
        "own": plan.own,
        "holds": facts.holds,
        "total_s": facts.total_s,
        "at_most": facts.at_most,
        "open_holds": facts.open_holds,
        "phases": [phase.value for phase in facts.phases],
        "per_week": spec.per_week,
        "weeks": spec.weeks,
        "every_weeks": spec.every_weeks,
        "maximal": spec.maximal,
    }


def _plan_json(spec: PlanSpec, shelf: PlanShelf) -> dict[str, object]:
    steps: list[dict[str, object]] = []
    for (at_s, step), block_no in zip(timeline(outline(spec)), step_blocks(spec), strict=True):
        if isinstance(step, RestStep):
            steps.append({"step": "rest", "at_s": at_s, "seconds": step.seconds, "between": step.kind})
            continue
        block = spec.blocks[block_no]
        target = block.target_of(step.rep_no)
        steps.append(
            {
                "step": "hold",
                "at_s": at_s,
                "position": step.position,
                "side": step.side.value,
                "mode": step.mode.value,
                "seconds": block.seconds,
                "cap_s": block.cap_s,
                "target": None if target is None else target_text(target),
                "start": step.start.value,
                "countdown_s": step.countdown_s,
                "set": step.set_no,
                "sets": step.sets,
                "rep": step.rep_no,
                "reps": step.reps,
                "block": block_no + 1,
                "if_needed": step.extra,
            }
        )
    entry = _entry_json(shelf.entry(spec.id), shelf)
    extra = {"about": spec.about, "basis": spec.basis, "sources": {c: source(c) for c in spec.sources}}
    return entry | extra | {"start_side": spec.start_side.value, "rounds": spec.rounds, "steps": steps}
