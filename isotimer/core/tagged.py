"""Bytes into tagged packets: a tag, a length, so many bytes; one tag carries readings, the others words."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from isotimer.core.binary import Clock
from isotimer.core.framing import Cause, Tally
from isotimer.core.layout import Field, parse_layout
from isotimer.core.profile import Frame, Packet

_HEAD = 2
_PROBATION = 4
"""Records in a row that must agree before a lock is believed."""
_MOST_BETWEEN = 32
"""Bytes of other packets among those that prove a lock; it bounds how far is looked ahead."""


@dataclass(frozen=True, slots=True)
class Told:
    """A packet without readings."""

    packet: Packet
    value: bytes


class TaggedFramer:
    """Cuts packets of a tag byte, a length byte and a value.

    A packet of readings holds one or more records. Zeros with which some devices fill their packets up
    are passed over. Records prove themselves by their clock: where it does not rise plausibly the lock
    ends, and only 4 records in a row, in packets that follow one another, are believed again.

    Args:
        frame: The frame's description; it is taken to be without contradictions.
        clock: The time field of a record, if records are verified by time.
    """

    def __init__(self, frame: Frame, clock: Clock | None) -> None:
        self._tag, self._record = frame.tag, frame.length
        self._others = {packet.tag: packet for packet in frame.packet}
        self._layout = parse_layout(frame.layout)
        self._fields = dict(zip(frame.names, self._layout.fields, strict=True))
        self._dtype = self._layout.dtype(frame.names)
        self._byteorder: Literal["little", "big"] = "little" if self._layout.order == "<" else "big"
        self._clock = clock
        self.reset(joined=False)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of a record by name."""
        return self._fields

    def reset(self, *, joined: bool) -> None:
        """Forget what has come; ``joined`` says that the next byte begins a packet."""
        self._rest = b""
        self._locked = joined
        self._last: int | None = None

    def flush(self, tally: Tally) -> None:
        """Throw away the bytes of an unfinished packet and end the lock."""
        if self._rest:
            tally[Cause.SKIPPED_BYTES] += len(self._rest)
        self.reset(joined=False)

    def columns(self, records: NDArray[np.void]) -> dict[str, NDArray[np.generic]]:
        """Return the fields of some records as arrays (n,)."""
        return {name: self._layout.column(records, name, field) for name, field in self._fields.items()}

    def feed(self, data: bytes, tally: Tally) -> tuple[NDArray[np.void], list[Told]]:
        """Return the records that ``data`` completes, as a structured array (n,), and the other packets."""
        data = self._rest + data
        good: list[bytes] = []
        told: list[Told] = []
        start = 0
        while True:
            if not self._locked:
                found = self._hunt(data, start)
                if found > start:
                    tally[Cause.SKIPPED_BYTES] += found - start
                start = found
                if not self._locked:
                    break
            size = self._size_at(data, start)
            if size is not None and (not size or len(data) - start < size):
                break
            if size is None or not self._take(data[start : start + size], good, told):
                self._locked = False
                tally[Cause.RESYNC] += 1
            else:
                start += size
        self._rest = data[start:]
        return np.frombuffer(b"".join(good), self._dtype), told

    def _take(self, packet: bytes, good: list[bytes], told: list[Told]) -> bool:
        """Take a whole packet; return False if its records are not sound."""
        if packet[0] == self._tag:
            ticks = self._ticks(packet)
            if not self._rising(self._last, ticks):
                return False
            self._last = ticks[-1]
            good.append(packet[_HEAD:])
        elif any(packet):
            told.append(Told(self._others[packet[0]], packet[_HEAD:]))
        return True

    def _size_at(self, data: bytes, start: int) -> int | None:
        """Return the size of the packet that begins here, 0 if more must come to tell, None for no packet."""
        head = data[start : start + _HEAD + 1]
        if not head:
            return 0
        if head[0] == 0 != self._tag:
            if 0 not in self._others:
                return 1
            # a zero in front of readings is filling, not a packet whose length is their tag
            if len(head) >= _HEAD and head[1] == self._tag:
                if len(head) == _HEAD:
                    return 0
                if self._fits(head[2]):
                    return 1
        elif head[0] != self._tag and head[0] not in self._others:
            return None
        if len(head) < _HEAD:
            return 0
        if head[0] == self._tag and not self._fits(head[1]):
            return None
        return _HEAD + head[1]

    def _fits(self, length: int) -> bool:
        return length > 0 and length % self._record == 0

    def _hunt(self, data: bytes, start: int) -> int:
        """Look for readings to lock on; return where to go on, with ``_locked`` set if they are there."""
        self._last = None
        while True:
            found = data.find(self._tag, start)
            if found < 0:
                return len(data)
            if len(data) - found < _HEAD:
                return found
            believed = self._believable(data, found) if self._fits(data[found + 1]) else False
            if believed is None:
                return found
            if believed:
                self._locked = True
                return found
            start = found + 1

    def _believable(self, data: bytes, start: int) -> bool | None:
        """Return whether enough records in a row are sound from here on; None if more must come to tell."""
        count = between = 0
        last: int | None = None
        while count < _PROBATION:
            size = self._size_at(data, start)
            if size is None or between > _MOST_BETWEEN:
                return False
            if not size or len(data) - start < size:
                return None
            if data[start] == self._tag:
                ticks = self._ticks(data[start : start + size])
                if not self._rising(last, ticks):
                    return False
                last = ticks[-1]
                count += len(ticks)
            else:
                between += size
            start += size
        return True

    def _ticks(self, packet: bytes) -> list[int]:
        """Return the times of a packet's records, zeros without a clock."""
        starts = range(_HEAD, len(packet), self._record)
        if self._clock is None:
            return [0 for _ in starts]
        field = self._fields[self._clock.name]
        places = (start + field.offset for start in starts)
        return [int.from_bytes(packet[at : at + field.size], self._byteorder) for at in places]

    def _rising(self, last: int | None, ticks: list[int]) -> bool:
        clock = self._clock
        if clock is None:
            return True
        row = ticks if last is None else [last, *ticks]
        return all(0 < (b - a) % clock.modulus <= clock.most for a, b in pairwise(row))
