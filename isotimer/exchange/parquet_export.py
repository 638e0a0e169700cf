"""Tables as Parquet files, parted by athlete and date, so that a query reads only what it needs.

``holds``, ``measures`` and ``traces`` are folders of ``who=…/day=…/`` below which each file is one
athlete's day; the other tables are one file each. DuckDB, pandas and Arrow read a folder as one table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.units import NEWTONS
from isotimer.exchange.columns import Column, Kind, Row
from isotimer.exchange.csv_export import wide_holds
from isotimer.exchange.datapackage import DICTIONARY, dictionary_rows
from isotimer.exchange.export_data import Export, HoldKey, Written
from isotimer.exchange.files import open_folder, open_inner_folder, safe_part, write_filled
from isotimer.exchange.tables import MEASURES_TABLE, TABLES, WIDE_HOLDS
from isotimer.exchange.trace_table import RIG_COLUMNS, SeenByRig, TraceLike

_PARTED = ("holds", "measures", "traces")
_ROWS = 10_000
_KEY_PART = 12


def write_parquet(folder: Path, export: Export, separator: str | None, decimal: str | None) -> Written:
    """Write the tables as Parquet; the folder must not hold an earlier export of this kind.

    Raises:
        WrongUseError: If pyarrow is not installed, or text signs are asked for.
        DataError: If an earlier export is there, or something cannot be written.
    """
    if separator is not None or decimal is not None:
        raise WrongUseError("Parquet has no separators and decimal signs", "", "leave the signs out")
    _arrow()
    folder = Path(folder)
    for name in _PARTED:
        if (folder / name).exists() or (folder / name).is_symlink():
            raise DataError(
                f"cannot write into {folder}",
                f"{name} is there already, and a reader would take old and new files together",
                "choose an empty folder",
            )
    open_folder(folder)
    paths: list[Path] = []
    for (who, day), keys in _days(export.keys):
        inner = {name: _inner(folder, name, who, day) for name in _PARTED[:2]}
        part = Export(tuple(keys), export.holds, export.measures, export.traces)
        samples = f"traces/who={who}/day={day}/traces.parquet"
        names = {key.hold_id: samples for key in keys if key.has_trace}
        rows = _typed(WIDE_HOLDS.columns, wide_holds(part, names))
        paths.append(_write(inner["holds"] / "holds.parquet", rows))
        ids = [key.hold_id for key in keys]
        rows = _typed(MEASURES_TABLE.columns, export.measures(ids))
        paths.append(_write(inner["measures"] / "measures.parquet", rows))
        with_trace = [key.hold_id for key in keys if key.has_trace]
        if with_trace:
            tables = _trace_tables(export.traces(with_trace))
            paths.append(_write(_inner(folder, "traces", who, day) / "traces.parquet", tables))
    for table in TABLES:
        if table.name in export.others:
            rows = _typed(table.columns, export.others[table.name]())
            paths.append(_write(folder / f"{table.name}.parquet", rows))
    paths.append(_write(folder / "columns.parquet", _typed(DICTIONARY, dictionary_rows())))
    return Written(tuple(paths), len(export.keys))


def _arrow() -> Any:
    """Return pyarrow, which only this format needs."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise WrongUseError(
            "Parquet cannot be written", "pyarrow is not installed", "say pip install 'isotimer[parquet]'"
        ) from None
    return pyarrow


def _days(keys: Sequence[HoldKey]) -> Iterator[tuple[tuple[str, str], list[HoldKey]]]:
    """Yield (athlete, day) as parts of folder names, and the holds of each."""

    def part(key: HoldKey) -> tuple[str, str]:
        who = f"{safe_part(key.athlete, 'athlete')[:40]}-{safe_part(key.athlete_id)[-_KEY_PART:].strip('-')}"
        return who, safe_part(key.day, "undated")

    for names, found in groupby(sorted(keys, key=part), part):
        yield names, list(found)


