"""Sensors that were used before, and the calibrations kept for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from isotimer.core.block import FloatArray
from isotimer.core.calibration import Calibration, Line
from isotimer.core.profile import Profile
from isotimer.core.text import printable
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.core.weights import STALE_DAYS
from isotimer.link.ports import PortInfo
from isotimer.session.acquisition import Connection
from isotimer.store.database import Store, open_store
from isotimer.store.rows import CalibrationRow, KnownDevice, RigCheck

OLD_ZERO_H = 12.0
"""A zero older than this is said to be old."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A connection with the calibration kept for its sensor."""

    connection: Connection
    notice: str = ""
    """What the athlete should know about it; empty if nothing."""
    noise_floor_n: float | None = None
    """RMS of the unloaded sensor in the shake band, if it was measured in newtons."""
    kept: str = ""
    """What is known of the sensor and its rig, in words; empty if nothing."""


def fitted_connection(
    database: Path,
    port: str,
    profile: Profile,
    about: PortInfo | None = None,
    baud: int | None = None,
    *,
    stale_days: float = STALE_DAYS,
) -> Fitted:
    """Return how to connect to a sensor, with its newest stored calibration. Nothing is stored.

    Args:
        database: Where sensors are remembered; it need not exist.
        port: Name or URL.
        profile: The device.
        about: What the system knows about the port.
        baud: Used instead of the profile's.
        stale_days: A calibration older than this is said to be old.

    Raises:
        DataError: If the database cannot be read.
    """
    plain = replace(Connection.plain(port, profile), baud=baud)
    if not database.exists():
        return Fitted(plain, _not_calibrated(profile))
    with open_store(database) as store:
        device_id = store.find_device(profile.id, port, *_usb(about))
        if device_id is None:
            return Fitted(plain, _not_calibrated(profile))
        rows = store.calibrations(device_id)
        check = store.rig_check(device_id)
        calibrated_at = store.calibrated_at(device_id)
    if len(rows) != len(profile.channel):
        floor_n = check.noise_floor_n if profile.calibrated else None
        return Fitted(plain, _not_calibrated(profile), floor_n, kept_words(check, None))
    lines = tuple(Line(row.zero_raw, row.slope_n_per_raw, row.id) for row in rows)
    unit = COUNTS if _still_counts(profile, rows) else NEWTONS
    age_h = 24 * _days_since(max(row.made_at for row in rows))
    notices = [
        _not_calibrated(profile) if unit == COUNTS else "",
        f"the zero of {profile.name} is {age_h / 24:.1f} days old: tare it"
        if age_h > OLD_ZERO_H and unit == NEWTONS
        else "",
        stale_words(profile.name, calibrated_at, stale_days),
    ]
    return Fitted(
        replace(plain, calibration=Calibration(lines, unit)),
        "; ".join(n for n in notices if n),
        check.noise_floor_n if unit == NEWTONS else None,
        kept_words(check, calibrated_at),
    )


def stale_words(name: str, calibrated_at: str | None, stale_days: float = STALE_DAYS) -> str:
    """Return a warning about a calibration that is too old; empty if it is not, or if there is none."""
    if calibrated_at is None or (days := _days_since(calibrated_at)) <= stale_days:
        return ""
    return f"the calibration of {name} is {days:.0f} days old: check it with a known weight"


def kept_words(check: RigCheck, calibrated_at: str | None) -> str:
    """Return what is known of a sensor and its rig, each with its age; empty if nothing is."""
    words = []
    if calibrated_at is not None:
        words.append(f"calibrated {_ago(calibrated_at)}")
    if check.noise_floor_n is not None and check.noise_floor_at is not None:
        words.append(f"noise floor {check.noise_floor_n:.3g} N, {_ago(check.noise_floor_at)}")
    if check.resonance_hz is not None and check.resonance_at is not None:
        words.append(f"rig rings at {check.resonance_hz:.1f} Hz, {_ago(check.resonance_at)}")
    return "; ".join(words)


