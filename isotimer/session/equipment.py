"""Sensors that were used before, and the calibrations kept for them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from isotimer.core.calibration import Calibration, Line
from isotimer.core.profile import Profile
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.link.ports import PortInfo
from isotimer.session.acquisition import Connection
from isotimer.store.database import Store, open_store
from isotimer.store.rows import CalibrationRow

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


def fitted_connection(
    database: Path, port: str, profile: Profile, about: PortInfo | None = None, baud: int | None = None
) -> Fitted:
    """Return how to connect to a sensor, with its newest stored calibration.

    Raises:
        DataError: If the database cannot be read.
    """
    plain = replace(Connection.plain(port, profile), baud=baud)
    if not database.exists():
        return Fitted(plain, _not_calibrated(profile))
    with open_store(database) as store:
        device_id = device_key(store, port, profile, about)
        rows = store.calibrations(device_id)
        floor_n = store.rig_check(device_id).noise_floor_n
    if len(rows) != len(profile.channel):
        return Fitted(plain, _not_calibrated(profile), floor_n if profile.calibrated else None)
    lines = tuple(Line(row.zero_raw, row.slope_n_per_raw, row.id) for row in rows)
    unit = COUNTS if _still_counts(profile, rows) else NEWTONS
    age_h = (
        datetime.now(UTC) - max(datetime.fromisoformat(row.made_at) for row in rows)
    ).total_seconds() / 3600
    old = f"the zero of {profile.name} is {age_h / 24:.1f} days old: tare it" if age_h > OLD_ZERO_H else ""
    notice = _not_calibrated(profile) if unit == COUNTS else old
    known_n = floor_n if unit == NEWTONS else None
    return Fitted(replace(plain, calibration=Calibration(lines, unit)), notice, known_n)


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
    return store.device(
        profile.id,
        profile.name,
        port,
        about.usb_id if about else "",
        about.serial_number if about else "",
    )


def _still_counts(profile: Profile, rows: list[CalibrationRow]) -> bool:
    """A sensor that sends counts and was only tared keeps a slope of 1 without points: still counts."""
    return not profile.calibrated and any(row.slope_n_per_raw == 1.0 and not row.points for row in rows)


def _not_calibrated(profile: Profile) -> str:
    return "" if profile.calibrated else f"{profile.name} is not calibrated: tension is in counts"
