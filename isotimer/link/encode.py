"""The inverse of decoding: readings in, the bytes that a device would send out. Pure.

Nothing is known here about any device: the first example of a profile that carries a value is the
template, and new numbers are written into it in its own style (decimals, width, padding, sign).
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isotimer.core.binary import checksum
from isotimer.core.block import FloatArray, IntArray
from isotimer.core.errors import DataError
from isotimer.core.json_lines import Tree, parse_object, path_of, text_at
from isotimer.core.layout import Field, parse_layout
from isotimer.core.profile import Channel, Example, Frame, Profile
from isotimer.core.units import to_base

_NUMBER = re.compile(
    r"(?P<lead>[ ]*)(?P<sign>[+-]?)(?P<pad>[ ]*)(?P<int>\d*)(?:(?P<point>[.,])(?P<dec>\d*))?[ ]*"
)
_Put = Callable[[Sequence[float], int, int], str]
"""(printed values, ticks, seq) to the text of one group."""


class Encoder:
    """Writes readings as one device does.

    Args:
        profile: The device; its first reading example with a value is the template.

    Raises:
        DataError: If no example can serve as template.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        kinds = {"binary": _binary, "tagged": _binary, "json": _json}
        self._writer = kinds.get(profile.frame.kind, _text)(profile)
        self.channels = len(profile.channel)
        self._scales = np.array([_slope(c, self._writer.units[i]) for i, c in enumerate(profile.channel)])
        self._rests = np.array([c.offset / c.scale for c in profile.channel])
        self.resolution: FloatArray = np.abs(self._scales) * 10.0 ** -np.array(self._writer.decimals)
        """(c,) the least step that a frame can tell, in the base unit."""

    @property
    def template(self) -> bytes:
        """The example frame that is followed, line end included."""
        return self._writer.template

    def base(self, force_n: FloatArray) -> FloatArray:
        """Return forces in the base unit: newtons, or counts for a sensor that sends counts.

        Args:
            force_n: (n, c) N.
        """
        simulated = self.profile.simulator
        raw = np.array([c.unit == "raw" for c in self.profile.channel])
        values: FloatArray = np.where(raw, simulated.zero_counts + force_n * simulated.counts_per_n, force_n)
        return values

    def printed(self, base: FloatArray) -> FloatArray:
        """Return the device's own numbers for values in the base unit, (n, c), not rounded yet."""
        numbers: FloatArray = base / self._scales - self._rests
        return numbers

    def frames(
        self, base: FloatArray, ticks: IntArray | None = None, seq: IntArray | None = None
    ) -> list[bytes]:
        """Return one frame for each row.

        Args:
            base: (n, c) values in the base unit (N or counts).
            ticks: (n,) counter values, wrapped by the caller; zeros if None.
            seq: (n,) frame numbers, wrapped here; zeros if None.
        """
        none = np.zeros(len(base), np.int64)
        return self.write(self.printed(base), none if ticks is None else ticks, none if seq is None else seq)

    def write(self, printed: FloatArray, ticks: IntArray, seq: IntArray) -> list[bytes]:
        """Return one frame for each row of the device's own numbers (n, c); see ``frames``."""
        return self._writer.write(printed, ticks, seq)


def _slope(channel: Channel, unit: str) -> float:
    """Return base units for one printed unit of a channel, sign included."""
    factor = to_base(unit)
    if factor is None:
        raise DataError(f"channel {channel.name} cannot be simulated", f"unit '{unit}' is no force")
    return channel.scale * channel.sign * factor[0]


def _no_template(profile: Profile, why: str) -> DataError:
    return DataError(f"device {profile.id} cannot be simulated", why, "add an [[example]] with a reading")


@dataclass(frozen=True, slots=True)
class _Writer:
    template: bytes
    units: tuple[str, ...]
    """Unit of each channel in the template."""
    decimals: tuple[int, ...]
    """Digits after the point of each channel in the template."""
    write: Callable[[FloatArray, IntArray, IntArray], list[bytes]]


