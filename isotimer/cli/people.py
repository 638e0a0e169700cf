"""``isotimer athletes``, ``sprint`` and ``note``: people, what they ran, what is worth remembering."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.text import printable
from isotimer.store.database import Store, open_store
from isotimer.store.results import Sprint
from isotimer.store.rows import Row

_DATES = ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]


def _opened(ctx: click.Context, database: str | None, *, make: bool = False) -> Store:
    path = places(ctx, database).database
    if not make and not path.exists():
        raise DataError(f"there is no database at {path}", "", "do a first hold, or name one with --db")
    return open_store(path)


@click.group(invoke_without_command=True)
@click.option("--all", "archived", is_flag=True, help="Also those who are archived.")
@click.option("--group", metavar="NAME", help="Only members of this group.")
@db_option
@json_option
@click.pass_context
def athletes(
    ctx: click.Context, archived: bool, group: str | None, database: str | None, as_json: bool
) -> None:
    """List the athletes; add, rename, archive, merge or delete one, note a weight, make groups."""
    ctx.obj = database or ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    with _opened(ctx, ctx.obj) as store:
        squad = None if group is None else store.find_squad(group)
        rows = store.people(archived=archived, squad_id=squad)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(_person(row))
    if not rows:
        click.echo("Nobody yet. A first hold adds its athlete, or: isotimer athletes add NAME", err=True)


def _person(row: Row) -> str:
    parts = [f"{row['holds']} holds in {row['sessions']} sessions"]
    if row["last_session_at"]:
        parts.append(f"last {row['last_session_at'][:10]}")
    if row["mass_kg"]:
        parts.append(f"{row['mass_kg']:g} kg")
    if row["squads"]:
        parts.append("in " + ", ".join(printable(name, 30) for name in row["squads"]))
    if row["archived_at"]:
        parts.append("archived")
    return f"{row['id'][:13]}  {printable(row['name'], 60)}: {', '.join(parts)}"


@athletes.command("add")
@click.argument("name")
@click.option("--weight", "mass_kg", type=float, metavar="KG", help="Body weight.")
@click.pass_context
def add_athlete(ctx: click.Context, name: str, mass_kg: float | None) -> None:
    """Add an athlete; one of this name who is there already is told."""
    with _opened(ctx, ctx.obj, make=True) as store:
        key = store.athlete(name)
        if mass_kg is not None:
            store.add_body_mass(key, mass_kg)
    click.echo(f"{key}  {printable(name, 60)}")


@athletes.command("rename")
@click.argument("who")
@click.argument("name")
@click.pass_context
def rename_athlete(ctx: click.Context, who: str, name: str) -> None:
    """Give an athlete another name."""
    with _opened(ctx, ctx.obj) as store:
        store.rename_athlete(store.find_athlete(who), name)
    click.echo(f"{printable(who, 60)} is called {printable(name, 60)} now.")


@athletes.command("archive")
@click.argument("who")
@click.option("--back", is_flag=True, help="Take the athlete back into the lists.")
@click.pass_context
def archive_athlete(ctx: click.Context, who: str, back: bool) -> None:
    """Put an athlete out of the lists; all is kept."""
    with _opened(ctx, ctx.obj) as store:
        store.archive_athlete(store.find_athlete(who), archived=not back)
    click.echo(f"{printable(who, 60)} is {'back in the lists' if back else 'archived'}.")


@athletes.command("merge")
@click.argument("who")
@click.argument("into")
@click.pass_context
def merge_athletes(ctx: click.Context, who: str, into: str) -> None:
    """Make two athletes one: all that WHO has goes to INTO. A backup is written first."""
    with _opened(ctx, ctx.obj) as store:
        gone, kept = store.find_athlete(who), store.find_athlete(into)
        backup = store.backup_beside("athletes")
        store.merge_athletes(gone, kept)
    click.echo(f"{printable(who, 60)} is part of {printable(into, 60)} now; as it was before: {backup}")


@athletes.command("delete")
@click.argument("who")
@click.option("--confirm", metavar="NAME", help="The name again, instead of typing it when asked.")
@click.pass_context
def delete_athlete(ctx: click.Context, who: str, confirm: str | None) -> None:
    """Delete an athlete for good, with all sessions, holds, sprints and notes. A backup is written first."""
    with _opened(ctx, ctx.obj) as store:
        key = store.find_athlete(who)
        [row] = [r for r in store.people(archived=True) if r["id"] == key]
        click.echo(f"This deletes {_person(row)}.", err=True)
        typed = confirm if confirm is not None else click.prompt("Type the name to go on", err=True)
        if typed.strip() != row["name"]:
            raise WrongUseError("nothing was deleted", "the name was not typed as it is", "try again")
        backup = store.backup_beside("athletes")
        store.delete_athlete(key)
    click.echo(f"Deleted. The backup {backup} still has everything; remove it too if that is what you want.")


@athletes.command("weight")
@click.argument("who")
@click.argument("mass_kg", type=float)
@click.option("--on", "day", type=click.DateTime(_DATES), help="When; now if not given.")
@click.pass_context
def weigh(ctx: click.Context, who: str, mass_kg: float, day: datetime | None) -> None:
    """Note a body weight in kg."""
    with _opened(ctx, ctx.obj) as store:
        store.add_body_mass(store.find_athlete(who), mass_kg, _local(day))
    click.echo(f"{printable(who, 60)}: {mass_kg:g} kg")


@athletes.command("group")
@click.argument("name", required=False)
@click.argument("who", nargs=-1)
@click.option("--remove", is_flag=True, help="Take the athletes out of the group; without any, delete it.")
@click.pass_context
def group_athletes(ctx: click.Context, name: str | None, who: tuple[str, ...], remove: bool) -> None:
    """Put athletes into a group, made on first use; without arguments list the groups."""
    with _opened(ctx, ctx.obj) as store:
        if name is None:
            for row in store.squads():
                click.echo(f"{printable(row['name'], 60)}: {row['members']}")
            return
        keys = [store.find_athlete(one) for one in who]
        squad = store.find_squad(name) if remove else store.add_squad(name)
        change: Callable[[str, str], None] = store.leave_squad if remove else store.join_squad
        for key in keys:
            change(squad, key)
        if remove and not keys:
            store.delete_squad(squad)
            click.echo(f"The group {printable(name, 60)} is gone; its members stay.")
            return
        members = [printable(r["name"], 40) for r in store.people(archived=True, squad_id=squad)]
    click.echo(f"{printable(name, 60)}: {', '.join(members) or 'nobody'}")


@click.group(invoke_without_command=True)
@click.option("--athlete", "who", metavar="NAME", help="Whose sprints to list.")
@db_option
@json_option
@click.pass_context
def sprint(ctx: click.Context, who: str | None, database: str | None, as_json: bool) -> None:
    """List sprints; add or delete one."""
    ctx.obj = database or ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    with _opened(ctx, ctx.obj) as store:
        wanted = None if who is None else store.find_athlete(who)
        rows = [
            row | {"athlete": person["name"]}
            for person in store.people(archived=wanted is not None)
            if wanted in (None, person["id"])
            for row in store.sprints(person["id"])
        ]
    if as_json:
        print_json([row | {"flying": bool(row["flying"])} for row in rows])
        return
    for row in rows:
        kind = "flying " if row["flying"] else ""
        extras = ((row["steps"], "steps"), (row["contact_s"], "s contact"))
        more = "".join(f", {value:g} {unit}" for value, unit in extras if value)
        when = row["ran_at"][:10]
        click.echo(
            f"{row['id'][:13]}  {when}  {printable(row['athlete'], 40)}: {kind}{row['distance_m']:g} m in"
            f" {row['time_s']:.2f} s ({row['timing']}{more}) {printable(row['note'], 80)}".rstrip()
        )
    if not rows:
        example = "isotimer sprint add NAME --distance 30 --time 4.31 --timing hand"
        click.echo(f"No sprints yet: {example}", err=True)


@sprint.command("add")
@click.argument("who")
@click.option("--distance", "distance_m", type=float, required=True, metavar="M", help="Metres.")
@click.option("--time", "time_s", type=float, required=True, metavar="S", help="Seconds.")
@click.option("--timing", type=click.Choice(["hand", "electronic"]), required=True, help="How it was timed.")
@click.option("--flying", is_flag=True, help="The distance was entered at speed.")
@click.option("--steps", type=int, help="Number of steps over the distance.")
@click.option("--contact", "contact_s", type=float, metavar="S", help="Mean ground contact time.")
@click.option("--on", "day", type=click.DateTime(_DATES), help="When; now if not given.")
@click.option("--note", default="", help="A remark: wind, surface, shoes.")
@click.pass_context
def add_sprint(
    ctx: click.Context,
    /,
    who: str,
    timing: Literal["hand", "electronic"],
    day: datetime | None,
    **given: Any,
) -> None:
    """Keep a sprint; the very same one is kept once."""
    one = Sprint(timing=timing, **given)
    with _opened(ctx, ctx.obj) as store:
        key = store.add_sprint(store.find_athlete(who), one, _local(day))
    click.echo(f"{key[:13]}  {one.distance_m:g} m in {one.time_s:.2f} s ({one.timing})")


@sprint.command("delete")
@click.argument("key")
@click.pass_context
def delete_sprint(ctx: click.Context, key: str) -> None:
    """Delete a sprint, by its key."""
    with _opened(ctx, ctx.obj) as store:
        store.delete_sprint(store.whole_key("sprint", key))
    click.echo("Deleted.")


@click.group(invoke_without_command=True)
@click.option("--athlete", "who", metavar="NAME", help="Whose notes to list.")
@db_option
@json_option
@click.pass_context
def note(ctx: click.Context, who: str | None, database: str | None, as_json: bool) -> None:
    """List remarks about athletes, their sessions and holds; add, change or delete one."""
    ctx.obj = database or ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    with _opened(ctx, ctx.obj) as store:
        wanted = None if who is None else store.find_athlete(who)
        people = [p for p in store.people(archived=wanted is not None) if wanted in (None, p["id"])]
        rows = [row | {"athlete": p["name"]} for p in people for row in store.notes(p["id"])]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        about = "" if row["about"] == "athlete" else f" ({row['about']} {row['about_id'][:13]})"
        head = f"{row['id'][:13]}  {row['created_at'][:10]}  {printable(row['athlete'], 40)}{about}"
        click.echo(f"{head}: {printable(row['text'], 500)}")
    if not rows:
        click.echo('No notes yet: isotimer note add NAME "text", or --session KEY, --hold KEY', err=True)


@note.command("add")
@click.argument("who", required=False)
@click.argument("text", required=False)
@click.option("--session", "session_id", metavar="KEY", help="About a session instead of an athlete.")
@click.option("--hold", "hold_id", metavar="KEY", help="About a hold instead of an athlete.")
@click.pass_context
def add_note(
    ctx: click.Context, who: str | None, text: str | None, session_id: str | None, hold_id: str | None
) -> None:
    """Keep a remark: 'note add NAME TEXT', or 'note add --hold KEY TEXT'."""
    if (session_id or hold_id) and text is None:
        who, text = None, who
    if text is None or sum(v is not None for v in (who, session_id, hold_id)) != 1:
        raise WrongUseError(
            "what is the note about?", "", "give NAME TEXT, or --session KEY TEXT, or --hold KEY TEXT"
        )
    with _opened(ctx, ctx.obj) as store:
        if hold_id is not None:
            key = store.add_note("hold", store.whole_key("hold", hold_id), text)
        elif session_id is not None:
            key = store.add_note("session", store.whole_key("session", session_id), text)
        else:
            key = store.add_note("athlete", store.find_athlete(who or ""), text)
    click.echo(f"{key[:13]}  kept")


@note.command("edit")
@click.argument("key")
@click.argument("text")
@click.pass_context
def edit_note(ctx: click.Context, key: str, text: str) -> None:
    """Change a remark, by its key."""
    with _opened(ctx, ctx.obj) as store:
        store.edit_note(store.whole_key("note", key), text)
    click.echo("Changed.")


@note.command("delete")
@click.argument("key")
@click.pass_context
def delete_note(ctx: click.Context, key: str) -> None:
    """Delete a remark, by its key."""
    with _opened(ctx, ctx.obj) as store:
        store.delete_note(store.whole_key("note", key))
    click.echo("Deleted.")


def _local(day: datetime | None) -> datetime | None:
    """Return a typed time as one of this computer's zone; a day alone is its noon."""
    if day is None:
        return None
    if (day.hour, day.minute) == (0, 0):
        day = day.replace(hour=12)
    return day.astimezone()
