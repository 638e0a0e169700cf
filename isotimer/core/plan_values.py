"""Single values of a plan as texts: for TOML, for forms and for messages."""

import math
from decimal import Decimal

from isotimer.core.target import Target, parse_target
from isotimer.core.text import printable

MAX_WHOLE = 10**15
"""A whole number from here on is no number that anybody means."""


def target_text(target: Target) -> str:
    """Return a target as ``parse_target`` reads it."""
    if target.kind == "N":
        return f"{short(target.value)}N"
    scale, unit = (100, "%") if target.kind == "best" else (1, "BW")
    for digits in (6, 12, 15, 16):
        text = f"{target.value * scale:.{digits}g}{unit}"
        if "e" not in text and parse_target(text).value == target.value:
            return text
    return f"{target.value * scale:.17g}{unit}"


def target_words(target: Target) -> str:
    """Return a target for reading: "75% of best", "250N", "0.8BW"."""
    return target_text(target) + (" of best" if target.kind == "best" else "")


def say(value: object) -> str:
    """Return a TOML value for a message, whatever it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= MAX_WHOLE:
        return "a huge number"
    if isinstance(value, list):
        return f"[{', '.join(say(v) for v in value[:4])}{', ...' if len(value) > 4 else ''}]"
    if isinstance(value, dict):
        return "a table"
    return f'"{printable(value, 60)}"' if isinstance(value, str) else printable(str(value), 60)


def quoted(text: str) -> str:
    """Return a text as a TOML basic string."""
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c for c in out) + '"'


def short(value: float) -> str:
    """Return the shortest text that reads back as the same number."""
    text = f"{value:g}"
    return text if float(text) == value else repr(value)


def as_number(text: str) -> object:
    """Return the number that a text is; the text itself where it is none."""
    text = text.strip().replace(",", ".")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return Decimal(text) if math.isfinite(number) else text
