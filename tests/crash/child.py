"""isotimer as a process of its own: on pipes, or on a terminal that can be closed."""

import contextlib
import fcntl
import os
import select
import struct
import subprocess
import termios
import threading
import time
from pathlib import Path

from warm import Warm

QUESTION, ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class Child:
    """One run of isotimer.

    Args:
        warm: Starts it.
        words: Its arguments.
        env: Its environment.
        folder: Its current folder.
        screen: Give it a controlling terminal instead of pipes.
    """

    def __init__(
        self, warm: Warm, words: list[str], env: dict[str, str], folder: Path, *, screen: bool
    ) -> None:
        self.lines: list[tuple[float, str]] = []
        self.struck_s = 0.0
        self._master = -1
        if screen:
            self._master, slave = os.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
            files = {"stdin": slave, "stdout": slave, "stderr": slave, "terminal": True}
            self.process = warm.start(words, cwd=folder, env=env, **files)
            os.close(slave)
            source = self._master
        else:
            files = {"stdout": subprocess.DEVNULL, "text": False}
            self.process = warm.start(words, cwd=folder, env=env, **files)
            source = self.process.stderr.fileno()
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(source,), daemon=True)
        self._reader.start()

    def _read(self, source: int) -> None:
        rest = b""
        while not self._closing.is_set():
            if not select.select([source], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(source, 65536)
            except OSError:
                return
            if not data:
                return
            if QUESTION in data and self._master >= 0:
                os.write(self._master, ANSWER)
            *whole, rest = (rest + data).split(b"\n")
            now_s = time.monotonic()
            self.lines += [(now_s, line.decode(errors="replace").strip()) for line in whole]
            rest = rest[-200:]

    def said(self) -> str:
        """Return the last of what it said."""
        return " / ".join(line for _, line in self.lines[-4:])[-600:]

    def holds_said(self, until_s: float) -> int:
        """Return how many holds it had said to begin by then."""
        return sum(1 for at_s, line in self.lines if line.startswith("Hold") and at_s < until_s)

    def close_terminal(self) -> None:
        """Close the window that it runs in."""
        self._closing.set()
        self._reader.join()
        os.close(self._master)
        self._master = -1

    def wait(self, seconds: float) -> int | None:
        """Return its exit code, None if it does not end."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """End it for good."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self._reader.join(5.0)
        self._closing.set()
        if self._master >= 0:
            os.close(self._master)
        elif self.process.stderr is not None:
            self.process.stderr.close()
