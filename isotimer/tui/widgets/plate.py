"""The plates from above, with the centre of pressure and the way that it went, in braille dots."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.raster import DOTS_ACROSS, DOTS_DOWN, lines_of, pattern_of
from isotimer.tui.widgets.strips import strip_of

if TYPE_CHECKING:
    from isotimer.session.rig_view import StanceView

TRAIL_S = 3.0
"""So much of the way is shown."""
_MARGIN = 0.06
_Grid = NDArray[np.bool_]


class PlateView(Widget):
    """Plates to scale, front up; the centre of pressure is the marker, its trail the dots behind it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"plate--edge", "plate--trail", "plate--now", "plate--words"}

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._cells: list[list[tuple[str, str]]] = []
        self._key: tuple[object, ...] = ()
        self._words = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines shown."""
        return tuple("".join(char for char, _ in row) for row in self._cells)

    @property
    def words(self) -> str:
        """Where the centre of pressure is, in words."""
        return self._words

    def show(self, view: "StanceView | None") -> None:
        """Show the newest seconds; painted only when a dot or digit changes."""
        rows, columns = self.size.height - 1, self.size.width
        if rows < 2 or columns < 4:
            return
        if view is None or not view.plates:
            cells, words = [], ""
        else:
            cells, words = self._picture(view, rows, columns), _words(view)
        key = (tuple(tuple(row) for row in cells), words)
        if key != self._key:
            self._key, self._cells, self._words = key, cells, words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line; the last one is the words."""
        width = self.size.width
        plain = self.get_component_rich_style("plate--words")
        if y == self.size.height - 1:
            return strip_of([(f"{self._words:^{width}}", plain)], width)
        if y >= len(self._cells):
            return strip_of([("", plain)], width)
        styles: dict[str, Style] = {n: self.get_component_rich_style(n) for n in self.COMPONENT_CLASSES}
        return strip_of([(char, styles[kind]) for char, kind in self._cells[y]], width)

    def _picture(self, view: "StanceView", rows: int, columns: int) -> list[list[tuple[str, str]]]:
        """Return sign and kind of every cell."""
        down, across = rows * DOTS_DOWN, columns * DOTS_ACROSS
        edges = np.array(view.plates)
        left, right = float(edges[:, 0].min()), float(edges[:, 1].max())
        back, front = float(edges[:, 2].min()), float(edges[:, 3].max())
        wide, deep = max(right - left, 1.0), max(front - back, 1.0)
        scale = min((across - 1) / (wide * (1 + _MARGIN)), (down - 1) / (deep * (1 + _MARGIN)))
        middle = np.array([(left + right) / 2, (back + front) / 2])
        centre = np.array([(across - 1) / 2, (down - 1) / 2])

        def dots_at(points: NDArray[np.float64]) -> NDArray[np.int64]:
            away = (points - middle) * scale * (1, -1)
            return np.asarray(np.clip(np.rint(centre + away), 0, (across - 1, down - 1)), np.int64)

        outline, trail = np.zeros((down, across), bool), np.zeros((down, across), bool)
        for plate_left, plate_right, plate_back, plate_front in view.plates:
            corners = np.array([[plate_left, plate_back], [plate_right, plate_front]])
            (x0, y1), (x1, y0) = dots_at(corners)
            outline[y0, x0 : x1 + 1] = outline[y1, x0 : x1 + 1] = True
            outline[y0 : y1 + 1, x0] = outline[y0 : y1 + 1, x1] = True
        now: tuple[int, int] | None = None
        if view.centre_mm is not None:
            known = np.isfinite(view.centre_mm).all(axis=1) & (view.ago_s >= -TRAIL_S)
            if known.any():
                way = dots_at(view.centre_mm[known])
                trail[way[:, 1], way[:, 0]] = True
                now = (int(way[-1, 1]) // DOTS_DOWN, int(way[-1, 0]) // DOTS_ACROSS)
        return self._drawn(outline, trail, now)

    def _drawn(
        self, outline: _Grid, trail: _Grid, now: tuple[int, int] | None
    ) -> list[list[tuple[str, str]]]:
        lines = lines_of(pattern_of(outline | trail), braille=self._glyphs.braille)
        trodden = pattern_of(trail) > 0
        cells = [
            [(char, "plate--trail" if trodden[y, x] else "plate--edge") for x, char in enumerate(line)]
            for y, line in enumerate(lines)
        ]
        if now is not None:
            cells[now[0]][now[1]] = (self._glyphs.good, "plate--now")
        return cells


def _words(view: "StanceView") -> str:
    """Return where the centre of pressure is now, or why there is none."""
    if view.warning:
        return "! check its feet"
    if view.centre_mm is None:
        return ""
    newest = view.centre_mm[view.ago_s >= -0.5] if len(view.ago_s) else view.centre_mm
    known = newest[np.isfinite(newest).all(axis=1)]
    if not len(known):
        return "nobody stands on it"
    x, y = known[-1].tolist()
    return f"x {x:+4.0f}  y {y:+4.0f} mm"
