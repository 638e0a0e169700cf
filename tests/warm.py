"""isotimer as processes of its own that need not import everything anew: forked from an interpreter that has.

``Warm`` starts that interpreter. Each run is a real process, with its own pid, signals, folder, environment
and files, and ends as ``python -m isotimer`` ends.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

PIPE, DEVNULL = subprocess.PIPE, subprocess.DEVNULL


class Run:
    """One run of isotimer: what the tests use of ``subprocess.Popen``."""

    def __init__(self, pid: int, status: int, files: list[IO[Any] | None]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin, self.stdout, self.stderr = files
        self._status = status
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Return its exit code (minus a signal's number), None while it runs."""
        with self._lock:
            if self.returncode is None and select.select([self._status], [], [], 0)[0]:
                told = os.read(self._status, 20)
                os.close(self._status)
                assert told, "the interpreter that forks is gone"
                self.returncode = os.waitstatus_to_exitcode(int(told))
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        if self.poll() is None:
            select.select([self._status], [], [], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(["isotimer"], timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def communicate(self, typed: str | None = None, timeout: float | None = None) -> tuple[Any, Any]:
        """Type something, and return what it writes until its end."""
        until_s = time.monotonic() + (timeout if timeout is not None else 3600.0)
        said: list[Any] = [None, None]

        def read(place: int, file: IO[Any]) -> None:
            with file:
                said[place] = file.read()

        files = [f for f in enumerate((self.stdout, self.stderr)) if f[1] is not None and not f[1].closed]
        readers = [threading.Thread(target=read, args=pair, daemon=True) for pair in files]
        for reader in readers:
            reader.start()
        if self.stdin is not None and not self.stdin.closed:
            with contextlib.suppress(BrokenPipeError), self.stdin:
                self.stdin.write(typed or "")
        for reader in readers:
            reader.join(max(until_s - time.monotonic(), 0.0))
            if reader.is_alive():
                raise subprocess.TimeoutExpired(["isotimer"], timeout or 0.0)
        self.wait(max(until_s - time.monotonic(), 0.0))
        return said[0], said[1]


class Warm:
    """An interpreter that has imported what runs need.

    Args:
        modules: What it imports at once.
    """

    def __init__(self, *modules: str) -> None:
        self._ours, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            words = [sys.executable, "-P", __file__, str(theirs.fileno()), *modules]
            # threads of the interpreter that forks would be missing in what it forks
            env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
            self._process = subprocess.Popen(words, pass_fds=[theirs.fileno()], stdin=DEVNULL, env=env)

    def close(self) -> None:
        """End it; what still runs is ended with it."""
        self._ours.close()
        self._process.wait()

    def start(
        self,
        words: list[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdin: int = DEVNULL,
        stdout: int = PIPE,
        stderr: int = PIPE,
        text: bool = True,
        terminal: bool = False,
    ) -> Run:
        """Start isotimer.

        Args:
            words: Its arguments.
            env: Its whole environment.
            cwd: Its folder.
            stdin: PIPE, DEVNULL or an open file's number; stdout and stderr too.
            text: Whether pipes carry text rather than bytes.
            terminal: Make stdin its controlling terminal, in a session of its own.
        """
        ours: list[IO[Any] | None] = []
        theirs: list[int] = []
        close: list[int] = []
        for place, wanted in enumerate((stdin, stdout, stderr)):
            given, file = wanted, None
            if wanted == DEVNULL:
                given = os.open(os.devnull, os.O_RDWR)
            elif wanted == PIPE:
                reading, writing = os.pipe()
                given, kept = (reading, writing) if place == 0 else (writing, reading)
                file = os.fdopen(kept, ("w" if place == 0 else "r") + ("" if text else "b"))
            if given != wanted:
                close.append(given)
            ours.append(file)
            theirs.append(given)
        status, tell = os.pipe()
        close.append(tell)
        asked = {"words": words, "env": dict(env), "cwd": str(cwd), "terminal": terminal}
        with self._lock:
            socket.send_fds(self._ours, [json.dumps(asked).encode()], [*theirs, tell])
            for number in close:
                os.close(number)
            pid = os.read(status, 20)
        assert pid, "the interpreter that forks is gone"
        return Run(int(pid), status, ours)


def serve(asks: socket.socket) -> None:
    """Fork a run for each that is asked for and tell how each ends; return in each run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake.fileno())
    running: dict[int, int] = {}
    gc.freeze()
    while True:
        ready = select.select([asks, woken], [], [])[0]
        if woken in ready:
            woken.recv(4096)
            _tell_ends(running)
        if asks not in ready:
            continue
        text, given, _, _ = socket.recv_fds(asks, 1 << 20, 4)
        if not text:
            break
        pid = os.fork()
        if not pid:
            asks.close()
            woken.close()
            wake.close()
            for number in (*running.values(), given.pop()):
                os.close(number)
            _become(json.loads(text), given)
            return
        running[pid] = given.pop()
        for number in given:
            os.close(number)
        os.write(running[pid], f"{pid:<20}".encode())
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    sys.exit()


def _tell_ends(running: dict[int, int]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with contextlib.suppress(BrokenPipeError):
            os.write(running[pid], str(status).encode())
        os.close(running.pop(pid))


def _become(asked: dict[str, Any], given: list[int]) -> None:
    """Make this process what one that was started anew would be."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if asked["terminal"]:
        import fcntl
        import termios

        os.setsid()
        fcntl.ioctl(given[0], termios.TIOCSCTTY, 0)
    for place, number in enumerate(given):
        os.dup2(number, place)
        os.close(number)
    sys.stdin = sys.__stdin__ = os.fdopen(0, closefd=False)
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv = ["isotimer", *asked["words"]]


if __name__ == "__main__":
    for name in sys.argv[2:]:
        importlib.import_module(name)
    serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("isotimer", run_name="__main__", alter_sys=True)
