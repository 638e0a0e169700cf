"""From a step of the force to changed bytes on the terminal, and how exactly cues come."""

import math
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from terminal import PYTHON, Terminal

from isotimer.core.hold import CueDue, HoldEnded, Key
from isotimer.core.plan import Side, build_plan
from isotimer.link.endpoint import PtyEndpoint
from isotimer.session.training import Training

Row = tuple[str, str, str, str, str]
STEPS = int(os.environ.get("LATENCY_STEPS", "150"))
CUE_SECONDS = float(os.environ.get("CUE_SECONDS", "60"))
LEVELS_N = (111, 444)
BLOCKS = b"\xe2\x96"
"""Every block element begins so: digits and gauge are drawn with them, and only when the force changes."""


class _Stepping:
    """A load cell whose force jumps when it is told to."""

    def __init__(self, rate_hz: int) -> None:
        self.endpoint = PtyEndpoint()
        self._rate_hz = rate_hz
        self._level = LEVELS_N[0]
        self._lock = threading.Lock()
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def step(self, level: int) -> float:
        """Jump; return when."""
        with self._lock:
            self._level = level
            return time.perf_counter()

    def close(self) -> None:
        self._leave.set()
        self._thread.join()
        self.endpoint.hang_up()

    def _run(self) -> None:
        heard, number, start_s = b"", 0, 0.0
        while not self._leave.is_set():
            self.endpoint.client()
            heard = (heard + self.endpoint.receive())[-200:]
            if not start_s and b"start_capture:" in heard:
                self.endpoint.send(b"Starting capture...\r\n")
                start_s = time.perf_counter()
            if start_s:
                due = math.floor((time.perf_counter() - start_s) * self._rate_hz)
                with self._lock:
                    level = self._level
                lines = [
                    b"%d;%d.00\r\n" % (i * 1_000_000 // self._rate_hz, level) for i in range(number, due)
                ]
                if lines:
                    self.endpoint.send(b"".join(lines))
                    number = due
            self._leave.wait(min(0.002, 0.5 / self._rate_hz))


def to_screen() -> Iterator[Row]:
    """Yield the latency from a step of the force to the bytes of the screen that show it."""
    for rate_hz in (80, 1000):
        took = np.array(_latencies(rate_hz)) * 1e3
        p50, p99 = np.percentile(took, [50, 99])
        yield (f"force step to screen, {rate_hz} Hz, p50", f"{p50:.0f} ms", "-", "-", "<= 35 ms")
        yield (
            f"force step to screen, {rate_hz} Hz, p99",
            f"{p99:.0f} ms",
            "-",
            f"{took.size} steps",
            "<= 60 ms",
        )


def _latencies(rate_hz: int) -> list[float]:
    chance = np.random.default_rng(1)
    sys.setswitchinterval(0.0005)
    with tempfile.TemporaryDirectory() as folder:
        sensor = _Stepping(rate_hz)
        runner = Path(__file__).with_name("latency_app.py")
        env = {"XDG_STATE_HOME": folder, "HOME": folder}
        terminal = Terminal([PYTHON, str(runner), sensor.endpoint.address, f"{folder}/s.db"], env=env)
        try:
            if not terminal.run(30.0, lambda seen: BLOCKS in seen):
                raise SystemExit("the force never came to the screen")
            terminal.run(6.0)
            found = []
            for number in range(STEPS):
                terminal.run(float(chance.uniform(0.35, 0.5)))
                level = LEVELS_N[(number + 1) % 2]
                began = sensor.step(level)
                if terminal.run(3.0, lambda seen: BLOCKS in seen):
                    found.append(time.perf_counter() - began)
            if len(found) < 0.95 * STEPS:
                raise SystemExit(f"only {len(found)} of {STEPS} steps came to the screen")
            return found
        finally:
            terminal.close()
            sensor.close()


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cues() -> Iterator[Row]:
    """Yield how late cues are given to the sound, whether hold ends drift off the plan, and what it took.

    A session of half an hour: ``CUE_SECONDS=1800``.
    """
    rest_s, hold_s = 1.0, 2.0
    holds = max(int(CUE_SECONDS / (rest_s + hold_s)), 2)
    sets = math.ceil(holds / 100)
    plan = build_plan(
        "standing-pull-back",
        [Side.LEFT],
        hold_s,
        sets=sets,
        reps=math.ceil(holds / sets),
        countdown_s=0.5,
        rest_rep_s=rest_s,
        rest_set_s=rest_s,
    )
    late: list[float] = []
    ends: list[HoldEnded] = []
    memory: list[int] = []

    def hear(event: object) -> None:
        if isinstance(event, CueDue):
            late.append(time.monotonic() - event.at_s)
        elif isinstance(event, HoldEnded):
            ends.append(event)
            memory.append(_resident_bytes())

    with tempfile.TemporaryDirectory() as folder:
        training = Training(plan, "Bench", Path(folder) / "s.db", on_event=hear)
        training.start()
        training.press(Key.GO)
        if not training.wait(CUE_SECONDS * 2 + 20):
            raise SystemExit("the session did not come to its end")
        training.stop()
    p50, p99, most = np.percentile(np.array(late) * 1e3, [50, 99, 100])
    starts = np.array([e.start_s for e in ends])
    planned = starts[0] + np.arange(len(starts)) * (starts[1] - starts[0])
    drift = float(np.abs(starts - planned).max()) * 1e3
    yield ("cues: event behind its planned time, p50", f"{p50:.1f} ms", "-", f"{len(late)} cues", "-")
    yield ("cues: event behind its planned time, p99", f"{p99:.1f} ms", "-", "-", "a sound is ordered ahead")
    yield ("cues: event behind its planned time, most", f"{most:.1f} ms", "-", "-", "-")
    tenth = max(len(memory) // 10, 1)
    early, last = (float(np.median(part)) / 2**20 for part in (memory[:tenth], memory[-tenth:]))
    grown = f"{last / early - 1:+.1%}"
    yield (
        "memory, last tenth of it against the first",
        f"{last:.0f} MB",
        f"{early:.0f} MB",
        grown,
        "<= +5 %",
    )
    yield ("timer drift over the session", f"{drift:.3f} ms", "-", f"{len(starts)} holds", "<= 1 ms")
