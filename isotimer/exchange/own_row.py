"""One row of isotimer's own export, whatever the format it was written in, and what must be true of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from isotimer.core.block import FlagArray, FloatArray, IntArray
from isotimer.exchange.columns import Column, Table

OPTIONAL = frozenset(("weights", "sprints", "notes"))
"""Tables that an export may be without."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One row of an exported table."""

    where: str
    """Line and file, for messages."""
    values: dict[str, Any]
    """Column -> value; columns that follow from others are not among them."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnTrace:
    """The samples in an exported trace."""

    time_ns: IntArray
    raw: FloatArray
    force_n: FloatArray
    flags: FlagArray


class OwnSource(Protocol):
    """An export to be read back; its tables must be read in the order of ``TABLES``."""

    def rows(self, table: Table) -> Iterator[OwnRow]:
        """Yield the rows of a table, checked.

        Raises:
            DataError: If something is missing or wrong; with file, line and column.
        """

    def trace(self, hold: OwnRow) -> OwnTrace | None:
        """Return the trace of a hold; None if it has none.

        Raises:
            DataError: If it is missing or has anything wrong in it.
        """


def wanted_columns(table: Table) -> list[Column]:
    """Return the columns that are read back."""
    return [column for column in table.columns if not column.derived]


def lacking(columns: Sequence[Column], names: Sequence[str]) -> str:
    """Return the first column that is not there; empty if all are."""
    return next((column.name for column in columns if column.name not in names), "")


def cell_fault(column: Column, value: Any) -> str:
    """Return what is wrong with the value of a cell; empty if nothing is."""
    if column.required and value in (None, ""):
        return "it is empty"
    if column.values and value and value not in column.values:
        return f"'{str(value)[:60]}' is none of {', '.join(column.values)}"
    return ""


class KnownKeys:
    """The keys of the rows read so far: each once, and nothing refers to one that is not there.

    Args:
        ending: Of the tables' files, for messages.
    """

    def __init__(self, ending: str) -> None:
        self._ending = ending
        self._keys: dict[str, set[str]] = {}

    def fault(self, table: Table, values: dict[str, Any]) -> tuple[str, str] | None:
        """Take a row; return (column, what is wrong with it), None if nothing is."""
        for column in table.columns:
            other, _, _key = column.refers.partition(".")
            value = values.get(column.name)
            if other and value and value not in self._keys.get(other, ()):
                return column.name, f"there is no '{value[:60]}' in {other}{self._ending}"
        key = "\0".join(str(values[name]) for name in table.key)
        known = self._keys.setdefault(table.name, set())
        if key in known:
            return table.key[-1], "an earlier row has the same key"
        known.add(key)
        return None
