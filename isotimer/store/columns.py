"""Lossless packing of one column: integers by prediction, floats by the decimals they came from."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray, IntArray
from isotimer.core.units import NEWTONS_PER

_LEVEL = 6
_MAX_DECIMALS = 6
_PROBE = 64
_EXACT = 2.0**53


class PackError(ValueError):
    """Packed bytes that cannot be what ``pack`` wrote."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One column: what is needed to unpack it, and the bytes."""

    spec: dict[str, Any]
    """JSON-able."""
    data: bytes


def pack_ints(values: IntArray) -> Packed:
    """Return integers packed: common divisor out, the best of three predictions, bytes by significance.

    Args:
        values: (n,) any int64 values; differences that overflow wrap and unwrap exactly.
    """
    if not len(values):
        return Packed({}, b"")
    first = int(values[0])
    rest = values - values[0]
    divisor = _common_divisor(rest)
    rest //= divisor
    slope = int(rest[-1]) // max(len(rest) - 1, 1)
    order, coded = min(
        ((order, _zigzag(_predicted(rest, order, slope))) for order in (0, 1, 2)), key=lambda c: _cost(c[1])
    )
    width = max(1, (int(coded.max()).bit_length() + 7) // 8)
    planes = coded.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width].T
    spec = {"first": first, "by": divisor, "order": order, "slope": slope, "width": width}
    return Packed(spec, zlib.compress(planes.tobytes(), _LEVEL))


def unpack_ints(packed: Packed, n: int) -> IntArray:
    """Return the (n,) integers of ``pack_ints``.

    Raises:
        PackError: If they are damaged.
    """
    if n == 0:
        return np.empty(0, np.int64)
    spec = packed.spec
    width = int(spec["width"])
    if not 1 <= width <= 8:
        raise PackError("impossible width")
    planes = np.zeros((n, 8), np.uint8)
    planes[:, :width] = np.frombuffer(inflate(packed.data, n * width), np.uint8).reshape(width, n).T
    coded = planes.view("<u8")[:, 0].astype(np.uint64)
    rest = _restored((coded >> np.uint64(1)).view(np.int64) ^ -(coded & np.uint64(1)).view(np.int64), spec)
    out: IntArray = rest * np.int64(spec["by"]) + np.int64(spec["first"])
    return out


def pack_floats(values: FloatArray, hints: Sequence[float] = ()) -> Packed:
    """Return floats packed without loss; NaN is kept, the sign of a zero is not.

    Values that are decimal numbers, or decimal numbers times one factor (a unit), are packed as
    integers; values that are 32-bit floats as those; others as 64-bit patterns.

    Args:
        values: (n,) values.
        hints: Factors to try besides the units of force.
    """
    holes = np.isnan(values)
    spec: dict[str, Any] = {}
    lead = b""
    if holes.any():
        lead = zlib.compress(np.packbits(holes).tobytes(), _LEVEL)
        spec["holes"] = len(lead)
        values = _filled(values, holes)
    values = values + 0.0
    if found := _as_decimals(values, hints):
        ints, spec["decimals"], spec["factor"] = found
    elif np.array_equal(single := _single(values), values):
        ints = single.view("<i4").astype(np.int64)
        spec["bits"] = 32
    else:
        ints = values.astype("<f8").view("<i8").astype(np.int64)
        spec["bits"] = 64
    packed = pack_ints(ints)
    return Packed(spec | {"ints": packed.spec}, lead + packed.data)


