"""Rigs: what they say, and what they refuse in one sentence."""

import json

import numpy as np
import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, RigChannel, RigDevice, rig_dict, rig_from_dict

PLATE = RigDevice("a", "open-teensy-plate", "123")


def corners(device: str = "a", plate: str = "left", middle_x: float = 0.0, side: Side = Side.BOTH):
    places = [(150, 250), (-150, 250), (-150, -250), (150, -250)]
    return tuple(RigChannel(device, n, side, plate, middle_x + x, y) for n, (x, y) in enumerate(places))


def two_plates() -> Rig:
    return Rig(
        "two plates",
        (RigDevice("l", "p"), RigDevice("r", "p")),
        (*corners("l", "left", -200, Side.LEFT), *corners("r", "right", 200, Side.RIGHT)),
    )


def test_two_plates_tell_sides_and_places():
    rig = two_plates()
    assert rig.plates == ("left", "right")
    assert rig.sided
    assert rig.has_centre
    assert rig.side_columns(Side.RIGHT) == (4, 5, 6, 7)
    assert rig.places_m(rig.columns("right"))[0] == pytest.approx([0.35, 0.25])


def test_a_strap_has_neither_sides_nor_a_centre():
    rig = Rig("strap", (RigDevice("a", "hx711-line"),), (RigChannel("a", 0),))
    assert (rig.plates, rig.sided, rig.has_centre) == ((), False, False)


def test_cells_on_one_line_have_no_centre():
    cells = tuple(RigChannel("a", n, plate="p", x_mm=100 * n, y_mm=0) for n in range(3))
    assert not Rig("beam", (PLATE,), cells).has_centre


def test_a_stored_rig_comes_back_the_same():
    rig = two_plates()
    assert rig_from_dict("two plates", json.loads(json.dumps(rig_dict(rig)))) == rig


def test_signs_turn_what_shows_load_as_negative():
    rig = Rig("r", (PLATE,), (RigChannel("a", 0), RigChannel("a", 1, sign=-1)))
    assert (np.array([[2.0, -3.0]]) * rig.signs).sum() == 5.0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Rig("r", (PLATE,), ()), "0 channels"),
        (lambda: Rig("r", (PLATE,), (RigChannel("b", 0),)), "no device 'b'"),
        (lambda: Rig("r", (PLATE,), (RigChannel("a", 0), RigChannel("a", 0))), "twice"),
        (lambda: Rig("r", (PLATE, PLATE), (RigChannel("a", 0),)), "one name"),
        (lambda: RigChannel("a", -1), "there is none"),
        (lambda: RigChannel("a", 0, sign=0), "sign is 0"),
        (lambda: RigChannel("a", 0, x_mm=1.0), "only one"),
        (lambda: RigChannel("a", 0, plate="p"), "no place"),
        (lambda: RigChannel("a", 0, x_mm=float("nan"), y_mm=0.0), "too far"),
        (
            lambda: Rig(
                "r", (PLATE,), (*corners()[:3], RigChannel("a", 3, plate="left", x_mm=-150, y_mm=-249))
            ),
            "pressed twice",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(make, words):
    with pytest.raises(WrongUseError) as caught:
        make()
    assert words in caught.value.sentence


def test_a_channel_that_no_device_has_is_named():
    rig = two_plates()
    rig.check_devices({"l": 4, "r": 4})
    with pytest.raises(WrongUseError, match="has no channel 3"):
        rig.check_devices({"l": 4, "r": 3})
    with pytest.raises(WrongUseError, match="'r' is not connected"):
        rig.check_devices({"l": 4})


@pytest.mark.parametrize(
    "layout", [None, [], {}, {"devices": 3}, {"devices": [], "channels": [{"device": 1}]}]
)
def test_a_damaged_layout_is_one_sentence(layout):
    with pytest.raises(DataError, match="make the rig again"):
        rig_from_dict("x", layout)


def test_names_cannot_write_on_the_terminal():
    with pytest.raises(WrongUseError) as caught:
        Rig("\x1b[31mred", (PLATE,), (RigChannel("\x1b]0;x\x07", 0),))
    assert "\x1b" not in caught.value.sentence
