"""How far a session has come: wherever it is cut off, what is left is what was not done."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.course import Course
from isotimer.core.hold import Engine, Event, HoldEnded, Key, SideDropped
from isotimer.core.plan import End, HoldStep, Mode, Plan, RestStep, Side, Step
from isotimer.core.progress import Progress, begun_at, holds_left, progress_from_json, progress_json

FAR_S = 1e6


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    steps: list[Step] = []
    for n in range(draw(st.integers(1, 5))):
        if n and (rest_s := draw(st.none() | st.floats(0, 20))) is not None:
            steps.append(RestStep(rest_s))
        mode = draw(st.sampled_from([Mode.STEADY, Mode.RESPOND, Mode.SWITCH]))
        side = draw(st.sampled_from([Side.LEFT, Side.RIGHT]))
        steps.append(HoldStep("x", side, draw(st.floats(0.1, 9)), mode, countdown_s=draw(st.floats(0, 5))))
    return Plan("p", "p", tuple(steps))


def done(events: list[Event]) -> list[int]:
    return [e.step_index for e in events if isinstance(e, HoldEnded) and e.end is End.COMPLETED]


@given(
    plans(), st.floats(0, 100), st.sampled_from([None, Key.PAUSE, Key.SKIP, Key.REDO, Key.ABORT, Key.PAIN])
)
@settings(deadline=None, max_examples=150)
def test_what_is_left_after_a_cut_is_what_was_not_done(plan: Plan, cut_s: float, key: Key | None) -> None:
    engine = Engine(plan, sensor=False, seed=7)
    events = [*engine.press(Key.GO, 0), *engine.tick(cut_s)]
    if key is not None:
        events += engine.press(key, cut_s)
        events += engine.tick(cut_s + 1)
    progress = Progress(seed=7)
    for event in events:
        progress = progress.after(event)
    before = done(events)
    again = Engine(plan, sensor=False, first=progress.next, dropped=progress.dropped, seed=progress.seed)
    later = [*again.press(Key.GO, 0), *again.tick(FAR_S)]
    holds = {i for i, step in enumerate(plan.steps) if isinstance(step, HoldStep)}
    out = {i for e in events if isinstance(e, SideDropped) for i in e.steps}
    assert not progress.over or set(before) | set(progress.skipped) | out == holds
    if not progress.over:
        assert len(done(later)) == holds_left(plan, progress)
        assert set(before) | set(progress.skipped) | out | set(done(later)) == holds
        if key is not Key.REDO:
            assert not set(before) & set(done(later))


def test_it_is_kept_as_text_and_read_again() -> None:
    progress = Progress(4, (2,), (Side.LEFT,), 99)
    assert progress_from_json(progress_json(progress)) == progress


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"next": "x"}', "[]", '{"dropped": ["both legs"]}'])
def test_what_is_no_progress_is_none(text: str) -> None:
    assert progress_from_json(text) is None


def test_further_attempts_are_left_to_nobody_and_none_comes_from_before_the_start() -> None:
    holds = [HoldStep("x", Side.LEFT, 5.0, extra=n % 2 == 1) for n in range(4)]
    plan = Plan("p", "p", tuple(holds))
    begun = begun_at(plan, 2, 7)
    assert (begun.next, begun.seed, begun.spared) == (2, 7, (1,))
    assert (holds_left(plan, begun), holds_left(plan, begun, extra=True)) == (1, 2)
    assert Course(plan, spared=begun.spared).count_at(2) == 2
