"""What a measure's function gives: a number, perhaps with a doubt, or a reason why there is none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """A number or the reason for its absence; exactly one of the two is given."""

    value: float | None
    reason: str = ""
    """Why there is no value, in plain words."""
    doubt: str = ""
    """Why the value may mislead, in plain words; empty while there is nothing to say."""


def found(value: float, *doubts: str) -> Outcome:
    """Return an outcome with a value; empty doubts are left out."""
    return Outcome(float(value), doubt="; ".join(d for d in doubts if d))


def absent(reason: str) -> Outcome:
    """Return an outcome without a value."""
    return Outcome(None, reason=reason)
