"""``isotimer positions``: the hold positions, those that come with isotimer and the user's own."""

import os
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import DataError
from isotimer.core.plan import Side
from isotimer.core.positions import SOURCES, Position, PositionBook
from isotimer.core.text import printable
from isotimer.session.position_files import load_book, read_position_file
from isotimer.tui.glyphs import choose_glyphs

_WIDEST = 100


@click.group(invoke_without_command=True)
@db_option
@json_option
@click.pass_context
def positions(ctx: click.Context, database: str | None, as_json: bool) -> None:
    """List the hold positions, your own among them."""
    if ctx.invoked_subcommand is not None:
        return
    book = _book(ctx, database)
    if as_json:
        print_json([position_json(p) for p in book.positions])
        return
    phase = None
    for p in book.positions:
        if p.phase is not phase:
            phase = p.phase
            click.echo(f"{phase.value}:")
        own = "  (yours)" if p in book.own else ""
        click.echo(f"  {p.id:28} {printable(p.name, 60)}{own}")


@positions.command("show")
@click.argument("name")
@click.option("--side", type=click.Choice([s.value for s in Side]), help="Draw it for this side.")
@db_option
@json_option
@click.pass_context
def show_position(
    ctx: click.Context, name: str, side: str | None, database: str | None, as_json: bool
) -> None:
    """Show one position: drawing, set-up, sensor, cues, faults, sources."""
    p = _book(ctx, database).get(name)
    if as_json:
        print_json(position_json(p))
        return
    for line in (*_picture(p, Side(side) if side else p.sides[-1]), *_words(p)):
        click.echo(line)


@positions.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check_position(file: Path) -> None:
    """Check the file of a position of your own; each fault is named with its line and key."""
    read = read_position_file(file)
    if read.position is None:
        *more, last = read.faults
        for fault in more:
            click.echo(fault, err=True)
        raise DataError(f"position file {file}", last.rstrip("."), "correct that")
    p = read.position
    click.echo(f"{printable(str(file))}: {p.id} is fine, {p.phase.value} phase.")


def _book(ctx: click.Context, database: str | None) -> PositionBook:
    book = load_book(places(ctx, database).position_folders)
    for problem in book.problems:
        click.echo(f"Note: {problem}", err=True)
    return book


def _picture(position: Position, side: Side) -> Iterator[str]:
    from isotimer.core.drawings import draw, legend

    braille = choose_glyphs(os.environ).braille
    drawing = draw(position, side, braille=braille)
    if drawing is None:
        return
    lines = [line.rstrip() for line in drawing.lines]
    yield from lines[next((n for n, line in enumerate(lines) if line), 0) :]
    yield "" if position.picture else f"{legend(braille=braille)}  ({side.value} at work)"


def _words(p: Position) -> Iterator[str]:
    width = min(_WIDEST, shutil.get_terminal_size().columns)
    phases = " and ".join(phase.value for phase in p.phases)
    sources = (
        f"{code}: {SOURCES[code]}" if code in SOURCES else code for code in p.source.split(", ") if code
    )
    rows = (
        f"{p.name} ({p.id})",
        f"Phase: {phases}. Sides: {', '.join(s.value for s in p.sides)}. "
        f"With: {', '.join(use.value for use in p.uses)}.",
        f"Set-up: {p.setup}",
        f"Sensor: {p.sensor}",
        f"Pull: the anchor or plate is {p.pull.value}.",
        f"Cues: {' '.join(p.cues)}",
        f"Avoid: {', '.join(p.faults)}." if p.faults else "",
        f"Muscles: {p.muscles}." if p.muscles else "",
        f"Note: {p.note}" if p.note else "",
        *(f"Source: {source}" for source in sources),
    )
    for row in rows:
        if row:
            yield from textwrap.wrap(printable(row, 2000), width, subsequent_indent="  ")


def position_json(p: Position) -> dict[str, object]:
    """Return a position as ``--json`` prints it."""
    return {
        "id": p.id,
        "name": p.name,
        "phase": p.phase.value,
        "also": [phase.value for phase in p.also],
        "sides": [s.value for s in p.sides],
        "uses": [use.value for use in p.uses],
        "setup": p.setup,
        "sensor": p.sensor,
        "pull": p.pull.value,
        "cuffs": [cuff.value for cuff in p.cuffs],
        "cues": list(p.cues),
        "faults": list(p.faults),
        "muscles": p.muscles,
        "source": p.source,
        "note": p.note,
        "default_seconds": p.default_seconds,
    }
