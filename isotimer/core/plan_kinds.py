"""The kinds of values in a plan: read from TOML, read as typed, written back.

Each says what is wrong with a value in the words of ``WrongUseError``; where the value stands is added by
the one who knows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import MAX_COUNT, MAX_SECONDS
from isotimer.core.plan_values import MAX_WHOLE, as_number, quoted, say, short, target_text
from isotimer.core.target import Target, parse_target

OPEN = "open"
"""How an open end is written."""


class Kind(Protocol):
    """How a value is read and written."""

    def read(self, value: object) -> Any:
        """Return what a TOML value means; raises WrongUseError."""

    def typed(self, text: str) -> object:
        """Return the TOML value that a text in a form stands for."""

    def literal(self, value: Any) -> str:
        """Return a value as TOML."""

    def shown(self, value: Any) -> str:
        """Return a value as it stands in a form."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text; ``least`` characters at least."""

    most: int
    least: int = 0

    def read(self, value: object) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise WrongUseError(say(value), "not a text", "put it between quotes")
        if not self.least <= len(value.strip()) or len(value) > self.most:
            why = "nothing is written there" if len(value) < self.most else "too long"
            raise WrongUseError(say(value), why, f"give {max(self.least, 1)} to {self.most} characters")
        return value

    def typed(self, text: str) -> object:
        """Return it without the spaces around it."""
        return text.strip()

    def literal(self, value: str) -> str:
        """Return it between quotes."""
        return quoted(value)

    def shown(self, value: str) -> str:
        """Return it as it is, on one line."""
        return " ".join(value.split())


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two others; ``above`` leaves out the lower one."""

    low: float = 0.0
    high: float = MAX_SECONDS
    unit: str = "seconds"
    above: bool = False

    def read(self, value: object) -> float:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise WrongUseError(say(value), "not a number", self._advice)
        # an integer may be too large for a float, and a decimal that is no number cannot be compared
        number = math.inf if isinstance(value, int) and abs(value) >= MAX_WHOLE else float(value)
        if not self.low <= number <= self.high or (self.above and number == self.low):
            raise WrongUseError(say(value), self._why(number), self._advice)
        return number

    def typed(self, text: str) -> object:
        """Return a number where the text is one; a comma is a decimal point."""
        return as_number(text)

    def literal(self, value: float) -> str:
        """Return the shortest form that reads back the same."""
        return short(value)

    def shown(self, value: float | None) -> str:
        """Return it, or nothing."""
        return "" if value is None else short(value)

    def _why(self, number: float) -> str:
        if math.isnan(number):
            return "not a number"
        if number > self.high:
            return "too much"
        return "below zero" if number < 0 else "too little"

    @property
    def _advice(self) -> str:
        least = f"more than {self.low:g}, at most" if self.above else f"{self.low:g} to"
        return f"give {least} {self.high:g} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Share(Number):
    """A share, written in per cent."""

    low: float = 1.0
    high: float = 100.0
    unit: str = "per cent"

    def read(self, value: object) -> float:
        """Return the share."""
        Number.read(self, value)
        return float(Decimal(str(value)).scaleb(-2))

    def literal(self, value: float) -> str:
        """Return it in per cent."""
        return f"{Decimal(repr(value)).scaleb(2).normalize():f}"

    def shown(self, value: float | None) -> str:
        """Return it in per cent, or nothing."""
        return "" if value is None else self.literal(value)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    low: int = 1
    high: int = MAX_COUNT

    def read(self, value: object) -> int:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongUseError(say(value), "not a whole number", self._advice)
        if not self.low <= value <= self.high:
            why = "too little" if value < self.low else "too much"
            raise WrongUseError(say(value), why, self._advice)
        return value

    def typed(self, text: str) -> object:
        """Return a number where the text is one."""
        return as_number(text)

    def literal(self, value: int) -> str:
        """Return its digits."""
        return str(value)

    def shown(self, value: int | None) -> str:
        """Return its digits, or nothing."""
        return "" if value is None else str(value)

    @property
    def _advice(self) -> str:
        return f"give {self.low} to {self.high}"


_SECONDS = Number(above=True)


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a hold: seconds, or "open"."""

    def read(self, value: object) -> float | None:
        """Return seconds, or None for an open end."""
        return None if value == OPEN else _SECONDS.read(value)

    def typed(self, text: str) -> object:
        """Return a number where the text is one, else the word."""
        return as_number(text.lower())

    def literal(self, value: float | None) -> str:
        """Return the number, or "open"."""
        return quoted(OPEN) if value is None else short(value)

    def shown(self, value: float | None) -> str:
        """Return the number, or "open"."""
        return OPEN if value is None else short(value)


