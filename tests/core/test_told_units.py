"""Units that a device tells once, packets of another kind between binary frames, and a pace that changes."""

import numpy as np
import pytest

from isotimer.core.block import Flag, Readings
from isotimer.core.decode import Decoder
from isotimer.core.errors import DataError
from isotimer.core.framing import Cause
from isotimer.core.profile import parse_profile
from isotimer.core.timeline import PollClock

TOLD = r"""
id = "x"
name = "x"
mode = "stream"
[frame]
kind = "line"
pattern = '(?P<f>-?\d+)(?: kg|!| [a-z]+)?'
[[channel]]
name = "force"
group = "f"
unit = "?"
[units]
line = '^(?P<unit>N|kN)$|\d (?P<later>kg)$'
"""


def decoder_of(text: str) -> Decoder:
    decoder = Decoder(parse_profile(text, "x.toml"))
    decoder.reset(joined=True)
    return decoder


def test_a_unit_holds_from_where_it_was_told() -> None:
    decoder = decoder_of(TOLD)
    readings = decoder.feed(b"1\nkN\n2\n3\nN\n4\n", 0).readings
    np.testing.assert_array_equal(readings.raw[:, 0], [np.nan, 2000, 3000, 4])
    assert readings.flags.tolist() == [Flag.VOID, 0, 0, 0]
    assert decoder.counts == {Cause.UNIT: 1}
    assert decoder.feed(b"5\n", 0).readings.raw[:, 0].tolist() == [5]


def test_a_unit_is_forgotten_when_the_line_starts_anew() -> None:
    decoder = decoder_of(TOLD)
    decoder.feed(b"N\n1\n", 0)
    decoder.reset(joined=True)
    assert np.isnan(decoder.feed(b"1\n", 0).readings.raw).all()


def test_a_reading_may_tell_its_unit() -> None:
    decoder = decoder_of(TOLD.replace(r"^(?P<unit>N|kN)$|\d (?P<later>kg)$", r"\d (?P<unit>kg)$"))
    readings = decoder.feed(b"1\n2 kg\n3\n", 0).readings
    np.testing.assert_allclose(readings.raw[:, 0], [np.nan, 2 * 9.80665, 3 * 9.80665])


def test_a_broken_line_tells_no_unit() -> None:
    decoder = decoder_of(TOLD.replace(r"^(?P<unit>N|kN)$|\d (?P<later>kg)$", r"\d (?P<unit>kg)$"))
    decoded = decoder.feed(b"1x2 kg\n3\n", 0)
    assert [note.kind.value for note in decoded.notes] == ["garbled"]
    assert np.isnan(decoded.readings.raw).all()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit = "?"', 'unit = "N"', "units.line: it goes together with channels of unit '?'"),
        ("line = '^", "map = {}\n# '^", "units.line: it goes together with channels of unit '?'"),
        ("(?P<unit>", "(?P<it>", "units.line: there is no group 'unit'"),
        ("'^(?P<unit>", "'^(((?P<unit>", "units.line: it is no regular expression"),
    ],
)
def test_contradictions_about_told_units_name_their_key(old: str, new: str, words: str) -> None:
    assert old in TOLD
    with pytest.raises(DataError) as caught:
        parse_profile(TOLD.replace(old, new), "a.toml")
    assert words in caught.value.sentence


MIXED = """
id = "x"
name = "x"
mode = "stream"
[frame]
kind = "binary"
sync = "aa 55"
length = 4
layout = "<2x B B"
names = ["c1", "crc"]
crc = { algo = "sum8", start = 2, stop = 3, field = "crc" }
other = [{ sync = "bb 55", length = 6 }, { sync = "cc", length = 1 }]
[[channel]]
name = "c1"
"""


def frame(value: int) -> bytes:
    return bytes([0xAA, 0x55, value, value])


OTHER = bytes.fromhex("bb 55 aa 55 01 01")


@pytest.mark.parametrize("step", [1, 2, 3, 5, 100])
def test_packets_of_another_kind_are_passed_over_without_losing_the_lock(step: int) -> None:
    stream = frame(1) + OTHER + frame(2) + b"\xcc\xcc" + OTHER + frame(3)
    decoder = decoder_of(MIXED)
    got = [decoder.feed(stream[i : i + step], 0).readings.raw[:, 0] for i in range(0, len(stream), step)]
    assert np.concatenate(got).tolist() == [1, 2, 3]
    assert decoder.counts == {Cause.NOISE: 4}


def test_a_false_packet_costs_a_lock_and_no_wrong_value() -> None:
    decoder = decoder_of(MIXED)
    stream = frame(1) + b"\xbb\x55" + frame(2) + frame(3) + frame(4) + b"\xbb\x55\x00" + frame(5) + frame(6)
    assert decoder.feed(stream, 0).readings.raw[:, 0].tolist() == [1, 3, 4, 6]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("bb 55", "bb 5x", "frame.other[0].sync: 'bb 5x' is not hexadecimal"),
        ("bb 55", "aa", "frame.other[0].sync: it cannot be told from frame.sync"),
        ("length = 6", "length = 1", "frame.other[0]: its sync must fit"),
        ("length = 1 }", "length = 9999 }", "frame.other[1]: its sync must fit"),
    ],
)
def test_contradictions_about_other_packets_name_their_key(old: str, new: str, words: str) -> None:
    assert old in MIXED
    with pytest.raises(DataError) as caught:
        parse_profile(MIXED.replace(old, new), "a.toml")
    assert words in caught.value.sentence


def arrive(clock: PollClock, at_s: float) -> tuple[float, bool]:
    one = Readings(np.zeros((1, 1)), np.zeros(1, np.uint8), None, None, round(at_s * 1e9), "N")
    stamps = clock.stamp(one)
    return float(stamps.time_s[0]), bool(stamps.gap_before[0])


def test_a_pace_that_changes_has_arrival_times_and_gaps_by_the_slowest_step() -> None:
    clock = PollClock(0.5)
    times = [100.0, 100.5, 100.63, 100.76, 100.89, 101.39, 103.41, 103.91]
    stamped = [arrive(clock, t) for t in times]
    assert [t for t, _ in stamped] == pytest.approx(times)
    assert [gap for _, gap in stamped] == [False] * 6 + [True, False]


@pytest.mark.parametrize(
    "rate", ["steady = false", "steady = false\nnominal_hz = 2\n[time]\ngroup = 'f'\nunit = 's'"]
)
def test_a_changing_pace_needs_its_slowest_and_no_clock(rate: str) -> None:
    with pytest.raises(DataError, match=r"rate\.steady"):
        parse_profile(TOLD + f"[rate]\n{rate}\n", "a.toml")
