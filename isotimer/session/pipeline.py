"""From bytes to blocks of newtons: decoder, clock and calibration of one sensor, without threads or ports."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.arrival import ArrivalClock
from isotimer.core.block import Block, Flag, Readings
from isotimer.core.calibration import Calibration
from isotimer.core.decode import Decoder, Note
from isotimer.core.framing import Cause
from isotimer.core.profile import Profile
from isotimer.core.timeline import DeviceClock, PollClock

_SPOILT = (Cause.GARBLED, Cause.TOO_LONG, Cause.CHECKSUM, Cause.RESYNC)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What one chunk of bytes gave."""

    block: Block | None
    """Samples with times; None if there were none."""
    notes: tuple[Note, ...]
    """Lines that were no readings."""
    readings: int
    """Frames with values or times, before any was left out for its time."""
    rebooted: bool = False
    """Whether the device's counter started again."""


class Pipeline:
    """Turns the bytes of one sensor into blocks.

    Args:
        profile: The device.
        calibration: Turns its values into newtons.
    """

    def __init__(self, profile: Profile, calibration: Calibration) -> None:
        self.profile = profile
        self.calibration = calibration
        self.decoder = Decoder(profile)
        self.clock = _clock_of(profile, self.decoder)
        self.gaps = 0
        """Gaps since the pipeline was made."""

    @property
    def rejected(self) -> int:
        """Frames and values thrown away since the pipeline was made."""
        return self.decoder.rejected + self.clock.bad_times

    def restart(self, *, joined: bool = False) -> None:
        """Begin anew with a line that was just opened; ``joined`` says that its first byte begins a frame."""
        self.decoder.reset(joined=joined)
        self.clock.restart()

    def feed(self, data: bytes, arrival_ns: int) -> Piece:
        """Return what a chunk of bytes, read at a host's monotonic time in ns, completes."""
        spoilt = self._spoilt()
        decoded = self.decoder.feed(data, arrival_ns)
        if isinstance(self.clock, ArrivalClock) and self._spoilt() != spoilt:
            self.clock.doubt()
        readings = decoded.readings
        if not len(readings):
            return Piece(None, decoded.notes, 0)
        block, rebooted = self._block(readings)
        return Piece(block, decoded.notes, len(readings), rebooted)

    def _spoilt(self) -> int:
        """Return how often bytes did not become a frame at all."""
        return sum(self.decoder.counts[cause] for cause in _SPOILT)

    def _block(self, readings: Readings) -> tuple[Block | None, bool]:
        stamps = self.clock.stamp(readings)
        if not len(stamps.time_s):
            return None, stamps.rebooted
        raw = readings.raw[stamps.keep]
        flags = readings.flags[stamps.keep] | np.where(
            stamps.gap_before, np.uint8(Flag.GAP_BEFORE), np.uint8(0)
        )
        self.gaps += int(stamps.gap_before.sum())
        calibration = self.calibration
        return (
            Block(stamps.time_s, calibration.apply(raw), raw, flags, calibration.unit),
            stamps.rebooted,
        )


def _clock_of(profile: Profile, decoder: Decoder) -> DeviceClock | ArrivalClock | PollClock:
    """Return the clock that gives this device's samples their times."""
    if decoder.tick_s is not None and decoder.tick_modulus is not None:
        return DeviceClock(decoder.tick_s, decoder.tick_modulus)
    if profile.mode == "poll":
        return PollClock()
    if not profile.rate.steady:
        return PollClock(1.0 / profile.rate.nominal_hz)
    return ArrivalClock(profile.rate.nominal_hz, decoder.seq_modulus)
