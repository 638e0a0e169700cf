"""Whatever pyserial raises when a line breaks is one LinkError, with the cause in words."""

import errno
import threading

import pytest
import serial

from isotimer.core.errors import LinkError, LinkReason
from isotimer.link import reader as reader_module
from isotimer.link.catalog import find_profile
from isotimer.link.reader import Reader
from isotimer.link.shipped import shipped_folder

TWO_READERS = (
    "device reports readiness to read but returned no data (device disconnected or multiple access on port?)"
)


class BrokenLine:
    """An open port whose reads, writes and closing fail as a vanished device's do."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, size: int = 1) -> bytes:
        raise self.error

    @property
    def in_waiting(self) -> int:
        raise self.error

    def write(self, data: bytes) -> int:
        raise self.error

    def close(self) -> None:
        raise self.error


@pytest.fixture
def broken(monkeypatch):
    def line(error: Exception) -> Reader:
        monkeypatch.setattr(reader_module, "open_port", lambda *settings: BrokenLine(error))
        return Reader("PORT", find_profile("hx711-line", [shipped_folder()]))

    return line


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EIO, "Input/output error"), "device vanished"),
        (serial.SerialException("write failed: [Errno 5] Input/output error"), "device vanished"),
        (TypeError("'NoneType' object cannot be interpreted as an integer"), "device vanished"),
        (ValueError("file descriptor cannot be a negative integer (-1)"), "device vanished"),
        (PermissionError(13, "Access is denied."), "device vanished"),
        (serial.SerialException(TWO_READERS), "another program reads the same port"),
    ],
)
def test_a_break_is_said_once_and_again(broken, error: Exception, words: str) -> None:
    line = broken(error)
    for _ in range(2):
        with pytest.raises(LinkError, match=words) as told:
            line.take(5.0)
        assert told.value.reason is LinkReason.VANISHED
    line.close()
    line.close()
    assert not [t for t in threading.enumerate() if t.name == "reader PORT"]


@pytest.mark.parametrize("error", [OSError(errno.EIO, "x"), TypeError("x"), serial.SerialException("x")])
def test_a_command_to_a_line_that_broke_is_refused(broken, error: Exception) -> None:
    line = broken(error)
    with pytest.raises(LinkError) as told:
        line.write(b"t")
    assert told.value.reason is LinkReason.VANISHED
    line.close()
