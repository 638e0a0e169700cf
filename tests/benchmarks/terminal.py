"""A program on a pseudo-terminal, as a terminal would run it: it is answered, timed and counted."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

SYNC_BEGIN = b"\x1b[?2026h"
"""Textual begins each frame with this where the terminal knows synchronised output."""
_ANSWERS = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"),)


def keep_priority() -> None:
    """Let a session that was just begun count as much as its parent was given by ``nice``.

    Linux groups processes by session for scheduling, and ``nice`` counts within a group alone.
    """
    try:
        Path("/proc/self/autogroup").write_text(f"{os.nice(0)}")
    except OSError:
        return


class Terminal:
    """A child process with a screen of its own.

    Args:
        words: The program and its arguments.
        size: Columns and rows.
        env: Its environment.
    """

    def __init__(
        self, words: list[str], size: tuple[int, int] = (120, 40), env: dict[str, str] | None = None
    ) -> None:
        self.started_s = time.perf_counter()
        self.frames = 0
        self.bytes = 0
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            keep_priority()
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})})
            os.execv(words[0], words)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._tail = b""

    def run(self, seconds: float, until: Callable[[bytes], bool] = lambda data: False) -> bool:
        """Read and answer for so long, or until what has come since pleases; return whether it did."""
        end_s = time.perf_counter() + seconds
        seen = b""
        while (left := end_s - time.perf_counter()) > 0:
            if not select.select([self._fd], [], [], min(left, 0.05))[0]:
                continue
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                return False
            self.bytes += len(data)
            self.frames += (self._tail[-7:] + data).count(SYNC_BEGIN)
            for question, answer in _ANSWERS:
                if question in self._tail[-20:] + data and question not in self._tail[-20:]:
                    os.write(self._fd, answer)
            self._tail = (self._tail + data)[-64:]
            seen = (seen + data)[-200_000:]
            if until(seen):
                return True
        return False

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def cpu_s(self) -> float:
        """Return the CPU time of the child and its threads so far, s."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the child."""
        try:
            os.kill(self.pid, 15)
            self.run(3.0)
            os.waitpid(self.pid, os.WNOHANG)
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self._fd)


PYTHON = sys.executable
