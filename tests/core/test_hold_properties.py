"""What must be true of the hold engine for any plan, any tension and any pace of ticks."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.block import Block, FloatArray
from isotimer.core.hold import (
    Engine,
    Event,
    GoPlanned,
    HoldEnded,
    HoldStarted,
    Key,
    SideDropped,
    State,
    StateChanged,
)
from isotimer.core.plan import End, HoldStep, Mode, Plan, RestStep, Side, Start, Step, TargetBand
from isotimer.core.task import PathPart, StopRule, TargetPath

BAND = TargetBand(300, 270, 330)
PATH = TargetPath((PathPart("ramp", 2, 0.3, 1.0), PathPart("sine", 5, 0.6, amplitude=0.2, hz=0.5)))
STOPS = (None, StopRule(below_target_share=0.6, below_s=1.0), StopRule(out_of_band_s=1.0))
FAR_S = 1e6

seconds = st.floats(0.05, 30)
gaps = st.lists(st.floats(0.01, 5), min_size=3, max_size=20)
MANY = settings(deadline=None, max_examples=100)
SOME = settings(deadline=None, max_examples=40)


@st.composite
def plans(draw: st.DrawFn, *, sensor: bool = False) -> Plan:
    starts = st.sampled_from([Start.CLOCK, Start.FORCE])
    targets = st.sampled_from([BAND, None])
    lengths = st.one_of(seconds, st.none()) if sensor else seconds
    modes = st.sampled_from([Mode.STEADY, Mode.STEADY, Mode.TRACK, Mode.SWITCH, Mode.RESPOND])
    steps: list[Step] = []
    for n in range(draw(st.integers(1, 5))):
        rest_s = draw(st.none() | st.floats(0, 20))
        if n and rest_s is not None:
            steps.append(RestStep(rest_s))
        countdown_s = draw(st.floats(0, 6))
        mode = draw(modes)
        steps.append(
            HoldStep(
                "x",
                draw(st.sampled_from([Side.LEFT, Side.RIGHT])),
                draw(lengths),
                mode,
                draw(starts),
                draw(targets),
                countdown_s,
                path=PATH if mode is Mode.TRACK else None,
                stop=draw(st.sampled_from(STOPS)),
                breath_s=draw(st.sampled_from([0.0, 3.0])),
            )
        )
    return Plan("p", "p", tuple(steps))


@st.composite
def tensions(draw: st.DrawFn) -> tuple[FloatArray, FloatArray]:
    """Up to a minute of pulls, dips, shake, noise and samples without a value."""
    rate_hz = draw(st.sampled_from([10.0, 83.3, 320.0]))
    levels = draw(st.lists(st.sampled_from([0.0, 5, 140, 150, 160, 300, 400]), min_size=5, max_size=30))
    lengths = draw(st.lists(st.floats(0.05, 6), min_size=len(levels), max_size=len(levels)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    time_s = np.arange(0, sum(lengths), 1 / rate_hz)
    force = np.interp(time_s, np.cumsum(lengths), levels)
    force += draw(st.sampled_from([0.0, 20, 100])) * np.sin(2 * np.pi * draw(st.floats(0.5, 15)) * time_s)
    force += rng.normal(0, draw(st.sampled_from([0.0, 3])), len(time_s))
    force[rng.random(len(time_s)) < draw(st.sampled_from([0.0, 0.2]))] = np.nan
    keep = np.ones(len(time_s), bool)
    if len(time_s) > 10 and draw(st.booleans()):
        hole = rng.integers(0, len(time_s), 2)
        keep[hole.min() : hole.max()] = False
    return time_s[keep], force[keep]


def block(time_s: FloatArray, force: FloatArray) -> Block:
    return Block(time_s, force[:, None], force[:, None], np.zeros(len(time_s), np.uint8))


def over(events: list[Event]) -> bool:
    return any(isinstance(e, StateChanged) and e.state is State.DONE for e in events)


def started(events: list[Event]) -> list[HoldStarted]:
    return [e for e in events if isinstance(e, HoldStarted)]


def ended(events: list[Event]) -> list[HoldEnded]:
    return [e for e in events if isinstance(e, HoldEnded)]


def run_by_clock(plan: Plan, pace: list[float]) -> list[Event]:
    engine = Engine(plan, sensor=False)
    events, now_s = list(engine.press(Key.GO, 0)), 0.0
    while not over(events):
        for gap in pace:
            now_s += gap
            events += engine.tick(now_s)
    return events


def run_on_tension(
    plan: Plan, tension: tuple[FloatArray, FloatArray], cuts: list[int], *, ticks: bool
) -> list[Event]:
    engine = Engine(plan, sensor=True)
    events = list(engine.press(Key.GO, 0))
    time_s, force = tension
    a = n = 0
    while a < len(time_s):
        b = min(a + cuts[n % len(cuts)], len(time_s))
        events += engine.feed(block(time_s[a:b], force[a:b]))
        if ticks:
            events += engine.tick(float(time_s[b - 1]))
        a, n = b, n + 1
    return events


def check_course(plan: Plan, events: list[Event]) -> None:
    """Time is monotone, holds come in order, once each, one at a time, and lengths are consistent."""
    assert all(a.at_s <= b.at_s for a, b in pairwise(events))
    order = [i for i, step in enumerate(plan.steps) if isinstance(step, HoldStep)]
    begun, done = started(events), ended(events)
    assert [e.step_index for e in begun if e.attempt == 1] == order[: len({e.step_index for e in begun})]
    assert [e.step_index for e in done if not e.again] == order[: len([e for e in done if not e.again])]
    assert len(begun) - len(done) in (0, 1)
    assert all((e.flag, e.step.mode) == ("false-start", Mode.RESPOND) for e in done if e.again)
    assert [(e.step_index, e.attempt) for e in begun] == sorted({(e.step_index, e.attempt) for e in begun})
    for start, end in zip(begun, done, strict=False):
        assert (start.step, start.start_s) == (end.step, end.start_s)
        assert end.start_s <= end.end_s <= end.at_s
        if end.end is End.COMPLETED:
            assert end.step.seconds is not None
            assert end.end_s == end.start_s + end.step.seconds
        elif end.step.seconds is not None:
            assert end.end_s <= end.start_s + end.step.seconds
    assert all(a.end_s <= b.start_s for a, b in pairwise(done))


@MANY
@given(plans(), gaps)
def test_by_the_clock_every_hold_has_its_length_and_times_add_up(plan: Plan, pace: list[float]) -> None:
    events = run_by_clock(plan, pace)
    check_course(plan, events)
    holds = [step for step in plan.steps if isinstance(step, HoldStep)]
    done = ended(events)
    assert [e.end for e in done] == [End.COMPLETED] * len(holds)
    assert math.fsum(e.end_s - e.start_s for e in done) == pytest.approx(
        math.fsum(h.seconds or 0 for h in holds)
    )
    waited_s = math.fsum(e.due_s - e.at_s for e in events if isinstance(e, GoPlanned))
    assert done[-1].end_s == pytest.approx(plan.total_s + waited_s)


@MANY
@given(plans(), gaps)
def test_one_late_tick_tells_the_same_as_many(plan: Plan, pace: list[float]) -> None:
    assert run_by_clock(plan, pace) == run_by_clock(plan, [FAR_S])


@MANY
@given(plans(sensor=True), tensions(), st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_on_any_tension_no_step_is_lost_or_doubled(
    plan: Plan, tension: tuple[FloatArray, FloatArray], cuts: list[int]
) -> None:
    check_course(plan, run_on_tension(plan, tension, cuts, ticks=True))


@MANY
@given(plans(sensor=True), tensions(), st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_blocks_and_ticks_change_nothing(
    plan: Plan, tension: tuple[FloatArray, FloatArray], cuts: list[int]
) -> None:
    whole = run_on_tension(plan, tension, [10**6], ticks=False)
    assert run_on_tension(plan, tension, cuts, ticks=False) == whole
    assert run_on_tension(plan, tension, cuts, ticks=True) == whole


@MANY
@given(
    plans(sensor=True),
    tensions(),
    st.lists(st.tuples(st.integers(1, 60), st.floats(0, 0.4), st.sampled_from([None, *Key, "lost", "back"]))),
)
def test_whatever_is_pressed_time_is_monotone_and_every_hold_ends_once(
    plan: Plan, tension: tuple[FloatArray, FloatArray], deeds: list[tuple[int, float, Key | str | None]]
) -> None:
    engine = Engine(plan, sensor=True)
    events = list(engine.press(Key.GO, 0))
    time_s, force = tension
    a = 0
    for count, lag_s, deed in deeds:
        b = min(a + count, len(time_s))
        events += engine.feed(block(time_s[a:b], force[a:b]))
        now_s = float(time_s[b - 1]) + lag_s
        if isinstance(deed, Key):
            events += engine.press(deed, now_s)
        elif deed is not None:
            events += engine.line(deed == "back", now_s)
        view = engine.view(now_s)
        assert view.elapsed_s >= 0
        assert view.remaining_s is None or view.remaining_s >= 0
        a = b
    assert all(x.at_s <= y.at_s for x, y in pairwise(events))
    begun, done = started(events), ended(events)
    tries = [(e.step_index, e.attempt) for e in begun]
    assert len(set(tries)) == len(tries)
    assert [(e.step_index, e.attempt) for e in done] == tries[: len(done)]
    assert len(begun) - len(done) == (1 if engine.view(0).state is State.HOLD else 0)
    assert all(e.end_s >= e.start_s for e in done)


@given(plans(), st.floats(0, 0.999), st.floats(0, 500))
@MANY
def test_pausing_anywhere_changes_nothing_else(plan: Plan, share: float, away_s: float) -> None:
    plain = run_by_clock(plan, [FAR_S])
    at_s = share * ended(plain)[-1].end_s
    engine = Engine(plan, sensor=False)
    events = [*engine.press(Key.GO, 0), *engine.press(Key.PAUSE, at_s), *engine.tick(at_s + away_s)]
    paused_from = engine.view(at_s).paused_from
    assert all(e.at_s <= at_s for e in events)
    events += engine.press(Key.PAUSE, at_s + away_s)
    if engine.view(0).state is State.READY:
        events += engine.press(Key.GO, at_s + away_s)
    events += engine.tick(FAR_S)

    kept = [e for e in ended(events) if e.end is End.COMPLETED]
    broken = [e for e in ended(events) if e.end is not End.COMPLETED]
    assert [(e.step_index, e.step) for e in kept] == [(e.step_index, e.step) for e in ended(plain)]
    assert [e.end for e in broken] == ([End.ABORTED] if paused_from is State.HOLD else [])
    resumed_s = at_s + away_s
    for before, after in zip(ended(plain), kept, strict=True):
        assert after.end_s == after.start_s + (after.step.seconds or 0)
        if before.end_s <= at_s:
            assert after == before
        elif paused_from in (State.REST, State.RELEASE):
            assert after.start_s == pytest.approx(before.start_s + away_s)
        elif paused_from is not None:
            first = next(e for e in kept if e.end_s > resumed_s)
            waits = [e for e in events if isinstance(e, GoPlanned) and e.due_s <= first.start_s]
            wait_s = waits[-1].due_s - waits[-1].at_s if first.step.mode is Mode.RESPOND else 0.0
            assert first.start_s == pytest.approx(resumed_s + first.step.countdown_s + wait_s)
            shift_s = (
                first.start_s - next(e for e in ended(plain) if e.step_index == first.step_index).start_s
            )
            assert after.start_s == pytest.approx(before.start_s + shift_s)


@given(plans(), st.floats(0, 0.999), st.sampled_from(Side), st.booleans())
@MANY
def test_leaving_out_a_side_loses_no_step_of_the_other(
    plan: Plan, share: float, side: Side, paused: bool
) -> None:
    plain = run_by_clock(plan, [FAR_S])
    at_s = share * ended(plain)[-1].end_s
    engine = Engine(plan, sensor=False)
    events = [*engine.press(Key.GO, 0), *(engine.press(Key.PAUSE, at_s) if paused else engine.tick(at_s))]
    events += engine.pain(side, at_s)
    (drop,) = (e for e in events if isinstance(e, SideDropped))
    while engine.view(0).state is not State.DONE:
        events += engine.press(Key.GO, at_s)
        events += engine.tick(at_s := at_s + FAR_S)
    kept = {e.step_index for e in ended(events) if e.end is End.COMPLETED}
    holds = {i for i, step in enumerate(plan.steps) if isinstance(step, HoldStep)}
    assert kept | set(drop.steps) == holds
    assert not kept & set(drop.steps)


@given(plans(), st.integers(0, 9))
@MANY
def test_going_on_later_does_the_rest_as_it_would_have_been(plan: Plan, first: int) -> None:
    plain = run_by_clock(plan, [FAR_S])
    engine = Engine(plan, sensor=False, first=first)
    events = [*engine.press(Key.GO, 0), *engine.tick(FAR_S)]
    wanted = [e for e in ended(plain) if e.step_index >= first]
    assert [e.step_index for e in ended(events)] == [e.step_index for e in wanted]
    for before, after in zip(wanted, ended(events), strict=True):
        shift_s = wanted[0].start_s - ended(events)[0].start_s
        assert after.start_s == pytest.approx(before.start_s - shift_s)


@given(
    st.sampled_from([40.0, 80.0, 1000.0]),
    st.floats(2, 14),
    st.floats(10, 140),
    st.floats(0, 6.28),
    st.integers(0, 2**32 - 1),
)
@SOME
def test_shaking_around_the_threshold_neither_starts_twice_nor_ends_early(
    rate_hz: float, shake_hz: float, shake_n: float, phase: float, seed: int
) -> None:
    """Ten seconds of shake with dips shorter than the grace, around the threshold of 150 N, then nothing."""
    plan = Plan(
        "p", "p", (HoldStep("x", Side.LEFT, None, start=Start.FORCE, target=BAND), RestStep(1), HOLD_20)
    )
    time_s = np.arange(0, 22, 1 / rate_hz)
    noise = np.random.default_rng(seed).normal(0, 1, len(time_s))
    shake = 150 + shake_n * np.sin(2 * np.pi * shake_hz * time_s + phase) + noise
    force = np.select([time_s < 6, time_s < 8, time_s < 18], [0, 300, shake], 0)
    events = run_on_tension(plan, (time_s, force), [33], ticks=True)
    (start,), (end,) = started(events), ended(events)
    assert start.start_s == pytest.approx(6, abs=1 / rate_hz)
    assert end.end is End.RELEASED
    assert 18 - 0.5 / shake_hz - 2 / rate_hz - 0.05 <= end.end_s <= 18


HOLD_20 = HoldStep("x", Side.LEFT, 20, start=Start.FORCE, target=BAND)


@given(
    st.sampled_from([80.0, 87.5, 1000.0]),
    st.floats(5.5, 7),
    st.floats(1, 5),
    st.floats(0, 1),
    st.lists(st.integers(1, 40), min_size=3, max_size=5),
)
@SOME
def test_the_length_lies_between_the_two_half_crossings(
    rate_hz: float, up_s: float, length_s: float, offset: float, cuts: list[int]
) -> None:
    """Raised-cosine ramps, 0.5 s up and 0.2 s down: half of 300 N is crossed in the middle of each."""
    time_s = (np.arange(0, 14 * rate_hz) + offset) / rate_hz
    down_s = up_s + 0.5 + length_s
    up = np.clip((time_s - up_s) / 0.5, 0, 1)
    down = np.clip((time_s - down_s) / 0.2, 0, 1)
    force = 300 * (0.5 - 0.5 * np.cos(np.pi * up)) * (0.5 + 0.5 * np.cos(np.pi * down))
    (end,) = ended(run_on_tension(Plan("p", "p", (HOLD_20,)), (time_s, force), cuts, ticks=True))
    assert end.end is End.RELEASED
    assert end.end_s - end.start_s == pytest.approx((down_s + 0.1) - (up_s + 0.25), abs=1 / rate_hz)
    assert end.start_s == pytest.approx(up_s + 0.25, abs=0.5 / rate_hz)
