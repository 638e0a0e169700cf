"""Faults that a simulated device can have: one table, each with its plain meaning."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray, IntArray
from isotimer.core.errors import WrongUseError
from isotimer.core.profile import Profile
from isotimer.link.encode import Encoder, seal

BATCH_S = 0.016
"""Period of the latency timer in a USB bridge of FTDI."""

STALL_S = 0.2
REBOOT_S = 0.5
AWAY_S = 1.0
"""How long a device that hung up stays away."""

WRAP_LEAD_S = 2.0
"""With the fault ``wrap`` the counter wraps this long after the start."""

_FOREVER = math.inf
_CALLED_FOR = ("reboot", "hangup")
"""Faults whose time is asked for by ``due``."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame on its way out, with what it says."""

    data: bytes
    printed: FloatArray
    """(c,) the device's own numbers."""
    tick: int
    seq: int


Change = Callable[["FaultLine", Frame], bytes]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble."""

    name: str
    meaning: str
    at_s: float = 3.0
    """When it comes if nothing else is said, s after the start of the stream."""
    length_s: float = 0.0
    """How long it lasts; 0 for one frame."""
    fits: Callable[[Profile], bool] = lambda profile: True
    """Whether a device can have it."""
    change: Change | None = None
    """What becomes of a frame; None for a fault of the line or of the clock."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault and its time."""

    fault: Fault
    at_s: float

    @property
    def until_s(self) -> float:
        """When it is over."""
        return self.at_s + self.fault.length_s


@dataclass(slots=True)
class FaultLine:
    """The faults of one stream: it changes frames and says which samples never leave the device.

    Args:
        profile: The device.
        encoder: Its encoder.
        plan: Faults and times.
        seed: For what is random about them.
    """

    profile: Profile
    encoder: Encoder
    plan: tuple[Planned, ...]
    seed: int
    chance: np.random.Generator = field(init=False)
    done: set[int] = field(init=False, default_factory=set)
    played: list[tuple[str, float, float]] = field(init=False, default_factory=list)
    """(name, from, until) of what has happened, s after the start of the stream; until is inf for good."""

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)

    def has(self, name: str) -> bool:
        """Whether a fault is planned at any time."""
        return any(p.fault.name == name for p in self.plan)

    def lost(self, time_s: FloatArray) -> NDArray[np.bool_]:
        """Return which samples never leave the device (n,)."""
        gone = np.zeros(len(time_s), bool)
        for planned in self.plan:
            if planned.fault.name in ("silence", "reboot"):
                gone |= (time_s >= planned.at_s) & (time_s < planned.until_s)
        return gone

    def counter_s(self, time_s: FloatArray) -> FloatArray:
        """Return what the device's clock says at true times (n,), before it wraps."""
        clock_s = time_s.copy()
        for planned in sorted(self.plan, key=lambda p: p.at_s):
            if planned.fault.name == "reboot":
                clock_s = np.where(time_s >= planned.until_s, time_s - planned.until_s, clock_s)
        return clock_s

    def due(self, name: str, elapsed_s: float) -> Planned | None:
        """Return a fault of this name whose time has come, once each."""
        for index, planned in enumerate(self.plan):
            if planned.fault.name == name and index not in self.done and elapsed_s >= planned.at_s:
                self.done.add(index)
                self.played.append((name, planned.at_s, planned.until_s))
                return planned
        return None

    def reply(self, data: bytes) -> bytes:
        """Return an answer to a command as the faults leave it."""
        return self.chance.bytes(len(data)) if self.has("wrong-baud") else data

    def release_s(self, elapsed_s: float) -> float:
        """Return until when, in s after the start, bytes that are ready now are held back."""
        until_s = elapsed_s
        for planned in self.plan:
            if planned.fault.name == "batch16ms" and elapsed_s >= planned.at_s:
                until_s = max(until_s, math.ceil(elapsed_s / BATCH_S) * BATCH_S)
            if planned.fault.name == "stall200ms" and planned.at_s <= elapsed_s < planned.until_s:
                until_s = max(until_s, planned.until_s)
        return until_s

    def pass_over(self, time_s: FloatArray) -> None:
        """Record what happens at times (n,) of which no sample leaves the device."""
        for index, planned in enumerate(self.plan):
            silent = planned.fault.change is None and planned.fault.name not in _CALLED_FOR
            if silent and index not in self.done and time_s[-1] >= planned.at_s:
                self._note(index, planned)

    def apply(
        self, frames: list[bytes], time_s: FloatArray, printed: FloatArray, ticks: IntArray, seq: IntArray
    ) -> list[bytes]:
        """Return the frames as the faults leave them.

        Args:
            frames: n frames.
            time_s: (n,) their times, s after the start.
            printed: (n, c) the device's own numbers.
            ticks: (n,) counter values.
            seq: (n,) frame numbers.
        """
        if not self.plan:
            return frames
        out = [Frame(*row) for row in zip(frames, printed, ticks.tolist(), seq.tolist(), strict=True)]
        for index, planned in enumerate(self.plan):
            if index in self.done or not len(time_s) or time_s[-1] < planned.at_s:
                continue
            if planned.fault.change is not None:
                self._change(index, planned, planned.fault.change, out, time_s)
            elif planned.fault.name not in _CALLED_FOR:
                self._note(index, planned)
        return [frame.data for frame in out]

    def _change(
        self, index: int, planned: Planned, change: Change, frames: list[Frame], time_s: FloatArray
    ) -> None:
        """Change the frames that a fault falls on, in place."""
        for row, frame in enumerate(frames):
            if time_s[row] < planned.at_s:
                continue
            if planned.fault.length_s and time_s[row] >= planned.until_s:
                self._note(index, planned)
                return
            frames[row] = replace(frame, data=change(self, frame))
            if not planned.fault.length_s:
                self._note(index, planned)
                return
            self._note(None, planned)

    def _note(self, index: int | None, planned: Planned) -> None:
        """Record a fault as played; with its index, also as over."""
        if index is not None:
            self.done.add(index)
        entry = (planned.fault.name, planned.at_s, planned.until_s)
        if entry not in self.played:
            self.played.append(entry)


