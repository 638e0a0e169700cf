"""What a device tells about itself when it is asked: its battery, its firmware."""

import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from isotimer.core.profile import Info, Profile
from isotimer.core.text import printable
from isotimer.link.inbox import Chunk, Line

_KEEP = 4096
"""Bytes of answer that are looked at; older ones are dropped."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer."""

    name: str
    text: str
    """Safe to show, with its unit."""


def tell(line: Line, profile: Profile, on_chunk: Callable[[Chunk], None]) -> tuple[Told, ...]:
    """Ask what the device file knows to ask; what is not answered in time is left out.

    Args:
        line: The open line. Ask before the stream is started: its bytes could pass for an answer.
        profile: The device.
        on_chunk: Takes the bytes that arrive.

    Raises:
        LinkError: If the line fails.
    """
    told = ((info, _ask(line, info, on_chunk)) for info in profile.info)
    return tuple(Told(info.name, _text(info, value)) for info, value in told if value is not None)


def _ask(line: Line, info: Info, on_chunk: Callable[[Chunk], None]) -> bytes | None:
    line.write(info.send.encode("latin-1", "replace"))
    pattern, heard = re.compile(info.expect), ""
    until_s = time.monotonic() + info.within_s
    while (left_s := until_s - time.monotonic()) > 0:
        chunk = line.take(left_s)
        if chunk is None:
            continue
        on_chunk(chunk)
        heard = (heard + chunk[0].decode("latin-1"))[-_KEEP:]
        if (match := pattern.search(heard)) and match["value"] is not None:
            return match["value"].encode("latin-1")
    return None


def _text(info: Info, value: bytes) -> str:
    text = value.decode("latin-1")
    if info.layout:
        try:
            text = f"{struct.unpack(info.layout.replace(' ', ''), value)[0]:g}"
        except struct.error:
            text = value.hex(" ")
    return printable(f"{text} {info.unit}".strip(), 60)
