"""Device files: what is understood, and what is refused in which words."""

from pathlib import Path

import pytest

from isotimer.core.errors import DataError
from isotimer.core.profile import parse_profile

LINE = r"""
id = "a-sensor"
name = "A sensor"
mode = "stream"
[frame]
kind = "line"
pattern = '(?P<t>\d+);(?P<f>-?\d+)(?P<st>[SU]?)(?P<unit>N|kg)?'
[[channel]]
name = "force"
group = "f"
unit = "N"
[time]
group = "t"
unit = "us"
[seq]
groups = ["t"]
radix = [65536]
[flags]
group = "st"
map = {S = "stable"}
alt = {group = "unit", map = {kg = "hold"}}
[cmd]
tare = [{send = "t", expect = '^OK (\d+)', reply = "OK 12\r\n"}]
[[example]]
text = "1;2\n"
readings = [{values = [2], ticks = 1}]
"""

BINARY = """
id = "b-sensor"
name = "B sensor"
mode = "stream"
[frame]
kind = "binary"
sync = "aa 55"
length = 12
layout = "<2x I i H"
names = ["t", "c1", "crc"]
crc = {algo = "crc16-ccitt-false", start = 2, stop = 10, field = "crc"}
[[channel]]
name = "c1"
[time]
group = "t"
unit = "us"
"""


def refusal(text: str) -> DataError:
    with pytest.raises(DataError) as caught:
        parse_profile(text, "a.toml")
    return caught.value


def test_a_sound_file_is_understood() -> None:
    profile = parse_profile(LINE, "a.toml")
    assert (profile.id, profile.channel[0].name, profile.time.bits) == ("a-sensor", "force", 32)
    assert profile.calibrated
    assert not parse_profile(BINARY, "b.toml").calibrated


