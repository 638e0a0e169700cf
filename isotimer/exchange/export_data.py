"""What a format is given to write: read from the store piece by piece, never all in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from isotimer.exchange.columns import Row
from isotimer.exchange.trace_table import TraceLike


@dataclass(frozen=True, slots=True)
class HoldKey:
    """One hold to be written."""

    hold_id: str
    athlete_id: str
    athlete: str
    day: str
    """Local date, YYYY-MM-DD."""
    position: str
    side: str
    has_trace: bool


@dataclass(frozen=True, slots=True)
class Export:
    """The chosen data. Each function may be called more than once."""

    keys: tuple[HoldKey, ...]
    """All chosen holds, oldest first."""
    holds: Callable[[Sequence[str]], Iterable[Row]]
    """Keys of holds -> rows of the table holds, without measures, in their order."""
    measures: Callable[[Sequence[str]], Iterable[Row]]
    """Keys of holds -> rows of the table measures, in their order."""
    traces: Callable[[Sequence[str]], Iterable[tuple[Row, TraceLike]]]
    """Keys of holds -> (row of the hold, its samples), those with a trace, one in memory at a time."""
    others: Mapping[str, Callable[[], Iterable[Row]]] = field(default_factory=dict)
    """Name of each further table -> its rows."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an export has written."""

    paths: tuple[Path, ...]
    """All files, the one to open first in front."""
    holds: int
    left_out: tuple[str, ...] = ()
    """What could not be written in this format, in sentences."""
