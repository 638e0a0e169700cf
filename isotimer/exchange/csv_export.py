"""All tables and traces as CSV files in a folder, with a data dictionary and a Frictionless package.

UTF-8 without a byte order mark and with bare line feeds: what pandas, DuckDB, R and spreadsheets read
alike, the same bytes on every system, and nothing that a plain reader takes for part of the first
column's name or of the last cell.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from isotimer.exchange.columns import Column, Row
from isotimer.exchange.datapackage import DICTIONARY, dictionary_rows, package_text
from isotimer.exchange.export_data import Export, HoldKey, Written
from isotimer.exchange.files import open_folder, open_inner_folder, safe_part, write_whole
from isotimer.exchange.tables import MEASURES_TABLE, TABLES, WIDE_HOLDS
from isotimer.exchange.text_cells import cell, check_signs, harmless, line
from isotimer.exchange.trace_table import trace_header, trace_lines
from isotimer.measures.table import MEASURES

TRACES = "traces"
_SHORT = 8
_BATCH = 200
"""So many holds are in memory at a time."""
_UNIT_OF = {measure.id: measure.unit for measure in MEASURES}


def write_csv(folder: Path, export: Export, separator: str = ",", decimal: str = ".") -> Written:
    """Write holds.csv, one file for each other table, traces/, columns.csv and datapackage.json.

    Files of these names are replaced, others in the folder stay.

    Args:
        folder: Where to; made if it is not there.
        export: The data.
        separator: Between cells: comma, semicolon, tab or bar.
        decimal: Decimal sign: point or comma.

    Raises:
        WrongUseError: If the separator and the decimal sign do not go together.
        DataError: If something cannot be written; a file is there whole or not at all.
    """
    check_signs(separator, decimal)
    folder = open_folder(Path(folder))
    names = trace_names(export.keys)

    def write(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Path:
        return write_whole(folder / name, _table(columns, rows, separator, decimal))

    paths = [write("holds.csv", WIDE_HOLDS.columns, wide_holds(export, names))]
    measures = (row for ids in batches(export.keys, _BATCH) for row in export.measures(ids))
    paths.append(write("measures.csv", MEASURES_TABLE.columns, measures))
    for table in TABLES:
        if table.name in export.others:
            paths.append(write(f"{table.name}.csv", table.columns, export.others[table.name]()))
    headers: dict[tuple[str, ...], list[str]] = {}
    for hold, trace in export.traces([key.hold_id for key in export.keys if key.has_trace]):
        inner, name = open_inner_folder(folder, TRACES), names[str(hold["hold_id"])]
        channels: Sequence[str] = hold.get("channels") or ()
        headers.setdefault(tuple(trace_header(trace, channels)), []).append(name)
        paths.append(write_whole(inner / Path(name).name, trace_lines(trace, channels, separator, decimal)))
    paths.append(write("columns.csv", DICTIONARY, dictionary_rows()))
    package = package_text(
        [path.name for path in paths if path.parent == folder], headers, separator, decimal
    )
    paths.append(write_whole(folder / "datapackage.json", [package]))
    return Written(tuple(paths), len(export.keys))


def wide_holds(export: Export, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield rows of the table holds with their measures and the file of their trace.

    A measure in another unit than its column's (counts instead of newtons) is left to the table measures.
    """
    for ids in batches(export.keys, _BATCH):
        numbers: dict[str, dict[str, Any]] = {}
        for row in export.measures(ids):
            if _UNIT_OF.get(row["measure"]) == row["unit"]:
                numbers.setdefault(row["hold_id"], {})[row["measure"]] = row["value"]
        for hold in export.holds(ids):
            key = str(hold["hold_id"])
            yield {**numbers.get(key, {}), **hold, "trace": names.get(key, "")}


def batches(keys: Sequence[HoldKey], size: int) -> Iterator[list[str]]:
    """Yield the keys of holds, some at a time."""
    for start in range(0, len(keys), size):
        yield [key.hold_id for key in keys[start : start + size]]


def trace_names(keys: Sequence[HoldKey]) -> dict[str, str]:
    """Return hold -> file of its trace below the folder, of those that have one.

    The name tells date, position, side and the end of the hold's key.
    """
    taken: set[str] = set()
    names = {}
    for hold in keys:
        if not hold.has_trace:
            continue
        key = safe_part(hold.hold_id, "hold")
        parts = [safe_part(hold.day, "undated"), safe_part(hold.position, "position")]
        parts.append(safe_part(hold.side, "side"))
        name = "_".join([*parts, key[-_SHORT:].strip("-")]) + ".csv"
        if name in taken:
            name = "_".join([*parts, key]) + ".csv"
        taken.add(name)
        names[hold.hold_id] = f"{TRACES}/{name}"
    return names


def _table(columns: Sequence[Column], rows: Iterable[Row], separator: str, decimal: str) -> Iterator[str]:
    names = [column.name for column in columns]
    yield line([harmless(name) for name in names], separator)
    for row in rows:
        yield line([cell(row.get(name), decimal) for name in names], separator)
