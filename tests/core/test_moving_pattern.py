"""Moving targets known by a word, and how an athlete is told of them."""

import numpy as np
import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.path_text import EXAMPLE, PATTERNS, path_words, pattern, read_path


@pytest.mark.parametrize(
    ("name", "at_s", "shares"),
    [
        ("steps", [1.0, 4.0, 8.9], [0.5, 1.0, 0.75]),
        ("ramp", [0.0, 2.25, 4.5, 9.0], [0.5, 0.75, 1.0, 0.5]),
        ("SINE ", [0.0, 2.5, 5.0, 7.5], [1.0, 1.25, 1.0, 0.75]),
    ],
)
def test_a_word_moves_for_the_whole_hold(name: str, at_s: list[float], shares: list[float]) -> None:
    path = pattern(name, 9.0)
    assert path.seconds == pytest.approx(9.0)
    assert path.share_at(np.array(at_s)).tolist() == pytest.approx(shares)


def test_parts_are_taken_as_written_if_they_fit() -> None:
    assert pattern(EXAMPLE, 45.0) == read_path(EXAMPLE)
    with pytest.raises(WrongUseError, match="they take 45 s, the hold 30 s"):
        pattern(EXAMPLE, 30.0)


@pytest.mark.parametrize("text", ["", "zigzag", "\x1b[31m"])
def test_an_unknown_word_names_those_that_there_are(text: str) -> None:
    with pytest.raises(WrongUseError) as caught:
        pattern(text, 10.0)
    assert all(name in caught.value.sentence for name in PATTERNS)
    assert "\x1b" not in caught.value.sentence


def test_it_is_told_in_newtons() -> None:
    path = read_path("ramp 10s 50%-100%; sine 30s 100% ±25% 0.25Hz; level 5s 75% eyes-off")
    assert path is not None
    assert path_words(path, 200.0) == (
        "from 100 to 200 N in 10 s, then waves around 200 N by 50 N, one in 4 s, for 30 s,"
        " then 150 N for 5 s, by feel"
    )
