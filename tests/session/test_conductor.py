"""The conductor after the process was stopped and came back."""

import pytest

from isotimer.core.hold import CueDue, Event, HoldEnded, Key, State
from isotimer.core.plan import HoldStep, Plan, RestStep, Side
from isotimer.session import conductor as module
from isotimer.session.conductor import Conductor


def hold() -> HoldStep:
    return HoldStep("x", Side.LEFT, 10.0, countdown_s=3.0)


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(module, "time", one)
    monkeypatch.setattr(module, "TICK_S", 0.0)
    return one


class Run:
    """A conductor that is turned by hand."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.events: list[Event] = []
        plan = Plan("p", "p", (hold(), RestStep(60), hold()))
        self.conductor = Conductor(
            plan, sensor=False, on_block=lambda block: None, on_event=self.events.append
        )

    def until(self, at_s: float) -> "Run":
        while self.clock.now_s < at_s:
            self.clock.now_s = min(self.clock.now_s + 0.5, at_s)
            self.conductor._turn()
        return self

    def away(self, seconds: float) -> "Run":
        self.clock.now_s += seconds
        self.conductor._turn()
        return self

    @property
    def state(self) -> State:
        return self.conductor.view.state


@pytest.fixture
def run(clock: Clock) -> Run:
    one = Run(clock)
    one.conductor.press(Key.GO)
    return one.until(101.0)


def test_a_rest_has_gone_on(run: Run) -> None:
    run.until(115.0).away(30.0)
    assert run.state is State.REST
    assert run.conductor.view.remaining_s == pytest.approx(113.5 + 60 - 145, abs=0.6)


def test_a_countdown_that_nobody_heard_leads_to_a_pause(run: Run) -> None:
    run.until(115.0).away(300.0)
    assert run.state is State.PAUSED
    assert run.conductor.view.paused_from is State.REST
    assert not any(isinstance(e, CueDue) and e.at_s > 116 for e in run.events)
    run.conductor.press(Key.GO)
    run.away(0.1)
    assert run.state is State.REST


def test_a_hold_ends_where_it_was_left(run: Run) -> None:
    run.until(107.0).away(60.0)
    assert run.state is State.PAUSED
    (end,) = (e for e in run.events if isinstance(e, HoldEnded))
    assert end.why == "paused"
    assert end.end_s == pytest.approx(107.0, abs=0.1)


def test_a_slow_turn_is_no_absence(run: Run) -> None:
    run.until(107.0).away(3.0)
    assert run.state is State.HOLD


def test_before_the_start_nothing_happens(clock: Clock) -> None:
    assert Run(clock).away(1000.0).state is State.READY
