"""Bytes of one device, in any pieces, into readings and notes, as its profile says."""

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from isotimer.core.binary import BinaryFramer, Clock
from isotimer.core.block import Readings
from isotimer.core.framing import Cause, ChunkFramer, LineFramer, Lines, Tally
from isotimer.core.json_lines import Tree, has_key, parse_object, path_of, text_at
from isotimer.core.meaning import TOLD, Column, Meaning, tick_modulus, tick_s
from isotimer.core.profile import Profile
from isotimer.core.profile_check import groups_of, needed_groups
from isotimer.core.tagged import TaggedFramer
from isotimer.core.text import printable

_MOST_CHUNKS = 100
"""Chunks of which the arrival is kept; a frame waits for the next no longer than these last."""

_MOST_NOTES = 20
"""Notes of one kind kept of one chunk, for kinds that a wrong baud rate sends without end."""


class NoteKind(StrEnum):
    """What a line that is no reading was."""

    NOISE = "noise"
    """A line that the device file says to pass over."""
    ERROR = "error"
    """The device reports a fault."""
    END = "end"
    """The device says that its stream has ended."""
    EVENT = "event"
    """A trigger or button, in the words of the device."""
    GARBLED = "garbled"
    """Nothing that the device file knows, or a line whose beginning was not seen."""
    BANNER = "banner"
    """The device introduces itself: it may have started anew."""


@dataclass(frozen=True, slots=True)
class Note:
    """A line that is no reading."""

    kind: NoteKind
    text: str
    """The line, safe to show."""
    arrival_ns: int
    """Host monotonic time at which its last byte was read."""
    ticks: int | None = None
    """The device's counter, for an event that carries it."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What one chunk of bytes completed."""

    readings: Readings
    notes: tuple[Note, ...]


