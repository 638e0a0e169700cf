"""The fields of frames into Readings: numbers, signs, units, flags, counters, rejected values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import compress
from typing import cast

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import Flag, FlagArray, FloatArray, IntArray, Readings
from isotimer.core.framing import Cause, Tally
from isotimer.core.profile import Channel, FlagWord, Profile
from isotimer.core.units import COUNTS, NEWTONS, to_base

Column = Sequence[str | None] | NDArray[np.generic]
"""One field of n frames: texts as sent, None where absent, or numbers of a binary frame."""

TOLD = "?"
"""Name of the column with the unit that was told last, and the unit of channels that go by it."""

Mask = NDArray[np.bool_]

_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_FLAGS = {
    "stable": Flag(0),
    "unstable": Flag.UNSTABLE,
    "overrange": Flag.OVERRANGE,
    "underrange": Flag.OVERRANGE,
    "busy": Flag(0),
    "hold": Flag(0),
}


def tick_s(profile: Profile) -> float | None:
    """Return the length of one tick of the device's clock in s, or None if it sends no time."""
    return _SECONDS[profile.time.unit] * 10.0**-profile.time.decimals if profile.time else None


def tick_modulus(profile: Profile) -> int | None:
    """Return the number of ticks after which the device's clock begins anew, or None without time."""
    return 2**profile.time.bits if profile.time else None


