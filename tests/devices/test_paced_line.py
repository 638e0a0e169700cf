"""Recorded and published bytes through the real reader, at the pace of the device's baud rate."""

import itertools
import json
import os
import select
import threading
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from isotimer.core.block import Block, Flag
from isotimer.core.framing import Cause
from isotimer.core.profile import Profile, parse_profile
from isotimer.core.units import to_base
from isotimer.session.acquisition import Acquisition, Connection

LIMIT_S = 20.0
FOLDER = Path(__file__).parents[2] / "devices"


@dataclass(frozen=True)
class Send:
    """Bytes that the device sends: at a time after the start, or when it hears a question."""

    data: bytes
    at_s: float = 0.0
    asked: bytes = b""


@dataclass
class Heard:
    """What the real reader made of them."""

    blocks: list[Block] = field(default_factory=list)
    sent_s: list[float] = field(default_factory=list)
    """Host monotonic time at which the last byte of each piece was sent."""
    gaps: int = 0
    errors: int = 0
    """Lines with which the device reported a fault."""

    @property
    def block(self) -> Block:
        return Block.join(self.blocks)


class PacedLine:
    """Plays a script on a pseudo-terminal and reads it with an Acquisition."""

    def __init__(self, profile: Profile, script: list[Send], baud: int | None = None) -> None:
        self._profile, self._script = profile, script
        self._byte_s = _bits(profile.port.format) / (baud or profile.port.baud)
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._connection = Connection.plain(os.ttyname(slave), profile)
        os.close(slave)
        self._new = threading.Condition()
        self.heard = Heard()

    def run(self, samples: int) -> Heard:
        """Play all, wait until as many samples were read, and stop."""
        acquisition = Acquisition(self._connection, on_block=self._take)
        acquisition.start()
        try:
            self._await_open()
            self._play()
            with self._new:
                assert self._new.wait_for(lambda: self._count() >= samples, LIMIT_S), self._count()
        finally:
            acquisition.stop()
            os.close(self._master)
        self.heard.gaps = acquisition.view().gaps
        self.heard.errors = acquisition.decoder.counts[Cause.ERROR]
        return self.heard

    def _take(self, block: Block) -> None:
        with self._new:
            self.heard.blocks.append(block)
            self._new.notify_all()

    def _count(self) -> int:
        return sum(len(block) for block in self.heard.blocks)

    def _await_open(self) -> None:
        """Return when the port is open and pyserial has thrown away what it threw away."""
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        until_s = time.monotonic() + LIMIT_S
        while any(event & select.POLLHUP for _, event in poll.poll(0)):
            assert time.monotonic() < until_s
            time.sleep(0.01)
        time.sleep(0.15)

    def _play(self) -> None:
        start_s = time.monotonic()
        for piece in self._script:
            if piece.asked:
                self._await_question(piece.asked)
            due_s = max(start_s + piece.at_s, time.monotonic())
            for octet in piece.data:
                due_s += self._byte_s
                time.sleep(max(due_s - time.monotonic(), 0.0))
                os.write(self._master, bytes([octet]))
            self.heard.sent_s.append(time.monotonic())

    def _await_question(self, question: bytes) -> None:
        asked = b""
        until_s = time.monotonic() + LIMIT_S
        while not asked.endswith(question):
            assert select.select([self._master], [], [], until_s - time.monotonic())[0], (question, asked)
            asked += os.read(self._master, 1)


def _bits(line_format: str) -> float:
    """Return the bits that one byte takes on the line: start, data, parity, stop."""
    return 1 + int(line_format[0]) + (line_format[1] != "N") + float(line_format[2:])


def profile_of(device: str) -> Profile:
    return parse_profile((FOLDER / f"{device}.toml").read_text("utf-8"), f"{device}.toml")


