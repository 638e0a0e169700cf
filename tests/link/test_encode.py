"""Encoding is the inverse of decoding, in each device's own style."""

import math

import numpy as np
import pytest

from isotimer.core.decode import Decoder
from isotimer.core.errors import DataError
from isotimer.core.profile import Profile, parse_profile
from isotimer.link.catalog import catalog
from isotimer.link.encode import Encoder
from isotimer.link.shipped import shipped_folder

SHIPPED = [e.profile for e in catalog([shipped_folder()]) if e.profile is not None]


def device(frame: str, channel: str, example: str, mode: str = "stream") -> Profile:
    """Return a small profile."""
    return parse_profile(
        f"""
        id = "x"
        name = "x"
        mode = "{mode}"
        {"poll = {send = '9', hz = 10}" if mode == "poll" else ""}
        [frame]
        {frame}
        [[channel]]
        name = "force"
        {channel}
        [[example]]
        {example}
        """,
        "x.toml",
    )


SAUTER = device(
    "kind = 'chunk'\nlength = 7\npattern = '(?P<dir>[01])(?P<f>[0-9.]{6})'",
    "group = 'f'\nunit = 'N'\nsign_group = {group = 'dir', map = {'0' = -1, '1' = 1}}",
    "text = '1021.15'\nreadings = [{values = [21.15]}]",
    "poll",
)
SICS = device(
    r"kind = 'line'" "\n" r"pattern = 'S S {1,12}(?P<f>-?\d+(?:\.\d+)?) g'",
    "group = 'f'\nunit = 'g'",
    r'text = "S S     100.00 g\r\n"' "\nreadings = [{values = [100.0]}]",
)
PLUS = device(
    r"kind = 'line'" "\n" r"pattern = 'ST,GS,(?P<f>[+-][\d,]{1,9})kg'",
    "group = 'f'\nunit = 'kg'",
    r'text = "ST,GS,+00123,0kg\r\n"' "\nreadings = [{values = [123.0]}]",
)


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda p: p.id)
def test_shipped_devices_decode_what_was_encoded(profile: Profile) -> None:
    encoder = Encoder(profile)
    force_n = np.outer(np.linspace(-20, 900, 500), np.linspace(1, 0.2, encoder.channels))
    base = encoder.base(force_n)
    ticks = np.arange(500) * 11_429 + 5
    frames = encoder.frames(base, ticks, np.arange(500))
    decoder = Decoder(profile)
    decoder.reset(joined=True)
    if profile.units.line:
        # the unit was told before
        decoder.feed(profile.example[0].data, 0)
    # whether the last chained frame before the end is whole, only the beginning of another one can tell
    head = bytes.fromhex(profile.frame.sync) if profile.frame.chained else b""
    readings = decoder.feed(b"".join(frames) + head, 0).readings
    assert readings.raw.shape == base.shape
    assert (np.abs(readings.raw - base).max(axis=0) <= encoder.resolution * 0.500001).all()
    if profile.time:
        assert readings.ticks is not None
        assert readings.ticks.tolist() == ticks.tolist()
    if profile.seq:
        assert readings.seq is not None
        assert readings.seq.tolist() == list(range(500))
    assert not sum(decoder.counts.values())


@pytest.mark.parametrize(
    ("profile", "force_n", "frame"),
    [
        (SAUTER, 11.7, b"1011.70"),
        (SAUTER, -11.7, b"0011.70"),
        (SAUTER, 1234.56, b"11234.6"),
        (SAUTER, 99_999_999.0, b"1999999"),
        (SICS, 0.980665, b"S S     100.00 g\r\n"),
        (SICS, 9.80665, b"S S    1000.00 g\r\n"),
        (SICS, -0.00980665, b"S S      -1.00 g\r\n"),
        (PLUS, 98.0665, b"ST,GS,+00010,0kg\r\n"),
        (PLUS, -98.0665, b"ST,GS,-00010,0kg\r\n"),
    ],
)
def test_numbers_keep_the_style_of_the_example(profile: Profile, force_n: float, frame: bytes) -> None:
    encoder = Encoder(profile)
    assert encoder.frames(encoder.base(np.array([[force_n]]))) == [frame]


def test_a_sign_that_no_byte_stands_for_is_sent_as_a_question_mark() -> None:
    profile = device(
        r"kind = 'line'" "\n" r"pattern = '(?P<sign>[+−?])(?P<f>\d+\.\d) N'",
        "group = 'f'\nunit = 'N'\nsign_group = {group = 'sign', map = {'+' = 1, '−' = -1}}",
        r'text = "+012.5 N\r\n"' "\nreadings = [{values = [12.5]}]",
    )
    encoder = Encoder(profile)
    assert encoder.frames(encoder.base(np.array([[3.0], [-3.0]]))) == [b"+003.0 N\r\n", b"?003.0 N\r\n"]


def test_frame_numbers_wrap_and_fields_clip() -> None:
    plate = next(p for p in SHIPPED if p.id == "teensy-plate4")
    encoder = Encoder(plate)
    frames = encoder.frames(np.full((2, 4), 1e12), None, np.array([655_359, 655_360]))
    decoder = Decoder(plate)
    decoder.reset(joined=True)
    readings = decoder.feed(b"".join(frames), 0).readings
    assert readings.seq is not None
    assert readings.seq.tolist() == [655_359, 0]
    assert readings.raw[0].tolist() == [2**31 - 1] * 4


def test_counts_follow_the_simulated_cell() -> None:
    sketch = next(p for p in SHIPPED if p.id == "hx711-line")
    cell = sketch.simulator
    base = Encoder(sketch).base(np.array([[0.0], [10.0]]))
    assert base.ravel().tolist() == [cell.zero_counts, cell.zero_counts + 10 * cell.counts_per_n]


def test_a_profile_without_a_plain_reading_cannot_be_simulated() -> None:
    profile = device(
        r"kind = 'line'" "\n" r"pattern = '(?P<f>nan|\d+)'",
        "group = 'f'\nunit = 'N'",
        r'text = "nan\r\n"' "\nreadings = [{values = [nan], flags = ['void']}]",
    )
    assert math.isnan(profile.example[0].readings[0].values[0])
    with pytest.raises(DataError, match="cannot be simulated"):
        Encoder(profile)
