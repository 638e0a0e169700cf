"""Lines and chunks: values, units, flags, counters, and what is no reading."""

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.block import Flag
from isotimer.core.decode import Decoded, Decoder, NoteKind
from isotimer.core.framing import Cause
from isotimer.core.profile import parse_profile
from isotimer.core.units import to_base

HEAD = """
id = "x"
name = "x"
mode = "stream"
[frame]
kind = "line"
"""

PLAIN = (
    HEAD
    + r"""
pattern = '(?P<t>\d+);(?:(?P<f>[^\s!]+)|)(?P<ev>!)?'
event = "ev"
noise = ['^hello', '^$']
error = ['^fault']
end = '^bye'
[match]
expect = '^I am'
[[channel]]
name = "force"
group = "f"
unit = "N"
[time]
group = "t"
unit = "us"
"""
)

KERN = (
    HEAD
    + r"""
pattern = '(?P<f>[+\- ][0-9. ]{7,8})(?P<unit> G|CT|OZ|LB| %|PC)(?P<s1>[LGH ])(?P<st>[USE ])'
[[channel]]
name = "mass"
group = "f"
unit = "@unit"
[flags]
group = "st"
map = {S = "stable", U = "unstable", E = "overrange"}
void = ["overrange"]
[units]
map = {" G" = "g", CT = "ct", " %" = "percent", PC = "pcs", LB = "lb", OZ = "oz"}
"""
)

AND = (
    HEAD
    + r"""
pattern = '(?P<st>ST|US|OL|QT|HD|LO),(?:(?P<wt>GS|NT|TR|PT),)?"""
    + r"""(?P<f>[+-][ \d.,]{0,16}?) {0,4}(?P<unit>kg|g|t|lb|oz)? {0,4}'
[[channel]]
name = "mass"
group = "f"
unit = "@unit"
[flags]
group = "st"
map = {ST = "stable", US = "unstable", OL = "overrange", LO = "overrange", HD = "hold"}
void = ["overrange"]
"""
)

MTSICS = (
    HEAD
    + r"""
pattern = 'S (?:(?P<st>[SD]) +(?P<f>-?\d+(?:\.\d+)?) +(?P<unit>\S+)|(?P<err>[I+\-]))'
error = ['^E[STL]$']
[[channel]]
name = "mass"
group = "f"
unit = "@unit"
[flags]
group = "st"
map = {S = "stable", D = "unstable"}
alt = {group = "err", map = {"+" = "overrange", "-" = "underrange", I = "busy"}}
void = ["overrange", "underrange", "busy"]
"""
)

SAUTER = r"""
id = "x"
name = "x"
mode = "poll"
[poll]
send = "9"
hz = 10
[frame]
kind = "chunk"
length = 7
pattern = '(?P<dir>[01])(?P<f>\d{1,4}\.\d{1,4})'
error = ['^E{7}$']
[[channel]]
name = "force"
group = "f"
unit = "N"
sign_group = {group = "dir", map = {"0" = -1, "1" = 1}}
"""

OPENSCALE = (
    HEAD
    + r"""
pattern = '(?:(?P<t>-?\d+),)?(?P<f>-?\d+(?:\.\d+)?|inf|-inf|nan|ovf),(?P<unit>lbs|kg),(?P<rest>.*)'
noise = ['^Serial', '^By ', 'remote', '^Minimum', '^Press', '^Readings:', '^\S\) ', '^>', '^System']
[[channel]]
name = "force"
group = "f"
unit = "@unit"
[units]
map = {lbs = "lb"}
[time]
group = "t"
unit = "ms"
"""
)


def decoder(text: str, *, joined: bool = True) -> Decoder:
    made = Decoder(parse_profile(text, "x.toml"))
    made.reset(joined=joined)
    return made


def decode(text: str, data: bytes) -> Decoded:
    return decoder(text).feed(data, 7)


def only(decoded: Decoded) -> tuple[float, Flag]:
    assert len(decoded.readings) == 1
    return float(decoded.readings.raw[0, 0]), Flag(int(decoded.readings.flags[0]))


