import numpy as np
import pytest

from isotimer.tui.widgets.banner import layout
from isotimer.tui.widgets.pixels import word_bitmap
from isotimer.tui.words import _STATE_WORDS

WORDS = [*_STATE_WORDS.values(), "PUSH NOW", "PRESS KEY"]


def ink(word):
    return int(word_bitmap(word).sum())


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("side", ["LEFT", "RIGHT", "BOTH"])
@pytest.mark.parametrize("width", [80, 120])
def test_state_and_side_both_fit_uncut(word, side, width):
    field = layout(word, side, width, 8)
    assert int(field.sum()) == ink(word) + ink(side)


@pytest.mark.parametrize("side", ["NEXT LEFT", "NEXT RIGHT", "NEXT BOTH"])
def test_the_next_side_fits_beside_rest(side):
    assert int(layout("REST", side, 80, 8).sum()) == ink("REST") + ink(side)


def test_left_stands_left_and_right_stands_right():
    left, right = layout("HOLD", "LEFT", 80, 8), layout("HOLD", "RIGHT", 80, 8)
    assert int(left[:, :40].sum()) == ink("LEFT")
    assert int(right[:, 40:].sum()) == ink("RIGHT")


def test_alone_it_stands_in_the_middle():
    columns = np.flatnonzero(layout("DONE", "", 80, 8).any(axis=0))
    assert abs((columns[0] + columns[-1]) / 2 - 39.5) <= 1


def test_more_room_makes_larger_letters():
    assert layout("HOLD", "LEFT", 120, 14).sum() == 4 * layout("HOLD", "LEFT", 80, 8).sum()


def test_a_tiny_window_breaks_nothing():
    assert layout("GET READY", "RIGHT", 12, 4).shape == (4, 12)
