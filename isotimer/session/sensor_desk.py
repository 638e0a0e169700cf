"""The sensor of a station: found, opened, zeroed, drawn. The station is built upon it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.session.glance import Glance
from isotimer.session.snapshot import LineState, LineView

if TYPE_CHECKING:
    from collections.abc import Callable

    from isotimer.core.block import Block, FloatArray
    from isotimer.core.events import Event
    from isotimer.core.plan import Plan
    from isotimer.core.profile import Profile
    from isotimer.core.settings import Settings
    from isotimer.link.ports import PortInfo
    from isotimer.session.bench import Bench
    from isotimer.session.live import Live
    from isotimer.session.multi import AnySensor
    from isotimer.session.places import Places
    from isotimer.session.sensor import SensorFacts
    from isotimer.session.set_tare import SetTare
    from isotimer.store.rows import CalibrationRow, KnownDevice

_MOST_WORDS = 5
"""Different reports of one sensor that are passed on; the log has all."""


@dataclass(frozen=True, slots=True)
class PortChoice:
    """A port that a sensor may be on."""

    port: str
    description: str
    profile_id: str
    """The device file that names this port's USB id; empty if none does."""
    profile_name: str
    answered: bool
    """Whether samples flow from it now, or it said who it is when it was asked."""
    message: str = ""
    """What is wrong there, or what it said."""
    known: bool = False
    """Whether this very sensor was used before, under whatever port name."""
    named: bool = False
    """Whether a device file names its USB id, so that it may be asked who it is."""