def _inner(folder: Path, table: str, who: str, day: str) -> Path:
    place = open_inner_folder(folder, table)
    return open_inner_folder(open_inner_folder(place, f"who={who}"), f"day={day}")


def _write(path: Path, tables: Iterator[Any]) -> Path:
    """Write one table in pieces; the first tells the columns."""
    pyarrow = _arrow()

    def fill(file: BinaryIO) -> None:
        first = next(tables)
        with pyarrow.parquet.ParquetWriter(file, first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for table in tables:
                writer.write_table(table)

    return write_filled(path, fill)


def _typed(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[Any]:
    """Yield rows as typed tables, one at least."""
    pyarrow = _arrow()
    types = {
        Kind.TEXT: pyarrow.string(),
        Kind.JSON: pyarrow.string(),
        Kind.NUMBER: pyarrow.float64(),
        Kind.INTEGER: pyarrow.int64(),
        Kind.TIME: pyarrow.timestamp("us", tz="UTC"),
        Kind.LOCAL_TIME: pyarrow.timestamp("us"),
    }
    schema = pyarrow.schema(
        [pyarrow.field(c.name, types[c.kind], metadata={"about": c.about, "unit": c.unit}) for c in columns]
    )
    batch: list[dict[str, Any]] = []
    nothing = True
    for row in rows:
        batch.append(_row(columns, row))
        if len(batch) == _ROWS:
            yield pyarrow.Table.from_pylist(batch, schema)
            batch, nothing = [], False
    if batch or nothing:
        yield pyarrow.Table.from_pylist(batch, schema)


def _row(columns: Sequence[Column], row: Mapping[str, Any]) -> dict[str, Any]:
    out = {}
    for column in columns:
        value = row.get(column.name)
        if column.kind in (Kind.TIME, Kind.LOCAL_TIME):
            value = datetime.fromisoformat(value) if value else None
        out[column.name] = value
    return out


def _trace_tables(traces: Iterable[tuple[Row, TraceLike]]) -> Iterator[Any]:
    """Yield the samples of one hold after the other, one at least."""
    pyarrow = _arrow()
    schema = trace_schema()
    for hold, trace in traces:
        n, channels = trace.raw.shape
        rig = trace if isinstance(trace, SeenByRig) else None
        force = trace.force_n.sum(axis=1) if rig is None else rig.tension_n
        offsets = pyarrow.array(np.arange(n + 1, dtype=np.int32) * channels)

        def lists(values: Any, offsets: Any = offsets) -> Any:
            return pyarrow.ListArray.from_arrays(offsets, pyarrow.array(values.ravel(), from_pandas=True))

        unit = "n" if trace.unit == NEWTONS else "counts"
        columns = {
            "hold_id": pyarrow.array([str(hold["hold_id"])] * n, pyarrow.string()),
            "time_s": pyarrow.array(trace.time_ns / 1e9),
            f"force_{unit}": pyarrow.array(force, from_pandas=True),
            "raw": lists(trace.raw),
            f"channels_{unit}": lists(trace.force_n),
            "flags": pyarrow.array(trace.flags),
        }
        for name, values in ({} if rig is None else rig.rig_columns).items():
            columns[name] = pyarrow.array(values, from_pandas=True)
        arrays = [columns[f.name] if f.name in columns else pyarrow.nulls(n, f.type) for f in schema]
        yield pyarrow.Table.from_arrays(arrays, schema=schema)


def trace_schema() -> Any:
    """Return the columns of the table traces.

    Raises:
        WrongUseError: If pyarrow is not installed.
    """
    pyarrow = _arrow()
    number = pyarrow.float64()
    several = pyarrow.list_(number)
    return pyarrow.schema(
        [
            ("hold_id", pyarrow.string()),
            ("time_s", number),
            ("force_n", number),
            ("force_counts", number),
            ("raw", several),
            ("channels_n", several),
            ("channels_counts", several),
            ("flags", pyarrow.uint8()),
            *((name, number) for name in RIG_COLUMNS),
        ]
    )
