"""What a plain terminal is told: which hold of how many, the band, what to feel, how a target moves."""

from isotimer.core.course import Course
from isotimer.core.hold import Engine, HoldEnded, Key, PainRated, Ruling
from isotimer.core.plan import HoldStep, Mode, Plan, Side, Target
from isotimer.core.plan_spec import PlanBlock, PlanSpec, expand
from isotimer.core.positions import BUILTIN
from isotimer.core.task import PathPart, TargetPath
from isotimer.session.talk import Talk

LEFT, RIGHT = Side.LEFT, Side.RIGHT


def test_further_attempts_are_counted_when_they_come() -> None:
    block = PlanBlock("standing-pull-back", 3.0, mode=Mode.MAX, reps=2, extra_attempts=1)
    plan = expand(PlanSpec("t", "T", (block, block)), lambda place, side, target: None)
    course, talk = Course(plan), Talk(plan)
    holds = [i for i, s in enumerate(plan.steps) if isinstance(s, HoldStep)]
    assert len(holds) == 12
    assert [(course.number(i), course.count_at(i)) for i in holds[:5]] == [
        (1, 8),
        (2, 8),
        (3, 8),
        (4, 8),
        (5, 9),
    ]
    talk.line(Ruling(0.0, tuple(holds[4:6])))
    assert "hold 5 of 8" in talk.ready(holds[6])


def test_words_name_band_feeling_and_the_moving_target() -> None:
    path = TargetPath((PathPart("ramp", 4.0, 0.5, 1.0), PathPart("sine", 10.0, 1.0, amplitude=0.25, hz=0.1)))
    band = Target("N", 200.0).resolve(None, None)
    track = HoldStep("ankle-iso-push", LEFT, 14.0, Mode.TRACK, target=band, path=path)
    felt = HoldStep("ankle-iso-push", RIGHT, 10.0)
    plan = Plan("p", "p", (track, felt))
    talk = Talk(plan, BUILTIN, felt=("", "by feel: hard, about 8 of 10"))
    assert "target 200 N (180 to 220)" in talk.ready(0)
    assert "by feel: hard, about 8 of 10" in talk.ready(1)
    run = Engine(plan, sensor=False)
    told = [talk.line(e) for e in (*run.press(Key.GO, 0.0), *run.tick(6.0))]
    assert (
        "Follow the target, 14 s: from 100 to 200 N in 4 s,"
        " then waves around 200 N by 50 N, one in 10 s, for 10 s" in told
    )
    assert [e.why for e in run.tick(20.0) if isinstance(e, HoldEnded)] == ["planned time reached"]
    assert talk.line(PainRated(1.0, LEFT, 4)) == "Pain 4 of 10 is noted: left"
