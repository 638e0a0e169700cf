"""isotimer's own export back into a database."""

import json
from pathlib import Path

from isotimer.core.errors import DataError
from isotimer.exchange.own_row import OwnRow, OwnSource
from isotimer.exchange.tables import EQUIPMENT, HOLDS, TABLES
from isotimer.measures.table import MEASURES
from isotimer.store import inbound
from isotimer.store.database import Store
from isotimer.store.traces import Trace

_UNITS = {measure.id: measure.unit for measure in MEASURES}


def take_own(store: Store, into: Store, export: OwnSource, path: Path) -> list[str]:
    """Put an export into a scratch database; return what is to be told.

    Args:
        store: The database in use.
        into: The scratch database, within ``writing``.
        export: What 'isotimer export' wrote.
        path: Where it is, for messages.

    Raises:
        DataError: If something is missing or wrong; with file, line and column.
    """
    holds: list[str] = []
    for table in TABLES:
        for row in export.rows(table):
            if table is EQUIPMENT:
                values = row.values
                inbound.keep_equipment(into, values["kind"], values["id"], values["details"], row.where)
                continue
            if table is HOLDS:
                holds.append(row.values["hold_id"])
                _hold(into, export, row)
                continue
            if table.name == "measures":
                _check_unit(row)
            inbound.keep(into, table.name, row.values, row.where)
    gone = inbound.gone_among(store, holds)
    return [f"{gone} of the holds in {path} were deleted here and stay so."] if gone else []


def _hold(into: Store, export: OwnSource, row: OwnRow) -> None:
    found = export.trace(row)
    values = {name: value for name, value in row.values.items() if name != "trace"}
    inbound.keep(into, "holds", values, row.where)
    if found is None:
        return
    trace = Trace(
        found.time_ns,
        found.raw,
        found.force_n,
        found.flags,
        values["unit"] or "N",
        _numbers(row, "zero_raw"),
        _numbers(row, "slope_n_per_raw"),
    )
    inbound.keep_trace(into, values["hold_id"], trace)


def _numbers(row: OwnRow, column: str) -> tuple[float, ...]:
    """Return the numbers in a JSON column."""
    found = json.loads(row.values[column])
    try:
        return tuple(map(float, found))
    except (TypeError, ValueError, OverflowError):
        raise DataError(
            f"{row.where}, column '{column}'", "it must hold a list of numbers", "nothing was imported"
        ) from None


def _check_unit(row: OwnRow) -> None:
    """Raise DataError if a measure stands in a unit that it never has."""
    usual, unit = _UNITS.get(row.values["measure"]), row.values["unit"]
    if usual is not None and unit not in (usual, "counts", usual.replace("N", "counts")):
        raise DataError(
            f"{row.where}, column 'unit'",
            f"{row.values['measure']} is in {usual}, not in '{unit}'",
            "nothing was imported",
        )
