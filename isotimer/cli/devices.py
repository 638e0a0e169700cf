"""``isotimer devices``: device files, ports and who answers there, sensors used before."""

from pathlib import Path
from typing import Any

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.cli.sensor import sensor_options
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.examples import example_faults
from isotimer.core.profile import Profile
from isotimer.core.text import printable
from isotimer.link.catalog import CatalogEntry, catalog, find_profile, load_profile
from isotimer.link.lines import bluetooth, fitting_profiles, is_ble
from isotimer.link.listen import identify
from isotimer.link.ports import list_serial_ports, matching
from isotimer.session.equipment import Remembered, remembered
from isotimer.session.places import Places
from isotimer.session.sensor_desk import PortChoice, SensorDesk
from isotimer.session.settings import SettingsFile


@click.group(invoke_without_command=True)
@sensor_options
@db_option
@json_option
@click.option(
    "--ble", is_flag=True, help="Look for sensors over Bluetooth, too; it takes 5 s and isotimer[ble]."
)
@click.option(
    "--ask/--no-ask", default=True, show_default=True, help="Ask who is there, where a device file fits."
)
@click.pass_context
def devices(
    ctx: click.Context,
    port: str | None,
    device: str | None,
    baud: int | None,
    database: str | None,
    as_json: bool,
    ask: bool,
    ble: bool,
) -> None:
    """List the device files, the ports of this computer with what answers there, and the sensors used before.

    A port whose USB id a device file names is listened to for 2 s and, if it says nothing, asked who it is;
    --no-ask leaves it alone. No other port is opened. With --port that one is listened to at each usual baud
    rate, and the device files that fit what it sends are named; nothing is sent to it unless --device says
    what is there. Opening a port restarts many boards.
    """
    if ctx.invoked_subcommand is not None:
        return
    where = places(ctx, database)
    folders = where.device_folders
    entries = catalog(folders)
    profiles = tuple(e.profile for e in entries if e.profile is not None)
    if port is not None:
        _tell_who_answers(port, profiles, find_profile(device, folders) if device else None, baud, as_json)
        return
    if device is not None or baud is not None:
        raise WrongUseError("--device and --baud say how to listen", "no port is named", "add --port PORT")
    days = SettingsFile(where.settings_file).settings.calibration_age_days
    answers, sensors = _look(where, ask), remembered(where.database, days)
    on_air = bluetooth().scan(profiles) if ble else ()
    if as_json:
        heard = [{"port": f.port, "name": f.name, "rssi": f.rssi, "devices": f.devices} for f in on_air]
        print_json(_as_json(entries, answers, sensors) | ({"bluetooth": heard} if ble else {}))
        return
    click.echo("device files:")
    for p in profiles:
        click.echo(f"  {p.id:28} {printable(p.name, 60)} ({p.mode}, {_unit(p)})")
    for e in entries:
        if e.profile is None:
            click.echo(f"  unusable: {e.problem}")
    click.echo("ports:")
    for found in answers:
        named = f"{found.profile_id}{', used before' if found.known else ''}"
        click.echo(f"  {found.port:28} {found.description} ({named or 'no device file names it'})")
        if found.message and not found.known:
            click.echo(f"    {found.message}")
    if not answers:
        click.echo("  none found; plug a sensor in, or try 'isotimer simulate chronojump-force-sensor'")
    if ble:
        click.echo(
            "over Bluetooth:" if on_air else "over Bluetooth: no sensor heard; switch it on and hold it near"
        )
    for f in on_air:
        click.echo(f"  {f.port:28} {f.name}, {f.rssi} dBm ({', '.join(f.devices)})")
    if sensors:
        click.echo("sensors used before:")
    for sensor in sensors:
        click.echo(f"  {sensor.line}")
        if sensor.warning:
            click.echo(f"    ! {sensor.warning}")


def _look(where: Places, ask: bool) -> tuple[PortChoice, ...]:
    """Return the ports and, if wished, what answers at those that a device file names."""
    desk = SensorDesk(where)
    found = desk.sensors()
    if not ask:
        return found
    return tuple(desk.ask(c.port) if c.named and not c.known else c for c in found)


def _as_json(
    entries: tuple[CatalogEntry, ...], answers: tuple[PortChoice, ...], sensors: tuple[Remembered, ...]
) -> dict[str, Any]:
    about = {p.name: p for p in list_serial_ports()}
    usable = [e.profile for e in entries if e.profile is not None]
    fits = {name: [p.id for p in matching(port, tuple(usable))] for name, port in about.items()}
    return {
        "devices": [{"id": p.id, "name": p.name, "mode": p.mode, "unit": _unit(p)} for p in usable],
        "unusable": [{"file": str(e.path), "problem": e.problem} for e in entries if e.profile is None],
        "ports": [
            {
                "port": c.port,
                "description": about[c.port].description if c.port in about else c.description,
                "usb": about[c.port].usb_id if c.port in about else "",
                "serial": about[c.port].serial_number if c.port in about else "",
                "devices": fits.get(c.port, []),
                "known": c.known,
                "device": c.profile_id or None,
                "answered": c.answered,
                "said": c.message,
            }
            for c in answers
        ],
        "sensors": [s.as_json() for s in sensors],
    }


def _tell_who_answers(
    port: str, profiles: tuple[Profile, ...], chosen: Profile | None, baud: int | None, as_json: bool
) -> None:
    about = next((p for p in list_serial_ports() if p.name == port), None)
    known = fitting_profiles(port, about, profiles)
    heard = identify(port, (*known, *(p for p in profiles if p not in known)), chosen, baud)
    if as_json:
        fits = [{"id": g.profile.id, "share": g.share, "readings": g.readings} for g in heard.guesses]
        print_json(
            {"port": port, "baud": heard.baud, "bytes": heard.size, "devices": fits, "said": heard.answer}
        )
        return
    click.echo(f"{port}: {heard.size} bytes" + (f" at {heard.baud} baud" if not is_ble(port) else ""))
    if heard.answer:
        click.echo(f"  it says: {heard.answer}")
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
    carrier = "Bluetooth LE" if p.ble else f"{p.port.baud} baud {p.port.format}"
    lines = f"{carrier}, {p.mode}, frames: {p.frame.kind}"
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
