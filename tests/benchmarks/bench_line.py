"""Lines per second from a pseudo-terminal to the journal, against a bare readline loop."""

import os
import subprocess
import sys
import tempfile
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import serial

from isotimer.core.block import Block
from isotimer.core.hold import HoldStarted
from isotimer.core.plan import HoldStep, Plan, Side
from isotimer.link.catalog import find_profile
from isotimer.link.shipped import shipped_folder
from isotimer.session.acquisition import Acquisition, Connection
from isotimer.session.recorder import Recorder
from isotimer.session.sensor import SensorFacts

LINES = 1_500_000
PLAIN_LINES = 40_000

_WRITER = """
import os, sys
fd, lines = int(sys.argv[1]), int(sys.argv[2])
step = 5000
for first in range(0, lines, step):
    numbers = range(first, first + step)
    data = b"".join(b"%d;%d.%02d\\r\\n" % (4 * i + 4, 200 + i % 97, i % 100) for i in numbers)
    while data:
        data = data[os.write(fd, data):]
"""


def throughput() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the row of the line benchmark."""
    plain = _plain_rate()
    ours = _our_rate()
    yield (
        "lines/s, pty to journal",
        f"{ours:,.0f}",
        f"{plain:,.0f}",
        f"{ours / plain:.1f}x",
        ">= 30x a readline() loop with float()",
    )


def _pty() -> tuple[int, str]:
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.set_inheritable(master, True)
    return master, name


def _writer(master: int, lines: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _WRITER, str(master), str(lines)], pass_fds=[master])


def _plain_rate() -> float:
    master, name = _pty()
    line = serial.Serial(name, 115200, timeout=2)
    writer = _writer(master, PLAIN_LINES)
    line.readline()
    start = time.perf_counter()
    total = 0.0
    for _ in range(PLAIN_LINES - 1):
        total += float(line.readline().split(b";")[1])
    took = time.perf_counter() - start
    writer.wait()
    line.close()
    os.close(master)
    return (PLAIN_LINES - 1) / took


def _our_rate() -> float:
    profile = find_profile("chronojump-force-sensor", [shipped_folder()])
    master, name = _pty()
    with tempfile.TemporaryDirectory() as folder:
        done = threading.Event()
        seen = [0, 0.0, 0.0]
        recorder: Recorder

        def take(block: Block) -> None:
            now = time.perf_counter()
            seen[1] = seen[1] or now
            seen[0] += len(block)
            seen[2] = now
            recorder.block(block)
            if seen[0] >= LINES - 10:
                done.set()

        acquisition = Acquisition(Connection.plain(name, _streaming(profile)), on_block=take)
        step = HoldStep("standing-band-hip-flexion", Side.LEFT, 3600.0)
        facts = SensorFacts(profile, name, lambda: acquisition.calibration)
        plan = Plan("b", "b", (step,))
        recorder = Recorder(
            Path(folder) / "b.db", "Bench", plan, facts, lambda result: None, lambda words: None
        )
        recorder.start()
        now = time.monotonic()
        recorder.event(HoldStarted(now, 0, step, 1, now))
        acquisition.start()
        time.sleep(0.5)
        writer = _writer(master, LINES)
        done.wait(120)
        writer.wait()
        acquisition.stop()
        recorder.stop()
    os.close(master)
    return seen[0] / (seen[2] - seen[1])


def _streaming(profile):
    """The profile without its dialogues: the writer listens to nothing."""
    import msgspec

    return msgspec.structs.replace(profile, cmd=msgspec.structs.replace(profile.cmd, start=[], stop=[]))
