"""Every device file that is shipped: its examples, any split of them, and noise before them."""

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


def test_the_catalogue_has_every_kind_of_device() -> None:
    assert len(PROFILES) >= 25
    assert {p.frame.kind for p in PROFILES.values()} == {"line", "json", "chunk", "binary", "tagged"}
    assert {p.mode for p in PROFILES.values()} == {"stream", "poll"}
    assert {len(p.channel) for p in PROFILES.values()} == {1, 2, 3, 4}


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
    # examples one behind the other are no believable stream where the time proves a frame
    if not profile.frame.verify:
        assert len(right) == sum(len(example.readings) for example in profile.example)


def proof_of(profile: Profile) -> Example:
    """Return an example that is read wherever it stands: without a checksum it takes frames in a row."""
    alone = profile.frame.kind not in ("binary", "tagged") or profile.frame.crc
    return profile.example[0] if alone else max(profile.example, key=lambda e: len(e.readings))


def last_reading(decoder: Decoder, profile: Profile) -> float:
    """Feed what ends any frame that noise began, then an example; return its last value."""
    decoder.flush()
    example = proof_of(profile)
    gap = b"\0" * profile.frame.length or profile.frame.eol.encode()
    readings = decoder.feed(gap + example.data, 0).readings
    return float(readings.raw[-1, 0])


@each_device
@given(noise=st.binary(max_size=2000))
def test_random_bytes_never_raise_and_the_next_frame_is_read(profile: Profile, noise: bytes) -> None:
    decoder = Decoder(profile)
    decoder.feed(noise, 0)
    assert last_reading(decoder, profile) == _stated(profile)


@each_device
def test_a_megabyte_of_random_bytes(profile: Profile) -> None:
    noise = random.Random(7).randbytes(1_000_000)
    decoder = Decoder(profile)
    for i in range(0, len(noise), 4096):
        decoder.feed(noise[i : i + 4096], 0)
    assert last_reading(decoder, profile) == _stated(profile)


def _stated(profile: Profile) -> float:
    reading = proof_of(profile).readings[-1]
    base = to_base(reading.unit or profile.channel[0].unit)
    assert base is not None
    return pytest.approx(reading.values[0] * base[0])
