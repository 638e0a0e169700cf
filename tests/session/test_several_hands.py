"""Others at the same database: a second isotimer, somebody who reads, somebody who keeps it locked."""

import sqlite3
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.calibration import Calibration
from isotimer.core.errors import DataError
from isotimer.core.hold import HoldEnded, HoldStarted
from isotimer.core.plan import End, HoldStep, Plan, Side
from isotimer.link.catalog import find_profile
from isotimer.link.shipped import shipped_folder
from isotimer.session.recorder import Recorder
from isotimer.session.recovery import recover
from isotimer.session.sensor import SensorFacts
from isotimer.store import opening, queries
from isotimer.store.database import open_store

STEP = HoldStep("standing-band-hip-flexion", Side.LEFT, 4.0)
RATE_HZ = 80


class Hand:
    """One isotimer that records a hold of 4 s, as fast as it can."""

    def __init__(self, database: Path, athlete: str) -> None:
        profile = find_profile("chronojump-force-sensor", [shipped_folder()])
        facts = SensorFacts(profile, "/dev/x", lambda: Calibration.plain(1, "N"))
        self.done = threading.Event()
        self.troubles: list[str] = []
        self.told = threading.Event()
        # A whole second, so that the last sample is on the hold's edge, and not long ago: what comes after
        # a hold is waited for by the clock.
        self.start_s = float(round(time.monotonic()))
        plan = Plan("p", "p", (STEP,))
        self.recorder = Recorder(database, athlete, plan, facts, lambda r: self.done.set(), self._say)

    def _say(self, words: str) -> None:
        self.troubles.append(words)
        self.told.set()

    def pull(self, first: int, until: int) -> None:
        """Hand over samples by their numbers; 0 is the start of the hold."""
        for at in range(first, until, 8):
            numbers = np.arange(at, min(at + 8, until))
            force = 200.0 + numbers[:, None] / 100
            block = Block(self.start_s + numbers / RATE_HZ, force, force, np.zeros(len(numbers), np.uint8))
            self.recorder.block(block)

    def begin(self) -> None:
        self.recorder.start()
        self.recorder.event(HoldStarted(self.start_s, 0, STEP, 1, self.start_s))

    def end(self) -> None:
        end_s = self.start_s + 4.0
        self.recorder.event(HoldEnded(end_s, 0, STEP, 1, self.start_s, end_s, End.COMPLETED, ""))
        self.pull(4 * RATE_HZ, 6 * RATE_HZ + 8)
        assert self.done.wait(20)
        self.recorder.stop()


def whole(database: Path) -> list[tuple[str, int]]:
    """Return (athlete, samples within the hold) of each hold, after a look at their samples."""
    out = []
    with open_store(database) as store:
        assert store.check() == []
        for row in queries.holds(store):
            trace = queries.trace(store, row["hold_id"])
            assert trace is not None
            np.testing.assert_array_equal(np.rint(trace.raw[:, 0] * 100 - 20000), np.arange(len(trace)))
            out.append((row["athlete"], row["samples"]))
    return sorted(out)


def test_two_at_one_database_keep_both_holds_whole(tmp_path: Path) -> None:
    database = tmp_path / "s.db"
    hands = [Hand(database, name) for name in ("Ana", "Bea")]
    for hand in hands:
        hand.begin()
    for first in range(0, 4 * RATE_HZ, 80):
        for hand in hands:
            hand.pull(first, first + 80)
    for hand in hands:
        hand.end()
    assert whole(database) == [("Ana", 321), ("Bea", 321)]
    assert [t for hand in hands for t in hand.troubles] == []
    assert recover(database) == ()


def test_a_coach_who_reads_all_the_time_takes_nothing_from_a_hold(tmp_path: Path) -> None:
    database = tmp_path / "s.db"
    open_store(database).close()
    reader = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM v_holds").fetchone() == (0,)
    hand = Hand(database, "Ana")
    hand.begin()
    hand.pull(0, 4 * RATE_HZ)
    hand.end()
    # what the reader looks at stays as it was when it began to look
    assert reader.execute("SELECT count(*) FROM v_holds").fetchone() == (0,)
    reader.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM v_holds").fetchone() == (1,)
    reader.close()
    assert whole(database) == [("Ana", 321)]
    assert hand.troubles == []


def test_a_lock_in_the_middle_is_said_and_loses_no_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_BUSY_S", 0.05)
    database = tmp_path / "s.db"
    hand = Hand(database, "Ana")
    hand.begin()
    hand.pull(0, 80)
    holder = sqlite3.connect(database, isolation_level=None, timeout=10)
    holder.execute("BEGIN IMMEDIATE")
    hand.pull(80, 4 * RATE_HZ)
    assert hand.told.wait(10)
    assert "another program is writing to it; close that program or wait" in hand.troubles[0]
    holder.execute("ROLLBACK")
    holder.close()
    hand.end()
    assert hand.troubles[-1] == ""
    assert whole(database) == [("Ana", 321)]


def test_a_database_that_is_locked_at_the_start_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_BUSY_S", 0.05)
    database = tmp_path / "s.db"
    open_store(database).close()
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DataError, match="another program is writing to it"):
        Hand(database, "Ana").recorder.start()
    holder.close()
