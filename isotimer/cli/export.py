"""``isotimer export``: holds, sessions, measures and traces as files."""

from datetime import datetime
from pathlib import Path

import click

from isotimer.cli.options import db_option, places
from isotimer.exchange.formats import FORMATS
from isotimer.session.sharing import export_to


@click.command()
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), help="Folder; made if it is not there."
)
@click.option(
    "--format",
    "form",
    type=click.Choice([f.id for f in FORMATS]),
    default=FORMATS[0].id,
    show_default=True,
    help="; ".join(f"{f.id}: {f.about}" for f in FORMATS) + ".",
)
@click.option("--athlete", metavar="NAME", help="Only this athlete.")
@click.option("--session", "session_id", metavar="KEY", help="Only this session.")
@click.option("--since", type=click.DateTime(), help="Only what is of this local date or later.")
@click.option("--until", type=click.DateTime(), help="Only what is of before this local date.")
@click.option(
    "--separator", help="Between cells: , ; | or a tab. Usually a comma; a semicolon with --decimal ,"
)
@click.option("--decimal", help="Decimal sign: . or , (usually a point).")
@db_option
@click.pass_context
def export(
    ctx: click.Context,
    folder: Path,
    form: str,
    athlete: str | None,
    session_id: str | None,
    since: datetime | None,
    until: datetime | None,
    separator: str | None,
    decimal: str | None,
    database: str | None,
) -> None:
    """Write holds, sessions, measures with their reasons, people, sprints, notes, and every raw trace.

    As csv, columns.csv says what every column means, datapackage.json says it to programs, and
    'isotimer import FOLDER' takes it all back. What a spreadsheet would run as a formula is made harmless.
    """
    done = export_to(
        places(ctx, database).database,
        folder,
        form,
        athlete=athlete,
        session_id=session_id,
        since=since.astimezone() if since else None,
        until=until.astimezone() if until else None,
        separator="\t" if separator in ("tab", "\\t") else separator,
        decimal=decimal,
    )
    click.echo(f"{done.holds} holds in {len(done.paths)} files in {folder}", err=True)
    for sentence in done.left_out:
        click.echo(f"left out: {sentence}", err=True)
    click.echo(str(done.paths[0]))