def unpack_floats(packed: Packed, n: int) -> FloatArray:
    """Return the (n,) floats of ``pack_floats``.

    Raises:
        PackError: If they are damaged.
    """
    spec = packed.spec
    lead = int(spec.get("holes", 0))
    ints = unpack_ints(Packed(spec["ints"], packed.data[lead:]), n)
    values: FloatArray
    if "factor" in spec:
        values = ints / 10.0 ** int(spec["decimals"]) * float(spec["factor"])
    elif spec["bits"] == 32:
        values = ints.astype("<i4").view("<f4").astype(np.float64)
    else:
        values = ints.astype("<i8").view("<f8").astype(np.float64)
    if lead:
        bits = np.frombuffer(inflate(packed.data[:lead], (n + 7) // 8), np.uint8)
        values[np.unpackbits(bits, count=n).astype(bool)] = np.nan
    return values


def inflate(data: bytes, size: int) -> bytes:
    """Return decompressed bytes, which must be ``size`` many; never more memory than that.

    Raises:
        PackError: If they are not.
    """
    unzip = zlib.decompressobj()
    try:
        out = unzip.decompress(data, size) if size else b""
    except zlib.error as e:
        raise PackError(str(e)) from None
    if len(out) != size:
        raise PackError("wrong length")
    return out


def _common_divisor(rest: IntArray) -> int:
    if rest.min() == np.iinfo(np.int64).min:
        return 1
    return max(1, int(np.gcd.reduce(np.abs(rest))))


def _predicted(rest: IntArray, order: int, slope: int) -> IntArray:
    """Return what is left of values that start at 0 after prediction of an order (0: a straight line)."""
    if order == 0:
        return rest - _line(len(rest), slope)
    out = np.diff(rest, prepend=np.int64(0))
    return out if order == 1 else np.diff(out, prepend=np.int64(0))


def _restored(left: IntArray, spec: dict[str, Any]) -> IntArray:
    order = spec["order"]
    if order == 0:
        out: IntArray = left + _line(len(left), int(spec["slope"]))
        return out
    if order not in (1, 2):
        raise PackError("unknown order")
    for _ in range(order):
        left = np.cumsum(left, dtype=np.int64)
    return left


def _line(n: int, slope: int) -> IntArray:
    return np.arange(n, dtype=np.int64) * np.int64(slope)


def _zigzag(values: IntArray) -> NDArray[np.uint64]:
    coded: NDArray[np.uint64] = ((values << 1) ^ (values >> 63)).view(np.uint64)
    return coded


def _cost(coded: NDArray[np.uint64]) -> float:
    return float(np.log2(coded.astype(np.float64) + 1.0).sum())


def _filled(values: FloatArray, holes: NDArray[np.bool_]) -> FloatArray:
    """Return values with each hole taken from the value before it, so that holes cost nothing."""
    if holes.all():
        return np.zeros_like(values)
    at = np.where(holes, 0, np.arange(len(values)))
    np.maximum.accumulate(at, out=at)
    filled: FloatArray = values[np.maximum(at, int(np.argmin(holes)))]
    return filled


def _single(values: FloatArray) -> NDArray[np.float32]:
    with np.errstate(over="ignore", under="ignore"):
        return values.astype("<f4")


def _as_decimals(values: FloatArray, hints: Sequence[float]) -> tuple[IntArray, int, float] | None:
    """Return (integers, decimals, factor) so that integers / 10**decimals * factor == values, or None."""
    if not len(values):
        return None
    probe = values[:: max(1, len(values) // _PROBE)]
    for decimals, factor in _scales(hints):
        if _scaled(probe, decimals, factor) is None:
            continue
        ints = _scaled(values, decimals, factor)
        if ints is not None:
            return ints, decimals, factor
    return None


def _scales(hints: Sequence[float]) -> Iterator[tuple[int, float]]:
    factors = dict.fromkeys((1.0, *hints, *NEWTONS_PER.values()))
    usable = [f for f in factors if np.isfinite(f) and f != 0]
    for factor, decimals in product(usable, range(_MAX_DECIMALS + 1)):
        yield decimals, factor


def _scaled(values: FloatArray, decimals: int, factor: float) -> IntArray | None:
    with np.errstate(over="ignore", invalid="ignore"):
        whole = np.rint(values / factor * 10.0**decimals)
    if not (np.abs(whole) < _EXACT).all():
        return None
    ints = whole.astype(np.int64)
    return ints if np.array_equal(ints / 10.0**decimals * factor, values) else None
