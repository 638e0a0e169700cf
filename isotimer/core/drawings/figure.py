"""A stick figure seen from its working side: joint angles in, points out.

The figure faces the positive x direction; y points up. A length of 1 is one dot of the picture; the
figure is 45 dots tall. Segment lengths follow the usual shares of body height (Drillis and Contini 1966),
with a larger head.
"""

import math
from dataclasses import dataclass

Point = tuple[float, float]

THIGH, SHANK, FOOT, HEEL = 11.0, 11.0, 5.5, 1.5
TRUNK, NECK, HEAD = 13.0, 5.5, 3.0
UPPER_ARM, FOREARM = 7.5, 7.5


@dataclass(frozen=True, slots=True)
class Leg:
    """Angles of one leg in degrees of flexion from straight; the ankle's is dorsiflexion."""

    hip: float = 0.0
    knee: float = 0.0
    ankle: float = 0.0


@dataclass(frozen=True, slots=True)
class Arm:
    """Angles of one arm: the shoulder's forward from the trunk's side, the elbow's from straight."""

    shoulder: float = 0.0
    elbow: float = 0.0


@dataclass(frozen=True, slots=True)
class Pose:
    """How a body is set, in degrees."""

    lean: float
    """Trunk forward from upright: 90 is face down, -90 lies on the back."""
    near: Leg
    """The leg towards the viewer: the working one."""
    far: Leg
    arms: tuple[Arm, ...] = (Arm(),)
    nod: float = 0.0
    """Head forward from the line of the trunk."""


@dataclass(frozen=True, slots=True)
class Limb:
    """A leg or an arm as points, from the trunk outwards."""

    points: tuple[Point, ...]

    def along(self, share: float, segment: int = 0) -> Point:
        """Return the point at a share of a segment: 0 the first (thigh, upper arm), 1 the second."""
        (x0, y0), (x1, y1) = self.points[segment : segment + 2]
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


@dataclass(frozen=True, slots=True)
class Body:
    """A posed figure; its hip is the origin until it is moved.

    A leg's points are hip, knee, ankle, heel, toes; an arm's shoulder, elbow, hand.
    """

    hip: Point
    shoulder: Point
    head: Point
    near: Limb
    far: Limb
    arms: tuple[Limb, ...]

    def moved(self, dx: float, dy: float) -> "Body":
        """Return the same pose at another place."""
        return Body(
            _moved(self.hip, dx, dy),
            _moved(self.shoulder, dx, dy),
            _moved(self.head, dx, dy),
            _limb_moved(self.near, dx, dy),
            _limb_moved(self.far, dx, dy),
            tuple(_limb_moved(arm, dx, dy) for arm in self.arms),
        )

    def trunk_at(self, share: float) -> Point:
        """Return a point on the trunk, from the hip (0) to the shoulder (1)."""
        return Limb((self.hip, self.shoulder)).along(share)

    @property
    def points(self) -> tuple[Point, ...]:
        """Every joint and end."""
        return (self.hip, self.shoulder, *self.near.points, *self.far.points, *self._hands())

    def _hands(self) -> tuple[Point, ...]:
        return tuple(point for arm in self.arms for point in arm.points)


def posed(pose: Pose) -> Body:
    """Return the figure in a pose, its hip at the origin."""
    hip: Point = (0.0, 0.0)
    up = 90.0 - pose.lean
    shoulder = _step(hip, up, TRUNK)
    return Body(
        hip,
        shoulder,
        _step(shoulder, up - pose.nod, NECK),
        _leg(hip, up + 180.0, pose.near),
        _leg(hip, up + 180.0, pose.far),
        tuple(_arm(shoulder, up + 180.0, arm) for arm in pose.arms),
    )


def _leg(hip: Point, down: float, leg: Leg) -> Limb:
    thigh = down + leg.hip
    shank = thigh - leg.knee
    foot = shank + 90.0 + leg.ankle
    knee = _step(hip, thigh, THIGH)
    ankle = _step(knee, shank, SHANK)
    heel = _step(ankle, foot + 180.0, HEEL)
    return Limb((hip, knee, ankle, heel, _step(ankle, foot, FOOT - HEEL)))


def _arm(shoulder: Point, down: float, arm: Arm) -> Limb:
    upper = down + arm.shoulder
    elbow = _step(shoulder, upper, UPPER_ARM)
    return Limb((shoulder, elbow, _step(elbow, upper + arm.elbow, FOREARM)))


def _step(start: Point, angle_deg: float, length: float) -> Point:
    angle = math.radians(angle_deg)
    return start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)


def _moved(point: Point, dx: float, dy: float) -> Point:
    return point[0] + dx, point[1] + dy


def _limb_moved(limb: Limb, dx: float, dy: float) -> Limb:
    return Limb(tuple(_moved(p, dx, dy) for p in limb.points))
