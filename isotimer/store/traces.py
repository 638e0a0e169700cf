"""The trace of one hold, and its lossless packing into one row.

Times are whole nanoseconds from the start of the hold. Force is not stored where the raw values and
the calibration give it back bit for bit, which is the rule; where they do not (the sensor was tared
again in the middle), it is stored beside them.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from isotimer.core.block import Block, FlagArray, FloatArray, IntArray
from isotimer.core.errors import DataError
from isotimer.store.columns import (
    Packed,
    PackError,
    inflate,
    pack_floats,
    pack_ints,
    unpack_floats,
    unpack_ints,
)

CODEC = 1
"""Version of the packing; the first byte after the mark."""

_MARK = b"ISOT"
_HEAD = struct.Struct("<4sBI")
_CRC = struct.Struct("<I")
_MAX_SAMPLES = 50_000_000
_MAX_CHANNELS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """All samples of one hold, those shortly before and after it included."""

    time_ns: IntArray
    """(n,) time from the start of the hold; before it negative."""
    raw: FloatArray
    """(n, c) the sensor's own values; NaN where void."""
    force_n: FloatArray
    """(n, c) tension in N (in counts while ``unit`` is "counts"); NaN where void."""
    flags: FlagArray
    """(n,) combination of ``core.block.Flag``."""
    unit: str
    """ "N" or "counts"."""
    zero_raw: tuple[float, ...]
    """Per channel: the raw value without load."""
    slope_n_per_raw: tuple[float, ...]
    """Per channel: newtons per raw unit."""

    def __len__(self) -> int:
        return len(self.time_ns)

    @property
    def time_s(self) -> FloatArray:
        """(n,) time from the start of the hold, s."""
        out: FloatArray = self.time_ns / 1e9
        return out

    def block(self) -> Block:
        """Return the same samples as a block whose time starts with the hold."""
        return Block(self.time_s, self.force_n, self.raw, self.flags, self.unit)

    @staticmethod
    def of(
        block: Block, start_s: float, zero_raw: Sequence[float] = (), slope_n_per_raw: Sequence[float] = ()
    ) -> "Trace":
        """Return the trace of a hold.

        Args:
            block: Its samples on session time.
            start_s: Session time of its start.
            zero_raw: Zeros in use, one per channel; 0 if not given.
            slope_n_per_raw: Slopes in use, one per channel; 1 if not given.
        """
        channels = block.raw.shape[1]
        time_ns = np.rint((block.time_s - start_s) * 1e9).astype(np.int64)
        zero = tuple(float(z) for z in zero_raw) or (0.0,) * channels
        slope = tuple(float(s) for s in slope_n_per_raw) or (1.0,) * channels
        return Trace(time_ns, block.raw, block.force_n, block.flags, block.unit, zero, slope)


def encode_trace(trace: Trace, hints: Sequence[float] = ()) -> bytes:
    """Return a trace packed: mark, version, header, columns, checksum.

    The zeros, slopes and the unit are not in it; they stand in the hold's row.

    Args:
        trace: The trace; equal values come back, the sign of a zero excepted.
        hints: Factors that raw values may be multiples of, besides the units of force.
    """
    columns = [pack_ints(trace.time_ns)]
    columns.append(Packed({}, zlib.compress(trace.flags.tobytes(), 6)))
    columns += [pack_floats(np.ascontiguousarray(c), hints) for c in trace.raw.T]
    derived = _derived(trace.raw, trace.zero_raw, trace.slope_n_per_raw)
    stored = derived is None or not np.array_equal(derived, trace.force_n, equal_nan=True)
    if stored:
        columns += [pack_floats(np.ascontiguousarray(c), hints) for c in trace.force_n.T]
    header = {
        "n": len(trace),
        "c": trace.raw.shape[1],
        "force": stored,
        "columns": [[c.spec, len(c.data)] for c in columns],
    }
    head = json.dumps(header, separators=(",", ":")).encode()
    body = _HEAD.pack(_MARK, CODEC, len(head)) + head + b"".join(c.data for c in columns)
    return body + _CRC.pack(zlib.crc32(body))


def decode_trace(
    data: bytes, unit: str, zero_raw: Sequence[float], slope_n_per_raw: Sequence[float], name: str = "a trace"
) -> Trace:
    """Return the trace in packed bytes, with force by the calibration given.

    Args:
        data: What ``encode_trace`` returned.
        unit: "N" or "counts".
        zero_raw: Zero of each channel.
        slope_n_per_raw: Slope of each channel.
        name: What to call it in an error.

    Raises:
        DataError: If the bytes are damaged or of a newer version.
    """
    try:
        return _decode(data, unit, tuple(zero_raw), tuple(slope_n_per_raw), name)
    except (PackError, ValueError, KeyError, TypeError, IndexError, OverflowError, struct.error) as e:
        raise DataError(
            f"cannot read {name}", f"its bytes are damaged ({e})", "go back to a backup"
        ) from None


def _decode(data: bytes, unit: str, zero: tuple[float, ...], slope: tuple[float, ...], name: str) -> Trace:
    if len(data) < _HEAD.size + _CRC.size:
        raise PackError("too short")
    mark, version, head_size = _HEAD.unpack_from(data)
    if mark != _MARK:
        raise PackError("wrong mark")
    if version > CODEC:
        raise DataError(f"cannot read {name}", "a newer isotimer wrote it", "update isotimer")
    if zlib.crc32(data[: -_CRC.size]) != _CRC.unpack_from(data, len(data) - _CRC.size)[0]:
        raise PackError("wrong checksum")
    start = _HEAD.size + head_size
    header: dict[str, Any] = json.loads(data[_HEAD.size : start])
    n, c = int(header["n"]), int(header["c"])
    if not (0 <= n <= _MAX_SAMPLES and 0 <= c <= _MAX_CHANNELS):
        raise PackError("impossible size")
    columns = []
    for spec, size in header["columns"]:
        columns.append(Packed(spec, data[start : start + size]))
        start += size
    flags = np.frombuffer(inflate(columns[1].data, n), np.uint8)
    raw = _stack(columns[2 : 2 + c], n)
    force = _stack(columns[2 + c : 2 + 2 * c], n) if header["force"] else _derived(raw, zero, slope)
    if force is None:
        raise PackError("no calibration for every channel")
    return Trace(unpack_ints(columns[0], n), raw, force, flags, unit, zero, slope)


def _stack(columns: list[Packed], n: int) -> FloatArray:
    out = np.empty((n, len(columns)))
    for i, column in enumerate(columns):
        out[:, i] = unpack_floats(column, n)
    return out


def _derived(raw: FloatArray, zero: Sequence[float], slope: Sequence[float]) -> FloatArray | None:
    """Return force by the calibration, or None if it does not have one line per channel."""
    if len(zero) != raw.shape[1] or len(slope) != raw.shape[1]:
        return None
    force: FloatArray = (raw - np.array(zero, dtype=np.float64)) * np.array(slope, dtype=np.float64)
    return force
