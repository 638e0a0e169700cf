"""A device on a pseudo-terminal that does what a test says."""

import os
import threading
import time
import tty
import weakref
from collections.abc import Callable, Iterator

import pytest

from isotimer.core.profile import Profile
from isotimer.link.catalog import find_profile
from isotimer.link.shipped import shipped_folder


class PtyDevice:
    """The device's side of a pseudo-terminal."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        # As long as this end is open nobody else gets the port's number, also once it is unplugged.
        weakref.finalize(self, os.close, self._slave)
        self.heard = b""
        self._playing = threading.Event()
        self._thread: threading.Thread | None = None

    def say(self, data: bytes) -> None:
        """Send bytes."""
        os.write(self._master, data)

    def hear(self, size: int = 100) -> bytes:
        """Return what was sent to the device; waits for it."""
        data = os.read(self._master, size)
        self.heard += data
        return data

    def play(self, line: Callable[[int], bytes], rate_hz: float) -> None:
        """Send one line after the other in the background until ``pause`` or ``unplug``."""
        self._playing.set()

        def run() -> None:
            start, number = time.monotonic(), 0
            while self._playing.is_set():
                try:
                    os.write(self._master, line(number))
                except OSError:
                    return
                number += 1
                time.sleep(max(0.0, start + number / rate_hz - time.monotonic()))

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Fall silent."""
        self._playing.clear()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def unplug(self) -> None:
        """Vanish."""
        self.pause()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1


@pytest.fixture
def device() -> Iterator[PtyDevice]:
    """A device that is unplugged with the test at the latest."""
    one = PtyDevice()
    yield one
    one.unplug()


@pytest.fixture
def profile_of() -> Callable[[str], Profile]:
    """A shipped profile by its id."""
    return lambda name: find_profile(name, [shipped_folder()])


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait until something is true, or fail."""

    def wait(what: Callable[[], object], seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, f"not so within {seconds} s"
            time.sleep(0.005)

    return wait
