"""The sensor that a verb's options mean, and opening it."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from isotimer.core.errors import WrongUseError
from isotimer.core.profile import Profile
from isotimer.link.catalog import catalog, find_profile
from isotimer.link.lines import exact_port, fitting_profiles, is_ble
from isotimer.link.ports import PortInfo, list_serial_ports, matching
from isotimer.session.acquisition import FIRST_S, Acquisition
from isotimer.session.equipment import Fitted, fitted_connection
from isotimer.session.places import Places
from isotimer.session.settings import SettingsFile

F = TypeVar("F", bound=Callable[..., Any])


def sensor_options(command: F) -> F:
    """Add ``--port``, ``--device`` and ``--baud``."""
    for option in (
        click.option(
            "--baud", type=click.IntRange(50, 20_000_000), help="Baud rate, if not the device file's."
        ),
        click.option(
            "--device", metavar="PROFILE", help="Device file: its id or path; see 'isotimer devices'."
        ),
        click.option(
            "--port",
            metavar="PORT",
            help="Port name, URL such as socket://host:port, or ble: for Bluetooth (ble:NAME, ble:ADDRESS).",
        ),
    ):
        command = option(command)
    return command


def choose_sensor(
    where: Places, port: str | None, device: str | None, baud: int | None
) -> tuple[Fitted, PortInfo | None]:
    """Return the connection that the options mean, and what the system knows about its port.

    Raises:
        WrongUseError: If they leave open which port or device is meant.
        IsotimerError: If the device file or the database cannot be read.
    """
    ports = list_serial_ports()
    profiles = tuple(e.profile for e in catalog(where.device_folders) if e.profile is not None)
    if port is None:
        port = _only_port(ports, profiles)
    port = exact_port(port, profiles)
    about = next((p for p in ports if p.name == port), None)
    if device is not None:
        profile = find_profile(device, where.device_folders)
    else:
        profile = _only_profile(port, fitting_profiles(port, about, profiles))
    days = SettingsFile(where.settings_file).settings.calibration_age_days
    return fitted_connection(where.database, port, profile, about, baud, stale_days=days), about


def open_sensor(fitted: Fitted, **callbacks: Any) -> Acquisition:
    """Open a sensor and return when samples flow.

    Raises:
        LinkError: If it cannot be opened or read.
    """
    acquisition = Acquisition(fitted.connection, **callbacks)
    acquisition.start()
    try:
        port = fitted.connection.profile.port
        rates = 1 if fitted.connection.baud else 1 + len(port.baud_try)
        acquisition.wait_for_samples(10.0 + 2 * port.settle_s + (rates - 1) * (FIRST_S + port.settle_s))
    except BaseException:
        acquisition.stop()
        raise
    return acquisition


def _only_port(ports: tuple[PortInfo, ...], profiles: tuple[Profile, ...]) -> str:
    fitting = [p for p in ports if matching(p, profiles)]
    if len(fitting) == 1:
        return fitting[0].name
    why = "no port looks like a known sensor" if not fitting else "several ports look like known sensors"
    advice = "name it with --port and --device, see 'isotimer devices'; hold and run may have --no-sensor"
    raise WrongUseError("which sensor?", why, advice)


def _only_profile(port: str, fitting: tuple[Profile, ...]) -> Profile:
    if len(fitting) == 1:
        return fitting[0]
    why = "its USB id names none" if not fitting else "its USB id names several"
    if is_ble(port):
        why = "no device file speaks Bluetooth" if not fitting else "several device files speak Bluetooth"
    raise WrongUseError(f"which device is on {port}?", why, "name it with --device, see 'isotimer devices'")
