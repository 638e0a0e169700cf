"""Drawings in characters: for each position the body, the pull, the sensor and the anchor."""

from isotimer.core.drawings.canvas import CELLS_ACROSS, CELLS_DOWN, Drawing, Role, in_ascii, in_braille
from isotimer.core.drawings.scenes import SCENES
from isotimer.core.plan import Side
from isotimer.core.positions.position import Position

__all__ = ["CELLS_ACROSS", "CELLS_DOWN", "Drawing", "Role", "draw", "legend"]


def draw(position: Position, side: Side = Side.RIGHT, *, braille: bool = True) -> Drawing | None:
    """Return the drawing of a position, None if it has none.

    With the right leg working the athlete is seen from the right and faces right; the left leg's
    drawing is the same in a mirror, so the working leg is always the one nearer to the viewer.

    Args:
        position: What to draw.
        side: Which leg works; both are drawn as the right one.
        braille: Draw in braille dots; else in plain ASCII.
    """
    if position.picture:
        drawing = _of_picture(position.picture)
    else:
        wanted = position.drawing or position.id
        scene = next((s for s in SCENES if s.id == wanted), None)
        if scene is None:
            return None
        drawing = (in_braille if braille else in_ascii)(scene.items())
    return drawing.mirrored() if side is Side.LEFT else drawing


def legend(*, braille: bool = True) -> str:
    """Return what the signs of a drawing mean, on one line not wider than the drawing."""
    return "◆ sensor  ■ anchor  ▼ pull" if braille else "# leg @ sensor X anchor v pull"


def _of_picture(lines: tuple[str, ...]) -> Drawing:
    rows = [line.ljust(CELLS_ACROSS)[:CELLS_ACROSS] for line in lines[:CELLS_DOWN]]
    rows += [" " * CELLS_ACROSS] * (CELLS_DOWN - len(rows))
    return Drawing(tuple(rows), ((Role.BODY,) * CELLS_ACROSS,) * CELLS_DOWN)
