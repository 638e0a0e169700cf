"""The line to a sensor: dialogues, samples, silence, loss and return, tare."""

import termios
import threading

import numpy as np
import pytest

from isotimer.core.block import Block, Flag
from isotimer.core.errors import IsotimerError, LinkError, LinkReason
from isotimer.link.ports import PortInfo
from isotimer.session import acquisition
from isotimer.session.acquisition import Acquisition, Connection
from isotimer.session.snapshot import LineState


@pytest.fixture
def open_line(device, profile_of):
    """Open a device's line; all are closed with the test."""
    opened = []

    def start(name: str = "hx711-line", port: str = "", **callbacks) -> Acquisition:
        line = Acquisition(Connection.plain(port or device.port, profile_of(name)), **callbacks)
        line.start()
        opened.append(line)
        return line

    yield start
    for line in opened:
        line.stop()


def counts(number: int) -> bytes:
    return b"HX711 reading: %d\r\n" % (8000 + number % 3)


def test_samples_flow_with_a_measured_rate(device, open_line, until) -> None:
    blocks: list[Block] = []
    line = open_line(on_block=blocks.append)
    device.play(counts, 200)
    line.wait_for_samples(5)
    until(lambda: sum(map(len, blocks)) > 300)
    view = line.view()
    assert view.state is LineState.STREAMING
    assert view.unit == "counts"
    assert view.rate_hz == pytest.approx(200, rel=0.05)
    seen = Block.join(blocks)
    assert (np.diff(seen.time_s) > 0).all()
    assert set(seen.raw[:, 0]) == {8000.0, 8001.0, 8002.0}


def test_a_start_dialogue_is_repeated_until_the_device_has_booted(device, open_line, until) -> None:
    blocks: list[Block] = []
    line = open_line("chronojump-force-sensor", on_block=blocks.append)
    assert device.hear() == b"start_capture:"
    assert device.hear() == b"start_capture:"  # nobody answered the first: it may have been booting
    device.say(b"Starting capture...\r\n11000;1.50\r\n22000;2.50\r\n")
    line.wait_for_samples(5)
    until(lambda: sum(map(len, blocks)) == 2)
    assert Block.join(blocks).force_n[:, 0].tolist() == [1.5, 2.5]