def parse_faults(text: str, profile: Profile) -> tuple[Planned, ...]:
    """Return the faults in a list like ``spikes,hangup@8`` ("@" gives the time in s).

    Raises:
        WrongUseError: If a name is unknown, a time is no number, or the device cannot have the fault.
    """
    plan = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, at, time = item.partition("@")
        fault = next((f for f in FAULTS if f.name == name), None)
        if fault is None:
            known = ", ".join(f.name for f in FAULTS)
            raise WrongUseError(f"there is no fault '{name}'", "", f"choose from {known}")
        if not fault.fits(profile):
            raise WrongUseError(f"{profile.id} cannot have the fault '{name}'", fault.meaning, "leave it out")
        try:
            at_s = float(time) if at else fault.at_s
        except ValueError:
            at_s = math.nan
        if not (0 <= at_s < _FOREVER):
            raise WrongUseError(f"'{time}' is no time for the fault '{name}'", "", f"write {name}@3.5")
        plan.append(Planned(fault, at_s))
    return tuple(plan)


def fitting(profile: Profile) -> tuple[str, ...]:
    """Return the names of all faults that a device can have."""
    return tuple(f.name for f in FAULTS if f.fits(profile))


def _is_line(profile: Profile) -> bool:
    return profile.frame.kind == "line"


def _is_text(profile: Profile) -> bool:
    return profile.frame.kind not in ("binary", "tagged")


def _void_example(profile: Profile) -> bytes:
    """Return an example whose reading is flagged as void."""
    void = set(profile.flags.void) if profile.flags else set()
    for example in profile.example:
        if any(void.intersection(r.flags) for r in example.readings):
            return example.data
    return b""


def _error_example(profile: Profile) -> bytes:
    return next((e.data for e in profile.example if e.kind == "error"), b"")


def banner(profile: Profile) -> bytes:
    """Return what a device prints after a reset: its own banner, else its first banner example."""
    if profile.simulator.banner:
        return profile.simulator.banner.encode("latin-1", "replace")
    return next((e.data for e in profile.example if e.kind == "banner"), b"")


