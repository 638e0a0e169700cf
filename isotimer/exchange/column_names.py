"""What the name of a column says: time or force, and in which unit."""

import re

from isotimer.core.units import COUNTS, NEWTONS_PER

SECONDS_PER: dict[str, float] = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
"""Seconds for one of each unit of time."""

_TIME_UNITS = {
    "s": "s sec secs second seconds",
    "ms": "ms msec millis millisecond milliseconds",
    "us": "us usec µs μs micro micros microsecond microseconds",
    "ns": "ns nanos nanosecond nanoseconds",
}
_TIME_UNIT_OF = {word: unit for unit, words in _TIME_UNITS.items() for word in words.split()}

_FORCE_UNIT_OF = {name.lower(): name for name in NEWTONS_PER} | {
    "newton": "N",
    "newtons": "N",
    "kilogram": "kg",
    "kilograms": "kg",
    "kgs": "kg",
    "kp": "kgf",
    "lbs": "lb",
    "pound": "lb",
    "pounds": "lb",
    "raw": COUNTS,
    "counts": COUNTS,
    "count": COUNTS,
    "adc": COUNTS,
}
_SHORT_UNITS = frozenset(("g", "t", "ct"))
"""Too short to be taken for a unit unless they stand in brackets."""

_TIME_WORDS = frozenset(
    ("time", "t", "timestamp", "elapsed", "clock", "zeit", "tiempo", "temps", "tempo", "tid", "tijd")
)
_FORCE_WORDS = frozenset(
    ("force", "forces", "weight", "load", "tension", "pull", "kraft", "fuerza", "forza", "kracht", "reading")
)
_COUNTER_WORDS = frozenset(
    (
        "frame",
        "subframe",
        "index",
        "counter",
        "packet",
        "seq",
        "flags",
        "flag",
        "row",
        "line",
        "nr",
        "no",
        "id",
    )
)

_FORCE_NAMES = frozenset(("N", "kN", "kg", "kgf", "lb", "lbs", "lbf"))
_COUNTER_NAMES = frozenset(("n", "i", "#", "sample", "samples", "sample number"))

_WORD = re.compile(r"[^\W\d_]+")
_BRACKETS = re.compile(r"[\[(]([^\])]*)[\])]")


def words(name: str) -> list[str]:
    """Return the words of a name in lower case, capitals within a word taken as the start of one."""
    parted = re.sub(r"(?<=[a-zµμ])(?=[A-Z])", " ", _BRACKETS.sub(" ", name))
    return [w.lower() for w in _WORD.findall(parted)]


def is_time(name: str) -> bool:
    """Return whether a name is that of a time."""
    own = words(name)
    return any(w in _TIME_WORDS for w in own) or (
        bool(own) and all(w in _TIME_UNIT_OF for w in own) and not is_bracketed_force(name)
    )


def is_plain_time(name: str) -> bool:
    """Return whether a name says time and nothing else but its unit."""
    own = [w for w in words(name) if w not in _TIME_UNIT_OF]
    return is_time(name) and (not own or all(w in _TIME_WORDS for w in own))


def is_force(name: str) -> bool:
    """Return whether a name is that of a force."""
    return any(w in _FORCE_WORDS for w in words(name)) or name.strip() in _FORCE_NAMES


def is_bracketed_force(name: str) -> bool:
    """Return whether a unit of force stands in brackets in a name."""
    return any(b.strip().lower() in _FORCE_UNIT_OF for b in _BRACKETS.findall(name))


def is_counter(name: str) -> bool:
    """Return whether a name is that of a frame number or of flags, which no lost frame sets to zero."""
    own = words(name)
    counts = any(w in _COUNTER_WORDS for w in own) or name.strip() in _COUNTER_NAMES
    return counts and not any(w in _FORCE_WORDS for w in own)


def is_unit(name: str) -> bool:
    """Return whether a name is just a unit."""
    text = name.strip().strip("[]()").lower()
    return (
        text in _TIME_UNIT_OF or text in _FORCE_UNIT_OF or text in ("nm", "n.m", "n·m", "m", "mm", "cm", "v")
    )


def base_name(name: str) -> str:
    """Return a name without its brackets, in lower case."""
    return _BRACKETS.sub("", name).strip().casefold()


def time_unit_in(name: str) -> str | None:
    """Return the unit of time that a name states."""
    for text in (*_BRACKETS.findall(name), *reversed(words(name))):
        unit = _TIME_UNIT_OF.get(text.strip().lower())
        if unit is not None:
            return unit
    return None


def force_unit_in(name: str) -> str | None:
    """Return the unit of force that a name states."""
    for text in _BRACKETS.findall(name):
        unit = force_unit(text)
        if unit is not None:
            return unit
    for word in reversed(words(name)):
        if word not in _SHORT_UNITS and word in _FORCE_UNIT_OF:
            return _FORCE_UNIT_OF[word]
    return None


def force_unit(text: str) -> str | None:
    """Return the unit of force that a text means, as ``core.units`` spells it; None if it means none."""
    return text.strip() if text.strip() in NEWTONS_PER else _FORCE_UNIT_OF.get(text.strip().lower())


def time_unit(text: str) -> str | None:
    """Return the unit of time that a text means: "s", "ms", "us" or "ns"; None if it means none."""
    return _TIME_UNIT_OF.get(text.strip().lower())
