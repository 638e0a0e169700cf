"""The plans that come with isotimer: each is valid, says where it comes from, and runs to its end."""

import math
from itertools import pairwise
from pathlib import Path

import pytest

import isotimer
from isotimer.core.hold import Engine, HoldEnded, HoldStarted, Key, State, StateChanged
from isotimer.core.plan import End, HoldStep, Mode, Plan, RestStep, Side, TargetBand
from isotimer.core.plan_facts import plan_facts, timeline
from isotimer.core.plan_sources import PLAN_SOURCES, source
from isotimer.core.plan_spec import PlanSpec, expand, hold_count, parse_plan, plan_text, step_blocks
from isotimer.core.positions import SOURCES
from isotimer.core.target import Target

FILES = sorted((Path(isotimer.__file__).parent / "plans").glob("*.toml"))
IDS = {
    *("warm-up", "warm-up-hold", "classic-band", "swing-priority", "balanced-three-phase", "max-push"),
    *("max-push-ballistic", "hold-to-shake", "hold-to-failure", "rapid-response", "force-match", "switch"),
    *("phase-screen", "deload"),
}


def read(plan_id: str) -> PlanSpec:
    path = next(f for f in FILES if f.stem == plan_id)
    return parse_plan(path.read_text("utf-8"), path.name)


def band(place: str, side: Side, target: Target) -> TargetBand:
    return target.resolve(400.0, 75.0)


def nothing(place: str, side: Side, target: Target) -> None:
    return None


def test_all_of_them_are_there() -> None:
    assert {f.stem for f in FILES} == IDS


@pytest.mark.parametrize("plan_id", sorted(IDS))
def test_each_says_what_it_is_and_where_it_comes_from(plan_id: str) -> None:
    spec = read(plan_id)
    assert spec.about.strip()
    assert spec.basis.strip()
    assert all(source(code) != code for code in spec.sources)
    assert "suggestion" in spec.basis or "no source" in spec.basis
    assert parse_plan(plan_text(spec), f"{plan_id}.toml") == spec


def test_every_source_of_plans_is_used() -> None:
    assert not set(PLAN_SOURCES) & set(SOURCES)
    assert {code for f in FILES for code in read(f.stem).sources} >= set(PLAN_SOURCES)


@pytest.mark.parametrize(
    ("plan_id", "holds", "minutes", "often"),
    [
        ("warm-up", 6, (1, 2), ""),
        ("classic-band", 24, (12, 17), "3 a week"),
        ("swing-priority", 18, (15, 18), "2-3 a week, 4-6 weeks"),
        ("balanced-three-phase", 18, (17, 20), "2-3 a week"),
        ("max-push", 18, (7, 9), "2-3 a week, up to 16 weeks"),
        ("max-push-ballistic", 36, (7, 9), "2-3 a week, up to 16 weeks"),
        ("hold-to-shake", 4, (12, 13), "1-2 a week"),
        ("rapid-response", 30, (8, 9), "1-2 a week"),
        ("force-match", 12, (13, 14), "2 a week"),
        ("switch", 8, (12, 13), "1-2 a week"),
        ("phase-screen", 36, (20, 26), "every 4 weeks"),
        ("deload", 12, (11, 13), "2 a week, every 4 weeks"),
    ],
)
def test_holds_time_and_frequency(plan_id: str, holds: int, minutes: tuple[float, float], often: str) -> None:
    facts = plan_facts(read(plan_id))
    assert facts.holds == holds
    assert minutes[0] * 60 <= facts.total_s <= minutes[1] * 60
    assert facts.often == often


def test_the_rules_of_the_source_are_in_the_plans() -> None:
    classic = outline_of("classic-band")
    assert [h.side for h in classic[:6]] == [Side.RIGHT, Side.LEFT] * 3
    assert all(10 <= (h.seconds or 0) <= 15 for h in classic)
    assert all(h.target and round(h.target.low_n) == 280 and round(h.target.high_n) == 320 for h in classic)
    shake = outline_of("hold-to-shake")[0]
    assert shake.target is not None
    assert shake.stop is not None
    assert (round(shake.target.low_n), round(shake.target.high_n)) == (220, 260)
    assert (shake.stop.below_target_share or 0) * shake.target.force_n == pytest.approx(200, abs=0.5)
    assert (shake.seconds, shake.mode, shake.stop.after_shake_s) == (120, Mode.ENDURANCE, 5)
    respond = outline_of("rapid-response")[0]
    assert (respond.mode, respond.wait_s, respond.seconds) == (Mode.RESPOND, (1.5, 4), 1)
    ramp = [h.target.force_n for h in outline_of("warm-up") if h.target and h.side is Side.RIGHT]
    assert ramp == pytest.approx([280, 320, 360])
    screen = [h.position for h in outline_of("phase-screen") if h.mode is Mode.MAX]
    assert list(dict.fromkeys(screen)) == ["supine-90-90-hip-pull", "standing-pull-back", "ankle-iso-push"]
    waves = [h.path.parts[0].hz for h in outline_of("force-match") if h.path and h.side is Side.RIGHT]
    assert waves == [0.1, 0.25, 0.5]


