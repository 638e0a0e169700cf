"""What 100 % is: from the athlete's own holds, or set for today."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Side, parse_target
from isotimer.core.positions import Position
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.best import Reference
    from isotimer.session.station import Station


class ReferenceFields(Vertical):
    """One field per side; an empty one takes the athlete's own holds."""

    def __init__(self) -> None:
        super().__init__(id="references")
        self._position = ""
        self._sides: tuple[Side, ...] = ()

    def compose(self) -> ComposeResult:
        """Return the fields and what they rest on."""
        with Horizontal(classes="fields"):
            yield Label("100 % today")
            for side in Side:
                yield Input(id=f"best-{side.value}", compact=True, placeholder=side.value, max_length=12)
        for side in Side:
            yield TextLine(dom_id=f"why-{side.value}")

    def show(self, station: "Station", position: Position) -> None:
        """Show the references of a position.

        Raises:
            DataError: If the database cannot be read.
        """
        self._position, self._sides = position.id, position.sides
        for side in Side:
            field = self.query_one(f"#best-{side.value}", Input)
            why = self.query_one(f"#why-{side.value}", TextLine)
            field.display = why.display = side in position.sides
            if side in position.sides:
                found = station.reference(position.id, side)
                typed = found is not None and found.holds == 0
                field.value = f"{found.force_n:g} N" if found is not None and typed else ""
                why.show(reference_words(side, found))

    def keep(self, station: "Station") -> None:
        """Take what was typed.

        Raises:
            WrongUseError: If that is no tension; nothing is changed then.
        """
        typed = {side: self._force_n(side) for side in self._sides}
        for side, force_n in typed.items():
            station.set_reference(self._position, side, force_n)

    def _force_n(self, side: Side) -> float | None:
        text = self.query_one(f"#best-{side.value}", Input).value.strip()
        if not text:
            return None
        target = parse_target(f"{text}N" if text[-1:].isdigit() else text)
        if target.kind != "N":
            raise WrongUseError(f"'{text}' for 100 %", "not a force", "write it like 320N, or leave it empty")
        return target.value


def reference_words(side: Side, found: "Reference | None") -> str:
    """Return what 100 % is and what that rests on; "~" marks a weak one."""
    if found is None:
        return f"{side.value}: no hold yet"
    return f"{side.value}: {'~' if found.weak else ''}{found.force_n:.0f} N, {found.why}"