def kinds(decoded: Decoded) -> list[str]:
    return [note.kind.value for note in decoded.notes]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("12.5", 12.5),
        ("-3", -3.0),
        ("+3", 3.0),
        ("1e2", 100.0),
        ("12,5", 12.5),
        ("-0,25", -0.25),
    ],
)
def test_numbers(printed: str, value: float) -> None:
    assert only(decode(PLAIN, f"1;{printed}\n".encode())) == (value, Flag(0))


@pytest.mark.parametrize(
    "printed", ["nan", "inf", "-inf", "ovf", "1_0", "1,2,3", "1,234.5", "--1", "1e999", "-"]
)
def test_what_is_no_number_is_void_and_counted(printed: str) -> None:
    dec = decoder(PLAIN)
    decoded = dec.feed(f"1;5\n2;{printed}\n3;6\n".encode(), 7)
    np.testing.assert_array_equal(decoded.readings.raw[:, 0], [5, math.nan, 6])
    assert decoded.readings.flags.tolist() == [0, Flag.VOID, 0]
    assert dec.counts[Cause.NOT_A_NUMBER] == 1


def test_a_frame_without_its_value_is_void() -> None:
    value, flags = only(decode(PLAIN, b"1;\n"))
    assert math.isnan(value)
    assert flags == Flag.VOID


def test_scale_offset_sign_and_unit_in_this_order() -> None:
    text = PLAIN.replace('unit = "N"', 'unit = "lbf"\nscale = 0.001\noffset = 2\nsign = -1')
    value, _ = only(decode(text, b"1;1000\n"))
    assert value == pytest.approx(-3 * 4.4482216152605)


def test_readings_carry_ticks_arrival_and_unit() -> None:
    readings = decode(PLAIN, b"1;5\n4294967295;6\n").readings
    assert readings.ticks is not None
    assert readings.ticks.tolist() == [1, 4294967295]
    assert (readings.arrival_ns, readings.unit, readings.seq) == (7, "N", None)
    assert readings.raw.shape == (2, 1)


def test_counters_are_described() -> None:
    dec = decoder(PLAIN)
    assert (dec.tick_s, dec.tick_modulus, dec.seq_modulus, dec.channels) == (1e-6, 2**32, None, ("force",))
    assert decoder(KERN).tick_s is None
    assert decoder(KERN).tick_modulus is None


def test_a_time_that_the_counter_cannot_hold_drops_the_frame() -> None:
    dec = decoder(PLAIN)
    readings = dec.feed(b"1;5\n4294967296;6\n" + b"9" * 60 + b";7\n3;8\n", 7).readings
    assert readings.raw[:, 0].tolist() == [5, 8]
    assert dec.counts[Cause.GARBLED] == 2


@pytest.mark.parametrize(("printed", "ticks"), [("1.234", 1234), ("0.5", 500), ("7", 7000), ("1,250", 1250)])
def test_a_time_with_decimals_becomes_whole_ticks(printed: str, ticks: int) -> None:
    text = PLAIN.replace(r"(?P<t>\d+)", r"(?P<t>[\d.,]+)").replace('unit = "us"', 'unit = "s"\ndecimals = 3')
    dec = decoder(text)
    readings = dec.feed(f"{printed};5\n".encode(), 7).readings
    assert dec.tick_s == pytest.approx(1e-3)
    assert readings.ticks is not None
    assert readings.ticks.tolist() == [ticks]


def test_a_signed_counter_is_read_as_the_unsigned_one() -> None:
    readings = decode(OPENSCALE, b"-2147483648,1.0,kg,\r\n-1,1.0,kg,\r\n").readings
    assert readings.ticks is not None
    assert readings.ticks.tolist() == [2147483648, 4294967295]


