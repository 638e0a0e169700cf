"""``isotimer db``: care of the data."""

from pathlib import Path

import click

from isotimer.cli.options import db_option, places
from isotimer.core.errors import DataError
from isotimer.session.recovery import recover
from isotimer.store.database import open_store


@click.group()
def db() -> None:
    """Care of the data."""


@db.command("path")
@db_option
@click.pass_context
def show_path(ctx: click.Context, database: str | None) -> None:
    """Say where the database is."""
    click.echo(str(places(ctx, database).database))


@db.command("check")
@db_option
@click.pass_context
def check(ctx: click.Context, database: str | None) -> None:
    """Check the database: its file, its references, every trace. Holds cut off by a crash are kept first."""
    path = _existing(ctx, database)
    for sentence in recover(path):
        click.echo(sentence)
    with open_store(path, readonly=True) as store:
        problems = store.check()
    for problem in problems:
        click.echo(problem)
    if problems:
        raise DataError(
            f"{path} has {len(problems)} problems", "", "keep a copy of it and go back to a backup"
        )
    click.echo(f"{path} is sound.")


@db.command("backup")
@click.argument("to", type=click.Path(path_type=Path))
@db_option
@click.pass_context
def backup(ctx: click.Context, to: Path, database: str | None) -> None:
    """Write a whole copy of the database, even while it is in use."""
    path = _existing(ctx, database)
    with open_store(path, readonly=True) as store:
        store.backup(to)
    click.echo(f"{path} is copied to {to}.")


def _existing(ctx: click.Context, database: str | None) -> Path:
    path = places(ctx, database).database
    if not path.exists():
        raise DataError(f"there is no database at {path}", "", "do a hold first, or name one with --db")
    return path
