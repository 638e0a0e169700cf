"""``isotimer history``, ``balance``, ``trend`` and ``report``: a coach's view."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan import Mode, Phase, Side
from isotimer.core.text import printable
from isotimer.session.coach import Asked, Coach
from isotimer.session.coach_json import (
    balance_json,
    balance_lines,
    history_json,
    hold_line,
    session_line,
    track_json,
    track_lines,
    trend_json,
    trend_lines,
)
from isotimer.session.position_files import load_book
from isotimer.store.coach import accept_hold, set_aside
from isotimer.store.database import open_store

F = TypeVar("F", bound=Callable[..., Any])
_DATE = click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


def _filters(command: F) -> F:
    """Add the options that choose holds."""
    for option in reversed(
        (
            click.option("--phase", type=click.Choice([v.value for v in Phase]), help="Only this phase."),
            click.option("--position", metavar="ID", help="Only this position."),
            click.option("--side", type=click.Choice([v.value for v in Side]), help="Only this side."),
            click.option("--mode", type=click.Choice([v.value for v in Mode]), help="Only this mode."),
            click.option("--since", type=_DATE, metavar="DATE", help="Only since this day."),
            click.option("--until", type=_DATE, metavar="DATE", help="Only before this day."),
        )
    ):
        command = option(command)
    return command


def _coach(ctx: click.Context, database: str | None) -> Coach:
    where = places(ctx, database)
    path = where.database
    if not path.exists():
        raise DataError(f"there is no database at {path}", "", "do a first hold, or name one with --db")
    with open_store(path):
        pass  # brings an older one up to date
    return Coach(path, load_book(where.position_folders))


def _asked(athlete: str | None = None, group: str | None = None, queue: bool = False, **given: Any) -> Asked:
    days: dict[str, Any] = {n: day.astimezone() for n in ("since", "until") if (day := given.pop(n, None))}
    words: dict[str, Any] = {name: word or "" for name, word in given.items()}
    return Asked(athlete=athlete or "", group=group or "", queue=queue, **words, **days)


def _athlete(coach: Coach, athlete: str | None) -> str:
    """Return who is meant: the one named, else the only one there is."""
    if athlete is not None:
        return athlete
    known = coach.choices()["athletes"]
    if len(known) == 1:
        return known[0]
    shown = ", ".join(printable(name, 30) for name in known[:8])
    raise WrongUseError(
        "no athlete is named",
        f"known are {shown}" if known else "nobody has trained yet",
        "name one with --athlete" if known else "do a first hold",
    )


@click.command()
@click.option("--athlete", metavar="NAME", help="Only this athlete.")
@click.option("--group", metavar="NAME", help="Only members of this group.")
@_filters
@click.option("--sessions", is_flag=True, help="List sessions instead of holds.")
@click.option("--review", "queue", is_flag=True, help="Only holds that somebody should look at.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many.")
@click.option("--accept", metavar="KEY", help="Note that this hold was looked at and is good.")
@click.option("--set-aside", "aside", metavar="KEY", help="Note that this hold is not to be compared.")
@db_option
@json_option
@click.pass_context
def history(
    ctx: click.Context,
    /,
    sessions: bool,
    limit: int,
    accept: str | None,
    aside: str | None,
    database: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """List what was done, newest first; find holds that somebody should look at."""
    coach = _coach(ctx, database)
    if accept is not None or aside is not None:
        with open_store(places(ctx, database).database) as store:
            if accept is not None:
                accept_hold(store, store.whole_key("hold", accept))
            if aside is not None:
                set_aside(store, store.whole_key("hold", aside))
        click.echo("Noted.")
        return
    asked = _asked(**given)
    page = coach.sessions(asked, limit=limit) if sessions else coach.holds(asked, limit=limit)
    if as_json:
        print_json(history_json(page.rows))
        return
    for row in page.rows:
        click.echo(session_line(row) if sessions else hold_line(row))
    if not page.rows:
        click.echo("Nothing like this was done. Leave out an option, or do a first hold.", err=True)
    elif page.after is not None:
        click.echo(f"There are more than {limit}: use --until or --limit.", err=True)


@click.command()
@click.option("--athlete", metavar="NAME", help="Whose.")
@click.option("--on", "day", type=_DATE, metavar="DATE", help="As it was at the end of this day.")
@db_option
@json_option
@click.pass_context
def balance(
    ctx: click.Context, athlete: str | None, day: datetime | None, database: str | None, as_json: bool
) -> None:
    """Push, swing and return, left and right: what was done in 28 days, what is behind and how sure."""
    coach = _coach(ctx, database)
    at = None if day is None else (day + timedelta(days=1)).astimezone()
    view = coach.balance(_athlete(coach, athlete), at)
    if as_json:
        print_json(balance_json(view))
        return
    for line in balance_lines(view):
        click.echo(line)


@click.command()
@click.option("--athlete", metavar="NAME", help="Whose.")
@_filters
@click.option("--measure", "measures", multiple=True, metavar="ID", help="Only this; may be repeated.")
@click.option("--window", "window_days", type=click.FloatRange(21, 3650), metavar="DAYS", help="[56]")
@click.option("--margin", "margin_pct", type=click.FloatRange(0.1, 100), metavar="PCT", help="[5]")
@db_option
@json_option
@click.pass_context
def trend(
    ctx: click.Context,
    /,
    athlete: str | None,
    measures: tuple[str, ...],
    window_days: float | None,
    margin_pct: float | None,
    database: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Improving, declining, plateau or not to be told, for each series; and whether it reaches the track."""
    coach = _coach(ctx, database)
    who = _athlete(coach, athlete)
    asked = _asked(**given)
    found = coach.trends(who, measures, asked, window_days=window_days, margin_pct=margin_pct)
    track = coach.track(who, asked.since)
    if as_json:
        print_json({"athlete": who, "series": [trend_json(t) for t in found], "track": track_json(track)})
        return
    for one in found:
        for line in trend_lines(one):
            click.echo(line)
    if not found:
        click.echo("No series like this yet: a trend needs 6 sessions over 3 weeks.", err=True)
    for line in track_lines(track):
        click.echo(line)


@click.command()
@click.option("--athlete", metavar="NAME", help="Whose.")
@click.option("--since", type=_DATE, metavar="DATE", help="Only since this day; all if not given.")
@click.option("-o", "--output", "target", metavar="FILE", required=True, help="The page to write, .html.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@db_option
@click.pass_context
def report(
    ctx: click.Context,
    athlete: str | None,
    since: datetime | None,
    target: str,
    force: bool,
    database: str | None,
) -> None:
    """Write one page about an athlete: pictures, sentences, tables; to read anywhere, or to print."""
    from isotimer.session.coach_report import write_report

    coach = _coach(ctx, database)
    who = _athlete(coach, athlete)
    path = write_report(coach, who, Path(target), since=since and since.astimezone(), force=force)
    click.echo(str(path))
