"""Dates as people and programs write them; one that could mean two days is asked about, never guessed."""

import re
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.column_choice import TINDEQ
from isotimer.exchange.table_layout import table_layout
from isotimer.exchange.text_source import open_text

ORDERS = ("ymd", "dmy", "mdy", "ydm")
"""In which order year, month and day may stand."""

NOON = 12
"""The hour of a day that is told without a time."""

_DATE = re.compile(
    r"(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})"
    r"(?:[ T_]+(\d{1,2})[-:.h](\d{2})(?:[-:.](\d{2})(?:[.,]\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2}(?:[_ T]\d{2}[-:h.]\d{2}(?:[-:.]\d{2})?)?)(?!\d)")


def moment(text: str, order: str = "") -> datetime:
    """Return the time that a text means, aware; without a zone it is this computer's, without a time noon.

    Args:
        text: Such as 2026-05-01, 01.05.2026 17:30 or 2026-05-01T15:30:00Z.
        order: One of ``ORDERS``; empty where the text itself must tell.

    Raises:
        WrongUseError: If it is no date, or could mean two.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise WrongUseError(f"'{text[:40]}' is not a date", "", "write it as 2026-05-01 or 2026-05-01 17:30")
    first, sign, second, third, hour, minute, second_, zone = found.groups()
    year, month, day = _in_order(text, (first, second, third), sign, order)
    try:
        at = datetime(int(year), int(month), int(day), int(hour or NOON), int(minute or 0), int(second_ or 0))
        if zone is None:
            return at.astimezone()
        return at.replace(tzinfo=_zone(zone))
    except (ValueError, OverflowError, OSError):
        raise WrongUseError(
            f"'{text[:40]}' is not a date", f"there is no such day read as {order or 'it stands'}"
        ) from None


def recorded_at(path: Path, form: str, order: str = "") -> tuple[datetime, str] | None:
    """Return when a recording was made and how that is known; None if neither it nor its name says it.

    Args:
        path: The file.
        form: Where it comes from, as ``trace_files`` tells it. The Tindeq app writes year-day-month.
        order: Order of its dates, where it is known better.

    Raises:
        DataError: If the date in the file is none.
    """
    cell = header_cell(path, "date")
    if cell is not None and cell[1]:
        line, text = cell
        orders = [order] if order else (["ydm", "ymd"] if form == TINDEQ else [""])
        for one in orders:
            try:
                at = moment(text, one)
            except WrongUseError as e:
                fault = e
            else:
                how = " (the Tindeq app writes year-day-month)" if form == TINDEQ and one == "ydm" else ""
                return at, f"recorded on {at.day} {at:%B %Y} at {at:%H:%M}, as the file says{how}"
        raise DataError(f"line {line}, column 'date' of {path}", fault.what, "say it with --at")
    named = _IN_NAME.findall(path.name)
    if len(named) != 1:
        return None
    try:
        at = moment(named[0])
    except WrongUseError:
        return None
    return at, f"recorded on {at.day} {at:%B %Y} at {at:%H:%M}, by the name of the file"


def header_cell(path: Path, name: str) -> tuple[int, str] | None:
    """Return (line, text) of what the header block above a recording says under a name; None without it."""
    with open_text(path) as source:
        layout = table_layout(source.head, source.name)
        lines = source.head
    for names, values in pairwise(layout.preamble):
        at = [cell.strip().lower() for cell in names]
        if name in at and len(values) > at.index(name):
            text = values[at.index(name)].strip()
            number = next((i for i, line in enumerate(lines, 1) if text and text in line), 1)
            return number, text
    return None


def _in_order(text: str, parts: tuple[str, str, str], sign: str, order: str) -> tuple[str, str, str]:
    """Return (year, month, day) of three parts.

    Raises:
        WrongUseError: If their order cannot be told.
    """
    a, b, c = parts
    if order:
        places = {letter: parts[i] for i, letter in enumerate(order)}
        if len(places["y"]) != 4:
            raise WrongUseError(
                f"'{text[:40]}' is not a date", f"read as {order} it has no year of four digits"
            )
        return places["y"], places["m"], places["d"]
    if len(a) == 4:
        return (a, c, b) if int(b) > 12 >= int(c) else (a, b, c)
    if len(c) != 4:
        raise WrongUseError(f"'{text[:40]}' is not a date", "its year must have four digits")
    if sign == "." or int(a) > 12:
        return c, b, a
    if int(b) > 12 or a == b:
        return c, a, b
    raise WrongUseError(
        f"'{text[:40]}' could be two days", "", "say with --dates dmy or mdy which number is the day"
    )


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((timedelta(hours=hours, minutes=minutes)) * (-1 if text[0] == "-" else 1))
