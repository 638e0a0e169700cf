"""Sensors used before: known under any port name, with their calibration and how old it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from isotimer.link.ports import PortInfo
from isotimer.session.equipment import (
    fitted_connection,
    keep_calibration,
    keep_channel,
    keep_noise_floor,
    keep_resonance,
    recall,
    remember,
    remembered,
)
from isotimer.store.database import open_store
from isotimer.store.rows import CalibrationRow

HERE = PortInfo("/dev/ttyACM0", "Uno", "2341:0043", "A1")
MOVED = PortInfo("/dev/ttyACM7", "Uno", "2341:0043", "A1")
FITTED = CalibrationRow(0, 0.01, 8000.0, ((8000.0, 0.0), (18000.0, 100.0)), 0.2)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "s.db"


def test_all_that_is_known_of_a_sensor_comes_with_it_under_another_port_name(database, profile_of) -> None:
    profile = profile_of("hx711-line")
    keep_calibration(database, HERE.name, profile, (FITTED,), HERE)
    keep_noise_floor(database, HERE.name, profile, 0.2, HERE)
    keep_resonance(database, HERE.name, profile, 21.0, HERE)
    [(port, device)] = recall(database, [PortInfo("/dev/ttyACM0", "Uno", "2341:0043", "B2"), MOVED])
    assert (port, device.profile_id) == (MOVED, "hx711-line")
    fitted = fitted_connection(database, MOVED.name, profile, MOVED)
    assert fitted.connection.calibration.lines[0].slope_n_per_raw == 0.01
    assert fitted.noise_floor_n == 0.2
    for words in ("calibrated today", "noise floor 0.2 N, today", "rig rings at 21.0 Hz, today"):
        assert words in fitted.kept


def test_the_same_serial_number_on_another_product_is_another_sensor(database, profile_of) -> None:
    profile = profile_of("hx711-line")
    keep_calibration(database, HERE.name, profile, (FITTED,), HERE)
    other = PortInfo("/dev/ttyACM0", "FT232R", "0403:6001", "A1")
    assert recall(database, [other]) == ()
    assert fitted_connection(database, other.name, profile, other).connection.calibration.unit == "counts"


def test_a_sensor_without_a_serial_number_is_known_only_where_it_was(database, profile_of) -> None:
    bare = PortInfo("/dev/ttyUSB0", "CH340", "1a86:7523")
    remember(database, bare.name, profile_of("hx711-line"), bare)
    assert [p for p, _ in recall(database, [bare])] == [bare]
    assert recall(database, [PortInfo("/dev/ttyUSB1", "CH340", "1a86:7523")]) == ()
    assert recall(database, [PortInfo("/dev/ttyS0", "")]) == ()


def test_the_profile_used_last_counts(database, profile_of) -> None:
    for name in ("hx711-line", "csv-ms-newton"):
        remember(database, HERE.name, profile_of(name), HERE)
    [(_, device)] = recall(database, [HERE])
    assert device.profile_id == "csv-ms-newton"


def test_looking_at_a_sensor_leaves_no_trace(database, profile_of) -> None:
    remember(database, HERE.name, profile_of("csv-ms-newton"), HERE)
    fitted_connection(database, HERE.name, profile_of("hx711-line"), HERE)
    assert [s.device.profile_id for s in remembered(database)] == ["csv-ms-newton"]


def test_without_a_database_nothing_is_known(database, profile_of) -> None:
    assert recall(database, [HERE]) == ()
    assert remembered(database) == ()
    assert fitted_connection(database, HERE.name, profile_of("csv-ms-newton"), HERE).kept == ""
    assert not database.exists()


def test_an_old_calibration_is_said_to_be_old_and_a_tare_does_not_make_it_young(database, profile_of) -> None:
    profile, now = profile_of("hx711-line"), datetime.now(UTC)
    with open_store(database) as store:
        key = store.device(profile.id, profile.name, HERE.name, HERE.usb_id, HERE.serial_number)
        store.add_calibration(key, FITTED, now - timedelta(days=200))
        store.add_calibration(key, CalibrationRow(0, 0.01, 8011.0), now)
    said = fitted_connection(database, HERE.name, profile, HERE).notice
    assert said == f"the calibration of {profile.name} is 200 days old: check it with a known weight"
    assert fitted_connection(database, HERE.name, profile, HERE, stale_days=365).notice == ""
    [sensor] = remembered(database)
    assert sensor.warning == said
    assert "calibrated 200 days ago" in sensor.line
    assert remembered(database, 365)[0].warning == ""


def test_a_tare_alone_is_no_calibration(database, profile_of) -> None:
    profile = profile_of("chronojump-force-sensor")
    old = datetime.now(UTC) - timedelta(days=300)
    with open_store(database) as store:
        key = store.device(profile.id, profile.name, HERE.name, HERE.usb_id, HERE.serial_number)
        store.add_calibration(key, CalibrationRow(0, 1.0, 3.0), old)
    assert remembered(database)[0].calibrated_at is None
    assert "tare it" in fitted_connection(database, HERE.name, profile, HERE).notice


def test_channels_are_calibrated_one_by_one(database, profile_of) -> None:
    profile = profile_of("hx711-adc-2")
    keep_channel(database, HERE.name, profile, FITTED, HERE)
    assert fitted_connection(database, HERE.name, profile, HERE).connection.calibration.unit == "counts"
    keep_channel(database, HERE.name, profile, CalibrationRow(1, 0.02, 9000.0, FITTED.points), HERE)
    calibration = fitted_connection(database, HERE.name, profile, HERE).connection.calibration
    assert calibration.unit == "N"
    assert [line.slope_n_per_raw for line in calibration.lines] == [0.01, 0.02]
