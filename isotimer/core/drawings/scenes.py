"""The scene of each position: its usual angles, the usual anchor. One row per position."""

from isotimer.core.drawings.canvas import Role, Sign
from isotimer.core.drawings.figure import Arm, Leg, Pose
from isotimer.core.drawings.scene import Line, Plate, Scene, Strap, box, wall

_STRAIGHT = Leg()
_HANGING = (Arm(8, 15),)
_LYING = -90.0
_PRONE = 90.0

PUSH_SCENES = (
    Scene(
        "ankle-iso-push",
        Pose(0, Leg(0, 2, -28), Leg(55, 95, 0), (Arm(-12, 30),)),
        "near toes",
        (34, 1),
        (Strap("belt", (22, 2), "down"),),
    ),
    Scene(
        "ankle-iso-hold",
        Pose(8, Leg(18, 24, 2), Leg(5, 70, -20), (Arm(35, 60),)),
        "near toes",
        (33, 3),
        (Plate((24, 38), 1, 44),),
    ),
    Scene(
        "soleus-seated-push",
        Pose(-4, Leg(90, 88, -16), Leg(86, 70, -4), (Arm(40, 45),)),
        "near toes",
        (38, 1),
        (Strap("near midthigh", (29, 1), "down"),),
        (box(6, 23, 11), Line(((6, 11), (6, 27)))),
    ),
    Scene(
        "split-squat-knee-iso",
        Pose(2, Leg(72, 82, 12), Leg(-14, 78, 35), (Arm(30, 70),)),
        "near heel",
        (37, 1),
        (Strap("belt", (30, 1), "down"),),
    ),
    Scene(
        "hip-iso-push",
        Pose(-93, Leg(18, 54, 8), Leg(112, 115, 0), (Arm(-28, 0),), 8),
        "near heel",
        (45, 4),
        (Plate((41, 51), 1, 55),),
        (box(8, 19, 5),),
    ),
    Scene(
        "hip-extension-band",
        Pose(0, Leg(-13, 14, 12), _STRAIGHT, (Arm(46, 6),)),
        "far heel",
        (18, 1),
        (Strap("near shin", (56, 5), "right"),),
        (wall(58, 22), Line(((29, 1), (29, 27))), Line(((29, 13), (38, 13), (38, 1)))),
    ),
    Scene(
        "wall-sprint-push",
        Pose(42, Leg(0, 6, 0), Leg(82, 90, 5), (Arm(128, 8),)),
        "near toes",
        (11, 1),
        (Strap("belt", (2, 20), "left"),),
        (wall(50), wall(0, 30)),
    ),
)

SWING_SCENES = (
    Scene(
        "standing-band-hip-flexion",
        Pose(0, Leg(55, 75, 10), _STRAIGHT, (Arm(-20, 50),)),
        "far heel",
        (36, 1),
        (Strap("near shin", (3, 5), "left"),),
        (wall(1, 20),),
    ),
    Scene(
        "hip-flexion-knee-extension",
        Pose(0, Leg(55, 36, 10), _STRAIGHT, (Arm(-20, 50),)),
        "far heel",
        (34, 1),
        (Strap("near shin", (3, 5), "left"),),
        (wall(1, 20),),
    ),
    Scene(
        "toe-off-hip-pull",
        Pose(2, Leg(-14, 32, 10), Leg(32, 34, 4), (Arm(25, 60),)),
        "far heel",
        (44, 1),
        (Strap("near thigh", (3, 14), "left"),),
        (wall(1, 30),),
    ),
    Scene(
        "supine-90-90-hip-pull",
        Pose(_LYING, Leg(90, 90, 5), _STRAIGHT, (Arm(4, 0),)),
        "hip",
        (23, 3),
        (Strap("near midthigh", (56, 10), "right"),),
        (wall(58, 26),),
    ),
    Scene(
        "seated-knee-lift",
        Pose(-4, Leg(106, 96, 8), Leg(86, 88, 0), (Arm(-18, 25),)),
        "far heel",
        (33, 1),
        (Strap("near midthigh", (29, 1), "down"),),
        (box(6, 22, 11), Line(((6, 11), (6, 27)))),
    ),
    Scene(
        "straight-leg-hip-flexion",
        Pose(_LYING, Leg(20, 0, 5), _STRAIGHT, (Arm(4, 0),)),
        "hip",
        (23, 16),
        (Strap("near shin", (42, 1), "down"),),
        (Line(((1, 14), (36, 14))), Line(((4, 14), (4, 1))), Line(((33, 14), (33, 1)))),
    ),
    Scene(
        "wall-drive-hold",
        Pose(36, Leg(92, 92, 5), Leg(0, 2, -8), (Arm(120, 8),)),
        "far toes",
        (14, 1),
        (Strap("near thigh", (2, 19), "left"),),
        (wall(49), wall(0, 30)),
    ),
    Scene(
        "wall-switch",
        Pose(36, Leg(92, 92, 5), Leg(0, 2, -8), (Arm(120, 8),)),
        "far toes",
        (15, 3),
        (Plate((8, 22), 1, 4),),
        (wall(50),),
        both=True,
        marks=(Sign((42, 20), "up", Role.ARROW),),
    ),
)

RETURN_SCENES = (
    Scene(
        "standing-pull-back",
        Pose(0, Leg(40, 22, 12), _STRAIGHT, (Arm(-15, 45),)),
        "far heel",
        (18, 1),
        (Strap("near shin", (56, 8), "right"),),
        (wall(58, 22),),
    ),
    Scene(
        "long-lever-bridge",
        Pose(-88, Leg(8, 32, 12), Leg(108, 115, 0), (Arm(-28, 0),), 8),
        "near heel",
        (50, 4),
        (Plate((46, 54), 1, 57),),
        (box(8, 19, 6),),
    ),
    Scene(
        "hamstring-90-90-push",
        Pose(_LYING, Leg(90, 90, 5), Leg(50, 100, 5), (Arm(60, 100),)),
        "hip",
        (23, 3),
        (Plate((33, 43), 11, 47),),
        (box(32, 51, 10),),
    ),
    Scene(
        "knee-flexor-curl-hold",
        Pose(_PRONE, Leg(0, 32, 0), Leg(0, 0, -70), (Arm(8, 0),), -12),
        "hip",
        (37, 3),
        (Strap("near ankle", (2, 9), "left"),),
        (wall(0, 20),),
    ),
    Scene(
        "terminal-swing-hold",
        Pose(-4, Leg(74, 30, 14), _STRAIGHT, (Arm(-15, 45),)),
        "far heel",
        (17, 1),
        (Strap("near shin", (56, 25), "right"),),
        (wall(58),),
    ),
    Scene(
        "hamstring-switch",
        Pose(-110, Leg(0, 62, 8), Leg(30, 52, 8), (Arm(-22, 0),), 22),
        "near heel",
        (43, 4),
        (Plate((36, 49), 1, 53),),
        both=True,
        marks=(Sign((50, 20), "up", Role.ARROW),),
    ),
)

SCENES: tuple[Scene, ...] = PUSH_SCENES + SWING_SCENES + RETURN_SCENES
