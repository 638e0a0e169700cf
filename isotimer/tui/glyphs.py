"""The few signs beside letters, and what stands in for them where a terminal lacks them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs; every screen and widget draws with the set of its app."""

    braille: bool
    """Traces are drawn in braille dots; else in plain characters."""
    blocks: str
    """Empty, upper half, lower half and full block."""
    good: str = "●"
    bad: str = "✗"
    none: str = "○"
    up: str = "▲"
    down: str = "▼"
    left: str = "◀"
    right: str = "▶"
    marker: str = "█"
    track: str = "─"
    band: str = "▒"
    axis: str = "┤"
    axis_band: str = "█"
    rule: str = "─"
    rule_hold: str = "━"
    dot: str = "·"


UNICODE = Glyphs(braille=True, blocks=" ▀▄█")
"""For any modern terminal."""

_PLAIN = {
    "good": "*",
    "bad": "x",
    "none": "o",
    "up": "^",
    "down": "v",
    "left": "<",
    "right": ">",
    "marker": "#",
    "track": "-",
    "band": "=",
    "axis": "|",
    "axis_band": "#",
    "rule": "-",
    "rule_hold": "=",
    "dot": "-",
}

ASCII = Glyphs(braille=False, blocks=' ".#', **_PLAIN)
"""For a terminal or font that has nothing but ASCII."""

CONSOLE = Glyphs(braille=False, blocks=" ▀▄█", **_PLAIN)
"""For the Linux console: it has half blocks, but neither braille nor round signs."""


def choose_glyphs(environ: Mapping[str, str]) -> Glyphs:
    """Return the set for an environment: ``ISOTIMER_ASCII=1`` or ``TERM=linux`` ask for less."""
    if environ.get("ISOTIMER_ASCII", "0") not in ("", "0"):
        return ASCII
    return CONSOLE if environ.get("TERM") == "linux" else UNICODE
