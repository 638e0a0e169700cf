"""Does a device file decode its own examples as it states?"""

import math

from isotimer.core.block import Flag, Readings
from isotimer.core.decode import Decoded, Decoder
from isotimer.core.framing import Cause, Tally
from isotimer.core.profile import Example, Profile, Reading
from isotimer.core.units import to_base

_GARBLED = (Cause.GARBLED, Cause.TOO_LONG, Cause.CHECKSUM, Cause.SKIPPED_BYTES)
"""Causes of bytes that are no frame; binary ones leave no note."""

_TOLERANCE = 1e-9
"""Share of a value by which a converted unit may differ."""


def example_faults(profile: Profile) -> tuple[str, ...]:
    """Return what its examples give other than stated, each naming the example; empty if all is well."""
    faults: list[str] = []
    for i, example in enumerate(profile.example):
        decoder = Decoder(profile)
        decoder.reset(joined=True)
        decoded = decoder.feed(example.data, 0)
        fault = _fault(profile, example, decoded, decoder.counts)
        if fault:
            faults.append(f"example[{i}]: {fault}")
    return tuple(faults)


def _fault(profile: Profile, example: Example, decoded: Decoded, tally: Tally) -> str:
    if len(decoded.readings) != len(example.readings):
        return f"it gives {len(decoded.readings)} readings, not {len(example.readings)}"
    for i, reading in enumerate(example.readings):
        if fault := _difference(profile, reading, decoded.readings, i):
            return f"reading {i}: {fault}"
    if example.kind == "reading":
        return f"it also gives a line of kind {decoded.notes[0].kind}" if decoded.notes else ""
    kinds = {note.kind.value for note in decoded.notes}
    if not kinds and any(tally[cause] for cause in _GARBLED):
        kinds = {"garbled"}
    return "" if kinds == {example.kind} else f"its kind is {', '.join(kinds) or 'none'}, not {example.kind}"


def _difference(profile: Profile, stated: Reading, found: Readings, i: int) -> str:
    for channel, value, raw in zip(profile.channel, stated.values, found.raw[i].tolist(), strict=True):
        base = to_base(stated.unit or channel.unit)
        right = value * base[0] if base else value
        if not (math.isnan(raw) and math.isnan(right)) and not math.isclose(raw, right, rel_tol=_TOLERANCE):
            return f"{channel.name} is {raw:.12g} {found.unit}, not {right:.12g}"
    flags = sum(Flag[name.upper()] for name in stated.flags)
    if found.flags[i] != flags:
        return f"flags are {Flag(int(found.flags[i]))!r}, not {Flag(flags)!r}"
    for name, column, number in (("ticks", found.ticks, stated.ticks), ("seq", found.seq, stated.seq)):
        if number is not None and (column is None or column[i] != number):
            return f"{name} is {None if column is None else column[i]}, not {number}"
    return ""
