"""Numbers derived anew: the same for the same samples, others for another calibration; raw values stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import Block, Flag
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan import End, HoldStep, Mode, Side, Start
from isotimer.measures.prepared import Prepared
from isotimer.measures.trace import Trace as HoldTrace
from isotimer.session.analysis import analyse_file
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.session.recompute import recompute
from isotimer.session.sharing import export_to
from isotimer.store import queries
from isotimer.store.database import Store, open_store
from isotimer.store.rows import CalibrationRow, HoldStart, MeasureRow
from isotimer.store.traces import Trace

START_S, HOLD_S, RATE_HZ = 1234.56789, 12.0, 87.5
POSITION = "standing-band-hip-flexion"
Keep = Callable[..., str]


def samples(zero: float = 0.0, slope: float = 1.0, channels: int = 1) -> Block:
    """Return a pull of 300 N per channel as the sensor said it, rest before and after; force = raw."""
    time = START_S + np.arange(round(-4 * RATE_HZ), round((HOLD_S + 2) * RATE_HZ)) / RATE_HZ
    own = time - START_S
    force = 300 * np.clip(own / 0.3, 0, 1) * (own < HOLD_S) * (1 + 0.005 * np.sin(2 * np.pi * 9 * own))
    force = force + np.random.default_rng(5).normal(0, 0.05, own.size)
    raw = np.repeat((force / slope + zero)[:, None], channels, axis=1)
    return Block(time, raw.copy(), raw, np.zeros(time.size, np.uint8), "N")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.db"
    open_store(path).close()
    return path


@pytest.fixture
def keep(database: Path) -> Keep:
    """Store a hold the way the recorder does."""

    def store_hold(
        block: Block | None,
        *,
        zero: tuple[float, ...] = (0.0,),
        slope: tuple[float, ...] = (1.0,),
        ids: tuple[str, ...] = (),
        device: str = "cell",
        started: datetime | None = None,
    ) -> str:
        step = HoldStep(POSITION, Side.LEFT, HOLD_S, Mode.MAX, Start.FORCE)
        with open_store(database) as store:
            session = store.start_session(store.athlete("Ana"), "{}")
            start = HoldStart(
                session_id=session,
                position=POSITION,
                phase="swing",
                side="left",
                mode="max",
                step_index=0,
                start_s=START_S,
                planned_s=HOLD_S,
                start_mode="force",
                started_at=started,
                device_id=store.device("hx711-line", device, port=device) if block else None,
                unit=block.unit if block else None,
                channels=tuple(f"c{i}" for i in range(block.raw.shape[1])) if block else (),
                zero_raw=zero if block else (),
                slope_n_per_raw=slope if block else (),
                calibration_ids=ids,
            )
            hold_id = store.begin_hold(start)
            about = Circumstances(plate=len(start.channels) > 1)
            done = finish_hold(hold_id, step, End.COMPLETED, "", START_S, START_S + HOLD_S, block, about)
            trace = Trace.of(block, START_S, zero, slope) if block else None
            store.finish_hold(hold_id, done.finish, trace, done.measures)
        return hold_id

    return store_hold


def row(database: Path, hold_id: str) -> dict[str, object]:
    with open_store(database, readonly=True) as store:
        return queries.holds(store, ids=[hold_id])[0]


def numbers(database: Path, hold_id: str) -> dict[str, MeasureRow]:
    with open_store(database, readonly=True) as store:
        return {m.id: m for m in queries.measures(store, hold_id)}


def in_newtons(block: Block, zero: float, slope: float) -> Block:
    return replace(block, force_n=(block.raw - zero) * slope)


def in_counts(block: Block, zero: float = 0.0) -> Block:
    return replace(block, force_n=block.raw - zero, unit="counts")


def calibration(database: Path, slope: float, zero: float, device: str = "cell", **more: object) -> str:
    given: dict[str, object] = {"channel": 0, "points": ((zero, 0.0), (zero + 100 / slope, 100.0))}
    with open_store(database) as store:
        device_id = store.device("hx711-line", device, port=device)
        fitted = CalibrationRow(slope_n_per_raw=slope, zero_raw=zero, **(given | more))
        return store.add_calibration(device_id, fitted)


def test_what_was_measured_just_now_does_not_change(database: Path, keep: Keep) -> None:
    block = samples(8000.0, 0.01)
    one = keep(in_newtons(block, 8000.0, 0.01), zero=(8000.0,), slope=(0.01,))
    keep(None)
    counts = keep(in_counts(block))
    before = [row(database, one), numbers(database, one), numbers(database, counts)]
    done = recompute(database)
    # Nothing is known of this sensor's filter when it is recorded here; its device file knows it.
    again = recompute(database)
    assert done.holds == again.holds == 3
    assert again.changed == ()
    assert again.failed == ()
    assert row(database, one) == before[0]
    assert numbers(database, one)["tension_mean_n"] == before[1]["tension_mean_n"]
    assert numbers(database, counts)["cv_raw_pct"] == before[2]["cv_raw_pct"]


def test_old_and_missing_values_are_derived_anew(database: Path, keep: Keep) -> None:
    hold_id, other = keep(samples()), keep(samples())
    recompute(database)
    right = numbers(database, hold_id)
    with open_store(database) as store:
        store.replace_measures(hold_id, [MeasureRow("tension_mean_n", 1.0, "N", version=0)])
    done = recompute(database)
    assert done.changed == (hold_id,)
    assert numbers(database, hold_id) == right
    assert recompute(database).changed == ()
    assert numbers(database, other) == right


def test_zeros_noise_and_warnings_are_kept_with_a_hold(database: Path, keep: Keep) -> None:
    block = samples()
    force = block.force_n + np.where(block.time_s > START_S + HOLD_S, 9.0, 0.0)[:, None]
    hold_id = keep(replace(block, force_n=force, raw=force))
    kept = row(database, hold_id)
    assert kept["zero_before_n"] == pytest.approx(0, abs=0.05)
    assert kept["zero_after_n"] == pytest.approx(9, abs=0.05)
    assert kept["noise_floor_n"] == pytest.approx(0.05 * np.sqrt(11 / 43.75), rel=0.3)
    assert any("zero moved by +9.0 N" in warning for warning in kept["warnings"])
    assert recompute(database).failed == ()
    assert row(database, hold_id) == kept


def test_a_wrong_calibration_is_put_right(database: Path, keep: Keep) -> None:
    wrong = calibration(database, 0.02, 8000.0)
    block = samples(8100.0, 0.01)
    hold_id = keep(in_newtons(block, 8100.0, 0.02), zero=(8100.0,), slope=(0.02,), ids=(wrong,))
    truth = keep(in_newtons(block, 8100.0, 0.01), zero=(8100.0,), slope=(0.01,), device="other")
    right = calibration(database, 0.01, 8000.0)
    assert numbers(database, hold_id)["tension_mean_n"].value == pytest.approx(600, rel=0.01)
    done = recompute(database, hold_ids=[hold_id], calibration_ids=[right])
    assert done.changed == (hold_id,)
    recompute(database, hold_ids=[truth])
    mended = numbers(database, hold_id)
    for name, want in numbers(database, truth).items():
        assert mended[name].reason == want.reason
        if want.value is not None:
            assert mended[name].value == pytest.approx(want.value, rel=1e-9), name
    kept = row(database, hold_id)
    assert (kept["zero_raw"], kept["slope_n_per_raw"]) == ([8100.0], [0.01])
    assert kept["calibration_ids"] == [right]
    assert kept["noise_floor_n"] == pytest.approx(row(database, truth)["noise_floor_n"])
    with open_store(database, readonly=True) as store:
        trace = queries.trace(store, hold_id)
        assert store.check() == []
    np.testing.assert_array_equal(trace.raw, block.raw)
    np.testing.assert_array_equal(trace.force_n, (block.raw - 8100.0) * 0.01)
    assert recompute(database, hold_ids=[hold_id], calibration_ids=[right]).changed == ()
    recompute(database, hold_ids=[hold_id], calibration_ids=[wrong])
    assert numbers(database, hold_id)["tension_mean_n"].value == pytest.approx(600, rel=0.01)


def test_the_zero_may_be_that_of_the_calibration(database: Path, keep: Keep) -> None:
    wrong = calibration(database, 0.01, 0.0)
    block = samples(8100.0, 0.01)
    hold_id = keep(in_newtons(block, 5000.0, 0.01), zero=(5000.0,), slope=(0.01,), ids=(wrong,))
    right = calibration(database, 0.01, 8100.0)
    recompute(database, hold_ids=[hold_id], calibration_ids=[right], zero="calibration")
    assert numbers(database, hold_id)["tension_mean_n"].value == pytest.approx(300, rel=0.01)


def test_calibrating_later_fills_in_newtons(database: Path, keep: Keep) -> None:
    block = samples(8100.0, 0.01)
    hold_id = keep(in_counts(block))
    assert numbers(database, hold_id)["tension_mean_n"].reason == "not calibrated"
    assert row(database, hold_id)["noise_floor_n"] is None
    assert not any("already carried" in warning for warning in row(database, hold_id)["warnings"])
    right = calibration(database, 0.01, 8100.0)
    recompute(database, hold_ids=[hold_id], calibration_ids=[right])
    assert numbers(database, hold_id)["tension_mean_n"].value == pytest.approx(300, rel=0.01)
    assert row(database, hold_id)["unit"] == "N"
    assert row(database, hold_id)["zero_before_n"] == pytest.approx(0, abs=0.05)


def test_a_tare_in_the_middle_survives_another_slope(database: Path, keep: Keep) -> None:
    block = samples(8000.0, 0.01)
    zero = np.where(block.time_s < START_S - 2, 8000.0, 8005.0)[:, None]
    wrong = replace(block, force_n=(block.raw - zero) * 0.02)
    first = calibration(database, 0.02, 8000.0)
    hold_id = keep(wrong, zero=(8005.0,), slope=(0.02,), ids=(first,))
    recompute(database, hold_ids=[hold_id], calibration_ids=[calibration(database, 0.01, 8000.0)])
    with open_store(database, readonly=True) as store:
        trace = queries.trace(store, hold_id)
    np.testing.assert_allclose(trace.force_n, (block.raw - zero) * 0.01, rtol=1e-12)


def test_only_holds_of_the_device_and_of_the_time_asked_for(database: Path, keep: Keep) -> None:
    block = in_newtons(samples(0.0, 0.01), 0.0, 0.01)
    made = {"zero": (0.0,), "slope": (0.01,)}
    old = keep(block, started=datetime(2001, 1, 1, tzinfo=UTC), **made)
    new = keep(block, started=datetime(2002, 1, 1, tzinfo=UTC), **made)
    other = keep(block, device="other", started=datetime(2002, 1, 1, tzinfo=UTC), **made)
    double = calibration(database, 0.02, 0.0)
    done = recompute(database, since=datetime(2001, 6, 1, tzinfo=UTC), calibration_ids=[double])
    assert (done.holds, done.changed) == (1, (new,))
    for hold_id, newtons in ((old, 300), (new, 600), (other, 300)):
        assert numbers(database, hold_id)["tension_mean_n"].value == pytest.approx(newtons, rel=0.01)
    with pytest.raises(WrongUseError, match="another device"):
        recompute(database, hold_ids=[other], calibration_ids=[double])


def test_wrong_choices_are_named(database: Path, keep: Keep, tmp_path: Path) -> None:
    hold_id = keep(samples())
    with pytest.raises(WrongUseError, match="no finished hold 'x'"):
        recompute(database, hold_ids=["x"])
    with pytest.raises(WrongUseError, match="no calibration 'x'"):
        recompute(database, hold_ids=[hold_id], calibration_ids=["x"])
    two = [calibration(database, 1.0, 0.0), calibration(database, 2.0, 0.0)]
    with pytest.raises(WrongUseError, match="of one channel"):
        recompute(database, calibration_ids=two)
    with pytest.raises(WrongUseError, match="different devices"):
        recompute(database, calibration_ids=[two[0], calibration(database, 1.0, 0.0, "other")])
    with pytest.raises(DataError, match="no database"):
        recompute(tmp_path / "none.db")


def test_what_cannot_be_calibrated_stays_as_it_was(database: Path, keep: Keep) -> None:
    counts = keep(in_counts(samples(8000.0, 0.01)))
    tare = calibration(database, 1.0, 8000.0, points=())
    beyond = calibration(database, 0.01, 8000.0, channel=3)
    plate = keep(in_counts(samples(8000.0, 0.01, channels=2)), zero=(0.0, 0.0), slope=(1.0, 1.0))
    one = calibration(database, 0.01, 8000.0)
    before = [numbers(database, counts), numbers(database, plate)]
    for hold_id, line, words in (
        (counts, tare, "tare only"),
        (counts, beyond, "1 channels"),
        (plate, one, "each"),
    ):
        done = recompute(database, hold_ids=[hold_id], calibration_ids=[line])
        assert done.changed == ()
        assert words in done.failed[0]
    assert [numbers(database, counts), numbers(database, plate)] == before


def test_every_channel_can_get_its_own(database: Path, keep: Keep) -> None:
    block = samples(8000.0, 0.01, channels=2)
    hold_id = keep(in_counts(block), zero=(0.0, 0.0), slope=(1.0, 1.0))
    lines = [calibration(database, 0.01, 8000.0), calibration(database, 0.02, 8000.0, channel=1)]
    recompute(database, hold_ids=[hold_id], calibration_ids=lines[::-1])
    with open_store(database, readonly=True) as store:
        force = queries.trace(store, hold_id).force_n
    np.testing.assert_array_equal(force, (block.raw - 8000.0) * [0.01, 0.02])


def test_a_hold_is_changed_whole_or_not_at_all(
    database: Path, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = calibration(database, 0.02, 0.0)
    hold_id = keep(in_newtons(samples(0.0, 0.01), 0.0, 0.02), zero=(0.0,), slope=(0.02,), ids=(wrong,))
    before = row(database, hold_id), numbers(database, hold_id)
    right = calibration(database, 0.01, 0.0)

    def fail(*_: object) -> None:
        raise DataError("no space left")

    monkeypatch.setattr(Store, "_set_measures", fail)
    done = recompute(database, hold_ids=[hold_id], calibration_ids=[right])
    assert done.failed == ("no space left.",)
    monkeypatch.undo()
    assert (row(database, hold_id), numbers(database, hold_id)) == before
    with open_store(database, readonly=True) as store:
        assert queries.trace(store, hold_id).force_n.max() == pytest.approx(600, rel=0.02)


def test_gaps_by_flags_and_gaps_by_times_agree(database: Path, keep: Keep) -> None:
    block = samples()
    lost = np.zeros(len(block), bool)
    for at_s, count in ((3.0, 30), (7.0, 9)):
        first = np.searchsorted(block.time_s, START_S + at_s)
        lost[first : first + count] = True
    flags = block.flags.copy()
    flags[1:][lost[:-1] & ~lost[1:]] |= np.uint8(Flag.GAP_BEFORE)
    short = Block(*(a[~lost] for a in (block.time_s, block.force_n, block.raw, flags)), "N")
    kept = row(database, keep(short))
    own = Prepared(HoldTrace(short.time_s - START_S, short.total_n, HOLD_S))
    assert len(kept["gaps"]) == 2
    assert [tuple(g.values()) for g in kept["gaps"]] == [pytest.approx(gap, abs=1e-6) for gap in own.gaps]
    assert kept["rate_hz"] == pytest.approx(own.rate_hz, rel=1e-6)
    assert kept["rate_hz"] == pytest.approx(RATE_HZ, rel=1e-6)


def test_an_exported_trace_gives_the_numbers_of_its_hold(database: Path, keep: Keep, tmp_path: Path) -> None:
    hold_id = keep(samples())
    export_to(database, tmp_path / "out", "csv")
    (file,) = (tmp_path / "out" / "traces").iterdir()
    stored = numbers(database, hold_id)
    given = {m.id: m for m in analyse_file(file, start_s=0.0, end_s=HOLD_S).measures}
    for name in ("tension_mean_n", "tension_peak_n", "shake_rms_n", "tremor_rms_n", "cv_raw_pct", "onset_s"):
        assert given[name].value == stored[name].value, name
    found = analyse_file(file)
    assert found.start_s == 0
    assert found.hold_s == pytest.approx(HOLD_S, abs=1 / RATE_HZ)


def test_several_processes_derive_the_same_as_one(season_db: Path, tmp_path: Path) -> None:
    one, many = season_db, tmp_path / "many.db"
    with open_store(one) as store:
        with store.writing():
            store.db.execute(
                "UPDATE measure SET value = 2 * value WHERE hold_id IN (SELECT hold_id FROM trace)"
            )
        store.backup(many)
    with open_store(one) as store:
        wanted = len(store.rows("SELECT hold_id FROM trace"))
    told: list[int] = []
    first, second = recompute(one), recompute(many, jobs=2, progress=lambda done, of: told.append(done))
    assert first == second
    assert len(first.changed) == wanted > 0
    assert told == sorted(told)
    numbers = "SELECT hold_id, id, value, reason FROM measure ORDER BY hold_id, id"
    with open_store(one) as a, open_store(many) as b:
        assert a.rows(numbers) == b.rows(numbers)
    assert recompute(many).changed == ()
