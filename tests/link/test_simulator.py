"""Simulated devices through real pyserial, on pseudo-terminals and sockets."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest
import serial

from isotimer.core.block import FloatArray, Readings
from isotimer.core.decode import Decoder, Note
from isotimer.core.errors import DataError, LinkError, WrongUseError
from isotimer.core.profile import Profile
from isotimer.link.athlete import AthleteModel, ForceSource
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import Endpoint, PtyEndpoint, TcpEndpoint
from isotimer.link.faults import parse_faults
from isotimer.link.sample_clock import SampleClock
from isotimer.link.shipped import shipped_folder
from isotimer.link.simulator import Simulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

CHRONOJUMP, SKETCH, GAUGE, PLATE = "chronojump-force-sensor", "hx711-line", "mark10-series5", "teensy-plate4"
BRISK = AthleteModel(tension_n=300, lead_s=0.1, ramp_s=0.1, hold_s=0.4, release_s=0.1, rest_s=0.2, seed=1)
LIMIT_S = 15.0


HASTE = 20
"""How much shorter than in reality the simulated devices stall here."""


def device(name: str) -> Profile:
    profile = find_profile(name, [shipped_folder()])
    hasty = {
        verb: [msgspec.structs.replace(s, stall_s=s.stall_s / HASTE) for s in getattr(profile.cmd, verb)]
        for verb in ("start", "stop", "tare", "zero", "calibrate")
    }
    return msgspec.structs.replace(profile, cmd=msgspec.structs.replace(profile.cmd, **hasty))


class Client:
    """Reads a port as the product does."""

    def __init__(self, address: str, profile: Profile) -> None:
        self.line = serial.serial_for_url(address, baudrate=profile.port.baud, timeout=0.05)
        self.decoder = Decoder(profile)
        self.decoder.reset(joined=True)
        self.notes: list[Note] = []
        self.parts: list[Readings] = []
        self.count = 0
        self.data = b""

    def send(self, text: str) -> None:
        self.line.write(text.encode("latin-1"))

    def listen(self) -> None:
        data = self.line.read(self.line.in_waiting or 1)
        self.data += data
        decoded = self.decoder.feed(data, time.monotonic_ns())
        self.notes += decoded.notes
        if len(decoded.readings):
            self.parts.append(decoded.readings)
            self.count += len(decoded.readings)

    def until(self, count: int) -> None:
        """Listen until so many readings are there."""
        end_s = time.monotonic() + LIMIT_S
        while self.count < count:
            assert time.monotonic() < end_s, f"{self.count} of {count} readings; {self.data[:200]!r}"
            self.listen()

    def until_text(self, text: bytes) -> None:
        """Listen until a text has come."""
        end_s = time.monotonic() + LIMIT_S
        while text not in self.data:
            assert time.monotonic() < end_s, self.data[:200]
            self.listen()

    @property
    def total(self) -> FloatArray:
        return np.concatenate([p.raw.sum(axis=1) for p in self.parts])

    def column(self, name: str) -> "np.typing.NDArray[np.int64]":
        return np.concatenate([getattr(p, name) for p in self.parts])


@contextmanager
def playing(
    name: str,
    source: ForceSource = BRISK,
    *,
    faults: str = "",
    endpoint: Endpoint | None = None,
    rate_hz: float | None = 1000,
    truth_file: Path | None = None,
    port_file: Path | None = None,
) -> Iterator[tuple[Simulator, Client]]:
    profile = device(name)
    with Simulator(
        profile,
        source,
        endpoint or PtyEndpoint(),
        rate_hz=rate_hz,
        faults=parse_faults(faults, profile),
        seed=7,
        truth_file=truth_file,
        port_file=port_file,
    ) as simulator:
        client = Client(simulator.address, profile)
        try:
            yield simulator, client
        finally:
            client.line.close()


def test_a_stream_waits_for_its_start_command_and_counts_from_it() -> None:
    with playing(CHRONOJUMP) as (simulator, client):
        client.send("get_version:")
        client.until_text(b"Force_Sensor-0.6\r\n")
        assert client.count == 0
        client.send("start_capture:")
        client.until(300)
    ticks = client.column("ticks")
    assert np.diff(ticks)[:4].tolist() == [1044, 2660, 1000, 1000]
    assert ticks[0] == 1000
    time_s = ticks / 1e6
    assert client.total == pytest.approx(BRISK.force(time_s), abs=0.0051)
    truth = simulator.truth()
    assert truth["samples"] >= 300
    assert truth["rate_hz"] == 1000


def test_the_rate_is_the_one_the_device_was_seen_to_have() -> None:
    with playing(CHRONOJUMP, rate_hz=None) as (_, client):
        client.send("start_capture:")
        client.until(60)
    ticks = client.column("ticks")
    assert (len(ticks) - 3) / ((ticks[-1] - ticks[2]) / 1e6) == pytest.approx(87.5, rel=1e-4)


def test_stop_ends_the_stream_and_a_new_start_begins_anew() -> None:
    with playing(CHRONOJUMP) as (simulator, client):
        client.send("start_capture:")
        client.until(50)
        client.send("end_capture:")
        client.until_text(b"Capture ended")
        before = client.count
        client.send("start_capture:")
        client.until(before + 50)
        ticks = client.column("ticks")
        assert ticks[before] == 1000
        assert [s["stream"] for s in simulator.truth()["streams"]] == [0, 1]


def test_tare_stalls_the_samples_and_shifts_the_zero() -> None:
    steady = AthleteModel(tension_n=100, lead_s=0, ramp_s=0, hold_s=60, wobble_n=0, shake_n=0, noise_n=0)
    with playing(CHRONOJUMP, steady) as (_, client):
        client.send("start_capture:")
        client.until(600)
        client.send("tare:")
        client.until_text(b"Taring OK")
        client.until(client.count + 20)
    steps = np.diff(client.column("ticks"))
    assert steps.max() == pytest.approx(1_600_000 / HASTE, abs=2000)
    assert (steps > 3000).sum() == 1
    assert client.total[100] == 100
    assert client.total[-1] == 0


def test_a_polled_device_answers_each_question_once() -> None:
    with playing(GAUGE) as (_, client):
        for number in range(1, 40):
            client.send("?C\r")
            client.until(number)
        client.send("?Q\r")
        client.until_text(b"*10\r\n")
    assert client.count == 39
    assert client.parts[0].unit == "N"
    assert client.total[0] == pytest.approx(0, abs=0.3)


def test_a_plate_at_1000_hz_loses_no_frame() -> None:
    with playing(PLATE, rate_hz=None) as (_, client):
        client.until(1500)
    seq = client.column("seq")
    assert seq.tolist() == list(range(len(seq)))
    counts = 4 * 8000 + 100 * BRISK.force((seq + 1) / 1000)
    assert client.total == pytest.approx(counts, abs=2.1)
    assert not sum(client.decoder.counts.values())


def test_a_sketch_restarts_with_its_text_whenever_its_port_is_opened() -> None:
    with playing(SKETCH) as (simulator, client):
        client.until_text(b"HX711 Demo")
        client.until(20)
        client.line.close()
        end_s = time.monotonic() + LIMIT_S
        while simulator.truth()["streams"][0]["end_host_s"] is None:
            assert time.monotonic() < end_s
        again = Client(simulator.address, device(SKETCH))
        again.until_text(b"HX711 Demo")
        again.until(20)
        again.line.close()
        assert again.total[:20] == pytest.approx(client.total[:20])


def test_tcp_serves_one_client_after_another() -> None:
    with playing(CHRONOJUMP, endpoint=TcpEndpoint("127.0.0.1", 0)) as (simulator, client):
        assert simulator.address.startswith("socket://127.0.0.1:")
        client.send("start_capture:")
        client.until(100)
        second = Client(simulator.address, device(CHRONOJUMP))
        second.send("start_capture:")
        second.until(100)
        second.line.close()
        assert second.column("ticks")[0] == 1000
        with pytest.raises(serial.SerialException):
            client.until(10_000)


def test_a_client_that_does_not_read_never_stops_the_samples() -> None:
    with playing(PLATE, rate_hz=20_000) as (simulator, client):
        end_s = time.monotonic() + LIMIT_S
        while simulator.truth()["dropped_bytes"] == 0:
            assert time.monotonic() < end_s
        samples = simulator.truth()["samples"]
        while simulator.truth()["samples"] < samples + 2000:
            assert time.monotonic() < end_s
        client.until(100)
    assert (np.diff(client.column("seq")) >= 1).all()


def test_the_truth_is_what_was_played(tmp_path: Path) -> None:
    truth_file, port_file = tmp_path / "truth.json", tmp_path / "port"
    with playing(CHRONOJUMP, truth_file=truth_file, port_file=port_file) as (simulator, client):
        assert port_file.read_text() == simulator.address + "\n"
        client.send("start_capture:")
        client.until(1000)
    truth = json.loads(truth_file.read_text())
    assert not port_file.exists()
    first = truth["holds"][0]
    assert first["complete"]
    assert first["start_s"] == pytest.approx(0.15)
    assert first["hold_s"] == pytest.approx(0.4)
    assert first["end_host_s"] - truth["streams"][0]["start_host_s"] == pytest.approx(first["end_s"])
    time_s = client.column("ticks") / 1e6
    flat = (time_s >= first["flat_from_s"]) & (time_s <= first["flat_to_s"])
    assert client.total[flat].mean() == pytest.approx(first["played_mean_n"], abs=0.01)
    assert first["mean_n"] == pytest.approx(first["played_mean_n"], abs=0.1)
    inside = (time_s >= first["start_s"]) & (time_s <= first["end_s"])
    assert first["played_samples"] == inside.sum()


@pytest.mark.parametrize(
    ("name", "faults", "cause"),
    [
        (CHRONOJUMP, "partial-first-line", "garbled"),
        (CHRONOJUMP, "garbage@0.05", "garbled"),
        (CHRONOJUMP, "nan@0.05", "not a number"),
        (CHRONOJUMP, "overlong@0.05", "too long"),
        (CHRONOJUMP, "error@0.05", "error"),
        (SKETCH, "spikes@0.05", "rejected"),
        (SKETCH, "banner@0.05", "noise"),
        (PLATE, "lost-bytes@0.05", "checksum"),
    ],
)
def test_bad_bytes_are_counted_and_no_wrong_value_is_read(name: str, faults: str, cause: str) -> None:
    with playing(name, faults=faults, endpoint=TcpEndpoint("127.0.0.1", 0)) as (simulator, client):
        if name == CHRONOJUMP:
            client.send("start_capture:")
        client.until(250)
        assert client.decoder.counts[cause] > 0
        assert [f["name"] for f in simulator.truth()["faults"]] == [faults.split("@")[0]]
    if name == CHRONOJUMP:
        good = ~np.isnan(client.total)
        expected = BRISK.force(client.column("ticks") / 1e6)
        assert client.total[good] == pytest.approx(expected[good], abs=0.0051)
    if name == PLATE:
        expected = 32_000 + 100 * BRISK.force((client.column("seq") + 1) / 1000)
        assert client.total == pytest.approx(expected, abs=2.1)


def test_sync_bytes_in_the_values_do_not_break_the_lock() -> None:
    with playing(PLATE, faults="sync-in-payload@0.05") as (_, client):
        client.until(300)
    assert client.column("seq").tolist() == list(range(client.count))
    assert client.data.count(b"\xaa\x55") > 1.5 * client.count


def test_the_counter_wraps_and_restarts() -> None:
    with playing(CHRONOJUMP, faults="wrap") as (_, client):
        client.send("start_capture:")
        client.until(10)
    assert client.column("ticks")[0] == 2**32 - 2_000_000 + 1000
    with playing(CHRONOJUMP, faults="reboot@0.1") as (_, client):
        client.send("start_capture:")
        client.until(200)
    ticks = client.column("ticks")
    assert (np.diff(ticks) < 0).sum() == 1
    assert ticks[np.diff(ticks).argmin() + 1] < 1100


def test_silence_loses_samples_and_a_stall_loses_none() -> None:
    with playing(PLATE, faults="stall200ms@0.1") as (_, client):
        client.until(400)
    assert client.column("seq").tolist() == list(range(client.count))
    with playing(PLATE, faults="batch16ms") as (_, client):
        client.until(200)
    assert client.column("seq").tolist() == list(range(client.count))
    with playing(PLATE, faults="silence@0.095", rate_hz=100) as (_, client):
        client.until(30)
    seq = client.column("seq")
    assert np.flatnonzero(np.diff(seq) != 1).tolist() == [8]
    assert np.diff(seq).max() == 301


def test_a_line_that_hangs_up_comes_back(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with playing(SKETCH, faults="hangup@0.1", port_file=port_file) as (simulator, client):
        with pytest.raises(OSError, match=r".*"):
            client.until(1000)
        assert 90 <= client.count <= 110
        end_s = time.monotonic() + LIMIT_S
        while not port_file.exists():
            assert time.monotonic() < end_s
        again = Client(port_file.read_text().strip(), device(SKETCH))
        again.until(300)
        again.line.close()
        assert [f["name"] for f in simulator.truth()["faults"]] == ["hangup"]


def test_the_sample_clock_does_not_drift() -> None:
    clock = SampleClock(87.5, (0.001, 0.003))
    index = np.arange(10_000_000, 10_000_003)
    assert np.diff(clock.times(index)) == pytest.approx(1 / 87.5, rel=1e-6)
    assert clock.times(np.arange(4)) == pytest.approx(np.cumsum([1 / 87.5, 0.001, 0.003, 1 / 87.5]))
    for number in (1, 2, 3, 4, 1000):
        at_s = float(clock.times(np.array([number - 1]))[0])
        assert clock.due(at_s + 1e-7) == number
        assert clock.due(at_s - 1e-7) == number - 1


def test_wrong_use_is_refused() -> None:
    plate = device(PLATE)
    with pytest.raises(WrongUseError, match="no fault 'fire'"):
        parse_faults("fire", plate)
    with pytest.raises(WrongUseError, match="cannot have the fault 'wrap'"):
        parse_faults("wrap", plate)
    with pytest.raises(WrongUseError, match="no time"):
        parse_faults("garbage@soon", plate)
    endpoint = TcpEndpoint("127.0.0.1", 0)
    try:
        with pytest.raises(WrongUseError, match="no rate"):
            Simulator(plate, BRISK, endpoint, rate_hz=0)
        with pytest.raises(LinkError, match="cannot listen"):
            TcpEndpoint("127.0.0.1", int(endpoint.address.rpartition(":")[2]))
        with pytest.raises(DataError, match="cannot write"):
            Simulator(plate, BRISK, endpoint, port_file=Path("/nonexistent/port"))
        with pytest.raises(DataError, match="cannot write"):
            Simulator(plate, BRISK, endpoint, truth_file=Path("/nonexistent/truth.json"))
    finally:
        endpoint.hang_up()
