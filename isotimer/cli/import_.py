"""``isotimer import``: recordings, sprint tables and exports into the database."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Mode, Side
from isotimer.core.text import printable
from isotimer.exchange.dates import NOON, ORDERS
from isotimer.exchange.sprint_table import FIELDS
from isotimer.exchange.trace_files import Choices
from isotimer.review.words import count
from isotimer.session.importing import KINDS, Asked, import_files
from isotimer.session.position_files import load_book

_TIMES = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(KINDS), help="What the files are, if not told by them.")
@click.option("--athlete", default="", metavar="NAME", help="Whose they are, where they do not say it.")
@click.option("--add-athletes", is_flag=True, help="Add athletes who are not there yet.")
@click.option("--position", default="", metavar="ID", help="Of a recording: the position.")
@click.option("--side", type=click.Choice([s.value for s in Side]), help="Of a recording: the side.")
@click.option("--mode", type=click.Choice([m.value for m in Mode]), default="steady", show_default=True)
@click.option("--setup", default="", metavar="NAME", help="Of a recording: the setup.")
@click.option("--at", type=click.DateTime(_TIMES), help="Of a recording: when it began, local time.")
@click.option("--dates", type=click.Choice(ORDERS), help="Order of year, month and day in the files.")
@click.option("--time-column", default="", metavar="NAME|N", help="Of a recording, as with 'analyse'.")
@click.option("--force-column", default="", metavar="NAME|N")
@click.option("--unit", default="", metavar="UNIT", help="Unit of the force: N, kgf, kg, lbf, raw, ...")
@click.option("--time-unit", default="", metavar="UNIT", help="Unit of the time: s, ms or us.")
@click.option("--start", "start_s", type=float, metavar="S", help="Start of the hold in the file's time.")
@click.option("--end", "end_s", type=float, metavar="S", help="End of the hold in the file's time.")
@click.option("--invert", is_flag=True, help="Turn the sign: pull is negative in this file.")
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help=f"Of a sprint table: {', '.join(FIELDS)}."
)
@click.option("--timing", type=click.Choice(["hand", "electronic"]), help="Of a sprint table.")
@db_option
@json_option
@click.pass_context
def import_verb(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    at: datetime | None,
    start_s: float | None,
    end_s: float | None,
    mapping: tuple[str, ...],
    add_athletes: bool,
    invert: bool,
    database: str | None,
    as_json: bool,
    **given: str | None,
) -> None:
    """Take FILES into the database: all of them, or nothing if one has something wrong in it.

    A file is a recording (Chronojump, Tindeq, any table with a time and a force), a table of sprints (a
    column for the date, the athlete, the distance and the time, or a column for each distance), or a folder
    that 'isotimer export' wrote. The same file again adds nothing.
    """
    told = {name: value or "" for name, value in given.items()}
    asked = Asked(
        kind=told["kind"],
        athlete=told["athlete"],
        add_athletes=add_athletes,
        position=told["position"],
        side=told["side"],
        mode=told["mode"],
        setup=told["setup"],
        at=_local(at),
        dates=told["dates"],
        choices=Choices(told["time_column"], told["force_column"], told["unit"], told["time_unit"]),
        edges=(start_s, end_s),
        invert=invert,
        mapping=dict(map(_pair, mapping)),
        timing=told["timing"],
    )
    where = places(ctx, database)
    done = import_files(where.database, files, asked, load_book(where.position_folders))
    if as_json:
        print_json(asdict(done))
        return
    for sentence in done.told:
        click.echo(printable(sentence), err=True)
    new = (
        (done.athletes, "athlete"),
        (done.sessions, "session"),
        (done.holds, "hold"),
        (done.sprints, "sprint"),
    )
    later = f"; {count(done.changed, 'row')} came in a later version" if done.changed else ""
    click.echo(f"New: {', '.join(count(*one) for one in new)}{later}.")


def _local(at: datetime | None) -> datetime | None:
    """Return a typed time as one of this computer's zone; a day alone is its noon."""
    if at is None:
        return None
    return (at.replace(hour=NOON) if (at.hour, at.minute, at.second) == (0, 0, 0) else at).astimezone()


def _pair(text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not sign or name not in FIELDS or not column:
        raise WrongUseError(f"--map {text}", "", f"write FIELD=COLUMN; fields are {', '.join(FIELDS)}")
    return name, column
