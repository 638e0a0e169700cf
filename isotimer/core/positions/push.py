"""Push: from the thigh under the body to toe-off."""

from isotimer.core.plan import Phase
from isotimer.core.positions.position import LEGS, PULL, Position, Use

PUSH: tuple[Position, ...] = (
    Position(
        id="ankle-iso-push",
        name="Stiff-leg ankle push",
        phase=Phase.PUSH,
        sides=LEGS,
        uses=(Use.STRAP, Use.PLATE, Use.BODY),
        muscles="calf",
        setup="Stand on one leg, hip and knee straight but not locked, heel 1 to 3 cm up. Push up into a "
        "fixed bar or belt; without equipment hold the heel up, fingertips on a wall.",
        sensor="Plate under the foot, tared with the body weight on it; or a cell in the strap from board "
        "to hip belt (with two straps measure both, or say that it is one of two).",
        cues=("Push the floor away.", "Tall and stiff."),
        faults=("heel drops", "knee bends", "foot rolls outwards", "trunk leans on the bar"),
        source="S28, S31",
        default_seconds=3,
    ),
    Position(
        id="ankle-iso-hold",
        name="Mid-stance ankle hold",
        phase=Phase.PUSH,
        sides=LEGS,
        uses=(Use.BODY, Use.BAND, Use.PLATE),
        muscles="calf and foot",
        setup="Stand on one leg, hip 10 to 20°, knee 15 to 25°, shin a little forward, heel just off the "
        "floor or a step edge.",
        sensor="Plate under the foot, tared empty; or a cell in a short band from the floor to a hip belt.",
        cues=("Hover the heel.", "Hips over the foot."),
        faults=("heel sinks", "arch collapses", "knee wobbles"),
        source="S27, S37",
        default_seconds=20,
    ),
    Position(
        id="soleus-seated-push",
        name="Seated heel push",
        phase=Phase.PUSH,
        sides=LEGS,
        uses=(Use.STRAP, Use.PLATE, Use.BODY),
        muscles="deep calf",
        setup="Sit with hip 90° and knee 70 to 90°, foot flat under the knee, thigh held down by a strap "
        "or by the forearms. Press the knee up with the ball of the foot.",
        sensor="Cell in the strap over the thigh; or plate under the foot, tared relaxed.",
        cues=("Lift the knee with the ball of the foot.", "Quiet hips."),
        faults=("rocking back", "hip lifts", "foot slides"),
        source="S54, S55",
        default_seconds=3,
        note="Keep the same ankle angle and the same pre-tension every time.",
    ),
    Position(
        id="split-squat-knee-iso",
        name="Mid-stance knee push",
        phase=Phase.PUSH,
        sides=LEGS,
        uses=(Use.BODY, Use.STRAP, Use.PLATE),
        muscles="thigh front, glute, calf",
        setup="Split squat, front hip and knee 60 to 90°, rear knee just off the floor; or stand on one "
        "leg, knee 35 to 45°, and push up into a fixed strap or bar. The front leg is the working leg.",
        sensor="Cell in the strap from board to hip belt; or plate under the foot, tared standing on that "
        "leg.",
        cues=("Knee over toes, ribs down.", "Drive through the mid-foot."),
        faults=("knee falls inwards", "heel lifts", "trunk folds", "rear leg helps"),
        source="S30, S53",
        default_seconds=10,
        note="Split squat and one-leg push are different tests.",
    ),
    Position(
        id="hip-iso-push",
        name="Short bridge hip push",
        phase=Phase.PUSH,
        sides=LEGS,
        uses=(Use.STRAP, Use.PLATE, Use.BODY),
        muscles="glutes and hamstrings",
        setup="Lie with the shoulder blades on a 15 cm box, knee 35 to 45°, hip 15 to 25°, hips up "
        "against a fixed bar or strap; without equipment bridge on one leg, other thigh to the chest.",
        sensor="Plate under the heel, tared in the bridge; or a cell on one side of the hip strap, doubled.",
        cues=("Heel through the floor.", "Squeeze up, no arch."),
        faults=("low back arches", "pelvis drops or twists", "toes push"),
        source="S29, S32",
        default_seconds=3,
    ),
    Position(
        id="hip-extension-band",
        name="Standing leg push-back",
        phase=Phase.PUSH,
        sides=LEGS,
        uses=PULL,
        muscles="glute, hamstrings at the hip",
        setup="Stand with one hand on a wall and the other on a chair, thigh straight down or slightly "
        "behind, knee 10 to 20°, toes pulled up. Press the heel back against a band anchored in front, or "
        "into a wall.",
        sensor="Cell between a low anchor in front and a cuff above the heel or behind the knee.",
        cues=("Toes up, heel back.", "Belt line square."),
        faults=("knee curls", "back arches", "trunk tips forward"),
        source="S14",
        default_seconds=12,
        note="Cuff at the ankle and cuff at the knee are different tests.",
    ),
    Position(
        id="wall-sprint-push",
        name="Sprint-lean push",
        phase=Phase.PUSH,
        sides=LEGS,
        uses=(Use.STRAP, Use.PLATE, Use.BODY),
        muscles="the whole chain from calf to glute",
        setup="Lean 40 to 50° against a wall, front thigh 70 to 90°, rear leg straight with the heel up. "
        "Drive into the wall, or forwards against a strap from a hip belt to a fixed point behind.",
        sensor="Cell in the strap behind, at hip height; a plate under the rear foot sees only the "
        "vertical part.",
        cues=("Long line from ear to heel.", "Push the wall away."),
        faults=("hips go back", "elbows bend", "rear heel drops"),
        source="S56",
        default_seconds=3,
    ),
)
