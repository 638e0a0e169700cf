"""The sensor of a station: found, opened, zeroed, drawn. The station is built upon it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotimer.core.errors import IsotimerError
from isotimer.session.snapshot import LineState, LineView

if TYPE_CHECKING:
    from isotimer.core.block import Block, FloatArray
    from isotimer.core.profile import Profile
    from isotimer.link.ports import PortInfo
    from isotimer.session.acquisition import Acquisition
    from isotimer.session.live import Live
    from isotimer.session.places import Places
    from isotimer.session.sensor import SensorFacts


@dataclass(frozen=True, slots=True)
class PortChoice:
    """A port that a sensor may be on."""

    port: str
    description: str
    profile_id: str
    """The device file that names this port's USB id; empty if none does."""
    profile_name: str
    answered: bool
    """Whether samples flow from it now."""
    message: str = ""


class SensorDesk:
    """A sensor, or none, and what screens ask about it.

    Args:
        places: Where things are.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self._news: list[str] = []
        self._acquisition: Acquisition | None = None
        self._sensor: SensorFacts | None = None
        self._live: Live | None = None

    def profiles(self) -> tuple[tuple[str, str], ...]:
        """Return (id, name) of every usable device file."""
        return tuple((p.id, p.name) for p in self._profiles())

    def sensors(self) -> tuple[PortChoice, ...]:
        """Return the ports of this machine and which device file fits; nothing is sent to any of them."""
        from isotimer.link.ports import list_serial_ports, matching

        profiles = self._profiles()
        choices = [_choice(port, matching(port, profiles)) for port in list_serial_ports()]
        return (*self._connected(), *(c for c in choices if c.port != self.line().port))

    def _connected(self) -> tuple[PortChoice, ...]:
        """Return the port in use, with what answers there."""
        sensor, line = self._sensor, self.line()
        if sensor is None:
            return ()
        answers = line.state is LineState.STREAMING
        about = "answers" if answers else line.state.value
        return (PortChoice(line.port, about, sensor.profile.id, line.device, answers, line.message),)

    def connect(self, port: str, profile_id: str) -> None:
        """Use the sensor on a port; how it goes shows in ``snapshot().line``.

        Raises:
            IsotimerError: If there is no such device file, or the database cannot be read.
        """
        from isotimer.link.catalog import find_profile
        from isotimer.link.ports import list_serial_ports
        from isotimer.session.acquisition import Acquisition
        from isotimer.session.equipment import fitted_connection
        from isotimer.session.live import Live
        from isotimer.session.sensor import SensorFacts

        profile = find_profile(profile_id, self.places.device_folders)
        about = next((p for p in list_serial_ports() if p.name == port), None)
        fitted = fitted_connection(self.places.database, port, profile, about)
        self.disconnect()
        if fitted.notice:
            self._news.append(fitted.notice)
        acquisition = Acquisition(fitted.connection, self._block, self._line)
        self._sensor = SensorFacts(
            profile,
            port,
            lambda: acquisition.calibration,
            about,
        )
        self._live = Live(fitted.noise_floor_n)
        self._acquisition = acquisition
        acquisition.start()

    def disconnect(self) -> None:
        """Let go of the sensor."""
        acquisition, self._acquisition, self._sensor, self._live = self._acquisition, None, None, None
        if acquisition is not None:
            acquisition.stop()

    def tare(self) -> str:
        """Make the present reading zero; return a sentence that says so, or why not."""
        if self._acquisition is None:
            return "There is no sensor to tare."
        try:
            self._acquisition.tare()
        except IsotimerError as e:
            return e.sentence
        return "Tared: this is zero now."

    def line(self) -> LineView:
        """Return the state of the line to the sensor."""
        acquisition = self._acquisition
        return acquisition.view() if acquisition is not None else LineView()

    def trace(self, seconds: float) -> tuple[FloatArray, FloatArray]:
        """Return (time relative to now in s, total tension) of the newest seconds."""
        from isotimer.core.block import Block

        acquisition = self._acquisition
        now_s = time.monotonic()
        block = acquisition.ring.since(now_s - seconds) if acquisition is not None else Block.empty()
        return block.time_s - now_s, block.total_n

    def _tension(self, now_s: float) -> float | None:
        acquisition = self._acquisition
        if acquisition is None:
            return None
        recent = acquisition.ring.since(now_s - 1.0)
        return float(recent.total_n[-1]) if len(recent) else None

    def _profiles(self) -> tuple[Profile, ...]:
        from isotimer.link.catalog import catalog

        return tuple(e.profile for e in catalog(self.places.device_folders) if e.profile is not None)

    def _block(self, block: Block) -> None:
        """Take samples as they come, in the line's thread."""
        live = self._live
        if live is not None:
            live.block(block)

    def _line(self, alive: bool, at_s: float) -> None:
        """Learn that the line is lost or back, in the line's thread."""


def _choice(port: PortInfo, fits: tuple[Profile, ...]) -> PortChoice:
    known = fits[0] if fits else None
    return PortChoice(
        port.name, port.description, known.id if known else "", known.name if known else "", False
    )
