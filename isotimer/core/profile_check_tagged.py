"""What can contradict itself in a device file about records, tagged packets, Bluetooth and questions."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from isotimer.core.layout import Layout, parse_layout
from isotimer.core.patterns import group_names

if TYPE_CHECKING:
    from isotimer.core.profile import Profile

_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_LONGEST_VALUE = 255


def about_ble(profile: "Profile") -> Iterator[str]:
    """Yield what is wrong with how the device is reached over Bluetooth."""
    if profile.ble is None:
        return
    for key in ("service", "notify", "write"):
        if not _UUID.fullmatch(getattr(profile.ble, key)):
            yield f"ble.{key}: it is no UUID like 7e4e1701-1ea6-40c9-9dcc-13d34ffead57"
    if not profile.ble.name.strip():
        yield "ble.name: it is empty"


def about_tagged(profile: "Profile") -> Iterator[str]:
    """Yield what is wrong with the packets of a tagged stream."""
    frame = profile.frame
    if not 1 <= frame.length <= _LONGEST_VALUE:
        yield f"frame.length: kind 'tagged' needs one from 1 to {_LONGEST_VALUE}"
    for key in ("pattern", "event", "end", "noise", "error", "sync", "crc", "other"):
        if getattr(frame, key):
            yield f"frame.{key}: kind 'tagged' has no use for it"
    tags = [frame.tag, *(packet.tag for packet in frame.packet)]
    if not all(0 <= tag <= 255 for tag in tags):
        yield "frame.tag: a tag is from 0 to 255"
    if len(set(tags)) != len(tags):
        yield "frame.packet: a tag stands twice"
    try:
        layout = parse_layout(frame.layout)
    except ValueError as e:
        yield f"frame.layout: {e}"
        return
    if layout.size != frame.length:
        yield f"frame.layout: it is {layout.size} bytes long, but frame.length is {frame.length}"
    if len(layout.fields) != len(frame.names) or len(set(frame.names)) != len(frame.names):
        yield f"frame.names: the {len(layout.fields)} values of the layout need a name of their own each"
        return
    if frame.verify == "time" and profile.time is None:
        yield "frame.verify: 'time' needs a [time] table"
    yield from about_fields(profile, layout)


def about_fields(profile: "Profile", layout: Layout) -> Iterator[str]:
    """Yield which values of a layout cannot be what they are said to be."""
    fields = dict(zip(profile.frame.names, layout.fields, strict=False))
    whole = [("time.group", profile.time.group)] if profile.time else []
    whole += [("seq.groups", g) for g in profile.seq.groups] if profile.seq else []
    for key, name in whole:
        if name in fields and not fields[name].is_integer:
            yield f"{key}: '{name}' is no whole number in the layout"
    for i, channel in enumerate(profile.channel):
        if (name := channel.group or channel.name) in fields and fields[name].is_text:
            yield f"channel[{i}]: '{name}' is no number in the layout"


def about_info(profile: "Profile") -> Iterator[str]:
    """Yield what is wrong with the questions about the device itself; their patterns are sound."""
    for i, info in enumerate(profile.info):
        key = f"info[{i}]"
        if "value" not in group_names(info.expect):
            yield f"{key}.expect: there is no group 'value' in it"
        if not info.send:
            yield f"{key}.send: it is empty"
        if not 0 < info.within_s <= 60:
            yield f"{key}.within_s: {info.within_s:g} is not from 0 to 60"
        if info.reply and not re.search(info.expect, info.reply):
            yield f"{key}.reply: it does not match its own expect"
        if info.layout and (fault := _layout_fault(info.layout)):
            yield f"{key}.layout: {fault}"


def _layout_fault(text: str) -> str:
    try:
        fields = parse_layout(text).fields
    except ValueError as e:
        return str(e)
    return "" if len(fields) == 1 and not fields[0].is_text else "it must be one number"