def _has_value(example: Example) -> bool:
    return example.kind == "reading" and any(not np.isnan(v) for r in example.readings for v in r.values)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a number is written."""

    decimals: int
    point: str
    plus: str
    fill: str
    width: int
    """Least characters, filled with ``fill`` between sign and digits (zeros) or before the sign (blanks)."""
    sign_first: bool
    limit: int
    """Most characters; 0 for no limit."""

    def put(self, value: float) -> str:
        """Return the number as text."""
        text = self._put(value, self.decimals)
        for decimals in range(self.decimals - 1, -1, -1):
            if not self.limit or len(text) <= self.limit:
                break
            text = self._put(value, decimals)
        if self.limit and len(text) > self.limit:
            return text[: self.limit - len(text)]
        return text

    def _put(self, value: float, decimals: int) -> str:
        digits = f"{abs(value):.{decimals}f}"
        if self.point != ".":
            digits = digits.replace(".", self.point)
        negative = value < 0 and digits.strip("0.,") != ""
        sign = "-" if negative else self.plus
        if self.sign_first:
            return sign + digits.rjust(self.width - len(sign), self.fill)
        return (sign + digits).rjust(self.width, self.fill)


def _style(text: str, fixed: bool) -> _Style:
    """Return the style in which a template's number is written.

    Args:
        text: The number, with any blanks that belong to its column.
        fixed: Whether it must not grow (a frame of fixed length).
    """
    m = _NUMBER.fullmatch(text)
    if not m or not (m["int"] or m["dec"]):
        return _Style(2, ".", "", " ", 0, False, 0)
    zeros = len(m["int"]) > 1 and m["int"].startswith("0")
    padded = zeros or bool(m["lead"] or m["pad"])
    plus = "+" if m["sign"] == "+" else (" " if m["sign"] and (padded or fixed) else "")
    return _Style(
        decimals=len(m["dec"] or ""),
        point=m["point"] or ".",
        plus=plus,
        fill="0" if zeros else " ",
        width=len(text) if padded or fixed else 0,
        sign_first=zeros or bool(m["pad"]),
        limit=len(text) if fixed else 0,
    )


def _text(profile: Profile) -> _Writer:
    line, match, end, told = _template_line(profile)
    units = tuple(_unit(c.unit, match, profile, told) for c in profile.channel)
    fixed = profile.frame.kind == "chunk"
    decimals = tuple(_style(match[c.group or c.name], fixed).decimals for c in profile.channel)
    puts: list[tuple[int, int, _Put]] = []
    for index, channel in enumerate(profile.channel):
        puts += _channel_puts(channel, index, match, line, fixed)
    if profile.time and match[profile.time.group] is not None:
        style = _style(match[profile.time.group], fixed)
        scale = 10**profile.time.decimals
        puts.append(
            (*match.span(profile.time.group), lambda v, t, s: style.put(t / scale if scale > 1 else t))
        )
    for group, below, radix in _digits(profile):
        puts.append((*match.span(group), _digit(_style(match[group], fixed), below, radix)))
    puts.sort(key=lambda p: p[0])
    pieces: list[str | _Put] = []
    at = 0
    for start, stop, put in puts:
        pieces += [line[at:start], put]
        at = stop
    pieces.append(line[at:] + end)

    def write(printed: FloatArray, ticks: IntArray, seq: IntArray) -> list[bytes]:
        rows = zip(printed.tolist(), ticks.tolist(), seq.tolist(), strict=True)
        return [
            "".join([p if isinstance(p, str) else p(v, t, s) for p in pieces]).encode("latin-1", "replace")
            for v, t, s in rows
        ]

    return _Writer((line + end).encode("latin-1"), units, decimals, write)


def _template_line(profile: Profile) -> tuple[str, re.Match[str], str, str]:
    """Return (line, match, line end, unit told) of the first line of the examples that carries all values."""
    frame = profile.frame
    pattern = re.compile(frame.pattern)
    groups = [c.group or c.name for c in profile.channel]
    if profile.time:
        groups.append(profile.time.group)
    for example in filter(_has_value, profile.example):
        text = example.data.decode("latin-1")
        lines = [(text, "")] if frame.kind == "chunk" else _lines(text, frame.eol)
        told = ""
        for line, end in lines:
            m = pattern.fullmatch(line)
            if profile.units.line and (unit := re.search(profile.units.line, line)):
                told = unit["unit"]
            if m and all(m[g] is not None for g in groups) and _finite(m, groups) and not _void(profile, m):
                return line, m, end, told
    raise _no_template(profile, "no example line has a value for every channel")


def _lines(text: str, eol: str) -> list[tuple[str, str]]:
    """Return (line, its end as sent) of all lines of a text."""
    found = re.findall(r"([^\r\n]+)([\r\n]*)", text)
    return [(line, end if eol in end else eol) for line, end in found]


def _finite(match: re.Match[str], groups: Sequence[str]) -> bool:
    return all(re.search(r"\d", match[g]) and not re.search(r"inf|nan|ovf", match[g], re.I) for g in groups)


def _void(profile: Profile, match: re.Match[str]) -> bool:
    if not profile.flags:
        return False
    words: list[str | None] = [profile.flags.map.get(match[profile.flags.group] or "")]
    if profile.flags.alt:
        words.append(profile.flags.alt.map.get(match[profile.flags.alt.group] or ""))
    return any(w in profile.flags.void for w in words)


def _unit(unit: str, match: re.Match[str], profile: Profile, told: str) -> str:
    if unit == "?":
        return profile.units.map.get(told, told)
    if not unit.startswith("@"):
        return profile.units.map.get(unit, unit)
    text = match[unit[1:]] or ""
    return profile.units.map.get(text, text)


def _channel_puts(
    channel: Channel, index: int, match: re.Match[str], line: str, fixed: bool
) -> list[tuple[int, int, _Put]]:
    group = channel.group or channel.name
    start, stop = match.span(group)
    # blanks before a right-aligned number are its room, but a sign in a column of its own stays there
    while start > 1 and line[start - 2 : start] == "  " and not re.match("[+-] ", line[start:stop]):
        start -= 1
    style = _style(line[start:stop], fixed)
    if channel.sign_group is None:
        return [(start, stop, lambda v, t, s: style.put(v[index]))]
    words = {sign: text for text, sign in channel.sign_group.map.items()}
    return [
        (start, stop, lambda v, t, s: style.put(abs(v[index]))),
        (*match.span(channel.sign_group.group), lambda v, t, s: words[-1 if v[index] < 0 else 1]),
    ]


def _digit(style: _Style, below: int, radix: int) -> _Put:
    return lambda v, t, s: style.put(s // below % radix)


def _json(profile: Profile) -> _Writer:
    """Write JSON objects with the template's keys, order and blanks."""
    text, end, tree = _template_object(profile)
    blanks = (", ", ": ") if '": ' in text else (",", ":")
    groups = [path_of(c.group or c.name) for c in profile.channel]
    styles = [_style(text_at(tree, path) or "", False) for path in groups]
    told = [
        str(text_at(tree, path_of(c.unit[1:]))) if c.unit.startswith("@") else c.unit for c in profile.channel
    ]

    def write(printed: FloatArray, ticks: IntArray, seq: IntArray) -> list[bytes]:
        out = []
        for values, tick, number in zip(printed.tolist(), ticks.tolist(), seq.tolist(), strict=True):
            row = json.loads(text)
            for path, style, value in zip(groups, styles, values, strict=True):
                _put_at(row, path, round(value, style.decimals) if style.decimals else round(value))
            if profile.time:
                scale = 10**profile.time.decimals
                _put_at(row, path_of(profile.time.group), tick / scale if scale > 1 else tick)
            for group, below, radix in _digits(profile):
                _put_at(row, path_of(group), number // below % radix)
            out.append((json.dumps(row, separators=blanks) + end).encode("latin-1"))
        return out

    units = tuple(profile.units.map.get(unit, unit) for unit in told)
    return _Writer((text + end).encode("latin-1"), units, tuple(s.decimals for s in styles), write)


def _template_object(profile: Profile) -> tuple[str, str, Tree]:
    """Return (text, line end, object) of the first example with a number for every channel."""
    paths = [path_of(c.group or c.name) for c in profile.channel]
    for example in filter(_has_value, profile.example):
        for text, end in _lines(example.data.decode("latin-1"), profile.frame.eol):
            tree = parse_object(text)
            if tree and all(re.match(r"-?\d", text_at(tree, path) or "") for path in paths):
                return text, end, tree
    raise _no_template(profile, "no example object has a number for every channel")


def _put_at(tree: Any, path: Sequence[str], value: float) -> None:
    for key in path[:-1]:
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    tree[int(path[-1]) if isinstance(tree, list) else path[-1]] = value


def _binary(profile: Profile) -> _Writer:
    frame = profile.frame
    layout = parse_layout(_whole(frame)[0])
    fields = dict(zip(frame.names, layout.fields, strict=True))
    template = _template_frame(profile)

    def write(printed: FloatArray, ticks: IntArray, seq: IntArray) -> list[bytes]:
        rows = np.tile(np.frombuffer(template, np.uint8), (len(printed), 1))
        for index, channel in enumerate(profile.channel):
            _store(rows, layout.order, fields[channel.group or channel.name], printed[:, index])
        if profile.time:
            _store(rows, layout.order, fields[profile.time.group], ticks)
        for group, below, radix in _digits(profile):
            _store(rows, layout.order, fields[group], seq // below % radix)
        seal(rows, profile)
        data, length = rows.tobytes(), rows.shape[1]
        return [data[i : i + length] for i in range(0, len(data), length)]

    decimals = tuple(0 if fields[c.group or c.name].is_integer else 5 for c in profile.channel)
    return _Writer(template, tuple(c.unit for c in profile.channel), decimals, write)


def _whole(frame: Frame) -> tuple[str, bytes, int]:
    """Return (layout, first bytes, length) of a frame; a tagged packet is sent with one record."""
    if frame.kind == "tagged":
        return f"{frame.layout[:1]}2x{frame.layout[1:]}", bytes((frame.tag, frame.length)), frame.length + 2
    return frame.layout, bytes.fromhex(frame.sync), frame.length


def _template_frame(profile: Profile) -> bytes:
    _, sync, length = _whole(profile.frame)
    for example in filter(_has_value, profile.example):
        at = example.data.find(sync)
        if at >= 0 and len(example.data) >= at + length:
            return example.data[at : at + length]
    raise _no_template(profile, "no example holds a whole frame")


def _store(rows: NDArray[np.uint8], order: str, field: Field, values: FloatArray | IntArray) -> None:
    """Write one value of each row, clipped to what the field can hold."""
    place = slice(field.offset, field.offset + field.size)
    if not field.is_integer:
        rows[:, place] = values.astype(f"{order}f{field.size}").view(np.uint8).reshape(len(rows), -1)
        return
    bits = 8 * field.size
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if field.code.islower() else (0, 2**bits - 1)
    whole = np.clip(np.rint(values), low, min(high, 2**62)).astype("<i8")
    octets = whole.view(np.uint8).reshape(len(rows), 8)[:, : field.size]
    rows[:, place] = octets if order == "<" else octets[:, ::-1]


def seal(rows: NDArray[np.uint8], profile: Profile) -> None:
    """Write the checksum of each frame into it.

    Args:
        rows: (n, length) frames, changed in place.
        profile: The device; nothing is done if its frames have no checksum.
    """
    crc = profile.frame.crc
    if crc is None:
        return
    layout = parse_layout(profile.frame.layout)
    sums = [checksum(crc.algo, row[crc.start : crc.stop].tobytes()) for row in rows]
    field = layout.fields[profile.frame.names.index(crc.field)]
    _store(rows, layout.order, field, np.array(sums, np.int64))


def _digits(profile: Profile) -> list[tuple[str, int, int]]:
    """Return (group, product of the radices below it, its radix) of the frame number."""
    out = []
    below = 1
    if profile.seq:
        for group, radix in reversed(list(zip(profile.seq.groups, profile.seq.radix, strict=True))):
            out.append((group, below, radix))
            below *= radix
    return out
