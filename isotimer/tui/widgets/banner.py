"""The state of the hold and the side, in block letters on a full-width colour."""

import numpy as np
from textual.strip import Strip
from textual.widget import Widget

from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.pixels import LETTER_PX, Bitmap, centred, half_blocks, word_bitmap
from isotimer.tui.widgets.strips import strip_of

FLASH_S = 0.18
"""How long a flash lasts."""
_MARGIN = 2


class Banner(Widget):
    """Two words as large as fit: the state, and the side at its own end of the line.

    LEFT stands at the left end and RIGHT at the right end, so that the side is told by place as well
    as by word. The colour comes from the style sheet, by a class ``-<kind>``.
    """

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._shown: tuple[str, str, str] = ("", "", "")
        self._drawn: tuple[object, ...] = ()
        self._lines: list[str] = []

    @property
    def words(self) -> tuple[str, str]:
        """State and side as shown."""
        return self._shown[0], self._shown[1]

    def show(self, word: str, side: str, kind: str) -> None:
        """Show a state, a side ("LEFT", "NEXT RIGHT", "BOTH" or nothing) and the colour of ``kind``."""
        if (word, side, kind) == self._shown:
            return
        self.remove_class(f"-{self._shown[2]}")
        self.add_class(f"-{kind}")
        self._shown = (word, side, kind)
        self.refresh()

    def flash(self) -> None:
        """Turn the colours round for a moment."""
        self.add_class("-flash")
        self.set_timer(FLASH_S, lambda: self.remove_class("-flash"))

    def render_line(self, y: int) -> Strip:
        """Return one line of the banner."""
        width, height = self.size
        key = (self._shown, width, height)
        if self._drawn != key:
            self._drawn = key
            bitmap = layout(self._shown[0], self._shown[1], width, 2 * height)
            self._lines = half_blocks(bitmap, self._glyphs.blocks)
        return strip_of([(self._lines[y], self.rich_style)], width)


def layout(word: str, side: str, width: int, height: int) -> Bitmap:
    """Return state and side as pixels: the side at its own end, the state at the other or in the middle."""
    room = width - 2 * _MARGIN
    state, place = _largest_pair(word, side, room, height)
    field = np.zeros((height, width), bool)
    if not side:
        return centred(state, width, height)
    left, right = (place, state) if side.endswith("LEFT") else (state, place)
    for part, start in ((left, _MARGIN), (right, width - _MARGIN - right.shape[1])):
        start = max(0, start)
        field[:, start : start + part.shape[1]] |= centred(part, part.shape[1], height)[:, : width - start]
    return field


def _largest_pair(word: str, side: str, room: int, height: int) -> tuple[Bitmap, Bitmap]:
    largest = max(1, height // (LETTER_PX + 1))
    for scale in range(largest, 0, -1):
        for side_scale in range(scale, 0, -1):
            state, place = word_bitmap(word, scale), word_bitmap(side, side_scale)
            if state.shape[1] + place.shape[1] + 4 <= room:
                return state, place
    return word_bitmap(word), word_bitmap(side)
