"""What a column of an exported table is: its kind, unit and meaning, and what it may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Row = Mapping[str, Any]
"""One row of a table: column -> value; what is absent is None or not there."""


class Kind(StrEnum):
    """What a cell holds, by the words of Frictionless Table Schema."""

    TEXT = "string"
    NUMBER = "number"
    INTEGER = "integer"
    TIME = "datetime"
    """UTC as ISO-8601 with Z."""
    LOCAL_TIME = "local"
    """The time on the wall where it happened, without a zone: for reading, not for computing."""
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    kind: Kind
    about: str
    """What it means, in half a sentence."""
    unit: str = ""
    required: bool = False
    """Whether no cell may be empty."""
    refers: str = ""
    """``table.column`` in which the value must be found."""
    values: tuple[str, ...] = ()
    """The only values; any if empty."""
    derived: bool = False
    """Follows from other columns or tables: written for reading, not read back."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def with_more(self, columns: tuple[Column, ...]) -> "Table":
        """Return this table with further columns behind its own; those it has already are left out."""
        own = {column.name for column in self.columns}
        more = tuple(column for column in columns if column.name not in own)
        return Table(self.name, self.about, self.key, self.columns + more)
