"""A rig made, kept, connected, zeroed, checked and stood on, with a simulated plate that a finger presses."""

import sqlite3
import time
from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.units import STANDARD_GRAVITY
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.simulator import Simulator
from isotimer.session import corner_check, rig_desk, rig_maker
from isotimer.session.equipment import keep_calibration
from isotimer.session.places import Places
from isotimer.session.station import Station
from isotimer.store.rows import CalibrationRow

ORDER = (2, 0, 3, 1)
"""The cell under the front right, front left, back left and back right corner."""


class Finger:
    """Loads each cell as a test says."""

    def __init__(self) -> None:
        self.loads = np.zeros(4)

    def force(self, time_s):
        return np.full(len(time_s), self.loads.sum())

    def hold(self, number):
        return None

    def cells(self, time_s, start_host_s, channels):
        noise = np.random.default_rng(int(time_s[0] * 1e3)).normal(0, 0.05, (len(time_s), channels))
        return self.loads + noise

    def table(self):
        return {}


@pytest.fixture
def desk(tmp_path, profile_of, monkeypatch):
    for module, name, seconds in (
        (rig_maker, "PRESS_S", 0.2),
        (corner_check, "READ_S", 0.2),
        (rig_desk, "WEIGHT_S", 1.0),
    ):
        monkeypatch.setattr(module, name, seconds)
    finger = Finger()
    profile = profile_of("teensy-plate4")
    with Simulator(profile, finger, PtyEndpoint()) as simulator:
        places = replace(Places.find(str(tmp_path / "s.db")), settings_file=None)
        station = Station(places, "Ana")
        try:
            yield station, finger, simulator.address, profile
        finally:
            station.close()


def settle():
    """Let what was changed reach the ring, older samples leave it."""
    time.sleep(0.75)


def test_from_the_first_press_to_the_weight_in_the_record(desk, until, tmp_path):
    station, finger, port, profile = desk
    maker = station.make_rig("plate", [(port, "teensy-plate4")])
    until(lambda: not maker.troubles)
    time.sleep(1.0)
    with pytest.raises(IsotimerError, match="empty reading is missing"):
        maker.press()
    maker.rest()
    for number, cell in enumerate(ORDER):
        finger.loads = np.where(np.arange(4) == cell, -120.0 if cell == 3 else 120.0, 10.0)
        time.sleep(0.35)
        if number == 1:
            finger.loads = np.where(np.arange(4) == ORDER[0], 120.0, 10.0)
            time.sleep(0.35)
            with pytest.raises(WrongUseError, match="two places were pressed as one"):
                maker.press()
            finger.loads = np.where(np.arange(4) == cell, 120.0, 10.0)
            time.sleep(0.35)
        assert f"channel c{cell + 1}" in maker.press()
    finger.loads = np.zeros(4)
    rig = maker.rig("my plate")
    maker.stop()
    assert [c.channel for c in rig.channels] == list(ORDER)
    assert [c.sign for c in rig.channels] == [1, 1, -1, 1]
    rig = replace(rig, channels=tuple(replace(c, sign=1) for c in rig.channels))
    station.keep_rig(rig)
    assert station.rigs() == ((rig, ()),)

    rows = tuple(CalibrationRow(n, 0.01, 8000.0 + n) for n in range(4))
    keep_calibration(tmp_path / "s.db", port, profile, rows)
    station.connect_rig(rig, {"a": port})
    station.wait_for_sensor(10)
    settle()
    assert "all 4 channels" in station.tare()
    check = station.corner_check()
    settle()
    assert check.empty() == ()
    finger.loads = 0.97 * 10 * STANDARD_GRAVITY * (np.arange(4) == 0)
    settle()
    found = check.take(10.0)
    assert found.name == "plate front left"
    assert found.error_pct == pytest.approx(-3.0, abs=0.2)
    assert found.off_mm < 2
    finger.loads = np.array([160.0, 140.0, 170.0, 150.0])
    until(lambda: station.weigh().weight_n is not None and station.weigh().weight_n > 615)
    assert "Ana weighs 620 N = 63.2 kg" in station.keep_weight()
    view = station.stance(3.0)
    assert view is not None
    assert view.share_pct is None
    assert np.nanmean(view.centre_mm[-20:], axis=0) == pytest.approx([0, 250 * 40 / 620], abs=1)
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute("SELECT round(mass_kg, 1) FROM body_mass").fetchall() == [(63.2,)]
        zeros = db.execute("SELECT zero_raw FROM calibration ORDER BY made_at DESC LIMIT 4").fetchall()
    assert [z for (z,) in zeros] == pytest.approx([8000] * 4, abs=2)
    station.share_target("my plate", "")
    with pytest.raises(WrongUseError, match="does not tell left from right"):
        station.share_target("my plate", "50 3")
    bench = station.bench(2)
    assert bench.channels[bench.channel] == "plate back left"
    assert bench.tension() == pytest.approx(150.0, abs=0.5)
    bench.turn()
    assert "channel plate back left: -0.01 N" in station.keep_calibration(bench)
    with sqlite3.connect(tmp_path / "s.db") as db:
        newest = "SELECT channel, slope_n_per_raw FROM calibration ORDER BY made_at DESC LIMIT 1"
        assert db.execute(newest).fetchall() == [(3, -0.01)]
    until(lambda: station.weigh().weight_n is not None)
    assert station.weigh().weight_n == pytest.approx(620.0 - 2 * 150.0, abs=2)


def test_too_few_channels_and_no_plate_are_refused(desk):
    station, _, port, _ = desk
    with pytest.raises(WrongUseError, match="have 4 channels"):
        station.make_rig("two-plates", [(port, "teensy-plate4")])
    for ask in (station.weigh, station.corner_check):
        with pytest.raises(IsotimerError, match="connect"):
            ask()
    assert station.stance(3.0) is None
    assert station.reconnect() is False
