"""Holds, sessions, measures and traces as CSV files in a folder.

UTF-8 without a byte order mark and with bare line feeds: what pandas, DuckDB, R and spreadsheets read
alike, the same bytes on every system, and nothing that a plain reader takes for part of the first
column's name or of the last cell.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from isotimer.exchange.columns import HOLD_COLUMNS, MEASURE_COLUMNS, SESSION_COLUMNS
from isotimer.exchange.files import open_folder, open_inner_folder, safe_part, write_whole
from isotimer.exchange.text_cells import cell, check_signs, harmless, line
from isotimer.exchange.trace_table import TraceLike, trace_lines

_SHORT = 8
Table = Sequence[Mapping[str, Any]]


def write_export(
    folder: Path,
    *,
    holds: Table,
    sessions: Table,
    measures: Table,
    traces: Iterable[tuple[Mapping[str, Any], TraceLike]],
    measure_order: Sequence[str] = (),
    separator: str = ",",
    decimal: str = ".",
) -> list[Path]:
    """Write holds.csv, sessions.csv, measures.csv and traces/ and return the files, in this order.

    Files of these names are replaced, others in the folder stay.

    Args:
        folder: Where to; made if it is not there.
        holds: One mapping per hold, by the names of ``HOLD_COLUMNS``.
        sessions: One mapping per session, by the names of ``SESSION_COLUMNS``.
        measures: One mapping per hold and measure, by the names of ``MEASURE_COLUMNS``.
        traces: (hold, samples), taken one at a time.
        measure_order: Measures whose columns come first in holds.csv; the rest follows by name.
        separator: Between cells: comma, semicolon, tab or bar.
        decimal: Decimal sign: point or comma.

    Raises:
        WrongUseError: If the separator and the decimal sign do not go together.
        DataError: If something cannot be written; a file is there whole or not at all.
    """
    check_signs(separator, decimal)
    folder = open_folder(Path(folder))
    columns, rows = _with_measures(holds, measures, measure_order)
    tables = (
        ("holds.csv", columns, rows),
        ("sessions.csv", SESSION_COLUMNS, sessions),
        ("measures.csv", MEASURE_COLUMNS, measures),
    )
    paths = [write_whole(folder / n, _table(c, r, separator, decimal)) for n, c, r in tables]
    taken: set[str] = set()
    for hold, trace in traces:
        inner = open_inner_folder(folder, "traces")
        lines = trace_lines(trace, hold.get("channels") or (), separator, decimal)
        paths.append(write_whole(inner / trace_name(hold, taken), lines))
    return paths


def trace_name(hold: Mapping[str, Any], taken: set[str]) -> str:
    """Return the file name of a hold's trace: date, position, side and the end of its key.

    Args:
        hold: The hold.
        taken: Names given so far; the new one is added.
    """
    date = str(hold.get("started_local") or hold.get("started_at") or "")[:10]
    key = safe_part(str(hold["hold_id"]), "hold")
    parts = [safe_part(date, "undated")]
    parts += [safe_part(str(hold.get(name) or ""), name) for name in ("position", "side")]
    name = "_".join([*parts, key[-_SHORT:].strip("-")]) + ".csv"
    if name in taken:
        name = "_".join([*parts, key]) + ".csv"
    taken.add(name)
    return name


def _with_measures(holds: Table, measures: Table, order: Sequence[str]) -> tuple[list[str], Table]:
    """Return the columns and rows of holds.csv with a column for each measure that any hold has."""
    present = {m["measure"] for m in measures}
    names = [m for m in order if m in present]
    names += sorted(present.difference(names))
    by_hold: dict[str, dict[str, Any]] = {}
    for m in measures:
        by_hold.setdefault(m["hold_id"], {})[m["measure"]] = m["value"]
    rows = [{**by_hold.get(hold["hold_id"], {}), **_known(hold)} for hold in holds]
    return [*HOLD_COLUMNS, *(n for n in names if n not in HOLD_COLUMNS)], rows


def _known(hold: Mapping[str, Any]) -> dict[str, Any]:
    return {name: hold.get(name) for name in HOLD_COLUMNS}


def _table(columns: Sequence[str], rows: Table, separator: str, decimal: str) -> Iterator[str]:
    yield line([harmless(name) for name in columns], separator)
    for row in rows:
        yield line([cell(row.get(name), decimal) for name in columns], separator)
