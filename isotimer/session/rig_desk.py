"""The rig of a station: several sensors connected as one, drawn, zeroed, checked with known weights."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from isotimer.core.cues import CueKind
from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.text import printable
from isotimer.session.sensor_desk import SensorDesk
from isotimer.session.snapshot import LineState

if TYPE_CHECKING:
    from isotimer.core.block import Block
    from isotimer.core.events import Event
    from isotimer.core.rig import Rig
    from isotimer.core.rig_forces import Standing
    from isotimer.session.bench import Bench
    from isotimer.session.corner_check import CornerCheck
    from isotimer.session.multi import RigAcquisition
    from isotimer.session.places import Places
    from isotimer.session.rig_maker import RigMaker
    from isotimer.session.rig_view import StanceView
    from isotimer.session.rigs import RigFacts
    from isotimer.session.share_watch import ShareWatch

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
        self._share: ShareWatch | None = None
        self._ports: dict[str, dict[str, str]] = {}
        self._made_of: dict[str, str] = {}

    @property
    def rig(self) -> Rig | None:
        """The rig that is connected; None without one."""
        return self._rig_sensor.rig if self._rig_sensor is not None else None

    @property
    def stood_on(self) -> bool:
        """Whether somebody stands on what is connected, so that the heart shakes it too."""
        if self.rig is not None:
            return self.rig.stood_on
        return self._sensor is not None and len(self._sensor.profile.channel) > 1

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
        from isotimer.session.share_watch import ShareWatch

        sensor, facts, notices = rig_sensor(self.places, rig, ports, self._block, self._line, self._part)
        self._ports[rig.name] = {d.id: part.port for d, part in zip(rig.devices, facts.parts, strict=True)}
        # its ports may be in use by what is connected now
        self.disconnect()
        self._news += notices
        self._live = Live(None)
        self._kept = f"rig {printable(rig.name, 60)}: {len(rig.channels)} channels"
        self._share = ShareWatch(lambda: sensor.rig, lambda: self._give(CueKind.OUT_OF_BAND))
        self._acquisition = self._rig_sensor = sensor
        self._sensor = self._rig_facts = facts
        sensor.start()

    def rig_ports(self, rig: Rig) -> dict[str, str]:
        """Return where devices without a serial number were when the rig was made or used last."""
        known = self._ports.get(rig.name, {})
        nameless = {device.id for device in rig.devices if not device.serial_number}
        return {device: port for device, port in known.items() if device in nameless}

    def disconnect(self) -> None:
        """Let go of the sensors."""
        self._rig_sensor = self._rig_facts = self._share = None
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
        if self._made_of:
            self._ports[rig.name], self._made_of = self._made_of, {}

    def share_target(self, name: str, words: str) -> str:
        """Ask for a share of load on the right at a rig, as typed: "50", "50 3"; none if empty.

        A rig that is connected asks for it at once.

        Returns:
            A sentence that says so.

        Raises:
            IsotimerError: If that is no share, the rig does not tell sides, or it cannot be kept.
        """
        from isotimer.session.rigs import keep_share, parse_share

        share = parse_share(words)
        rig = keep_share(self.places.database, name, share)
        if self.rig is not None and self.rig.name == name:
            self._use(replace(self.rig, share_pct=rig.share_pct))
        if rig.share_pct is None:
            return f"{printable(name, 60)} asks for no share."
        low, high = rig.share_pct
        return f"{printable(name, 60)}: keep {(low + high) / 2:g} ± {(high - low) / 2:g} % on the right."

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
        from isotimer.link.ports import list_serial_ports
        from isotimer.session.equipment import fitted_connection
        from isotimer.session.rig_maker import RigMaker

        database, here = self.places.database, {p.name: p for p in list_serial_ports()}
        found = {}
        for n, (port, profile_id) in enumerate(sensors):
            profile = find_profile(profile_id, self.places.device_folders)
            found[chr(ord("a") + n)] = fitted_connection(database, port, profile, here.get(port)).connection
        maker = RigMaker(kind(kind_id), found)
        self._made_of = {name: connection.port for name, connection in found.items()}
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
        """Return a bench on which one channel of the connected sensor or rig is calibrated.

        Raises:
            WrongUseError: If no samples flow, or there is no such channel.
        """
        from isotimer.session.bench import Bench

        sensor = self._rig_sensor
        if sensor is None:
            return super().bench(channel)
        part, own = sensor.part(channel)
        view = part.view()
        if view.state is not LineState.STREAMING:
            why = view.message.rstrip(".") or f"its sensor is {view.state.value}"
            raise WrongUseError(f"cannot calibrate {sensor.rig.names[channel]}", why)
        return Bench(part, own, (channel, sensor.rig.names))

    def keep_calibration(self, bench: Bench) -> str:
        """Keep what the bench gives and use it from now on; return a sentence that says so.

        Raises:
            WrongUseError: If there is nothing to keep, or the sensor is gone.
            DataError: If the database cannot be written.
        """
        from isotimer.session.equipment import fitted_connection, keep_channel
        from isotimer.session.live import Live

        sensor, facts = self._rig_sensor, self._rig_facts
        if sensor is None or facts is None or not bench.changed:
            return super().keep_calibration(bench)
        database, row = self.places.database, bench.row()
        known = {d.id: part for d, part in zip(sensor.rig.devices, facts.parts, strict=True)}
        part = known[sensor.rig.channels[bench.channel].device]
        keep_channel(database, part.port, part.profile, row, part.about)
        fitted = fitted_connection(database, part.port, part.profile, part.about)
        self._count_up(bench.channel)
        sensor.calibrate(bench.channel, fitted.connection.calibration)
        self._live = Live(None)
        words = self._kept_words(bench, part.profile, row)
        if not sensor.calibration.calibrated:
            words += " The rig gives newtons once all its channels are calibrated."
        return words

    def _count_up(self, column: int) -> None:
        """Let a channel count as its own calibration says: under it a known weight is positive."""
        sensor = self._rig_sensor
        if sensor is not None and sensor.rig.channels[column].sign < 0:
            channels = [replace(c, sign=1) if n == column else c for n, c in enumerate(sensor.rig.channels)]
            rig = replace(sensor.rig, channels=tuple(channels))
            self.keep_rig(rig)
            self._use(rig)

    def _use(self, rig: Rig) -> None:
        """Let the connected rig be another from now on; it has the same devices and channels."""
        sensor, facts = self._rig_sensor, self._rig_facts
        if sensor is not None and facts is not None:
            sensor.rig = rig
            self._sensor = self._rig_facts = replace(facts, rig=rig)

    def _block(self, block: Block) -> None:
        super()._block(block)
        if self._share is not None:
            self._share.block(block)

    def _hear(self, event: Event) -> None:
        super()._hear(event)
        if self._share is not None:
            self._share.event(event)

    def _part(self, alive: bool) -> None:
        self._give(CueKind.LINE_BACK if alive else CueKind.LINE_LOST)

    def _give(self, kind: CueKind) -> None:
        """Give a cue in the running session, in the line's thread."""
