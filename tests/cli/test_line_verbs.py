"""``devices --port`` says what answers; ``monitor --record`` keeps what came."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from isotimer.cli.main import isotimer
from isotimer.core.errors import LinkError, WrongUseError
from isotimer.link.athlete import AthleteModel
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.recording import read_recording
from isotimer.link.shipped import shipped_folder
from isotimer.link.simulator import Simulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


@pytest.fixture
def port_of() -> Iterator:
    playing = []

    def play(name: str) -> str:
        simulator = Simulator(
            find_profile(name, [shipped_folder()]), AthleteModel(lead_s=60.0), PtyEndpoint()
        )
        simulator.start()
        playing.append(simulator)
        return simulator.address

    yield play
    for simulator in playing:
        simulator.stop()


def run(tmp_path: Path, *arguments: str):
    return CliRunner().invoke(isotimer, [*arguments, "--db", str(tmp_path / "none.db")])


def test_a_port_that_speaks_by_itself_is_named(port_of, tmp_path: Path) -> None:
    result = run(tmp_path, "devices", "--port", port_of("teensy-plate4"), "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert [d["id"] for d in answer["devices"]] == ["teensy-plate4"]
    assert answer["devices"][0]["share"] > 0.9
    assert answer["devices"][0]["readings"] > 50


def test_a_device_that_must_be_started_is_silent_until_it_is_named(port_of, tmp_path: Path) -> None:
    port = port_of("chronojump-force-sensor")
    silent = run(tmp_path, "devices", "--port", port, "--baud", "115200")
    assert isinstance(silent.exception, LinkError)
    assert "--device" in silent.exception.advice
    named = run(tmp_path, "devices", "--port", port, "--device", "chronojump-force-sensor")
    assert named.exit_code == 0, named.output
    assert "chronojump-force-sensor" in named.stdout
    assert "readings" in named.stdout


def test_how_to_listen_needs_a_port(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path, "devices", "--baud", "9600").exception, WrongUseError)


def test_units_that_the_device_tells_are_called_so(tmp_path: Path) -> None:
    listed = json.loads(run(tmp_path, "devices", "--json").stdout)["devices"]
    units = {d["id"]: d["unit"] for d in listed}
    assert units["loadstar-di1000"] == units["kern-ew"] == "told by the device"
    assert "?" not in units.values()


def test_monitor_keeps_every_byte(port_of, tmp_path: Path) -> None:
    file = tmp_path / "line.rec"
    port = port_of("hx711-line")
    options = ["--device", "hx711-line", "--seconds", "0.5", "--record", str(file), "--json"]
    result = run(tmp_path, "monitor", "--port", port, *options)
    assert result.exit_code == 0, result.output
    recording = read_recording(file)
    data = b"".join(data for _, data in recording.chunks)
    assert recording.device == "hx711-line"
    assert data.startswith(b"HX711 Demo\r\n")
    assert data.count(b"\n") >= json.loads(result.stdout)["samples"]
