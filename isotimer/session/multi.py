"""Several sensors as one: their blocks put together by a rig, on one time base."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from isotimer.core.block import Block, FloatArray
from isotimer.core.calibration import Calibration, Line, TareLimits
from isotimer.core.errors import WrongUseError
from isotimer.core.rig import Rig
from isotimer.core.rig_merge import Merger
from isotimer.core.text import printable
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.session.acquisition import RING_S, Acquisition, Connection
from isotimer.session.ring import Ring
from isotimer.session.snapshot import LineState, LineView

SHOWN_HZ = 50
"""As many samples a second are enough for a drawing."""
_MOST_HZ = 2000


class RigAcquisition:
    """All devices of a rig, read in the background; to the rest of a session it is one sensor.

    A device that is lost leaves the others going: its channels are void until it is back.

    Args:
        rig: The rig.
        connections: Name of the device within the rig -> where it is.
        on_block: Called with every block of the rig's channels, one call at a time.
        on_line: Called with (alive, session time s) when the last device falls silent or one comes again.
        on_part: Called with (alive) when one falls silent or comes again while another goes on.

    Raises:
        WrongUseError: If a device or channel is not there.
    """

    def __init__(
        self,
        rig: Rig,
        connections: Mapping[str, Connection],
        on_block: Callable[[Block], None] = lambda block: None,
        on_line: Callable[[bool, float], None] = lambda alive, at_s: None,
        on_part: Callable[[bool], None] = lambda alive: None,
    ) -> None:
        rig.check_devices({name: len(c.profile.channel) for name, c in connections.items()})
        self.rig = rig
        self._on_block, self._on_line, self._on_part = on_block, on_line, on_part
        self.parts = tuple(
            Acquisition(connections[d.id], partial(self._block, n), partial(self._line, n))
            for n, d in enumerate(rig.devices)
        )
        """The devices, in the rig's order."""
        self._alive = [False] * len(self.parts)
        self._merger = Merger(rig)
        for n in range(len(self.parts)):
            self._merger.line(n, False)
        self._lock = threading.Lock()
        self._shown_until = 0
        self._make_rings()

    def start(self) -> None:
        """Begin to open the lines and read."""
        for part in self.parts:
            part.start()

    def stop(self) -> None:
        """Close all lines and end their threads."""
        for part in self.parts:
            part.stop()

    @property
    def calibration(self) -> Calibration:
        """The calibration and tare in use, one line per channel of the rig; the rig's signs are in it.

        While one device is not calibrated, none counts as calibrated: newtons and counts do not add up.
        """
        lines = []
        for channel in self.rig.channels:
            known = self._in_rig(self._part(channel.device).calibration)
            line = known.lines[channel.channel]
            lines.append(replace(line, slope_n_per_raw=channel.sign * line.slope_n_per_raw))
        return Calibration(tuple(lines), self._unit)

    def calibrate(self, column: int, calibration: Calibration) -> None:
        """Turn raw values of the device of a channel into newtons by another line from now on.

        Samples kept for the screen go.
        """
        part, _ = self.part(column)
        with self._lock:
            part.calibrate(calibration)
            self._merger = Merger(self.rig)
            for n, alive in enumerate(self._alive):
                self._merger.line(n, alive, self._unit)
            self._make_rings()

    @property
    def baud(self) -> int:
        """The baud rate of the first device."""
        return self.parts[0].baud

    def part(self, column: int) -> tuple[Acquisition, int]:
        """Return the device of a channel of the rig, and its own number of that channel.

        Raises:
            WrongUseError: If the rig has no such channel.
        """
        if not 0 <= column < len(self.rig.channels):
            last = len(self.rig.channels) - 1
            raise WrongUseError(f"channel {column}", f"{printable(self.rig.name)} has channels 0 to {last}")
        channel = self.rig.channels[column]
        return self._part(channel.device), channel.channel

    def allow_resync(self, allowed: bool) -> None:
        """Let the devices' clocks be put right against the host's, or forbid it (during a hold)."""
        for part in self.parts:
            part.allow_resync(allowed)

    def view(self) -> LineView:
        """Return the state of all lines as one: it streams while any of them does, and says who does not."""
        views = [part.view() for part in self.parts]
        streaming = [v for v in views if v.state is LineState.STREAMING]
        base = streaming[0] if streaming else views[0]
        messages = [
            f"{device.id}: {v.message or v.state.value}"
            for device, v in zip(self.rig.devices, views, strict=True)
            if v.message or (streaming and v.state is not LineState.STREAMING)
        ]
        return replace(
            base,
            device=f"{self.rig.name} ({', '.join(dict.fromkeys(v.device for v in views))})",
            port=", ".join(v.port for v in views),
            gaps=sum(v.gaps for v in views),
            rejected=sum(v.rejected for v in views),
            unit=self._unit,
            message="; ".join(messages),
        )

    def wait_for_samples(self, timeout_s: float) -> None:
        """Return when samples flow from every device.

        Raises:
            WrongUseError: If a port's name is none.
            LinkError: If a line cannot be opened, or nothing that can be read arrives in time.
        """
        for part in self.parts:
            part.wait_for_samples(timeout_s)

    def tare(self, limits: TareLimits | None = None) -> FloatArray:
        """Make the present, unloaded readings the zeros; return the (c,) zeros of the rig's channels.

        Raises:
            IsotimerError: If a device is moving, under load, or sends too little.
        """
        for part in self.parts:
            part.tare(limits)
        return np.array([line.zero_raw for line in self.calibration.lines])

    def _part(self, device: str) -> Acquisition:
        return next(p for p, d in zip(self.parts, self.rig.devices, strict=True) if d.id == device)

    @property
    def _unit(self) -> str:
        return NEWTONS if all(p.calibration.unit == NEWTONS for p in self.parts) else COUNTS

    def _in_rig(self, calibration: Calibration) -> Calibration:
        """Return how a device's raw values count in the rig: without its slope while others have none."""
        if self._unit == NEWTONS or not calibration.calibrated:
            return calibration
        return Calibration(tuple(Line(line.zero_raw) for line in calibration.lines), COUNTS)

    def _make_rings(self) -> None:
        channels = len(self.rig.channels)
        self.ring = Ring(int(RING_S * _MOST_HZ), channels)
        self.shown = Ring(int(RING_S * SHOWN_HZ), channels)
        """A sample now and then, for the screen."""

    def _block(self, number: int, block: Block) -> None:
        with self._lock:
            unit = self._unit
            if block.unit != unit:
                force = self._in_rig(self.parts[number].calibration).apply(block.raw)
                block = replace(block, force_n=force, unit=unit)
            self._give(self._merger.feed(number, block))

    def _line(self, number: int, alive: bool, at_s: float) -> None:
        with self._lock:
            before, changed = any(self._alive), self._alive[number] is not alive
            self._alive[number] = alive
            after = any(self._alive)
            if before and after and changed:
                self._on_part(alive)
            if alive and not before:
                self._on_line(True, at_s)
            self._give(self._merger.line(number, alive, self._unit))
            if before and not after:
                self._on_line(False, at_s)

    def _give(self, block: Block | None) -> None:
        if block is not None and len(block):
            self.ring.add(block)
            self._keep_for_the_screen(block)
            self._on_block(block)

    def _keep_for_the_screen(self, block: Block) -> None:
        slots = np.floor(block.time_s * SHOWN_HZ).astype(np.int64)
        for row in np.flatnonzero(np.diff(slots, prepend=self._shown_until) > 0).tolist():
            self.shown.add(block.part(row, row + 1))
        self._shown_until = int(slots[-1])


AnySensor = Acquisition | RigAcquisition
"""What a session may read: one sensor, or a rig of several."""


def part_of(sensor: AnySensor, column: int) -> tuple[Acquisition, int]:
    """Return the device of a channel, and its own number of that channel.

    Raises:
        WrongUseError: If a rig has no such channel.
    """
    return (sensor, column) if isinstance(sensor, Acquisition) else sensor.part(column)
