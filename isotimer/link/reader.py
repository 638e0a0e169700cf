"""The reader thread: it only reads, stamps and hands on raw bytes."""

import os
import select
import threading
import time
from collections.abc import Callable
from functools import partial

import serial

from isotimer.core.errors import LinkError, LinkReason
from isotimer.core.profile import Profile
from isotimer.link.inbox import Chunk, Inbox
from isotimer.link.ports import READ_TIMEOUT_S, open_port

_LARGEST = 16384


class Reader:
    """An open line and the thread that reads it.

    Bytes wait in a queue, stamped at the moment ``read`` returned and never again. When the line
    fails, the failure is the queue's last item and is raised by ``take``.

    Args:
        port: Name or pyserial URL.
        profile: Line settings.
        baud: Used instead of the profile's.

    Raises:
        WrongUseError: If the name is no port.
        LinkError: If it cannot be opened.
    """

    joined = False

    def __init__(self, port: str, profile: Profile, baud: int | None = None) -> None:
        self.port = port
        self._line = open_port(port, profile, baud)
        self._read = _socket_read(self._line) if port.startswith("socket://") else _serial_read(self._line)
        self._inbox = Inbox()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"reader {port}", daemon=True)
        self._thread.start()

    def take(self, timeout_s: float) -> Chunk | None:
        """Return the next chunk, or None if none came within the time.

        Raises:
            LinkError: If the line has failed.
        """
        return self._inbox.take(timeout_s)

    def write(self, data: bytes) -> None:
        """Send bytes to the device.

        Raises:
            LinkError: If the line has failed.
        """
        try:
            self._line.write(data)
        except (OSError, TypeError, ValueError) as e:
            raise _vanished(self.port, e) from None

    def close(self) -> None:
        """Stop the thread and close the line; safe to call twice, and after a failure."""
        self._stopping.set()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=10 * READ_TIMEOUT_S)
        try:
            self._line.close()
        except (OSError, TypeError, ValueError):
            return

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                data = self._read()
            except (OSError, TypeError, ValueError) as e:
                # pyserial raises OSError or SerialException on an unplug, and TypeError or
                # ValueError when the descriptor is closed under a blocked read
                if not self._stopping.is_set():
                    self._inbox.put(_vanished(self.port, e))
                return
            if data:
                self._inbox.put((data, time.monotonic_ns()))


def _vanished(port: str, error: Exception) -> LinkError:
    text = str(error)
    if "multiple access" in text:
        return LinkError(
            LinkReason.VANISHED,
            f"the line {port} broke",
            "the device was unplugged, or another program reads the same port",
            "check the cable, and close other programs that use this port",
        )
    return LinkError(LinkReason.VANISHED, f"the line {port} broke")


def _serial_read(line: serial.SerialBase) -> Callable[[], bytes]:
    """Read what is there, or wait for one byte: pyserial's read(n) would wait for all n.

    Where the port is a file descriptor it is read in one go: each call in between would wait for the
    interpreter while another thread decodes, and a pseudo-terminal's small buffer would run full.
    """
    if os.name == "posix" and type(line) is serial.Serial:
        return partial(_read_descriptor, line.fileno(), bytearray(_LARGEST))

    def read() -> bytes:
        data: bytes = line.read(line.in_waiting or 1)
        return data

    return read


def _read_descriptor(descriptor: int, buffer: bytearray) -> bytes:
    """Read into one buffer for good: a new large one for each few bytes leaves the memory in shreds."""
    if not select.select([descriptor], [], [], READ_TIMEOUT_S)[0]:
        return b""
    size = os.readv(descriptor, [buffer])
    if not size:
        raise serial.SerialException("returned no data (device disconnected or multiple access on port?)")
    return bytes(buffer[:size])


def _socket_read(line: serial.SerialBase) -> Callable[[], bytes]:
    """Wait for one byte, then take the rest: a socket's in_waiting only says 0 or 1."""

    def read() -> bytes:
        first: bytes = line.read(1)
        if not first:
            return first
        line.timeout = 0
        try:
            rest: bytes = line.read(_LARGEST)
        finally:
            line.timeout = READ_TIMEOUT_S
        return first + rest

    return read
