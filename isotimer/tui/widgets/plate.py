"""The plates from above, with the centre of pressure and the way that it went, in braille dots."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.raster import DOTS_ACROSS, DOTS_DOWN, lines_of, pattern_of
from isotimer.tui.widgets.strips import strip_of

if TYPE_CHECKING:
    from isotimer.session.rig_view import StanceView

TRAIL_S = 3.0
"""So much of the way is shown on the plates; near, all that is known."""
BAR_CELLS = 10
"""Length of the scale bar."""
_MARGIN = 0.06
_CELL_MM = (0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0)
"""What a cell's width may stand for, near: the bar is then a round number."""
_ROOM = 1.15
"""So much more than the way itself is shown, near, so that the picture need not move with every step."""
_LOOSE = 0.4
"""A way that fills less than this share of the picture is looked at from nearer."""
_Grid = NDArray[np.bool_]
_Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where the floor lies in the picture."""

    middle_mm: _Points
    """(2,) the point in the middle of the picture."""
    dots_per_mm: float
    down: int
    across: int

    def dots_at(self, points_mm: _Points) -> NDArray[np.int64]:
        """Return (n, 2) column and row of the dots; what lies outside stands on the border."""
        centre = np.array([(self.across - 1) / 2, (self.down - 1) / 2])
        away = (points_mm - self.middle_mm) * (self.dots_per_mm, -self.dots_per_mm)
        return np.clip(np.rint(centre + away), 0, (self.across - 1, self.down - 1)).astype(np.int64)

    def fits(self, low_mm: _Points, high_mm: _Points) -> bool:
        """Return whether a way lies within the picture and fills enough of it."""
        half = np.array([self.across - 1, self.down - 1]) / (2 * self.dots_per_mm)
        inside = bool((low_mm >= self.middle_mm - half).all() and (high_mm <= self.middle_mm + half).all())
        finest = self.dots_per_mm >= DOTS_ACROSS / _CELL_MM[0]
        return inside and (finest or bool(((high_mm - low_mm) / (2 * half)).max() >= _LOOSE))


class PlateView(Widget):
    """Plates to scale, front up; the centre of pressure is the marker, its trail the dots behind it.

    Near, the trail fills the picture, and a bar says how long it is.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"plate--edge", "plate--trail", "plate--now", "plate--words"}

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._pattern: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._trodden: NDArray[np.bool_] = np.zeros((0, 0), bool)
        self._now: tuple[int, int] | None = None
        self._words = ""
        self._near: _Place | None = None
        self._outline: tuple[object, _Place, _Grid] | None = None
        self.near = False
        """Whether the trail is shown to its own scale instead of that of the plates."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines shown."""
        return tuple("".join(text for text, _ in self._row(y)) for y in range(len(self._pattern)))

    @property
    def words(self) -> str:
        """Where the centre of pressure is, in words."""
        return self._words

    @property
    def bar_mm(self) -> float | None:
        """How long the scale bar is; None where there is none."""
        if not self.near or self._near is None or not len(self._pattern):
            return None
        return BAR_CELLS * DOTS_ACROSS / self._near.dots_per_mm

    def show(self, view: "StanceView | None") -> None:
        """Show the newest seconds; only lines in which a dot or digit changes are painted."""
        rows, columns = self.size.height - 1, self.size.width
        if rows < 2 or columns < 4:
            return
        before = (self._pattern, self._trodden, self._now, self._words)
        if view is None or not view.plates:
            none = np.zeros((0, 0), np.int64)
            self._pattern, self._trodden, self._now, self._words = none, none > 0, None, ""
        else:
            self._draw(view, rows, columns)
            self._words = _words(view)
        self._paint(*before)

    def render_line(self, y: int) -> Strip:
        """Return one line; the last one is the words."""
        width = self.size.width
        plain = self.get_component_rich_style("plate--words")
        if y == self.size.height - 1:
            return strip_of([(f"{self._words:^{width}}", plain)], width)
        if y >= len(self._pattern):
            return strip_of([("", plain)], width)
        return strip_of([(text, self.get_component_rich_style(kind)) for text, kind in self._row(y)], width)

    def _paint(
        self,
        pattern: NDArray[np.int64],
        trodden: NDArray[np.bool_],
        now: tuple[int, int] | None,
        words: str,
    ) -> None:
        """Paint the lines that differ from those before."""
        width = self.size.width
        if pattern.shape != self._pattern.shape:
            self.refresh()
            return
        changed = ((pattern != self._pattern) | (trodden != self._trodden)).any(axis=1)
        if now != self._now:
            for cell in (now, self._now):
                if cell is not None:
                    changed[cell[0]] = True
        dirty = np.flatnonzero(changed)
        if dirty.size:
            first, last = int(dirty[0]), int(dirty[-1])
            self.refresh(Region(0, first, width, last - first + 1))
        if words != self._words:
            self.refresh(Region(0, self.size.height - 1, width, 1))

    def _draw(self, view: "StanceView", rows: int, columns: int) -> None:
        """Draw the picture of a moment."""
        down, across = rows * DOTS_DOWN, columns * DOTS_ACROSS
        way = _way(view, np.inf if self.near else TRAIL_S)
        place, outline = self._plates(view, down, across)
        if self.near:
            outline = np.zeros((down, across), bool)
            place = self._look_near(way, place)
        trail = np.zeros((down, across), bool)
        self._now = None
        if len(way):
            at = place.dots_at(way)
            trail[at[:, 1], at[:, 0]] = True
            self._now = (int(at[-1, 1]) // DOTS_DOWN, int(at[-1, 0]) // DOTS_ACROSS)
        self._trodden = pattern_of(trail) > 0
        self._pattern = pattern_of(outline | trail)

    def _plates(self, view: "StanceView", down: int, across: int) -> tuple[_Place, _Grid]:
        """Return where the plates lie in the picture, and their edges; they stay where they are."""
        key = (view.plates, down, across)
        if self._outline is None or self._outline[0] != key:
            edges = np.array(view.plates)
            low, high = edges[:, [0, 2]].min(axis=0), edges[:, [1, 3]].max(axis=0)
            wide, deep = np.maximum(high - low, 1.0) * (1 + _MARGIN)
            place = _Place((low + high) / 2, min((across - 1) / wide, (down - 1) / deep), down, across)
            grid = np.zeros((down, across), bool)
            for left, right, back, front in view.plates:
                (x0, y1), (x1, y0) = place.dots_at(np.array([[left, back], [right, front]])).tolist()
                grid[[y0, y1], x0 : x1 + 1] = True
                grid[y0 : y1 + 1, [x0, x1]] = True
            self._outline = (key, place, grid)
        return self._outline[1], self._outline[2]

    def _look_near(self, way: _Points, plates: _Place) -> _Place:
        """Return where the trail lies in the picture, near; it stays there while that serves."""
        if not len(way):
            return self._near or plates
        low, high = way.min(axis=0), way.max(axis=0)
        near = self._near
        same = near is not None and (near.down, near.across) == (plates.down, plates.across)
        if near is not None and same and near.fits(low, high):
            return near
        room = np.array([plates.across - 1, plates.down - 1])
        needed = float((_ROOM * (high - low) / room).max()) * DOTS_ACROSS
        cell_mm = next((size for size in _CELL_MM if size >= needed), _CELL_MM[-1])
        self._near = _Place((low + high) / 2, DOTS_ACROSS / cell_mm, plates.down, plates.across)
        return self._near

    def _row(self, y: int) -> list[tuple[str, str]]:
        """Return the pieces of one line of the picture, each with the name of its style."""
        line = lines_of(self._pattern[y : y + 1], braille=self._glyphs.braille)[0]
        if y == len(self._pattern) - 1 and (bar := self._bar()):
            return [(bar, "plate--words"), *self._pieces(line, y, len(bar))]
        return self._pieces(line, y, 0)

    def _pieces(self, line: str, y: int, start: int) -> list[tuple[str, str]]:
        kinds = np.where(self._trodden[y], 1, 0)
        if self._now is not None and self._now[0] == y:
            kinds[self._now[1]] = 2
        edges = [start, *(n for n in (np.flatnonzero(np.diff(kinds)) + 1).tolist() if n > start), len(line)]
        found = []
        for a, b in pairwise(edges):
            kind = int(kinds[a]) if a < b else 0
            name = ("plate--edge", "plate--trail", "plate--now")[kind]
            found.append((self._glyphs.good if kind == 2 else line[a:b], name))
        return found

    def _bar(self) -> str:
        """Return the scale bar with its length; empty where there is none or no room for it."""
        length = self.bar_mm
        if length is None:
            return ""
        ends, line = ("├┤", "─") if self._glyphs.braille else ("||", "-")
        bar = f"{ends[0]}{line * (BAR_CELLS - 2)}{ends[1]} {length:g} mm "
        return bar if len(bar) < self._pattern.shape[1] else ""


def _way(view: "StanceView", seconds: float) -> _Points:
    """Return (n, 2) where the centre of pressure was, the newest last."""
    if view.centre_mm is None:
        return np.empty((0, 2))
    return view.centre_mm[np.isfinite(view.centre_mm).all(axis=1) & (view.ago_s >= -seconds)]


def _words(view: "StanceView") -> str:
    """Return where the centre of pressure is now, or why there is none."""
    if view.warning:
        return "! check its feet"
    if view.centre_mm is None:
        return ""
    if view.lost:
        return f"nothing from '{view.lost}'"
    newest = view.centre_mm[view.ago_s >= -0.5] if len(view.ago_s) else view.centre_mm
    known = newest[np.isfinite(newest).all(axis=1)]
    if not len(known):
        return "nobody stands on it"
    x, y = known[-1].tolist()
    return f"x {x:+4.0f}  y {y:+4.0f} mm"