def kern_line(folder: Path, name: str) -> tuple[PacedLine, list[dict[str, Any]]]:
    """Return a line that plays a recording as it was, and the frames that it must give."""
    capture = json.loads((folder / "expected.json").read_text())["captures"][name]
    data = (folder / name).read_bytes()
    script = [Send(b"A00\r\n", asked=b"O1\r\n")]
    at, first_s = 0, capture["frames"][0]["t_s"]
    for frame in capture["frames"]:
        length = len(frame["text"]) + 2
        script.append(Send(data[at : at + length], frame["t_s"] - first_s + 0.1))
        at += length
    baud, form = capture["line"].split()
    kern = profile_of("kern-ew")
    kern = msgspec.structs.replace(kern, port=msgspec.structs.replace(kern.port, format=form))
    return PacedLine(kern, script, int(baud)), [f for f in capture["frames"] if "reject" not in f]


def newtons(value: float | None, unit: str, profile: Profile) -> float:
    """Return a value in newtons or counts, NaN for none and for what is no force."""
    base = to_base(profile.units.map.get(unit, unit))
    return value * base[0] if value is not None and base is not None else np.nan


def boa_line(path: Path) -> tuple[PacedLine, list[float]]:
    """Return a line that plays the counts of a breaking sling at their times."""
    rows = [row.split(",") for row in path.read_text().split()[1:] if row[0].isdigit()]
    times = [float(row[0]) - float(rows[0][0]) for row in rows]
    script = [Send(b"\r\n")]
    counts = [round(float(row[1]), 1) for row in rows]
    script += [Send(b"%.1f\r\n" % count, at_s) for count, at_s in zip(counts, times, strict=True)]
    return PacedLine(profile_of("hx711-line"), script, 9600), counts


def start_up_line(path: Path) -> tuple[PacedLine, list[float]]:
    """Return a line that plays the first readings of a public sketch, of which one came a second, faster."""
    counts = json.loads(path.read_text())["raw_counts"]
    script = [Send(b"\r\n")]
    script += [Send(b"HX711 reading: %d\r\n" % count, 0.2 * i) for i, count in enumerate(counts)]
    return PacedLine(profile_of("hx711-line"), script), counts


def progressor_line(path: Path) -> tuple[PacedLine, list[dict[str, Any]]]:
    """Return a line that plays the frames of a compatible device at their times."""
    frames = json.loads(path.read_text())["frames"]
    script = [Send(b"", asked=b"e")]
    script += [Send(bytes.fromhex(f["hex"]), 0.1 + (f["t_us"] - frames[0]["t_us"]) * 1e-6) for f in frames]
    return PacedLine(profile_of("tindeq-progressor"), script), frames


def openscale_line(path: Path) -> tuple[PacedLine, list[int], int]:
    """Return a line that plays pasted output at the times in it, these times in ms, and how many."""
    script: list[Send] = []
    times: list[int] = []
    for line in path.read_bytes().split(b"\n"):
        if line[:1].isdigit() and b"," in line:
            times.append(int(line.split(b",")[0]))
        script.append(Send(line.strip() + b"\r\n", 0.5 + (times[-1] - times[0]) * 1e-3 if times else 0.0))
    return PacedLine(profile_of("sparkfun-openscale"), script), times, len(times)


PASTED = ["openscale_issue16_v1.0_inf.txt", "openscale_issue32_v1.2_nan.txt"]
TARE = "kern_ew_6200-2nm_tare.bin"
OVERFLOW = "kern_ew_6200-2nm_various_values_and_overflow.bin"
LONG_FRAME = "kern_ew_6200-2nm_2014_8ct_15byte_packet_unstable_9600_8o2.bin"
SINGLE = ("0pcs", "0percent", "26_9g_unstable", "minus_0_04g")
KERN = [TARE, OVERFLOW, LONG_FRAME, *(f"kern_ew_6200-2nm_{name}.bin" for name in SINGLE)]
SLINGS = {
    "boa/nylonSling5break.csv": [8048.5, 6409, 407, 43],
    "boa/dyneemaSling4break.csv": [7922.8, 6976, 1153, -5],
}
START_UP = "published-lines/hx711_startup.json"
PROGRESSOR = "progressor-frames/frames.json"


