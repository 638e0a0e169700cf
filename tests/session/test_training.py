"""A session in one process: what is stored, what is compared, and a disk that fills up and empties."""

import sqlite3

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.hold import Key
from isotimer.core.plan import Side, Start, build_plan
from isotimer.session.live import Live
from isotimer.session.recovery import recover
from isotimer.session.training import Training
from isotimer.store.database import Store


def plan(seconds: float = 0.3, **more):
    return build_plan("standing-pull-back", [Side.LEFT], seconds, start=Start.CLOCK, countdown_s=0.0, **more)


def run(training: Training) -> Training:
    training.start()
    training.press(Key.GO)
    assert training.wait(10)
    assert training.wait_for_results(10)
    training.stop()
    return training


def test_each_hold_is_compared_with_its_own_series(tmp_path) -> None:
    database = tmp_path / "s.db"
    first = run(Training(plan(0.3), "Ana", database))
    assert first.results[0].earlier is None
    second = run(Training(plan(0.5), "Ana", database))
    earlier = second.results[0].earlier
    assert earlier is not None
    assert earlier.holds == 1
    assert earlier.last["hold_s"] == pytest.approx(0.3)
    other = run(Training(plan(0.3), "Berta", database))
    assert other.results[0].earlier is None


def test_sets_reps_and_sides_are_stored_as_planned(tmp_path) -> None:
    steps = build_plan(
        "standing-pull-back", [Side.LEFT, Side.RIGHT], 0.1, sets=2, reps=2, countdown_s=0.0,
        rest_rep_s=0.0, rest_side_s=0.0, rest_set_s=0.0,
    )  # fmt: skip
    run(Training(steps, "Ana", tmp_path / "s.db"))
    with sqlite3.connect(tmp_path / "s.db") as db:
        rows = db.execute('SELECT set_no, rep_no, side, "end" FROM hold ORDER BY started_at').fetchall()
    sides = ("left", "right")
    assert rows == [(s, r, side, "completed") for s in (1, 2) for r in (1, 2) for side in sides]


def test_a_full_disk_is_said_and_the_hold_is_saved_when_there_is_room(tmp_path, monkeypatch, until) -> None:
    from isotimer.core.errors import DataError

    full = True
    real = Store.finish_hold

    def finish(self, *args, **kwargs):
        if full:
            raise DataError("cannot write to the database", "the disk is full", "free some space")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Store, "finish_hold", finish)
    steps = build_plan("standing-pull-back", [Side.LEFT, Side.RIGHT], 0.2, countdown_s=0.0, rest_side_s=0.0)
    training = Training(steps, "Ana", tmp_path / "s.db")
    training.start()
    training.press(Key.GO)
    until(lambda: "disk is full" in training.trouble)
    full = False
    assert training.wait_for_results(10)
    until(lambda: len(training.results) == 2)
    assert training.trouble == ""
    training.stop()
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute("SELECT count(*) FROM hold WHERE \"end\" = 'completed'").fetchone()[0] == 2


def test_stopping_in_the_middle_keeps_the_hold(tmp_path, until) -> None:
    training = Training(plan(30.0), "Ana", tmp_path / "s.db")
    training.start()
    training.press(Key.GO)
    until(lambda: training.view.state == "hold")
    training.stop()
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute('SELECT "end" FROM hold').fetchall() == [("aborted",)]
    assert recover(tmp_path / "s.db") == ()


def test_shake_is_followed_from_the_start_of_the_hold() -> None:
    from isotimer.core.hold import HoldStarted

    live = Live()
    time_s = 1000 + np.arange(0, 20, 0.01)
    force = 250 + np.where(time_s < 1012, 1.0, 4.0) * np.sin(2 * np.pi * 9 * time_s)
    step = plan(20.0).steps[0]
    for a in range(0, len(time_s), 10):
        if a == 200:
            live.event(HoldStarted(1002.0, 0, step, 1, 1002.0))
        part = slice(a, a + 10)
        none = np.zeros(10, np.uint8)
        live.block(Block(time_s[part], force[part, None], force[part, None], none))
    assert live.view.tension_n == pytest.approx(250, abs=0.5)
    assert live.view.ratio == pytest.approx(4.0, rel=0.1)
    assert live.view.onset_s == pytest.approx(10.5, abs=1.0)


def test_a_fault_in_a_measure_does_not_cost_the_hold(tmp_path, monkeypatch) -> None:
    from isotimer.session import finish

    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(finish, "measured", broken)
    result = run(Training(plan(0.3), "Ana", tmp_path / "s.db")).results[0]
    assert result.hold_s == pytest.approx(0.3)
    assert all(m.value is None and "failed to measure" in m.reason for m in result.measures)
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute('SELECT "end" FROM hold').fetchall() == [("completed",)]


def test_any_fault_while_storing_keeps_the_thread_and_puts_the_hold_elsewhere(
    tmp_path, monkeypatch, until
) -> None:
    from pathlib import Path

    from isotimer.core.errors import DataError

    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    database = tmp_path / "s.db"
    real = Store.finish_hold

    def finish(self, *args, **kwargs):
        if self.path == database:
            raise ValueError("a fault of ours")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Store, "finish_hold", finish)
    training = Training(plan(0.3), "Ana", database)
    training.start()
    training.press(Key.GO)
    assert training.wait(10)
    until(lambda: "failed while storing" in training.trouble)
    with pytest.raises(DataError, match="isotimer-rescue"):
        training.stop()
    assert len(training.results) == 1
    (rescued,) = home.glob("isotimer-rescue-*.db")
    with sqlite3.connect(rescued) as db:
        assert db.execute('SELECT "end", hold_s FROM hold').fetchall() == [("completed", pytest.approx(0.3))]


def test_a_hold_started_on_a_lost_line_is_not_completed(tmp_path, profile_of, until) -> None:
    from isotimer.core.plan import End
    from isotimer.session.acquisition import Acquisition, Connection
    from isotimer.session.snapshot import LineState

    gone = Acquisition(Connection.plain("/dev/ttyNOPE", profile_of("hx711-line")))
    gone.start()
    until(lambda: gone.view().state is LineState.FAILED)
    result = run(Training(plan(0.3), "Ana", tmp_path / "s.db", acquisition=gone)).results[0]
    gone.stop()
    assert result.end is End.DEVICE_LOST
    assert result.samples == 0
