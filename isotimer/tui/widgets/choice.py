"""A field that holds one of a few values, changed by the left and right keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from isotimer.tui.glyphs import UNICODE, Glyphs


class Choice(Widget, can_focus=True):
    """One line: the value between two arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Before", show=False),
        Binding("right", "turn(1)", "Next", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Another value was chosen."""

        choice: "Choice"

    def __init__(
        self, values: Sequence[tuple[str, str]], *, glyphs: Glyphs = UNICODE, dom_id: str | None = None
    ) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._values = tuple(values)
        self._at = 0

    @property
    def value(self) -> str:
        """The id of the chosen value."""
        return self._values[self._at][0]

    def choose(self, value: str) -> None:
        """Choose a value by its id; an unknown one changes nothing. Sends no message."""
        ids = [v for v, _ in self._values]
        if value in ids:
            self._at = ids.index(value)
            self.refresh()

    def offer(self, values: Sequence[tuple[str, str]]) -> None:
        """Offer other values; the chosen one is kept if it is among them. Sends no message."""
        kept = self.value
        if tuple(values) != self._values:
            self._values, self._at = tuple(values), 0
            self.choose(kept)
            self.refresh(layout=True)

    def action_turn(self, by: int) -> None:
        """Go to the next value or the one before."""
        self._at = (self._at + by) % len(self._values)
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self, event: Click) -> None:
        """Let a click on the left half go back, on the right half go on."""
        self.action_turn(-1 if event.x < self.size.width // 2 else 1)

    def render(self) -> Content:
        """Return the value between its arrows."""
        longest = max(len(name) for _, name in self._values)
        name = self._values[self._at][1]
        return Content(f"{self._glyphs.left} {name:^{longest}} {self._glyphs.right}")
