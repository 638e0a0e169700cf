"""Two hours of training with a simulated sensor, compressed: nothing grows, and no hold starts late.

The engine and the writer are given the samples and the time of a session as fast as they can take them.
``make soak`` runs all of it; the short form is a few minutes of training.
"""

import gc
import os
import statistics
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.calibration import Calibration
from isotimer.core.hold import Engine, HoldEnded, HoldStarted, Key, State
from isotimer.core.plan import Side, Start, build_plan
from isotimer.link.catalog import find_profile
from isotimer.link.shipped import shipped_folder
from isotimer.session.recorder import Recorder
from isotimer.session.sensor import SensorFacts
from isotimer.store import queries
from isotimer.store.database import open_store

RATE_HZ = 80
TICK_S = 0.05
HOLD_S, REST_S, COUNTDOWN_S = 10.0, 20.0, 5.0
REPS = 10
SIDES = (Side.LEFT, Side.RIGHT)

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks /proc for memory and files"
)


class Compressed:
    """Sessions one after the other in one database, on a time of their own."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.now_s = 1000.0
        self.drifts_s: list[float] = []
        self.holds = 0
        self._profile = find_profile("chronojump-force-sensor", [shipped_folder()])

    def session(self, reps: int = REPS) -> float:
        """Do one session; return how long it took on its own time, s."""
        plan = build_plan(
            "standing-band-hip-flexion", SIDES, HOLD_S, reps=reps, start=Start.CLOCK, countdown_s=COUNTDOWN_S,
            rest_rep_s=REST_S, rest_side_s=REST_S,
        )  # fmt: skip
        facts = SensorFacts(self._profile, "/dev/x", lambda: Calibration.plain(1, "N"))
        one = threading.Semaphore(0)
        results = []

        def keep(result) -> None:
            results.append(result)
            one.release()

        recorder = Recorder(self.database, "Ana", plan, facts, keep, lambda words: None)
        recorder.start()
        engine = Engine(plan, sensor=True)
        begun_s = self.now_s
        starts: list[float] = []
        ended = 0
        pending = list(engine.press(Key.GO, self.now_s))
        while engine.view(self.now_s).state not in (State.DONE, State.ABORTED):
            self.now_s += TICK_S
            block = self._samples()
            recorder.block(block)
            pending += [*engine.feed(block), *engine.tick(self.now_s)]
            for event in pending:
                recorder.event(event)
                if isinstance(event, HoldStarted):
                    starts.append(event.start_s)
                ended += isinstance(event, HoldEnded)
            pending = []
        for _ in range(60):
            self.now_s += TICK_S
            recorder.block(self._samples())
        for _ in range(ended):
            assert one.acquire(timeout=60)
        recorder.stop()
        due = begun_s + COUNTDOWN_S + np.arange(len(starts)) * (starts[1] - starts[0])
        assert starts[1] - starts[0] == pytest.approx(HOLD_S + 1.0 + REST_S, abs=1.01)
        self.drifts_s.append(float(np.abs(np.array(starts) - due).max()))
        assert {r.end.value for r in results} == {"completed"}
        assert [r.hold_s for r in results] == pytest.approx([HOLD_S] * len(results), abs=1e-9)
        self.holds += len(results)
        return self.now_s - begun_s

    def _samples(self) -> Block:
        n = round(TICK_S * RATE_HZ)
        time_s = self.now_s - TICK_S + np.arange(1, n + 1) / RATE_HZ
        force = 250 + 4 * np.sin(2 * np.pi * 9.1 * time_s) + 6 * np.sin(2 * np.pi * 0.8 * time_s)
        return Block(time_s, force.round(2)[:, None], force.round(2)[:, None], np.zeros(n, np.uint8))


def counts() -> tuple[int, int, int]:
    """Return memory in kB, threads and open files of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    files = len(os.listdir("/proc/self/fd"))
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024, threading.active_count(), files


def test_a_session_in_compressed_time_keeps_every_hold_and_its_times(tmp_path: Path) -> None:
    training = Compressed(tmp_path / "s.db")
    training.session(2)
    assert training.holds == 2 * len(SIDES)
    assert max(training.drifts_s) <= 1e-3
    with open_store(training.database) as store:
        assert len(queries.holds(store)) == training.holds


@linux_only
@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_two_hours_of_training_take_nothing_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    training = Compressed(tmp_path / "s.db")
    done_s, seen = 0.0, []
    while done_s < 7200.0:
        done_s += training.session()
        seen.append(counts())
    memory = [kb for kb, _, _ in seen]
    # the first sessions load what is loaded late: scipy, caches
    before, after = statistics.median(memory[2:5]), statistics.median(memory[-3:])
    with capsys.disabled():
        names = ("training", "holds", "drift ms", "memory kB", "change", "threads", "files")
        print("\n{:>9} {:>6} {:>9} {:>15} {:>7} {:>8} {:>8}".format(*names))
        (_, threads, files), drift_ms = zip(*seen, strict=True), max(training.drifts_s) * 1e3
        print(
            f"{done_s / 3600:7.2f} h {training.holds:6} {drift_ms:9.3f} {before:7.0f} {after:7.0f}"
            f" {after / before - 1:+7.2%} {min(threads):3} to {max(threads)} {min(files):3} to {max(files)}"
        )
    assert max(training.drifts_s) <= 1e-3
    assert abs(after / before - 1) <= 0.05
    assert len({threads for _, threads, _ in seen}) == 1
    assert len({files for _, _, files in seen}) == 1
    with open_store(training.database) as store:
        assert store.check() == []
        assert len(queries.holds(store)) == training.holds
