"""``isotimer rig``: which channel of which sensor is where; made, chosen, zeroed, checked, stood on."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, rig_dict, rig_from_dict
from isotimer.core.rig_kinds import KINDS, Size, kind
from isotimer.core.rig_press import HEAVIEST_KG
from isotimer.core.text import printable
from isotimer.link.catalog import find_profile
from isotimer.link.ports import list_serial_ports
from isotimer.session.acquisition import Connection
from isotimer.session.corner_check import CornerCheck
from isotimer.session.equipment import fitted_connection
from isotimer.session.places import Places
from isotimer.session.position_files import load_book
from isotimer.session.rig_maker import RigMaker
from isotimer.session.rigs import keep_rig, keep_share, parse_share, stored_rig, stored_rigs
from isotimer.session.station import DEFAULT_ATHLETE, Station
from isotimer.store import rigs as rows
from isotimer.store.database import open_store

_USUAL = Size()
OPEN_S = 20.0
"""Sensors are waited for so long."""


def rig_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--rig`` and ``--at``."""
    option = click.option(
        "--rig", "rig_name", metavar="NAME", help="Several sensors as one; see 'isotimer rig'."
    )
    return option(at_option(command))


def at_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--at``."""
    return click.option(
        "--at",
        "where_it_is",
        multiple=True,
        metavar="DEVICE=PORT",
        help="Where a device of the rig is, if it cannot be told by its serial number; may be repeated.",
    )(command)


def parse_at(words: tuple[str, ...]) -> dict[str, str]:
    """Return device -> port of words like ``left=/dev/ttyUSB0``.

    Raises:
        WrongUseError: If a word is none, or names a device twice.
    """
    found: dict[str, str] = {}
    for word in words:
        device, sign, port = word.partition("=")
        if not (sign and device and port) or device in found:
            raise WrongUseError(f"'{printable(word, 60)}' says no place", "", "write --at left=/dev/ttyUSB0")
        found[device] = port
    return found


@click.group(invoke_without_command=True)
@db_option
@json_option
@click.pass_context
def rig(ctx: click.Context, database: str | None, as_json: bool) -> None:
    """List the rigs; make, show, choose, zero, check or stand on one."""
    ctx.obj = database or ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    known = stored_rigs(places(ctx, ctx.obj).database)
    if as_json:
        print_json([{"name": r.name, **rig_dict(r), "positions": list(p)} for r, p in known])
        return
    for one, positions in known:
        chosen = f"; for {', '.join(printable(p, 40) for p in positions)}" if positions else ""
        click.echo(f"{printable(one.name, 60)}: {_in_short(one)}{chosen}")
    if not known:
        click.echo("No rig yet. Make one with 'isotimer rig make NAME --kind two-plates'.", err=True)


def _in_short(one: Rig) -> str:
    parts = [f"{len(one.channels)} channels of {len(one.devices)} devices"]
    parts += [f"{len(one.plates)} plates"] if one.plates else []
    parts += ["left and right"] if one.sided else []
    if one.share_pct is not None:
        parts.append(f"keep {one.share_pct[0]:g} to {one.share_pct[1]:g} % right")
    return ", ".join(parts)


@rig.command("show")
@click.argument("name")
@json_option
@click.pass_context
def show(ctx: click.Context, name: str, as_json: bool) -> None:
    """Show the channels of a rig."""
    one = stored_rig(places(ctx, ctx.obj).database, name)
    if as_json:
        print_json({"name": one.name, **rig_dict(one)})
        return
    click.echo(f"{printable(one.name, 60)}: {_in_short(one)}")
    for device in one.devices:
        number = f", number {printable(device.serial_number, 40)}" if device.serial_number else ""
        click.echo(f"  device {printable(device.id, 40)}: {printable(device.profile, 60)}{number}")
    for channel, words in zip(one.channels, one.names, strict=True):
        side = "" if channel.side is Side.BOTH else f", {channel.side.value}"
        place = "" if channel.x_mm is None else f" at {channel.x_mm:+g}, {channel.y_mm:+g} mm"
        turned = ", counted the other way" if channel.sign < 0 else ""
        what = f"channel {channel.channel} of {printable(channel.device, 40)}"
        click.echo(f"  {printable(words, 60)}: {what}{place}{side}{turned}")


@rig.command("make")
@click.argument("name")
@click.option("--kind", "kind_id", required=True, type=click.Choice([k.id for k in KINDS]))
@click.option(
    "--sensor", "sensors", multiple=True, required=True, metavar="PORT=PROFILE", help="May be repeated."
)
@click.option("--width", type=float, default=_USUAL.width_mm, show_default=True, help="Cell to cell, mm.")
@click.option("--depth", type=float, default=_USUAL.depth_mm, show_default=True, help="Cell to cell, mm.")
@click.option(
    "--apart",
    type=float,
    default=_USUAL.apart_mm,
    show_default=True,
    help="Middle to middle of two plates, mm.",
)
@click.pass_context
def make(
    ctx: click.Context,
    name: str,
    kind_id: str,
    sensors: tuple[str, ...],
    width: float,
    depth: float,
    apart: float,
) -> None:
    """Make a rig by pressing each of its places when asked to."""
    where = places(ctx, ctx.obj)
    maker = RigMaker(kind(kind_id), _connections(where, sensors), Size(width, depth, apart))
    maker.start()
    try:
        maker.wait_for_sensors(OPEN_S)
        _ask("Leave everything unloaded and press ENTER", maker.rest)
        while (spot := maker.next) is not None:
            _ask(
                f"Press {spot.words} now, hold it, and press ENTER",
                lambda: click.echo(maker.press(), err=True),
            )
        made = maker.rig(name)
    finally:
        maker.stop()
    keep_rig(where.database, made)
    click.echo(f"{printable(made.name, 60)} is kept: {_in_short(made)}.")


def _say(sentences: tuple[str, ...]) -> None:
    for sentence in sentences:
        click.echo(sentence, err=True)


def _ask(words: str, step: Callable[[], object]) -> None:
    """Ask until a step succeeds."""
    while True:
        click.prompt(words, default="", show_default=False, prompt_suffix=": ", err=True)
        # what was pressed must have come through
        time.sleep(0.5)
        try:
            step()
        except IsotimerError as e:
            click.echo(e.sentence, err=True)
        else:
            return


def _connections(where: Places, sensors: tuple[str, ...]) -> dict[str, Connection]:
    found: dict[str, Connection] = {}
    for number, word in enumerate(sensors):
        port, sign, profile_id = word.rpartition("=")
        if not (sign and port and profile_id):
            raise WrongUseError(
                f"'{printable(word, 60)}' names no sensor", "", "write --sensor /dev/ttyUSB0=teensy-plate4"
            )
        profile = find_profile(profile_id, where.device_folders)
        about = next((p for p in list_serial_ports() if p.name == port), None)
        found[chr(ord("a") + number)] = fitted_connection(where.database, port, profile, about).connection
    return found


@rig.command("add")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def add(ctx: click.Context, name: str, file: Path) -> None:
    """Keep a rig that FILE describes: JSON as 'show --json' prints it."""
    where = places(ctx, ctx.obj)
    try:
        layout = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise DataError(f"cannot read {file}", str(e), "give JSON as 'isotimer rig show --json'") from None
    made = rig_from_dict(name.strip(), layout)
    profiles = {d.profile: find_profile(d.profile, where.device_folders) for d in made.devices}
    keep_rig(where.database, made, profiles)
    click.echo(f"{printable(made.name, 60)} is kept: {_in_short(made)}.")


@rig.command("choose")
@click.argument("position")
@click.argument("name", required=False)
@click.pass_context
def choose(ctx: click.Context, position: str, name: str | None) -> None:
    """Use a rig at a position; without a name none."""
    where = places(ctx, ctx.obj)
    load_book(where.position_folders).get(position)
    with open_store(where.database) as store:
        rows.choose_rig(store, position, rows.rig_named(store, name).id if name is not None else None)
    click.echo(f"{position}: {printable(name, 60) if name is not None else 'no rig'}.")


@rig.command("target")
@click.argument("name")
@click.argument("share", type=float, required=False)
@click.option("--band", type=float, default=3.0, show_default=True, help="How far off is still on target, %.")
@click.pass_context
def target(ctx: click.Context, name: str, share: float | None, band: float) -> None:
    """Ask for a SHARE of the load on the right, in %; without it for none."""
    wanted = None if share is None else parse_share(f"{share} {band}")
    keep_share(places(ctx, ctx.obj).database, name, wanted)
    click.echo("No share is asked for." if wanted is None else f"Keep {share:g} ± {band:g} % on the right.")


@rig.command("delete")
@click.argument("name")
@click.pass_context
def delete(ctx: click.Context, name: str) -> None:
    """Forget a rig; holds keep what they were made with."""
    with open_store(places(ctx, ctx.obj).database) as store:
        rows.delete_rig(store, rows.rig_named(store, name).id)
    click.echo(f"{printable(name, 60)} is forgotten.")


@rig.command("tare")
@click.argument("name")
@at_option
@click.pass_context
def tare(ctx: click.Context, name: str, where_it_is: tuple[str, ...]) -> int:
    """Make the present, unloaded readings of all channels zero."""
    with _connected(ctx, name, where_it_is) as station:
        time.sleep(1.5)
        words = station.tare()
    click.echo(words)
    return 0 if words.startswith("Tared") else 3


@rig.command("check")
@click.argument("name")
@click.option(
    "--weight",
    type=click.FloatRange(0, HEAVIEST_KG, min_open=True),
    required=True,
    metavar="KG",
    help="The known weight.",
)
@at_option
@json_option
@click.pass_context
def check(ctx: click.Context, name: str, weight: float, where_it_is: tuple[str, ...], as_json: bool) -> None:
    """Put a known weight on one corner after the other; the error of each is told."""
    with _connected(ctx, name, where_it_is) as station:
        corners: CornerCheck = station.corner_check()
        _ask("Take everything off and press ENTER", lambda: _say(corners.empty()))
        for _ in station.rig.channels if station.rig is not None else ():
            _ask(
                "Put the weight on the next corner and press ENTER",
                lambda: click.echo(corners.take(weight).words, err=True),
            )
    if as_json:
        print_json(
            [
                {"corner": c.name, "weight_n": c.weight_n, "found_n": c.found_n, "error_pct": c.error_pct}
                for c in corners.found
            ]
        )
        return
    for found in corners.found:
        click.echo(found.words)


@rig.command("weigh")
@click.argument("name")
@click.option("--athlete", metavar="NAME", default=DEFAULT_ATHLETE, show_default=True)
@at_option
@click.pass_context
def weigh(ctx: click.Context, name: str, athlete: str, where_it_is: tuple[str, ...]) -> None:
    """Take the body weight of whoever stands still on the plates, and keep it."""
    with _connected(ctx, name, where_it_is, athlete) as station:
        for _ in range(20):
            time.sleep(1.0)
            found = station.weigh()
            if found.weight_n is not None and found.sd_pct is not None:
                break
            click.echo(found.why, err=True)
        words = station.keep_weight()
    click.echo(words)


@contextmanager
def _connected(
    ctx: click.Context, name: str, where_it_is: tuple[str, ...], athlete: str = DEFAULT_ATHLETE
) -> Iterator[Station]:
    where = places(ctx, ctx.obj)
    station = Station(where, athlete)
    try:
        station.connect_rig(stored_rig(where.database, name), parse_at(where_it_is))
        for sentence in station.news():
            click.echo(f"Note: {sentence}.", err=True)
        station.wait_for_sensor(OPEN_S)
        yield station
    finally:
        station.close()
