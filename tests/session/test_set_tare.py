"""A zero before each set: in the rest, unloaded and still; else the session goes on and says so."""

from types import SimpleNamespace

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.calibration import Calibration
from isotimer.core.errors import IsotimerError
from isotimer.core.events import State, StateChanged
from isotimer.core.plan import HoldStep, Plan, RestStep, Side
from isotimer.session.set_tare import LIMITS, SetTare


def hold(set_no: int, side: Side = Side.LEFT) -> HoldStep:
    return HoldStep("standing-band-hip-flexion", side, 10.0, set_no=set_no, sets=2)


PLAN = Plan("p", "p", (hold(1), RestStep(10.0), hold(1, Side.RIGHT), RestStep(30.0), hold(2)))


class Sensor:
    """Tares, or refuses with a reason."""

    def __init__(self, unit: str = "N") -> None:
        self.calibration = Calibration.plain(1, unit)
        self.tares = 0
        self.why = ""

    def tare(self, limits: object) -> np.ndarray:
        assert limits is LIMITS
        if self.why:
            raise IsotimerError("cannot tare", self.why)
        self.tares += 1
        return np.array([1.5])


def block(at_s: float) -> Block:
    return Block(np.array([at_s]), np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1, np.uint8))


@pytest.fixture
def run() -> SimpleNamespace:
    sensor, said = Sensor(), []
    return SimpleNamespace(sensor=sensor, said=said, tares=SetTare(PLAN, sensor, said.append))


def test_before_the_first_set_and_in_the_rest_before_the_next_one_but_not_between_sides(run) -> None:
    for at_s, state, index, tares in (
        (0.0, State.READY, 0, 1),
        (10.0, State.HOLD, 0, 1),
        (20.0, State.REST, 1, 1),
        (30.0, State.HOLD, 2, 1),
        (40.0, State.REST, 3, 2),
        (70.0, State.HOLD, 4, 2),
    ):
        run.tares.event(StateChanged(at_s, state, index))
        for later_s in range(1, 6):
            run.tares.block(block(at_s + later_s))
        assert run.sensor.tares == tares
    assert run.said == []


def test_before_the_first_set_no_event_is_needed(run) -> None:
    run.tares.block(block(2.0))
    assert run.sensor.tares == 1


def test_it_tries_until_the_sensor_is_let_go(run) -> None:
    run.sensor.why = "the sensor is under load (34 N)"
    run.tares.event(StateChanged(40.0, State.REST, 3))
    run.tares.block(block(42.0))
    run.sensor.why = ""
    run.tares.block(block(42.1))
    assert run.sensor.tares == 0
    run.tares.block(block(42.6))
    assert run.sensor.tares == 1


def test_what_cannot_be_tared_is_said_when_the_set_begins_and_nothing_stops(run) -> None:
    run.sensor.why = "the sensor is under load (34 N)"
    run.tares.event(StateChanged(40.0, State.REST, 3))
    run.tares.block(block(42.0))
    assert run.said == []
    run.tares.event(StateChanged(70.0, State.COUNTDOWN, 4))
    assert run.said == ["not tared before set 2: the sensor is under load (34 N); the zero from before stays"]
    run.sensor.why = ""
    run.tares.block(block(71.0))
    assert run.sensor.tares == 0


def test_a_sensor_in_counts_is_left_alone(run) -> None:
    run.sensor.calibration = Calibration.plain(1, "counts")
    run.tares.event(StateChanged(0.0, State.READY, 0))
    run.tares.block(block(2.0))
    run.tares.event(StateChanged(5.0, State.COUNTDOWN, 0))
    assert run.sensor.tares == 0
    assert "in counts" in run.said[0]


def test_a_silent_sensor_is_named_as_the_reason_and_an_end_says_nothing(run) -> None:
    run.tares.event(StateChanged(0.0, State.READY, 0))
    run.tares.event(StateChanged(5.0, State.ARMED, 0))
    assert "sends too little" in run.said[0]
    run.tares.event(StateChanged(40.0, State.REST, 3))
    run.tares.event(StateChanged(41.0, State.ABORTED, 3))
    assert len(run.said) == 1
