"""Return: from full reach in front until the thigh is under the body."""

from isotimer.core.plan import Phase, Side
from isotimer.core.positions.position import LEGS, PULL, Cuff, Position, Pull, Use

RETURN: tuple[Position, ...] = (
    Position(
        id="standing-pull-back",
        name="Standing pull-back",
        phase=Phase.RETURN,
        sides=LEGS,
        uses=(Use.STRAP, Use.BAND, Use.PLATE, Use.BODY),
        muscles="hamstrings and glute at the hip",
        setup="Stand on one leg, the other thigh in front (hip 30 to 45°, knee 15 to 30°), toes up. Drag "
        "the leg down and back against a strap anchored in front, or the heel against a step.",
        sensor="Cell between an anchor in front, ankle to knee high, and a cuff above the heel or round "
        "the thigh; a raised plate under the heel sees only the downward part.",
        pull=Pull.FRONT,
        cuffs=(Cuff.ANKLE, Cuff.KNEE),
        cues=("Claw the ground back.", "Hip first, toes up."),
        faults=("turns into a leg curl", "trunk folds", "pelvis tucks", "standing leg moves"),
        source="S7, S8, S9, S14",
        default_seconds=12,
        note="Cuff at the heel and cuff at the thigh are different tests.",
    ),
    Position(
        id="long-lever-bridge",
        name="Long-lever bridge",
        phase=Phase.RETURN,
        sides=LEGS,
        uses=(Use.PLATE, Use.STRAP, Use.BODY),
        muscles="hamstrings when long, glute",
        setup="Lie with the shoulders on a 15 cm box, heel far out with the knee at 30°, hips up against "
        "a bar or strap, other thigh to the chest.",
        sensor="Plate under the heel, tared relaxed in the position; or a cell in the hip strap.",
        pull=Pull.BELOW,
        cuffs=(Cuff.HIP,),
        cues=("Dig the heel.", "Ribs down, hips level."),
        faults=("knee angle drifts", "back arches", "hips drop on one side", "cramp is ignored"),
        source="S63, S64, S74",
        default_seconds=10,
        note="Keep the knee angle: 15, 30 and 45° are different tests.",
    ),
    Position(
        id="hamstring-90-90-push",
        name="90/90 heel dig",
        phase=Phase.RETURN,
        sides=LEGS,
        uses=(Use.PLATE, Use.BODY),
        muscles="hamstrings",
        setup="Lie on the back, hip and knee 90°, heel on a box or chair, pelvis on the floor, arms "
        "crossed. Press the heel down.",
        sensor="Plate on the box under the heel, tared with the leg relaxed.",
        pull=Pull.BELOW,
        cues=("Heel down, hips stay.", "Arms crossed, breathe."),
        faults=("pelvis lifts", "toes press", "other leg helps"),
        source="S61, S62",
        default_seconds=3,
        note="A longer lever with the knee at 40° is a different test.",
    ),
    Position(
        id="knee-flexor-curl-hold",
        name="Curl hold",
        phase=Phase.RETURN,
        sides=(*LEGS, Side.BOTH),
        uses=PULL,
        muscles="hamstrings at the knee, calf",
        setup="Lie face down, knee 0 or 30°, or stand with the knee 45 to 60°. Pull the heel to the seat "
        "against a band or the edge of a sofa and freeze.",
        sensor="Cell between a cuff at the ankle and an anchor beyond the feet (lying) or in front "
        "(standing).",
        pull=Pull.FEET,
        cuffs=(Cuff.ANKLE,),
        cues=("Heel to seat - and freeze.", "Hips pressed down."),
        faults=("hips lift", "back arches", "foot points", "cramp is ignored"),
        source="S2, S12, S65",
        default_seconds=12,
        also=(Phase.SWING,),
        note="Both sides at once only lying down.",
    ),
    Position(
        id="terminal-swing-hold",
        name="Reach and hold",
        phase=Phase.RETURN,
        sides=LEGS,
        uses=(Use.BODY, Use.BAND, Use.STRAP, Use.PLATE),
        muscles="hamstrings when long",
        setup="Leg reaching forward, hip 60 to 80°, knee 20 to 40°, toes up: lie with the heel on a high "
        "box and the hips just off the floor, or stand or lie against a strap from in front. Pull the "
        "heel down and back.",
        sensor="Cell between a cuff at the heel and an anchor in front and above; or plate on the box "
        "under the heel.",
        pull=Pull.FRONT,
        cuffs=(Cuff.ANKLE,),
        cues=("Long leg, strong heel.", "Stop the shin."),
        faults=("pelvis tucks", "knee bends more", "jerky start"),
        source="S76",
        default_seconds=10,
        note="Start at 50 to 60 %; not within four weeks of a hamstring injury unless cleared.",
    ),
    Position(
        id="hamstring-switch",
        name="Bridge switch",
        phase=Phase.RETURN,
        sides=(Side.BOTH,),
        uses=(Use.BODY, Use.PLATE),
        muscles="hamstrings, glutes",
        setup="Bridge with the knees at 30 to 60°, hips up on one heel. On the cue change the heel fast "
        "without letting the hips drop.",
        sensor="Two plates, one under each heel, tared relaxed.",
        pull=Pull.BELOW,
        cues=("No drop.", "Heel, heel."),
        faults=("hips sag", "both heels in the air too long", "heel slides"),
        source="S66",
        default_seconds=2,
        also=(Phase.PUSH,),
    ),
)
