"""Plans as written down: into text and back, into steps, and through the engine to their end."""

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.errors import DataError
from isotimer.core.hold import Engine, HoldEnded, HoldStarted, Key, State
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, Start, TargetBand, parse_target
from isotimer.core.plan_spec import (
    PlanBlock,
    PlanSpec,
    Sides,
    StartSide,
    Usual,
    expand,
    extra_attempt,
    faults,
    felt_effort,
    hold_count,
    opening_side,
    outline,
    parse_plan,
    plan_text,
    spec_from_json,
    spec_json,
    step_blocks,
)
from isotimer.core.positions import POSITIONS, position
from isotimer.core.target import Target
from isotimer.core.task import PathPart, StopRule, TargetPath

MANY = settings(deadline=None, max_examples=60)

lengths = st.floats(0.01, 3600) | st.integers(1, 3600).map(float)
rests = st.floats(0, 3600) | st.just(0.0)
counts = st.integers(1, 3)
shares = st.integers(100, 10000).map(lambda n: n / 100 / 100) | st.floats(0.01, 1)
texts = st.text(max_size=40)
target_texts = (
    st.floats(1, 1000).map(lambda p: f"{p!r}%")
    | st.integers(1, 1000).map(lambda p: f"{p}%")
    | st.floats(1, 100_000).map(lambda n: f"{n!r}N")
    | st.floats(0.01, 10).map(lambda n: f"{n!r}BW")
    | st.integers(1, 200).map(lambda n: f"{n}kgf")
)


def spans(item: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(item, item).map(lambda pair: (min(pair), max(pair)))


@st.composite
def paths(draw: st.DrawFn, seconds: float) -> TargetPath:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["level", "ramp", "sine"]))
        level, eyes_off = draw(st.floats(0, 3)), draw(st.booleans())
        hz, amplitude = (draw(st.floats(0.01, 0.5)), draw(st.floats(0, level))) if kind == "sine" else (0, 0)
        part = PathPart(kind, seconds / 4, level, draw(st.floats(0, 3)), amplitude, hz, eyes_off)
        parts.append(part)
    return TargetPath(tuple(parts))


@st.composite
def blocks(draw: st.DrawFn) -> PlanBlock:
    place = draw(st.sampled_from(POSITIONS))
    legs = [Sides.BOTH] if place.sides == (Side.BOTH,) else [s for s in Sides if s is not Sides.BOTH]
    mode = draw(st.sampled_from(Mode))
    needs_length = mode in (Mode.RESPOND, Mode.TRACK, Mode.SWITCH)
    seconds = draw(lengths if needs_length else lengths | st.none())
    reps = draw(counts)
    how_many = draw(st.sampled_from([1, reps] if mode is Mode.TRACK else [0, 1, reps]))
    targets = tuple(parse_target(draw(target_texts)) for _ in range(how_many))
    stops = {"stop_after_shake_s": draw(st.none() | st.floats(0, 600))}
    if targets:
        stops |= {
            "stop_below_share": draw(st.none() | shares),
            "stop_below_s": draw(st.floats(0.1, 60)),
            "stop_out_of_band_s": draw(st.none() | st.floats(0.1, 600)),
        }
    return PlanBlock(
        place.id,
        seconds,
        cap_s=draw(st.none() | lengths) if seconds is None else None,
        mode=mode,
        sides=draw(st.sampled_from(legs)),
        sets=draw(counts),
        reps=reps,
        targets=targets,
        band_share=draw(st.none() | shares),
        start=draw(st.sampled_from(Start)),
        countdown_s=draw(st.none() | rests),
        rest_side_s=draw(rests),
        rest_rep_s=draw(rests),
        rest_set_s=draw(rests),
        rest_after_s=draw(rests),
        wait_s=draw(spans(st.floats(0.1, 60))) if mode in (Mode.RESPOND, Mode.SWITCH) else None,
        path=draw(paths(seconds)) if mode is Mode.TRACK and seconds is not None else None,
        breath_s=draw(st.none() | rests),
        between=draw(st.sampled_from(["sides", "phases"])),
        extra_attempts=draw(st.integers(0, 10)),
        note=draw(texts),
        **stops,
    )


@st.composite
def specs(draw: st.DrawFn) -> PlanSpec:
    return PlanSpec(
        "x",
        draw(st.text(min_size=1, max_size=40).filter(str.strip)),
        tuple(draw(st.lists(blocks(), min_size=1, max_size=3))),
        draw(texts),
        draw(texts),
        tuple(draw(st.lists(texts, max_size=3))),
        draw(st.none() | spans(st.integers(1, 21))),
        draw(st.none() | spans(st.integers(1, 104))),
        draw(st.none() | st.integers(1, 104)),
        draw(counts),
        draw(rests),
        draw(st.sampled_from(StartSide)),
        draw(st.booleans()),
    )


def of_300_n(place: str, side: Side, target: Target) -> TargetBand:
    return target.resolve(300.0, 75.0)


