"""Rigs in use: kept, found again, connected, and what the recorder must know of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from isotimer.core.block import Block
from isotimer.core.calibration import Calibration
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.profile import Profile
from isotimer.core.rig import Rig, RigDevice, rig_dict, rig_from_dict
from isotimer.core.text import printable
from isotimer.link.catalog import find_profile
from isotimer.link.ports import PortInfo, list_serial_ports, matching
from isotimer.session.acquisition import Connection
from isotimer.session.equipment import fitted_connection
from isotimer.session.finish import Circumstances
from isotimer.session.multi import RigAcquisition
from isotimer.session.places import Places
from isotimer.session.sensor import SensorFacts
from isotimer.store import rigs as rows
from isotimer.store.database import Store, open_store
from isotimer.store.rows import RigCheck

USUAL_OFF_PCT = 3.0
"""How far off a share may be where nobody says."""


@dataclass(frozen=True, slots=True)
class RigFacts(SensorFacts):
    """A rig in use; ``profile``, ``port`` and ``about`` are those of its first device."""

    rig: Rig | None = None
    parts: tuple[SensorFacts, ...] = ()
    """Its devices, in its order."""

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Names of the channels, as the rig's corners are called."""
        return self.rig.names if self.rig is not None else ()

    def device_ids(self, store: Store) -> tuple[str, ...]:
        """Return the keys of the devices, one for each channel."""
        if self.rig is None:
            return ()
        keys = {d.id: part.device_id(store) for d, part in zip(self.rig.devices, self.parts, strict=True)}
        return tuple(keys[c.device] for c in self.rig.channels)

    def layout(self, body_mass_kg: float | None) -> str:
        """Return the rig as a hold keeps it, as JSON."""
        if self.rig is None:
            return "{}"
        told: dict[str, Any] = {"name": self.rig.name, **rig_dict(self.rig)}
        return json.dumps(told if body_mass_kg is None else told | {"body_mass_kg": body_mass_kg})

    def circumstances(self, body_mass_kg: float | None, check: RigCheck) -> Circumstances:
        """Return what measures must know about this rig."""
        rig = self.rig
        alone = len(self.parts) == 1 and self.calibration().calibrated
        delays = [p.profile.rate.delay_s for p in self.parts]
        return Circumstances(
            filter_delay_s=max(delays, default=0.0) or None,
            plate=rig is not None and rig.stood_on,
            body_mass_kg=body_mass_kg,
            noise_floor_n=check.noise_floor_n if alone else None,
            resonance_hz=check.resonance_hz,
            rig=rig,
        )


def stored_rigs(database: Path) -> tuple[tuple[Rig, tuple[str, ...]], ...]:
    """Return all stored rigs with the positions that they are chosen for; a damaged one is left out.

    Raises:
        DataError: If the database cannot be read.
    """
    if not database.exists():
        return ()
    with open_store(database) as store:
        found = rows.rigs(store)
    known = []
    for row in found:
        try:
            known.append((_rig(row), row.positions))
        except DataError:
            continue
    return tuple(known)


def stored_rig(database: Path, name: str) -> Rig:
    """Return a stored rig.

    Raises:
        WrongUseError: If there is none of this name.
        DataError: If it cannot be read.
    """
    with open_store(database) as store:
        return _rig(rows.rig_named(store, name))


def rig_for(database: Path, position: str) -> Rig | None:
    """Return the rig that is chosen for a position; None if none is.

    Raises:
        DataError: If it cannot be read.
    """
    if not database.exists():
        return None
    with open_store(database) as store:
        row = rows.chosen_rig(store, position)
    return None if row is None else _rig(row)


def keep_rig(database: Path, rig: Rig, profiles: Mapping[str, Profile] | None = None) -> None:
    """Keep a rig; one of the same name is replaced.

    Args:
        database: The store's file.
        rig: The rig.
        profiles: Its devices' files by their id, to check its channels; not checked if None.

    Raises:
        WrongUseError: If it names a channel that no device has.
        DataError: If the database cannot be written.
    """
    if profiles is not None:
        rig.check_devices(
            {d.id: len(profiles[d.profile].channel) for d in rig.devices if d.profile in profiles}
        )
    with open_store(database) as store:
        rows.keep_rig(store, rig.name, rig_dict(rig))


def parse_share(words: str) -> tuple[float, float] | None:
    """Return the lowest and highest share that words like "50", "50 3" or "50 ± 3" ask for; None if empty.

    Raises:
        WrongUseError: If they are none.
    """
    numbers = words.replace("±", " ").replace("+-", " ").replace("%", " ").replace(",", ".").split()
    if not numbers:
        return None
    advice = "type the right side's share and how far off is still right, like 50 3"
    try:
        share, off = (*(float(n) for n in numbers), *([USUAL_OFF_PCT] if len(numbers) == 1 else []))
    except ValueError:
        raise WrongUseError(f"'{printable(words, 40)}' is no share of the load", "", advice) from None
    if not (off > 0 and share - off >= 0 and share + off <= 100):
        raise WrongUseError(f"{share:g} ± {off:g} % is no share of the load", "", advice)
    return share - off, share + off


