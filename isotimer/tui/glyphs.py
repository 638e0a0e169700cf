"""The few signs beside letters, and what stands in for them where a terminal lacks them."""

import re
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


_UTF_8 = re.compile(r"\.utf-?8\b", re.IGNORECASE)


def choose_glyphs(environ: Mapping[str, str], signs: str = "auto") -> Glyphs:
    """Return the set for an environment and a setting.

    ``ISOTIMER_ASCII=1`` and a locale that is not UTF-8 ask for ASCII; ``TERM=linux`` and the old Windows
    console have neither braille nor round signs.

    Args:
        environ: The environment.
        signs: "auto", or what is wanted whatever the environment says: "unicode" or "ascii".
    """
    asked = environ.get("ISOTIMER_ASCII", "0") not in ("", "0")
    if asked or signs == "ascii":
        return ASCII
    if signs == "unicode":
        return UNICODE
    locale = next((environ[n] for n in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(n)), "")
    if "." in locale and not _UTF_8.search(locale):
        return ASCII
    old_windows = environ.get("OS") == "Windows_NT" and not (
        environ.get("WT_SESSION") or environ.get("TERM_PROGRAM") or environ.get("TERM")
    )
    return CONSOLE if old_windows or environ.get("TERM") == "linux" else UNICODE
