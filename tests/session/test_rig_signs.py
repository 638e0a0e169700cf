"""Which way a channel of a rig counts, and who hears that one of its devices is lost; no line is opened."""

from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.calibration import Calibration, Line
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.core.rig_kinds import kind
from isotimer.session.acquisition import Connection
from isotimer.session.multi import RigAcquisition
from isotimer.session.rig_maker import RigMaker

CELL = "chronojump-force-sensor"


@pytest.mark.parametrize(("slope", "pressed", "sign"), [(1.0, -500, -1), (-0.01, -500, 1), (-0.01, 500, -1)])
def test_a_press_is_judged_by_what_the_calibration_makes_of_it(profile_of, slope, pressed, sign):
    plain = Connection.plain("/dev/a", profile_of(CELL))
    maker = RigMaker(
        kind("cell"), {"a": replace(plain, calibration=Calibration((Line(8000.0, slope),), "N"))}
    )
    noise = np.random.default_rng(1).normal(0, 1, (200, 1))
    maker._raw = lambda seconds: [8000 + noise]
    maker.rest()
    maker._raw = lambda seconds: [8000 + pressed + noise]
    assert ("counted the other way" in maker.press()) == (sign < 0)
    assert [c.sign for c in maker.rig("cell").channels] == [sign]


def test_a_device_that_is_lost_while_another_goes_on_is_told(profile_of):
    plain = Connection.plain("/dev/a", profile_of(CELL))
    rig = Rig(
        "two",
        (RigDevice("l", CELL), RigDevice("r", CELL)),
        (RigChannel("l", 0, Side.LEFT), RigChannel("r", 0, Side.RIGHT)),
    )
    parts, lines = [], []
    sensor = RigAcquisition(
        rig,
        {"l": plain, "r": replace(plain, port="/dev/b")},
        on_line=lambda alive, at_s: lines.append(alive),
        on_part=parts.append,
    )
    for number, alive in ((0, True), (1, True), (1, False), (1, False), (1, True), (1, False), (0, False)):
        sensor._line(number, alive, 1.0)
    assert parts == [True, False, True, False]
    assert lines == [True, False]