def keep_share(database: Path, name: str, share_pct: tuple[float, float] | None) -> Rig:
    """Let a stored rig ask for a share of load on the right from now on; return it.

    Args:
        database: The store's file.
        name: The rig's name.
        share_pct: Lowest and highest share, %; None for none.

    Raises:
        WrongUseError: If there is no such rig, or it does not tell sides.
        DataError: If the database cannot be read or written.
    """
    rig = stored_rig(database, name)
    if share_pct is not None and not rig.sided:
        why = "it does not tell left from right"
        raise WrongUseError(f"rig '{printable(name, 40)}' has no share of the load", why, "make another rig")
    rig = replace(rig, share_pct=share_pct)
    keep_rig(database, rig)
    return rig


def connections(
    where: Places, rig: Rig, ports: Mapping[str, str] | None = None
) -> tuple[dict[str, Connection], tuple[SensorFacts, ...], tuple[str, ...]]:
    """Return where the devices of a rig are, the facts about them, and what the athlete should know.

    A device is where it is said to be, else at the port that has its serial number, else at the only port
    left that its device file names.

    Args:
        where: Where things are.
        rig: The rig.
        ports: Device's name within the rig -> port, for those that are said.

    Raises:
        WrongUseError: If a device cannot be found, or two are at one port.
        IsotimerError: If a device file or the database cannot be read.
    """
    said = dict(ports or {})
    if unknown := set(said) - {d.id for d in rig.devices}:
        known = ", ".join(printable(d.id) for d in rig.devices)
        raise WrongUseError(
            f"rig '{printable(rig.name)}' has no device '{printable(min(unknown))}'",
            "",
            f"name one of {known}",
        )
    here = list_serial_ports()
    found: dict[str, Connection] = {}
    facts: list[SensorFacts] = []
    notices: list[str] = []
    for device in rig.devices:
        profile = find_profile(device.profile, where.device_folders)
        taken = {c.port for c in found.values()} | set(said.values())
        port = said.get(device.id) or _port_of(rig, device, profile, here, taken)
        if any(c.port == port for c in found.values()):
            raise WrongUseError(f"two devices of rig '{printable(rig.name)}' are at {printable(port)}")
        about = next((p for p in here if p.name == port), None)
        fitted = fitted_connection(where.database, port, profile, about)
        found[device.id] = fitted.connection
        notices += [fitted.notice] if fitted.notice else []
        calibration = fitted.connection.calibration
        facts.append(SensorFacts(profile, port, partial(_same, calibration), about))
    return found, tuple(facts), tuple(dict.fromkeys(notices))


def rig_sensor(
    where: Places,
    rig: Rig,
    ports: Mapping[str, str] | None = None,
    on_block: Callable[[Block], None] = lambda block: None,
    on_line: Callable[[bool, float], None] = lambda alive, at_s: None,
    on_part: Callable[[bool], None] = lambda alive: None,
) -> tuple[RigAcquisition, RigFacts, tuple[str, ...]]:
    """Return the devices of a rig as one sensor that is not started yet, what is known of it, and notices.

    Raises:
        IsotimerError: As ``connections`` and ``RigAcquisition``.
    """
    found, parts, notices = connections(where, rig, ports)
    sensor = RigAcquisition(rig, found, on_block, on_line, on_part)
    first = parts[0]
    facts = RigFacts(first.profile, first.port, lambda: sensor.calibration, first.about, rig=rig, parts=parts)
    return sensor, facts, notices


def _same(calibration: Calibration) -> Calibration:
    return calibration


def _port_of(
    rig: Rig, device: RigDevice, profile: Profile, here: tuple[PortInfo, ...], taken: set[str]
) -> str:
    if device.serial_number:
        same = [p for p in here if p.serial_number == device.serial_number]
    else:
        same = [p for p in here if p.name not in taken and profile in matching(p, (profile,))]
    if len(same) != 1:
        why = "it is not plugged in" if not same else "several ports may be it"
        raise WrongUseError(
            f"device '{printable(device.id)}' of rig '{printable(rig.name)}' ({printable(profile.name)})",
            why,
            f"plug it in, or say where it is: {printable(device.id)}=PORT, in the terminal "
            f"--at {printable(device.id)}=PORT",
        )
    return same[0].name


def _rig(row: rows.RigRow) -> Rig:
    try:
        layout = json.loads(row.layout)
    except ValueError as e:
        raise DataError(f"rig '{printable(row.name)}'", f"its layout cannot be read ({e})") from None
    return rig_from_dict(row.name, layout)