@pytest.mark.parametrize(
    ("old", "new", "key", "near"),
    [
        ("mode =", "modus =", "'modus'", "'mode'"),
        ("[frame]", "[frame]\npatern = 'x'", "'frame.patern'", "'pattern'"),
        ('name = "force"', 'name = "force"\nscal = 2', "'channel[0].scal'", "'scale'"),
        ('reply = "OK', 'replay = "OK', "'cmd.tare[0].replay'", "'reply'"),
        ('alt = {group = "unit"', 'alt = {grup = "unit"', "'flags.alt.grup'", "'group'"),
        ("ticks = 1}", "tick = 1}", "'example[0].readings[0].tick'", "'ticks'"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest(old: str, new: str, key: str, near: str) -> None:
    error = refusal(LINE.replace(old, new))
    assert "a.toml" in error.what
    assert key in error.why
    assert near in error.advice


def test_an_unknown_key_like_no_other_gets_no_guess() -> None:
    error = refusal(LINE.replace("[frame]", "[frame]\nzzqqxx = 1"))
    assert "did you mean" not in error.sentence
    assert "'frame.zzqqxx'" in error.sentence


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "a-sensor"', "id = ", "not TOML"),
        ('id = "a-sensor"\n', "", "key 'id' is missing"),
        (
            'group = "f"\nunit = "N"',
            'group = "f"\nunit = 5',
            "key 'channel[0].unit': expected 'str', got 'int'",
        ),
        ('mode = "stream"', 'mode = "push"', "write one of 'stream', 'poll'"),
        ('unit = "us"', 'unit = "h"', "write one of 's', 'ms', 'us'"),
        ('S = "stable"', 'S = "solid"', "'unstable'"),
    ],
)
def test_a_wrong_type_or_missing_key_is_named(old: str, new: str, words: str) -> None:
    assert words in refusal(LINE.replace(old, new)).sentence


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a-sensor", "A_Sensor", "id: 'A_Sensor'"),
        ("a-sensor", "-a", "id: '-a'"),
        ('"A sensor"', '" "', "name: it is empty"),
        ('mode = "stream"', 'mode = "poll"', "poll: mode 'poll' needs"),
        ("[time]", '[poll]\nsend = "?"\nhz = 5\n[time]', "poll: mode 'stream' has no use"),
        ("[time]", '[match]\nusb = ["0483-a1ad"]\n[time]', "match.usb: '0483-a1ad'"),
        ("[time]", '[port]\nformat = "8X1"\n[time]', "port.format: '8X1'"),
        ("[time]", "[port]\nbaud = -9600\n[time]", "port.baud: -9600"),
        ("[time]", "[port]\nbaud_try = [9600, 0]\n[time]", "port.baud_try[1]: 0"),
        ("[time]", "[port]\nsettle_s = nan\n[time]", "port.settle_s: nan"),
        ("[time]", "[rate]\nnominal_hz = -1\n[time]", "rate.nominal_hz: -1"),
        ('unit = "us"', 'unit = "us"\nbits = 0', "time.bits: 0"),
        ('unit = "us"', 'unit = "us"\nbits = 64', "time.bits: 64"),
        ('unit = "us"', 'unit = "us"\ndecimals = 30', "time.decimals: 30"),
        ('unit = "N"', 'unit = "lfb"', "channel[0].unit: 'lfb' is no unit"),
        ('unit = "N"', 'unit = "@einheit"', "channel[0].unit: there is no 'einheit' in frame.pattern"),
        ('unit = "N"', 'unit = "N"\nscale = 0', "channel[0].scale: 0"),
        ('unit = "N"', 'unit = "N"\nscale = inf', "channel[0].scale: inf"),
        ('unit = "N"', 'unit = "N"\n[[channel]]\nname = "f"', "some channels send counts and others a force"),
        (
            'unit = "N"',
            'unit = "N"\n[[channel]]\nname = "force"\ngroup="f"\nunit = "N"',
            "a name stands twice",
        ),
        ('group = "f"', 'group = "g"', "channel[0].group: there is no 'g'"),
        ('group = "f"', "", "channel[0].name: there is no 'force'"),
        ('group = "t"', 'group = "x"', "time.group: there is no 'x'"),
        ('groups = ["t"]', 'groups = ["x"]', "seq.groups: there is no 'x'"),
        ("radix = [65536]", "radix = [65536, 10]", "seq.radix: there must be one for each"),
        ("radix = [65536]", "radix = [1]", "seq.radix: each must be at least 2"),
        ('group = "st"', 'group = "ts"', "flags.group: there is no 'ts'"),
        ('{group = "unit"', '{group = "u"', "flags.alt.group: there is no 'u'"),
        ("[[channel]]", "event = 'ev'\n[[channel]]", "frame.event: there is no 'ev'"),
        ("[[channel]]", "eol = ';'\n[[channel]]", "frame.eol"),
        ("[[channel]]", "max = 201\n[[channel]]", "frame.max: 201"),
        ("[[channel]]", "sync = 'aa'\n[[channel]]", "frame.sync: kind 'line' has no use"),
        ("[[channel]]", "noise = ['a', '(']\n[[channel]]", "frame.noise[1]: it is no regular expression"),
        ("[time]", "[units]\nmap = {lbs = 'lsb'}\n[time]", "units.map: 'lbs' stands for 'lsb'"),
        ("[time]", "[reject]\nrange = [5, -5]\n[time]", "reject.range"),
        ("OK 12", "KO 12", "cmd.tare[0].reply: it does not match its own expect"),
        ("[time]", "[match.probe]\nsend='v'\nexpect='^V'\nreply='W'\n[time]", "match.probe.reply"),
        ('text = "1;2\\n"', 'text = "1;2\\n"\nhex = "00"', "example[0]: it needs either text or hex"),
        ('text = "1;2\\n"', 'hex = "0x1"', "example[0]: its bytes"),
        ("values = [2]", "values = [2, 3]", "example[0].readings[0].values: 2 for 1 channels"),
        ('text = "1;2\\n"', 'text = "1;2\\n"\nkind = "noise"', "example[0].readings: an example of kind"),
        ('kind = "line"', 'kind = "chunk"\nlength = 7', "frame.kind: chunks"),
    ],
)
def test_contradictions_name_their_key(old: str, new: str, words: str) -> None:
    assert old in LINE
    assert words in refusal(LINE.replace(old, new)).sentence


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('sync = "aa 55"', 'sync = "aa 5x"', "frame.sync: 'aa 5x' is not hexadecimal"),
        ('sync = "aa 55"', "", "frame.sync: kind 'binary' needs sync bytes"),
        ("length = 12", "", "frame.length: kind 'binary' needs one"),
        ("length = 12", "length = 13", "frame.layout: it is 12 bytes long, but frame.length is 13"),
        ('layout = "<2x I i H"', "", "frame.layout: it must begin with < or >"),
        ("<2x I i H", "<2x I z H", "'z' is not one of"),
        ("<2x I i H", "<2x I* i H", "is no struct format"),
        ("<2x I i H", "<2x 9999999999I i H", "longer than"),
        ('"c1", "crc"]', '"crc"]', "frame.names: 2 names for the 3 values"),
        ('"c1", "crc"]', '"t", "crc"]', "frame.names: a name stands twice"),
        ('field = "crc"', 'field = "cry"', "frame.crc.field: 'cry' is not in frame.names"),
        ('field = "crc"', 'field = "t"', "frame.crc.field: crc16-ccitt-false needs H"),
        ("stop = 10", "stop = 14", "frame.crc: bytes 2 to 14"),
        ("<2x I i H", "<2x f i H", "time.group: 't' is no whole number"),
        ("<2x I i H", "<2x I 4s H", "channel[0]: 'c1' is no number"),
        ('[time]\ngroup = "t"\nunit = "us"', "[frame.extra]", "'frame.extra'"),
        ("crc = {", 'pattern = "x"\ncrc = {', "frame.pattern: kind 'binary' has no use"),
    ],
)
def test_binary_contradictions_name_their_key(old: str, new: str, words: str) -> None:
    assert old in BINARY
    assert words in refusal(BINARY.replace(old, new)).sentence


