"""How much a side hurts that was left out: asked once, answered or not, never in the way of the plan."""

from isotimer.core.hold import EffortRated, Engine, Event, Key, PainRated, State
from isotimer.core.plan import HoldStep, Plan, RestStep, Side
from isotimer.core.plan_json import plan_from_json, plan_json
from isotimer.core.plan_spec import PlanBlock, PlanSpec, expand

LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BOTH


def plan_of(*sides: Side, ask_effort: bool = True) -> Plan:
    steps: list[HoldStep | RestStep] = []
    for side in sides:
        steps += [RestStep(10.0, "side")] if steps else []
        steps.append(HoldStep("x", side, 5.0, countdown_s=1.0))
    return Plan("p", "p", tuple(steps), ask_effort)


class Run:
    """An engine without a sensor, and all it has told."""

    def __init__(self, plan: Plan) -> None:
        self.engine = Engine(plan, sensor=False)
        self.told: list[Event] = list(self.engine.press(Key.GO, 0.0))
        self.now_s = 0.0

    def until(self, now_s: float) -> "Run":
        self.now_s = now_s
        self.told += self.engine.tick(now_s)
        return self

    def rate(self, pain: int | None) -> None:
        self.told += self.engine.pain_level(pain, self.now_s)

    @property
    def asks(self) -> Side | None:
        return self.engine.view(self.now_s).asks_pain

    @property
    def rated(self) -> list[tuple[Side, int]]:
        return [(e.side, e.pain) for e in self.told if isinstance(e, PainRated)]


def hurt(run: Run, side: Side = LEFT) -> Run:
    run.told += run.engine.pain(side, run.now_s)
    return run


def test_a_side_that_hurt_may_be_rated_once() -> None:
    run = hurt(Run(plan_of(LEFT, RIGHT, LEFT)).until(3.0))
    assert run.asks is LEFT
    run.rate(7)
    run.rate(3)
    assert (run.rated, run.asks) == ([(LEFT, 7)], None)


def test_no_answer_and_a_number_out_of_range_leave_nothing() -> None:
    for answer in (None, 11, -1):
        run = hurt(Run(plan_of(LEFT, RIGHT)).until(3.0))
        run.rate(answer)
        assert (run.rated, run.asks) == ([], None)


def test_unanswered_it_goes_with_the_next_hold_and_changes_nothing_else() -> None:
    asked = hurt(Run(plan_of(LEFT, RIGHT)).until(3.0)).until(60.0)
    answered = hurt(Run(plan_of(LEFT, RIGHT)).until(3.0))
    answered.rate(0)
    answered.until(60.0)
    assert asked.asks is None
    asked.rate(5)
    assert asked.rated == []
    assert [e for e in answered.told if not isinstance(e, PainRated)] == asked.told


def test_a_leg_that_did_nothing_yet_has_no_hold_to_be_rated() -> None:
    run = hurt(Run(plan_of(RIGHT, LEFT)).until(3.0), LEFT)
    assert run.asks is None
    assert hurt(Run(plan_of(BOTH, BOTH)).until(3.0), LEFT).asks is LEFT


def test_it_is_still_asked_when_pain_ends_the_plan_but_not_after_a_stop_by_key() -> None:
    run = hurt(Run(plan_of(LEFT, LEFT)).until(3.0)).until(8.0)
    assert run.engine.view(8.0).state is State.DONE
    assert run.asks is LEFT
    run.rate(4)
    assert run.rated == [(LEFT, 4)]
    stopped = hurt(Run(plan_of(LEFT, RIGHT)).until(3.0))
    stopped.engine.press(Key.ABORT, 4.0)
    assert stopped.asks is None


def test_a_plan_that_asks_for_no_effort_asks_for_none() -> None:
    for wanted in (True, False):
        run = Run(plan_of(LEFT, ask_effort=wanted)).until(30.0)
        assert run.engine.view(30.0).asks_effort is wanted
        told = run.engine.effort(5, 30.0)
        assert any(isinstance(e, EffortRated) for e in told) is wanted
    spec = PlanSpec("p", "P", (PlanBlock("standing-pull-back", 3.0),), ask_effort=False)
    plan = expand(spec, lambda place, side, target: None)
    assert not plan.ask_effort
    assert plan_from_json(plan_json(plan)) == (plan, "")


def test_a_set_that_a_rule_ends_is_asked_for_too_and_rated_once() -> None:
    first, second = (HoldStep("x", LEFT, 5.0, countdown_s=1.0, reps=2, rep_no=n) for n in (1, 2))
    rest = RestStep(10.0, "rep")
    third = HoldStep("x", LEFT, 5.0, countdown_s=1.0, sets=2, set_no=2)
    run = Run(Plan("p", "p", (first, rest, second, rest, third))).until(8.0)
    assert not run.engine.view(8.0).asks_effort
    run.engine.rule((2,), "Set over", 8.0)
    assert run.engine.view(8.0).asks_effort
    rated = [e.steps for e in run.engine.effort(8, 8.5) if isinstance(e, EffortRated)]
    assert rated == [(0,)]
    run.until(60.0)
    assert run.engine.view(60.0).asks_effort
    done = Run(Plan("p", "p", (first, RestStep(10.0, "set"), third))).until(8.0)
    done.engine.effort(5, 8.0)
    done.engine.rule((), "One more", 8.5)
    assert not done.engine.view(8.5).asks_effort
