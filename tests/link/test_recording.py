"""Bytes of a line in a file, and played back."""

import os
import select
import sys
import threading
import time
from pathlib import Path

import pytest

from isotimer.core.errors import DataError
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.ports import open_port
from isotimer.link.recording import LineRecorder, Player, is_recording, read_recording
from isotimer.link.shipped import shipped_folder

CHUNKS = (
    (0, b"HX711 Demo\r\n"),
    (120_000_000, b"80"),
    (121_000_000, b"01\r\n\x00\xff\r\n"),
    (400_000_000, b"8002\r\n"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "line.rec"
    with LineRecorder(path, "hx711-line", "/dev/ttyUSB0") as recorder:
        for at_ns, data in CHUNKS:
            recorder.take(data, 5_000_000_000 + at_ns)
    assert recorder.trouble is None
    return path


def test_what_was_recorded_is_read_again(file: Path) -> None:
    assert is_recording(file)
    recording = read_recording(file)
    assert recording.device == "hx711-line"
    assert recording.chunks == CHUNKS


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_recording_is_played_with_its_spacing_to_each_client(file: Path, tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    player = Player(read_recording(file), PtyEndpoint(), port_file)
    thread = threading.Thread(target=player.run)
    thread.start()
    try:
        assert port_file.read_text() == player.address + "\n"
        for _ in range(2):
            heard = _hear(player.address, sum(len(data) for _, data in CHUNKS))
            assert b"".join(data for _, data in heard) == b"".join(data for _, data in CHUNKS)
            due_s = [at_ns * 1e-9 for at_ns, data in CHUNKS for _ in data]
            heard_s = [at_s for at_s, data in heard for _ in data]
            # a busy machine may hear late, and two chunks at once, but never a byte before its time
            assert all(at_s >= due - 0.001 for at_s, due in zip(heard_s, due_s, strict=True))
            time.sleep(0.1)
    finally:
        player.stop()
        thread.join()
    assert not port_file.exists()


def _hear(address: str, size: int) -> list[tuple[float, bytes]]:
    opened_s = time.monotonic()
    line = open_port(address, find_profile("hx711-line", [shipped_folder()]))
    heard: list[tuple[float, bytes]] = []
    try:
        while sum(len(data) for _, data in heard) < size:
            assert select.select([line.fileno()], [], [], 10)[0]
            heard.append((time.monotonic() - opened_s, os.read(line.fileno(), 100)))
    finally:
        line.close()
    return heard


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "line 1"),
        ("time_s,force_n\n0,1\n", "line 1"),
        ('{"isotimer_recording": 1}\n', "line 1"),
        ('{"isotimer_recording": 2, "device": "x"}\n', "newer"),
        ('{"isotimer_recording": 1, "device": "x"}\n', "nothing"),
        ('{"isotimer_recording": 1, "device": "x"}\n0 zz\n', "line 2"),
        ('{"isotimer_recording": 1, "device": "x"}\n5 00\n4 00\n', "line 3"),
        ('{"isotimer_recording": 1, "device": "x"}\n-1 00\n', "line 2"),
        ("\u00e9\n", "line 1"),
    ],
)
def test_a_damaged_recording_is_named_by_its_line(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "bad.rec"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=word):
        read_recording(path)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot write"):
        LineRecorder(tmp_path / "no" / "file", "x", "y")
    with pytest.raises(DataError, match="cannot read"):
        read_recording(tmp_path / "none")
    assert not is_recording(tmp_path / "none")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_ends_the_recording_and_not_the_reading() -> None:
    with LineRecorder(Path("/dev/full"), "x", "y") as recorder:
        for number in range(10_000):
            recorder.take(b"8000\r\n", number)
    assert isinstance(recorder.trouble, DataError)
