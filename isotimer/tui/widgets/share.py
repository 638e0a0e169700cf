"""How load is shared between left and right now, on one line, and each side's course."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from textual.strip import Strip
from textual.widget import Widget

from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.raster import DOTS_ACROSS, dots, envelope, fit_scale, lines_of
from isotimer.tui.widgets.strips import strip_of

if TYPE_CHECKING:
    from isotimer.core.block import FloatArray
    from isotimer.session.rig_view import StanceView

SPREAD_PCT = 25.0
"""The scale reaches so far to either side of the middle."""
_LEAST_CELLS = 15


class ShareLine(Widget):
    """One line: left share, a scale with the band that is wanted, right share, and where it is in words."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "share--number",
        "share--track",
        "share--band",
        "share--in",
        "share--out",
    }

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._shown: tuple[float | None, tuple[float, float] | None] = (None, None)
        self._lost = ""

    @property
    def text(self) -> str:
        """The words of the line, without the scale."""
        left, right, words = self._words()
        return f"{left} {right} {words}"

    def show(self, view: "StanceView | None") -> None:
        """Show the share of now; painted only when a digit changes."""
        share = view.share_pct if view is not None else None
        shown = (None if share is None else round(share, 1), view.share_band if view is not None else None)
        lost = view.lost if view is not None else ""
        if (shown, lost) != (self._shown, self._lost):
            self._shown, self._lost = shown, lost
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        width = self.size.width
        left, right, words = self._words()
        share, band = self._shown
        number = self.get_component_rich_style("share--number")
        track = self.get_component_rich_style("share--track")
        room = width - len(left) - len(right) - len(words) - 5
        room -= 1 - room % 2
        if share is None or room < _LEAST_CELLS:
            return strip_of([(f" {left}  {right}  {words}", number if share is not None else track)], width)
        inside = band is None or band[0] <= share <= band[1]
        mark = self.get_component_rich_style("share--in" if inside else "share--out")
        wanted = self.get_component_rich_style("share--band")
        at = _cell(share, room)
        ends = (room, -1) if band is None else (_cell(band[0], room), _cell(band[1], room))
        cells = [
            (self._glyphs.marker, mark)
            if n == at
            else (self._glyphs.band, wanted)
            if ends[0] <= n <= ends[1]
            else (self._glyphs.axis, track)
            if n == room // 2
            else (self._glyphs.track, track)
            for n in range(room)
        ]
        return strip_of([(f" {left} ", number), *cells, (f" {right} ", number), (f" {words}", mark)], width)

    def _words(self) -> tuple[str, str, str]:
        share, band = self._shown
        if share is None:
            return "LEFT   --", "RIGHT  --", f"nothing from '{self._lost}'" if self._lost else "no load"
        left, right = f"LEFT {100 - share:4.1f} %", f"{share:4.1f} % RIGHT"
        if band is None:
            return left, right, "" if abs(share - 50) < 1 else "more right" if share > 50 else "more left"
        if share < band[0]:
            return left, right, f"more to the RIGHT {self._glyphs.right}"
        return left, right, "in band" if share <= band[1] else f"{self._glyphs.left} more to the LEFT"


def _cell(share: float, room: int) -> int:
    place = (share - 50 + SPREAD_PCT) / (2 * SPREAD_PCT)
    return min(room - 1, max(0, round(place * (room - 1))))


class SideTraces(Widget):
    """The course of left and right, one above the other on one scale."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"sides--left", "sides--right", "sides--words"}

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._scale: tuple[float, float] | None = None
        self._lines: list[tuple[str, str]] = []
        self._moved: tuple[int, int, int] = (0, 0, -1)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines shown."""
        return tuple(line for line, _ in self._lines)

    def show(self, view: "StanceView | None", seconds: float) -> None:
        """Show the newest seconds; nothing is drawn until the picture has moved by one column of dots."""
        rows, columns = self.size.height // 2, self.size.width - 2
        if view is None or view.left_n is None or view.right_n is None or rows < 1 or columns < 4:
            return
        moved = (rows, columns, int(view.now_s * columns * DOTS_ACROSS / seconds))
        if moved == self._moved:
            return
        self._moved = moved
        low, high = _extremes(view.left_n, view.right_n)
        self._scale = fit_scale(min(low, 0.0), high, self._scale)
        edges = np.linspace(-seconds, 0, columns * DOTS_ACROSS + 1)
        found = []
        for mark, force, kind in (("L", view.left_n, "sides--left"), ("R", view.right_n, "sides--right")):
            pattern = dots(*envelope(view.ago_s, force, edges), rows, *self._scale)
            drawn = lines_of(pattern, braille=self._glyphs.braille)
            found += [(f"{mark if n == 0 else ' '} {line}", kind) for n, line in enumerate(drawn)]
        if found != self._lines:
            self._lines = found
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line."""
        text, kind = self._lines[y] if y < len(self._lines) else ("", "sides--words")
        return strip_of([(text, self.get_component_rich_style(kind))], self.size.width)


def _extremes(*forces: "FloatArray") -> tuple[float, float]:
    known = np.concatenate([f[np.isfinite(f)] for f in forces])
    return (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
