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
    "--format", "form", type=click.Choice([f.id for f in FORMATS]), default="csv", show_default=True
)
@click.option("--athlete", metavar="NAME", help="Only this athlete.")
@click.option("--session", "session_id", metavar="ID", help="Only this session.")
@click.option("--since", type=click.DateTime(), help="Only holds from this local date on.")
@click.option("--until", type=click.DateTime(), help="Only holds before this local date.")
@click.option("--separator", default=",", show_default=True, help="Between cells: , ; | or a tab.")
@click.option("--decimal", default=".", show_default=True, help="Decimal sign: . or ,")
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
    separator: str,
    decimal: str,
    database: str | None,
) -> None:
    """Write one row per hold, one per session, the measures with their reasons, and every raw trace."""
    paths, holds = export_to(
        places(ctx, database).database,
        folder,
        form,
        athlete=athlete,
        session_id=session_id,
        since=since.astimezone() if since else None,
        until=until.astimezone() if until else None,
        separator=separator,
        decimal=decimal,
    )
    click.echo(f"{holds} holds in {len(paths)} files in {folder}", err=True)
    click.echo(str(paths[0]))
