"""A Parquet export of isotimer read back: tables checked cell by cell, traces to the last bit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.columns import Column, Kind, Table
from isotimer.exchange.own_row import (
    OPTIONAL,
    KnownKeys,
    OwnRow,
    OwnTrace,
    cell_fault,
    lacking,
    wanted_columns,
)
from isotimer.exchange.parquet_export import trace_schema
from isotimer.exchange.table_rows import NOTHING_DONE, known_json
from isotimer.exchange.tables import TABLES

_PARTED = ("holds", "measures")
_BATCH = 5_000
_LATEST_S = 1e6
"""Beyond that, seconds in a float do not tell nanoseconds."""


class ParquetExport:
    """A folder that ``parquet_export.write_parquet`` has written.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys = KnownKeys(".parquet")
        self._samples: tuple[Path, dict[str, OwnTrace]] | None = None
        """The file of traces read last, and what is in it by hold."""

    def rows(self, table: Table) -> Iterator[OwnRow]:
        """Yield the rows of a table; the tables must be read in the order of ``TABLES``.

        Raises:
            WrongUseError: If pyarrow is not installed.
            DataError: If it is missing, a column is, or a cell is not what it must be; with row and column.
        """
        if table.name in _PARTED:
            # Every day with holds has its measures: a file that was lost must not pass unseen.
            days = sorted(self._folder.glob("holds/*/*"))
            paths = [self._folder / table.name / Path(*d.parts[-2:]) / f"{table.name}.parquet" for d in days]
        else:
            paths = [self._folder / f"{table.name}.parquet"]
            if table.name in OPTIONAL and not paths[0].exists():
                return
        columns = wanted_columns(table)
        for path in paths:
            for number, found in enumerate(_cells(path, columns), start=1):
                values = {}
                for column in columns:
                    values[column.name] = _checked(found[column.name], column, number, path)
                if fault := self._keys.fault(table, values):
                    raise _fault(number, fault[0], path, fault[1])
                yield OwnRow(f"row {number} of {path}", values)

    def trace(self, hold: OwnRow) -> OwnTrace | None:
        """Return the trace of a hold; None if it has none.

        Raises:
            DataError: If its file is missing, outside the folder, or has anything wrong in it.
        """
        name = hold.values["trace"]
        if not name:
            return None
        path = self._folder / name
        parts = name.split("/")
        if parts[0] != "traces" or len(parts) != 4 or ".." in parts or not path.is_file():
            raise DataError(hold.where, f"'{name[:80]}' is no file of traces in the folder", NOTHING_DONE)
        if self._samples is None or self._samples[0] != path:
            self._samples = (path, _traces(path))
        found = self._samples[1].get(hold.values["hold_id"])
        if found is None and hold.values["samples"]:
            raise DataError(hold.where, f"its samples are not in {name}", NOTHING_DONE)
        return found or _no_samples(hold)


def is_parquet_export(folder: Path) -> bool:
    """Return whether ``parquet_export.write_parquet`` has written a folder."""
    whole = (table.name for table in TABLES if table.name not in (*OPTIONAL, *_PARTED))
    return all((folder / f"{name}.parquet").is_file() for name in whole)


def _cells(path: Path, columns: list[Column]) -> Iterator[dict[str, Any]]:
    """Yield the rows of one file."""
    with _opened(path) as file:
        if missing := lacking(columns, file.schema_arrow.names):
            raise DataError(
                f"cannot read {path}", f"there is no column '{missing}'", "export again with this isotimer"
            )
        for batch in file.iter_batches(_BATCH, columns=[column.name for column in columns]):
            yield from batch.to_pylist()


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a file; whatever is wrong with it is told."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise WrongUseError(
            "Parquet cannot be read", "pyarrow is not installed", "say pip install 'isotimer[parquet]'"
        ) from None
    if path.is_symlink():
        raise DataError(f"cannot read {path}", "it is a link to another place", NOTHING_DONE)
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            yield file
    except FileNotFoundError:
        raise DataError(f"cannot read {path}", "it is not there", NOTHING_DONE) from None
    except (OSError, pyarrow.ArrowException):
        raise DataError(f"cannot read {path}", "it is no whole Parquet file", NOTHING_DONE) from None


