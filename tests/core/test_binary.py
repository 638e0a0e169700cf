"""Binary frames: checksums, locks, sync bytes in payloads, layouts."""

import binascii
import random
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.binary import checksum
from isotimer.core.decode import Decoder
from isotimer.core.errors import DataError
from isotimer.core.framing import Cause
from isotimer.core.layout import parse_layout
from isotimer.core.profile import parse_profile

HEAD = """
id = "x"
name = "x"
mode = "stream"
"""

CRC = (
    HEAD
    + """
[frame]
kind = "binary"
sync = "aa 55"
length = 10
layout = "<2x H i H"
names = ["n", "c1", "crc"]
crc = {algo = "crc16-ccitt-false", start = 2, stop = 8, field = "crc"}
[[channel]]
name = "c1"
[seq]
groups = ["n"]
radix = [65536]
"""
)

TIMED = (
    HEAD
    + """
[frame]
kind = "binary"
sync = "ff ff ff ff"
length = 16
layout = "<4x I h h h h"
names = ["t", "c1", "c2", "c3", "c4"]
verify = "time"
[[channel]]
name = "c1"
[[channel]]
name = "c2"
[[channel]]
name = "c3"
[[channel]]
name = "c4"
[time]
group = "t"
unit = "us"
"""
)

BARE = TIMED.replace('verify = "time"\n', "").replace("ff ff ff ff", "fe ff ff ff")


def decoder(text: str) -> Decoder:
    return Decoder(parse_profile(text, "x.toml"))


def crc_frame(n: int, value: int) -> bytes:
    body = struct.pack("<Hi", n, value)
    return b"\xaa\x55" + body + struct.pack("<H", binascii.crc_hqx(body, 0xFFFF))


def timed_frame(t: int, *values: int) -> bytes:
    return b"\xff\xff\xff\xff" + struct.pack("<I4h", t % 2**32, *values)


def numbers(dec: Decoder, data: bytes) -> list[int]:
    seq = dec.feed(data, 0).readings.seq
    assert seq is not None
    return seq.tolist()


def times(dec: Decoder, data: bytes) -> list[int]:
    ticks = dec.feed(data, 0).readings.ticks
    assert ticks is not None
    return ticks.tolist()


def test_the_checksums_are_the_known_ones() -> None:
    assert checksum("crc16-ccitt-false", b"123456789") == 0x29B1
    assert checksum("xor8", b"\x01\x02\x04\x04") == 3
    assert checksum("sum8", b"\xff\x02") == 1
    with pytest.raises(ValueError, match="no checksum is called md5"):
        checksum("md5", b"")


@pytest.mark.parametrize("algo", ["xor8", "sum8"])
def test_one_byte_checksums_guard_frames(algo: str) -> None:
    text = CRC.replace("crc16-ccitt-false", algo).replace("<2x H i H", "<2x H i x B")

    def frame(n: int) -> bytes:
        body = struct.pack("<Hi", n, 5)
        return b"\xaa\x55" + body + b"\0" + bytes([checksum(algo, body)])

    bad = bytearray(frame(2))
    bad[4] ^= 1
    dec = decoder(text)
    assert numbers(dec, frame(1) + bytes(bad) + frame(3)) == [1, 3]
    assert dec.counts[Cause.CHECKSUM] == 1