def unknown(place: str, side: Side, target: Target) -> None:
    return None


@MANY
@given(specs())
def test_a_plan_comes_back_from_its_text_and_from_its_json(spec: PlanSpec) -> None:
    assert list(faults(spec)) == []
    assert parse_plan(plan_text(spec), "plans/x.toml") == spec
    assert spec_from_json(spec_json(spec)) == spec


@MANY
@given(specs(), st.sampled_from([Side.LEFT, Side.RIGHT]))
def test_no_hold_is_lost_or_doubled_and_time_adds_up(spec: PlanSpec, first: Side) -> None:
    plan = expand(spec, of_300_n, first_side=first)
    holds = [s for s in plan.usual_steps if isinstance(s, HoldStep)]
    assert len(holds) == hold_count(spec)
    extra = [s for s in plan.steps if isinstance(s, HoldStep) and s.extra]
    assert len(extra) == sum(
        spec.rounds * b.extra_attempts * len({s.side for s in holds if s.position == b.position})
        for b in spec.blocks
    ) or len({b.position for b in spec.blocks}) < len(spec.blocks)
    counted = {
        key: len(list(group))
        for key, group in itertools.groupby(
            sorted((h.position, h.set_no, h.rep_no, h.side, h.mode, id(h.path)) for h in holds)
        )
    }
    if len({b.position for b in spec.blocks}) == len(spec.blocks):
        assert set(counted.values()) == {1}
    assert all(s.seconds > 0 for s in plan.steps if isinstance(s, RestStep))
    assert len(step_blocks(spec)) == len(plan.steps)
    held_s = math.fsum(h.seconds or 0 for h in holds)
    rested_s = math.fsum(s.seconds for s in plan.usual_steps if isinstance(s, RestStep))
    counted_s = math.fsum(h.countdown_s for h in holds)
    least_s = held_s + rested_s + (holds[0].countdown_s if holds else 0)
    assert least_s - 1e-6 <= plan.total_s <= held_s + rested_s + counted_s + len(holds) + 1e-6


PLAIN = PlanBlock("standing-pull-back", 10.0)


def sides_of(block: PlanBlock, first: Side = Side.RIGHT) -> str:
    plan = expand(PlanSpec("x", "x", (block,)), unknown, first_side=first)
    return " ".join(s.side.value[0].upper() if isinstance(s, HoldStep) else s.kind for s in plan.steps)


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        (Sides.ALTERNATE, "R side L rep R side L set R side L rep R side L"),
        (Sides.PER_SET, "R rep R side L rep L set R rep R side L rep L"),
        (Sides.ONE_THEN_OTHER, "R rep R set R rep R side L rep L set L rep L"),
        (Sides.LEFT, "L rep L set L rep L"),
        (Sides.RIGHT, "R rep R set R rep R"),
    ],
)
def test_the_order_of_sides(sides: Sides, expected: str) -> None:
    assert sides_of(replace(PLAIN, sides=sides, sets=2, reps=2)) == expected


def test_the_other_leg_may_begin() -> None:
    assert sides_of(replace(PLAIN, reps=2), Side.LEFT) == "L side R rep L side R"


def test_rests_of_zero_are_no_steps() -> None:
    none = replace(PLAIN, sets=2, reps=2, rest_side_s=0.0, rest_rep_s=0.0, rest_set_s=0.0)
    assert sides_of(none) == "R L R L R L R L"


def test_blocks_follow_one_another_and_rounds_repeat_them() -> None:
    a = replace(PLAIN, sides=Sides.LEFT, rest_after_s=11.0)
    b = replace(PLAIN, position="ankle-iso-push", sides=Sides.RIGHT, rest_after_s=12.0)
    spec = PlanSpec("x", "x", (a, b), rounds=2, rest_round_s=13.0)
    steps = outline(spec).steps
    assert [s.seconds for s in steps if isinstance(s, RestStep)] == [11, 13, 11]
    holds = [s for s in steps if isinstance(s, HoldStep)]
    assert [(h.position, h.set_no, h.sets) for h in holds] == [
        ("standing-pull-back", 1, 2),
        ("ankle-iso-push", 1, 2),
        ("standing-pull-back", 2, 2),
        ("ankle-iso-push", 2, 2),
    ]
    assert step_blocks(spec) == (0, 1, 1, 0, 0, 1, 1)


def test_the_target_is_that_of_the_position_and_side_with_the_band_of_the_block() -> None:
    asked = []

    def resolve(place: str, side: Side, target: Target) -> TargetBand | None:
        asked.append((place, side, target.value))
        return target.resolve(400.0 if side is Side.LEFT else 500.0, None)

    block = replace(PLAIN, reps=2, targets=(parse_target("50%"), parse_target("80%")))
    plan = expand(PlanSpec("x", "x", (block,)), resolve, usual=Usual(0.1, 4.0, 6.0))
    bands = [s.target for s in plan.steps if isinstance(s, HoldStep)]
    assert [(b.force_n, round(b.low_n), round(b.high_n)) for b in bands if b] == [
        (250, 225, 275),
        (200, 180, 220),
        (400, 360, 440),
        (320, 288, 352),
    ]
    assert {(s.countdown_s, s.breath_s) for s in plan.steps if isinstance(s, HoldStep)} == {(4.0, 6.0)}
    assert asked[0] == ("standing-pull-back", Side.RIGHT, 0.5)


