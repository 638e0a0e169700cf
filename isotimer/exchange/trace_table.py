"""The samples of one hold as a text table."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from isotimer.core.block import FlagArray, FloatArray, IntArray
from isotimer.core.units import NEWTONS

_BATCH = 20_000
_NS_PER_S = 10**9
_SHORTEST_EXACT = 10**15


class TraceLike(Protocol):
    """What this table needs of a trace."""

    @property
    def time_ns(self) -> IntArray:
        """(n,) time from the start of the hold."""

    @property
    def raw(self) -> FloatArray:
        """(n, c) the sensor's own values."""

    @property
    def force_n(self) -> FloatArray:
        """(n, c) tension."""

    @property
    def flags(self) -> FlagArray:
        """(n,) flags of each sample."""

    @property
    def unit(self) -> str:
        """Unit of the tension."""


def trace_lines(
    trace: TraceLike, channels: Sequence[str] = (), separator: str = ",", decimal: str = "."
) -> Iterator[str]:
    """Yield the table in pieces, header first.

    Columns: time_s, force_n (the sum of all channels; force_counts while the sensor is not
    calibrated), with several channels force_<channel>_n for each, raw_<channel> for each, flags.
    A void value is an empty cell. Numbers are the shortest text that reads back as the same number.

    Args:
        trace: The samples.
        channels: Names of the channels; numbered if not given.
        separator: Between cells.
        decimal: Decimal sign.
    """
    count = trace.raw.shape[1]
    names = _channel_names(channels, count)
    unit = "n" if trace.unit == NEWTONS else "counts"
    head = ["time_s", f"force_{unit}"]
    head += [f"force_{name}_{unit}" for name in names] if count > 1 else []
    yield separator.join([*head, *(f"raw_{name}" for name in names), "flags"]) + "\n"
    total = trace.force_n[:, 0] if count == 1 else trace.force_n.sum(axis=1)
    several = list(trace.force_n.T) if count > 1 else []
    for start in range(0, len(trace.time_ns), _BATCH):
        part = slice(start, start + _BATCH)
        columns = [seconds_text(trace.time_ns[part], decimal)]
        columns += [_numbers_text(c[part], decimal) for c in (total, *several, *trace.raw.T)]
        columns.append(list(map(str, trace.flags[part].tolist())))
        yield "\n".join(map(separator.join, zip(*columns, strict=True))) + "\n"


def seconds_text(time_ns: IntArray, decimal: str = ".") -> list[str]:
    """Return whole nanoseconds as seconds, exactly, without needless zeros."""
    ns = np.asarray(time_ns)
    small = (np.abs(ns) >= _NS_PER_S // 1000) & (np.abs(ns) < _SHORTEST_EXACT)
    texts = list(map(repr, (ns / 1e9).tolist()))
    for i in np.flatnonzero(~small).tolist():
        texts[i] = _exact_seconds(int(ns[i]))
    return _with_decimal(texts, decimal)


def _exact_seconds(ns: int) -> str:
    whole, part = divmod(abs(ns), _NS_PER_S)
    digits = f"{part:09d}".rstrip("0") or "0"
    return f"{'-' if ns < 0 else ''}{whole}.{digits}"


def _numbers_text(values: FloatArray, decimal: str) -> list[str]:
    texts = list(map(repr, (values + 0.0).tolist()))
    for i in np.flatnonzero(np.isnan(values)).tolist():
        texts[i] = ""
    return _with_decimal(texts, decimal)


def _with_decimal(texts: list[str], decimal: str) -> list[str]:
    return texts if decimal == "." or not texts else "\n".join(texts).replace(".", decimal).split("\n")


def _channel_names(channels: Sequence[str], count: int) -> list[str]:
    """Return one distinct plain name per channel."""
    names: list[str] = []
    for i in range(count):
        given = channels[i] if i < len(channels) else ""
        name = re.sub(r"[^a-z0-9]+", "_", given.lower()).strip("_")[:30] or str(i + 1)
        while name in names:
            name = f"{name}_{i + 1}"
        names.append(name)
    return names