@dataclass(frozen=True, slots=True)
class Pick:
    """A member of an enumeration, by its word."""

    of: type[StrEnum]

    def read(self, value: object) -> StrEnum:
        """Return the member."""
        return self.of(OneOf(self.words).read(value))

    def typed(self, text: str) -> object:
        """Return the word."""
        return text.strip().lower()

    def literal(self, value: StrEnum) -> str:
        """Return the word between quotes."""
        return quoted(value.value)

    def shown(self, value: StrEnum) -> str:
        """Return the word."""
        return value.value

    @property
    def words(self) -> tuple[str, ...]:
        """All words."""
        return tuple(member.value for member in self.of)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: object) -> str:
        """Return the word."""
        if not isinstance(value, str) or value not in self.words:
            raise WrongUseError(say(value), "unknown", f"write one of {', '.join(self.words)}")
        return value

    def typed(self, text: str) -> object:
        """Return the word."""
        return text.strip().lower()

    def literal(self, value: str) -> str:
        """Return the word between quotes."""
        return quoted(value)

    def shown(self, value: str) -> str:
        """Return the word."""
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def read(self, value: object) -> bool:
        """Return the truth."""
        if not isinstance(value, bool):
            raise WrongUseError(say(value), "neither true nor false", "write true or false")
        return value

    def typed(self, text: str) -> object:
        """Return yes or no as a truth."""
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.strip().lower(), text)

    def literal(self, value: bool) -> str:
        """Return true or false."""
        return "true" if value else "false"

    def shown(self, value: bool) -> str:
        """Return yes or no."""
        return "yes" if value else "no"


@dataclass(frozen=True, slots=True)
class Span:
    """From ... to: two rising numbers, or one for both."""

    item: Number | Whole

    def read(self, value: object) -> tuple[Any, Any]:
        """Return both numbers."""
        both = value if isinstance(value, list) else [value, value]
        if len(both) != 2:
            raise WrongUseError(say(value), "not two numbers", "give the lower and the upper one")
        low, high = self.item.read(both[0]), self.item.read(both[1])
        if low > high:
            raise WrongUseError(say(value), "the first is larger than the second", "turn them round")
        return low, high

    def typed(self, text: str) -> object:
        """Return the numbers of "2-3" or "2 3"."""
        parts = text.replace("–", "-").replace("-", " ").split() if not text.strip().startswith("-") else []
        return [as_number(p) for p in parts] if len(parts) > 1 else as_number(text)

    def literal(self, value: tuple[Any, Any]) -> str:
        """Return a list of two."""
        return f"[{self.item.literal(value[0])}, {self.item.literal(value[1])}]"

    def shown(self, value: tuple[Any, Any] | None) -> str:
        """Return "2-3", or "2" where both are the same."""
        if value is None:
            return ""
        low, high = self.item.shown(value[0]), self.item.shown(value[1])
        return low if low == high else f"{low}-{high}"


@dataclass(frozen=True, slots=True)
class Targets:
    """One target such as "75%", or one for each rep."""

    def read(self, value: object) -> tuple[Target, ...]:
        """Return the targets."""
        items = value if isinstance(value, list) else [value]
        texts = [item for item in items if isinstance(item, str)]
        if not texts or len(texts) < len(items):
            raise WrongUseError(
                say(value), "not a target", 'write it like "75%", "250N" or ["70%", "80%", "90%"]'
            )
        if len(texts) > MAX_COUNT:
            raise WrongUseError(say(value), "too many targets", f"give at most {MAX_COUNT}")
        return tuple(parse_target(item) for item in texts)

    def typed(self, text: str) -> object:
        """Return the targets that commas separate."""
        return [part.strip() for part in text.split(",")]

    def literal(self, value: Sequence[Target]) -> str:
        """Return one text, or a list of them."""
        texts = [quoted(target_text(t)) for t in value]
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"

    def shown(self, value: Sequence[Target]) -> str:
        """Return them with commas between."""
        return ", ".join(target_text(t) for t in value)


@dataclass(frozen=True, slots=True)
class Words:
    """A list of short texts."""

    def read(self, value: object) -> tuple[str, ...]:
        """Return the texts."""
        if not isinstance(value, list) or not all(isinstance(v, str) and len(v) <= 200 for v in value):
            raise WrongUseError(say(value), "not a list of short texts", 'write it like ["S10", "S11"]')
        return tuple(value)

    def typed(self, text: str) -> object:
        """Return the texts that commas separate."""
        return [part.strip() for part in text.split(",") if part.strip()]

    def literal(self, value: Sequence[str]) -> str:
        """Return a list."""
        return f"[{', '.join(quoted(v) for v in value)}]"

    def shown(self, value: Sequence[str]) -> str:
        """Return them with commas between."""
        return ", ".join(value)
