"""The table of file formats that data can leave in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from isotimer.core.errors import WrongUseError
from isotimer.exchange.csv_export import write_csv
from isotimer.exchange.export_data import Export, Written
from isotimer.exchange.parquet_export import write_parquet
from isotimer.exchange.raw_export import write_chronojump, write_tindeq


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    id: str
    about: str
    write: Callable[[Path, Export, str | None, str | None], Written]
    """Takes the folder, the data, the separator and the decimal sign (None for the usual one)."""


def _csv(folder: Path, export: Export, separator: str | None, decimal: str | None) -> Written:
    usual = ";" if decimal == "," else ","
    return write_csv(folder, export, separator or usual, decimal or ".")


FORMATS: tuple[Format, ...] = (
    Format("csv", "tables for spreadsheets and scripts, one file per trace", _csv),
    Format("parquet", "tables for DuckDB and pandas, parted by athlete and date", write_parquet),
    Format("chronojump", "one file per trace as Chronojump writes it", write_chronojump),
    Format("tindeq", "one file per trace as the Tindeq app writes it", write_tindeq),
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
