"""Numbers in block digits that fill the room they are given."""

from textual.strip import Strip
from textual.widget import Widget

from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.pixels import centred, half_blocks, number_bitmap
from isotimer.tui.widgets.strips import strip_of


class BlockDigits(Widget):
    """A number as large as the widget allows; it is drawn anew only when its text or size changes."""

    def __init__(self, value: str = "", *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._value = value
        self._drawn: tuple[str, int, int] | None = None
        self._lines: list[str] = []

    @property
    def value(self) -> str:
        """The text drawn."""
        return self._value

    def show(self, value: str) -> None:
        """Draw another number: ``0-9 : . -`` and spaces."""
        if value != self._value:
            self._value = value
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of the digits."""
        width, height = self.size
        if self._drawn != (self._value, width, height):
            self._drawn = (self._value, width, height)
            drawn = number_bitmap(self._value, max(0, width - 2), max(0, 2 * height - 2))
            self._lines = half_blocks(centred(drawn, width, 2 * height), self._glyphs.blocks)
        return strip_of([(self._lines[y] if y < len(self._lines) else "", self.rich_style)], width)