def test_a_polled_device_is_asked_again_and_again(device, open_line, until) -> None:
    blocks: list[Block] = []
    open_line("mark10-series5", on_block=blocks.append)

    def answer() -> None:
        for _ in range(30):
            assert device.hear(3) == b"?C\r"
            device.say(b"-12.5 N\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    thread.join(10)
    until(lambda: sum(map(len, blocks)) >= 29)  # the first line may be the rest of an older answer
    assert set(Block.join(blocks).force_n[:, 0]) == {12.5}


def test_silence_is_noticed_within_a_second_and_its_end_too(device, open_line, until) -> None:
    told: list[tuple[bool, float]] = []
    line = open_line(on_line=lambda alive, at_s: told.append((alive, at_s)))
    device.play(counts, 100)
    until(lambda: told)
    until(lambda: line.view().rate_hz)
    device.pause()
    quiet_s = line.ring.since(0).time_s[-1]
    until(lambda: len(told) == 2)
    assert [alive for alive, _ in told] == [True, False]
    assert told[1][1] - quiet_s < 1.1
    assert line.view().state is LineState.SILENT
    assert "sends nothing" in line.view().message
    device.play(counts, 100)
    until(lambda: len(told) == 3)
    assert line.view().state is LineState.STREAMING
    assert line.view().message == ""
    newest = line.ring.since(0)
    assert (newest.flags & Flag.GAP_BEFORE != 0).sum() == 1


def test_an_unplugged_device_is_lost_and_taken_up_again(device, open_line, until, tmp_path) -> None:
    link = tmp_path / "port"
    link.symlink_to(device.port)
    told: list[bool] = []
    line = open_line(port=str(link), on_line=lambda alive, at_s: told.append(alive))
    device.play(counts, 100)
    until(lambda: told == [True])
    device.unplug()
    until(lambda: told == [True, False], 1.5)
    assert line.view().state is LineState.LOST
    assert "broke" in line.view().message
    link.unlink()
    again = type(device)()
    link.symlink_to(again.port)
    again.play(counts, 100)
    until(lambda: told == [True, False, True], 2.5)
    assert line.view().state is LineState.STREAMING
    again.unplug()


def test_the_devices_own_words_reach_the_message(device, open_line, until) -> None:
    line = open_line()
    device.play(lambda n: b"HX711 not found.\r\n", 20)
    with pytest.raises(LinkError) as error:
        line.wait_for_samples(12)
    assert error.value.reason is LinkReason.REFUSED
    assert "HX711 not found." in error.value.sentence


def test_tare_is_the_hosts_own_and_says_nothing_to_the_device(device, open_line, until) -> None:
    blocks: list[Block] = []
    line = open_line(on_block=blocks.append)
    device.play(lambda n: b"8000\r\n", 100)
    until(lambda: sum(map(len, blocks)) > 120)
    assert line.tare().tolist() == [8000.0]
    blocks.clear()
    until(lambda: sum(map(len, blocks)) > 5)
    assert blocks[-1].force_n[-1, 0] == 0.0
    assert blocks[-1].raw[-1, 0] == 8000.0
    assert device.heard == b""


def test_tare_before_any_sample_is_refused(open_line) -> None:
    with pytest.raises(IsotimerError, match="too few"):
        open_line().tare()


def test_a_port_that_is_not_there(profile_of) -> None:
    line = Acquisition(Connection.plain("/dev/ttyNOPE", profile_of("hx711-line")))
    line.start()
    with pytest.raises(LinkError) as error:
        line.wait_for_samples(5)
    assert error.value.reason is LinkReason.NO_PORT
    assert line.view().state is LineState.FAILED
    line.stop()


def test_a_device_that_comes_back_under_another_name_is_found(device, open_line, until) -> None:
    """By its serial number, among ports of the same kind."""
    other = PortInfo("/dev/ttyOTHER", "", "0403:6015", "B2")
    listed = [(PortInfo(device.port, "", "0403:6015", "A1"), other)]
    blocks: list[Block] = []
    told: list[bool] = []
    line = open_line(
        on_block=blocks.append, on_line=lambda alive, at_s: told.append(alive), ports=lambda: listed[0]
    )
    device.play(counts, 100)
    until(lambda: told == [True])
    again = type(device)()
    listed[0] = (other,)
    device.unplug()
    until(lambda: told == [True, False], 1.5)
    listed[0] = (other, PortInfo(again.port, "", "0403:6015", "A1"))
    again.play(counts, 100)
    until(lambda: told == [True, False, True], 2.0)
    assert line.view().port == again.port
    assert line.connection.port == again.port
    assert [bool(f & Flag.GAP_BEFORE) for f in Block.join(blocks).flags].count(True) == 1
    again.unplug()


def test_another_device_of_the_same_kind_is_not_taken_for_the_lost_one(device, open_line, until) -> None:
    gone, other = device.port, type(device)()
    there, looked = threading.Event(), threading.Event()
    there.set()

    def ports() -> tuple[PortInfo, ...]:
        if there.is_set():
            return (PortInfo(gone, "", "0403:6015", "A1"),)
        looked.set()
        return (PortInfo(other.port, "", "0403:6015", "B2"),)

    line = open_line(ports=ports)
    device.play(counts, 100)
    line.wait_for_samples(5)
    there.clear()
    device.unplug()
    assert looked.wait(5)
    until(lambda: line.view().state is LineState.LOST)
    assert line.view().port == gone
    other.unplug()


def test_a_device_that_restarts_asks_for_a_new_zero_until_it_is_tared(device, open_line, until) -> None:
    blocks: list[Block] = []
    line = open_line("sparkfun-openscale", on_block=blocks.append)
    device.play(lambda n: b"%d,0.50,kg,\r\n" % (50_000 + 20 * n), 50)
    until(lambda: sum(map(len, blocks)) > 30)
    device.pause()
    assert line.view().message == ""
    device.play(lambda n: b"%d,0.50,kg,\r\n" % (400 + 20 * n), 50)
    until(lambda: "restarted" in line.view().message)
    assert line.view().state is LineState.STREAMING
    until(lambda: not _refused(line))
    assert line.view().message == ""
    assert any(f & Flag.GAP_BEFORE for f in Block.join(blocks).flags)


def _refused(line: Acquisition) -> bool:
    try:
        line.tare()
    except IsotimerError:
        return True
    return False


def test_a_silent_device_is_told_to_start_again(device, open_line, until) -> None:
    """As when the balance was switched off and on behind its USB bridge."""
    line = open_line("kern-ew")
    assert device.hear(4) == b"O1\r\n"
    assert device.hear(4) == b"O1\r\n"
    device.play(lambda n: b"+0127.20 G S\r\n", 8)
    until(lambda: line.view().state is LineState.STREAMING)


def test_the_baud_rates_of_the_device_file_are_tried(device, open_line, until, monkeypatch) -> None:
    """As with an OpenScale that was set to 115200, while 9600 is the usual."""
    monkeypatch.setattr(acquisition, "FIRST_S", 0.5)
    right = termios.B115200

    def line(number: int) -> bytes:
        speed = termios.tcgetattr(device._slave)[4]
        return b"%d,0.50,kg,\r\n" % (50_000 + 20 * number) if speed == right else b"\x93\xf0\x1c\x0a\x80" * 4

    seen: list[str] = []
    sensor = open_line("sparkfun-openscale")
    device.play(line, 50)
    until(lambda: seen.append(sensor.view().message) or sensor.view().state is LineState.STREAMING)
    assert "trying 115200 baud" in seen
    assert sensor.baud == 115200


def test_when_no_baud_rate_does_all_are_named(device, open_line, monkeypatch) -> None:
    monkeypatch.setattr(acquisition, "FIRST_S", 0.4)
    sensor = open_line("sparkfun-openscale")
    device.play(lambda number: b"\x93\xf0\x1c\x0a\x80" * 4, 50)
    with pytest.raises(LinkError) as told:
        sensor.wait_for_samples(10)
    assert told.value.reason is LinkReason.GARBLED
    assert "cannot be read as sparkfun-openscale at 9600 or 115200 baud" in told.value.sentence


def test_an_unplugged_sensor_is_said_to_be_so_as_long_as_it_is_away(device, open_line, until) -> None:
    looks: list[str] = []
    port = PortInfo(device.port, "", "0403:6015", "A1")

    def ports() -> tuple[PortInfo, ...]:
        looks.append("")
        return (port,)

    line = open_line(ports=ports)
    device.play(counts, 100)
    line.wait_for_samples(5)
    device.unplug()
    until(lambda: line.view().state is LineState.LOST)
    said = line.view().message
    looks.clear()
    until(lambda: len(looks) >= 3)
    assert line.view().message == said
    assert "unplugged" in said
