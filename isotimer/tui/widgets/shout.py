"""One word as large as the room allows: SET, GO!, LEFT, RIGHT."""

from textual.strip import Strip
from textual.widget import Widget

from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.pixels import LETTER_PX, Bitmap, centred, half_blocks, word_bitmap
from isotimer.tui.widgets.strips import strip_of

_MARGIN = 2


class Shout(Widget):
    """A word in block letters; LEFT stands at the left end and RIGHT at the right, others in the middle."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._word = ""
        self._drawn: tuple[str, int, int] | None = None
        self._lines: list[str] = []

    @property
    def word(self) -> str:
        """The word shown; empty for none."""
        return self._word

    def show(self, word: str) -> None:
        """Show another word."""
        if word != self._word:
            self._word = word
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of the word."""
        width, height = self.size
        if self._drawn != (self._word, width, height):
            self._drawn = (self._word, width, height)
            self._lines = half_blocks(placed(self._word, width, 2 * height), self._glyphs.blocks)
        return strip_of([(self._lines[y] if y < len(self._lines) else "", self.rich_style)], width)


def placed(word: str, width: int, height: int) -> Bitmap:
    """Return a word as the largest pixels that fit, at the end that it names."""
    scale = max(1, height // LETTER_PX)
    while scale > 1 and word_bitmap(word, scale).shape[1] > width - 2 * _MARGIN:
        scale -= 1
    drawn = word_bitmap(word, scale)
    room = min(width, drawn.shape[1] + 2 * _MARGIN)
    field = centred(drawn, width, height)
    if word in ("LEFT", "RIGHT"):
        field[:] = False
        block = centred(drawn, room, height)
        if word == "LEFT":
            field[:, :room] = block
        else:
            field[:, width - room :] = block
    return field
