"""A sensor over Bluetooth, on virtual controllers: found, read, lost, taken up again."""

import json
import logging
import re
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("bleak", reason="Bluetooth is an extra")
pytest.importorskip("bumble", reason="Bluetooth is tried on bumble's virtual controllers")

from isotimer.cli.main import isotimer
from isotimer.core.block import Block, Flag
from isotimer.core.errors import LinkError, LinkReason, WrongUseError
from isotimer.core.profile import Profile
from isotimer.link.about import tell
from isotimer.link.ble import BleLine, Radio, scan
from isotimer.link.catalog import find_profile
from isotimer.link.lines import fitting_profiles, open_line
from isotimer.link.shipped import shipped_folder
from isotimer.session.acquisition import Acquisition, Connection
from isotimer.session.equipment import remember
from isotimer.session.places import Places
from isotimer.session.sensor_desk import SensorDesk
from isotimer.session.snapshot import LineState

STEP_S = 0.01135
KG_N = 9.80665


@pytest.fixture(scope="module")
def profile() -> Profile:
    return find_profile("tindeq-progressor", [shipped_folder()])


def until(what: Callable[[], object], seconds: float = 10.0) -> None:
    end_s = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end_s, f"not so within {seconds} s"
        time.sleep(0.005)


class Listening:
    """An acquisition over Bluetooth and what it told."""

    def __init__(self, profile: Profile, port: str = "ble:") -> None:
        self.blocks: list[Block] = []
        self.told: list[bool] = []
        self.line = Acquisition(
            Connection.plain(port, profile),
            on_block=self.blocks.append,
            on_line=lambda alive, at_s: self.told.append(alive),
        )

    def __enter__(self) -> "Listening":
        self.line.start()
        return self

    def __exit__(self, *ignored: object) -> None:
        self.line.stop()

    def count(self) -> int:
        return sum(map(len, self.blocks))

    @property
    def block(self) -> Block:
        return Block.join(self.blocks)


def test_samples_come_with_the_devices_own_times_and_each_missing_one_is_a_gap(bluetooth, profile) -> None:
    sensor = bluetooth.sensor()
    with Listening(profile) as heard:
        assert sensor.started.wait(5)
        sensor.pull(6)
        until(lambda: heard.count() == 90)
        view = heard.line.view()
        block = heard.block
    steps = np.arange(96)
    kept = steps[steps % 16 != 15]
    np.testing.assert_allclose(block.force_n[:, 0], (20 + 0.25 * kept) * KG_N, rtol=1e-9)
    np.testing.assert_allclose(block.time_s - block.time_s[0], kept * STEP_S, atol=1e-3)
    gaps = np.flatnonzero(block.flags & Flag.GAP_BEFORE)
    assert gaps.tolist() == [15, 30, 45, 60, 75]
    assert view.rate_hz == pytest.approx(1 / STEP_S, rel=0.005)
    assert view.state is LineState.STREAMING
    assert view.port == f"ble:{sensor.address}"
    assert sensor.commands == [0x65, 0x66]


def test_a_connection_that_breaks_in_a_hold_is_lost_and_taken_up_again(bluetooth, profile) -> None:
    sensor = bluetooth.sensor()
    with Listening(profile, "ble:progressor_1234") as heard:
        assert sensor.started.wait(5)
        sensor.pull(2)
        until(lambda: heard.told == [True])
        sensor.lose()
        until(lambda: heard.told == [True, False], 1.5)
        assert heard.line.view().state is LineState.LOST
        assert "the connection to ble:progressor_1234 broke" in heard.line.view().message
        before = heard.count()
        sensor.come_back()
        assert sensor.started.wait(5)
        sensor.pull(2)
        until(lambda: heard.told == [True, False, True])
        until(lambda: heard.count() == before + 30)
        assert heard.line.view().state is LineState.STREAMING
        assert "tare it again" in heard.line.view().message
    assert heard.block.flags[before] & Flag.GAP_BEFORE
    assert (np.diff(heard.block.time_s) > 0).all()


