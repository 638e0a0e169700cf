"""The real app on a real terminal: a hold by two keys, and every way it may be ended loses nothing."""

import fcntl
import os
import select
import signal
import sqlite3
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

WARM = ("isotimer.cli.app", "isotimer.tui.app", "isotimer.tui.screens.hold", "scipy.signal")


class App:
    """isotimer in a terminal of 80x24."""

    def __init__(self, warm: Any, words: list[str], env: dict[str, str], folder: Path) -> None:
        self._fd, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        env = env | {"TERM": "xterm-256color", "LINES": "24", "COLUMNS": "80"}
        self.process = warm.start(
            words, env=env, cwd=folder, stdin=slave, stdout=slave, stderr=slave, terminal=True
        )
        os.close(slave)
        self._seen = b""

    def read(self, seconds: float) -> bytes:
        """Take what it paints for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._fd], [], [], left)[0]:
                break
            try:
                self._seen += os.read(self._fd, 65536)
            except OSError:
                break
        return self._seen

    def until(self, what: Callable[[], object], seconds: float = 20.0) -> None:
        """Read until something is true, or fail."""
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, self._seen[-2000:]
            self.read(0.05)

    def type(self, keys: bytes) -> None:
        """Press keys; what was painted before counts no more."""
        self._seen = b""
        os.write(self._fd, keys)

    def painted(self, words: bytes) -> bool:
        """Whether some words have been painted."""
        return words in self._seen

    def hang_up(self) -> None:
        """Close its terminal."""
        os.close(self._fd)
        self._fd = -1

    def wait(self, seconds: float = 20.0) -> int:
        """Return its exit status; fail if it does not end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._fd >= 0:
                self.read(0.02)
            code = self.process.poll()
            if code is not None:
                return int(code)
            time.sleep(0.01)
        raise AssertionError("it does not end")

    def kill(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.wait()
        if self._fd >= 0:
            os.close(self._fd)


def started(path: Path) -> bool:
    """Whether a hold runs."""
    if not path.exists():
        return False
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        tables = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'hold'").fetchone()[0]
        return bool(tables) and db.execute("SELECT count(*) FROM hold").fetchone()[0] == 1


def ends(path: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(path) as db:
        return db.execute('SELECT "end", hold_s BETWEEN 0 AND 10 FROM hold').fetchall()


WAY = (
    (b"Welcome", b"\x1b"),
    (b"SPACE or ENTER starts", b"\r"),
    (b"ENTER takes", b"\r"),
    (b"SPACE starts", b" "),
)
"""What is waited for, and the key that is pressed then, from the first start to a hold."""

ENDS = {"ctrl-c": (0,), "SIGTERM": (143,), "SIGHUP": (129,), "closed terminal": (129, -1, 0, 1)}
"""How it is ended, and the exit codes that are right for it."""


@pytest.fixture
def apps(warm: Any, environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, App]]:
    """One app for each end, all with a hold of ten seconds under way, without a sensor."""
    all_ = {how: App(warm, ["--db", str(tmp_path / f"{how}.db")], environment, tmp_path) for how in ENDS}
    try:
        for words, key in WAY:
            for app in all_.values():
                app.until(lambda app=app, words=words: app.painted(words))
                app.type(key)
        for how, app in all_.items():
            app.until(lambda how=how: started(tmp_path / f"{how}.db"))
        yield all_
    finally:
        for app in all_.values():
            app.kill()


def test_no_way_to_end_it_loses_the_hold(apps: dict[str, App], tmp_path: Path) -> None:
    for how, app in apps.items():
        if how == "ctrl-c":
            app.type(b"\x03")
        elif how == "closed terminal":
            app.hang_up()
        else:
            app.process.send_signal(getattr(signal, how))
        assert app.wait() in ENDS[how], how
        assert ends(tmp_path / f"{how}.db") == [("aborted", 1)], how
