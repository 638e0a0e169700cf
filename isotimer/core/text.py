"""Untrusted text made safe to show: device bytes, file contents, names."""

import unicodedata

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str, limit: int = 500) -> str:
    r"""Return text on one line without anything a terminal would act on.

    Control and format characters (escapes, line ends, bidirectional overrides) become a visible
    ``\\x1b`` form; joiners that emoji need are kept. Text longer than ``limit`` is cut with "…".

    Args:
        text: Any text, trusted or not.
        limit: The most characters returned.
    """
    out = text[: limit + 1]
    if not out.isprintable():
        out = out.translate(_SHOWN)
    if not out.isprintable():
        out = "".join(map(_shown, out))
    return out if len(text) <= limit and len(out) <= limit else out[: limit - 1] + "…"


def _shown(char: str) -> str:
    if char.isprintable() or (unicodedata.category(char) == "Cf" and char not in _BIDI):
        return char
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


_SHOWN = {code: _shown(chr(code)) for code in range(256) if _shown(chr(code)) != chr(code)}
"""The characters that devices send most, so that a burst of noise is made safe at once."""
