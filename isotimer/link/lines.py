"""One way to open a line, by the name of its port: a serial port, a URL, or a sensor over Bluetooth."""

import importlib
from collections.abc import Callable
from types import ModuleType

from isotimer.core.errors import WrongUseError
from isotimer.core.profile import Profile
from isotimer.link.inbox import Line
from isotimer.link.ports import PortInfo, matching
from isotimer.link.reader import Reader

BLE = "ble:"
"""Begins the name of a port over Bluetooth LE; an address or a name may follow."""


def is_ble(port: str) -> bool:
    """Return whether a port's name means a sensor over Bluetooth LE."""
    return port.lower().startswith(BLE)


def open_line(
    port: str, profile: Profile, baud: int | None = None, stopped: Callable[[], bool] = lambda: False
) -> Line:
    """Open a line.

    Args:
        port: Name or pyserial URL of a serial port, or ``ble:``, ``ble:ADDRESS``, ``ble:NAME``.
        profile: The device.
        baud: Used instead of the profile's, where there is such a thing.
        stopped: Whether to give up; a search over Bluetooth takes seconds.

    Raises:
        WrongUseError: If the name is no port, or Bluetooth is not installed.
        LinkError: If it cannot be opened.
    """
    if not is_ble(port):
        return Reader(port, profile, baud)
    line: Line = bluetooth().BleLine(port, profile, stopped)
    return line


def bluetooth() -> ModuleType:
    """Return ``link.ble``, which needs an extra part of isotimer.

    Raises:
        WrongUseError: If that part is not installed; the message has the command that installs it.
    """
    try:
        return importlib.import_module("isotimer.link.ble")
    except ImportError as e:
        what, why = "Bluetooth is an extra part of isotimer", f"{e.name} is not installed"
        raise WrongUseError(what, why, "install it with: pip install 'isotimer[ble]'") from None


def exact_port(port: str, profiles: tuple[Profile, ...]) -> str:
    """Return a name that means one sensor for good; for ``ble:`` that of the only one that is heard.

    What is kept of a sensor, its calibration above all, is kept under this name.

    Raises:
        WrongUseError: If several are heard, or Bluetooth is not installed.
        LinkError: If none is heard, or there is no Bluetooth.
    """
    if port.strip().lower() != BLE:
        return port
    exact: str = bluetooth().only_one(profiles)
    return exact


def fitting_profiles(port: str, about: PortInfo | None, profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
    """Return the profiles that may be behind a port: by its USB id, or all that speak Bluetooth."""
    if is_ble(port):
        return tuple(p for p in profiles if p.ble is not None)
    return matching(about, profiles) if about else ()
