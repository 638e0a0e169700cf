"""Which of isotimer's own exports lie in a folder."""

from pathlib import Path

from isotimer.exchange.own_import import OwnExport, is_csv_export
from isotimer.exchange.own_row import OwnSource
from isotimer.exchange.parquet_import import ParquetExport, is_parquet_export

_MAIN_TABLES = ("holds.csv", "athletes.parquet")


def own_exports(path: Path) -> tuple[OwnSource, ...]:
    """Return the exports in a folder, or beside one of their tables; none if it is no export.

    Args:
        path: The folder, its ``holds.csv`` or its ``athletes.parquet``.
    """
    folder = path.parent if path.name in _MAIN_TABLES else path
    found: list[OwnSource] = []
    if is_csv_export(folder):
        found.append(OwnExport(folder))
    if is_parquet_export(folder):
        found.append(ParquetExport(folder))
    return tuple(found)


def is_own_export(path: Path) -> bool:
    """Return whether a folder, or the folder of a main table, is an export of isotimer."""
    return bool((path.is_dir() or path.name in _MAIN_TABLES) and own_exports(path))
