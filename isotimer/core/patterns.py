"""Are a device file's regular expressions sound, and safe to run on untrusted bytes?"""

import importlib
import re
from collections.abc import Iterable
from typing import Any

from isotimer.core.pattern_steps import steps

_FEW = 4
"""A repetition of at most so many turns may hold anything: it multiplies the work, no more."""

MOST_STEPS = 100_000
"""A pattern that can take more steps at one place of a line is refused: some 0.1 s at most for a line."""


def pattern_fault(pattern: str) -> str:
    """Return what is wrong with a pattern, or an empty text.

    A pattern is refused if it is no regular expression, or if a repetition holds another
    variable repetition or a choice, as in ``(a+)*``: such a pattern can take time exponential
    in the length of the line. It is also refused if its parts overlap so much, as in ``.*,.*,.*,``,
    that it can take more than ``MOST_STEPS`` steps at one place. With lines capped, the time is bounded.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as e:
        return f"it is no regular expression ({e})"
    # The standard library has no public face for the parsed pattern.
    parser = importlib.import_module("re._parser")
    try:
        parsed = parser.parse(pattern)
        if fault := _repeat_fault(parsed, inside=False):
            return fault
        count = steps(parsed)
    except RecursionError:
        return "its parts lie too deep in one another"
    if count > MOST_STEPS:
        return (
            "it can be tried in too many ways, which can take endless time; let no repetition begin like what"
            " follows it, or limit it, as in \\d{1,8}"
        )
    return ""


def group_names(pattern: str) -> frozenset[str]:
    """Return the names of the groups of a sound pattern."""
    return frozenset(re.compile(pattern).groupindex)


def _repeat_fault(items: Iterable[Any], inside: bool) -> str:
    for code, argument in items:
        name = str(code)
        if inside and name in ("BRANCH", "GROUPREF", "GROUPREF_EXISTS"):
            return "a repetition holds a choice, which can take endless time; write it as one character set"
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = argument
            if inside and least != most:
                return "a repetition holds a repetition, which can take endless time; give one a fixed count"
            fault = _repeat_fault(body, inside or int(most) > _FEW)
        else:
            fault = next((f for f in (_repeat_fault(part, inside) for part in _parts(argument)) if f), "")
        if fault:
            return fault
    return ""


def _parts(argument: Any) -> list[Any]:
    """Return the sub-patterns within the argument of a parsed item."""
    if type(argument).__name__ == "SubPattern":
        return [argument]
    if isinstance(argument, (tuple, list)):
        return [part for inner in argument for part in _parts(inner)]
    return []