def test_frame_numbers_of_several_groups_make_one() -> None:
    text = (
        HEAD
        + r"""
pattern = '(?P<a>\d+)\.(?P<b>\d+) (?P<f>\d+)'
[[channel]]
name = "f"
[seq]
groups = ["a", "b"]
radix = [100, 10]
"""
    )
    dec = decoder(text)
    readings = dec.feed(b"12.3 5\n99.9 6\n100.0 7\n1.10 8\n", 7).readings
    assert readings.seq is not None
    assert readings.seq.tolist() == [123, 999]
    assert dec.seq_modulus == 1000
    assert dec.counts[Cause.GARBLED] == 2


def test_kinds_of_lines() -> None:
    dec = decoder(PLAIN)
    decoded = dec.feed(b"hello\nfault 3\nI am X\n\n 12;!\n12;!\nwhat\nbye\n", 9)
    assert kinds(decoded) == ["noise", "error", "banner", "garbled", "garbled", "end", "event"]
    event = decoded.notes[-1]
    assert (event.kind, event.text, event.ticks, event.arrival_ns) == (NoteKind.EVENT, "12;!", 12, 9)
    assert len(decoded.readings) == 0
    assert dec.counts[Cause.GARBLED] == 2
    assert dec.counts[Cause.ERROR] == dec.counts[Cause.EVENT] == 1
    assert dec.rejected == 2


def test_notes_are_safe_to_show_and_few() -> None:
    decoded = decode(PLAIN, b"fault \x1b[31m\xff\n" + b"rubbish\n" * 500 + b"fault\n")
    assert "\x1b" not in "".join(note.text for note in decoded.notes)
    assert kinds(decoded).count("garbled") == 20
    assert kinds(decoded).count("error") == 2


def test_the_first_line_is_passed_over_unless_joined() -> None:
    dec = decoder(PLAIN, joined=False)
    decoded = dec.feed(b"1;3.41\r\n2;123.41\r\n", 7)
    assert decoded.readings.raw[:, 0].tolist() == [123.41]
    assert kinds(decoded) == ["garbled"]
    assert dec.counts == {Cause.PARTIAL: 1}
    dec.reset()
    assert len(dec.feed(b"\r\n3;5\r\n", 7).readings) == 1
    dec.reset(joined=True)
    assert len(dec.feed(b"3;5\r\n", 7).readings) == 1


def test_a_line_longer_than_the_limit_is_dropped_and_counted() -> None:
    longest = b"1;" + b"5" * 198
    assert len(longest) == 200
    for eol in (b"\n", b"\r\n"):
        dec = decoder(PLAIN)
        assert len(dec.feed(longest + eol, 7).readings) == 1
        assert len(dec.feed(longest + b"5" + eol, 7).readings) == 0
        assert dec.counts == {Cause.TOO_LONG: 1}
    dec = decoder(PLAIN)
    readings = dec.feed(b"1;" + b"5" * 300 + b"\r\n2;6\r\n", 7).readings
    assert readings.raw[:, 0].tolist() == [6]
    assert dec.counts == {Cause.TOO_LONG: 1}


def test_endless_bytes_without_a_line_end_are_not_kept() -> None:
    dec = decoder(PLAIN)
    for _ in range(1000):
        dec.feed(b"5" * 1000, 7)
    assert dec.counts == {Cause.TOO_LONG: 1}
    assert dec.feed(b"5\n2;6\n", 7).readings.raw[:, 0].tolist() == [6]


@pytest.mark.parametrize("eol", ["\n", "\r", "\r\n"])
def test_line_ends(eol: str) -> None:
    text = PLAIN.replace('kind = "line"', f'kind = "line"\neol = {json.dumps(eol)}')
    assert decode(text, b"1;5\r\n2;6\r\n3;7").readings.raw[:, 0].tolist() == [5, 6]


def test_flush_keeps_late_halves_of_answers_apart() -> None:
    dec = decoder(PLAIN)
    dec.feed(b"1;12", 7)
    dec.flush()
    assert dec.feed(b"3.4\n2;5\n", 8).readings.raw[:, 0].tolist() == [5]
    dec.flush()
    assert dec.feed(b"3;6\n", 9).readings.raw[:, 0].tolist() == [6]


