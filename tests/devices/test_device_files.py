"""Every device file that is shipped: its examples, any split of them, and noise before them."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isotimer.core.decode import Decoder
from isotimer.core.examples import example_faults
from isotimer.core.profile import Example, Profile, parse_profile
from isotimer.core.units import to_base

FOLDER = Path(__file__).parents[2] / "devices"
FILES = sorted(FOLDER.glob("*.toml"))
PROFILES = {path.stem: parse_profile(path.read_text("utf-8"), path.name) for path in FILES}
EXAMPLES = [(name, i) for name, profile in PROFILES.items() for i in range(len(profile.example))]

each_device = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


def joined(profile: Profile) -> Decoder:
    decoder = Decoder(profile)
    decoder.reset(joined=True)
    return decoder


def test_the_first_devices_are_there() -> None:
    assert {"chronojump-force-sensor", "hx711-line", "mark10-series5", "teensy-plate4"} <= PROFILES.keys()


@each_device
def test_id_and_file_name_agree(profile: Profile) -> None:
    assert PROFILES[profile.id] is profile
    assert profile.source
    assert profile.about


@pytest.mark.parametrize(("name", "index"), EXAMPLES)
def test_each_example_decodes_as_stated(name: str, index: int) -> None:
    profile = PROFILES[name]
    assert [fault for fault in example_faults(profile) if fault.startswith(f"example[{index}]:")] == []


@each_device
def test_a_wrong_statement_is_found(profile: Profile) -> None:
    text = (FOLDER / f"{profile.id}.toml").read_text("utf-8")
    first = profile.example[0].readings[0].values[0]
    printed = f"values = [{first:.12g}"
    assert printed in text
    wrong = parse_profile(text.replace(printed, f"values = [{first + 1:.12g}", 1), "x.toml")
    assert [fault[:11] for fault in example_faults(wrong)] == ["example[0]:"]


@each_device
def test_the_first_example_is_one_plain_reading(profile: Profile) -> None:
    first = profile.example[0]
    assert first.kind == "reading"
    assert len(first.readings) == 1
    assert not first.readings[0].flags


@each_device
def test_every_dialogue_that_waits_has_an_answer(profile: Profile) -> None:
    steps = [step for name in profile.cmd.__struct_fields__ for step in getattr(profile.cmd, name)]
    assert all(step.reply for step in steps if step.expect)
    assert profile.match.probe is None or profile.match.probe.reply


def stream_of(profile: Profile) -> bytes:
    return b"".join(example.data for example in profile.example)


@settings(suppress_health_check=[HealthCheck.differing_executors], max_examples=60)
@each_device
@given(data=st.data())
def test_any_split_of_the_examples_gives_the_same(profile: Profile, data: st.DataObject) -> None:
    stream = stream_of(profile)
    whole, pieces = joined(profile), joined(profile)
    right = whole.feed(stream, 0)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=40)))
    got = [pieces.feed(stream[a:b], 0) for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    np.testing.assert_array_equal(np.concatenate([d.readings.raw for d in got]), right.readings.raw)
    np.testing.assert_array_equal(np.concatenate([d.readings.flags for d in got]), right.readings.flags)
    for column in ("ticks", "seq"):
        if getattr(right.readings, column) is not None:
            parts = [getattr(d.readings, column) for d in got]
            np.testing.assert_array_equal(np.concatenate(parts), getattr(right.readings, column))
    assert sorted((n.kind, n.text) for d in got for n in d.notes) == sorted(
        (n.kind, n.text) for n in right.notes
    )
    assert +pieces.counts == +whole.counts


@each_device
def test_byte_by_byte_is_the_same_as_at_once(profile: Profile) -> None:
    stream = stream_of(profile)
    whole, single = joined(profile), joined(profile)
    right = whole.feed(stream, 0).readings
    got = [single.feed(stream[i : i + 1], 0).readings.raw for i in range(len(stream))]
    np.testing.assert_array_equal(np.concatenate(got), right.raw)
    assert len(right) == sum(len(example.readings) for example in profile.example)


def last_reading(decoder: Decoder, profile: Profile, example: Example) -> float:
    """Feed what ends any frame that noise began, then the example; return its last value."""
    decoder.flush()
    gap = profile.frame.eol.encode() if profile.frame.kind == "line" else b"\0" * profile.frame.length
    readings = decoder.feed(gap + example.data, 0).readings
    return float(readings.raw[-1, 0])


@each_device
@given(noise=st.binary(max_size=2000))
def test_random_bytes_never_raise_and_the_next_frame_is_read(profile: Profile, noise: bytes) -> None:
    decoder = Decoder(profile)
    decoder.feed(noise, 0)
    assert last_reading(decoder, profile, profile.example[0]) == _stated(profile)


@each_device
def test_a_megabyte_of_random_bytes(profile: Profile) -> None:
    noise = random.Random(7).randbytes(1_000_000)
    decoder = Decoder(profile)
    for i in range(0, len(noise), 4096):
        decoder.feed(noise[i : i + 4096], 0)
    assert last_reading(decoder, profile, profile.example[0]) == _stated(profile)


def _stated(profile: Profile) -> float:
    reading = profile.example[0].readings[0]
    base = to_base(reading.unit or profile.channel[0].unit)
    assert base is not None
    return pytest.approx(reading.values[0] * base[0])


@pytest.mark.parametrize(
    ("listed", "device"),
    [
        ("mark10", "mark10-series5"),
        ("chronojump", "chronojump-force-sensor"),
        ("hx711_adc", "hx711-line"),
    ],
)
def test_published_lines(listed: str, device: str, shared_data: Path) -> None:
    rows = json.loads((shared_data / "published-lines" / "lines.json").read_text())["lines"]
    mine = [row for row in rows if row["profile"] == listed]
    assert mine
    profile = PROFILES[device]
    for row in mine:
        decoded = joined(profile).feed(bytes.fromhex(row["bytes_hex"]), 0)
        expect = row["expect"]
        if expect["kind"] == "device-error":
            assert [note.kind.value for note in decoded.notes] == ["error"]
            continue
        unit = expect.get("unit", "raw")
        base = to_base(profile.units.map.get(unit, unit))
        assert base is not None
        assert decoded.readings.raw[:, 0].tolist() == pytest.approx([expect["value"] * base[0]], rel=1e-12)
        if "device_time" in expect:
            assert decoded.readings.ticks is not None
            assert decoded.readings.ticks.tolist() == [expect["device_time"]]


def test_start_up_readings_of_a_public_sketch(shared_data: Path) -> None:
    stored = json.loads((shared_data / "published-lines" / "hx711_startup.json").read_text())
    values = next(v for v in stored.values() if isinstance(v, list) and all(isinstance(x, int) for x in v))
    stream = "".join(f"HX711 reading: {v}\r\n" for v in values).encode()
    assert joined(PROFILES["hx711-line"]).feed(stream, 0).readings.raw[:, 0].tolist() == values
