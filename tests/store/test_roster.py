"""People and equipment: made once, found again."""

from datetime import UTC, datetime

import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.store.database import Store
from isotimer.store.rows import CalibrationRow, RigCheck


@pytest.mark.parametrize(
    "name", ["Ana", "O'Brien; DROP TABLE athlete", "李 小龙", "=1+1", "x" * 500, "[red]A[/]", "😀"]
)
def test_athlete_is_made_once_and_kept_as_typed(store: Store, name: str) -> None:
    key = store.athlete(f"  {name}\n")
    assert store.athlete(name) == key
    assert [(row["id"], row["name"]) for row in store.athletes()] == [(key, name)]


@pytest.mark.parametrize("name", ["", "  \t", "x" * 501, "a\0b", "half \udcff"])
def test_names_that_are_none_are_refused(store: Store, name: str) -> None:
    with pytest.raises(WrongUseError):
        store.athlete(name)
    assert store.athletes() == []


def test_athletes_come_by_name_with_their_sessions(store: Store) -> None:
    ben, ana = store.athlete("Ben"), store.athlete("Ana")
    for day in (1, 2):
        store.start_session(ben, "[]", datetime(2026, 5, day, tzinfo=UTC))
    rows = store.athletes()
    assert [(r["id"], r["sessions"], r["last_session_at"]) for r in rows] == [
        (ana, 0, None),
        (ben, 2, "2026-05-02T00:00:00.000000Z"),
    ]


def test_newest_body_mass_counts(store: Store) -> None:
    ana = store.athlete("Ana")
    assert store.body_mass(ana) is None
    store.add_body_mass(ana, 62.5, datetime(2026, 5, 2, tzinfo=UTC))
    store.add_body_mass(ana, 61.0, datetime(2026, 5, 1, tzinfo=UTC))
    assert store.body_mass(ana) == 62.5


@pytest.mark.parametrize("mass_kg", [0.0, -60.0, 501.0, float("nan")])
def test_impossible_body_mass_is_refused(store: Store, mass_kg: float) -> None:
    with pytest.raises(WrongUseError):
        store.add_body_mass(store.athlete("Ana"), mass_kg)


def test_unknown_athlete_is_refused(store: Store) -> None:
    with pytest.raises(DataError, match="does not fit"):
        store.add_body_mass("nobody", 60.0)


def test_device_with_a_serial_number_is_known_at_any_port(store: Store) -> None:
    key = store.device("chronojump", "Chronojump", "/dev/ttyUSB0", "0403:6001", "A1")
    assert store.device("chronojump", "Chronojump", "/dev/ttyUSB1", "0403:6001", "A1") == key
    assert store.rows("SELECT port FROM device") == [{"port": "/dev/ttyUSB1"}]
    assert store.device("chronojump", "Chronojump", "/dev/ttyUSB1", "0403:6001", "B2") != key
    assert store.device("mark10", "Mark-10", "/dev/ttyUSB1", "", "A1") != key


def test_device_without_a_serial_number_is_known_by_its_port(store: Store) -> None:
    key = store.device("hx711-line", "HX711", "/dev/ttyACM0")
    assert store.device("hx711-line", "HX711", "/dev/ttyACM0") == key
    assert store.device("hx711-line", "HX711", "/dev/ttyACM1") != key
    assert store.device("hx711-line", "HX711", "/dev/ttyACM0", serial_number="S") != key


def test_newest_calibration_of_each_channel_counts(store: Store) -> None:
    device = store.device("teensy-plate4", "Plate", "/dev/ttyACM0")
    old = CalibrationRow(0, 0.01, 8000.0, ((8000.0, 0.0), (18000.0, 100.0)), 0.2)
    new = CalibrationRow(0, 0.011, 8001.0, ((8001.0, 0.0), (17000.0, 99.0)), 0.1)
    store.add_calibration(device, new, datetime(2026, 5, 2, tzinfo=UTC))
    store.add_calibration(device, old, datetime(2026, 5, 1, tzinfo=UTC))
    key = store.add_calibration(device, CalibrationRow(1, 0.02, 1.0))
    first, second = store.calibrations(device)
    assert (first.slope_n_per_raw, first.points, first.residual_n) == (0.011, new.points, 0.1)
    assert first.made_at == "2026-05-02T00:00:00.000000Z"
    assert (second.id, second.channel, second.points, second.residual_n) == (key, 1, (), None)
    assert store.calibrations("other") == []


def test_setup_is_known_by_name_and_details(store: Store) -> None:
    key = store.setup("red band", {"distance_m": 1.5, "cuff": "ankle"})
    assert store.setup(" red band ", {"cuff": "ankle", "distance_m": 1.5}) == key
    assert store.setup("red band", {"cuff": "knee", "distance_m": 1.5}) != key
    assert store.setup("red band") == store.setup("red band", {})


def test_device_without_a_serial_number_is_not_one_that_has_one(store: Store) -> None:
    with_number = store.device("hx711-line", "HX711", "/dev/ttyACM0", serial_number="S")
    assert store.device("hx711-line", "HX711", "/dev/ttyACM0") != with_number


def test_newest_rig_check_counts_and_is_the_device_s_own(store: Store) -> None:
    device, other = (store.device("hx711-line", "HX711", port) for port in ("/dev/ttyACM0", "/dev/ttyACM1"))
    assert store.rig_check(device) == RigCheck()
    store.keep_resonance(device, 8.0)
    store.keep_resonance(device, 9.4, datetime(2026, 5, 2, tzinfo=UTC))
    store.keep_noise_floor(device, 0.02, datetime(2026, 5, 3, tzinfo=UTC))
    want = RigCheck(0.02, "2026-05-03T00:00:00.000000Z", 9.4, "2026-05-02T00:00:00.000000Z")
    assert store.rig_check(device) == want
    assert store.rig_check(other) == RigCheck()


def test_noise_floor_outlives_a_tare_but_not_another_slope(store: Store) -> None:
    device = store.device("hx711-line", "HX711", "/dev/ttyACM0")
    store.add_calibration(device, CalibrationRow(0, 0.01, 0.0))
    store.keep_noise_floor(device, 0.02)
    store.keep_resonance(device, 9.4)
    store.add_calibration(device, CalibrationRow(0, 0.01, 55.0))
    assert store.rig_check(device).noise_floor_n == 0.02
    store.add_calibration(device, CalibrationRow(0, 0.02, 55.0))
    assert store.rig_check(device).noise_floor_n is None
    assert store.rig_check(device).resonance_hz == 9.4


@pytest.mark.parametrize("resonance_hz", [0.0, -3.0])
def test_impossible_resonance_is_refused(store: Store, resonance_hz: float) -> None:
    device = store.device("hx711-line", "HX711", "/dev/ttyACM0")
    with pytest.raises(DataError, match="does not fit"):
        store.keep_resonance(device, resonance_hz)
