"""Cues of the modes, of sets and of left-out sides are planned ahead where the engine gives them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.block import Block
from isotimer.core.cues import CueKind
from isotimer.core.hold import CueDue, Engine, Event, HoldEnded, Key, State
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, Step
from isotimer.session.cueing import Foresight


def hold(side: Side = Side.LEFT, seconds: float = 4.0, mode: Mode = Mode.STEADY, **more: object) -> HoldStep:
    return HoldStep("x", side, seconds, mode, countdown_s=2.0, **more)


class Watch:
    """An engine in steps of 10 ms; whatever it gives must have been foreseen just before."""

    def __init__(self, *steps: Step, sensor: bool = False) -> None:
        plan = Plan("p", "p", steps)
        self.engine = Engine(plan, sensor=sensor, seed=3)
        self.foresight = Foresight(plan)
        self.coming: tuple[tuple[float, CueKind], ...] = ()
        self.surprises: list[CueDue] = []
        self.given: list[CueKind] = []
        self.events: list[Event] = []
        self.now_s = 0.0

    def take(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.events.append(event)
            if isinstance(event, CueDue):
                self.given.append(event.kind)
                if not any(k is event.kind and abs(s - event.at_s) < 1e-6 for s, k in self.coming):
                    self.surprises.append(event)
                continue
            coming = self.foresight.event(event)
            if coming is not None:
                kept = tuple(c for c in self.coming if c[0] <= event.at_s)
                self.coming = (*kept, *coming)

    def run(self, until_s: float, force_n: float | None = None) -> "Watch":
        while self.now_s < until_s - 1e-9:
            self.now_s = round(self.now_s + 0.01, 2)
            if force_n is not None:
                column = np.full((1, 1), force_n)
                self.take(
                    self.engine.feed(Block(np.array([self.now_s]), column, column, np.zeros(1, np.uint8)))
                )
            self.take(self.engine.tick(self.now_s))
        return self

    def press(self, key: Key) -> "Watch":
        self.take(self.engine.press(key, self.now_s))
        return self


def foreseen(watch: Watch, *but: CueKind) -> bool:
    return {c.kind for c in watch.surprises} <= {CueKind.READY, *but}


def test_set_and_go_of_a_random_wait_are_planned() -> None:
    watch = Watch(hold(mode=Mode.RESPOND, seconds=1.0), RestStep(8, "set"), hold()).press(Key.GO).run(30)
    assert foreseen(watch), watch.surprises
    for kind in (CueKind.SET, CueKind.GO, CueKind.SET_REST_OVER, CueKind.DONE):
        assert kind in watch.given


def test_changes_and_breaths_are_planned() -> None:
    watch = Watch(hold(mode=Mode.SWITCH, seconds=12.0), RestStep(8), hold(seconds=13.0, breath_s=4.0))
    watch.press(Key.GO).run(40)
    assert foreseen(watch), watch.surprises
    assert watch.given.count(CueKind.SWITCH) >= 2
    assert watch.given.count(CueKind.BREATHE) == 2


def test_a_false_start_takes_the_go_back() -> None:
    watch = Watch(hold(mode=Mode.RESPOND, seconds=1.0), RestStep(8), hold(), sensor=True).press(Key.GO)
    watch.run(2.5, 0.0).run(3.2, 200.0)
    ended = [e for e in watch.events if isinstance(e, HoldEnded)]
    assert [e.flag for e in ended] == ["false-start"]
    assert [k for s, k in watch.coming if s > watch.now_s + 0.1 and k is CueKind.GO] == []
    watch.run(40, 0.0)
    assert watch.engine.view(40).state is State.DONE
    assert foreseen(watch, CueKind.FALSE_START, CueKind.RELEASE), watch.surprises


@given(st.floats(0.1, 60), st.sampled_from([Side.LEFT, Side.RIGHT]), st.booleans())
@settings(deadline=None, max_examples=25)
def test_after_a_side_is_left_out_the_rest_is_planned_as_it_comes(
    at_s: float, side: Side, paused: bool
) -> None:
    left, right = hold(Side.LEFT), hold(Side.RIGHT)
    watch = Watch(left, RestStep(10, "side"), right, RestStep(15, "set"), left, RestStep(0.5), right)
    watch.press(Key.GO).run(at_s)
    if paused:
        watch.press(Key.PAUSE).run(at_s + 3)
    watch.take(watch.engine.pain(side, watch.now_s))
    for _ in range(4):
        watch.press(Key.GO).run(watch.now_s + 40)
    assert watch.engine.view(0).state is State.DONE
    # What is given at the very moment of a key cannot be known before.
    late = {CueKind.RELEASE, CueKind.DONE, CueKind.REST_OVER, CueKind.SET_REST_OVER}
    assert foreseen(watch, *late), watch.surprises
    assert len([c for c in watch.surprises if c.kind is not CueKind.READY]) <= 1


@pytest.mark.parametrize("dropped", [(), (Side.RIGHT,)])
def test_a_session_that_goes_on_knows_what_is_left_out(dropped: tuple[Side, ...]) -> None:
    steps = (hold(Side.LEFT), RestStep(10), hold(Side.RIGHT), RestStep(10), hold(Side.LEFT))
    watch = Watch(*steps)
    plan = Plan("p", "p", steps)
    watch.engine = Engine(plan, sensor=False, dropped=dropped)
    watch.foresight = Foresight(plan, dropped=dropped)
    watch.press(Key.GO).run(60)
    assert foreseen(watch), watch.surprises
