"""What lies beside exported tables: a data dictionary and a Frictionless data package (version 1)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from isotimer import __version__
from isotimer.exchange.columns import Column, Kind, Table
from isotimer.exchange.tables import TABLES, WIDE_HOLDS, trace_columns
from isotimer.exchange.trace_table import RIG_COLUMNS

DICTIONARY: tuple[Column, ...] = (
    Column("table", Kind.TEXT, "table", required=True),
    Column("column", Kind.TEXT, "column", required=True),
    Column("type", Kind.TEXT, "what its cells hold", required=True),
    Column("unit", Kind.TEXT, "unit of its numbers"),
    Column("meaning", Kind.TEXT, "what it means"),
)
"""The columns of columns.csv."""

_TYPES: dict[Kind, dict[str, str]] = {
    Kind.TEXT: {"type": "string"},
    Kind.NUMBER: {"type": "number"},
    Kind.INTEGER: {"type": "integer"},
    Kind.TIME: {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
    Kind.LOCAL_TIME: {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
    # An apostrophe may stand within, where a spreadsheet would see a formula: no valid JSON for others.
    Kind.JSON: {"type": "string"},
}
_WORDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "number",
    Kind.INTEGER: "whole number",
    Kind.TIME: "time (UTC)",
    Kind.LOCAL_TIME: "time (local)",
    Kind.JSON: "JSON",
}


def written_tables() -> tuple[Table, ...]:
    """Return all tables as they are written, the one to open first in front."""
    return (WIDE_HOLDS, *(table for table in TABLES if table.name != WIDE_HOLDS.name))


def dictionary_rows() -> Iterator[dict[str, str]]:
    """Yield one row for each column of each table, traces included."""
    for table in written_tables():
        yield from (_described(table.name, column) for column in table.columns)
    for column in trace_columns(("time_s", "force_n", "force_1_n", "raw_1", "flags", *RIG_COLUMNS)):
        yield _described("traces", column)


def _described(table: str, column: Column) -> dict[str, str]:
    about = column.about
    if column.values:
        about += f": {', '.join(column.values)}"
    return {
        "table": table,
        "column": column.name,
        "type": _WORDS[column.kind],
        "unit": column.unit,
        "meaning": about,
    }


def package_text(
    files: Sequence[str], traces: Mapping[tuple[str, ...], Sequence[str]], separator: str, decimal: str
) -> str:
    """Return datapackage.json.

    Args:
        files: Names of the tables' files.
        traces: Names of columns -> files of the traces that have them.
        separator: Between cells.
        decimal: Decimal sign.
    """
    tables = {f"{table.name}.csv": table for table in written_tables()}
    about = {"columns.csv": Table("columns", "What every column means.", ("table", "column"), DICTIONARY)}
    known = tables | about
    there = [known[name] for name in files if name in known]
    present = {table.name for table in there}
    resources = [
        _resource(t.name, t.about, f"{t.name}.csv", _schema(t, present, decimal), separator) for t in there
    ]
    for names, paths in traces.items():
        schema = {
            "fields": [_field(column, decimal) for column in trace_columns(names)],
            "missingValues": [""],
        }
        resources += [
            _resource(f"trace-{path.rpartition('/')[2].removesuffix('.csv')}", "", path, schema, separator)
            for path in paths
        ]
    package = {
        "profile": "tabular-data-package",
        "name": "isotimer-export",
        "title": "Holds and their measures",
        "description": f"Written by isotimer {__version__}. Force in newtons, time in seconds unless a "
        "column says otherwise. A text that a spreadsheet would run as a formula begins with an apostrophe.",
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(name: str, about: str, path: str, schema: Mapping[str, Any], separator: str) -> dict[str, Any]:
    described = {"description": about} if about else {}
    return {
        "profile": "tabular-data-resource",
        "name": name,
        **described,
        "path": path,
        "encoding": "utf-8",
        "dialect": {"delimiter": separator, "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "schema": schema,
    }


def _schema(table: Table, present: set[str], decimal: str) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column, decimal) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    foreign = []
    for column in table.columns:
        other, _, key = column.refers.partition(".")
        if other in present:
            foreign.append({"fields": column.name, "reference": {"resource": other, "fields": key}})
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _field(column: Column, decimal: str) -> dict[str, Any]:
    out: dict[str, Any] = {"name": column.name, **_TYPES[column.kind], "description": column.about}
    if column.kind is Kind.NUMBER and decimal != ".":
        out["decimalChar"] = decimal
    if column.unit:
        out["unit"] = column.unit
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.values:
        constraints["enum"] = list(column.values)
    return out | ({"constraints": constraints} if constraints else {})
