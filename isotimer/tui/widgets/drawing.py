"""The drawing of a position: the body, the pull, the sensor and the anchor."""

from typing import ClassVar

from textual.strip import Strip
from textual.widget import Widget

from isotimer.core.drawings import CELLS_DOWN, Drawing, Role, draw, legend
from isotimer.core.plan import Side
from isotimer.core.positions import Position
from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.strips import strip_of

_CLASSES: dict[Role, str] = {
    Role.NONE: "drawing--prop",
    Role.PROP: "drawing--prop",
    Role.STRAP: "drawing--strap",
    Role.BODY: "drawing--body",
    Role.WORK: "drawing--work",
    Role.ANCHOR: "drawing--rig",
    Role.SENSOR: "drawing--rig",
    Role.ARROW: "drawing--arrow",
}


class DrawingView(Widget):
    """Twelve lines of thirty cells and one line that says what the signs mean."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES.values())

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._drawing: Drawing | None = None
        self._legend = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines shown; none for a position without a drawing."""
        return self._drawing.lines if self._drawing is not None else ()

    def show(self, position: Position, side: Side) -> None:
        """Show a position with one leg at work."""
        self._drawing = draw(position, side, braille=self._glyphs.braille)
        own = bool(position.picture) or self._drawing is None
        self._legend = "" if own else legend(braille=self._glyphs.braille)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line."""
        plain = self.get_component_rich_style("drawing--prop")
        if self._drawing is None or y > CELLS_DOWN:
            return strip_of(
                [("no drawing" if y == 0 and self._drawing is None else "", plain)], self.size.width
            )
        if y == CELLS_DOWN:
            return strip_of([(self._legend, plain)], self.size.width)
        styles = {role: self.get_component_rich_style(name) for role, name in _CLASSES.items()}
        cells = zip(self._drawing.lines[y], self._drawing.roles[y], strict=True)
        return strip_of([(char, styles[role]) for char, role in cells], self.size.width)