def test_frames_joined_anywhere_are_found() -> None:
    stream = b"".join(crc_frame(i, i * 1000) for i in range(20))
    for offset in range(20):
        first = -(-offset // 10)
        assert numbers(decoder(CRC), stream[offset:]) == list(range(first, 20))


def test_sync_bytes_inside_a_payload_hide_no_frame() -> None:
    value = int.from_bytes(b"\xaa\x55\xaa\x55", "little")
    stream = b"\x55\xaa" + b"".join(crc_frame(0x55AA, value) for _ in range(5))
    for offset in range(13):
        dec = decoder(CRC)
        readings = dec.feed(stream[offset:], 0).readings
        assert len(readings) == 5 - max(0, -(-(offset - 2) // 10))
        assert set(readings.raw[:, 0].tolist()) == {value}


def test_a_turned_bit_and_a_lost_byte_cost_one_frame_each() -> None:
    frames = [crc_frame(i, -i) for i in range(10)]
    frames[3] = bytes([*frames[3][:5], frames[3][5] ^ 8, *frames[3][6:]])
    frames[6] = frames[6][1:]
    dec = decoder(CRC)
    assert numbers(dec, b"".join(frames)) == [0, 1, 2, 4, 5, 7, 8, 9]
    assert dec.counts == {Cause.CHECKSUM: 1, Cause.RESYNC: 2, Cause.SKIPPED_BYTES: 19}


def test_many_faults_give_no_wrong_frame() -> None:
    rng = random.Random(3)
    good = {(i, rng.randrange(-(2**31), 2**31)) for i in range(1000)}
    stream = bytearray(b"".join(crc_frame(n, v) for n, v in sorted(good)))
    for _ in range(40):
        stream[rng.randrange(len(stream))] ^= 1 << rng.randrange(8)
    for _ in range(11):
        del stream[rng.randrange(len(stream))]
    readings = decoder(CRC).feed(bytes(stream), 0).readings
    assert readings.seq is not None
    found = set(zip(readings.seq.tolist(), readings.raw[:, 0].astype(int).tolist(), strict=True))
    assert found <= good
    assert len(found) >= 940


def test_two_channels_at_rest_look_like_sync_and_mislead_nobody() -> None:
    stream = b"".join(timed_frame(1000 + 11_400 * i, -1, -1, 300, -1) for i in range(60))
    for offset in range(48):
        readings = decoder(TIMED).feed(stream[offset:], 0).readings
        assert len(readings) == 60 - -(-offset // 16)
        assert np.unique(readings.raw, axis=0).tolist() == [[-1, -1, 300, -1]]


def test_a_lock_needs_three_further_frames_unless_joined() -> None:
    stream = b"".join(timed_frame(11_400 * i, 1, 2, 3, 4) for i in range(3))
    assert times(decoder(TIMED), stream) == []
    dec = decoder(TIMED)
    dec.reset(joined=True)
    assert times(dec, stream) == [0, 11_400, 22_800]


def test_gap_reboot_and_wrap_are_survived() -> None:
    before = [2**32 - 20_000 + 11_400 * i for i in range(6)]
    after_gap = [5_000_000 + 11_400 * i for i in range(6)]
    rebooted = [100 + 11_400 * i for i in range(6)]
    ticks = before + after_gap + rebooted
    dec = decoder(TIMED)
    assert times(dec, b"".join(timed_frame(t, 1, 2, 3, 4) for t in ticks)) == [t % 2**32 for t in ticks]
    assert dec.counts == {Cause.RESYNC: 2}


def test_text_between_frames_is_passed_over() -> None:
    part = b"".join(timed_frame(11_400 * i, 1, 2, 3, 4) for i in range(5))
    later = b"".join(timed_frame(90_000 + 11_400 * i, 1, 2, 3, 4) for i in range(5))
    dec = decoder(TIMED)
    assert len(times(dec, part + b"Capture ended\r\n" + later)) == 10
    assert dec.counts == {Cause.RESYNC: 1, Cause.SKIPPED_BYTES: 15}


def test_without_checksum_or_time_four_syncs_make_a_lock() -> None:
    stream = b"".join(b"\xfe\xff\xff\xff" + struct.pack("<I4h", i, 1, 2, 3, 4) for i in range(6))
    assert times(decoder(BARE), b"\xfe\xff\xff\xff junk" + stream) == list(range(6))
    assert times(decoder(BARE), stream[:48]) == []


def test_flush_drops_an_unfinished_frame() -> None:
    dec = decoder(CRC)
    dec.feed(crc_frame(1, 2)[:7], 0)
    dec.flush()
    assert dec.counts[Cause.SKIPPED_BYTES] == 7
    assert numbers(dec, crc_frame(2, 3)) == [2]


@pytest.mark.parametrize("order", ["<", ">"])
def test_layouts_of_every_type(order: str) -> None:
    layout = parse_layout(order + "2x c b B h H t i I q Q f d 3s")
    assert layout.size == 2 + 1 + 1 + 1 + 2 + 2 + 3 + 4 + 4 + 8 + 8 + 4 + 8 + 3
    names = list("abcdefghijklm")
    big = order == ">"
    t24 = (-5).to_bytes(3, "big" if big else "little", signed=True)
    data = b"\0\0" + struct.pack(order + "cbBhH", b"L", -1, 255, -300, 65535) + t24
    data += struct.pack(order + "iIqQfd3s", -70000, 2**32 - 1, -(2**40), 2**40, 0.5, 0.25, b"abc")
    frames = np.frombuffer(data * 2, layout.dtype(names))
    got = [layout.column(frames, n, f).tolist()[1] for n, f in zip(names, layout.fields, strict=True)]
    assert got == [b"L", -1, 255, -300, 65535, -5, -70000, 2**32 - 1, -(2**40), 2**40, 0.5, 0.25, b"abc"]


def test_a_flag_and_a_24_bit_value_of_a_binary_frame() -> None:
    text = CRC.replace("<2x H i H", "<2x H c t H") + (
        '[flags]\ngroup = "st"\nmap = {o = "overrange", u = "unstable"}\nvoid = ["overrange"]\n'
    )
    text = text.replace('["n", "c1", "crc"]', '["n", "st", "c1", "crc"]')

    def frame(n: int, state: bytes, value: int) -> bytes:
        body = struct.pack("<H", n) + state + value.to_bytes(3, "little", signed=True)
        return b"\xaa\x55" + body + struct.pack("<H", binascii.crc_hqx(body, 0xFFFF))

    readings = (
        decoder(text).feed(frame(1, b"u", -8388608) + frame(2, b"o", 5) + frame(3, b" ", 7), 0).readings
    )
    np.testing.assert_array_equal(readings.raw[:, 0], [-8388608, np.nan, 7])
    assert readings.flags.tolist() == [4, 3, 0]


_CRC_PARTS = [crc_frame(1, 5), crc_frame(0x55AA, -6), b"\xaa", b"\xaa\x55", crc_frame(3, 4)[:6]]
_TIMED_PARTS = [
    b"".join(timed_frame(t + 11_400 * i, -1, -1, v, -1) for i in range(4))
    for t, v in ((0, 1), (10**6, -1), (2**32, 3))
]


@pytest.mark.parametrize(("text", "parts"), [(CRC, _CRC_PARTS), (TIMED, _TIMED_PARTS), (BARE, _TIMED_PARTS)])
@given(data=st.data())
def test_any_split_gives_the_same(text: str, parts: list[bytes], data: st.DataObject) -> None:
    pieces = st.sampled_from(parts) | st.binary(max_size=6) | st.just(b"\xff" * 5)
    stream = b"".join(data.draw(st.lists(pieces, max_size=12)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    whole, cut = decoder(text), decoder(text)
    right = whole.feed(stream, 0).readings
    got = [cut.feed(stream[a:b], 0).readings for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    np.testing.assert_array_equal(np.concatenate([r.raw for r in got]), right.raw)
    assert +cut.counts == +whole.counts


@pytest.mark.parametrize("text", [CRC, TIMED, BARE])
@given(noise=st.binary(max_size=3000))
def test_random_bytes_never_raise(text: str, noise: bytes) -> None:
    dec = decoder(text)
    dec.feed(noise, 0)
    assert numbers_or_times(dec, text)


def numbers_or_times(dec: Decoder, text: str) -> bool:
    """Whether good frames after the noise are read, the first few of which may be lost to a false sync."""
    if text is CRC:
        return numbers(dec, b"\0" * 10 + crc_frame(7, 8))[-1:] == [7]
    sync = bytes.fromhex("ffffffff" if text is TIMED else "feffffff")
    good = b"".join(sync + struct.pack("<I4h", 11_400 * i, 1, 2, 3, 4) for i in range(12))
    return times(dec, b"\0" * 64 + good)[-1:] == [11_400 * 11]


def test_a_megabyte_of_random_bytes() -> None:
    noise = random.Random(1).randbytes(1_000_000)
    for text in (CRC, TIMED, BARE):
        dec = decoder(text)
        for i in range(0, len(noise), 4096):
            dec.feed(noise[i : i + 4096], 0)
        assert dec.counts[Cause.SKIPPED_BYTES] > 900_000
        assert numbers_or_times(dec, text)


CHAINED = TIMED.replace('verify = "time"\n', 'verify = "time"\nchained = true\n')


def test_a_lost_byte_in_a_chained_stream_gives_no_wrong_value() -> None:
    good = [timed_frame(11_400 * i, 10 + i, 20, 30, -1) for i in range(12)]
    for at in range(16):
        broken = [*good[:6], good[6][:at] + good[6][at + 1 :], *good[7:], b"\xff" * 4]
        values = decoder(CHAINED).feed(b"".join(broken), 0).readings.raw.astype(int).tolist()
        assert all(value in [[10 + i, 20, 30, -1] for i in range(12)] for value in values)
        assert len(values) >= 10


def test_a_chained_frame_has_the_time_at_which_it_was_complete() -> None:
    dec = decoder(CHAINED)
    dec.reset(joined=True)
    assert not len(dec.feed(timed_frame(100, 1, 2, 3, 4), 1000).readings)
    proven = dec.feed(timed_frame(11_500, 5, 6, 7, 8)[:6], 9000).readings
    assert proven.raw.tolist() == [[1, 2, 3, 4]]
    assert proven.arrival_ns == 1000


def test_the_last_chained_frame_before_the_end_is_not_believed_but_counted() -> None:
    dec = decoder(CHAINED)
    dec.reset(joined=True)
    frames = [timed_frame(11_400 * i, i, 2, 3, 4) for i in range(1, 4)]
    assert len(dec.feed(b"".join(frames), 1000).readings) == 2
    dec.flush()
    assert dec.counts[Cause.SKIPPED_BYTES] == len(frames[-1])


def test_a_chained_frame_needs_no_checksum_and_no_text() -> None:
    with pytest.raises(DataError, match=r"frame\.chained: a checksum"):
        decoder(CRC.replace("[frame]\n", "[frame]\nchained = true\n", 1))
