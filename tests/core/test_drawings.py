"""Each position has a drawing that a runner can read: body, pull, sensor, and its mirror image."""

import numpy as np
import pytest

from isotimer.core.drawings import CELLS_ACROSS, CELLS_DOWN, Role, draw, legend
from isotimer.core.drawings.figure import SHANK, THIGH, Arm, Leg, Pose, posed
from isotimer.core.drawings.scene import FLOOR_Y
from isotimer.core.drawings.scenes import SCENES
from isotimer.core.plan import Side
from isotimer.core.positions import POSITIONS, Position, Pull, Use

BRAILLE = (True, False)
HEADS = {"◀": "left", "▶": "right", "▲": "up", "▼": "down"}
ASCII_HEADS = {"<": "left", ">": "right", "^": "up", "v": "down"}


def dots(lines: tuple[str, ...]) -> np.ndarray:
    """Return the dots of lines of braille; any other sign fills its cell."""
    grid = np.zeros((len(lines) * 4, len(lines[0]) * 2), bool)
    places = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            code = ord(char) - 0x2800
            bits = code if 0 <= code < 256 else (0 if char == " " else 255)
            for bit, (down, across) in enumerate(places):
                grid[row * 4 + down, column * 2 + across] = bool(bits >> bit & 1)
    return grid


def heads(position: Position, side: Side, braille: bool) -> list[str]:
    """Return the directions of all arrow heads."""
    drawing = draw(position, side, braille=braille)
    assert drawing is not None
    signs = HEADS if braille else ASCII_HEADS
    cells = zip("".join(drawing.lines), sum(drawing.roles, ()), strict=True)
    return [signs[char] for char, role in cells if role is Role.ARROW and char in signs]


def test_there_is_one_scene_for_each_position_that_comes_with_isotimer() -> None:
    assert sorted(s.id for s in SCENES) == sorted(p.id for p in POSITIONS)


@pytest.mark.parametrize("braille", BRAILLE)
@pytest.mark.parametrize("row", POSITIONS, ids=lambda p: p.id)
def test_a_drawing_has_its_size_and_shows_body_sensor_and_pull(row: Position, braille: bool) -> None:
    drawing = draw(row, braille=braille)
    assert drawing is not None
    assert len(drawing.lines) == len(drawing.roles) == CELLS_DOWN
    assert {len(line) for line in (*drawing.lines, *drawing.roles)} == {CELLS_ACROSS}
    roles = {role for cells in drawing.roles for role in cells}
    assert {Role.BODY, Role.WORK, Role.SENSOR, Role.ARROW} <= roles
    strapped = Role.ANCHOR in roles
    assert strapped or Use.PLATE in row.uses
    if not braille:
        assert all(" " <= char <= "~" for line in drawing.lines for char in line)


def test_no_two_drawings_are_alike() -> None:
    assert len({draw(p).lines for p in POSITIONS}) == len(POSITIONS)


@pytest.mark.parametrize("row", POSITIONS, ids=lambda p: p.id)
def test_left_and_right_are_mirror_images(row: Position) -> None:
    left, right = draw(row, Side.LEFT), draw(row, Side.RIGHT)
    assert left.lines != right.lines
    assert np.array_equal(dots(left.lines), dots(right.lines)[:, ::-1])
    assert left.roles == tuple(cells[::-1] for cells in right.roles)
    plain = [draw(row, side, braille=False).lines for side in (Side.LEFT, Side.RIGHT)]
    swap = str.maketrans("/\\<>", "\\/><")
    assert plain[0] == tuple(line[::-1].translate(swap) for line in plain[1])


@pytest.mark.parametrize("braille", BRAILLE)
@pytest.mark.parametrize("row", POSITIONS, ids=lambda p: p.id)
def test_the_pull_points_where_the_row_says(row: Position, braille: bool) -> None:
    prone = row.id == "knee-flexor-curl-hold"
    expected = {
        Pull.BEHIND: "left",
        Pull.FRONT: "right",
        Pull.BELOW: "down",
        Pull.ABOVE: "up",
        Pull.FEET: "left" if prone else "right",
        Pull.HEAD: "right" if prone else "left",
    }[row.pull]
    swapped = {"left": "right", "right": "left"}.get(expected, expected)
    shown = heads(row, Side.RIGHT, braille)
    # A switch shows beside the push of one leg that the other one goes up.
    assert [head for head in shown if head != "up" or expected == "up"] == [expected]
    assert ("up" in shown) == (Side.BOTH in row.sides and len(row.sides) == 1)
    assert swapped in heads(row, Side.LEFT, braille)


@pytest.mark.parametrize("scene", SCENES, ids=lambda s: s.id)
def test_the_whole_body_is_in_the_picture_and_above_the_floor(scene) -> None:
    for x, y in (*scene.body().points, scene.body().head):
        assert 0 <= x < CELLS_ACROSS * 2
        assert FLOOR_Y - 1.5 <= y < CELLS_DOWN * 4


@pytest.mark.parametrize("scene", SCENES, ids=lambda s: s.id)
def test_no_joint_bends_where_no_human_joint_bends(scene) -> None:
    for leg in (scene.pose.near, scene.pose.far):
        assert -20 <= leg.hip <= 120
        assert 0 <= leg.knee <= 140
        assert -75 <= leg.ankle <= 35
    for arm in scene.pose.arms:
        assert -45 <= arm.shoulder <= 180
        assert 0 <= arm.elbow <= 150


def test_a_figure_follows_its_angles() -> None:
    body = posed(Pose(0, Leg(90, 90), Leg(), (Arm(),)))
    assert body.near.points[1] == pytest.approx((THIGH, 0))
    assert body.near.points[2] == pytest.approx((THIGH, -SHANK))
    assert body.far.points[2] == pytest.approx((0, -THIGH - SHANK))
    lying = posed(Pose(-90, Leg(90), Leg()))
    assert lying.shoulder[0] < 0
    assert lying.near.points[1] == pytest.approx((0, THIGH))


def test_another_drawing_and_an_own_picture_are_shown() -> None:
    row = POSITIONS[0]
    borrowed = Position(**{n: getattr(row, n) for n in row.__slots__} | {"id": "own", "drawing": row.id})
    assert draw(borrowed) == draw(row)
    assert draw(Position(**{n: getattr(row, n) for n in row.__slots__} | {"id": "own"})) is None
    own = Position(**{n: getattr(row, n) for n in row.__slots__} | {"id": "own", "picture": (" /o>", "()")})
    right, left = draw(own, Side.RIGHT), draw(own, Side.LEFT)
    assert right.lines[:2] == (" /o>".ljust(CELLS_ACROSS), "()".ljust(CELLS_ACROSS))
    assert left.lines[:2] == ("<o\\ ".rjust(CELLS_ACROSS), "()".rjust(CELLS_ACROSS))
    assert len(right.lines) == CELLS_DOWN


def test_the_legend_is_not_wider_than_a_drawing() -> None:
    assert all(len(legend(braille=b)) <= CELLS_ACROSS for b in BRAILLE)
