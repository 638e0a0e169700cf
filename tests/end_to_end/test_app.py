"""The real app on a real terminal: a hold by two keys, and every way it may be ended loses nothing."""

import os
import pty
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


class App:
    """isotimer in a terminal of 80x24."""

    def __init__(self, words: list[str], env: dict[str, str]) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.clear()
            os.environ.update(env | {"TERM": "xterm-256color", "LINES": "24", "COLUMNS": "80"})
            os.execv(sys.executable, [sys.executable, "-m", "isotimer", *words])
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
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        raise AssertionError("it does not end")

    def kill(self) -> None:
        """End it, whatever it does."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
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
def apps(environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, App]]:
    """One app for each end, all with a hold of ten seconds under way, without a sensor."""
    all_ = {how: App(["--db", str(tmp_path / f"{how}.db")], environment) for how in ENDS}
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
            os.kill(app.pid, getattr(signal, how))
        assert app.wait() in ENDS[how], how
        assert ends(tmp_path / f"{how}.db") == [("aborted", 1)], how