def test_what_a_plan_states_goes_before_what_is_usual() -> None:
    block = replace(PLAIN, targets=(parse_target("100N"),), band_share=0.05, countdown_s=0.0, breath_s=0.0)
    step = expand(PlanSpec("x", "x", (block,)), of_300_n, usual=Usual(0.3, 9.0, 4.0)).steps[0]
    assert isinstance(step, HoldStep)
    assert (step.target, step.countdown_s, step.breath_s) == (TargetBand(100, 95, 105), 0.0, 0.0)


def test_without_a_best_a_hold_has_no_target_and_nothing_that_needs_one() -> None:
    block = replace(
        PLAIN,
        targets=(parse_target("75%"),),
        stop_below_share=0.6,
        stop_out_of_band_s=3.0,
        stop_after_shake_s=5.0,
    )
    first = expand(PlanSpec("x", "x", (block,)), unknown).steps[0]
    assert isinstance(first, HoldStep)
    assert first.target is None
    assert first.stop == StopRule(after_shake_s=5.0)
    known = expand(PlanSpec("x", "x", (block,)), of_300_n).steps[0]
    assert isinstance(known, HoldStep)
    assert known.stop == StopRule(0.6, 2.0, 3.0, 5.0)
    assert felt_effort(block.target) == "by feel: hard, about 8 of 10"
    assert felt_effort(parse_target("250N")) == ""


def test_the_first_side_changes_by_session_or_is_drawn_once_for_each_athlete() -> None:
    spec = PlanSpec("x", "x", (PLAIN,), start_side=StartSide.BY_SESSION)
    assert [opening_side(spec, "a", n) for n in range(3)] == [Side.RIGHT, Side.LEFT, Side.RIGHT]
    drawn = replace(spec, start_side=StartSide.DRAWN)
    by_athlete = {str(n): opening_side(drawn, str(n)) for n in range(40)}
    assert set(by_athlete.values()) == {Side.RIGHT, Side.LEFT}
    assert all(opening_side(drawn, a, 7) is side for a, side in by_athlete.items())
    first = expand(spec, unknown, session_no=1).steps[0]
    assert isinstance(first, HoldStep)
    assert first.side is Side.LEFT


@pytest.mark.parametrize(
    ("tops", "wanted"),
    [
        ([300.0, 310.0], False),
        ([300.0, 320.0, 310.0], False),
        ([300.0, 310.0, 320.0], True),
        ([250.0, 320.0, 260.0], True),
        ([250.0, 320.0, 260.0, 330.0], False),
    ],
)
def test_a_further_attempt_where_the_tries_do_not_agree(tops: list[float], wanted: bool) -> None:
    assert extra_attempt(replace(PLAIN, reps=3, extra_attempts=1), tops) is wanted
    assert extra_attempt(replace(PLAIN, reps=3), tops) is False


def test_json_that_is_no_plan_is_refused() -> None:
    with pytest.raises(DataError, match="plan kept with a session"):
        spec_from_json('{"id": 3}')


def run_by_clock(plan: Plan) -> list[HoldEnded]:
    """Run a plan to its end in virtual time; return the holds as they ended."""
    engine = Engine(plan, sensor=False)
    begun: list[HoldStarted] = []
    ended: list[HoldEnded] = []
    events = engine.press(Key.GO, 0.0)
    now_s = 0.0
    for _ in range(200_000):
        begun += [e for e in events if isinstance(e, HoldStarted)]
        ended += [e for e in events if isinstance(e, HoldEnded)]
        view = engine.view(now_s)
        if view.state is State.DONE:
            break
        if view.state is State.ARMED or (view.state is State.HOLD and view.remaining_s is None):
            now_s += 7.0
            events = engine.press(Key.GO, now_s)
        else:
            now_s += max(view.remaining_s or 0.0, 0.05)
            events = engine.tick(now_s)
    assert engine.view(now_s).state is State.DONE
    assert [e.step_index for e in begun] == [e.step_index for e in ended]
    return ended


@MANY
@given(specs())
def test_the_engine_goes_through_any_plan_in_its_order(spec: PlanSpec) -> None:
    plan = expand(spec, of_300_n)
    ended = run_by_clock(plan)
    assert [e.step for e in ended] == [s for s in plan.steps if isinstance(s, HoldStep)]
    assert [e.step_index for e in ended] == [n for n, s in enumerate(plan.steps) if isinstance(s, HoldStep)]


def test_positions_of_the_test_exist() -> None:
    assert position(PLAIN.position).sides == (Side.LEFT, Side.RIGHT)
