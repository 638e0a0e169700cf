"""A scene: a posed figure, what it stands on or leans at, and the pull with its sensor and anchor."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from isotimer.core.drawings.canvas import Disc, Item, Role, Sign, Stroke
from isotimer.core.drawings.figure import HEAD, Body, Point, Pose, posed

FLOOR_Y = 1.0

_SPOTS = {
    "knee": (0, 1.0),
    "thigh": (0, 0.82),
    "midthigh": (0, 0.6),
    "shin": (1, 0.8),
    "ankle": (1, 1.0),
    "heel": (2, 1.0),
    "toes": (3, 1.0),
}
"""Spot of a leg -> segment and share along it; "thigh" is just above the knee, "shin" above the ankle."""


@dataclass(frozen=True, slots=True)
class Strap:
    """A strap or band with the load cell in it.

    Attributes:
        spot: Where it holds the body, see ``spot_of``.
        anchor: Where it is fixed, in dots of the picture.
        head: The arrow's head, the direction in which the strap pulls.
    """

    spot: str
    anchor: Point
    head: str

    def items(self, body: Body) -> Iterator[Item]:
        """Yield the strap, its sensor, the arrow and the anchor."""
        start = spot_of(body, self.spot)
        yield Stroke((start, self.anchor), Role.STRAP, dotted=True)
        yield Sign(_between(start, self.anchor, 0.32), "sensor", Role.SENSOR)
        yield Sign(_between(start, self.anchor, 0.68), self.head, Role.ARROW)
        yield Sign(self.anchor, "anchor", Role.ANCHOR)


@dataclass(frozen=True, slots=True)
class Plate:
    """A force plate; the arrow beside it shows the push into it.

    Attributes:
        x: Left and right end in dots.
        y: Its lower side.
        arrow_x: Where the arrow comes down.
    """

    x: tuple[float, float]
    y: float
    arrow_x: float
    head: str = "down"

    def items(self, body: Body) -> Iterator[Item]:
        """Yield the plate with its sensor and the arrow."""
        for level in range(2):
            yield Stroke(((self.x[0], self.y + level), (self.x[1], self.y + level)), Role.PROP)
        yield Stroke(((self.arrow_x, self.y + 14), (self.arrow_x, self.y + 6)), Role.ARROW)
        yield Sign((self.arrow_x, self.y + 4), self.head, Role.ARROW)
        yield Sign(((self.x[0] + self.x[1]) / 2, self.y), "sensor", Role.SENSOR)


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the surroundings: wall, box, seat, bar."""

    points: tuple[Point, ...]
    width: int = 1

    def items(self) -> Iterator[Item]:
        """Yield its stroke."""
        yield Stroke(self.points, Role.PROP, self.width)


def wall(x: float, top: float = 46.0, bottom: float = FLOOR_Y) -> Line:
    """Return a wall."""
    return Line(((x, bottom), (x, top)), 2)


def box(left: float, right: float, top: float, bottom: float = FLOOR_Y) -> Line:
    """Return a box or step."""
    return Line(((left, bottom), (left, top), (right, top), (right, bottom)))


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawing before it is drawn; it faces right, the right leg works.

    Attributes:
        id: The position.
        pose: How the body is set.
        spot: The spot of the body that ``at`` places.
        at: Where that is, in dots.
        pulls: Straps and plates.
        props: The surroundings, without the floor.
        ends: Left and right end of the floor.
        both: Whether both legs work.
    """

    id: str
    pose: Pose
    spot: str
    at: Point
    pulls: tuple[Strap | Plate, ...]
    props: tuple[Line, ...] = ()
    ends: Point = (0.0, 59.0)
    both: bool = False
    marks: tuple[Sign, ...] = field(default=())

    def items(self) -> tuple[Item, ...]:
        """Return everything in the picture."""
        body = self.body()
        found: list[Item] = [Stroke(((self.ends[0], FLOOR_Y - 1), (self.ends[1], FLOOR_Y - 1)), Role.PROP)]
        for prop in self.props:
            found += prop.items()
        found += _figure(body, both=self.both)
        for pull in self.pulls:
            found += pull.items(body)
        return (*found, *self.marks)

    def body(self) -> Body:
        """Return the figure in its place."""
        body = posed(self.pose)
        x, y = spot_of(body, self.spot)
        return body.moved(self.at[0] - x, self.at[1] - y)


def spot_of(body: Body, spot: str) -> Point:
    """Return a place on the body: "hip", "belt", "shoulder", "near knee", "far heel", "hand" and so on."""
    words = spot.split()
    if len(words) == 2:
        segment, share = _SPOTS[words[1]]
        return (body.near if words[0] == "near" else body.far).along(share, segment)
    places = {"hip": body.hip, "belt": body.trunk_at(0.12), "shoulder": body.shoulder}
    return places[spot] if spot in places else body.arms[0].points[-1]


def _figure(body: Body, *, both: bool) -> Iterator[Item]:
    for limb, role in ((body.far, Role.WORK if both else Role.BODY), (body.near, Role.WORK)):
        hip, knee, ankle, heel, toes = limb.points
        width = 2 if role is Role.WORK else 1
        yield Stroke((hip, knee, ankle), role, width)
        yield Stroke((ankle, heel, toes), role, width)
    yield Stroke((body.hip, body.shoulder), Role.BODY, 2)
    yield Stroke((body.shoulder, body.head), Role.BODY)
    for arm in body.arms:
        yield Stroke(arm.points, Role.BODY)
    yield Disc(body.head, HEAD, Role.BODY)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