def _half(line: FaultLine, frame: Frame) -> bytes:
    return frame.data[len(frame.data) // 2 :]


def _garbage(line: FaultLine, frame: Frame) -> bytes:
    return line.chance.bytes(64) + frame.data


def _spike(line: FaultLine, frame: Frame) -> bytes:
    if line.chance.random() > 0.1:
        return frame.data
    printed = frame.printed[None, :].copy()
    values = [v for v in line.profile.reject.values if abs(v) > 1] or line.profile.reject.values
    printed[0, line.chance.integers(printed.shape[1])] = values[line.chance.integers(len(values))]
    return line.encoder.write(printed, np.array([frame.tick]), np.array([frame.seq]))[0]


def _not_a_number(line: FaultLine, frame: Frame) -> bytes:
    words = (b"nan", b"inf", b"ovf")
    number = int(line.chance.integers(2 * len(words)))
    return _with_value(line.profile, frame.data, words[number]) if number < len(words) else frame.data


def _with_value(profile: Profile, data: bytes, word: bytes) -> bytes:
    text = data.decode("latin-1")
    body = text.strip("\r\n")
    match = re.fullmatch(profile.frame.pattern, body)
    if not match:
        return data
    offset = text.index(body)
    channel = profile.channel[0]
    start, stop = match.span(channel.group or channel.name)
    return data[: offset + start] + word + data[offset + stop :]


def _overlong(line: FaultLine, frame: Frame) -> bytes:
    return b"9" * (line.profile.frame.max + 100) + line.profile.frame.eol.encode("latin-1") + frame.data


def _lose(line: FaultLine, frame: Frame) -> bytes:
    if line.chance.random() > 0.2:
        return frame.data
    if _is_text(line.profile):
        return frame.data[: -int(line.chance.integers(2, 4))]
    at = int(line.chance.integers(len(frame.data)))
    return frame.data[:at] + frame.data[at + 1 :]


def _sync_inside(line: FaultLine, frame: Frame) -> bytes:
    """Let the values hold the sync bytes, as raw values near zero may do by themselves."""
    sync = bytes.fromhex(line.profile.frame.sync)
    # the first channel's place is found by writing it differently
    other = frame.printed[None, :].copy()
    other[0, 0] = -1.0 if frame.printed[0] >= 0 else 0.0
    ticks, seq = np.array([frame.tick]), np.array([frame.seq])
    twin = line.encoder.write(other, ticks, seq)[0]
    at = next((i for i, (a, b) in enumerate(zip(frame.data, twin, strict=True)) if a != b), None)
    if at is None:
        return frame.data
    rows = np.frombuffer(frame.data, np.uint8).copy()[None, :]
    rows[0, at : at + len(sync)] = np.frombuffer(sync, np.uint8)
    seal(rows, line.profile)
    return rows.tobytes()


def _banner(line: FaultLine, frame: Frame) -> bytes:
    return banner(line.profile) + frame.data


def _foreign(line: FaultLine, frame: Frame) -> bytes:
    return "HX711 no está listo\r\n".encode() + frame.data


def _error(line: FaultLine, frame: Frame) -> bytes:
    return _error_example(line.profile) + frame.data


def _overrange(line: FaultLine, frame: Frame) -> bytes:
    return _void_example(line.profile)


def _cr_only(line: FaultLine, frame: Frame) -> bytes:
    return frame.data.replace(b"\r\n", b"\r").replace(b"\n", b"\r")


def _wrong_baud(line: FaultLine, frame: Frame) -> bytes:
    return line.chance.bytes(len(frame.data))


FAULTS: tuple[Fault, ...] = (
    Fault("partial-first-line", "the stream begins in the middle of a frame", 0.0, change=_half),
    Fault("banner", "the start text of the device appears among the readings", fits=lambda p: bool(banner(p)),
          change=_banner),
    Fault("garbage", "64 random bytes between two frames", change=_garbage),
    Fault("spikes", "for 2 s a tenth of the values is one that the device sends when it errs (2^n - 1)",
          length_s=2.0, fits=lambda p: bool(p.reject.values), change=_spike),
    Fault("nan", "for 2 s half of the values is nan, inf or ovf", length_s=2.0, fits=_is_line,
          change=_not_a_number),
    Fault("overlong", "one line that is longer than any line may be", fits=_is_line, change=_overlong),
    Fault("lost-bytes", "for 2 s a fifth of the frames loses bytes", length_s=2.0, change=_lose),
    Fault("batch16ms", "bytes arrive every 16 ms only, as through some USB bridges", 0.0, _FOREVER),
    Fault("stall200ms", "bytes are held back for 0.2 s and then come all at once", length_s=STALL_S),
    Fault("hangup", "the line breaks within a frame; once; the device is back 1 s later", length_s=AWAY_S),
    Fault("reboot", "the device restarts: 0.5 s of silence, its start text, counter at 0", length_s=REBOOT_S),
    Fault("wrap", "the device's counter wraps 2 s after the start", 0.0, _FOREVER,
          fits=lambda p: p.time is not None),
    Fault("sync-in-payload", "for 1 s the values contain the bytes that begin a frame", length_s=1.0,
          fits=lambda p: p.frame.kind == "binary", change=_sync_inside),
    Fault("silence", "no bytes for 3 s", length_s=3.0),
    Fault("slow-boot", "after opening the device hears nothing for most of its settling time", 0.0, 0.0),
    Fault("non-ascii", "a line with letters that are not ASCII", fits=_is_line, change=_foreign),
    Fault("error", "the device reports a fault among the readings", fits=lambda p: bool(_error_example(p)),
          change=_error),
    Fault("overrange", "for 2 s the sensor is loaded beyond its range", length_s=2.0,
          fits=lambda p: bool(_void_example(p)), change=_overrange),
    Fault("cr-only", "lines end with CR alone", 0.0, _FOREVER, fits=_is_line, change=_cr_only),
    Fault("wrong-baud", "every byte is garbled, as at a wrong speed", 0.0, _FOREVER, change=_wrong_baud),
)  # fmt: skip
"""Every fault by name."""