def test_rejected_values_are_void() -> None:
    text = PLAIN + "[reject]\nvalues = [8388607, -1]\nrange = [-1e6, 1e7]\n"
    dec = decoder(text)
    readings = dec.feed(b"1;8388607\n2;-1.0\n3;5\n4;-2000000\n", 7).readings
    np.testing.assert_array_equal(readings.raw[:, 0], [math.nan, math.nan, 5, math.nan])
    bad = Flag.VOID | Flag.REJECTED
    assert readings.flags.tolist() == [bad, bad, 0, bad]
    assert dec.counts == {Cause.REJECTED: 3}


def test_units_from_the_line() -> None:
    dec = decoder(KERN)
    readings = dec.feed(b"+0100.00 G S\r\n+0002.00LB S\r\n+0050.00 % S\r\n+0007.00PC S\r\n", 7).readings
    np.testing.assert_allclose(readings.raw[:2, 0], [0.980665, 2 * 4.4482216152605])
    assert readings.flags.tolist() == [0, 0, Flag.VOID, Flag.VOID]
    assert np.isnan(readings.raw[2:]).all()
    assert dec.counts == {Cause.UNIT: 2}


def test_blanks_between_sign_and_digits() -> None:
    readings = decode(
        AND, b"ST,GS,+  4.876kg\r\nUS,GS,-  1,5kg\r\nST,GS,+1 2.5kg\r\nOL,GS,+      \r\n"
    ).readings
    np.testing.assert_allclose(readings.raw[:2, 0], [4.876 * 9.80665, -1.5 * 9.80665])
    over = Flag.VOID | Flag.OVERRANGE
    assert readings.flags.tolist() == [0, Flag.UNSTABLE, Flag.VOID, over]


def test_flags_of_a_second_group() -> None:
    dec = decoder(MTSICS)
    readings = dec.feed(b"S S     100.00 g\r\nS D 1.234 g\r\nS I\r\nS +\r\nS -\r\n", 7).readings
    over = Flag.VOID | Flag.OVERRANGE
    assert readings.flags.tolist() == [0, Flag.UNSTABLE, Flag.VOID, over, over]
    assert dec.counts == {Cause.OVERRANGE: 2, Cause.FLAGGED: 1}


def test_several_channels_keep_what_each_has() -> None:
    text = (
        HEAD
        + r"""
pattern = '(?P<a>\S+)\t(?P<b>\S+)'
[[channel]]
name = "left"
group = "a"
[[channel]]
name = "right"
group = "b"
sign = -1
"""
    )
    readings = decode(text, b"1\t2\n3\tnan\n").readings
    np.testing.assert_array_equal(readings.raw, [[1, -2], [3, math.nan]])
    assert readings.flags.tolist() == [0, Flag.VOID]
    assert readings.unit == "counts"


def test_chunks_without_line_ends() -> None:
    dec = decoder(SAUTER)
    decoded = dec.feed(b"0011.701021.15EEEEEEE", 7)
    assert decoded.readings.raw[:, 0].tolist() == [-11.7, 21.15]
    assert kinds(decoded) == ["error"]


def test_a_cut_chunk_never_lends_its_bytes_to_the_next() -> None:
    dec = decoder(SAUTER)
    assert len(dec.feed(b"021.15", 7).readings) == 0
    dec.flush()
    assert dec.feed(b"1021.16", 7).readings.raw[:, 0].tolist() == [21.16]
    assert dec.counts[Cause.SKIPPED_BYTES] == 6


@pytest.mark.parametrize(
    ("device", "profile"), [("kern_ew", KERN), ("and_std", AND), ("mtsics", MTSICS), ("sauter_fh", SAUTER)]
)
def test_published_lines_of_other_devices(device: str, profile: str, shared_data: Path) -> None:
    rows = json.loads((shared_data / "published-lines" / "lines.json").read_text())["lines"]
    mine = [row for row in rows if row["profile"] == device]
    assert mine
    for row in mine:
        decoded = decode(profile, bytes.fromhex(row["bytes_hex"]))
        expect = row["expect"]
        if expect["kind"] == "device-error":
            assert kinds(decoded) == ["error"]
            continue
        value, flags = only(decoded)
        if expect["value"] is None:
            assert math.isnan(value)
            assert flags == Flag.VOID | Flag.OVERRANGE
        else:
            base = to_base(expect["unit"])
            assert base is not None
            assert value == pytest.approx(expect["value"] * base[0], rel=1e-12)
            assert flags == (Flag.UNSTABLE if expect.get("flag") == "unstable" else Flag(0))


