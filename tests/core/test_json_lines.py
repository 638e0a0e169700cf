"""Lines that are JSON objects: which are readings, what they say, and what no line can do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.block import Flag
from isotimer.core.decode import Decoded, Decoder
from isotimer.core.errors import DataError
from isotimer.core.framing import Cause
from isotimer.core.json_lines import has_key, parse_object, path_of, text_at
from isotimer.core.profile import parse_profile

PLATE = """
id = "x"
name = "x"
mode = "stream"
[frame]
kind = "json"
event = "event"
noise = ['"event":"rate"']
error = ['"event":"fault"']
[[channel]]
name = "left"
group = "cells.0"
unit = "@about.unit"
[[channel]]
name = "right"
group = "cells.1"
unit = "@about.unit"
[time]
group = "t"
unit = "ms"
[flags]
group = "over"
map = { true = "overrange" }
void = ["overrange"]
"""


def decode(data: bytes) -> tuple[Decoder, Decoded]:
    decoder = Decoder(parse_profile(PLATE, "x.toml"))
    decoder.reset(joined=True)
    return decoder, decoder.feed(data, 0)


def test_keys_further_in_numbers_units_and_flags() -> None:
    _, decoded = decode(
        b'{"cells":[1.5,-2],"t":7,"about":{"unit":"kN"}}\n'
        b'{"t": 8, "about": {"unit": "N"}, "over": true, "cells": [1e1, 2]}\n'
        b'{"cells":[null,2],"t":9,"about":{"unit":"N"},"over":false}\n'
    )
    raw, flags = decoded.readings.raw, decoded.readings.flags
    np.testing.assert_array_equal(raw, [[1500, -2000], [np.nan, np.nan], [np.nan, 2]])
    assert flags.tolist() == [0, Flag.VOID | Flag.OVERRANGE, Flag.VOID]
    assert decoded.readings.ticks is not None
    assert decoded.readings.ticks.tolist() == [7, 8, 9]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b'{"event":"rate","hz":1280}', "noise"),
        (b'{"event":"fault"}', "error"),
        (b'{"event":"button"}', "event"),
        (b'{"cells":[1],"t":7}', "garbled"),
        (b'{"cells":{"0":1},"t":7}', "garbled"),
        (b'{"cells":[[1],2],"t":7}', "garbled"),
        (b"[1,2]", "garbled"),
        (b"7", "garbled"),
        (b'{"cells":[1,2],"t":', "garbled"),
        (b"[" * 199, "garbled"),
        (b'{"t":' + b"9" * 150 + b"}", "garbled"),
    ],
)
def test_what_is_no_reading(line: bytes, kind: str) -> None:
    decoder, decoded = decode(line + b"\n")
    assert len(decoded.readings) == 0
    assert [note.kind.value for note in decoded.notes] == [kind]
    assert decoder.rejected == (kind == "garbled")


def test_odd_numbers_are_void_or_dropped() -> None:
    decoder, decoded = decode(
        b'{"cells":[NaN,2],"t":7,"about":{"unit":"N"}}\n'
        b'{"cells":[1e999,2],"t":7,"about":{"unit":"N"}}\n'
        b'{"cells":[1,2],"t":7}\n'
        b'{"cells":[1,2],"t":99999999999,"about":{"unit":"N"}}\n'
    )
    assert decoded.readings.flags.tolist() == [Flag.VOID] * 3
    assert decoder.counts == {Cause.NOT_A_NUMBER: 2, Cause.UNIT: 1, Cause.GARBLED: 1}


@given(st.binary(max_size=400))
def test_random_bytes_never_raise_and_the_next_line_is_read(noise: bytes) -> None:
    decoder = Decoder(parse_profile(PLATE, "x.toml"))
    decoder.feed(noise, 0)
    line = b'\n{"cells":[1,2],"t":7,"about":{"unit":"N"}}\n'
    assert decoder.feed(line, 0).readings.raw.tolist() == [[1, 2]]


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=9))
def test_any_value_at_a_key_is_found_as_sent(value: object) -> None:
    import json

    tree = parse_object(json.dumps({"a": {"b": [0, value]}}))
    assert tree is not None
    path = path_of("a.b.1")
    assert has_key(tree, path) is not isinstance(value, list)
    assert (text_at(tree, path) is None) is (value is None or isinstance(value, list))
    assert not has_key(tree, path_of("a.b.2"))
    assert not has_key(tree, path_of("a.c"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('event = "event"', "pattern = 'x'", "frame.pattern: kind 'json' has no use"),
        ('event = "event"', "length = 7", "frame.length: kind 'json' has no use"),
        ('event = "event"', "sync = 'aa'", "frame.sync: kind 'json' has no use"),
        ('"cells.0"', '"cells..0"', "channel[0].group: 'cells..0' has an empty key"),
    ],
)
def test_contradictions_name_their_key(old: str, new: str, words: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_profile(PLATE.replace(old, new), "a.toml")
    assert words in caught.value.sentence