class Decoder:
    """Reads what one device sends.

    The readings and the tally are the same however the bytes are cut into chunks. No bytes make it
    raise. What comes before the first line end, or before a verified lock, gives no reading.

    Args:
        profile: The device file; it is taken to be without contradictions.

    Attributes:
        counts: Why bytes or values did not become readings, since the decoder was made.
        channels: The names of the columns of ``Readings.raw``.
        unit: The base unit of the readings, "N" or "counts".
        tick_s: Seconds per tick of the device's clock; None if it sends no time.
        tick_modulus: Ticks after which that clock begins anew; None if it sends no time.
        seq_modulus: Frames after which frame numbers begin anew; None if it sends none.
    """

    def __init__(self, profile: Profile) -> None:
        self.counts: Tally = Counter()
        self.channels = tuple(c.name for c in profile.channel)
        self.tick_s = tick_s(profile)
        self.tick_modulus = tick_modulus(profile)
        self.seq_modulus = prod(profile.seq.radix) if profile.seq else None
        self._time_group = profile.time.group if profile.time else ""
        self._meaning = Meaning(profile)
        self.unit = self._meaning.unit
        self._event = profile.frame.event
        self._pattern = re.compile(profile.frame.pattern)
        self._kinds = _line_kinds(profile)
        self._json = profile.frame.kind == "json"
        self._paths = {group: path_of(group) for _, group in groups_of(profile)} if self._json else {}
        self._needed = [path_of(group) for group in needed_groups(profile)] if self._json else []
        self._unit_line = re.compile(profile.units.line) if profile.units.line else None
        self._told: str | None = None
        self._framer = self._framer_of(profile)
        self._chunks: deque[tuple[int, int]] = deque(maxlen=_MOST_CHUNKS)

    @property
    def rejected(self) -> int:
        """Frames that gave no value although they may have been meant to; noise and events are none."""
        return sum(self.counts[cause] for cause in _REJECTED)

    def _framer_of(self, profile: Profile) -> LineFramer | ChunkFramer | BinaryFramer | TaggedFramer:
        frame = profile.frame
        if frame.kind in ("line", "json"):
            return LineFramer(frame.eol, frame.max)
        if frame.kind == "chunk":
            return ChunkFramer(frame.length, self._known)
        clock = None
        if frame.verify == "time" and self.tick_s and self.tick_modulus:
            clock = Clock(self._time_group, self.tick_modulus, max(1, round(1 / self.tick_s)))
        return TaggedFramer(frame, clock) if frame.kind == "tagged" else BinaryFramer(frame, clock)

    def reset(self, *, joined: bool = False) -> None:
        """Forget bytes that wait for their rest, and the unit that was told. The counts stay.

        Args:
            joined: Whether the next byte is known to begin a line or frame, as after a start
                dialogue; otherwise the line it belongs to is passed over.
        """
        self._framer.reset(joined=joined)
        self._told = None

    def flush(self) -> None:
        """Throw away an unfinished answer: call it before a question is asked again.

        A line that had begun is passed over to its end, should that still come.
        """
        self._framer.flush(self.counts)

    def feed(self, data: bytes, arrival_ns: int) -> Decoded:
        """Return what the bytes complete.

        Args:
            data: Bytes as read, any number of them.
            arrival_ns: Host monotonic time at which they were read, ns.
        """
        if isinstance(self._framer, BinaryFramer):
            frames = self._framer.feed(data, self.counts)
            columns = self._framer.columns(frames) if len(frames) else {}
            arrival_ns = self._arrived(len(data), arrival_ns, self._framer.behind)
            return Decoded(self._meaning.read(columns, len(frames), arrival_ns, self.counts), ())
        if isinstance(self._framer, TaggedFramer):
            return self._read_packets(self._framer, data, arrival_ns)
        return self._read(self._framer.feed(data, self.counts), arrival_ns)

    def _arrived(self, size: int, arrival_ns: int, behind: int) -> int:
        """Return when the chunk came with the end of the last frame, ``behind`` bytes before the newest."""
        self._chunks.append((size, arrival_ns))
        for length, came_ns in reversed(self._chunks):
            if behind < length:
                return came_ns
            behind -= length
        return arrival_ns

    def _read_packets(self, framer: TaggedFramer, data: bytes, arrival_ns: int) -> Decoded:
        """Read packets of which some hold readings and others words."""
        records, told = framer.feed(data, self.counts)
        notes: list[Note] = []
        for packet, value in ((t.packet, t.value) for t in told):
            kind = NoteKind(packet.kind)
            self.counts[_CAUSES[kind]] += 1
            if len(notes) < _MOST_NOTES:
                notes.append(Note(kind, printable(f"{packet.text} {value.hex(' ')}".strip()), arrival_ns))
        columns = framer.columns(records) if len(records) else {}
        return Decoded(self._meaning.read(columns, len(records), arrival_ns, self.counts), tuple(notes))

    def _read(self, lines: Lines, arrival_ns: int) -> Decoded:
        notes: list[Note] = []
        if lines.partial:
            notes.append(Note(NoteKind.GARBLED, printable(lines.partial), arrival_ns))
        if self._json:
            return self._read_objects(lines.whole, arrival_ns, notes)
        matches = list(map(self._pattern.fullmatch, lines.whole))
        if None in matches:
            for line, match in zip(lines.whole, matches, strict=True):
                if match is None:
                    self._note(line, arrival_ns, notes)
        found = list(filter(None, matches))
        columns = self._columns(found)
        if self._event and columns[self._event].count(None) != len(found):
            found = self._without_events(found, arrival_ns, notes)
            columns = self._columns(found)
        if self._unit_line:
            columns[TOLD] = self._units_told(lines.whole, found)
        return Decoded(self._meaning.read(columns, len(found), arrival_ns, self.counts), tuple(notes))

    def _read_objects(self, lines: Sequence[str], arrival_ns: int, notes: list[Note]) -> Decoded:
        """Read lines of which each is one JSON object."""
        found: list[Tree] = []
        event = path_of(self._event) if self._event else ()
        for line in lines:
            tree = parse_object(line)
            if tree is not None and all(has_key(tree, path) for path in self._needed):
                found.append(tree)
            elif tree is not None and event and has_key(tree, event) and self._kind(line) is NoteKind.GARBLED:
                self.counts[Cause.EVENT] += 1
                notes.append(Note(NoteKind.EVENT, printable(line), arrival_ns))
            else:
                self._note(line, arrival_ns, notes)
        columns: dict[str, Column] = {
            group: [text_at(tree, path) for tree in found] for group, path in self._paths.items()
        }
        return Decoded(self._meaning.read(columns, len(found), arrival_ns, self.counts), tuple(notes))

    def _units_told(self, lines: Sequence[str], readings: Sequence[re.Match[str]]) -> list[str | None]:
        """Return the unit in force at each reading; a line may tell one for itself and for those after it."""
        told: list[str | None] = []
        for line in lines:
            reading = len(told) < len(readings) and readings[len(told)].string is line
            if match := self._unit_in(line, reading):
                self._told = match["unit"]
            if reading:
                told.append(self._told)
        return told

    def _unit_in(self, line: str, reading: bool) -> re.Match[str] | None:
        """Find the unit that a line tells: anywhere in a reading, else the line must say nothing more."""
        if self._unit_line is None:
            return None
        return self._unit_line.search(line) if reading else self._unit_line.fullmatch(line)

    def _columns(self, matches: Sequence[re.Match[str]]) -> dict[str, Sequence[str | None]]:
        if not matches:
            return dict.fromkeys(self._pattern.groupindex, ())
        columns = list(zip(*map(re.Match.groups, matches), strict=True))
        return {name: columns[i - 1] for name, i in self._pattern.groupindex.items()}

    def _without_events(
        self, matches: list[re.Match[str]], arrival_ns: int, notes: list[Note]
    ) -> list[re.Match[str]]:
        """Turn matches that mark an event into notes and return the others."""
        events = [m for m in matches if m[self._event] is not None]
        if not events:
            return matches
        for match in events:
            ticks = self._meaning.ticks(match[self._time_group]) if self._time_group else None
            notes.append(Note(NoteKind.EVENT, printable(match.string), arrival_ns, ticks))
        self.counts[Cause.EVENT] += len(events)
        return [m for m in matches if m[self._event] is None]

    def _known(self, chunk: str) -> bool:
        return bool(self._pattern.fullmatch(chunk)) or self._kind(chunk) is not NoteKind.GARBLED

    def _kind(self, line: str) -> NoteKind:
        return next((kind for kind, pattern in self._kinds if pattern.search(line)), NoteKind.GARBLED)

    def _note(self, line: str, arrival_ns: int, notes: list[Note]) -> None:
        """Add what a line that is no reading was; a blank line, and one that tells a unit, is nothing."""
        if not line.strip() or self._unit_in(line, reading=False):
            return
        kind = self._kind(line)
        if cause := _CAUSES.get(kind):
            self.counts[cause] += 1
        if kind in (NoteKind.NOISE, NoteKind.GARBLED) and sum(n.kind is kind for n in notes) >= _MOST_NOTES:
            return
        notes.append(Note(kind, printable(line), arrival_ns))


_REJECTED = (
    Cause.GARBLED,
    Cause.TOO_LONG,
    Cause.CHECKSUM,
    Cause.OVERRANGE,
    Cause.REJECTED,
    Cause.NOT_A_NUMBER,
    Cause.UNIT,
    Cause.FLAGGED,
)

_CAUSES = {
    NoteKind.NOISE: Cause.NOISE,
    NoteKind.BANNER: Cause.NOISE,
    NoteKind.ERROR: Cause.ERROR,
    NoteKind.GARBLED: Cause.GARBLED,
}


def _line_kinds(profile: Profile) -> tuple[tuple[NoteKind, re.Pattern[str]], ...]:
    """Return the patterns that name lines which are no readings, in the order they are tried."""
    frame, match = profile.frame, profile.match
    kinds = [(NoteKind.ERROR, pattern) for pattern in frame.error]
    kinds.append((NoteKind.END, frame.end))
    kinds.append((NoteKind.BANNER, match.expect))
    kinds.append((NoteKind.BANNER, match.probe.expect if match.probe else ""))
    kinds += [(NoteKind.NOISE, pattern) for pattern in frame.noise]
    return tuple((kind, re.compile(pattern)) for kind, pattern in kinds if pattern)
