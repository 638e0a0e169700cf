"""The journal of a running hold: one small row per block, committed at once."""

import struct
import zlib
from collections.abc import Iterable

import numpy as np

from isotimer.core.block import Block

_HEAD = struct.Struct("<4sBBHI")
_MARK = b"ISOJ"
_VERSION = 1
_UNITS = ("N", "counts")


def pack_block(block: Block) -> bytes:
    """Return a block as bytes, made for speed rather than size."""
    n, c = block.raw.shape
    body = b"".join(
        (
            np.ascontiguousarray(block.time_s, "<f8").tobytes(),
            np.ascontiguousarray(block.raw, "<f8").tobytes(),
            np.ascontiguousarray(block.force_n, "<f8").tobytes(),
            np.ascontiguousarray(block.flags, np.uint8).tobytes(),
        )
    )
    head = _HEAD.pack(_MARK, _VERSION, _UNITS.index(block.unit), c, n)
    return head + body + struct.pack("<I", zlib.crc32(body))


def unpack_block(data: bytes) -> Block | None:
    """Return the block in a journal row, or None if the row is damaged."""
    if len(data) < _HEAD.size + 4:
        return None
    mark, version, unit, c, n = _HEAD.unpack_from(data)
    body = data[_HEAD.size : -4]
    if mark != _MARK or version != _VERSION or unit >= len(_UNITS) or len(body) != n * (8 + 16 * c + 1):
        return None
    if zlib.crc32(body) != struct.unpack_from("<I", data, len(data) - 4)[0]:
        return None
    numbers = np.frombuffer(body, "<f8", count=n * (1 + 2 * c)).astype(np.float64)
    raw, force = numbers[n : n + n * c].reshape(n, c), numbers[n + n * c :].reshape(n, c)
    flags = np.frombuffer(body, np.uint8, offset=n * (8 + 16 * c))
    return Block(numbers[:n], force, raw, flags, _UNITS[unit])


def join_rows(rows: Iterable[bytes]) -> Block | None:
    """Return all readable rows, in order, as one block; None if there is none.

    A row whose unit or number of channels differs from the first one's is left out: it cannot be
    part of the same trace.
    """
    blocks = [b for b in map(unpack_block, rows) if b is not None]
    if not blocks:
        return None
    first = blocks[0]
    alike = [b for b in blocks if b.unit == first.unit and b.raw.shape[1] == first.raw.shape[1]]
    return Block.join(alike)
