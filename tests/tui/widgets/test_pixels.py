import numpy as np
import pytest

from isotimer.tui.widgets.pixels import LETTER_PX, centred, half_blocks, number_bitmap, word_bitmap

BLOCKS = " ▀▄█"


def ink(bitmap):
    rows, columns = np.flatnonzero(bitmap.any(axis=1)), np.flatnonzero(bitmap.any(axis=0))
    return rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


def test_two_pixels_to_a_line():
    assert half_blocks(np.array([[1, 0, 1, 0], [1, 0, 0, 1]], bool), BLOCKS) == ["█ ▀▄"]
    assert half_blocks(np.array([[1], [1], [1]], bool), BLOCKS) == ["█", "▀"]


@pytest.mark.parametrize("text", ["3", "10", "100", "16:40", "10.0"])
def test_numbers_fill_the_room(text):
    high, wide = ink(number_bitmap(text, 200, 16))
    assert high == 16
    high, wide = ink(number_bitmap(text, 40, 100))
    assert 30 <= wide <= 40


def test_a_number_stays_in_its_place_while_it_counts():
    columns = {
        tuple(np.flatnonzero(number_bitmap(t, 60, 20).any(axis=0))[[0, -1]]) for t in ("20", "88", "36")
    }
    assert len(columns) == 1


def test_every_digit_has_its_own_shape():
    assert len({number_bitmap(d, 20, 20).tobytes() for d in "0123456789"}) == 10


def test_no_room_draws_nothing():
    assert not number_bitmap("888", 3, 20).any()
    assert number_bitmap("8", 0, 0).shape == (0, 0)


def test_words_have_one_height_and_scale():
    assert word_bitmap("HOLD").shape[0] == LETTER_PX
    small, large = word_bitmap("LEFT"), word_bitmap("LEFT", 2)
    assert large.shape == (2 * small.shape[0], 2 * small.shape[1])


def test_every_letter_has_its_own_shape():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert len({word_bitmap(c).tobytes() + bytes([word_bitmap(c).shape[1]]) for c in letters}) == len(letters)


def test_too_large_is_cut_not_spilled():
    assert centred(np.ones((9, 9), bool), 4, 3).shape == (3, 4)
