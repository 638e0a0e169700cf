"""Bytes of real devices that others published, decoded by the shipped device files."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isotimer.core.block import Flag
from isotimer.core.calibration import fit_line
from isotimer.core.decode import Decoded, Decoder
from isotimer.core.profile import Profile, parse_profile
from isotimer.core.units import to_base

FOLDER = Path(__file__).parents[2] / "devices"
DEVICES = {
    "kern_ew": ["kern-ew"],
    "and_std": ["and-indicator", "and-balance"],
    "mtsics": ["mettler-mt-sics"],
    "mark10": ["mark10-series5"],
    "sauter_fh": ["sauter-fh"],
    "loadstar": ["loadstar-di1000"],
    "chronojump": ["chronojump-force-sensor"],
    "openscale": ["sparkfun-openscale"],
    "hx711_adc": ["hx711-line"],
}
"""The device files that read each family of published lines."""


def profile_of(device: str) -> Profile:
    return parse_profile((FOLDER / f"{device}.toml").read_text("utf-8"), f"{device}.toml")


def decode(device: str, *pieces: bytes) -> Decoded:
    """Return what the last of some pieces gives."""
    decoder = Decoder(profile_of(device))
    decoder.reset(joined=True)
    return [decoder.feed(piece, 0) for piece in pieces][-1]


def newtons(value: float, unit: str, profile: Profile) -> float:
    base = to_base(profile.units.map.get(unit, unit))
    assert base is not None
    return value * base[0]


@pytest.mark.parametrize("number", range(1, 26))
def test_published_line(number: int, shared_data: Path) -> None:
    rows = json.loads((shared_data / "published-lines" / "lines.json").read_text())["lines"]
    row = next(row for row in rows if row["n"] == number)
    for device in DEVICES[row["profile"]]:
        # a Loadstar tells its unit when asked
        before = [b"LB\r\n"] if row["profile"] == "loadstar" else []
        check(profile_of(device), decode(device, *before, bytes.fromhex(row["bytes_hex"])), row["expect"])


def check(profile: Profile, decoded: Decoded, expect: dict[str, Any]) -> None:
    if expect["kind"] == "device-error":
        assert [note.kind.value for note in decoded.notes] == ["error"]
        assert len(decoded.readings) == 0
        return
    assert not decoded.notes
    (value,) = decoded.readings.raw[:, 0].tolist()
    (flags,) = decoded.readings.flags.tolist()
    if expect["value"] is None:
        assert math.isnan(value)
        assert flags & Flag.VOID
    else:
        unit = expect.get("unit", "lbf" if profile.calibrated else "raw")
        assert value == pytest.approx(newtons(expect["value"], unit, profile), rel=1e-12)
        assert not flags & Flag.VOID
    assert bool(flags & Flag.UNSTABLE) is (expect.get("flag") == "unstable")
    # a saturated converter (2^23 - 1) is over its range, too
    out = expect.get("flag") in ("overrange", "underrange") or expect.get("raw") == 8388607
    assert bool(flags & Flag.OVERRANGE) is out
    if "device_time" in expect:
        assert decoded.readings.ticks is not None
        assert decoded.readings.ticks.tolist() == [expect["device_time"]]


def test_every_family_of_lines_has_a_device_file(shared_data: Path) -> None:
    rows = json.loads((shared_data / "published-lines" / "lines.json").read_text())["lines"]
    assert {row["profile"] for row in rows} == DEVICES.keys()
    assert [row["n"] for row in rows] == list(range(1, 26))


def test_recordings_of_a_balance(shared_data: Path) -> None:
    folder = shared_data / "kern-captures"
    captures = json.loads((folder / "expected.json").read_text())["captures"]
    kern = profile_of("kern-ew")
    assert len(captures) == 7
    for name, capture in captures.items():
        frames = [frame for frame in capture["frames"] if "reject" not in frame]
        readings = decode("kern-ew", (folder / name).read_bytes()).readings
        assert len(readings) == len(frames), name
        for i, frame in enumerate(frames):
            flags = Flag(int(readings.flags[i]))
            assert (Flag.OVERRANGE in flags) is (frame["flag"] == "overrange")
            assert (Flag.UNSTABLE in flags) is (frame["flag"] == "unstable")
            force = to_base(frame["unit"]) is not None and frame["value"] is not None
            right = newtons(frame["value"], frame["unit"], kern) if force else math.nan
            assert readings.raw[i, 0] == pytest.approx(right, rel=1e-12, nan_ok=True)
            assert (Flag.VOID in flags) is not force


def test_a_cut_frame_with_a_false_byte_is_garbled(shared_data: Path) -> None:
    name = "kern_ew_6200-2nm_various_values_and_overflow.bin"
    data = (shared_data / "kern-captures" / name).read_bytes()
    decoded = decode("kern-ew", data + b"\r\n")
    assert [note.kind.value for note in decoded.notes] == ["garbled"]
    assert len(decoded.readings) == 50


@pytest.mark.parametrize(
    ("name", "ticks", "flags"),
    [
        ("openscale_issue16_v1.0_inf.txt", [1982, 2850, 3877, 5364, 6850, 8337], Flag.VOID),
        ("openscale_issue32_v1.2_nan.txt", [1006550, 1008651], Flag.VOID | Flag.OVERRANGE),
    ],
)
def test_pasted_output_of_a_scale(name: str, ticks: list[int], flags: Flag, shared_data: Path) -> None:
    decoded = decode("sparkfun-openscale", (shared_data / "published-lines" / name).read_bytes() + b"\n")
    assert decoded.readings.ticks is not None
    assert decoded.readings.ticks.tolist() == ticks
    assert np.isnan(decoded.readings.raw).all()
    assert set(decoded.readings.flags.tolist()) == {flags}
    assert {note.kind.value for note in decoded.notes} == {"banner", "noise"}


def test_start_up_readings_of_a_public_sketch(shared_data: Path) -> None:
    stored = json.loads((shared_data / "published-lines" / "hx711_startup.json").read_text())
    stream = "".join(f"HX711 reading: {v}\r\n" for v in stored["raw_counts"]).encode()
    assert decode("hx711-line", stream).readings.raw[:, 0].tolist() == stored["raw_counts"]


@pytest.mark.parametrize(
    ("name", "rows", "peak", "after"),
    [
        ("nylonSling5break.csv", 386, 8048.5, [6409, 407, 43]),
        ("dyneemaSling4break.csv", 240, 7922.8, [6976, 1153, -5]),
    ],
)
def test_counts_of_breaking_slings(
    name: str, rows: int, peak: float, after: list[float], shared_data: Path
) -> None:
    counts = np.loadtxt(shared_data / "boa" / name, delimiter=",", skiprows=1)[:, 1]
    points = np.loadtxt(shared_data / "boa" / "finalCalibration.csv", delimiter=",", skiprows=1)
    line = fit_line([(float(raw), float(load)) for raw, load in points]).line
    stream = "".join(f"{count:.1f}\r\n" for count in counts).encode()
    raw = decode("hx711-line", stream).readings.raw[:, 0]
    assert len(raw) == rows
    np.testing.assert_allclose(raw, counts, atol=0.0501)
    load = (raw - line.zero_raw) * line.slope_n_per_raw
    top = int(load.argmax())
    assert load[top] == pytest.approx(peak, abs=0.1)
    assert load[top + 1 : top + 4] == pytest.approx(after, abs=0.6)
