"""The samples of one hold as a text table."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

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


RIG_COLUMNS = (
    "left_n",
    "right_n",
    "cop_x_mm",
    "cop_y_mm",
    "left_cop_x_mm",
    "left_cop_y_mm",
    "right_cop_x_mm",
    "right_cop_y_mm",
)
"""Columns behind all others of a trace that a rig saw; those that the rig has."""


@runtime_checkable
class SeenByRig(Protocol):
    """What a trace that a rig saw has besides."""

    @property
    def tension_n(self) -> FloatArray:
        """(n,) the channels that are tension, added up."""

    @property
    def rig_columns(self) -> Mapping[str, FloatArray]:
        """Name among ``RIG_COLUMNS`` -> (n,) values; NaN where there are none."""


def trace_lines(
    trace: TraceLike, channels: Sequence[str] = (), separator: str = ",", decimal: str = "."
) -> Iterator[str]:
    """Yield the table in pieces, header first.

    Columns: time_s, force_n (the sum of all channels; force_counts while the sensor is not
    calibrated), with several channels force_<channel>_n for each, raw_<channel> for each, flags; of a rig
    those of ``RIG_COLUMNS`` that it has, and force_n is the sum of the channels that are tension.
    A void value is an empty cell. Numbers are the shortest text that reads back as the same number.

    Args:
        trace: The samples.
        channels: Names of the channels; numbered if not given.
        separator: Between cells.
        decimal: Decimal sign.
    """
    count = trace.raw.shape[1]
    yield separator.join(trace_header(trace, channels)) + "\n"
    rig = trace if isinstance(trace, SeenByRig) else None
    total = trace.force_n[:, 0] if count == 1 else trace.force_n.sum(axis=1) if rig is None else rig.tension_n
    more = [] if rig is None else list(rig.rig_columns.values())
    several = list(trace.force_n.T) if count > 1 else []
    for start in range(0, len(trace.time_ns), _BATCH):
        part = slice(start, start + _BATCH)
        columns = [seconds_text(trace.time_ns[part], decimal)]
        columns += [_numbers_text(c[part], decimal) for c in (total, *several, *trace.raw.T)]
        columns.append(list(map(str, trace.flags[part].tolist())))
        columns += [_numbers_text(c[part], decimal) for c in more]
        yield "\n".join(map(separator.join, zip(*columns, strict=True))) + "\n"


def trace_header(trace: TraceLike, channels: Sequence[str] = ()) -> list[str]:
    """Return the names of the columns of ``trace_lines``."""
    count = trace.raw.shape[1]
    names = _channel_names(channels, count)
    unit = "n" if trace.unit == NEWTONS else "counts"
    head = ["time_s", f"force_{unit}"]
    head += [f"force_{name}_{unit}" for name in names] if count > 1 else []
    more = trace.rig_columns if isinstance(trace, SeenByRig) else ()
    return [*head, *(f"raw_{name}" for name in names), "flags", *more]


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
