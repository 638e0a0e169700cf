"""The schema of ``devices/*.toml``: how one load cell or force plate speaks, as data.

A profile says how to open the port, how to cut bytes into frames, what a frame means, which
dialogues the device understands, and shows examples (bytes in, readings out). The examples are
the device's test and what its simulator speaks. Nothing in a profile is code.
"""

import tomllib
from functools import lru_cache
from typing import Literal

import msgspec

from isotimer.core.errors import DataError
from isotimer.core.profile_check import MAX_LINE, contradictions
from isotimer.core.schema_words import explain


class _Table(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Base of all tables of a profile."""


class Probe(_Table, frozen=True, kw_only=True):
    """A question that tells whether this device is on the line."""

    send: str
    expect: str
    within_s: float = 2.0
    reply: str = ""
    """What the simulated device answers."""


class Match(_Table, frozen=True, kw_only=True):
    """How to recognise the device."""

    usb: list[str] = []
    """"vid:pid" in hexadecimal; a hint, never a proof."""
    probe: Probe | None = None
    expect: str = ""
    """A pattern that its unasked output matches."""


class Port(_Table, frozen=True, kw_only=True):
    """Line settings."""

    baud: int = 115200
    baud_try: list[int] = []
    format: str = "8N1"
    dtr: bool | None = None
    rts: bool | None = None
    reset: Literal["", "dtr"] = ""
    """"dtr": opening the port reboots the device."""
    settle_s: float = 0.0
    """Longest time after opening until the device listens."""
    latency_ms: int = 0


class Ble(_Table, frozen=True, kw_only=True):
    """How the device is reached over Bluetooth Low Energy; addresses of services are 128-bit UUIDs."""

    name: str
    """How the name begins under which it advertises itself."""
    service: str
    notify: str
    """The characteristic whose notifications carry what the device sends."""
    write: str
    """The characteristic that takes commands, one a write."""


class Info(_Table, frozen=True, kw_only=True):
    """Something that the device tells about itself when it is asked."""

    name: str
    """"battery", "firmware"."""
    send: str
    expect: str
    """Pattern of the answer, byte for byte; its group ``value`` is what was asked."""
    layout: str = ""
    """struct format of that value, first ``<`` or ``>``; text if empty."""
    unit: str = ""
    within_s: float = 1.0
    reply: str = ""
    """What the simulated device answers."""


class Crc(_Table, frozen=True, kw_only=True):
    """A checksum over part of a binary frame."""

    algo: Literal["crc16-ccitt-false", "xor8", "sum8"]
    start: int
    stop: int
    field: str


class Other(_Table, frozen=True, kw_only=True):
    """Bytes of another kind that share the line with binary frames and are passed over."""

    sync: str
    """Their first bytes, hexadecimal."""
    length: int


class Packet(_Table, frozen=True, kw_only=True):
    """A tagged packet without readings."""

    tag: int
    text: str
    """What it is, in words."""
    kind: Literal["noise", "error"] = "noise"
    """"error": the device reports a fault with it."""


class Frame(_Table, frozen=True, kw_only=True):
    """How bytes become frames."""

    kind: Literal["line", "json", "chunk", "binary", "tagged"]
    """"json": each line is a JSON object, a group is a key of it, ``a.b`` or ``cells.0`` if further in.
    "tagged": packets of a tag byte, a length byte and a value, which is one or more records of ``layout``.
    """
    eol: str = "\n"
    """Line end; a CR or LF left at either edge of a line is dropped."""
    max: int = MAX_LINE
    pattern: str = ""
    """What a whole line or chunk with a reading looks like; it is tried before all others."""
    event: str = ""
    """Group of the pattern (or key of the object) that marks an event (a trigger) rather than a reading."""
    noise: list[str] = []
    """Lines to pass over in silence (banners, replies); found anywhere in the line, as are the next two."""
    error: list[str] = []
    """Lines with which the device reports a fault."""
    end: str = ""
    """The line with which the device ends its stream."""
    length: int = 0
    """Bytes of a chunk or binary frame."""
    sync: str = ""
    """First bytes of a binary frame, hexadecimal ("aa 55")."""
    layout: str = ""
    """struct format of the whole frame, first ``<`` or ``>``; ``t`` is a signed 24-bit integer."""
    names: list[str] = []
    """A name for each value of the layout."""
    crc: Crc | None = None
    verify: Literal["", "time"] = ""
    """"time": accept a lock on the sync bytes only when the time field rises plausibly over 3 more frames."""
    chained: bool = False
    """Whether a binary frame without a checksum is believed only when the next one, or what may come between,
    begins where it ends: lost and added bytes then give no wrong value. Each frame waits for the next."""
    other: list[Other] = []
    """What else comes between two binary frames."""
    tag: int = 0
    """The tag of packets with readings; ``length`` is that of one record in them."""
    packet: list[Packet] = []
    """The other packets of a tagged stream."""


class SignGroup(_Table, frozen=True, kw_only=True):
    """A sign that the device sends apart from the digits."""

    group: str
    map: dict[str, int]


class Channel(_Table, frozen=True, kw_only=True):
    """One value of a frame."""

    name: str
    group: str = ""
    """Regex group or layout name; the channel's own name if empty."""
    unit: str = "raw"
    """A unit of ``core.units``, "raw" for counts, "@group" if the line carries it, "?" for ``units.line``."""
    scale: float = 1.0
    offset: float = 0.0
    sign: Literal[1, -1] = 1
    """-1 where the device prints pull as negative."""
    sign_group: SignGroup | None = None


FlagWord = Literal["stable", "unstable", "overrange", "underrange", "busy", "hold"]


class AltFlags(_Table, frozen=True, kw_only=True):
    """A second group that carries flags."""

    group: str
    map: dict[str, FlagWord]


class Flags(_Table, frozen=True, kw_only=True):
    """Words that qualify a value."""

    group: str
    map: dict[str, FlagWord]
    alt: AltFlags | None = None
    void: list[FlagWord] = []
    """Flags whose value must be thrown away."""


class Reject(_Table, frozen=True, kw_only=True):
    """Values that the device sends when it errs (in its own numbers, before scale)."""

    values: list[float] = []
    range: tuple[float, float] | None = None
    """Only values within are accepted."""


class Time(_Table, frozen=True, kw_only=True):
    """The device's own clock."""

    group: str
    unit: Literal["s", "ms", "us"]
    bits: int = 32
    """Width of the counter; it wraps at 2**bits."""
    decimals: int = 0
    """Digits after the point where the time is printed with a fraction; one tick is the last of them."""
    zero: Literal["", "start"] = ""
    """"start": counts from the start of the stream."""


class Seq(_Table, frozen=True, kw_only=True):
    """Frame numbers; several groups make one number, most significant first."""

    groups: list[str]
    radix: list[int]


class Rate(_Table, frozen=True, kw_only=True):
    """What is known of the sampling; the measured rate decides everything else."""

    nominal_hz: float = 0.0
    steady: bool = True
    """Whether samples come at one pace. If not, each is timed by its arrival; ``nominal_hz`` is the least."""
    delay_s: float = 0.0
    """Group delay of the device's own filter."""


class Units(_Table, frozen=True, kw_only=True):
    """The device's spelling of units."""

    map: dict[str, str] = {}
    line: str = ""
    """For channels whose unit is "?": what tells the unit of all values from there on, in a group ``unit``.

    It is looked for in every reading (some carry their unit only now and then), and as a whole line (the
    answer to a question in ``cmd.start``). Until a unit was told, readings are void.
    """


class Poll(_Table, frozen=True, kw_only=True):
    """A question asked again and again."""

    send: str
    hz: float
    timeout_s: float = 0.5


class Step(_Table, frozen=True, kw_only=True):
    """One exchange of a dialogue."""

    send: str
    """What is sent; "{kg}" and "{n}" are filled in by the caller."""
    expect: str = ""
    """Pattern of the answer; nothing is awaited if empty."""
    within_s: float = 3.0
    wait_s: float = 0.0
    drain_s: float = 0.0
    reply: str = ""
    """What the simulated device answers."""
    stall_s: float = 0.0
    """How long the device sends no samples meanwhile."""


class Commands(_Table, frozen=True, kw_only=True):
    """Dialogues that the device understands."""

    start: list[Step] = []
    stop: list[Step] = []
    tare: list[Step] = []
    zero: list[Step] = []
    calibrate: list[Step] = []


class Simulated(_Table, frozen=True, kw_only=True):
    """What the simulator must know beyond the examples."""

    rate_hz: float = 0.0
    """Rate that a real one was seen to have; the nominal rate if 0."""
    banner: str = ""
    """What the device prints after a reset."""
    counts_per_n: float = 100.0
    """Sensitivity of a simulated bare cell, per channel."""
    zero_counts: float = 8000.0
    """Counts of an unloaded simulated cell."""
    first_steps_us: list[float] = []
    """Odd first time steps that the real device shows."""
    lost_every: int = 0
    """Each so-manieth sample never leaves the device; none is lost if 0."""


FlagName = Literal["void", "overrange", "unstable", "rejected"]


class Reading(_Table, frozen=True, kw_only=True):
    """What one frame of an example must give."""

    values: list[float]
    """One per channel, in ``unit``, after scale, offset and sign; nan where void."""
    unit: str = ""
    """Unit of the values; the channel's own if empty."""
    ticks: int | None = None
    seq: int | None = None
    flags: list[FlagName] = []


class Example(_Table, frozen=True, kw_only=True):
    """Bytes that the device sends and what they mean."""

    text: str = ""
    hex: str = ""
    readings: list[Reading] = []
    kind: Literal["reading", "noise", "banner", "error", "end", "event", "garbled"] = "reading"
    source: str = ""

    @property
    def data(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.hex) if self.hex else self.text.encode("latin-1")


class Profile(_Table, frozen=True, kw_only=True):
    """One device file."""

    id: str
    name: str
    mode: Literal["stream", "poll"]
    about: str = ""
    source: str = ""
    """Where the facts come from."""
    match: Match = Match()
    port: Port = Port()
    ble: Ble | None = None
    frame: Frame
    channel: list[Channel]
    flags: Flags | None = None
    reject: Reject = Reject()
    time: Time | None = None
    seq: Seq | None = None
    rate: Rate = Rate()
    units: Units = Units()
    poll: Poll | None = None
    cmd: Commands = Commands()
    info: list[Info] = []
    simulator: Simulated = Simulated()
    example: list[Example] = []

    @property
    def calibrated(self) -> bool:
        """Whether the device sends a force or mass rather than counts."""
        return all(c.unit != "raw" for c in self.channel)


@lru_cache(maxsize=128)
def parse_profile(text: str, where: str) -> Profile:
    """Return the profile in a TOML text.

    Args:
        text: The file's contents.
        where: The file's name, for messages.

    Raises:
        DataError: If it is no TOML, has an unknown or missing key, a wrong type, a pattern that is
            no regular expression, or parts that contradict each other. The message names file and key.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise DataError(f"device file {where} is not TOML", str(e), "correct that line") from None
    try:
        profile = msgspec.convert(table, Profile)
    except msgspec.ValidationError as e:
        raise DataError(f"device file {where}", *explain(str(e), Profile)) from None
    for complaint in contradictions(profile):
        raise DataError(f"device file {where}", complaint, "correct that key")
    return profile