def outline_of(plan_id: str) -> list[HoldStep]:
    return [s for s in expand(read(plan_id), band).steps if isinstance(s, HoldStep)]


@pytest.mark.parametrize("plan_id", ["max-push", "max-push-ballistic", "rapid-response"])
def test_a_leg_rests_two_to_three_minutes_between_its_sets(plan_id: str) -> None:
    plan = expand(read(plan_id), band)
    by_leg: dict[Side, list[tuple[int, float, float]]] = {Side.LEFT: [], Side.RIGHT: []}
    for at_s, step in timeline(plan):
        if isinstance(step, HoldStep):
            by_leg[step.side].append((step.set_no, at_s, at_s + (step.seconds or 0)))
    rests = [b[1] - a[2] for leg in by_leg.values() for a, b in pairwise(leg) if a[0] != b[0]]
    assert len(rests) == 4
    assert all(110 <= rest <= 180 for rest in rests)


@pytest.mark.parametrize("resolve", [band, nothing], ids=["with bests", "without bests"])
@pytest.mark.parametrize("first", [Side.RIGHT, Side.LEFT])
@pytest.mark.parametrize("plan_id", sorted(IDS))
def test_each_runs_to_its_end_in_its_order(plan_id: str, first: Side, resolve: object) -> None:
    spec = read(plan_id)
    whole = expand(spec, resolve, first_side=first)  # type: ignore[arg-type]
    assert len(step_blocks(spec)) == len(whole.steps)
    plan = Plan(whole.id, whole.name, whole.usual_steps)
    holds = [s for s in plan.steps if isinstance(s, HoldStep)]
    assert len(holds) == hold_count(spec)
    if holds[0].side is not Side.BOTH:
        assert holds[0].side is first
    begun, ended, waited_s = run(plan)
    in_order = [(n, s) for n, s in enumerate(plan.steps) if isinstance(s, HoldStep)]
    assert [(e.step_index, e.step) for e in begun] == in_order
    assert [(e.step_index, e.step) for e in ended] == in_order
    assert {e.attempt for e in ended} == {1}
    assert all(e.end in (End.COMPLETED, End.RELEASED) for e in ended)
    held_s = math.fsum(e.end_s - e.start_s for e in ended)
    planned_s = math.fsum(h.seconds or 0.0 for h in holds)
    rested_s = math.fsum(s.seconds for s in plan.steps if isinstance(s, RestStep))
    assert ended[-1].end_s == pytest.approx(plan.total_s - planned_s + held_s + waited_s)
    respond = any(h.mode is Mode.RESPOND for h in holds)
    if not respond:
        assert held_s == pytest.approx(planned_s)
        assert ended[-1].end_s == pytest.approx(holds[0].countdown_s + held_s + rested_s)


def run(plan: Plan) -> tuple[list[HoldStarted], list[HoldEnded], float]:
    """Run a plan by the clock; return its starts and ends, and the time it waited for a go."""
    engine = Engine(plan, sensor=False)
    begun: list[HoldStarted] = []
    ended: list[HoldEnded] = []
    events = engine.press(Key.GO, 0.0)
    now_s = waited_s = 0.0
    armed_s: float | None = None
    for _ in range(20_000):
        for event in events:
            if isinstance(event, HoldStarted):
                begun.append(event)
            elif isinstance(event, HoldEnded):
                ended.append(event)
            elif isinstance(event, StateChanged) and event.state is State.ARMED:
                armed_s = event.at_s
            elif isinstance(event, StateChanged) and event.state is State.HOLD and armed_s is not None:
                waited_s, armed_s = waited_s + event.at_s - armed_s, None
        if engine.view(now_s).state is State.DONE:
            return begun, ended, waited_s
        now_s += 0.25
        events = engine.tick(now_s)
    raise AssertionError(f"not done: {engine.view(now_s).state}")
