"""Tagged packets: readings, words, filling, pieces, cut packets, reboots."""

import random
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.decode import Decoder, NoteKind
from isotimer.core.framing import Cause
from isotimer.core.profile import Profile, parse_profile

FILE = Path(__file__).parents[2] / "devices" / "tindeq-progressor.toml"
KG_N = 9.80665
STEP_US = 11_350


@pytest.fixture(scope="module")
def profile() -> Profile:
    return parse_profile(FILE.read_text("utf-8"), FILE.name)


def packet(*numbers: int, start_us: int = 1_000_000) -> bytes:
    """Return a packet of samples whose kilograms are their numbers, below 200."""
    rows = b"".join(struct.pack("<fI", float(n % 200), start_us + n * STEP_US) for n in numbers)
    return bytes((1, len(rows))) + rows


def read(decoder: Decoder, data: bytes) -> list[float]:
    return (decoder.feed(data, 0).readings.raw[:, 0] / KG_N).round(6).tolist()


def joined(profile: Profile) -> Decoder:
    decoder = Decoder(profile)
    decoder.reset(joined=True)
    return decoder


def test_one_packet_holds_many_readings_and_words_stand_between(profile: Profile) -> None:
    decoder = joined(profile)
    stream = (
        packet(*range(15)) + bytes.fromhex("0004940f0000") + packet(*range(16, 31)) + b"\4\0" + packet(32)
    )
    decoded = decoder.feed(stream, 7)
    assert (decoded.readings.raw[:, 0] / KG_N).tolist() == pytest.approx([*range(15), *range(16, 31), 32])
    assert [(n.kind, n.text) for n in decoded.notes] == [
        (NoteKind.NOISE, "answer 94 0f 00 00"),
        (NoteKind.ERROR, "its battery is low"),
    ]
    assert decoded.readings.ticks[:2].tolist() == [1_000_000, 1_011_350]
    assert decoder.rejected == 0


@pytest.mark.parametrize("zeros", range(8))
def test_packets_filled_with_zeros(profile: Profile, zeros: int) -> None:
    stream = b"".join(packet(n) + b"\0" * zeros for n in range(6))
    assert read(joined(profile), stream) == [0, 1, 2, 3, 4, 5]


@given(cuts=st.lists(st.integers(0, 400), max_size=30), lead=st.binary(max_size=40))
def test_pieces_give_the_same_as_the_whole(cuts: list[int], lead: bytes) -> None:
    profile = parse_profile(FILE.read_text("utf-8"), FILE.name)
    stream = lead + b"".join(packet(*range(i, i + 5)) + b"\0" * (i % 3) for i in range(0, 40, 5))
    whole, pieces = Decoder(profile), Decoder(profile)
    right = whole.feed(stream, 0).readings
    edges = sorted(c for c in cuts if c < len(stream))
    parts = [
        pieces.feed(stream[a:b], 0).readings for a, b in zip([0, *edges], [*edges, len(stream)], strict=True)
    ]
    np.testing.assert_array_equal(np.concatenate([p.raw for p in parts]), right.raw)
    np.testing.assert_array_equal(np.concatenate([p.ticks for p in parts]), right.ticks)
    assert +whole.counts == +pieces.counts


def test_a_stream_joined_anywhere_is_found(profile: Profile) -> None:
    stream = b"".join(packet(*range(i, i + 15)) for i in range(0, 90, 15))
    for start in range(1, 2 * len(packet(*range(15)))):
        decoder = Decoder(profile)
        found = read(decoder, stream[start:])
        assert found == list(range(90))[-len(found) :]
        assert len(found) >= 60


def test_packets_cut_by_a_short_transfer_give_no_wrong_value(profile: Profile) -> None:
    """Twenty bytes of each: two samples and a piece, as without an agreed longer transfer."""
    decoder = joined(profile)
    found: list[float] = []
    for i in range(0, 150, 15):
        found += read(decoder, packet(*range(i, i + 15))[:20])
    assert all(value in range(150) for value in found)
    assert decoder.counts[Cause.RESYNC] + decoder.counts[Cause.SKIPPED_BYTES] > 0
    right = list(range(60))
    found = read(decoder, b"".join(packet(*range(i, i + 15)) for i in range(200, 260, 15)))
    assert found[-15:] == right[-15:]
    assert set(found) <= set(right)


def test_lost_bytes_never_give_a_wrong_value(profile: Profile) -> None:
    chance = random.Random(1)
    decoder, found = joined(profile), []
    for i in range(0, 3000, 5):
        data = bytearray(packet(*range(i, i + 5)))
        if chance.random() < 0.2:
            del data[chance.randrange(len(data))]
        found += read(decoder, bytes(data))
    assert len(found) > 1500
    # a byte lost within a value leaves the time behind it in another place
    assert [v for v in found if v not in range(200)] == []


def test_a_reboot_is_believed_after_some_records(profile: Profile) -> None:
    decoder = joined(profile)
    assert read(decoder, packet(*range(100, 105))) == [100, 101, 102, 103, 104]
    after = decoder.feed(packet(*range(5), start_us=0) + packet(*range(5, 10), start_us=0), 0).readings
    assert after.ticks.tolist() == [n * STEP_US for n in range(10)]


def test_a_flood_of_headers_does_not_pile_up(profile: Profile) -> None:
    decoder = Decoder(profile)
    for _ in range(2000):
        decoder.feed(b"\1\xf8" * 20 + b"\0" * 60, 0)
    assert decoder.counts[Cause.SKIPPED_BYTES] > 190_000


def test_a_value_that_is_no_number_is_void(profile: Profile) -> None:
    readings = joined(profile).feed(bytes.fromhex("01080000c07fd4300000"), 0).readings
    assert np.isnan(readings.raw).all()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("length = 8", "length = 7", "it is 8 bytes long, but frame.length is 7"),
        ("tag = 1\n", "tag = 4\n", "a tag stands twice"),
        ("tag = 1\n", "tag = 256\n", "from 0 to 255"),
        ('names = ["mass", "t"]', 'names = ["mass"]', "a name of their own"),
        ('kind = "tagged"\n', 'kind = "tagged"\nsync = "aa"\n', "frame.sync: kind 'tagged' has no use"),
        ("7e4e1702-1ea6", "7e4e1702-1ea", "ble.notify: it is no UUID"),
        ('name = "Progressor"', 'name = ""', "ble.name: it is empty"),
        ("(?P<value>[0-9.]{3,20})", "[0-9.]{3,20}", "no group 'value'"),
        ('layout = "<I"', 'layout = "<II"', "info[0].layout: it must be one number"),
        ('reply = "\\u0000\\u00071.2.3.4"', 'reply = "x"', "does not match its own expect"),
        ('verify = "time"', "pattern = 'x'", "frame.pattern: kind 'tagged'"),
    ],
)
def test_contradictions_name_their_key(old: str, new: str, words: str) -> None:
    text = FILE.read_text("utf-8")
    assert old in text
    with pytest.raises(Exception, match="device file") as error:
        parse_profile(text.replace(old, new, 1), "x.toml")
    assert words in str(error.value)
