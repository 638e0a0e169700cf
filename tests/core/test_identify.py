"""Which device files fit what was heard: each device's own examples, and noise."""

import random
from pathlib import Path

import pytest

from isotimer.core.identify import guess
from isotimer.core.profile import Profile, parse_profile

FILES = sorted((Path(__file__).parents[2] / "devices").glob("*.toml"))
PROFILES = {path.stem: parse_profile(path.read_text("utf-8"), path.name) for path in FILES}

BARE_NUMBERS = {
    "mark10-series5",
    "hx711-line",
    "serial-scale-hx711",
    "hold-metrics-1",
    "loadstar-di1000",
    "loadstar-iload",
}
TWO_COLUMNS = {"csv-ms-newton", "csv-s-kg"}
STATUS_AND_COMMAS = {"and-indicator", "and-balance"}
AMBIGUOUS = (BARE_NUMBERS, TWO_COLUMNS, STATUS_AND_COMMAS, {"hx711-adc", "hx711-line"})
"""Devices that send the same lines; which of them it is, only the user or a question can tell."""


def heard(profile: Profile) -> bytes:
    """Return what the device sends of itself: its readings, from the middle of a line on."""
    readings = [e.data for e in profile.example if e.kind == "reading"]
    if profile.frame.verify:
        return max(readings, key=len)
    return readings[0][len(readings[0]) // 2 :] + b"".join(readings)


def alike(device: str) -> set[str]:
    return {device}.union(*(group for group in AMBIGUOUS if device in group))


@pytest.mark.parametrize("device", PROFILES)
def test_a_device_is_recognised_by_what_it_sends(device: str) -> None:
    found = guess(heard(PROFILES[device]), PROFILES.values())
    best = {g.profile.id for g in found if g.share == found[0].share}
    assert device in best
    assert best <= alike(device)
    assert all(g.readings for g in found)


@pytest.mark.parametrize("device", PROFILES)
def test_what_fits_less_stands_behind(device: str) -> None:
    found = guess(heard(PROFILES[device]), PROFILES.values())
    assert [g.share for g in found] == sorted((g.share for g in found), reverse=True)


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("sparkfun-openscale", b"\nSerial Load Cell Converter version 1.2\r\nBy SparkFun Electronics\r\n"),
        ("csv-ms-newton", b"\ntime_ms,force_N\r\n12,0.5\r\n"),
        ("csv-s-kg", b"\nIniciando...\r\n12,0.5\r\n"),
        ("chronojump-force-sensor", b"\nForce_Sensor-0.6\r\n"),
    ],
)
def test_words_of_introduction_decide(device: str, words: bytes) -> None:
    assert guess(words, PROFILES.values())[0].profile.id == device
    assert len([g for g in guess(words, PROFILES.values()) if g.share == 1]) == 1


def test_nothing_fits_noise_silence_or_a_wrong_speed() -> None:
    assert guess(b"", PROFILES.values()) == ()
    assert guess(random.Random(3).randbytes(20_000), PROFILES.values()) == ()
    assert guess(b"\nhello\nworld\n" * 50, PROFILES.values()) == ()
