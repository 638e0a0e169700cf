"""The table of file formats that data can leave in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from isotimer.core.errors import WrongUseError
from isotimer.exchange.csv_export import write_export


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    id: str
    about: str
    write: Callable[..., list[Path]]
    """Takes what ``csv_export.write_export`` takes."""


FORMATS: tuple[Format, ...] = (
    Format("csv", "tables for spreadsheets and scripts, one file per trace", write_export),
)
"""All formats; the first is the usual one."""


def export_format(name: str) -> Format:
    """Return a format by its id.

    Raises:
        WrongUseError: If there is none of that name.
    """
    for row in FORMATS:
        if row.id == name:
            return row
    raise WrongUseError(f"unknown format '{name}'", "", f"use {' or '.join(row.id for row in FORMATS)}")