@pytest.mark.parametrize("name", ["openscale_issue16_v1.0_inf.txt", "openscale_issue32_v1.2_nan.txt"])
def test_openscale_pastes_give_only_void_readings(name: str, shared_data: Path) -> None:
    data = (shared_data / "published-lines" / name).read_bytes()
    decoded = decode(OPENSCALE, data + b"\n")
    rows = sum(b",lbs," in line or b",kg," in line for line in data.splitlines())
    assert len(decoded.readings) == rows > 0
    assert np.isnan(decoded.readings.raw).all()


def test_a_recorded_balance_decodes_as_stated(shared_data: Path) -> None:
    folder = shared_data / "kern-captures"
    expected = json.loads((folder / "expected.json").read_text())
    seen = 0
    for name, capture in expected["captures"].items():
        frames = [frame for frame in capture["frames"] if "reject" not in frame]
        decoded = decode(KERN, (folder / name).read_bytes())
        assert len(decoded.readings) == len(frames)
        for i, frame in enumerate(frames):
            overrange = frame["flag"] == "overrange"
            assert bool(decoded.readings.flags[i] & Flag.OVERRANGE) is overrange
            base = to_base(frame["unit"])
            if overrange or base is None:
                assert math.isnan(decoded.readings.raw[i, 0])
            else:
                assert decoded.readings.raw[i, 0] == pytest.approx(frame["value"] * base[0], rel=1e-12)
            seen += 1
    assert seen == 72


_FRAGMENTS = [
    b"1;5\r\n",
    b"2;-0.25\n",
    b"3;nan\n",
    b"4;!\n",
    b"hello\r\n",
    b"\n",
    b"x" * 230,
    b"\r",
    b"4294967296;1\n",
]


@given(st.lists(st.sampled_from(_FRAGMENTS) | st.binary(max_size=12), max_size=30), st.data())
def test_any_split_gives_the_same(parts: list[bytes], data: st.DataObject) -> None:
    for text in (PLAIN, PLAIN.replace('kind = "line"', 'kind = "line"\neol = "\\r\\n"'), SAUTER):
        stream = b"".join(parts)
        whole = decoder(text, joined=False)
        right = whole.feed(stream, 0).readings
        cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
        pieces = decoder(text, joined=False)
        got = [
            pieces.feed(stream[a:b], 0).readings
            for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)
        ]
        np.testing.assert_array_equal(np.concatenate([r.raw for r in got]), right.raw)
        np.testing.assert_array_equal(np.concatenate([r.flags for r in got]), right.flags)
        assert +pieces.counts == +whole.counts


@given(st.binary(max_size=3000))
def test_random_bytes_never_raise_and_the_next_line_is_read(noise: bytes) -> None:
    dec = decoder(PLAIN, joined=False)
    dec.feed(noise, 0)
    dec.feed(b"\n", 0)
    assert dec.feed(b"77;88\n", 0).readings.raw[:, 0].tolist() == [88]


def test_a_megabyte_of_random_bytes() -> None:
    noise = random.Random(1).randbytes(1_000_000)
    for text in (PLAIN, KERN, AND, MTSICS, OPENSCALE):
        dec = decoder(text, joined=False)
        for i in range(0, len(noise), 4096):
            dec.feed(noise[i : i + 4096], 0)
        assert dec.counts[Cause.GARBLED] > 1000
    chunks = decoder(SAUTER)
    chunks.feed(noise[:200_000], 0)
    chunks.flush()
    assert chunks.feed(b"1021.15", 0).readings.raw[:, 0].tolist() == [21.15]
