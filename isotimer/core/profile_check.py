"""What can contradict itself in a device file, in words that name the key."""

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from isotimer.core.layout import Layout, parse_layout
from isotimer.core.patterns import group_names, pattern_fault
from isotimer.core.profile_check_tagged import about_ble, about_fields, about_info, about_tagged
from isotimer.core.units import NEWTONS_PER, to_base

if TYPE_CHECKING:
    from isotimer.core.profile import Crc, Other, Profile, Step

MAX_LINE = 200
"""Longest line in bytes that is matched at all; it bounds the time of any pattern."""

NOT_FORCE = ("percent", "pcs")
"""Units that a device may send and that are no force: such a reading is void."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_FORMAT = re.compile(r"[5-8][NEOMS](1|1\.5|2)")
_USB = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")
_LONGEST_FRAME = 4096


def contradictions(profile: "Profile") -> Iterator[str]:
    """Yield what does not fit together in a profile, each naming its key."""
    yield from _about_line(profile)
    yield from about_ble(profile)
    faults = list(_about_patterns(profile))
    yield from faults
    yield from _about_frame(profile)
    yield from _about_numbers(profile)
    yield from _about_units(profile)
    if not faults:
        yield from _about_groups(profile)
        yield from _about_dialogues(profile)
        yield from about_info(profile)
    yield from _about_examples(profile)


def _about_line(profile: "Profile") -> Iterator[str]:
    if not _ID.fullmatch(profile.id):
        yield f"id: '{profile.id}' may hold only a-z, 0-9 and -, and begins with a letter or digit"
    if not profile.name.strip():
        yield "name: it is empty"
    if not profile.channel:
        yield "channel: there must be at least one"
    if not _FORMAT.fullmatch(profile.port.format):
        yield f"port.format: '{profile.port.format}' is not like 8N1 (data bits, parity N E O M S, stop bits)"
    for usb in profile.match.usb:
        if not _USB.fullmatch(usb):
            yield f"match.usb: '{usb}' is not like 0483:a1ad"
    if profile.mode == "poll" and profile.poll is None:
        yield "poll: mode 'poll' needs this table"
    if profile.mode == "stream" and profile.poll is not None:
        yield "poll: mode 'stream' has no use for this table"
    if profile.frame.kind == "chunk" and profile.mode != "poll":
        yield "frame.kind: chunks without a line end can only be told apart in mode 'poll'"


def _about_patterns(profile: "Profile") -> Iterator[str]:
    frame = profile.frame
    named = [
        ("frame.pattern", frame.pattern),
        ("frame.end", frame.end),
        ("match.expect", profile.match.expect),
        ("units.line", profile.units.line),
    ]
    named += [(f"frame.noise[{i}]", p) for i, p in enumerate(frame.noise)]
    named += [(f"frame.error[{i}]", p) for i, p in enumerate(frame.error)]
    if profile.match.probe:
        named.append(("match.probe.expect", profile.match.probe.expect))
    named += [(f"{key}.expect", step.expect) for key, step in _steps(profile)]
    named += [(f"info[{i}].expect", info.expect) for i, info in enumerate(profile.info)]
    for key, pattern in named:
        if fault := pattern_fault(pattern):
            yield f"{key}: {fault}"


def _steps(profile: "Profile") -> Iterator[tuple[str, "Step"]]:
    for name in profile.cmd.__struct_fields__:
        for i, step in enumerate(getattr(profile.cmd, name)):
            yield f"cmd.{name}[{i}]", step


def _about_frame(profile: "Profile") -> Iterator[str]:
    frame = profile.frame
    if frame.kind != "tagged" and (frame.tag or frame.packet):
        yield f"frame.{'tag' if frame.tag else 'packet'}: kind '{frame.kind}' has no use for it"
    if frame.kind == "tagged":
        yield from about_tagged(profile)
        return
    if frame.kind == "binary":
        yield from _about_binary(profile)
        return
    if not frame.pattern and frame.kind != "json":
        yield f"frame.pattern: kind '{frame.kind}' needs one"
    if frame.pattern and frame.kind == "json":
        yield "frame.pattern: kind 'json' has no use for it"
    if frame.kind == "chunk" and not 1 <= frame.length <= MAX_LINE:
        yield f"frame.length: kind 'chunk' needs one from 1 to {MAX_LINE}"
    if frame.kind in ("line", "json") and frame.length:
        yield f"frame.length: kind '{frame.kind}' has no use for it"
    if frame.eol not in ("\n", "\r", "\r\n"):
        yield "frame.eol: it must be \\n, \\r or \\r\\n"
    if not 1 <= frame.max <= MAX_LINE:
        yield f"frame.max: {frame.max} is not from 1 to {MAX_LINE}"
    for key in ("sync", "layout", "names", "crc", "verify", "chained", "other"):
        if getattr(frame, key):
            yield f"frame.{key}: kind '{frame.kind}' has no use for it"


def _about_binary(profile: "Profile") -> Iterator[str]:
    frame = profile.frame
    if not 1 <= frame.length <= _LONGEST_FRAME:
        yield f"frame.length: kind 'binary' needs one from 1 to {_LONGEST_FRAME}"
    try:
        sync = bytes.fromhex(frame.sync)
    except ValueError:
        yield f"frame.sync: '{frame.sync}' is not hexadecimal"
    else:
        if not 0 < len(sync) < max(frame.length, 1):
            yield "frame.sync: kind 'binary' needs sync bytes, fewer than the frame is long"
        yield from _about_others(frame.other, sync, frame.length)
    for key in ("pattern", "event", "end", "noise", "error"):
        if getattr(frame, key):
            yield f"frame.{key}: kind 'binary' has no use for it"
    try:
        layout = parse_layout(frame.layout)
    except ValueError as e:
        yield f"frame.layout: {e}"
        return
    if layout.size != frame.length:
        yield f"frame.layout: it is {layout.size} bytes long, but frame.length is {frame.length}"
    if len(layout.fields) != len(frame.names):
        yield f"frame.names: {len(frame.names)} names for the {len(layout.fields)} values of the layout"
        return
    if len(set(frame.names)) != len(frame.names):
        yield "frame.names: a name stands twice"
    if frame.crc:
        yield from _about_crc(frame.crc, frame.length, frame.names, layout)
    if frame.crc and frame.chained:
        yield "frame.chained: a checksum proves a frame already"
    if frame.verify == "time" and profile.time is None:
        yield "frame.verify: 'time' needs a [time] table"
    yield from about_fields(profile, layout)


def _about_others(others: "list[Other]", own: bytes, length: int) -> Iterator[str]:
    for i, other in enumerate(others):
        key = f"frame.other[{i}]"
        try:
            sync = bytes.fromhex(other.sync)
        except ValueError:
            yield f"{key}.sync: '{other.sync}' is not hexadecimal"
            continue
        if not 0 < len(sync) <= min(other.length, length) or other.length > _LONGEST_FRAME:
            yield f"{key}: its sync must fit into it and into a frame, and it into {_LONGEST_FRAME} bytes"
        if not sync or sync.startswith(own) or own.startswith(sync):
            yield f"{key}.sync: it cannot be told from frame.sync"


def _about_crc(crc: "Crc", length: int, names: list[str], layout: Layout) -> Iterator[str]:
    code = "H" if crc.algo.startswith("crc16") else "B"
    if not 0 <= crc.start < crc.stop <= length:
        yield f"frame.crc: bytes {crc.start} to {crc.stop} do not lie in a frame of {length}"
    if crc.field not in names:
        yield f"frame.crc.field: '{crc.field}' is not in frame.names"
    elif layout.fields[names.index(crc.field)].code != code:
        yield f"frame.crc.field: {crc.algo} needs {code} in the layout"


def _about_numbers(profile: "Profile") -> Iterator[str]:
    port, rate, simulator, time, poll = (
        profile.port,
        profile.rate,
        profile.simulator,
        profile.time,
        profile.poll,
    )
    limits: list[tuple[str, float, float, float]] = [
        ("port.baud", port.baud, 50, 12_000_000),
        *((f"port.baud_try[{i}]", b, 50, 12_000_000) for i, b in enumerate(port.baud_try)),
        ("port.settle_s", port.settle_s, 0, 60),
        ("port.latency_ms", port.latency_ms, 0, 255),
        ("rate.nominal_hz", rate.nominal_hz, 0, 100_000),
        ("rate.delay_s", rate.delay_s, 0, 60),
        ("simulator.rate_hz", simulator.rate_hz, 0, 100_000),
        *((f"simulator.first_steps_us[{i}]", s, 0, 1e7) for i, s in enumerate(simulator.first_steps_us)),
    ]
    if time:
        # 62 bits keep sums and differences of ticks within 64-bit integers.
        limits += [("time.bits", time.bits, 1, 62), ("time.decimals", time.decimals, 0, 9)]
    if poll:
        limits += [("poll.hz", poll.hz, 0.01, 10_000), ("poll.timeout_s", poll.timeout_s, 0.001, 60)]
    for key, step in _steps(profile):
        for name in ("within_s", "wait_s", "drain_s", "stall_s"):
            limits.append((f"{key}.{name}", getattr(step, name), 0, 600))
    for key, value, low, high in limits:
        if not low <= value <= high:
            yield f"{key}: {value:g} is not from {low:g} to {high:g}"
    for key, value in _factors(profile):
        if not math.isfinite(value) or value == 0:
            yield f"{key}: {value:g} is no factor"
    if profile.reject.range and not profile.reject.range[0] < profile.reject.range[1]:
        yield "reject.range: the first number must be below the second"
    if not rate.steady and (rate.nominal_hz == 0 or time or profile.seq):
        yield "rate.steady: without one pace the slowest is needed in rate.nominal_hz, and no time or seq"
    if poll and not poll.send:
        yield "poll.send: it is empty"


def _factors(profile: "Profile") -> Iterator[tuple[str, float]]:
    for i, channel in enumerate(profile.channel):
        yield f"channel[{i}].scale", channel.scale
        yield f"channel[{i}].offset", channel.offset or 1.0
        if channel.sign_group:
            yield from ((f"channel[{i}].sign_group.map", float(v)) for v in channel.sign_group.map.values())
    yield "simulator.counts_per_n", profile.simulator.counts_per_n


def _about_units(profile: "Profile") -> Iterator[str]:
    known = f"known are raw, {', '.join(NEWTONS_PER)}"
    bases = set()
    for i, channel in enumerate(profile.channel):
        if channel.unit == "?" or channel.unit.startswith("@"):
            bases.add("N")
        elif base := to_base(channel.unit):
            bases.add(base[1])
        else:
            yield f"channel[{i}].unit: '{channel.unit}' is no unit; {known}"
    if len(bases) > 1:
        yield "channel: some channels send counts and others a force"
    asked = any(c.unit == "?" for c in profile.channel)
    if asked != bool(profile.units.line):
        yield "units.line: it goes together with channels of unit '?'"
    if profile.units.line and profile.frame.kind not in ("line", "chunk"):
        yield f"units.line: kind '{profile.frame.kind}' has no lines of text to look in"
    for spelling, unit in profile.units.map.items():
        if unit not in NEWTONS_PER and unit not in NOT_FORCE:
            more = ", ".join(NOT_FORCE)
            yield f"units.map: '{spelling}' stands for '{unit}', which is no unit; {known}, {more}"


def _about_groups(profile: "Profile") -> Iterator[str]:
    kind = profile.frame.kind
    laid_out = kind in ("binary", "tagged")
    names = frozenset(profile.frame.names) if laid_out else group_names(profile.frame.pattern)
    place = "frame.names" if laid_out else "frame.pattern"
    for key, group in groups_of(profile):
        if kind == "json" and not all(group.split(".")):
            yield f"{key}: '{group}' has an empty key"
        if kind != "json" and group not in names:
            yield f"{key}: there is no '{group}' in {place}"
    if profile.units.line and "unit" not in group_names(profile.units.line):
        yield "units.line: there is no group 'unit' in it"
    channels = [c.name for c in profile.channel]
    if len(set(channels)) != len(channels):
        yield "channel: a name stands twice"
    if profile.seq and (len(profile.seq.groups) != len(profile.seq.radix) or not profile.seq.groups):
        yield "seq.radix: there must be one for each of seq.groups"
    if profile.seq and (min(profile.seq.radix, default=2) < 2 or math.prod(profile.seq.radix) > 2**62):
        yield "seq.radix: each must be at least 2, and all together fit 62 bits"


def needed_groups(profile: "Profile") -> tuple[str, ...]:
    """Return the groups without which a frame is no reading: values, time, frame number."""
    groups = [c.group or c.name for c in profile.channel]
    groups += [profile.time.group] if profile.time else []
    groups += profile.seq.groups if profile.seq else []
    return tuple(groups)


def groups_of(profile: "Profile") -> Iterator[tuple[str, str]]:
    """Yield (key of the device file, group) of everything that is taken from a frame."""
    for i, channel in enumerate(profile.channel):
        yield f"channel[{i}].{'group' if channel.group else 'name'}", channel.group or channel.name
        if channel.unit.startswith("@"):
            yield f"channel[{i}].unit", channel.unit[1:]
        if channel.sign_group:
            yield f"channel[{i}].sign_group.group", channel.sign_group.group
    if profile.flags:
        yield "flags.group", profile.flags.group
        if profile.flags.alt:
            yield "flags.alt.group", profile.flags.alt.group
    if profile.time:
        yield "time.group", profile.time.group
    if profile.seq:
        yield from (("seq.groups", g) for g in profile.seq.groups)
    if profile.frame.event:
        yield "frame.event", profile.frame.event


def _about_dialogues(profile: "Profile") -> Iterator[str]:
    asked = [(key, step.expect, step.reply) for key, step in _steps(profile)]
    if probe := profile.match.probe:
        asked.append(("match.probe", probe.expect, probe.reply))
    for key, expect, reply in asked:
        if expect and reply and not re.search(expect, reply, re.MULTILINE):
            yield f"{key}.reply: it does not match its own expect"


def _about_examples(profile: "Profile") -> Iterator[str]:
    for i, example in enumerate(profile.example):
        key = f"example[{i}]"
        if bool(example.text) == bool(example.hex):
            yield f"{key}: it needs either text or hex"
        elif not _is_bytes(example.text, example.hex):
            yield f"{key}: its bytes are not text of one byte per character, or not hexadecimal"
        if (example.kind == "reading") != bool(example.readings):
            yield f"{key}.readings: an example of kind 'reading', and no other, has them"
        for j, reading in enumerate(example.readings):
            if len(reading.values) != len(profile.channel):
                yield f"{key}.readings[{j}].values: {len(reading.values)} for {len(profile.channel)} channels"
            if reading.unit and to_base(reading.unit) is None:
                yield f"{key}.readings[{j}].unit: '{reading.unit}' is no unit"


def _is_bytes(text: str, hexadecimal: str) -> bool:
    try:
        bytes.fromhex(hexadecimal)
        text.encode("latin-1")
    except ValueError:
        return False
    return True
