"""Binary frame layouts: a struct format with names, as a numpy dtype."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_TOKEN = re.compile(r"(\d*)([A-Za-z?])")
_NUMPY = {
    "b": "i1",
    "B": "u1",
    "?": "u1",
    "h": "i2",
    "H": "u2",
    "t": "3u1",
    "i": "i4",
    "I": "u4",
    "l": "i4",
    "L": "u4",
    "q": "i8",
    "Q": "u8",
    "f": "f4",
    "d": "f8",
}
_SIZE = {"b": 1, "B": 1, "?": 1, "c": 1, "h": 2, "H": 2, "t": 3, "i": 4, "I": 4, "l": 4, "L": 4}
_SIZE |= {"q": 8, "Q": 8, "f": 4, "d": 8}
_TEXT = "cs"
_FLOAT = "fd"
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a frame: its format character, first byte and number of bytes."""

    code: str
    offset: int
    size: int

    @property
    def is_text(self) -> bool:
        """Whether it holds characters."""
        return self.code in _TEXT

    @property
    def is_integer(self) -> bool:
        """Whether it holds a whole number."""
        return self.code not in _TEXT and self.code not in _FLOAT


@dataclass(frozen=True, slots=True)
class Layout:
    """A parsed struct format."""

    order: str
    """ "<" little-endian or ">" big-endian."""
    fields: tuple[Field, ...]
    size: int

    def dtype(self, names: list[str]) -> np.dtype[np.void]:
        """Return the numpy type of one frame, a field for each name."""
        formats = [
            f"S{f.size}"
            if f.is_text
            else f"3{self.order}u1"
            if f.code == "t"
            else self.order + _NUMPY[f.code]
            for f in self.fields
        ]
        offsets = [f.offset for f in self.fields]
        return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": self.size})

    def column(self, frames: NDArray[np.void], name: str, field: Field) -> NDArray[np.generic]:
        """Return one field of all frames, 24-bit integers widened."""
        values = frames[name]
        if field.code != "t":
            return values
        low, middle, high = (
            values[:, i].astype(np.int64) for i in ((0, 1, 2) if self.order == "<" else (2, 1, 0))
        )
        whole: NDArray[np.int64] = low | middle << 8 | high << 16
        return whole - ((whole >> 23) << 24)


def parse_layout(text: str) -> Layout:
    """Return the layout that a struct format with a leading ``<`` or ``>`` describes.

    Raises:
        ValueError: If the format is not understood, in words fit for a message.
    """
    if text[:1] not in ("<", ">"):
        raise ValueError("it must begin with < or >")
    body = text[1:].replace(" ", "")
    tokens = _TOKEN.findall(body)
    if "".join(count + code for count, code in tokens) != body:
        raise ValueError(f"'{body}' is no struct format")
    fields: list[Field] = []
    offset = 0
    for count_text, code in tokens:
        count = int(count_text[:5] or 1)
        if offset + count > _LONGEST:
            raise ValueError(f"it is longer than {_LONGEST} bytes")
        if code == "x":
            offset += count
        elif code == "s":
            fields.append(Field(code, offset, count))
            offset += count
        elif code in _SIZE:
            for _ in range(count):
                fields.append(Field(code, offset, _SIZE[code]))
                offset += _SIZE[code]
        else:
            raise ValueError(f"'{code}' is not one of x c s b B ? h H t i I l L q Q f d")
    return Layout(text[0], tuple(fields), offset)