@pytest.fixture(scope="module")
def recordings(shared_data: Path) -> dict[str, Heard]:
    """Play all recordings at the same time: each takes as long as the device took."""
    kern = shared_data / "kern-captures"
    lines = {name: (line, len(frames)) for name in KERN for line, frames in [kern_line(kern, name)]}
    for name in PASTED:
        lines[name] = openscale_line(shared_data / "published-lines" / name)[::2]
    for name in SLINGS:
        sling, counts = boa_line(shared_data / name)
        lines[name] = (sling, len(counts))
    for name, play in ((START_UP, start_up_line), (PROGRESSOR, progressor_line)):
        line, sent = play(shared_data / name)
        lines[name] = (line, len(sent))
    heard: dict[str, Heard] = {}

    def one(name: str, line: PacedLine, samples: int) -> None:
        heard[name] = line.run(samples)

    threads = [threading.Thread(target=one, args=(name, *line)) for name, line in lines.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


def test_every_recording_of_a_balance_is_played(shared_data: Path) -> None:
    assert set(KERN) == {path.name for path in (shared_data / "kern-captures").glob("*.bin")}


@pytest.mark.parametrize("name", KERN)
def test_a_recorded_balance_gives_its_values_at_its_times(
    name: str, recordings: dict[str, Heard], shared_data: Path
) -> None:
    heard = recordings[name]
    frames = kern_line(shared_data / "kern-captures", name)[1]
    block = heard.block
    right = [newtons(f["value"], f["unit"], profile_of("kern-ew")) for f in frames]
    np.testing.assert_allclose(block.raw[:, 0], right, rtol=1e-12)
    assert [bool(f & Flag.OVERRANGE) for f in block.flags] == [f["flag"] == "overrange" for f in frames]
    assert [bool(f & Flag.UNSTABLE) for f in block.flags] == [f["flag"] == "unstable" for f in frames]
    # after the answer to the start command
    np.testing.assert_allclose(block.time_s, heard.sent_s[1 : len(frames) + 1], atol=0.06)


def test_the_silence_of_a_tare_is_one_gap_and_is_not_filled(recordings: dict[str, Heard]) -> None:
    block = recordings[TARE].block
    assert np.flatnonzero(block.flags & Flag.GAP_BEFORE).tolist() == [6]
    assert block.time_s[6] - block.time_s[5] == pytest.approx(2.018, abs=0.06)


def test_a_pace_that_follows_the_load_makes_no_gap(recordings: dict[str, Heard]) -> None:
    steps = np.diff(recordings[OVERFLOW].block.time_s)
    assert steps.min() < 0.2 < 0.4 < steps.max()
    assert recordings[OVERFLOW].gaps == 0


@pytest.mark.parametrize("name", SLINGS)
def test_a_sling_that_breaks_keeps_every_count(
    name: str, recordings: dict[str, Heard], shared_data: Path
) -> None:
    counts = boa_line(shared_data / name)[1]
    raw = recordings[name].block.raw[:, 0]
    assert raw.tolist() == counts
    load = 0.0035872244 * raw - 3715.2403
    peak = int(load.argmax())
    assert load[peak : peak + 4].round(1).tolist() == pytest.approx(SLINGS[name], abs=0.6)


def test_the_first_readings_of_a_sketch(recordings: dict[str, Heard], shared_data: Path) -> None:
    counts = start_up_line(shared_data / START_UP)[1]
    assert recordings[START_UP].block.raw[:, 0].tolist() == counts


def test_packets_of_a_sensor_for_climbers(recordings: dict[str, Heard], shared_data: Path) -> None:
    frames = progressor_line(shared_data / PROGRESSOR)[1]
    block = recordings[PROGRESSOR].block
    assert block.raw[:, 0].tolist() == pytest.approx([f["kg"] * 9.80665 for f in frames], rel=1e-12)
    steps_us = np.diff([f["t_us"] for f in frames])
    # For a second the offset between the clocks still follows faster arrivals: that only shortens a step,
    # by as much as a busy machine was late.
    shortened_s = steps_us * 1e-6 - np.diff(block.time_s)
    assert shortened_s.min() > -1e-6
    assert shortened_s.sum() < 0.05


PUBLISHED = {
    "kern-ew": "kern_ew",
    "and-indicator": "and_std",
    "and-balance": "and_std",
    "mettler-mt-sics": "mtsics",
    "mark10-series5": "mark10",
    "sauter-fh": "sauter_fh",
    "loadstar-di1000": "loadstar",
    "chronojump-force-sensor": "chronojump",
    "sparkfun-openscale": "openscale",
    "hx711-line": "hx711_adc",
}
"""The device files that read each family of published lines."""


def published_script(profile: Profile, rows: list[dict[str, Any]]) -> list[Send]:
    """Return what a device sends that is told to start, or asked for each line."""
    lines = [bytes.fromhex(row["bytes_hex"]) for row in rows]
    # the first line after opening is passed over, because its beginning may be missing
    first = b"" if profile.frame.kind == "chunk" else b"\r\n"
    if profile.poll is not None:
        question = profile.poll.send.encode()
        return [
            Send(first, asked=question),
            Send(lines[0]),
            *(Send(line, asked=question) for line in lines[1:]),
        ]
    script = [Send(step.reply.encode(), asked=step.send.encode()) for step in profile.cmd.start]
    return [*script, Send(first + b"".join(lines))]


@pytest.mark.parametrize("device", PUBLISHED)
def test_every_published_line_through_the_real_reader(device: str, shared_data: Path) -> None:
    rows = json.loads((shared_data / "published-lines" / "lines.json").read_text())["lines"]
    assert set(PUBLISHED.values()) == {row["profile"] for row in rows}
    # faults first: the line is closed with the last reading
    mine = sorted((r for r in rows if r["profile"] == PUBLISHED[device]), key=lambda r: r["expect"]["kind"])
    expected = [row["expect"] for row in mine if row["expect"]["kind"] == "reading"]
    profile = profile_of(device)
    faults = len(mine) - len(expected)
    # lines with times of their own were written by different devices
    cuts = range(faults + 1, len(mine)) if profile.time else []
    parts = [mine[a:b] for a, b in itertools.pairwise([0, *cuts, len(mine)])]
    heard = [PacedLine(profile, published_script(profile, p)).run(len(expected) // len(parts)) for p in parts]
    block = Block.join([h.block for h in heard])
    unit = "lbf" if profile.calibrated else "raw"
    right = [newtons(e["value"], e.get("unit", unit), profile) for e in expected]
    np.testing.assert_allclose(block.raw[:, 0], right, rtol=1e-12)
    assert [bool(f & Flag.VOID) for f in block.flags] == [e["value"] is None for e in expected]
    assert [bool(f & Flag.UNSTABLE) for f in block.flags] == [e.get("flag") == "unstable" for e in expected]
    assert sum(h.errors for h in heard) == faults


TWO_MORE = bytes.fromhex("011000004041a861000000005041 7c920000")

SHORT = {
    "force-plate-pro": ([Send(b'7}\n{"w":12345,"seq":8}\n{"w":-52,"seq":9}\n')], [12345, -52]),
    "teensy-plate4": (
        [Send(bytes.fromhex("aa554c341200bb1f00000e1f0000681f000013200000ce59"))],
        [8123],
    ),
    "tindeq-progressor": (
        [Send(b"", asked=b"e"), Send(bytes.fromhex("0110000020410000000000003041d4300000") + TWO_MORE)],
        [10 * 9.80665, 11 * 9.80665, 12 * 9.80665, 13 * 9.80665],
    ),
}
"""Frames of devices of which no lines were published, and a published packet with a second one behind it."""


@pytest.mark.parametrize("device", SHORT)
def test_other_frames_through_the_real_reader(device: str) -> None:
    script, right = SHORT[device]
    heard = PacedLine(profile_of(device), script).run(len(right))
    np.testing.assert_allclose(heard.block.raw[:, 0], right, rtol=1e-9)


@pytest.mark.parametrize("name", PASTED)
def test_pasted_output_of_a_scale_has_times_and_no_values(
    name: str, recordings: dict[str, Heard], shared_data: Path
) -> None:
    ticks_ms = openscale_line(shared_data / "published-lines" / name)[1]
    block = recordings[name].block
    assert np.isnan(block.raw).all()
    np.testing.assert_allclose(np.diff(block.time_s) * 1e3, np.diff(ticks_ms), atol=20)
