"""Recorded and published bytes through the real reader, at the pace of the device's baud rate."""

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


def boa_line(path: Path) -> tuple[PacedLine, list[float]]:
    """Return a line that plays the counts of a breaking sling at their times."""
    rows = [row.split(",") for row in path.read_text().split()[1:] if row[0].isdigit()]
    times = [float(row[0]) - float(rows[0][0]) for row in rows]
    script = [Send(b"\r\n")]
    counts = [round(float(row[1]), 1) for row in rows]
    script += [Send(b"%.1f\r\n" % count, at_s) for count, at_s in zip(counts, times, strict=True)]
    return PacedLine(profile_of("hx711-line"), script, 9600), counts


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
SLING = "boa/nylonSling5break.csv"


@pytest.fixture(scope="module")
def recordings(shared_data: Path) -> dict[str, Heard]:
    """Play all recordings at the same time: each takes as long as the device took."""
    kern = shared_data / "kern-captures"
    lines = {name: (line, len(frames)) for name in (TARE, OVERFLOW, LONG_FRAME)
             for line, frames in [kern_line(kern, name)]}  # fmt: skip
    for name in PASTED:
        lines[name] = openscale_line(shared_data / "published-lines" / name)[::2]
    sling, counts = boa_line(shared_data / SLING)
    lines[SLING] = (sling, len(counts))
    heard: dict[str, Heard] = {}

    def one(name: str, line: PacedLine, samples: int) -> None:
        heard[name] = line.run(samples)

    threads = [threading.Thread(target=one, args=(name, *line)) for name, line in lines.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


@pytest.mark.parametrize("name", [TARE, OVERFLOW, LONG_FRAME])
def test_a_recorded_balance_gives_its_values_at_its_times(
    name: str, recordings: dict[str, Heard], shared_data: Path
) -> None:
    heard = recordings[name]
    frames = kern_line(shared_data / "kern-captures", name)[1]
    block = heard.block
    right = [f["value"] * to_base(f["unit"])[0] if f["value"] is not None else np.nan for f in frames]
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


def test_a_sling_that_breaks_keeps_every_count(recordings: dict[str, Heard], shared_data: Path) -> None:
    counts = boa_line(shared_data / SLING)[1]
    raw = recordings[SLING].block.raw[:, 0]
    assert raw.tolist() == counts
    load = 0.0035872244 * raw - 3715.2403
    peak = int(load.argmax())
    assert load[peak : peak + 4].round(1).tolist() == pytest.approx([8048.5, 6409, 407, 43], abs=0.6)


LOADSTAR = [
    Send(b"A\r\n", asked=b"\r\r"),
    Send(b"LB\r\n", asked=b"UNITS\r"),
    Send(b"3.04\r\n-0.000456\r\n", asked=b"WC\r"),
]
SHORT = {
    "loadstar-di1000": (LOADSTAR, [3.04 * 4.4482216152605, -0.000456 * 4.4482216152605]),
    "sauter-fh": ([Send(b"0011.70", asked=b"9"), Send(b"1021.15", asked=b"9")], [-11.7, 21.15]),
    "mark10-series5": (
        # the first line after opening is passed over, because its beginning may be missing
        [Send(b"\r\n", asked=b"?C\r"), Send(b"-18.78 lbF\r\n"), Send(b"4.285 N\r\n", asked=b"?C\r")],
        [18.78 * 4.4482216152605, -4.285],
    ),
    "mettler-mt-sics": (
        [Send(b"\r\nS S     100.00 g\r\nS D 1.234 g\r\nS +\r\nS -\r\nES\r\n", asked=b"SIR\r\n")],
        [0.980665, 1.234e-3 * 9.80665, np.nan, np.nan],
    ),
    "and-indicator": (
        [Send(b"\r\nST,GS,+00123.0kg\r\nUS,GS,+01234.56  lb\r\nOL,GS,+            \r\n")],
        [123 * 9.80665, 1234.56 * 4.4482216152605, np.nan],
    ),
    "force-plate-pro": ([Send(b'7}\n{"w":12345,"seq":8}\n{"w":-52,"seq":9}\n')], [12345, -52]),
    "teensy-plate4": (
        [Send(bytes.fromhex("aa554c341200bb1f00000e1f0000681f000013200000ce59"))],
        [8123],
    ),
}


@pytest.mark.parametrize("device", SHORT)
def test_published_lines_through_the_real_reader(device: str) -> None:
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
