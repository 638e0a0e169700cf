"""Serial ports of this machine, and opening one with every way it can fail put into words."""

import errno
import os
from dataclasses import dataclass

import serial
from serial.tools import list_ports

from isotimer.core.errors import LinkError, LinkReason, WrongUseError
from isotimer.core.profile import Profile
from isotimer.core.text import printable

READ_TIMEOUT_S = 0.1
"""Longest time that a read blocks; a stop is noticed within it."""

_PARITY = {"N": serial.PARITY_NONE, "E": serial.PARITY_EVEN, "O": serial.PARITY_ODD}
_STOP = {"1": serial.STOPBITS_ONE, "2": serial.STOPBITS_TWO}


@dataclass(frozen=True, slots=True)
class PortInfo:
    """A serial port of this machine. Texts come from the device and are made printable."""

    name: str
    description: str
    usb_id: str = ""
    """"vid:pid" in lower-case hexadecimal; empty if it is no USB port."""
    serial_number: str = ""
    location: str = ""
    """Which socket of which hub; empty if the system does not say."""

    def same_device(self, other: "PortInfo") -> bool:
        """Return whether both are the same USB device: by serial number, for one without by its socket."""
        if not self.usb_id or self.usb_id != other.usb_id or self.serial_number != other.serial_number:
            return False
        return bool(self.serial_number) or bool(self.location and self.location == other.location)


def list_serial_ports() -> tuple[PortInfo, ...]:
    """Return the ports that the system knows, USB ones first."""
    found = [
        PortInfo(
            name=port.device,
            description=printable(port.description or "", 60),
            usb_id=f"{port.vid:04x}:{port.pid:04x}" if port.vid is not None and port.pid is not None else "",
            serial_number=printable(port.serial_number or "", 60),
            location=printable(port.location or "", 60),
        )
        for port in list_ports.comports()
    ]
    return tuple(sorted(found, key=lambda p: (not p.usb_id, p.name)))


def matching(port: PortInfo, profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
    """Return the profiles that name this port's USB id: a hint, never a proof."""
    return tuple(p for p in profiles if port.usb_id and port.usb_id in (u.lower() for u in p.match.usb))


def open_port(port: str, profile: Profile, baud: int | None = None) -> serial.SerialBase:
    """Open a port by name or by any pyserial URL, with the line settings of a profile.

    Args:
        port: "/dev/ttyUSB0", "COM3", "socket://host:port", "rfc2217://…", "loop://".
        profile: Gives baud, format, DTR and RTS.
        baud: Used instead of the profile's.

    Raises:
        WrongUseError: If the name is no port at all.
        LinkError: With the reason why it cannot be opened.
    """
    settings = profile.port
    try:
        line = serial.serial_for_url(port, do_not_open=True)
        line.baudrate = baud or settings.baud
        line.bytesize = int(settings.format[0])
        line.parity = _PARITY[settings.format[1]]
        line.stopbits = _STOP[settings.format[2]]
        line.timeout = READ_TIMEOUT_S
        line.write_timeout = 2.0
        if settings.dtr is not None:
            line.dtr = settings.dtr
        if settings.rts is not None:
            line.rts = settings.rts
    except ValueError as e:
        raise WrongUseError(f"'{port}' is no port", str(e), "list ports with 'isotimer devices'") from None
    if isinstance(line, serial.Serial):
        line.exclusive = True
    try:
        line.open()
    except (OSError, ValueError, TypeError) as e:
        raise cannot_open(port, e) from None
    _low_latency(line, settings.latency_ms)
    return line


def _low_latency(line: serial.SerialBase, latency_ms: int) -> None:
    """Ask the driver to hand over bytes at once; not every port can."""
    if latency_ms and hasattr(line, "set_low_latency_mode"):
        try:
            line.set_low_latency_mode(True)
        except (OSError, ValueError, NotImplementedError):
            return


def cannot_open(port: str, error: Exception) -> LinkError:
    """Return in words why a port cannot be opened."""
    code = getattr(error, "errno", None)
    text = str(error)
    what = f"cannot open {port}"
    if code in (errno.ENOENT, errno.ENODEV, errno.ENXIO) or "FileNotFoundError" in text:
        return LinkError(LinkReason.NO_PORT, what, "there is no such port")
    if code in (errno.EACCES, errno.EPERM) or "Access is denied" in text:
        return LinkError(LinkReason.PERMISSION, what)
    if code in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) or "Could not exclusively lock" in text:
        return LinkError(LinkReason.BUSY, what, "another program holds it")
    if code in (errno.ENOTTY, errno.EISDIR, errno.EINVAL) or "Could not configure port" in text:
        return LinkError(LinkReason.NO_PORT, what, "it is no serial port")
    if "socket" in port or "rfc2217" in port:
        advice = "check the address and that the other side listens"
        return LinkError(LinkReason.NO_PORT, what, _first_line(text), advice)
    return LinkError(LinkReason.NO_PORT, what, os.strerror(code) if code else _first_line(text))


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else "unknown cause"