class Meaning:
    """Knows what the fields of one device's frames mean.

    Values are ``(printed * scale + offset) * sign * sign_group``, then turned into newtons or counts.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._channels = [(c, c.group or c.name) for c in profile.channel]
        self.unit = COUNTS if profile.channel[0].unit == "raw" else NEWTONS
        self._nothing = Readings(
            np.empty((0, len(profile.channel))),
            np.empty(0, np.uint8),
            np.empty(0, np.int64) if profile.time else None,
            np.empty(0, np.int64) if profile.seq else None,
            0,
            self.unit,
        )
        self._words: list[tuple[str, dict[str, int]]] = []
        if flags := profile.flags:
            bits = {word: int(_FLAGS[word] | (Flag.VOID if word in flags.void else 0)) for word in _FLAGS}
            maps: list[tuple[str, Mapping[str, FlagWord]]] = [(flags.group, flags.map)]
            maps += [(flags.alt.group, flags.alt.map)] if flags.alt else []
            self._words = [
                (group, {text: bits[word] for text, word in words.items()}) for group, words in maps
            ]

    def read(self, columns: Mapping[str, Column], count: int, arrival_ns: int, tally: Tally) -> Readings:
        """Return the readings of ``count`` frames.

        Frames whose time or frame number is impossible are dropped and tallied as garbled.

        Args:
            columns: The fields by name, each ``count`` long.
            count: The number of frames.
            arrival_ns: Host monotonic time of the chunk, ns.
            tally: Counts what is void or dropped.
        """
        if not count:
            return replace(self._nothing, arrival_ns=arrival_ns)
        ticks, seq, good = self._counters(columns, count)
        if not good.all():
            tally[Cause.GARBLED] += count - int(good.sum())
            columns = {name: _where(column, good) for name, column in columns.items()}
            ticks, seq = (None if c is None else c[good] for c in (ticks, seq))
            count = int(good.sum())
        flags = self._flags(columns, count)
        raw = self._values(columns, flags, tally)
        return Readings(raw, flags, ticks, seq, arrival_ns, self.unit)

    def ticks(self, text: str | None) -> int | None:
        """Return the ticks of one printed time, or None if it is no possible one."""
        time = self._profile.time
        if not time:
            return None
        ticks, good = _counter([text], 2**time.bits, time.decimals)
        return int(ticks[0]) if good[0] else None

    def _counters(
        self, columns: Mapping[str, Column], count: int
    ) -> tuple[IntArray | None, IntArray | None, Mask]:
        good = np.ones(count, np.bool_)
        ticks = seq = None
        if time := self._profile.time:
            ticks, possible = _counter(columns[time.group], 2**time.bits, time.decimals)
            good &= possible
        if numbers := self._profile.seq:
            seq = np.zeros(count, np.int64)
            for group, radix in zip(numbers.groups, numbers.radix, strict=True):
                digit, possible = _counter(columns[group], radix, 0)
                good &= possible
                seq = seq * radix + digit
        return ticks, seq, good

    def _flags(self, columns: Mapping[str, Column], count: int) -> FlagArray:
        flags = np.zeros(count, np.uint8)
        for group, bits in self._words:
            words = _texts(columns[group])
            flags |= np.array([bits.get(word, 0) if word is not None else 0 for word in words], np.uint8)
        return flags

    def _values(self, columns: Mapping[str, Column], flags: FlagArray, tally: Tally) -> FloatArray:
        """Return raw (n, c), and mark in ``flags`` what is void."""
        raw = np.empty((len(flags), len(self._channels)))
        rejected = np.zeros(len(flags), np.bool_)
        no_unit = np.zeros(len(flags), np.bool_)
        for i, (channel, group) in enumerate(self._channels):
            printed = numbers(columns[group])
            factor = self._factor(channel, columns)
            no_unit |= np.isnan(factor)
            outlaws = self._outlaws(printed)
            rejected |= outlaws
            with np.errstate(invalid="ignore", over="ignore"):
                raw[:, i] = (printed * channel.scale + channel.offset) * factor
            raw[outlaws | ~np.isfinite(raw[:, i]), i] = np.nan
        flagged = (flags & Flag.VOID) != 0
        overrange = (flags & Flag.OVERRANGE) != 0
        void = flagged | np.isnan(raw).any(axis=1)
        if void.any() or overrange.any():
            raw[flagged] = np.nan
            flags[void] |= np.uint8(Flag.VOID)
            flags[rejected & ~flagged] |= np.uint8(Flag.REJECTED)
            _count(tally, void | overrange, (overrange, flagged, no_unit, rejected))
        return raw

    def _outlaws(self, printed: FloatArray) -> Mask:
        """Return which values the device sends only when it errs."""
        outlaws = np.zeros(len(printed), np.bool_)
        for value in self._profile.reject.values:
            outlaws |= printed == value
        if span := self._profile.reject.range:
            outlaws |= np.isfinite(printed) & ((printed < span[0]) | (printed > span[1]))
        return outlaws

    def _factor(self, channel: Channel, columns: Mapping[str, Column]) -> FloatArray | float:
        """Return what turns a scaled value into the base unit, sign included; NaN for no known unit."""
        factor: FloatArray | float
        if channel.unit == TOLD or channel.unit.startswith("@"):
            said = columns[channel.unit.removeprefix("@")]
            factor = _mapped(said, self._newtons) * channel.sign
        else:
            factor = self._newtons(channel.unit) * channel.sign
        if sign := channel.sign_group:
            factor = factor * _mapped(columns[sign.group], lambda text: sign.map.get(text, np.nan))
        return factor

    def _newtons(self, text: str) -> float:
        base = to_base(self._profile.units.map.get(text, text))
        return base[0] if base and base[1] == self.unit else np.nan


def numbers(column: Column) -> FloatArray:
    """Return printed or binary numbers as floats (n,), NaN for what is no number.

    A sign may stand apart from its digits, and one comma may stand for the decimal point.
    """
    if isinstance(column, np.ndarray):
        return column.astype(np.float64)
    try:
        values = np.array(list(map(float, cast("Sequence[str]", column))))
    except (ValueError, TypeError):
        return np.array([_number(text) for text in column], np.float64)
    # float() takes digits grouped by underscores, which no device means as a number.
    return (
        values
        if "_" not in "".join(cast("Sequence[str]", column))
        else np.array([_number(t) for t in column])
    )


def _number(text: str | None) -> float:
    bare = (text or "").strip(" ")
    if bare[:1] in ("+", "-"):
        bare = bare[0] + bare[1:].lstrip(" ")
    if bare.count(",") == 1 and "." not in bare:
        bare = bare.replace(",", ".")
    try:
        return float(bare) if "_" not in bare else np.nan
    except ValueError:
        return np.nan


def _counter(column: Column, modulus: int, decimals: int) -> tuple[IntArray, Mask]:
    """Return (counts, which of them are possible); a signed counter is given as an unsigned one."""
    if isinstance(column, np.ndarray):
        counts = column.astype(np.int64)
        return counts % modulus, (counts >= -modulus // 2) & (counts < modulus)
    try:
        if decimals:
            raise ValueError
        counts = np.array(list(map(int, cast("Sequence[str]", column))), np.int64)
    except (ValueError, TypeError, OverflowError):
        counts = np.array([_count_of(text, modulus, decimals) for text in column], np.int64)
    return counts % modulus, (counts >= -modulus // 2) & (counts < modulus)


def _count_of(text: str | None, modulus: int, decimals: int) -> int:
    """Return one printed count, ``modulus`` if it is none."""
    try:
        value = Decimal((text or "").strip().replace(",", ".")).scaleb(decimals)
        return int(value.to_integral_value()) if abs(value) < modulus else modulus
    except (InvalidOperation, ValueError, OverflowError):
        return modulus


def _mapped(column: Column, meaning: Callable[[str], float]) -> FloatArray | float:
    """Return the meaning of each text (n,), or one for all if they are alike; NaN for an absent one."""
    texts = _texts(column)
    known = {text: np.nan if text is None else meaning(text) for text in set(texts)}
    if len(known) == 1:
        return next(iter(known.values()))
    return np.array([known[text] for text in texts], np.float64)


def _texts(column: Column) -> Sequence[str | None]:
    if not isinstance(column, np.ndarray):
        return column
    if column.dtype.kind == "S":
        return [octets.decode("latin-1") for octets in column.tolist()]
    return [str(value) for value in column.tolist()]


def _where(column: Column, mask: Mask) -> Column:
    return column[mask] if isinstance(column, np.ndarray) else list(compress(column, mask.tolist()))


def _count(tally: Tally, void: Mask, reasons: tuple[Mask, Mask, Mask, Mask]) -> None:
    """Tally each frame under the first reason that fits it."""
    causes = (Cause.OVERRANGE, Cause.FLAGGED, Cause.UNIT, Cause.REJECTED)
    for cause, reason in zip(causes, reasons, strict=True):
        if number := int((void & reason).sum()):
            tally[cause] += number
        void = void & ~reason
    if number := int(void.sum()):
        tally[Cause.NOT_A_NUMBER] += number
