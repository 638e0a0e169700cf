"""``isotimer positions`` and ``isotimer devices``: what there is to choose from."""

from pathlib import Path

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.cli.sensor import sensor_options
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.examples import example_faults
from isotimer.core.positions import POSITIONS, position
from isotimer.core.positions.position import Position
from isotimer.core.profile import Profile
from isotimer.core.text import printable
from isotimer.link.catalog import catalog, find_profile, load_profile
from isotimer.link.listen import identify
from isotimer.link.ports import list_serial_ports, matching


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def positions(ctx: click.Context, as_json: bool) -> None:
    """List the hold positions."""
    if ctx.invoked_subcommand is not None:
        return
    if as_json:
        print_json([_position_json(p) for p in POSITIONS])
        return
    phase = None
    for p in POSITIONS:
        if p.phase is not phase:
            phase = p.phase
            click.echo(f"{phase.value}:")
        click.echo(f"  {p.id:28} {p.name}")


@positions.command("show")
@click.argument("name")
@json_option
def show_position(name: str, as_json: bool) -> None:
    """Show one position: set-up, sensor, cues, faults."""
    p = position(name)
    if as_json:
        print_json(_position_json(p))
        return
    sides = ", ".join(s.value for s in p.sides)
    click.echo(f"{p.name} ({p.id}), {p.phase.value} phase, sides: {sides}")
    click.echo(f"Set-up: {p.setup}\nSensor: {p.sensor}\nCues: {' / '.join(p.cues)}")
    click.echo(f"Faults: {'; '.join(p.faults)}\nMuscles: {p.muscles}\nSource: {p.source}")


def _position_json(p: Position) -> dict[str, object]:
    return {
        "id": p.id,
        "name": p.name,
        "phase": p.phase.value,
        "sides": [s.value for s in p.sides],
        "setup": p.setup,
        "sensor": p.sensor,
        "cues": list(p.cues),
        "faults": list(p.faults),
        "muscles": p.muscles,
        "source": p.source,
        "default_seconds": p.default_seconds,
    }


@click.group(invoke_without_command=True)
@sensor_options
@db_option
@json_option
@click.pass_context
def devices(
    ctx: click.Context,
    port: str | None,
    device: str | None,
    baud: int | None,
    database: str | None,
    as_json: bool,
) -> None:
    """List the device files, and the ports of this computer with the device files that name them.

    No port is opened. With --port that one is listened to for 2 s at each usual baud rate, and the device
    files that fit what it sends are named; nothing is sent to it unless --device says what is there.
    """
    if ctx.invoked_subcommand is not None:
        return
    folders = places(ctx, database).device_folders
    entries = catalog(folders)
    profiles = tuple(e.profile for e in entries if e.profile is not None)
    if port is not None:
        _tell_who_answers(port, profiles, find_profile(device, folders) if device else None, baud, as_json)
        return
    if device is not None or baud is not None:
        raise WrongUseError("--device and --baud say how to listen", "no port is named", "add --port PORT")
    ports = list_serial_ports()
    fits = {found.name: [p.id for p in matching(found, profiles)] for found in ports}
    if as_json:
        print_json(
            {
                "devices": [{"id": p.id, "name": p.name, "mode": p.mode, "unit": _unit(p)} for p in profiles],
                "unusable": [
                    {"file": str(e.path), "problem": e.problem} for e in entries if e.profile is None
                ],
                "ports": [
                    {"port": p.name, "description": p.description, "usb": p.usb_id, "devices": fits[p.name]}
                    for p in ports
                ],
            }
        )
        return
    click.echo("device files:")
    for p in profiles:
        click.echo(f"  {p.id:28} {printable(p.name, 60)} ({p.mode}, {_unit(p)})")
    for e in entries:
        if e.profile is None:
            click.echo(f"  unusable: {e.problem}")
    click.echo("ports:")
    for found in ports:
        known = ", ".join(fits[found.name]) or "no device file names it"
        click.echo(f"  {found.name:28} {found.description} {found.usb_id} ({known})")
    if not ports:
        click.echo("  none found; plug a sensor in, or try 'isotimer simulate chronojump-force-sensor'")


def _tell_who_answers(
    port: str, profiles: tuple[Profile, ...], chosen: Profile | None, baud: int | None, as_json: bool
) -> None:
    about = next((p for p in list_serial_ports() if p.name == port), None)
    known = matching(about, profiles) if about else ()
    heard = identify(port, (*known, *(p for p in profiles if p not in known)), chosen, baud)
    if as_json:
        fits = [{"id": g.profile.id, "share": g.share, "readings": g.readings} for g in heard.guesses]
        print_json({"port": port, "baud": heard.baud, "bytes": heard.size, "devices": fits})
        return
    click.echo(f"{port}: {heard.size} bytes at {heard.baud} baud")
    for g in heard.guesses:
        click.echo(f"  {g.profile.id:28} understands {g.share:.0%}, {g.readings} readings")
    if not heard.guesses:
        click.echo("  no device file fits; try another --baud, or write a file for it (devices/README.md)")


@devices.command("show")
@click.argument("name")
@db_option
@click.pass_context
def show_device(ctx: click.Context, name: str, database: str | None) -> None:
    """Show one device file."""
    p = find_profile(name, places(ctx, database).device_folders)
    click.echo(f"{printable(p.name)} ({p.id})")
    if p.about:
        click.echo(printable(p.about))
    lines = f"{p.port.baud} baud {p.port.format}, {p.mode}, frames: {p.frame.kind}"
    click.echo(f"Line: {lines}\nChannels: {', '.join(c.name for c in p.channel)} in {_unit(p)}")
    known = [name for name in ("start", "stop", "tare", "zero", "calibrate") if getattr(p.cmd, name)]
    click.echo(f"Dialogues: {', '.join(known) or 'none'}\nExamples: {len(p.example)}")
    click.echo(f"Source: {printable(p.source)}")


@devices.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check_device(file: Path) -> None:
    """Check a device file: its keys, its patterns, and that its examples decode as it states."""
    profile = load_profile(file)
    faults = example_faults(profile)
    if faults:
        raise DataError(f"device file {file}", "; ".join(faults), "correct the example or the frame")
    click.echo(f"{file}: {profile.id} is fine, {len(profile.example)} examples decode as stated.")


def _unit(profile: Profile) -> str:
    units = sorted({c.unit for c in profile.channel})
    return ", ".join(
        "counts" if u == "raw" else "told by the device" if u == "?" or u.startswith("@") else u
        for u in units
    )
