"""Lines, discs and signs put on a grid of dots, and the grid as characters.

A cell of a terminal is about twice as high as wide; with two dots across and four down they are square.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from isotimer.core.drawings.figure import Point

CELLS_ACROSS, CELLS_DOWN = 30, 12
"""The size of every drawing in cells of the terminal."""
WIDE, HIGH = CELLS_ACROSS * 2, CELLS_DOWN * 4
"""The same in dots."""

Dots = NDArray[np.bool_]


class Role(IntEnum):
    """What a cell belongs to; where two meet, the greater shows."""

    NONE = 0
    PROP = 1
    """Floor, wall, box, seat, bar."""
    STRAP = 2
    BODY = 3
    WORK = 4
    """The working leg."""
    ANCHOR = 5
    SENSOR = 6
    ARROW = 7


BRAILLE_SIGNS = {"sensor": "◆", "anchor": "■", "left": "◀", "right": "▶", "up": "▲", "down": "▼"}
ASCII_SIGNS = {"sensor": "@", "anchor": "X", "left": "<", "right": ">", "up": "^", "down": "v"}
_MIRRORED = str.maketrans("/\\<>()[]{}◀▶", "\\/><)(][}{▶◀")
_WEIGHTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int64)
_BRAILLE = 0x2800


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points.

    Attributes:
        points: Where it goes, y up.
        role: What it is.
        width: In dots.
        dotted: Every second dot is left out.
    """

    points: tuple[Point, ...]
    role: Role
    width: int = 1
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    centre: Point
    radius: float
    role: Role


@dataclass(frozen=True, slots=True)
class Sign:
    """One character: "sensor", "anchor", or an arrow head "left", "right", "up", "down"."""

    at: Point
    kind: str
    role: Role


Item = Stroke | Disc | Sign


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture in characters.

    Attributes:
        lines: ``CELLS_DOWN`` lines of ``CELLS_ACROSS`` characters.
        roles: What each character belongs to, row by row.
    """

    lines: tuple[str, ...]
    roles: tuple[tuple[Role, ...], ...]

    def mirrored(self) -> "Drawing":
        """Return it as in a mirror."""
        return Drawing(
            tuple(_flipped(line).translate(_MIRRORED) for line in self.lines),
            tuple(row[::-1] for row in self.roles),
        )


def in_braille(items: Sequence[Item]) -> Drawing:
    """Return items as braille dots, signs on top; y 0 is the lowest dot."""
    dots = np.zeros((HIGH, WIDE), bool)
    roles = np.zeros((CELLS_DOWN, CELLS_ACROSS), np.int64)
    for item in items:
        if isinstance(item, Sign):
            continue
        own = _dots_of(item)
        dots |= own
        cells = own.reshape(CELLS_DOWN, 4, CELLS_ACROSS, 2).any(axis=(1, 3))
        roles = np.where(cells, np.maximum(roles, item.role), roles)
    pattern = np.einsum("rdca,da->rc", dots.reshape(CELLS_DOWN, 4, CELLS_ACROSS, 2), _WEIGHTS)
    grid = [[chr(_BRAILLE + int(code)) if code else " " for code in row] for row in pattern]
    return _with_signs(grid, roles, items, BRAILLE_SIGNS)


def in_ascii(items: Sequence[Item]) -> Drawing:
    """Return items as plain characters: the working leg in #, other limbs by their slope."""
    grid = [[" "] * CELLS_ACROSS for _ in range(CELLS_DOWN)]
    roles = np.zeros((CELLS_DOWN, CELLS_ACROSS), np.int64)
    for item in sorted((i for i in items if not isinstance(i, Sign)), key=lambda i: i.role):
        if isinstance(item, Disc):
            _put(grid, roles, item.centre, "O", item.role)
            continue
        for start, end in zip(item.points, item.points[1:], strict=False):
            for point in _walk(start, end, 0.5):
                _put(grid, roles, point, _slope_sign(start, end, point, item), item.role)
    return _with_signs(grid, roles, items, ASCII_SIGNS)


def _with_signs(
    grid: list[list[str]], roles: NDArray[np.int64], items: Sequence[Item], signs: dict[str, str]
) -> Drawing:
    for item in items:
        if isinstance(item, Sign):
            _put(grid, roles, item.at, signs[item.kind], item.role)
    return Drawing(
        tuple("".join(row) for row in grid), tuple(tuple(Role(int(r)) for r in row) for row in roles)
    )


def _put(grid: list[list[str]], roles: NDArray[np.int64], at: Point, sign: str, role: Role) -> None:
    column, row = math.floor(at[0]) // 2, (HIGH - 1 - math.floor(at[1])) // 4
    if 0 <= column < CELLS_ACROSS and 0 <= row < CELLS_DOWN:
        grid[row][column] = sign
        roles[row, column] = role


def _slope_sign(start: Point, end: Point, point: Point, stroke: Stroke) -> str:
    if stroke.role is Role.WORK:
        return "#"
    if stroke.dotted:
        return "."
    dx, dy = end[0] - start[0], end[1] - start[1]
    steep = math.degrees(math.atan2(abs(dy), abs(dx)))
    if stroke.role is Role.PROP and steep < 45:
        return "="
    if steep < 22:
        return "_" if math.floor(point[1]) % 4 == 0 else "-"
    if steep > 68:
        return "|"
    return "/" if (dx > 0) == (dy > 0) else "\\"


def _dots_of(item: Stroke | Disc) -> Dots:
    dots = np.zeros((HIGH, WIDE), bool)
    if isinstance(item, Disc):
        y, x = np.mgrid[0:HIGH, 0:WIDE]
        return np.asarray((x - item.centre[0]) ** 2 + (HIGH - 1 - y - item.centre[1]) ** 2 <= item.radius**2)
    for start, end in zip(item.points, item.points[1:], strict=False):
        for n, (x, y) in enumerate(_walk(start, end, 1.0)):
            if item.dotted and n % 2:
                continue
            _dab(dots, x, y, item.width)
    return dots


def _dab(dots: Dots, x: float, y: float, width: int) -> None:
    left, low = math.floor(x - (width - 1) / 2 + 0.5), math.floor(y - (width - 1) / 2 + 0.5)
    for column in range(left, left + width):
        for level in range(low, low + width):
            if 0 <= column < WIDE and 0 <= level < HIGH:
                dots[HIGH - 1 - level, column] = True


def _walk(start: Point, end: Point, step: float) -> list[Point]:
    """Return points on a line, at most ``step`` apart in its longer direction, both ends among them."""
    (x0, y0), (x1, y1) = start, end
    count = max(1, math.ceil(max(abs(x1 - x0), abs(y1 - y0)) / step))
    return [(x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count) for i in range(count + 1)]


def _flipped(line: str) -> str:
    return "".join(_flipped_cell(char) for char in reversed(line))


def _flipped_cell(char: str) -> str:
    code = ord(char) - _BRAILLE
    if not 0 <= code < 256:
        return char
    left, right = code & 0x47, code & 0xB8
    swapped = (left & 0x07) << 3 | (left & 0x40) << 1 | (right & 0x38) >> 3 | (right & 0x80) >> 1
    return chr(_BRAILLE + swapped)
