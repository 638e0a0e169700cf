"""``isotimer db``: care of the data."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.text import printable
from isotimer.measures.table import ALGORITHM_VERSION
from isotimer.session.recompute import Zero, recompute
from isotimer.session.recovery import recover
from isotimer.store.database import open_store
from isotimer.store.datasette import datasette_metadata
from isotimer.store.merge import Merged
from isotimer.store.merge import merge as merge_database
from isotimer.store.queries import calibrations as all_calibrations


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


@db.command("merge")
@click.argument("others", nargs=-1, required=True, type=click.Path(path_type=Path))
@db_option
@json_option
@click.pass_context
def merge(ctx: click.Context, others: tuple[Path, ...], database: str | None, as_json: bool) -> None:
    """Take all that other databases have into this one; a backup is written first.

    It may be done again and in any order: each row is kept once, of two versions the one changed last.
    Athletes of one name stay apart and are named; 'isotimer athletes merge' makes them one.
    """
    path = places(ctx, database).database
    done: list[Merged] = []
    with open_store(path) as store:
        backup = store.backup_beside("merge")
        click.echo(f"{path} is copied to {backup} first.", err=True)
        for other in others:
            done.append(merge_database(store, other))
            if not as_json:
                _say_merged(done[-1])
    if as_json:
        print_json([asdict(one) | {"path": str(one.path)} for one in done])


def _say_merged(one: Merged) -> None:
    counts = f"{one.athletes} athletes, {one.sessions} sessions and {one.holds} holds are new"
    click.echo(f"{printable(str(one.path))}: {counts}, {one.changed} rows were changed later there.")
    if one.running:
        click.echo(f"  {one.running} holds are not over there; merge again when they are.")
    for sentence in one.conflicts:
        click.echo(f"  {sentence}.")


@db.command("datasette")
@db_option
@click.pass_context
def datasette(ctx: click.Context, database: str | None) -> None:
    """Print what Datasette is to know: 'isotimer db datasette > m.json; datasette FILE -m m.json'."""
    print_json(datasette_metadata(places(ctx, database).database.stem))


@db.command("calibrations")
@db_option
@json_option
@click.pass_context
def calibrations(ctx: click.Context, database: str | None, as_json: bool) -> None:
    """List the stored calibrations, oldest first, with the ids that 'db recompute --calibration' takes."""
    with open_store(_existing(ctx, database), readonly=True) as store:
        rows = all_calibrations(store)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        fit = "" if row["residual_n"] is None else f", residual {row['residual_n']:.3f} N"
        made = "known weights" if row["points"] else "tare" if row["slope_n_per_raw"] == 1.0 else "numbers"
        device = f"{printable(row['device'], 40)} on {printable(row['port'], 40)}, channel {row['channel']}"
        line = f"{row['slope_n_per_raw']:g} N per raw unit, zero at {row['zero_raw']:g}"
        click.echo(f"{row['id']}  {row['made_at'][:16]}  {device}: {line} ({made}{fit})")


@db.command("recompute")
@click.option("--hold", "hold_ids", multiple=True, metavar="ID", help="Only this hold; may be repeated.")
@click.option("--since", type=click.DateTime(), help="Only holds from this local date on.")
@click.option(
    "--calibration",
    "calibration_ids",
    multiple=True,
    metavar="ID",
    help="Turn raw values into newtons by this stored calibration instead; once per channel.",
)
@click.option(
    "--zero",
    type=click.Choice(["hold", "calibration"]),
    default="hold",
    show_default=True,
    help="With --calibration: keep the tare of each hold, or take the zero of the calibration.",
)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes at work.")
@db_option
@json_option
@click.pass_context
def recompute_measures(
    ctx: click.Context,
    hold_ids: tuple[str, ...],
    since: datetime | None,
    calibration_ids: tuple[str, ...],
    zero: Zero,
    jobs: int,
    database: str | None,
    as_json: bool,
) -> None:
    """Derive all measures anew from the raw traces, with the present algorithm.

    With --calibration it repairs holds that were made with a wrong one: say which with --hold or --since.
    Raw values stay as they are, so it can be done again with another.
    """
    if calibration_ids and not hold_ids and since is None:
        raise WrongUseError(
            "which holds are to get that calibration?", "", "say it with --hold ID or --since DATE"
        )
    where = places(ctx, database)
    for sentence in recover(_existing(ctx, database)):
        click.echo(sentence, err=True)
    done = recompute(
        where.database,
        hold_ids=hold_ids,
        since=since.astimezone() if since else None,
        calibration_ids=calibration_ids,
        zero=zero,
        device_folders=where.device_folders,
        jobs=jobs,
    )
    if as_json:
        out = {"holds": done.holds, "changed": list(done.changed), "failed": list(done.failed)}
        print_json(out | {"version": ALGORITHM_VERSION})
    else:
        click.echo(
            f"{len(done.changed)} of {done.holds} holds changed (algorithm version {ALGORITHM_VERSION})."
        )
    for sentence in done.failed:
        click.echo(sentence, err=True)
    if done.failed:
        raise DataError(f"{len(done.failed)} holds could not be derived anew", "", "see the lines above")


def _existing(ctx: click.Context, database: str | None) -> Path:
    path = places(ctx, database).database
    if not path.exists():
        raise DataError(f"there is no database at {path}", "", "do a hold first, or name one with --db")
    return path
