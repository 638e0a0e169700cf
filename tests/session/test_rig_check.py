"""What was measured of a sensor beforehand: it reaches the holds that are made with it."""

from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.calibration import Calibration
from isotimer.core.hold import HoldEnded, HoldStarted
from isotimer.core.plan import End, HoldStep, Plan, Side
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.session.equipment import fitted_connection, keep_noise_floor, keep_resonance
from isotimer.session.live import Live
from isotimer.session.recompute import recompute
from isotimer.session.recorder import Recorder
from isotimer.session.sensor import SensorFacts
from isotimer.session.snapshot import HoldResult
from isotimer.store import queries
from isotimer.store.database import open_store
from isotimer.store.rows import CalibrationRow, RigCheck

CELL, PORT = "chronojump-force-sensor", "/dev/cell"
RATE_HZ, HOLD_S = 87.5, 10.0
STEP = HoldStep("standing-band-hip-flexion", Side.LEFT, HOLD_S)


def pull(shake_n: float, before_s: float, shake_hz: float = 9.0) -> Block:
    """Return a pull of 300 N that shakes, so many seconds of rest before and 3 s after."""
    own = np.arange(-round(before_s * RATE_HZ), round((HOLD_S + 3) * RATE_HZ)) / RATE_HZ
    shake = shake_n * np.sqrt(2) * np.sin(2 * np.pi * shake_hz * own)
    force = (300 + shake) * np.clip(own / 0.3, 0, 1) * (own < HOLD_S)
    force = (force + np.random.default_rng(3).normal(0, 0.05, own.size))[:, None]
    return Block(1000.0 + own, force, force, np.zeros(own.size, np.uint8))


@pytest.fixture
def record(tmp_path: Path, profile_of):
    """Record one hold of the cell in a session, and return its row and measures."""

    def run(block: Block):
        results: list[HoldResult] = []
        facts = SensorFacts(profile_of(CELL), PORT, lambda: Calibration.plain(1, NEWTONS))
        plan = Plan("p", "p", (STEP,))
        recorder = Recorder(tmp_path / "s.db", "Ana", plan, facts, results.append, lambda words: None)
        recorder.start()
        recorder.block(block)
        recorder.event(HoldStarted(1000.0, 0, STEP, 1, 1000.0))
        recorder.event(HoldEnded(1010.0, 0, STEP, 1, 1000.0, 1010.0, End.COMPLETED, ""))
        recorder.stop()
        [row] = queries.holds(open_store(tmp_path / "s.db"), ids=[results[0].hold_id])
        return row, {m.id: m for m in results[0].measures}

    return run


def test_peak_on_the_rig_s_own_frequency_is_doubtful(record, tmp_path: Path, profile_of) -> None:
    keep_resonance(tmp_path / "s.db", PORT, profile_of(CELL), 9.4)
    row, measures = record(pull(3.0, 3.0))
    assert measures["shake_peak_hz"].value == pytest.approx(9.0, abs=0.3)
    assert "the rig's own 9.4 Hz" in measures["shake_peak_hz"].reason
    assert row["resonance_hz"] == 9.4
    keep_resonance(tmp_path / "s.db", PORT, profile_of(CELL), 20.0)
    assert recompute(tmp_path / "s.db").changed == ()


def test_peak_elsewhere_is_not(record, tmp_path: Path, profile_of) -> None:
    keep_resonance(tmp_path / "s.db", PORT, profile_of(CELL), 12.0)
    _, measures = record(pull(3.0, 3.0))
    assert "own" not in measures["shake_peak_hz"].reason


def test_floor_measured_before_is_used_where_the_hold_has_none(record, tmp_path: Path, profile_of) -> None:
    keep_noise_floor(tmp_path / "s.db", PORT, profile_of(CELL), 2.0)
    row, measures = record(pull(3.0, 0.5))
    assert row["noise_floor_n"] == 2.0
    assert "three times the noise floor of 2 N" in measures["shake_rms_n"].reason
    assert recompute(tmp_path / "s.db").changed == ()


def test_floor_of_the_quiet_before_the_hold_wins(record, tmp_path: Path, profile_of) -> None:
    keep_noise_floor(tmp_path / "s.db", PORT, profile_of(CELL), 2.0)
    row, measures = record(pull(3.0, 4.0))
    assert row["noise_floor_n"] == pytest.approx(0.025, rel=0.4)
    assert "noise floor" not in measures["shake_rms_n"].reason


def test_a_floor_in_newtons_is_nothing_to_a_sensor_in_counts(profile_of) -> None:
    check = RigCheck(noise_floor_n=0.02, resonance_hz=9.4)
    known = {}
    for unit in (NEWTONS, COUNTS):
        plain = Calibration.plain(1, unit)
        known[unit] = SensorFacts(profile_of(CELL), PORT, lambda plain=plain: plain).circumstances(
            None, check
        )
    assert (known[NEWTONS].noise_floor_n, known[NEWTONS].resonance_hz) == (0.02, 9.4)
    assert (known[COUNTS].noise_floor_n, known[COUNTS].resonance_hz) == (None, 9.4)


def test_fitted_connection_knows_the_floor(tmp_path: Path, profile_of) -> None:
    database, cell = tmp_path / "s.db", profile_of(CELL)
    assert fitted_connection(database, PORT, cell).noise_floor_n is None
    keep_noise_floor(database, PORT, cell, 0.02)
    assert fitted_connection(database, PORT, cell).noise_floor_n == 0.02
    assert fitted_connection(database, "/dev/other", cell).noise_floor_n is None
    with open_store(database) as store:
        store.add_calibration(store.device(cell.id, cell.name, PORT), CalibrationRow(0, 1.0, 3.0))
    assert fitted_connection(database, PORT, cell).noise_floor_n == 0.02


@pytest.mark.parametrize(("floor_n", "doubled"), [(None, True), (3.0, False)])
def test_live_shake_below_the_floor_does_not_double(floor_n: float | None, doubled: bool) -> None:
    own = np.arange(round(25 * RATE_HZ)) / RATE_HZ
    amplitude = np.where(own < 13, 2.0, 6.0)
    force = (300 + amplitude * np.sin(2 * np.pi * 9 * own))[:, None]
    live = Live(floor_n)
    live.event(HoldStarted(1000.0, 0, STEP, 1, 1000.0))
    block = Block(1000.0 + own, force, force, np.zeros(own.size, np.uint8))
    for k in range(0, own.size, 9):
        live.block(block.between(1000.0 + own[k], 1000.0 + own[min(k + 9, own.size - 1)] - 1e-6))
    assert (live.view.onset_s is not None) == doubled
