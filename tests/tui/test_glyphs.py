"""Which signs a terminal gets."""

import pytest

from isotimer.tui.glyphs import ASCII, CONSOLE, UNICODE, choose_glyphs


@pytest.mark.parametrize(
    ("environ", "signs", "chosen"),
    [
        ({}, "auto", UNICODE),
        ({"LANG": "C.UTF-8"}, "auto", UNICODE),
        ({"LC_ALL": "de_DE.utf8"}, "auto", UNICODE),
        ({"LC_ALL": "C"}, "auto", UNICODE),
        ({"LC_ALL": "de_DE.ISO-8859-1", "LANG": "C.UTF-8"}, "auto", ASCII),
        ({"TERM": "linux"}, "auto", CONSOLE),
        ({"OS": "Windows_NT"}, "auto", CONSOLE),
        ({"OS": "Windows_NT", "WT_SESSION": "x"}, "auto", UNICODE),
        ({"ISOTIMER_ASCII": "1"}, "auto", ASCII),
        ({"ISOTIMER_ASCII": "0"}, "auto", UNICODE),
        ({"ISOTIMER_ASCII": "1"}, "unicode", ASCII),
        ({}, "ascii", ASCII),
        ({"TERM": "linux"}, "unicode", UNICODE),
    ],
)
def test_the_signs_suit_the_terminal(environ, signs, chosen) -> None:
    assert choose_glyphs(environ, signs) is chosen


def test_ascii_is_ascii() -> None:
    texts = [value for name in ASCII.__dataclass_fields__ if isinstance(value := getattr(ASCII, name), str)]
    assert "".join(texts).isascii()
