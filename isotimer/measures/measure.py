"""A row of the table of measures, and a value of it."""

from collections.abc import Callable
from dataclasses import dataclass

from isotimer.measures.needs import Needs
from isotimer.measures.outcome import Outcome
from isotimer.measures.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: what a number means, what it needs and how it is had."""

    id: str
    unit: str
    name: str
    """Plain name."""
    meaning: str
    """One sentence."""
    needs: Needs
    function: Callable[[Prepared], Outcome]
    source: str
    decimals: int = 1
    """As many decimals as the number deserves."""
    version: int = 1
    """Raised when this measure would give another number for the same trace."""


@dataclass(frozen=True, slots=True)
class Value:
    """One measure of one hold: a number, or why there is none."""

    id: str
    value: float | None
    unit: str
    reason: str = ""
    """Why it is absent."""
    doubt: str = ""
    """Why it may mislead."""
