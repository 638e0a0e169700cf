"""Bytes into binary frames of fixed length behind sync bytes, with a checksum or a clock to prove them."""

import binascii
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import xor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from isotimer.core.framing import Cause, Tally
from isotimer.core.layout import Field, parse_layout
from isotimer.core.profile import Crc, Frame

_PROBATION = 4
"""Frames that must agree before a lock on sync bytes without a checksum is believed."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time field by which a lock is verified: it must rise by less than ``most`` ticks."""

    name: str
    modulus: int
    most: int


class BinaryFramer:
    """Cuts frames of fixed length that begin with sync bytes.

    With a checksum every frame proves itself. Without one, sync bytes can stand in the payload: a
    lock is believed only when 4 frames in a row begin with them and, given a clock, when their
    time rises plausibly; a locked frame that does not fit ends the lock. Chained frames are given out
    only when the next one, or what may come between, begins where they end.

    Args:
        frame: The frame's description; it is taken to be without contradictions.
        clock: The time field, if frames are verified by time.
    """

    def __init__(self, frame: Frame, clock: Clock | None) -> None:
        self._sync = bytes.fromhex(frame.sync)
        self._length = frame.length
        self._layout = parse_layout(frame.layout)
        self._fields = dict(zip(frame.names, self._layout.fields, strict=True))
        self._dtype = self._layout.dtype(frame.names)
        self._byteorder: Literal["little", "big"] = "little" if self._layout.order == "<" else "big"
        self._crc = frame.crc
        self._others = [(bytes.fromhex(other.sync), other.length) for other in frame.other]
        self._clock = clock
        self._needed = 1 if frame.crc else _PROBATION
        self._ahead = len(self._sync) if frame.chained else 0
        heads = [self._sync, *(sync for sync, _ in self._others)]
        self._heads = [np.frombuffer(head[: self._ahead], np.uint8) for head in heads]
        self.behind = 0
        """Bytes that have come after the last frame given out."""
        self.reset(joined=False)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields by name."""
        return self._fields

    def reset(self, *, joined: bool) -> None:
        """Forget what has come; ``joined`` says that the next byte begins a frame."""
        self._rest = b""
        self._locked = joined and not self._crc
        self._last: int | None = None

    def flush(self, tally: Tally) -> None:
        """Throw away the bytes of an unfinished frame and end the lock."""
        if self._rest:
            tally[Cause.SKIPPED_BYTES] += len(self._rest)
        self.reset(joined=False)

    def columns(self, frames: NDArray[np.void]) -> dict[str, NDArray[np.generic]]:
        """Return the fields of some frames as arrays (n,)."""
        return {name: self._layout.column(frames, name, field) for name, field in self._fields.items()}

    def feed(self, data: bytes, tally: Tally) -> NDArray[np.void]:
        """Return the frames that ``data`` completes, as a structured array (n,)."""
        data = self._rest + data
        parts: list[NDArray[np.void]] = []
        start = end = 0
        while True:
            if not self._locked:
                found = self._hunt(data, start, tally)
                if found > start:
                    tally[Cause.SKIPPED_BYTES] += found - start
                start = found
                if not self._locked:
                    break
            count = max(len(data) - start - self._ahead, 0) // self._length
            good = 0
            if count:
                parts.append(self._run(data, start, count))
                good = len(parts[-1])
                start += good * self._length
                end = start if good else end
            if length := self._other(data, start):
                if len(data) - start < length:
                    break
                start += length
                tally[Cause.NOISE] += 1
            elif good < count:
                self._locked = False
                tally[Cause.RESYNC] += 1
            elif not count:
                break
        self._rest = data[start:]
        self.behind = len(data) - end
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, self._dtype)

    def _other(self, data: bytes, start: int) -> int:
        """Return the length of what is known to come between frames, if it begins here; else 0."""
        return next((length for sync, length in self._others if data.startswith(sync, start)), 0)

    def _hunt(self, data: bytes, start: int, tally: Tally) -> int:
        """Look for a frame to lock on; return where to go on, with ``_locked`` set if it is there."""
        self._last = None
        needed = self._needed * self._length
        while True:
            found = data.find(self._sync, start)
            if found < 0:
                # The last bytes may be the beginning of the next sync word.
                return max(start, len(data) - len(self._sync) + 1)
            if len(data) - found < needed:
                return found
            if self._believable(data, found, tally):
                self._locked = True
                return found
            start = found + 1

    def _believable(self, data: bytes, start: int, tally: Tally) -> bool:
        starts = range(start, start + self._needed * self._length, self._length)
        if self._crc:
            field = self._fields[self._crc.field]
            right = checksum(self._crc.algo, data[start + self._crc.start : start + self._crc.stop])
            if right == self._whole(data, start, field):
                return True
            tally[Cause.CHECKSUM] += 1
            return False
        if not all(data.startswith(self._sync, i) for i in starts):
            return False
        if not self._clock:
            return True
        field = self._fields[self._clock.name]
        ticks = [self._whole(data, i, field) for i in starts]
        steps = [(b - a) % self._clock.modulus for a, b in pairwise(ticks)]
        return all(0 < step <= self._clock.most for step in steps)

    def _whole(self, data: bytes, start: int, field: Field) -> int:
        """Return one unsigned integer of the frame at ``start``."""
        return int.from_bytes(data[start + field.offset : start + field.offset + field.size], self._byteorder)

    def _run(self, data: bytes, start: int, count: int) -> NDArray[np.void]:
        """Return the leading frames, of ``count`` in lock, that are sound."""
        octets = np.frombuffer(data, np.uint8, count * self._length, start).reshape(count, self._length)
        frames = np.frombuffer(data, self._dtype, count, start)
        sound = (octets[:, : len(self._sync)] == np.frombuffer(self._sync, np.uint8)).all(axis=1)
        if self._crc:
            sound &= _checksums(self._crc, octets) == frames[self._crc.field]
        if self._clock:
            ticks = self._layout.column(frames, self._clock.name, self._fields[self._clock.name]).astype(
                np.int64
            )
            before = ticks[0] - 1 if self._last is None else self._last
            steps = np.diff(ticks, prepend=before) % self._clock.modulus
            sound &= (steps > 0) & (steps <= self._clock.most)
        if self._ahead:
            sound &= self._proven(data, start, count)
        good = count if sound.all() else int(sound.argmin())
        if self._clock and good:
            self._last = int(ticks[good - 1])
        return frames[:good]

    def _proven(self, data: bytes, start: int, count: int) -> NDArray[np.bool_]:
        """Return which of the frames end where something known begins (count,)."""
        ends = start + self._length * np.arange(1, count + 1)
        octets = np.frombuffer(data, np.uint8)
        proven = np.zeros(count, np.bool_)
        for head in self._heads:
            proven |= (octets[ends[:, None] + np.arange(len(head))] == head).all(axis=1)
        return proven


def checksum(algo: str, data: bytes) -> int:
    """Return a checksum by one of the names that ``Crc.algo`` may have.

    Raises:
        ValueError: If there is no such name.
    """
    match algo:
        case "crc16-ccitt-false":
            return binascii.crc_hqx(data, 0xFFFF)
        case "xor8":
            return reduce(xor, data, 0)
        case "sum8":
            return sum(data) & 0xFF
    raise ValueError(f"no checksum is called {algo}")


def _checksums(crc: Crc, octets: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the checksum of each row of bytes (n, length)."""
    part = octets[:, crc.start : crc.stop]
    if crc.algo == "xor8":
        folded: NDArray[np.uint8] = np.bitwise_xor.reduce(part, axis=1)
        return folded.astype(np.int64)
    if crc.algo == "sum8":
        totals: NDArray[np.int64] = part.sum(axis=1, dtype=np.int64)
        return totals & 0xFF
    data, width = part.tobytes(), crc.stop - crc.start
    sums = [binascii.crc_hqx(data[i : i + width], 0xFFFF) for i in range(0, len(data), width)]
    return np.array(sums, np.int64)
