"""A sensor found, asked, taken up again by itself and calibrated, as screens ask for it."""

import time

import numpy as np
import pytest

from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.framing import Cause
from isotimer.link import ports as ports_module
from isotimer.link.ports import PortInfo
from isotimer.link.shipped import shipped_folder
from isotimer.session.equipment import keep_calibration
from isotimer.session.places import Places
from isotimer.session.sensor_desk import SensorDesk
from isotimer.session.snapshot import LineState
from isotimer.store.database import open_store
from isotimer.store.rows import CalibrationRow

GAIN = 100.0


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A desk that sees the ports a test lists."""
    one = SensorDesk(Places(tmp_path / "s.db", (shipped_folder(),), tmp_path / "log"))
    listed: list[PortInfo] = []
    monkeypatch.setattr(ports_module, "list_serial_ports", lambda: tuple(listed))
    yield one, listed
    one.disconnect()


def about(device, serial_number: str = "A1", usb_id: str = "2341:0043") -> PortInfo:
    return PortInfo(device.port, "Uno", usb_id, serial_number)


def test_a_sensor_used_before_is_taken_up_again_with_all_that_is_known(
    desk, device, profile_of, until
) -> None:
    one, listed = desk
    old = PortInfo("/dev/ttyGONE", "Uno", "2341:0043", "A1")
    row = CalibrationRow(0, 0.01, 8000.0, ((8000.0, 0.0), (18000.0, 100.0)))
    keep_calibration(one.places.database, old.name, profile_of("hx711-line"), (row,), old)
    assert not one.reconnect()
    listed += [PortInfo("/dev/ttyS0", ""), about(device)]
    assert [(c.port, c.known) for c in one.sensors()] == [(device.port, True), ("/dev/ttyS0", False)]
    device.play(lambda n: b"9000\r\n", 100)
    assert one.reconnect()
    until(lambda: one.line().state is LineState.STREAMING)
    assert one.line().unit == "N"
    assert one.kept() == "calibrated today"
    assert not one.reconnect()
    until(lambda: one._tension(time.monotonic()) == pytest.approx(10.0))


def test_a_sensor_is_remembered_once_it_has_spoken(desk, device, profile_of, until) -> None:
    one, listed = desk
    listed.append(about(device))
    with open_store(one.places.database) as store:
        one.connect(device.port, "hx711-line")
        assert store.known_devices() == []
        device.play(lambda n: b"9000\r\n", 100)
        until(lambda: store.known_devices())
        [known] = store.known_devices()
    assert (known.profile_id, known.serial_number, known.port) == ("hx711-line", "A1", device.port)


def test_nothing_is_sent_to_a_port_that_no_file_names(desk, device) -> None:
    one, listed = desk
    listed.append(about(device))
    assert not one.sensors()[0].named
    answer = one.ask(device.port)
    assert not answer.answered
    assert "nothing comes" in answer.message
    assert device.heard == b""


def test_the_port_in_use_is_not_asked(desk, device, until) -> None:
    one, listed = desk
    listed.append(about(device))
    device.play(lambda n: b"9000\r\n", 100)
    one.connect(device.port, "hx711-line")
    until(lambda: one.line().state is LineState.STREAMING)
    answer = one.ask(device.port)
    assert answer.answered
    assert answer.description == "answers at 57600 baud"


def weigh(one: SensorDesk, bench, text: str) -> None:
    """Wait until the reading stands still, and take it."""
    until_s = time.monotonic() + 8
    while bench.reading().trouble and time.monotonic() < until_s:
        time.sleep(0.05)
    bench.take(text)


def test_known_weights_and_a_pull_make_a_calibration_that_counts_at_once(desk, device, until) -> None:
    one, listed = desk
    listed.append(about(device))
    with pytest.raises(WrongUseError, match="no sensor to calibrate"):
        one.bench()
    load = [0.0]
    device.play(lambda n: b"%d\r\n" % (8000 - GAIN * load[0] + n % 3), 200)
    one.connect(device.port, "hx711-line")
    until(lambda: one.line().state is LineState.STREAMING)
    bench = one.bench()
    assert bench.tension() is None
    with pytest.raises(WrongUseError, match="nothing to keep"):
        one.keep_calibration(bench)
    weigh(one, bench, "")
    load[0] = 98.0665
    until(lambda: "moves by" in bench.reading().trouble)
    with pytest.raises(IsotimerError, match="moves by"):
        bench.take("10")
    weigh(one, bench, "10")
    until(lambda: "sign is right" in bench.words()[-1])
    bench.turn()
    until(lambda: "turn it" in bench.words()[-1])
    bench.turn()
    assert one.keep_calibration(bench).startswith("Calibrated HX711")
    until(lambda: one.line().unit == "N" and one._tension(time.monotonic()) is not None)
    assert one._tension(time.monotonic()) == pytest.approx(98.07, abs=0.2)
    with open_store(one.places.database) as store:
        [row] = store.calibrations(store.known_devices()[0].id)
    assert row.slope_n_per_raw == pytest.approx(-0.01, rel=1e-3)
    assert np.array(row.points).shape == (2, 2)


def test_a_channel_that_is_not_there(desk, device, until) -> None:
    one, _ = desk
    device.play(lambda n: b"9000\r\n", 100)
    one.connect(device.port, "hx711-line")
    until(lambda: one.line().state is LineState.STREAMING)
    with pytest.raises(WrongUseError, match="channels 0 to 0"):
        one.bench(3)


def test_a_tare_counts_at_the_next_start_too_and_leaves_the_slope(desk, device, profile_of, until) -> None:
    one, listed = desk
    listed.append(about(device))
    points = ((8000.0, 0.0), (18000.0, 100.0))
    row = CalibrationRow(0, 0.01, 8000.0, points)
    keep_calibration(one.places.database, device.port, profile_of("hx711-line"), (row,), about(device))
    device.play(lambda n: b"%d\r\n" % (8500 + n % 2), 100)
    one.connect(device.port, "hx711-line")
    until(lambda: one.tare() == "Tared: this is zero now.")
    one.disconnect()
    one.connect(device.port, "hx711-line")
    until(lambda: one._tension(time.monotonic()) == pytest.approx(0.0, abs=0.02))
    with open_store(one.places.database) as store:
        [newest] = store.calibrations(store.known_devices()[0].id)
    assert newest.zero_raw == pytest.approx(8500.5, abs=0.5)
    assert newest.slope_n_per_raw == 0.01


def test_a_tare_that_cannot_be_kept_counts_and_says_so(desk, device, until, monkeypatch) -> None:
    one, listed = desk
    listed.append(about(device))

    def full(*args: object) -> None:
        raise DataError("the database cannot be written", "disk full")

    monkeypatch.setattr("isotimer.session.equipment.keep_zero", full)
    device.play(lambda n: b"9000\r\n", 100)
    one.connect(device.port, "hx711-line")
    until(lambda: "but not at the next start: the database cannot be written" in one.tare())
    until(lambda: one._tension(time.monotonic()) == 0.0)


def test_what_a_sensor_reports_of_itself_is_said_once(desk, device, until) -> None:
    one, _ = desk
    device.play(lambda n: b"E01\r\n" if n % 10 == 5 else b"+0127.20 G S\r\n", 100)
    one.connect(device.port, "kern-ew", 9600)
    until(lambda: one._news)
    until(lambda: one._acquisition.decoder.counts[Cause.ERROR] > 3)
    assert one._news == ["KERN EW and EG balance says: E01"]
    one.disconnect()
    one.connect(device.port, "kern-ew", 9600)
    until(lambda: len(one._news) == 2)
