"""Sessions and holds: kept whole or not at all, journalled as they run, readable while written."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.errors import DataError
from isotimer.store import queries
from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

Start = Callable[..., HoldStart]
Samples = Callable[..., Block]


def count(store: Store, table: str) -> int:
    return int(store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_finished_hold_reads_back_as_it_was(store: Store, start: Start, samples: Samples) -> None:
    hold_id = store.begin_hold(
        start(target_n=300.0, target_low_n=270.0, target_high_n=330.0, zero_before_n=0.4, noise_floor_n=0.05)
    )
    block = samples()
    for seq in range(4):
        store.append_journal(hold_id, seq, block.part(seq * 50, seq * 50 + 50))
    finish = HoldFinish(
        end="released",
        why="tension fell below half",
        hold_s=2.4875,
        samples=200,
        rate_hz=80.0,
        gaps=((1.0, 0.25),),
        zero_after_n=-0.2,
        warnings=("the zero moved",),
    )
    numbers = [MeasureRow("shake_rms_n", None, "N", "sensor too slow: 10.8 Hz, needs 40")]
    numbers += [MeasureRow("tension_mean_n", 300.1, "N", doubt="short", version=3)]
    store.finish_hold(hold_id, finish, Trace.of(block, 1000.0), reversed(numbers))

    [row] = queries.holds(store)
    expected = {
        "hold_id": hold_id,
        "athlete": "Ana",
        "position": "standing-band-hip-flexion",
        "end": "released",
        "why": "tension fell below half",
        "hold_s": 2.4875,
        "planned_s": 20.0,
        "target_low_n": 270.0,
        "rate_hz": 80.0,
        "samples": 200,
        "gaps": [{"at_s": 1.0, "length_s": 0.25}],
        "zero_before_n": 0.4,
        "zero_after_n": -0.2,
        "noise_floor_n": 0.05,
        "warnings": ["the zero moved"],
        "channels": ["force"],
    }
    assert {name: row[name] for name in expected} == expected
    assert queries.measures(store, hold_id) == numbers
    trace = queries.trace(store, hold_id)
    assert trace is not None
    np.testing.assert_array_equal(trace.time_ns, np.arange(200) * 12_500_000)
    np.testing.assert_array_equal(trace.force_n, block.force_n)
    assert (count(store, "journal"), store.unfinished(), store.check()) == (0, [], [])
    assert store.db.execute("PRAGMA synchronous").fetchone()[0] == 1


def test_hold_without_a_sensor_has_no_trace(store: Store, start: Start) -> None:
    hold_id = store.begin_hold(start(unit=None, channels=(), planned_s=None))
    store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=8.0), None)
    assert queries.trace(store, hold_id) is None
    assert queries.holds(store)[0]["hold_s"] == 8.0


def test_running_hold_is_journalled_at_once(store: Store, path: Path, start: Start, samples: Samples) -> None:
    hold_id = store.begin_hold(start())
    block = samples(80)
    with open_store(path, readonly=True) as reader:
        for seq in range(2):
            store.append_journal(hold_id, seq, block.part(seq * 40, seq * 40 + 40))
            [found] = reader.unfinished()
            assert found.block is not None
            assert len(found.block) == (seq + 1) * 40
        assert (found.hold["hold_id"], found.start_s) == (hold_id, 1000.0)
        np.testing.assert_array_equal(found.block.time_s, block.time_s)
        np.testing.assert_array_equal(found.block.raw, block.raw)
    assert queries.holds(store) == []
    assert len(queries.holds(store, running=True)) == 1


def test_times_alone_can_be_journalled(store: Store, start: Start) -> None:
    hold_id = store.begin_hold(start(unit=None, channels=()))
    beat = Block(np.array([1001.0]), np.empty((1, 0)), np.empty((1, 0)), np.zeros(1, np.uint8))
    for seq in range(3):
        store.append_journal(hold_id, seq, beat)
    [found] = store.unfinished()
    assert found.block is not None
    assert found.block.time_s.tolist() == [1001.0] * 3


def test_interrupted_hold_of_unknown_length_may_be_kept(store: Store, start: Start) -> None:
    hold_id = store.begin_hold(start())
    store.finish_hold(hold_id, HoldFinish(end="interrupted", hold_s=None), None)
    assert queries.holds(store)[0]["hold_s"] is None
    with pytest.raises(DataError, match="does not fit"):
        store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=None), None)


def test_refused_finish_changes_nothing(store: Store, start: Start, samples: Samples) -> None:
    hold_id = store.begin_hold(start())
    block = samples()
    store.append_journal(hold_id, 0, block)
    twice = [MeasureRow("tension_mean_n", 1.0, "N")] * 2
    with pytest.raises(DataError, match="nothing was changed"):
        store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=1.0), Trace.of(block, 1000.0), twice)
    assert (count(store, "trace"), count(store, "measure"), count(store, "journal")) == (0, 0, 1)
    [found] = store.unfinished()
    assert found.hold["end"] is None


def test_finishing_again_replaces(store: Store, start: Start, samples: Samples) -> None:
    hold_id = store.begin_hold(start())
    early = HoldFinish(end="interrupted", hold_s=1.0)
    store.finish_hold(hold_id, early, Trace.of(samples(100), 1000.0), [MeasureRow("a", 1.0, "N")])
    store.append_journal(hold_id, 9, samples(10))
    late = HoldFinish(end="completed", hold_s=2.0)
    store.finish_hold(hold_id, late, Trace.of(samples(200), 1000.0), [MeasureRow("b", 2.0, "N")])
    [row] = queries.holds(store)
    trace = queries.trace(store, hold_id)
    assert trace is not None
    assert (row["end"], len(trace), count(store, "journal")) == ("completed", 200, 0)
    assert [m.id for m in queries.measures(store, hold_id)] == ["b"]


def test_unknown_hold_is_a_data_error(store: Store) -> None:
    with pytest.raises(DataError, match="not there"):
        store.finish_hold("nothing", HoldFinish(end="completed", hold_s=1.0), None)


def test_numpy_numbers_are_stored_as_numbers(store: Store, start: Start) -> None:
    hold_id = store.begin_hold(start(set_no=np.int64(2), target_n=np.float32(1.5), planned_s=np.float64(3)))
    finish = HoldFinish(
        end="completed", hold_s=np.float32(0.5), samples=np.int32(7), rate_hz=np.float64(80.5)
    )
    store.finish_hold(hold_id, finish, None, [MeasureRow("m", np.float32(2.5), "N", version=np.int16(4))])
    [row] = queries.holds(store)
    found = [row[n] for n in ("set_no", "target_n", "planned_s", "hold_s", "samples", "rate_hz")]
    assert found == [2, 1.5, 3.0, 0.5, 7, 80.5]
    assert queries.measures(store, hold_id) == [MeasureRow("m", 2.5, "N", version=4)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_measure_that_is_no_number_is_absent_with_a_reason(
    store: Store, start: Start, value: float | None
) -> None:
    hold_id = store.begin_hold(start())
    store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=1.0), None, [MeasureRow("m", value, "N")])
    [measure] = queries.measures(store, hold_id)
    assert measure.value is None
    assert measure.reason


def test_half_characters_do_not_lose_a_hold(store: Store, start: Start) -> None:
    hold_id = store.begin_hold(start())
    store.finish_hold(hold_id, HoldFinish(end="device-lost", hold_s=1.0, why="port \udcff gone"), None)
    assert queries.holds(store)[0]["why"] == "port ? gone"


def test_reader_is_not_held_up_by_an_open_write(store: Store, path: Path, start: Start) -> None:
    hold_id = store.begin_hold(start())
    with open_store(path, readonly=True) as reader:
        with store.writing():
            store.update("hold", hold_id, {"why": "changed"})
            assert queries.holds(reader, running=True)[0]["why"] == ""
        assert queries.holds(reader, running=True)[0]["why"] == "changed"


def test_locked_database_is_a_sentence(store: Store, path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    store.db.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(DataError, match="another program is writing") as caught:
        store.athlete("Ben")
    assert str(path) in caught.value.sentence
    other.rollback()
    other.close()
    assert store.athlete("Ben")


def test_full_database_loses_nothing(store: Store, start: Start, samples: Samples) -> None:
    hold_id = store.begin_hold(start())
    block = samples(1000)
    store.append_journal(hold_id, 0, block)
    pages = store.db.execute("PRAGMA page_count").fetchone()[0]
    store.db.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    with pytest.raises(DataError, match="disk is full; free some space"):
        store.append_journal(hold_id, 1, block)
    trace = Trace.of(samples(50_000), 1000.0)
    with pytest.raises(DataError, match="disk is full"):
        store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=1.0), trace)
    [found] = store.unfinished()
    assert found.block is not None
    assert len(found.block) == 1000
    store.db.execute("PRAGMA max_page_count = 1000000").fetchone()
    store.append_journal(hold_id, 1, block)
    store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=1.0), trace)
    assert (len(queries.holds(store)), store.check()) == (1, [])


def test_check_names_what_is_wrong(store: Store, start: Start, samples: Samples) -> None:
    hold_id = store.begin_hold(start())
    store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=1.0), Trace.of(samples(), 1000.0))
    data = bytearray(store.db.execute("SELECT data FROM trace").fetchone()[0])
    data[40] ^= 1
    store.db.execute("UPDATE trace SET data = ?", [bytes(data)])
    store.db.execute("PRAGMA foreign_keys = OFF")
    store.db.execute("UPDATE hold SET device_id = 'gone'")
    found = store.check()
    assert len(found) == 2
    assert "row of hold points to a row of device" in found[0]
    assert hold_id in found[1]
    assert "damaged" in found[1]


@pytest.mark.parametrize("readonly", [False, True])
def test_backup_is_a_whole_private_database(
    store: Store, path: Path, tmp_path: Path, start: Start, samples: Samples, readonly: bool
) -> None:
    hold_id = store.begin_hold(start())
    store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=1.0), Trace.of(samples(), 1000.0))
    with open_store(path, readonly=readonly) as source:
        source.backup(tmp_path / "copy.db")
        with pytest.raises(DataError, match="file exists"):
            source.backup(tmp_path / "copy.db")
        with pytest.raises(DataError, match="no such file or directory"):
            source.backup(tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    with open_store(tmp_path / "copy.db") as copy:
        assert queries.holds(copy) == queries.holds(store)
        assert copy.check() == []


def test_removing_an_athlete_takes_all_that_is_theirs(store: Store, start: Start, samples: Samples) -> None:
    hold_id = store.begin_hold(start())
    store.append_journal(hold_id, 0, samples())
    store.finish_hold(
        hold_id,
        HoldFinish(end="completed", hold_s=1.0),
        Trace.of(samples(), 1000.0),
        [MeasureRow("m", 1.0, "N")],
    )
    with store.writing():
        store.db.execute("DELETE FROM athlete")
    assert [count(store, t) for t in ("session", "hold", "trace", "measure", "journal")] == [0] * 5


def test_session_end_and_times_are_utc_with_the_offset_beside(store: Store, session_id: str) -> None:
    from datetime import datetime, timedelta, timezone

    ended = datetime(2026, 11, 3, 7, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    store.end_session(session_id, ended)
    [row] = queries.sessions(store)
    assert (row["ended_at"], row["ended_offset_min"]) == ("2026-11-03T02:00:00.000000Z", 330)