def test_verify_by_time_needs_a_time() -> None:
    text = BINARY.replace('[time]\ngroup = "t"\nunit = "us"', "").replace(
        "[[channel]]", 'verify = "time"\n[[channel]]', 1
    )
    assert "frame.verify: 'time' needs a [time] table" in refusal(text).sentence


@pytest.mark.parametrize(
    "pattern", [r"(?P<f>(\d+)*)", r"(?P<f>(?:a|aa)+)", r"(?P<f>(?:x?y?)*)", r"(?P<f>(?:\d*,){5,})"]
)
def test_patterns_that_could_take_endless_time_are_refused(pattern: str) -> None:
    text = LINE.replace(r"(?P<t>\d+);(?P<f>-?\d+)", r"(?P<t>\d+);" + pattern)
    assert "frame.pattern: a repetition holds a" in refusal(text).sentence


@pytest.mark.parametrize(
    "pattern", [r"(?P<f>(?:\d{2},)*\d)", r"(?P<f>\d+(?:[.,]\d+)?)", r"(?P<f>(?:\d+ ){3}\d)"]
)
def test_patterns_whose_repetitions_are_plain_are_accepted(pattern: str) -> None:
    parse_profile(LINE.replace(r"(?P<t>\d+);(?P<f>-?\d+)", r"(?P<t>\d+);" + pattern), "a.toml")


def test_the_message_shows_no_control_characters() -> None:
    assert "\x1b" not in refusal(LINE.replace("a-sensor", "a\\u001b[31m")).sentence


def test_the_schema_is_told_where_to_read_on() -> None:
    readme = Path(__file__).parents[2] / "devices" / "README.md"
    assert "devices/README.md" in refusal(LINE.replace('id = "a-sensor"\n', "")).sentence
    assert readme.is_file()