def _days_since(at: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds() / 86400


def _ago(at: str) -> str:
    days = int(_days_since(at))
    return "today" if days < 1 else "a day ago" if days == 1 else f"{days} days ago"


def recall(database: Path, ports: Sequence[PortInfo]) -> tuple[tuple[PortInfo, KnownDevice], ...]:
    """Return the sensors used before that are plugged in now, and where; the one used last first.

    A sensor is known by USB id and serial number under any port name; one without a serial number by its
    USB id at the port where it was last.

    Raises:
        DataError: If the database cannot be read.
    """
    if not ports or not database.exists():
        return ()
    with open_store(database) as store:
        known = store.known_devices()
    found: dict[str, tuple[PortInfo, KnownDevice]] = {}
    for device in known:
        for port in ports:
            if port.name not in found and _is(device, port):
                found[port.name] = (port, device)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Remembered:
    """A sensor that was used before, with what was kept of it."""

    device: KnownDevice
    calibrated_at: str | None
    """UTC, since when its slope stands."""
    warning: str
    """That its calibration is old; empty if it is not."""

    @property
    def line(self) -> str:
        """All of it in one line, safe to show."""
        device = self.device
        number = f" ({printable(device.serial_number, 40)})" if device.serial_number else ""
        words = [f"{printable(device.name, 60)}{number}, last on {printable(device.port, 60)}"]
        words.append(kept_words(device.check, self.calibrated_at))
        return "; ".join(w for w in words if w)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        device, check = self.device, self.device.check
        return {
            "device": device.profile_id,
            "name": device.name,
            "usb": device.usb_id,
            "serial": device.serial_number,
            "last_port": device.port,
            "used_at": device.used_at,
            "calibrated_at": self.calibrated_at,
            "noise_floor_n": check.noise_floor_n,
            "noise_floor_at": check.noise_floor_at,
            "resonance_hz": check.resonance_hz,
            "resonance_at": check.resonance_at,
            "warning": self.warning,
        }


def remembered(database: Path, stale_days: float = STALE_DAYS) -> tuple[Remembered, ...]:
    """Return all sensors used before, the one used last first.

    Raises:
        DataError: If the database cannot be read.
    """
    if not database.exists():
        return ()
    with open_store(database) as store:
        known = [(device, store.calibrated_at(device.id)) for device in store.known_devices()]
    return tuple(Remembered(d, at, stale_words(d.name, at, stale_days)) for d, at in known)


def _is(device: KnownDevice, port: PortInfo) -> bool:
    if not port.usb_id or (port.usb_id, port.serial_number) != (device.usb_id, device.serial_number):
        return False
    return bool(device.serial_number) or device.port == port.name


def keep_channel(
    database: Path, port: str, profile: Profile, row: CalibrationRow, about: PortInfo | None = None
) -> None:
    """Store a new calibration of one channel; the others keep theirs.

    Raises:
        DataError: If the database cannot be written.
    """
    with open_store(database) as store:
        device_id = device_key(store, port, profile, about)
        known = {kept.channel for kept in store.calibrations(device_id)}
        for channel in range(len(profile.channel)):
            if channel == row.channel:
                store.add_calibration(device_id, row)
            elif channel not in known:
                store.add_calibration(device_id, CalibrationRow(channel, 1.0, 0.0))


def remember(database: Path, port: str, profile: Profile, about: PortInfo | None) -> None:
    """Take note that a sensor was used on a port, for the next time.

    Raises:
        DataError: If the database cannot be written.
    """
    with open_store(database) as store:
        device_key(store, port, profile, about)


def keep_calibration(
    database: Path,
    port: str,
    profile: Profile,
    rows: tuple[CalibrationRow, ...],
    about: PortInfo | None = None,
) -> None:
    """Store a new calibration, one row per channel; earlier ones stay.

    Raises:
        DataError: If the database cannot be written.
    """
    with open_store(database) as store:
        device_id = device_key(store, port, profile, about)
        for row in rows:
            store.add_calibration(device_id, row)


def keep_zero(
    database: Path,
    port: str,
    profile: Profile,
    calibration: Calibration,
    zero_raw: Sequence[float] | FloatArray,
    about: PortInfo | None = None,
) -> None:
    """Store the zeros that a tare gave, one per channel; the slopes of the calibration stay.

    Raises:
        DataError: If the database cannot be written.
    """
    rows = tuple(
        CalibrationRow(i, line.slope_n_per_raw, float(zero))
        for i, (line, zero) in enumerate(zip(calibration.lines, zero_raw, strict=True))
    )
    keep_calibration(database, port, profile, rows, about)


def keep_noise_floor(
    database: Path, port: str, profile: Profile, noise_floor_n: float, about: PortInfo | None = None
) -> None:
    """Store the noise floor of an unloaded sensor, for the holds to come.

    Raises:
        DataError: If the database cannot be written.
    """
    with open_store(database) as store:
        store.keep_noise_floor(device_key(store, port, profile, about), noise_floor_n)


def keep_resonance(
    database: Path, port: str, profile: Profile, resonance_hz: float, about: PortInfo | None = None
) -> None:
    """Store the own frequency of a sensor's rig, for the holds to come.

    Raises:
        DataError: If the database cannot be written.
    """
    with open_store(database) as store:
        store.keep_resonance(device_key(store, port, profile, about), resonance_hz)


def device_key(store: Store, port: str, profile: Profile, about: PortInfo | None) -> str:
    """Return the key of a sensor in the store: by its serial number where it has one, else by its port."""
    return store.device(profile.id, profile.name, port, *_usb(about))


def _usb(about: PortInfo | None) -> tuple[str, str]:
    return (about.usb_id, about.serial_number) if about else ("", "")


def _still_counts(profile: Profile, rows: list[CalibrationRow]) -> bool:
    """A sensor that sends counts and was only tared keeps a slope of 1 without points: still counts."""
    return not profile.calibrated and any(row.slope_n_per_raw == 1.0 and not row.points for row in rows)


def _not_calibrated(profile: Profile) -> str:
    return "" if profile.calibrated else f"{profile.name} is not calibrated: tension is in counts"
