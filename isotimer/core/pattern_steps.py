"""How much work can a regular expression make on one line? An upper bound, from its parts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

LONGEST = 200
"""Characters of a line; a repetition cannot take more turns."""

Chars = int
"""A set of characters: a bit for each of the first 256, and one for all others (unknown bytes)."""

_OTHER = 256
_NONE: Chars = 0
_ALL: Chars = (1 << (_OTHER + 1)) - 1
"""What a decoded line may hold."""
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_ONE_WAY = ("POSSESSIVE_REPEAT", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT")
_MANY = 10**12


def _where(test: Callable[[str], bool]) -> Chars:
    return sum(1 << c for c in range(_OTHER) if test(chr(c)))


_KINDS = {
    "DIGIT": _where(str.isdecimal),
    "SPACE": _where(str.isspace),
    "WORD": _where(lambda c: c.isalnum() or c == "_"),
    "LINEBREAK": _where(lambda c: c == "\n"),
}
_CAPITALS, _SMALL = _where(str.isupper), _where(str.islower)
_CASE = 32
"""How far a small letter is from its capital."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """What may be tried of a part of a pattern, at one place of a line."""

    ways: int
    """In how many ways the part can match."""
    work: int
    """How many steps it takes to try them all."""
    first: Chars
    """With which characters a match may begin."""
    empty: bool = False
    """Whether it can match nothing."""


def steps(items: Iterable[Any]) -> int:
    """Return how many steps the parsed pattern ``items`` may take at one place of a line, at most 10**12.

    A repetition whose characters cannot also begin what follows it stops in one place only. Where they
    can, each number of turns is a way of its own; the ways of parts that follow one another multiply, and
    each way goes through all that is behind it.
    """
    return _of_row(list(items), _NONE).work


def _of_row(items: Sequence[Any], after: Chars) -> _Tried:
    """Return what may be tried of some items; its first characters take in what is behind them."""
    parts: list[_Tried] = []
    for at in range(len(items) - 1, -1, -1):
        code, argument = items[at]
        part = _of_item(str(code), argument, after)
        if part.ways > 1:
            part = replace(part, ways=-(-part.ways // _period(items[at + 1 :])))
        parts.append(part)
        after = part.first | after if part.empty else part.first
    ways, work = 1, 0
    for part in reversed(parts):
        work = min(work + ways * part.work, _MANY)
        ways = min(ways * part.ways, _MANY)
    return _Tried(ways, work, after, all(part.empty for part in parts))


def _period(items: Sequence[Any]) -> int:
    """Return at what distance the literal text with which some items begin can come again."""
    text: list[int] = []
    for code, argument in items:
        if str(code) != "LITERAL":
            break
        text.append(ord(chr(argument).lower()[0]))
    return next((p for p in range(1, len(text)) if text[p:] == text[:-p]), max(len(text), 1))


def _of_item(name: str, argument: Any, after: Chars) -> _Tried:
    if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
        return _Tried(1, 1, _chars(name, argument))
    if name in _REPEATS:
        return _of_repeat(argument, after)
    if name == "SUBPATTERN":
        return _of_row(list(argument[3]), after)
    if name == "BRANCH":
        return _of_choice(argument[1], after)
    if name == "GROUPREF_EXISTS":
        return _of_choice([part if part is not None else [] for part in argument[1:]], after)
    if name in _ONE_WAY:
        # once it has matched, it is not tried in another way
        once = _of_once(name, argument)
        return _Tried(1, once.work, once.first | after, once.empty or name.startswith("ASSERT"))
    if name == "GROUPREF":
        return _Tried(1, LONGEST, _ALL, True)
    return _Tried(1, 1, _NONE, True)


def _of_once(name: str, argument: Any) -> _Tried:
    if name == "POSSESSIVE_REPEAT":
        return _of_repeat(argument, _NONE)
    inner = argument[-1] if isinstance(argument, tuple) else argument
    return _of_row(list(inner), _NONE)


def _of_choice(parts: Sequence[Any], after: Chars) -> _Tried:
    """Only one of several alternatives can go on if no two begin alike."""
    found = [_of_row(list(part), after) for part in parts]
    union = reduce(or_, (f.first for f in found), _NONE)
    apart = union.bit_count() == sum(f.first.bit_count() for f in found)
    ways = max(f.ways for f in found) if apart else sum(f.ways for f in found)
    work = sum(f.work for f in found)
    return _Tried(min(ways, _MANY), min(work, _MANY), union, any(f.empty for f in found))


def _of_repeat(argument: Any, after: Chars) -> _Tried:
    least, most, body = int(argument[0]), min(int(argument[1]), LONGEST), list(argument[2])
    again = _of_row(body, _NONE).first
    one = _of_row(body, again | after)
    stops = max(most - least, 0) + 1 if again & after else 1
    # 2**40 is beyond what is counted
    inner = one.ways ** min(most, 40)
    work = max(most, 1) * one.work * inner
    return _Tried(min(stops * inner, _MANY), min(work, _MANY), again, least == 0 or one.empty)


def _chars(name: str, argument: Any) -> Chars:
    """Return the characters that one item can match, in both cases: case may not matter to it."""
    found = _as_written(name, argument)
    return found | (found & _CAPITALS) << _CASE | (found & _SMALL) >> _CASE


def _as_written(name: str, argument: Any) -> Chars:
    if name == "ANY":
        return _ALL
    if name == "IN":
        found = _NONE
        for code, inner in argument:
            found |= _member(str(code), inner)
        return _ALL & ~found | 1 << _OTHER if str(argument[0][0]) == "NEGATE" else found
    if name == "NOT_LITERAL":
        return _ALL & ~(1 << argument) if argument < _OTHER else _ALL
    return _member(name, argument)


def _member(name: str, argument: Any) -> Chars:
    if name == "LITERAL":
        return 1 << min(int(argument), _OTHER)
    if name == "RANGE":
        low, high = (min(int(end), _OTHER) for end in argument)
        return (1 << (high + 1)) - (1 << low)
    if name == "CATEGORY":
        kind = str(argument).removeprefix("CATEGORY_").removeprefix("UNI_")
        # what cannot be decoded becomes a character that is neither digit, blank nor letter
        chars = _KINDS.get(kind.removeprefix("NOT_"), _ALL)
        return _ALL & ~chars if kind.startswith("NOT_") else chars
    return _NONE
