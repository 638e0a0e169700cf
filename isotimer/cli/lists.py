"""``isotimer positions`` and ``isotimer devices``: what there is to choose from."""

from pathlib import Path

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.errors import DataError
from isotimer.core.examples import example_faults
from isotimer.core.positions import POSITIONS, position
from isotimer.core.positions.position import Position
from isotimer.core.profile import Profile
from isotimer.core.text import printable
from isotimer.link.catalog import catalog, find_profile, load_profile
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
@db_option
@json_option
@click.pass_context
def devices(ctx: click.Context, database: str | None, as_json: bool) -> None:
    """List the device files, and the ports of this computer with the device files that fit them.

    Nothing is sent to any port; 'isotimer monitor --port PORT --device PROFILE' tells what answers there.
    """
    if ctx.invoked_subcommand is not None:
        return
    entries = catalog(places(ctx, database).device_folders)
    profiles = tuple(e.profile for e in entries if e.profile is not None)
    ports = list_serial_ports()
    fits = {port.name: [p.id for p in matching(port, profiles)] for port in ports}
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
    for port in ports:
        known = ", ".join(fits[port.name]) or "no device file names it"
        click.echo(f"  {port.name:28} {port.description} {port.usb_id} ({known})")
    if not ports:
        click.echo("  none found; plug a sensor in, or try 'isotimer simulate chronojump-force-sensor'")


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
        "counts" if u == "raw" else "unit from the line" if u.startswith("@") else u for u in units
    )