class SensorDesk:
    """A sensor, or none, and what screens ask about it.

    Args:
        places: Where things are.

    Attributes:
        tare_each_set: Whether the sensor is set to zero before each set, while it hangs unloaded and still.
        calibration_age_days: A calibration older than this is said to be old when its sensor is connected.
        reconnect_known: Whether the sensor used last is connected by itself when the station opens.
        coming: Says what is still being put into the database behind the screens; empty if nothing.
        glance: Tells of the newest tension at once.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self._news: list[str] = []
        self._acquisition: AnySensor | None = None
        self._sensor: SensorFacts | None = None
        self._live: Live | None = None
        self._tares: SetTare | None = None
        self._kept = ""
        self._message = ""
        self._words: set[str] = set()
        self.tare_each_set = False
        self.calibration_age_days = 180.0
        self.reconnect_known = True
        self.coming: Callable[[], str] = str
        self.glance = Glance()

    def obey(self, settings: Settings) -> None:
        """Take over what is set about sensors."""
        self.tare_each_set = settings.tare_each_set
        self.calibration_age_days = float(settings.calibration_age_days)

    def profiles(self) -> tuple[tuple[str, str], ...]:
        """Return (id, name) of every usable device file."""
        return tuple((p.id, p.name) for p in self._profiles())

    def sensors(self) -> tuple[PortChoice, ...]:
        """Return the ports of this machine and which device file fits; nothing is sent to any of them."""
        from isotimer.link.ports import list_serial_ports, matching
        from isotimer.session.equipment import recall

        profiles, ports = self._profiles(), list_serial_ports()
        known = {port.name: device for port, device in recall(self.places.database, ports)}
        choices = [_choice(port, matching(port, profiles), known.get(port.name), profiles) for port in ports]
        first = sorted(choices, key=lambda c: (not c.known, not c.named))
        return (*self._connected(), *(c for c in first if c.port != self.line().port))

    def ask(self, port: str, profile_id: str = "") -> PortChoice:
        """Listen to a port and, if nothing comes by itself, ask the device that may be there who it is.

        Nothing is sent but the question of device files that name the port's USB id, and of the one that
        was chosen for it. Opening a port restarts many boards; the port in use is left alone.

        Args:
            port: A port that the person chose, or that a device file names.
            profile_id: The device that the person thinks is there; may be empty.
        """
        from isotimer.link.listen import identify
        from isotimer.link.ports import list_serial_ports, matching

        if self._acquisition is not None and port == self.line().port:
            return self._connected()[0]
        profiles = self._profiles()
        about = next((p for p in list_serial_ports() if p.name == port), None)
        named = matching(about, profiles) if about else ()
        fitting = (*(p for p in profiles if p.id == profile_id and p not in named), *named)
        description = about.description if about else ""
        try:
            heard = identify(port, profiles, fitting=fitting)
        except IsotimerError as e:
            return PortChoice(port, description, profile_id, "", False, e.sentence)
        if not heard.guesses:
            what = f"{heard.size} bytes at {heard.baud} baud, but no device file fits them"
            return PortChoice(port, description, profile_id, "", False, what)
        ids = [g.profile.id for g in heard.guesses if g.share == heard.guesses[0].share]
        best = next(
            (g.profile for g in heard.guesses if g.profile.id == profile_id), heard.guesses[0].profile
        )
        said = heard.answer or f"answers like {', '.join(ids[:4])}"
        return PortChoice(port, description, best.id, best.name, True, f"{said} at {heard.baud} baud")

    def look_around(self) -> tuple[PortChoice, ...]:
        """Look for sensors over Bluetooth; it takes seconds. The nearest comes first.

        Raises:
            WrongUseError: If Bluetooth is not installed; the message has the command that installs it.
            LinkError: If there is no Bluetooth, or it is off or forbidden.
        """
        from isotimer.link.lines import bluetooth
        from isotimer.session.equipment import remembered

        profiles = self._profiles()
        names = {p.id: p.name for p in profiles}
        heard = bluetooth().scan(profiles)
        before = {sensor.device.port for sensor in remembered(self.places.database)}
        return tuple(
            PortChoice(
                f.port,
                f"{f.name}, {f.rssi} dBm",
                f.devices[0],
                names[f.devices[0]],
                answered=False,
                message=f"{names[f.devices[0]]}, used before" if f.port in before else "",
                known=f.port in before,
            )
            for f in heard
        )

    def reconnect(self) -> bool:
        """Connect to the sensor used last, if it is plugged in, under whatever port name.

        Returns:
            Whether there is one; how it goes shows in ``snapshot().line``.

        Raises:
            IsotimerError: If the database cannot be read.
        """
        if self._acquisition is not None:
            return False
        profiles = {profile_id for profile_id, _ in self.profiles()}
        found = next((c for c in self.sensors() if c.known and c.profile_id in profiles), None)
        if found is not None:
            self.connect(found.port, found.profile_id)
        return found is not None

    def kept(self) -> str:
        """Return what is known of the connected sensor: calibration, noise, rig, each with its age."""
        return self._kept

    def _connected(self) -> tuple[PortChoice, ...]:
        """Return the port in use, with what answers there."""
        sensor, line = self._sensor, self.line()
        if sensor is None:
            return ()
        answers = line.state is LineState.STREAMING
        about = f"answers at {self._acquisition.baud} baud" if answers and self._acquisition else ""
        about = about or line.state.value
        return (PortChoice(line.port, about, sensor.profile.id, line.device, answers, line.message),)

    def connect(self, port: str, profile_id: str, baud: int | None = None) -> None:
        """Use the sensor on a port; how it goes shows in ``snapshot().line``.

        Args:
            port: Name or URL.
            profile_id: Id or path of its device file.
            baud: Baud rate, if not the device file's.

        Raises:
            IsotimerError: If there is no such device file, or the database cannot be read.
        """
        from isotimer.link.catalog import find_profile
        from isotimer.link.ports import list_serial_ports
        from isotimer.session.acquisition import Acquisition
        from isotimer.session.equipment import fitted_connection
        from isotimer.session.live import Live
        from isotimer.session.memory import Memory
        from isotimer.session.sensor import SensorFacts

        profile = find_profile(profile_id, self.places.device_folders)
        about = next((p for p in list_serial_ports() if p.name == port), None)
        stale_days = self.calibration_age_days
        fitted = fitted_connection(self.places.database, port, profile, about, baud, stale_days=stale_days)
        self.disconnect()
        if fitted.notice:
            self._news.append(fitted.notice)
        memory = Memory(self.places.database, port, profile, about)

        def hear(alive: bool, at_s: float) -> None:
            memory.line(alive)
            self._line(alive, at_s)

        acquisition = Acquisition(fitted.connection, self._block, hear, on_words=self._device_says)
        self._sensor = SensorFacts(
            profile,
            port,
            lambda: acquisition.calibration,
            about,
        )
        self._live = Live(fitted.noise_floor_n)
        self._kept = fitted.kept
        self._acquisition = acquisition
        acquisition.start()

    def disconnect(self) -> None:
        """Let go of the sensor."""
        acquisition, self._acquisition, self._sensor, self._live = self._acquisition, None, None, None
        self._tares, self._kept, self._words = None, "", set()
        if acquisition is not None:
            acquisition.stop()

    def tare(self) -> str:
        """Make the present reading zero, and keep it for the next start; return a sentence that says so."""
        from isotimer.session.equipment import keep_zero

        sensor, acquisition = self._sensor, self._acquisition
        if sensor is None or acquisition is None:
            return "There is no sensor to tare."
        try:
            zero = acquisition.tare()
        except IsotimerError as e:
            return e.sentence
        try:
            known = acquisition.calibration
            keep_zero(self.places.database, sensor.port, sensor.profile, known, zero, sensor.about)
        except IsotimerError as e:
            return f"Tared: this is zero now, but not at the next start: {e.sentence}"
        return "Tared: this is zero now."

    def bench(self, channel: int = 0) -> Bench:
        """Return a bench on which one channel of the connected sensor is calibrated.

        Raises:
            WrongUseError: If no samples flow, or there is no such channel.
        """
        from isotimer.session.bench import Bench
        from isotimer.session.multi import part_of

        if self._acquisition is None or self.line().state is not LineState.STREAMING:
            raise WrongUseError("there is no sensor to calibrate", "", "connect one first")
        return Bench(*part_of(self._acquisition, channel))

    def keep_calibration(self, bench: Bench) -> str:
        """Keep what the bench gives and use it from now on; return a sentence that says so.

        Raises:
            WrongUseError: If there is nothing to keep, or the sensor is gone.
            DataError: If the database cannot be written.
        """
        from isotimer.session.equipment import fitted_connection, keep_channel
        from isotimer.session.live import Live
        from isotimer.session.multi import part_of

        sensor, acquisition = self._sensor, self._acquisition
        if sensor is None or acquisition is None or not bench.changed:
            raise WrongUseError("there is nothing to keep", "", "measure two known weights first")
        database, row = self.places.database, bench.row()
        keep_channel(database, sensor.port, sensor.profile, row, sensor.about)
        fitted = fitted_connection(database, sensor.port, sensor.profile, sensor.about)
        part_of(acquisition, 0)[0].calibrate(fitted.connection.calibration)
        self._live = Live(fitted.noise_floor_n)
        self._kept = fitted.kept
        return self._kept_words(bench, sensor.profile, row)

    def _kept_words(self, bench: Bench, profile: Profile, row: CalibrationRow) -> str:
        """Return what is kept of a calibration, in a sentence."""
        name = bench.channels[bench.channel]
        where = f", channel {name}" if len(bench.channels) > 1 else ""
        slope = f"{row.slope_n_per_raw:.6g} N per raw unit, zero at {row.zero_raw:.6g}"
        return f"Calibrated {profile.name}{where}: {slope}."

    def line(self) -> LineView:
        """Return the state of the line to the sensor."""
        acquisition = self._acquisition
        return acquisition.view() if acquisition is not None else LineView()

    def trace(self, seconds: float) -> tuple[FloatArray, FloatArray]:
        """Return (time relative to now in s, total tension) of the newest seconds."""
        acquisition = self._acquisition
        now_s = time.monotonic()
        if acquisition is None:
            from isotimer.core.block import Block

            return Block.empty().time_s, Block.empty().total_n
        time_s, total_n = acquisition.ring.tension(now_s - seconds)
        return time_s - now_s, total_n

    def _tension(self, now_s: float) -> float | None:
        acquisition = self._acquisition
        return None if acquisition is None else acquisition.ring.newest(now_s - 1.0)

    def _profiles(self) -> tuple[Profile, ...]:
        from isotimer.link.catalog import catalog

        return tuple(e.profile for e in catalog(self.places.device_folders) if e.profile is not None)

    def _block(self, block: Block) -> None:
        """Take samples as they come, in the line's thread."""
        for listener in (self.glance, self._live, self._tares):
            if listener is not None:
                listener.block(block)

    def _begin_plan(self, plan: Plan) -> None:
        """Make ready to tare before each set of a plan, if that is wished."""
        from isotimer.session.set_tare import SetTare

        acquisition = self._acquisition
        wanted = self.tare_each_set and acquisition is not None
        self._tares = SetTare(plan, acquisition, self._remark) if wanted and acquisition else None

    def _device_says(self, text: str) -> None:
        """Pass on what a sensor reports of itself, once; in the line's thread."""
        if text not in self._words and len(self._words) < _MOST_WORDS:
            self._words.add(text)
            self._say(f"{self.line().device} says: {text}")

    def _say(self, sentence: str) -> None:
        """Tell the athlete something at the next opportunity."""
        self._news.append(sentence)

    def _remark(self, sentence: str) -> None:
        self._message = sentence

    def _hear(self, event: Event) -> None:
        """Learn what happens in the session."""
        for listener in (self._live, self._tares):
            if listener is not None:
                listener.event(event)

    def _line(self, alive: bool, at_s: float) -> None:
        """Learn that the line is lost or back, in the line's thread."""


def _choice(
    port: PortInfo, fits: tuple[Profile, ...], known: KnownDevice | None, profiles: tuple[Profile, ...]
) -> PortChoice:
    used = next((p for p in profiles if known is not None and p.id == known.profile_id), None)
    profile = used or (fits[0] if fits else None)
    about = port.description + (f" ({port.serial_number})" if port.serial_number else "")
    return PortChoice(
        port.name,
        about,
        profile.id if profile else "",
        profile.name if profile else "",
        answered=False,
        message=f"{used.name}, used before" if used else "",
        known=used is not None,
        named=bool(fits),
    )
