"""The rig of a station: several sensors connected as one, drawn, zeroed, checked with known weights."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.text import printable
from isotimer.session.sensor_desk import SensorDesk

if TYPE_CHECKING:
    from isotimer.core.rig import Rig
    from isotimer.core.rig_forces import Standing
    from isotimer.session.bench import Bench
    from isotimer.session.corner_check import CornerCheck
    from isotimer.session.multi import RigAcquisition
    from isotimer.session.places import Places
    from isotimer.session.rig_maker import RigMaker
    from isotimer.session.rig_view import StanceView
    from isotimer.session.rigs import RigFacts

WEIGHT_S = 3.0
"""Body weight is the mean of so many seconds."""


class RigDesk(SensorDesk):
    """A sensor desk on which several sensors may be one.

    Args:
        places: Where things are.
    """

    athlete: str

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self._rig_sensor: RigAcquisition | None = None
        self._rig_facts: RigFacts | None = None

    @property
    def rig(self) -> Rig | None:
        """The rig that is connected; None without one."""
        return self._rig_sensor.rig if self._rig_sensor is not None else None

    def rigs(self) -> tuple[tuple[Rig, tuple[str, ...]], ...]:
        """Return all stored rigs, each with the positions that it is chosen for.

        Raises:
            DataError: If the database cannot be read.
        """
        from isotimer.session.rigs import stored_rigs

        return stored_rigs(self.places.database)

    def connect_rig(self, rig: Rig, ports: Mapping[str, str] | None = None) -> None:
        """Use all devices of a rig; how it goes shows in ``snapshot().line``.

        Args:
            rig: The rig.
            ports: Device's name within the rig -> port, where it is not to be found by itself.

        Raises:
            IsotimerError: If a device is not found, does not fit the rig, or the database cannot be read.
        """
        from isotimer.session.live import Live
        from isotimer.session.rigs import rig_sensor

        sensor, facts, notices = rig_sensor(self.places, rig, ports, self._block, self._line)
        # its ports may be in use by what is connected now
        self.disconnect()
        self._news += notices
        self._live = Live(None)
        self._kept = f"rig {printable(rig.name, 60)}: {len(rig.channels)} channels"
        self._acquisition = self._rig_sensor = sensor
        self._sensor = self._rig_facts = facts
        sensor.start()

    def disconnect(self) -> None:
        """Let go of the sensors."""
        self._rig_sensor = self._rig_facts = None
        super().disconnect()

    def reconnect(self) -> bool:
        """Connect to the rig of a position if all its devices are plugged in, else to the sensor used last.

        Returns:
            Whether there is one; how it goes shows in ``snapshot().line``.

        Raises:
            IsotimerError: If the database cannot be read.
        """
        if self._acquisition is not None:
            return False
        for rig, positions in self.rigs():
            if positions and all(device.serial_number for device in rig.devices):
                try:
                    self.connect_rig(rig)
                except IsotimerError:
                    continue
                return True
        return super().reconnect()

    def forget_rig(self, name: str) -> None:
        """Delete a stored rig; holds keep the layout that they were made with.

        Raises:
            IsotimerError: If there is none of this name, or the database cannot be written.
        """
        from isotimer.store.database import open_store
        from isotimer.store.rigs import delete_rig, rig_named

        with open_store(self.places.database) as store:
            delete_rig(store, rig_named(store, name).id)

    def keep_rig(self, rig: Rig) -> None:
        """Keep a rig; one of the same name is replaced.

        Raises:
            IsotimerError: If it names a channel that no device has, or the database cannot be written.
        """
        from isotimer.session.rigs import keep_rig

        keep_rig(self.places.database, rig, {p.id: p for p in self._profiles()})

    def choose_rig(self, position: str, name: str | None) -> None:
        """Use a rig at a position from now on; None for none.

        Raises:
            IsotimerError: If there is no such rig, or the database cannot be written.
        """
        from isotimer.store import rigs as rows
        from isotimer.store.database import open_store

        with open_store(self.places.database) as store:
            rows.choose_rig(store, position, rows.rig_named(store, name).id if name is not None else None)

    def make_rig(self, kind_id: str, sensors: Sequence[tuple[str, str]]) -> RigMaker:
        """Return a rig in the making that reads sensors, each (port, id of its device file), and is started.

        What is connected is let go: its port may be one of them.

        Raises:
            IsotimerError: If there is no such kind or device file, or the sensors have too few channels.
        """
        from isotimer.core.rig_kinds import kind
        from isotimer.link.catalog import find_profile
        from isotimer.session.acquisition import Connection
        from isotimer.session.rig_maker import RigMaker

        found = {
            chr(ord("a") + n): Connection.plain(port, find_profile(profile_id, self.places.device_folders))
            for n, (port, profile_id) in enumerate(sensors)
        }
        maker = RigMaker(kind(kind_id), found)
        self.disconnect()
        maker.start()
        return maker

    def stance(self, seconds: float) -> StanceView | None:
        """Return what the rig sees of the newest seconds; None without a rig that has sides or a plate."""
        from isotimer.session.rig_view import stance_view

        sensor = self._rig_sensor
        if sensor is None or not (sensor.rig.sided or sensor.rig.has_centre):
            return None
        now_s = time.monotonic()
        return stance_view(sensor.rig, sensor.shown.since(now_s - seconds), now_s)

    def weigh(self) -> Standing:
        """Return the body weight of whoever stands still on the rig now; it is not kept.

        Raises:
            WrongUseError: Without a rig of plates that gives newtons.
        """
        from isotimer.core.rig_forces import standing
        from isotimer.core.units import NEWTONS

        sensor = self._rig_sensor
        if sensor is None or not sensor.rig.plates:
            raise WrongUseError("there is no plate to stand on", "", "connect a rig with a plate first")
        if sensor.calibration.unit != NEWTONS:
            raise WrongUseError("the plate is not calibrated", "", "calibrate its channels first")
        recent = sensor.ring.since(time.monotonic() - WEIGHT_S)
        plates = [n for plate in sensor.rig.plates for n in sensor.rig.columns(plate)]
        return standing(recent.time_s, recent.force_n[:, plates].sum(axis=1))

    def keep_weight(self) -> str:
        """Put the body weight of whoever stands still now into the athlete's record; return a sentence.

        Raises:
            IsotimerError: If it cannot be taken now, or the database cannot be written.
        """
        from isotimer.core.units import STANDARD_GRAVITY
        from isotimer.store.database import open_store

        found = self.weigh()
        if found.weight_n is None:
            raise IsotimerError("cannot take the body weight", found.why, "stand still, then again")
        mass_kg = found.weight_n / STANDARD_GRAVITY
        with open_store(self.places.database) as store:
            store.add_body_mass(store.athlete(self.athlete), mass_kg)
        return (
            f"{printable(self.athlete, 40)} weighs {found.weight_n:.0f} N = {mass_kg:.1f} kg "
            f"(moved by {found.sd_pct or 0:.2f} %)."
        )

    def corner_check(self) -> CornerCheck:
        """Return a check of the rig's corners with one known weight.

        Raises:
            WrongUseError: Without a rig that gives newtons.
        """
        from isotimer.session.corner_check import CornerCheck

        if self._rig_sensor is None:
            raise WrongUseError("there is no rig to check", "", "connect one first")
        return CornerCheck(self._rig_sensor)

    def tare(self) -> str:
        """Make the present readings zero, and keep them for the next start; return a sentence about it."""
        from isotimer.session.equipment import keep_zero

        sensor, facts = self._rig_sensor, self._rig_facts
        if sensor is None or facts is None:
            return super().tare()
        try:
            sensor.tare()
            for device, part in zip(sensor.parts, facts.parts, strict=True):
                known = device.calibration
                zero = [line.zero_raw for line in known.lines]
                keep_zero(self.places.database, part.port, part.profile, known, zero, part.about)
        except IsotimerError as e:
            return e.sentence
        return f"Tared: all {len(sensor.rig.channels)} channels are zero now."

    def bench(self, channel: int = 0) -> Bench:
        """Return a bench on which one channel of a single sensor is calibrated.

        Raises:
            WrongUseError: If no samples flow, there is no such channel, or several sensors are connected.
        """
        if self._rig_sensor is not None:
            why = "a rig's channels are calibrated one device at a time"
            raise WrongUseError("cannot calibrate the rig", why, "connect the device by itself")
        return super().bench(channel)
