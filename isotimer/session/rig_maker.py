"""A rig in the making: "press here now" on one place after the other."""

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.rig import Rig, RigDevice
from isotimer.core.rig_kinds import RigKind, Size, Spot, rig_of
from isotimer.core.rig_press import Press, Quiet, pressed, quiet
from isotimer.core.text import printable
from isotimer.link.ports import list_serial_ports
from isotimer.session.acquisition import Acquisition, Connection
from isotimer.session.snapshot import LineState

QUIET_S = 1.0
PRESS_S = 0.4
"""A press is the median of so long."""


class RigMaker:
    """Reads several devices and learns which of their channels is where.

    Args:
        kind: What is made.
        connections: The devices: name within the rig -> where it is.
        size: How large its plates are.

    Raises:
        WrongUseError: If the devices have fewer channels than the rig has places.
    """

    def __init__(
        self, kind: RigKind, connections: Mapping[str, Connection], size: Size | None = None
    ) -> None:
        count = sum(len(c.profile.channel) for c in connections.values())
        if count < len(kind.spots):
            what = f"{kind.name} has {len(kind.spots)} places, the sensors have {count} channels"
            raise WrongUseError("that rig cannot be made", what, "choose more sensors, or another kind")
        self.kind = kind
        self.size = size or Size()
        self._names = tuple(connections)
        self._parts = tuple(Acquisition(c) for c in connections.values())
        self._quiet: tuple[Quiet, ...] = ()
        self._presses: list[Press] = []

    def start(self) -> None:
        """Begin to read."""
        for part in self._parts:
            part.start()

    def wait_for_sensors(self, timeout_s: float) -> None:
        """Return when samples flow from all of them.

        Raises:
            WrongUseError: If a port's name is none.
            LinkError: If a line cannot be opened, or nothing that can be read arrives in time.
        """
        until_s = time.monotonic() + timeout_s
        for part in self._parts:
            part.wait_for_samples(until_s - time.monotonic())

    def stop(self) -> None:
        """Close all lines."""
        for part in self._parts:
            part.stop()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What keeps the sensors from being read, one sentence each."""
        views = [part.view() for part in self._parts]
        return tuple(
            v.message or f"{v.device}: {v.state.value}" for v in views if v.state is not LineState.STREAMING
        )

    @property
    def rested(self) -> bool:
        """Whether the reading with nothing on it was taken."""
        return bool(self._quiet)

    @property
    def done(self) -> int:
        """How many places are known."""
        return len(self._presses)

    @property
    def next(self) -> Spot | None:
        """The place to be pressed next; None when all are known."""
        spots = self.kind.spots
        return spots[self.done] if self.done < len(spots) else None

    def rest(self) -> None:
        """Take the reading of all sensors with nothing on them.

        Raises:
            IsotimerError: If one sends too little.
        """
        self._quiet = tuple(quiet(raw) for raw in self._raw(QUIET_S))

    def press(self) -> str:
        """Take what is pressed now as the next place; return a sentence about it.

        Raises:
            IsotimerError: If nothing is pressed, or it cannot be told what.
            WrongUseError: If that channel is another place already.
        """
        spot = self.next
        if spot is None:
            raise WrongUseError("all places are known", "", "keep the rig")
        if not self.rested:
            raise IsotimerError(
                "cannot tell what is pressed", "the empty reading is missing", "take it first"
            )
        found = pressed(self._quiet, self._raw(PRESS_S))
        slope = self._parts[found.device].calibration.lines[found.channel].slope_n_per_raw
        found = replace(found, sign=found.sign if slope > 0 else -found.sign)
        for spot_before, press in zip(self.kind.spots, self._presses, strict=False):
            if (press.device, press.channel) == (found.device, found.channel):
                raise WrongUseError(
                    f"{spot.words} cannot be {self._channel(found)}",
                    f"that was {spot_before.words}: two places were pressed as one",
                    f"press {spot.words}",
                )
        self._presses.append(found)
        turned = ", counted the other way" if found.sign < 0 else ""
        return f"{spot.words} is {self._channel(found)}{turned}."

    def undo(self) -> None:
        """Forget the place that was pressed last."""
        del self._presses[-1:]

    def rig(self, name: str) -> Rig:
        """Return the rig; its fastest device comes first and gives the times.

        Raises:
            WrongUseError: If a place is missing, or the name is none.
        """
        if not name.strip():
            raise WrongUseError("a name is missing", "", "type one")
        channels = [(self._names[p.device], p.channel, p.sign) for p in self._presses]
        rates = [part.view().rate_hz or 0.0 for part in self._parts]
        order = sorted(range(len(rates)), key=lambda n: -round(rates[n], -1))
        return rig_of(name.strip(), self.kind, [self._device(n) for n in order], channels, self.size)

    def levels(self) -> tuple[str, ...]:
        """Return the present reading of every channel against the empty one, in words."""
        lines = []
        for number, raw in enumerate(self._raw(PRESS_S)):
            names = [c.name for c in self._parts[number].connection.profile.channel]
            level = np.nanmedian(raw, axis=0) if len(raw) else np.full(len(names), np.nan)
            base = self._quiet[number].level if self.rested else np.zeros(len(names))
            words = [
                f"{printable(n, 12)} {v:+.5g}" for n, v in zip(names, (level - base).tolist(), strict=True)
            ]
            lines.append(f"{self._names[number]}: {'  '.join(words)}")
        return tuple(lines)

    def _device(self, number: int) -> RigDevice:
        connection = self._parts[number].connection
        about = next((p for p in list_serial_ports() if p.name == connection.port), None)
        serial = about.serial_number if about is not None else ""
        return RigDevice(self._names[number], connection.profile.id, serial)

    def _channel(self, press: Press) -> str:
        profile = self._parts[press.device].connection.profile
        return (
            f"channel {printable(profile.channel[press.channel].name, 20)} of '{self._names[press.device]}'"
        )

    def _raw(self, seconds: float) -> list[FloatArray]:
        now_s = time.monotonic()
        return [part.ring.since(now_s - seconds).raw for part in self._parts]
