"""The equipment: its name, what is kept of it, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.errors import WrongUseError
from isotimer.core.positions import Cuff, Use, position
from isotimer.core.setup import (
    Effort,
    Height,
    Setup,
    setup_of_details,
    setup_of_words,
    usual_setup,
)

setups = st.builds(
    Setup,
    st.sampled_from(Use),
    st.sampled_from(Effort),
    st.sampled_from(Cuff),
    st.sampled_from(Height),
    st.sampled_from(["", "red", "hole 4"]),
    st.integers(1, 20),
    st.none() | st.integers(1, 1000).map(float),
)


@given(setups)
def test_what_is_kept_gives_the_same_setup_again(setup: Setup) -> None:
    assert setup_of_details(setup.details) == setup


@given(setups, setups)
def test_only_the_same_setup_has_the_same_name(one: Setup, other: Setup) -> None:
    assert (one.name == other.name) == (one == other)


def test_a_name_says_all_that_is_stated() -> None:
    setup = Setup(Use.BAND, Effort.PUSH, Cuff.ANKLE, Height.FLOOR, "red", 2, 150)
    assert setup.name == "red band x2, 150 cm, ankle cuff, anchor at the floor, push"
    assert Setup(Use.BODY, Effort.HOLD).name == "body weight"


@pytest.mark.parametrize(
    "details", [{}, {"use": "rope"}, {"use": "band", "count": "x"}, {"use": "band", "count": 0}]
)
def test_what_is_no_setup_is_only_a_name(details: dict[str, object]) -> None:
    assert setup_of_details(details) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": "0"}, "0 bands"),
        ({"count": "1.5"}, "whole"),
        ({"count": "many"}, "many"),
        ({"distance_cm": "-5"}, "-5"),
        ({"distance_cm": "inf"}, "inf"),
        ({"model": "x" * 41}, "too long"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(changes: dict[str, str], words: str) -> None:
    fields = {
        "use": "band",
        "effort": "hold",
        "cuff": "",
        "anchor": "",
        "model": "",
        "count": "",
        "distance_cm": "",
    }
    with pytest.raises(WrongUseError) as caught:
        setup_of_words(**(fields | changes))
    assert words in caught.value.sentence


def test_what_the_equipment_has_no_use_for_is_left_out() -> None:
    plate = setup_of_words("plate", "push", "ankle", "floor", "left one", "3", "150")
    assert plate == Setup(Use.PLATE, Effort.PUSH, model="left one")
    assert setup_of_words("body", "hold", "ankle", "", "red", "2", "x") == Setup(Use.BODY, Effort.HOLD)
    band = setup_of_words("band", "hold", "ankle", "floor", " red ", "2", "150,5")
    assert (band.distance_cm, band.model) == (150.5, "red")


def test_the_usual_setup_is_the_positions_own() -> None:
    knee_drive = position("standing-band-hip-flexion")
    assert usual_setup(knee_drive) == Setup(Use.BAND, Effort.HOLD, Cuff.ANKLE)
    assert usual_setup(knee_drive, sensor=False) == Setup(Use.BODY, Effort.HOLD)
    assert usual_setup(position("hamstring-90-90-push")) == Setup(Use.PLATE, Effort.PUSH)