def test_a_sensor_that_vanishes_leaves_no_thread(bluetooth, profile) -> None:
    before = set(threading.enumerate())
    sensor = bluetooth.sensor()
    line = BleLine("ble:", profile)
    sensor.lose()
    with pytest.raises(LinkError) as error:
        until(lambda: line.take(0.1))
    assert error.value.reason is LinkReason.VANISHED
    assert error.value.sentence.replace(line.port, "PORT") in page()
    with pytest.raises(LinkError):
        line.write(b"e")
    line.close()
    line.close()
    assert set(threading.enumerate()) == before


def test_frames_of_a_real_device(bluetooth, profile, shared_data: Path) -> None:
    frames = json.loads((shared_data / "progressor-frames" / "frames.json").read_text())["frames"]
    assert len(frames) == 7
    sensor = bluetooth.sensor()
    with Listening(profile) as heard:
        assert sensor.started.wait(5)
        last_us = frames[0]["t_us"]
        for frame in frames:
            time.sleep((frame["t_us"] - last_us) * 1e-6)
            last_us = frame["t_us"]
            sensor.say(bytes.fromhex(frame["hex"]))
        until(lambda: heard.count() == 7)
    right_us = np.array([frame["t_us"] for frame in frames])
    assert heard.block.raw[:, 0].tolist() == pytest.approx([f["kg"] * KG_N for f in frames], rel=1e-12)
    np.testing.assert_allclose(np.diff(heard.block.time_s), np.diff(right_us) * 1e-6, atol=0.05)
    assert not (heard.block.flags[1:] & Flag.GAP_BEFORE).any()


def test_a_packet_in_pieces_and_two_in_one(bluetooth, profile) -> None:
    def packet(*samples: int) -> bytes:
        rows = b"".join(struct.pack("<fI", float(s), 1_000_000 + s * 11_350) for s in samples)
        return bytes((1, len(rows))) + rows

    sensor = bluetooth.sensor()
    with Listening(profile) as heard:
        assert sensor.started.wait(5)
        whole = packet(1, 2, 3)
        for piece in (packet(0), whole[:1], whole[1:5], whole[5:], packet(4) + packet(5, 6) + b"\0\0\0"):
            sensor.say(piece)
        sensor.say(packet(7))
        until(lambda: heard.count() == 8)
    assert heard.block.raw[:, 0].tolist() == pytest.approx([s * KG_N for s in range(8)])


def test_a_low_battery_is_said(bluetooth, profile, caplog) -> None:
    sensor = bluetooth.sensor()
    with caplog.at_level(logging.WARNING), Listening(profile) as heard:
        assert sensor.started.wait(5)
        sensor.say(b"\x04\0")
        until(lambda: "its battery is low" in caplog.text)
        sensor.pull(1)
        until(lambda: heard.count() == 15)


def test_battery_and_firmware_are_told(bluetooth, profile) -> None:
    sensor = bluetooth.sensor()
    line = BleLine(f"ble:{sensor.address.lower()}", profile)
    told = {t.name: t.text for t in tell(line, profile, lambda chunk: None)}
    line.write(b"d")
    line.close()
    assert told == {"battery": "3988 mV", "firmware": "1.2.3.4"}
    assert sensor.commands == [0x6F, 0x6B, 0x64]


def test_one_of_two_sensors_is_taken_by_name_and_none_at_random(bluetooth, profile) -> None:
    bluetooth.sensor()
    other = bluetooth.sensor("Progressor_9", "C9:C9:C9:C9:C9:C9")
    with pytest.raises(WrongUseError) as error:
        BleLine("ble:", profile)
    assert "Progressor_1234 (ble:C1:C2:C3:C4:C5:C6)" in error.value.sentence
    line = BleLine("ble:Progressor_9", profile)
    line.write(b"e")
    assert other.started.wait(5)
    line.close()


def test_sensors_are_listed_that_a_device_file_knows(bluetooth, profile) -> None:
    bluetooth.sensor()
    bluetooth.sensor("Headphones", "C9:C9:C9:C9:C9:C9")
    (found,) = scan((profile,), for_s=0.5)
    assert (found.port, found.name) == ("ble:C1:C2:C3:C4:C5:C6", "Progressor_1234")
    assert found.devices == ("tindeq-progressor",)