def _checked(given: Any, column: Column, number: int, path: Path) -> Any:
    """Return the value of a cell as the CSV of the same export gives it."""
    kind, value = column.kind, given
    if value is None:
        value = "" if kind is Kind.TEXT else None
    elif not isinstance(value, _TYPES[kind]) or isinstance(value, bool):
        raise _fault(number, column.name, path, f"it holds {type(value).__name__}, not {kind.value}")
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise _fault(number, column.name, path, "it is a time without a zone")
        value = value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    elif kind is Kind.NUMBER:
        value = float(given)
        if not np.isfinite(value):
            raise _fault(number, column.name, path, "it is not a number")
    if kind is Kind.JSON and known_json(value or "") is None:
        raise _fault(number, column.name, path, "it is not JSON as isotimer writes it")
    if why := cell_fault(column, value):
        raise _fault(number, column.name, path, why)
    return value


_TYPES: dict[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str,
    Kind.JSON: str,
    Kind.NUMBER: (float, int),
    Kind.INTEGER: int,
    Kind.TIME: datetime,
}


def _fault(number: int, column: str, path: Path, why: str) -> DataError:
    return DataError(f"row {number}, column '{column}' of {path}", why, NOTHING_DONE)


def _traces(path: Path) -> dict[str, OwnTrace]:
    """Return the traces in a file by hold."""
    with _opened(path) as file:
        schema = file.schema_arrow
        for wanted in trace_schema():
            if wanted.name not in schema.names or schema.field(wanted.name).type != wanted.type:
                raise DataError(
                    f"cannot read {path}",
                    f"there is no column '{wanted.name}' of {wanted.type}",
                    NOTHING_DONE,
                )
        table = file.read(columns=["hold_id", "time_s", "raw", "channels_n", "channels_counts", "flags"])
    ids = table["hold_id"].to_numpy()
    edges = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1).tolist(), len(ids)]
    found: dict[str, OwnTrace] = {}
    for start, stop in pairwise(edges):
        if start == stop:
            continue
        key = str(ids[start])
        if key in found:
            raise _fault(start + 1, "hold_id", path, "the samples of a hold do not follow one another")
        found[key] = _trace(table.slice(start, stop - start), start, path)
    return found


def _trace(table: Any, first: int, path: Path) -> OwnTrace:
    counts = table["channels_n"].null_count == len(table)
    force = _several(table, "channels_counts" if counts else "channels_n", first, path)
    raw = _several(table, "raw", first, path)
    if raw.shape != force.shape:
        raise _fault(first + 1, "raw", path, "it has not as many values as there are channels")
    time_s = table["time_s"].to_numpy().astype(np.float64)
    if (wrong := np.flatnonzero(~(np.abs(time_s) < _LATEST_S))).size:
        raise _fault(first + int(wrong[0]) + 1, "time_s", path, "it is not a time")
    time_ns = np.rint(time_s * 1e9)
    if table["flags"].null_count:
        raise _fault(first + 1, "flags", path, "it is empty")
    return OwnTrace(time_ns.astype(np.int64), raw, force, table["flags"].to_numpy().copy())


def _several(table: Any, name: str, first: int, path: Path) -> FloatArray:
    """Return (n, c) the values of a column of lists; a null among them is NaN."""
    lists = table[name].combine_chunks()
    lengths = lists.value_lengths().to_numpy(zero_copy_only=False)
    if lists.null_count or lengths.min() != lengths.max() or lengths[0] < 1:
        raise _fault(first + 1, name, path, "it must hold a list of as many values in every row")
    values = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return np.ascontiguousarray(values.reshape(len(lengths), int(lengths[0])))


def _no_samples(hold: OwnRow) -> OwnTrace:
    nothing = np.empty((0, max(1, hold.values["zero_raw"].count(",") + 1)))
    return OwnTrace(np.empty(0, np.int64), nothing, nothing.copy(), np.empty(0, np.uint8))
