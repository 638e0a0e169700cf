"""Cells of a text table: numbers as they are, text that no spreadsheet will run as a formula."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from isotimer.core.errors import WrongUseError

SEPARATORS = (",", ";", "\t", "|")
"""What may stand between cells."""

DECIMALS = (".", ",")
"""What may stand before the decimals of a number."""

_FORMULA = "=+\\-@\t\r\uff1d\uff0b\uff0d\uff20"
_START = re.compile(rf"(^|[,;|\t\r\n])('*)(?=[{_FORMULA}])")
_QUOTED_START = re.compile(rf"(^|[,;|\t\r\n])'('*)(?=[{_FORMULA}])")


def check_signs(separator: str, decimal: str) -> None:
    """Check that a separator and a decimal sign can be told apart.

    Raises:
        WrongUseError: If they cannot, or are none of those offered.
    """
    if separator not in SEPARATORS:
        raise WrongUseError(f"'{separator}' cannot separate cells", "", "use a comma, semicolon, tab or bar")
    if decimal not in DECIMALS:
        raise WrongUseError(f"'{decimal}' is no decimal sign", "", "use a point or a comma")
    if separator == decimal:
        raise WrongUseError("a comma cannot separate cells and decimals", "", "use a semicolon between cells")


def harmless(text: str) -> str:
    """Return text with an apostrophe before all that a spreadsheet would take for a formula.

    That is ``= + - @`` (their wide forms too), tab and carriage return at the start of the cell, and
    after any separator within it, because a spreadsheet set to another separator splits there.
    ``restored`` takes the apostrophes out again, also where the text had some of its own.
    """
    return _START.sub(r"\1'\2", text)


def restored(text: str) -> str:
    """Return the text that ``harmless`` was given."""
    return _QUOTED_START.sub(r"\1\2", text)


def cell(value: Any, decimal: str = ".") -> str:
    """Return one value as the text of a cell: absent is empty, a list or dict is JSON.

    Args:
        value: None, a number, text, or what JSON can say.
        decimal: Decimal sign of numbers that stand alone.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value).replace(".", decimal)
    if isinstance(value, str):
        return harmless(value)
    return harmless(json.dumps(value, ensure_ascii=False))


def line(cells: Sequence[str], separator: str) -> str:
    """Return cells as one line with its end; a cell with a separator, quote or line end is quoted."""
    return separator.join(map(_quoted, cells)) + "\n"


def _quoted(text: str) -> str:
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


_NEEDS_QUOTES = re.compile(r'[",;|\t\r\n]|^\s|\s$')
