"""Wrong use gets one sentence, the right exit code, and never a traceback."""

import errno
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from isotimer.cli.main import main

HOLD = ("hold", "standing-pull-back", "--seconds", "1", "--countdown", "0")
SENSOR = ("--device", "chronojump-force-sensor", "--start", "force", "--target", "100N")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stderr: str


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Run the command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("ISOTIMER_DB", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def go(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["isotimer", *words])
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
        with pytest.raises(SystemExit) as stop:
            main()
        for number, handler in handlers.items():
            signal.signal(number, handler)
        return Done(int(stop.value.code or 0), capfd.readouterr().err)

    return go


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run isotimer as a process, in an empty folder."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ISOTIMER", "XDG_"))}
    env |= {"HOME": str(tmp_path / "home")}

    def go(*words: str, **kwargs: object) -> "subprocess.CompletedProcess[str]":
        words_ = [sys.executable, "-m", "isotimer", *words]
        return subprocess.run(
            words_,
            cwd=tmp_path,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=50,
            **kwargs,
        )

    return go


def sentence(done: "Done | subprocess.CompletedProcess[str]", code: int) -> str:
    """Return the one sentence of a failure with this exit code."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("isotimer: ")]
    assert len(lines) == 1, done.stderr
    assert "\x1b" not in done.stderr
    return lines[0]


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("hold", "standing-band-hip-flexon", "--no-sensor"), 2, "standing-band-hip-flexion"),
        (("hold", "\x1b[31mred", "--no-sensor"), 2, "\\x1b[31mred"),
        ((*HOLD, "--device", "chronojump-force-sensr", "--port", "x"), 2, "chronojump-force-sensor"),
        ((*HOLD, "--port", "/dev/ttyNOPE", *SENSOR), 3, "/dev/ttyNOPE"),
        ((*HOLD, "--port", "socket://127.0.0.1:1", *SENSOR), 3, "127.0.0.1:1"),
        ((*HOLD, "--port", "nonsense://x", *SENSOR), 2, "no port"),
        ((*HOLD, "--port", "/dev/null", *SENSOR), 3, "no serial port"),
        ((*HOLD, "--no-sensor", "--target", "soft"), 2, "250N"),
        ((*HOLD, "--no-sensor", "--target", "75%"), 2, "no best"),
        ((*HOLD, "--no-sensor", "--target", "0.8BW"), 2, "body mass"),
        (("hold", "standing-pull-back", "--no-sensor", "--seconds", "-3"), 2, "-3"),
        (("hold", "standing-pull-back", "--no-sensor", "--seconds", "nan"), 2, "nan"),
        (("hold", "standing-pull-back", "--no-sensor", "--seconds", "1e9"), 2, "1e+09"),
        (("positions", "show", "nothing-like-it"), 2, "nothing-like-it"),
        (("devices", "show", "nothing-like-it"), 2, "nothing-like-it"),
        (("devices", "check", "missing.toml"), 4, "missing.toml"),
        (("simulate", "nothing-like-it"), 2, "nothing-like-it"),
        (("db", "check", "--db", "missing.db"), 4, "missing.db"),
        (("export", "--to", "OUT", "--db", "missing.db"), 4, "missing.db"),
        (("export", "--to", "OUT", "--athlete", "Nobody", "--db", "missing.db"), 4, "missing.db"),
        (("demo",), 2, "terminal"),
        ((), 2, "terminal"),
    ],
)
def test_one_sentence(call: Callable[..., Done], words: tuple[str, ...], code: int, expected: str) -> None:
    assert expected in sentence(call(*words), code)


def test_a_foreign_database_is_refused_and_left_alone(call: Callable[..., Done], tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    assert "other.db" in sentence(call(*HOLD, "--no-sensor", "--db", "other.db"), 4)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database at all, but long enough to look at" * 50)
    assert "text.db" in sentence(call(*HOLD, "--no-sensor", "--db", "text.db"), 4)


def test_a_full_disk_is_said_before_the_hold(run: Run) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    assert "D.db" in sentence(run(*HOLD, "--no-sensor", "--db", "D.db", preexec_fn=limit), 4)


def test_a_database_in_a_folder_that_is_a_file(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in sentence(call(*HOLD, "--no-sensor", "--db", "file/D.db"), 4)


@pytest.fixture
def pty_port() -> tuple[int, str]:
    """A pseudo-terminal: (the device's side, the port's name)."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


def test_a_silent_port(call: Callable[..., Done], pty_port: tuple[int, str]) -> None:
    words = sentence(call(*HOLD, "--port", pty_port[1], *SENSOR), 3)
    assert "does not answer 'start_capture:'" in words


def test_a_port_that_talks_nonsense(call: Callable[..., Done], pty_port: tuple[int, str]) -> None:
    master, name = pty_port
    stop = threading.Event()

    def babble() -> None:
        while not stop.wait(0.02):
            try:
                os.write(master, bytes(range(128, 256)))
            except OSError:
                return

    babbler = threading.Thread(target=babble)
    babbler.start()
    try:
        words = sentence(call(*HOLD, "--port", name, "--device", "hx711-line", "--start", "force"), 3)
    finally:
        stop.set()
        babbler.join()
    assert "cannot be read as hx711-line" in words
    assert "baud" in words


def test_a_busy_port(call: Callable[..., Done], pty_port: tuple[int, str]) -> None:
    import serial

    holder = serial.Serial(pty_port[1], exclusive=True)
    try:
        assert "another program" in sentence(call(*HOLD, "--port", pty_port[1], *SENSOR), 3)
    finally:
        holder.close()


def test_no_permission_is_named_as_such() -> None:
    from isotimer.core.errors import LinkReason
    from isotimer.link.ports import cannot_open

    denied = cannot_open("/dev/ttyUSB0", PermissionError(errno.EACCES, "Permission denied"))
    assert denied.reason is LinkReason.PERMISSION
    assert "/dev/ttyUSB0" in denied.sentence
    assert "dialout" in denied.sentence


def test_a_listener_that_hangs_up_at_once(call: Callable[..., Done]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                return

        threading.Thread(target=hang_up, daemon=True).start()
        port = f"socket://127.0.0.1:{server.getsockname()[1]}"
        assert "broke" in sentence(call(*HOLD, "--port", port, *SENSOR), 3)
