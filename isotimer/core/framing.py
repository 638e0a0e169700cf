"""Bytes into text frames: lines, and chunks of fixed length.

Every framer, the binary one too, gives the same frames and the same tally however its input is cut
into pieces, keeps no more bytes than a few frames, and finds its feet again after anything. None
raises on any bytes.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why bytes or values did not become readings; the keys of a decoder's tally."""

    PARTIAL = "partial"
    """The line whose beginning was not seen, once after each reset."""
    GARBLED = "garbled"
    """Lines that nothing in the device file describes, frames with impossible counters."""
    TOO_LONG = "too long"
    NOISE = "noise"
    ERROR = "error"
    EVENT = "event"
    CHECKSUM = "checksum"
    RESYNC = "resync"
    """Times that the lock on a stream of chunks or binary frames was lost."""
    SKIPPED_BYTES = "skipped bytes"
    """Bytes passed over while looking for a frame."""
    OVERRANGE = "overrange"
    REJECTED = "rejected"
    NOT_A_NUMBER = "not a number"
    UNIT = "unit"
    """Values without a unit, or in one that is no force."""
    FLAGGED = "flagged"
    """Values that the device marks as worthless for another reason than its range."""


Tally = Counter[Cause]


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines, and what was thrown away on the way to them."""

    whole: list[str]
    partial: str = ""


class LineFramer:
    """Cuts a stream at line ends.

    Args:
        eol: The line end.
        limit: The longest line, in bytes, that is passed on.
    """

    def __init__(self, eol: str, limit: int) -> None:
        self._eol = eol.encode("latin-1")
        self._text_eol = eol
        self._limit = limit
        self._most = limit + 2  # A stray CR or LF may stand at each edge.
        self.reset(joined=False)

    def reset(self, *, joined: bool) -> None:
        """Forget what has come; unless ``joined`` at a line start, pass over the rest of this line."""
        self._rest = b""
        self._first = not joined
        self._skipping = self._flushed = False

    def flush(self, tally: Tally) -> None:
        """Throw away a line that has begun, and its rest when that comes."""
        if self._rest and not self._skipping:
            tally[Cause.PARTIAL] += 1
            self._skipping = self._flushed = True
            self._rest = self._tail(self._rest)

    def feed(self, data: bytes, tally: Tally) -> Lines:
        """Return the lines that ``data`` completes, without CR and LF at their edges."""
        data = self._rest + data
        end = data.rfind(self._eol)
        if end < 0:
            self._keep(data, tally)
            return Lines([])
        text = data[:end].decode("ascii", "replace")
        if lines := self._plain(text):
            self._keep(data[end + 1 :], tally)
            return Lines(lines)
        lines = text.split(self._text_eol)
        partial = self._without_first(lines, tally)
        if len(text) > self._limit and lines and len(max(lines, key=len)) > self._limit:
            short = [line for line in lines if self._fits(line)]
            tally[Cause.TOO_LONG] += len(lines) - len(short)
            lines = short
        if "\r" in text or self._text_eol != "\n":
            lines = [line.strip("\r\n") for line in lines]
        self._keep(data[end + len(self._eol) :], tally)
        return Lines(lines, partial.strip("\r\n"))

    def _plain(self, text: str) -> list[str]:
        """Return the lines where the short way will do; none where it may not."""
        if self._first or self._skipping or self._text_eol != "\n":
            return []
        bare = text.replace("\r\n", "\n").removesuffix("\r")
        lines = bare.split("\n")
        return [] if "\r" in bare or max(map(len, lines)) >= self._limit else lines

    def _without_first(self, lines: list[str], tally: Tally) -> str:
        """Drop the first line if its beginning is unknown or already dropped; return it if unknown."""
        if self._skipping:
            rest = lines.pop(0)
            flushed, self._flushed = self._flushed, False
            self._skipping = self._first = False
            return rest if flushed and self._fits(rest) else ""
        if self._first:
            self._first = False
            partial = lines.pop(0)
            if not self._fits(partial):
                tally[Cause.TOO_LONG] += 1
            elif partial.strip("\r\n"):
                tally[Cause.PARTIAL] += 1
                return partial
        return ""

    def _fits(self, line: str) -> bool:
        return len(line) <= self._most and len(line.strip("\r\n")) <= self._limit

    def _keep(self, rest: bytes, tally: Tally) -> None:
        if not self._skipping and len(rest) > self._most + len(self._eol) - 1:
            tally[Cause.TOO_LONG] += 1
            self._skipping = True
        self._rest = self._tail(rest) if self._skipping else rest

    def _tail(self, rest: bytes) -> bytes:
        """Return the bytes that may be the beginning of a line end."""
        return rest[max(0, len(rest) - len(self._eol) + 1) :]


class ChunkFramer:
    """Cuts answers of fixed length without any terminator.

    Only the pause between question and answer tells where one begins: call ``flush`` before each
    question. Within a run of bytes, one at a time is passed over until ``accepts`` takes a chunk.
    """

    def __init__(self, length: int, accepts: Callable[[str], object]) -> None:
        self._length = length
        self._accepts = accepts
        self.reset(joined=False)

    def reset(self, *, joined: bool) -> None:
        """Forget what has come."""
        self._rest = ""
        self._locked = joined

    def flush(self, tally: Tally) -> None:
        """Throw away the bytes of an unfinished chunk."""
        if self._rest:
            tally[Cause.SKIPPED_BYTES] += len(self._rest)
        self._rest = ""

    def feed(self, data: bytes, tally: Tally) -> Lines:
        """Return the chunks that ``data`` completes."""
        text = self._rest + data.decode("ascii", "replace")
        whole: list[str] = []
        start = 0
        while len(text) - start >= self._length:
            chunk = text[start : start + self._length]
            if self._accepts(chunk):
                whole.append(chunk)
                start += self._length
                self._locked = True
                continue
            if self._locked:
                tally[Cause.RESYNC] += 1
            tally[Cause.SKIPPED_BYTES] += 1
            self._locked = False
            start += 1
        self._rest = text[start:]
        return Lines(whole)
