"""Block letters and digits as bitmaps, and bitmaps as lines of half blocks.

A cell of a terminal is about twice as high as wide, so one cell holds two square pixels.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Bitmap = NDArray[np.bool_]

LETTER_PX = 6
"""Height of a block letter at scale 1."""

_SHAPES = {
    "A": ".##. #..# #..# #### #..# #..#",
    "B": "###. #..# ###. #..# #..# ###.",
    "C": ".### #... #... #... #... .###",
    "D": "###. #..# #..# #..# #..# ###.",
    "E": "#### #... ###. #... #... ####",
    "F": "#### #... ###. #... #... #...",
    "G": ".### #... #... #.## #..# .###",
    "H": "#..# #..# #### #..# #..# #..#",
    "I": "# # # # # #",
    "J": "...# ...# ...# ...# #..# .##.",
    "K": "#..# #.#. ##.. ##.. #.#. #..#",
    "L": "#... #... #... #... #... ####",
    "M": "#...# ##.## #.#.# #.#.# #...# #...#",
    "N": "#...# ##..# #.#.# #.#.# #..## #...#",
    "O": ".##. #..# #..# #..# #..# .##.",
    "P": "###. #..# #..# ###. #... #...",
    "Q": ".##. #..# #..# #..# #.#. .#.#",
    "R": "###. #..# #..# ###. #.#. #..#",
    "S": ".### #... .##. ...# ...# ###.",
    "T": "##### ..#.. ..#.. ..#.. ..#.. ..#..",
    "U": "#..# #..# #..# #..# #..# .##.",
    "V": "#...# #...# #...# .#.#. .#.#. ..#..",
    "W": "#...# #...# #.#.# #.#.# ##.## #...#",
    "X": "#..# #..# .##. .##. #..# #..#",
    "Y": "#...# #...# .#.#. ..#.. ..#.. ..#..",
    "Z": "#### ...# ..#. .#.. #... ####",
    "0": ".##. #..# #..# #..# #..# .##.",
    "1": "..#. .##. ..#. ..#. ..#. .###",
    "2": "###. ...# ...# .##. #... ####",
    "3": "###. ...# .##. ...# ...# ###.",
    "4": "#..# #..# #..# #### ...# ...#",
    "5": "#### #... ###. ...# ...# ###.",
    "6": ".### #... ###. #..# #..# .##.",
    "7": "#### ...# ...# ..#. ..#. ..#.",
    "8": ".##. #..# .##. #..# #..# .##.",
    "9": ".##. #..# #..# .### ...# ###.",
    "-": ".... .... .### .... .... ....",
    ".": ". . . . . #",
    "!": "# # # # . #",
    " ": ".. .. .. .. .. ..",
}

_SEGMENTS = {
    "0": "abcdef",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
    "-": "g",
    " ": "",
}


@lru_cache(maxsize=64)
def word_bitmap(text: str, scale: int = 1) -> Bitmap:
    """Return capital letters, digits and a few signs as pixels, ``LETTER_PX * scale`` high.

    A character without a shape is drawn as a space.
    """
    gap = np.zeros((LETTER_PX, 1), bool)
    parts: list[Bitmap] = []
    for char in text.upper():
        rows = _SHAPES.get(char, _SHAPES[" "]).split()
        parts += [np.array([[p == "#" for p in row] for row in rows], bool), gap]
    if not parts:
        return np.zeros((LETTER_PX * scale, 0), bool)
    letters = np.concatenate(parts[:-1], axis=1)
    return letters.repeat(scale, axis=0).repeat(scale, axis=1)


@lru_cache(maxsize=64)
def number_bitmap(text: str, width: int, height: int) -> Bitmap:
    """Return a number as the largest block digits that fit into width x height pixels.

    All digits are equally wide, so that a count does not jump about. Knows ``0-9 : . -`` and space.
    """
    thin = sum(c in ":." for c in text)
    wide = len(text) - thin
    for high in range(height, 4, -1):
        stroke, across, gap = _measure(high)
        needed = wide * across + thin * stroke + (len(text) - 1) * gap
        if needed <= width:
            break
    else:
        return np.zeros((height, width), bool)
    space = np.zeros((high, gap), bool)
    parts: list[Bitmap] = []
    for char in text:
        parts += [_digit(char, high, across, stroke), space]
    drawn = np.concatenate(parts[:-1], axis=1) if parts else np.zeros((high, 0), bool)
    return centred(drawn, width, height)


def _measure(high: int) -> tuple[int, int, int]:
    stroke = max(1, round(high * 0.17))
    return stroke, max(3, round(high * 0.66)), max(1, round(high * 0.15))


def _digit(char: str, high: int, across: int, stroke: int) -> Bitmap:
    if char in ":.":
        thin = np.zeros((high, stroke), bool)
        thin[high - stroke :] = True
        if char == ":":
            thin[:] = False
            thin[high // 4 : high // 4 + stroke] = True
            thin[high - high // 4 - stroke : high - high // 4] = True
        return thin
    shape = np.zeros((high, across), bool)
    if char == "1":
        left = (across - stroke) // 2
        shape[:, left : left + stroke] = True
        shape[:stroke, max(0, left - stroke) : left] = True
        return shape
    middle = (high - stroke) // 2
    boxes = {
        "a": (slice(0, stroke), slice(None)),
        "b": (slice(0, middle + stroke), slice(across - stroke, across)),
        "c": (slice(middle, high), slice(across - stroke, across)),
        "d": (slice(high - stroke, high), slice(None)),
        "e": (slice(middle, high), slice(0, stroke)),
        "f": (slice(0, middle + stroke), slice(0, stroke)),
        "g": (slice(middle, middle + stroke), slice(None)),
    }
    for segment in _SEGMENTS.get(char, ""):
        shape[boxes[segment]] = True
    return shape


def centred(bitmap: Bitmap, width: int, height: int) -> Bitmap:
    """Return the bitmap in the middle of a field of width x height pixels; what is too large is cut."""
    field = np.zeros((height, width), bool)
    high, wide = min(bitmap.shape[0], height), min(bitmap.shape[1], width)
    top, left = (height - high) // 2, (width - wide) // 2
    field[top : top + high, left : left + wide] = bitmap[:high, :wide]
    return field


def half_blocks(bitmap: Bitmap, blocks: str) -> list[str]:
    """Return the lines of text that draw a bitmap, two pixel rows to a line.

    Args:
        bitmap: (2 n, w) or (2 n - 1, w) pixels.
        blocks: Empty, upper, lower and full block.
    """
    if bitmap.shape[0] % 2:
        bitmap = np.concatenate([bitmap, np.zeros((1, bitmap.shape[1]), bool)])
    code = bitmap[0::2] + 2 * bitmap[1::2].astype(np.uint8)
    return ["".join(blocks[c] for c in row) for row in code]
