"""In which line of a TOML text a key is; the parser itself does not say."""

import re
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]
"""Keys from the top; an item of an array of tables is a number from 0: ("block", 1, "hold_s")."""

_QUOTES = ('"""', "'''", '"', "'")
_HEADER = re.compile(r"(\[\[?)\s*([^\]\n]*?)\s*\]\]?")
_KEY = re.compile(r"""\s*("[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)""")


def line_of(text: str, path: KeyPath) -> int:
    """Return the line, from 1, of a key in a valid TOML text.

    Where the key itself has no line (it is missing, or stands in an inline table) it is that of the
    table it belongs to, in the end line 1.
    """
    known = dict(_keys(text))
    while path and path not in known:
        path = path[:-1]
    return known.get(path, 1)


def _keys(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Yield the path and line of each table header and key."""
    at = 0
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    while at < len(text):
        if text[at] in " \t\r\n":
            at += 1
            continue
        line = text.count("\n", 0, at) + 1
        if text[at] == "#":
            at = _line_end(text, at)
        elif text[at] == "[" and (header := _HEADER.match(text, at)):
            table = _table(header, counts)
            if table[-1:] == (0,):
                yield table[:-1], line
            yield table, line
            at = header.end()
        elif key := _KEY.match(text, at):
            yield (*table, key[1].strip("\"'")), line
            at = _after_value(text, key.end())
        else:
            at = _line_end(text, at)


def _table(header: re.Match[str], counts: dict[KeyPath, int]) -> KeyPath:
    path: KeyPath = ()
    names = [part.strip().strip("\"'") for part in header[2].split(".")]
    for n, name in enumerate(names):
        path = (*path, name)
        if header[1] == "[[" and n == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _after_value(text: str, at: int) -> int:
    """Return where the value ends that follows a key at ``at``."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char == "\n" and depth == 0:
            return at
        if char == "#":
            at = _line_end(text, at)
            continue
        quote = next((q for q in _QUOTES if text.startswith(q, at)), None)
        if quote is not None:
            at = _after_string(text, at, quote)
            continue
        depth += (char in "[{") - (char in "]}")
        at += 1
    return at


def _after_string(text: str, at: int, quote: str) -> int:
    at += len(quote)
    while at < len(text) and not text.startswith(quote, at):
        at += 2 if text[at] == "\\" and quote[0] == '"' else 1
    return at + len(quote)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
