"""``calibrate`` asks for weights and a pull; ``devices`` tells what is known and asks only where it may."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from isotimer.cli import calibrate as calibrate_module
from isotimer.cli.main import isotimer
from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.weights import Point, Reading, fit_points, parse_weight
from isotimer.link import ports as ports_module
from isotimer.link.ports import PortInfo
from isotimer.session.sensor_desk import PortChoice, SensorDesk
from isotimer.store.database import open_store
from isotimer.store.rows import CalibrationRow


class Bench:
    """A bench on which the readings of a list are found one after the other."""

    readings: tuple[Reading, ...] = ()
    pulls: tuple[float, ...] = ()

    def __init__(self, acquisition: object, channel: int) -> None:
        self.points: tuple[Point, ...] = ()
        self.fit = None
        self.sign = 1.0
        self._left = list(self.readings)
        self._pulls = list(self.pulls)

    def reading(self) -> Reading:
        return self._left[0]

    def check(self, text: str) -> float:
        return parse_weight(text, self.points) if self.points else 0.0

    def take(self, text: str) -> Point:
        found = self._left.pop(0)
        if found.trouble or found.raw is None:
            raise IsotimerError("cannot read the weight", found.trouble)
        self.points = (*self.points, Point(found.raw, self.check(text)))
        self.fit = fit_points(self.points)
        return self.points[-1]

    def tension(self) -> float:
        return self._pulls.pop(0)

    def turn(self) -> None:
        self.sign = -self.sign

    def row(self) -> CalibrationRow:
        assert self.fit is not None
        line = self.fit.line
        return CalibrationRow(0, self.sign * line.slope_n_per_raw, line.zero_raw, residual_n=0.0)


@pytest.fixture
def run(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(calibrate_module, "Bench", Bench)
    monkeypatch.setattr(calibrate_module, "READ_S", 0.0)
    monkeypatch.setattr(calibrate_module, "STILL_WITHIN_S", 0.0)

    class Line:
        def stop(self) -> None:
            pass

    monkeypatch.setattr(calibrate_module, "open_sensor", lambda fitted: Line())

    def go(*lines: str, readings: tuple[Reading, ...], pulls: tuple[float, ...] = ()):
        Bench.readings, Bench.pulls = readings, pulls
        words = ["calibrate", "--port", "/dev/cell", "--device", "hx711-line", "--db", str(tmp_path / "s.db")]
        return CliRunner().invoke(isotimer, words, input="".join(f"{line}\n" for line in lines))

    return go


def kept(tmp_path: Path) -> CalibrationRow:
    with open_store(tmp_path / "s.db") as store:
        return store.calibrations(store.known_devices()[0].id)[0]


def test_two_weights_a_wrong_one_and_a_pull_the_other_way(run, tmp_path: Path) -> None:
    done = run(
        *("", "-3", "10", "", "10", "20", "", "", ""),
        readings=(Reading(8000.0), Reading(18000.0), Reading(28000.0)),
        pulls=(-120.0,),
    )
    assert done.exit_code == 0, done.output
    for words in ("-3 kg is no mass", "10 kg was measured already", "linearity", "sign is wrong", "turned"):
        assert words in done.output
    assert kept(tmp_path).slope_n_per_raw == pytest.approx(-0.00980665)


def test_a_weight_that_swings_may_be_tried_again(run, tmp_path: Path) -> None:
    swings = Reading(17000.0, "the reading moves by 300")
    done = run(*("", "", "10", "", "10", "", "", "s"), readings=(Reading(8000.0), swings, Reading(18000.0)))
    assert done.exit_code == 0, done.output
    assert "one weight at least" in done.output
    assert "moves by 300" in done.output
    assert kept(tmp_path).zero_raw == pytest.approx(8000.0)


def test_a_sensor_that_never_rests_is_not_calibrated(run, tmp_path: Path) -> None:
    done = run("", readings=(Reading(8000.0, "the reading moves by 9"),))
    assert isinstance(done.exception, IsotimerError)
    assert not (tmp_path / "s.db").exists()


def test_a_line_that_is_typed_must_be_one(tmp_path: Path) -> None:
    words = ["calibrate", "--port", "/dev/cell", "--device", "hx711-line", "--db", str(tmp_path / "s.db")]
    assert isinstance(
        CliRunner().invoke(isotimer, [*words, "--scale", "0", "--offset", "1"]).exception, WrongUseError
    )
    done = CliRunner().invoke(isotimer, [*words, "--scale", "0.01", "--offset", "8000"])
    assert done.exit_code == 0
    assert (kept(tmp_path).slope_n_per_raw, kept(tmp_path).zero_raw) == (0.01, 8000.0)


def test_devices_asks_only_where_a_file_names_the_port(monkeypatch, tmp_path: Path) -> None:
    ports = (PortInfo("/dev/ttyS0", "a port"), PortInfo("/dev/ttyACM0", "gauge", "0483:a1ad", "S1"))
    asked: list[str] = []

    def ask(self: SensorDesk, port: str, profile_id: str = "") -> PortChoice:
        asked.append(port)
        return PortChoice(port, "gauge", "mark10-series5", "Mark-10", True, "answers like mark10-series5")

    monkeypatch.setattr(ports_module, "list_serial_ports", lambda: ports)
    monkeypatch.setattr(SensorDesk, "ask", ask)
    words = ["devices", "--db", str(tmp_path / "s.db")]
    assert "answers like mark10-series5" in CliRunner().invoke(isotimer, words).output
    assert asked == ["/dev/ttyACM0"]
    listed = json.loads(CliRunner().invoke(isotimer, [*words, "--no-ask", "--json"]).stdout)
    assert asked == ["/dev/ttyACM0"]
    assert [(p["port"], p["device"], p["answered"]) for p in listed["ports"]] == [
        ("/dev/ttyACM0", "mark10-series5", False),
        ("/dev/ttyS0", None, False),
    ]
    assert listed["sensors"] == []


def test_devices_lists_the_sensors_used_before(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        key = store.device("hx711-line", "HX711", "/dev/ttyACM0", "2341:0043", "A\x1b1")
        store.keep_noise_floor(key, 0.25)
    words = ["devices", "--no-ask", "--db", str(tmp_path / "s.db")]
    text = CliRunner().invoke(isotimer, words).output
    assert "HX711 (A\\x1b1), last on /dev/ttyACM0; noise floor 0.25 N, today" in text
    [sensor] = json.loads(CliRunner().invoke(isotimer, [*words, "--json"]).stdout)["sensors"]
    assert (sensor["device"], sensor["noise_floor_n"]) == ("hx711-line", 0.25)