def test_the_desk_offers_what_is_on_the_air_as_ports(bluetooth, profile, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("isotimer.link.ble.SCAN_S", 0.5)
    bluetooth.sensor()
    desk = SensorDesk(Places(tmp_path / "s.db", (shipped_folder(),), tmp_path / "log"))
    (found,) = desk.look_around()
    assert (found.port, found.profile_id) == ("ble:C1:C2:C3:C4:C5:C6", "tindeq-progressor")
    assert found.description.startswith("Progressor_1234, ")
    assert not found.known
    remember(desk.places.database, found.port, profile, None)
    (again,) = desk.look_around()
    assert again.known
    assert again.message == "Tindeq Progressor, used before"


def test_a_sensor_that_is_not_there(bluetooth, profile, monkeypatch) -> None:
    monkeypatch.setattr("isotimer.link.ble.FIND_S", 0.2)
    with pytest.raises(LinkError) as error:
        open_line("ble:", profile)
    assert error.value.reason is LinkReason.NO_PORT
    assert error.value.sentence.replace("ble:", "PORT") in page()


def test_looking_for_a_sensor_is_given_up_when_told_to_stop(bluetooth, profile) -> None:
    start_s = time.monotonic()
    with pytest.raises(LinkError, match="given up"):
        BleLine("ble:Progressor_nowhere", profile, stopped=lambda: time.monotonic() > start_s + 0.2)


def page() -> str:
    """The page of troubles on one line."""
    text = (Path(__file__).parents[2] / "docs" / "troubleshooting.md").read_text("utf-8")
    return re.sub(r"\s*\n(> )?", " ", text)


class Absent:
    """A computer without a Bluetooth service."""

    def __init__(self, *args: object, **kwargs: object) -> None: ...

    async def start(self) -> None:
        raise FileNotFoundError(2, "No such file or directory")


def test_a_computer_without_bluetooth_is_told(profile) -> None:
    for use in (lambda r: BleLine("ble:", profile, radio=r), lambda r: scan((profile,), r, 0.1)):
        with pytest.raises(LinkError, match="runs no Bluetooth service; switch Bluetooth on") as error:
            use(Radio(scanner=Absent))
    assert error.value.sentence in page()


def test_without_the_extra_the_command_that_installs_it_is_said(profile, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "bleak", None)
    monkeypatch.delitem(sys.modules, "isotimer.link.ble", raising=False)
    with pytest.raises(WrongUseError, match=r"pip install 'isotimer\[ble\]'") as error:
        open_line("ble:", profile)
    assert error.value.sentence in page()


def test_a_device_that_speaks_over_a_cable_only() -> None:
    cable = find_profile("hx711-line", [shipped_folder()])
    with pytest.raises(WrongUseError, match=r"no \[ble\] table"):
        open_line("ble:", cable)


def test_a_port_over_bluetooth_tells_its_device(profile) -> None:
    cable = find_profile("hx711-line", [shipped_folder()])
    assert fitting_profiles("ble:", None, (cable, profile)) == (profile,)
    assert fitting_profiles("/dev/ttyX", None, (cable, profile)) == ()


def test_the_command_line_lists_asks_and_names_what_is_on_the_air(bluetooth, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("isotimer.link.ble.LOOK_S", 0.3)
    monkeypatch.setattr("isotimer.link.ble.SCAN_S", 0.3)
    monkeypatch.setattr("isotimer.link.listen.LISTEN_S", 0.6)
    sensor = bluetooth.sensor()
    database = ["--db", str(tmp_path / "x.db")]
    listed = CliRunner().invoke(isotimer, ["devices", "--ble", "--no-ask", *database])
    assert listed.exit_code == 0, listed.output
    assert f"ble:{sensor.address}" in listed.output
    assert "Progressor_1234, -60 dBm (tindeq-progressor)" in listed.output
    pulling = threading.Thread(target=lambda: sensor.started.wait(5) and sensor.pull(2))
    pulling.start()
    asked = CliRunner().invoke(
        isotimer, ["devices", "--port", "ble:", "--device", "tindeq-progressor", *database]
    )
    pulling.join()
    assert "it says: battery 3988 mV, firmware 1.2.3.4" in asked.output
    assert "understands 100%, 30 readings" in asked.output
