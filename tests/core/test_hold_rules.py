"""The engine leaves out holds while it runs: the rest becomes the right one, nothing is broken off."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.cues import CueKind
from isotimer.core.hold import CueDue, Engine, Event, HoldEnded, HoldStarted, Key, Ruling, State, StateChanged
from isotimer.core.plan import HoldStep, Plan, RestStep, Side
from isotimer.core.progress import Progress
from isotimer.session.cueing import Foresight


def hold(side: Side = Side.LEFT, *, set_no: int = 1, extra: bool = False) -> HoldStep:
    return HoldStep("standing-pull-back", side, 3.0, countdown_s=5.0, set_no=set_no, sets=2, extra=extra)


PLAN = Plan(
    "p",
    "P",
    (
        hold(),
        RestStep(30.0),
        hold(),
        RestStep(20.0),
        hold(extra=True),
        RestStep(100.0, "set"),
        hold(set_no=2),
    ),
)


def started(events: tuple[Event, ...]) -> list[int]:
    return [e.step_index for e in events if isinstance(e, HoldStarted)]


def test_spared_in_the_rest_the_rest_is_the_one_to_the_hold_that_then_follows() -> None:
    engine = Engine(PLAN, sensor=False)
    engine.press(Key.GO, 0.0)
    engine.tick(46.0)  # 5 + 3 + 30 + 3 = 41: rests before the further attempt
    assert engine.view(46.0).state is State.REST
    events = engine.rule((4,), "", 46.0)
    assert [e.steps for e in events if isinstance(e, Ruling)] == [(4,)]
    assert not any(isinstance(e, CueDue) for e in events)
    view = engine.view(46.0)
    assert view.step == PLAN.steps[6]
    assert view.planned_s == 100.0
    assert view.holds == 3
    done = engine.tick(200.0)
    assert [(e.step_index, e.start_s) for e in done if isinstance(e, HoldStarted)] == [(6, 141.0)]


def test_not_spared_the_further_attempt_comes() -> None:
    engine = Engine(PLAN, sensor=False)
    assert started((*engine.press(Key.GO, 0.0), *engine.tick(400.0))) == [0, 2, 4, 6]


def test_a_hold_that_runs_is_finished_and_then_it_is_over() -> None:
    engine = Engine(PLAN, sensor=False)
    engine.press(Key.GO, 0.0)
    engine.tick(6.0)
    events = engine.rule(range(len(PLAN.steps)), "Session over: pain", 6.0)
    assert [e.kind for e in events if isinstance(e, CueDue)] == [CueKind.RULING]
    assert engine.view(6.0).state is State.HOLD
    events = engine.tick(20.0)
    assert [e.end_s for e in events if isinstance(e, HoldEnded)] == [8.0]
    assert engine.view(20.0).state is State.DONE


@pytest.mark.parametrize("at_s", [9.5, 34.0])
def test_a_late_word_in_rest_or_countdown_still_gives_a_whole_countdown(at_s: float) -> None:
    plan = Plan("p", "P", (hold(), RestStep(30.0), hold(), RestStep(4.0), hold(set_no=2)))
    engine = Engine(plan, sensor=False)
    engine.press(Key.GO, 0.0)
    engine.tick(at_s)
    engine.rule((2,), "", at_s)
    begin = [e.start_s for e in engine.tick(200.0) if isinstance(e, HoldStarted)]
    assert begin == [max(8.0 + 30.0, at_s + 5.0)]


def test_paused_it_goes_on_with_what_is_left() -> None:
    engine = Engine(PLAN, sensor=False)
    engine.press(Key.GO, 0.0)
    engine.press(Key.PAUSE, 46.0)
    engine.rule((4,), "", 47.0)
    assert engine.view(50.0).state is State.PAUSED
    engine.press(Key.GO, 146.0)
    assert [e.start_s for e in engine.tick(400.0) if isinstance(e, HoldStarted)] == [241.0]


def test_what_is_already_done_or_left_out_tells_nothing() -> None:
    engine = Engine(PLAN, sensor=False)
    engine.press(Key.GO, 0.0)
    engine.tick(46.0)
    assert engine.rule((0, 2), "", 46.0) == ()
    assert engine.rule((4,), "", 46.0)
    assert engine.rule((4,), "", 46.0) == ()


def test_a_session_that_goes_on_leaves_out_what_was_spared() -> None:
    progress = Progress().after(Ruling(1.0, (4,), ""))
    engine = Engine(PLAN, sensor=False, first=2, spared=progress.spared)
    assert started((*engine.press(Key.GO, 0.0), *engine.tick(400.0))) == [2, 6]


@given(
    at_s=st.floats(0.0, 160.0),
    steps=st.sets(st.sampled_from([0, 2, 4, 6]), min_size=1),
    pause=st.booleans(),
)
def test_whenever_it_comes_no_hold_is_lost_or_doubled_and_cues_are_foreseen(
    at_s: float, steps: set[int], pause: bool
) -> None:
    engine, foresight = Engine(PLAN, sensor=False), Foresight(PLAN)
    events = [*engine.press(Key.GO, 0.0), *engine.tick(at_s)]
    if pause:
        events += engine.press(Key.PAUSE, at_s)
    ruled = engine.rule(steps, "", at_s)
    events += ruled
    if pause:
        events += engine.press(Key.GO, at_s + 7.0)
        events += engine.press(Key.GO, at_s + 7.0)
    left_out = {i for e in ruled if isinstance(e, Ruling) for i in e.steps}
    for n in range(1, 1000):
        events += engine.tick(at_s + 7.0 + n * 0.5)
    if engine.view(at_s + 600.0).state is State.READY:
        events += engine.press(Key.GO, at_s + 600.0)
        for n in range(1, 1000):
            events += engine.tick(at_s + 600.0 + n * 0.5)
    done = [e.step_index for e in events if isinstance(e, HoldEnded) and e.why != "paused"]
    assert done == [i for i in (0, 2, 4, 6) if i not in left_out]
    assert events[-1] == CueDue(events[-1].at_s, CueKind.DONE)
    planned: list[tuple[float, CueKind]] = []
    for event in events:
        coming = foresight.event(event)
        if coming is not None:
            planned = [*(cue for cue in planned if cue[0] <= event.at_s), *coming]
        if isinstance(event, CueDue) and event.kind in (CueKind.BEAT, CueKind.GO):
            known = [t for t, kind in planned if kind is event.kind]
            assert any(math.isclose(t, event.at_s, abs_tol=1e-6) for t in known)
    assert not [e for e in events if isinstance(e, StateChanged) and e.state is State.ABORTED]
