"""Real processes: a simulator on a pseudo-terminal or TCP port, and isotimer beside it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ISOTIMER = [sys.executable, "-m", "isotimer"]


def _wait_for(what: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Return the first true value of ``what``; fail the test if none comes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := what():
            return value
        time.sleep(0.02)
    raise AssertionError(f"nothing came within {seconds} s")


@dataclass
class Simulated:
    """A simulator that plays."""

    process: subprocess.Popen[str]
    port: str
    truth_file: Path

    def stop(self) -> dict[str, Any]:
        """End it and return what it says it played."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=10)
        return json.loads(self.truth_file.read_text())

    def kill(self) -> None:
        """Pull the plug."""
        self.process.kill()
        self.process.wait(timeout=10)


@pytest.fixture
def wait_for() -> Callable[..., Any]:
    """Wait until something is true, or fail."""
    return _wait_for


@pytest.fixture
def begin(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start isotimer beside the test; it is killed with the test at the latest."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*ISOTIMER, *words],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment whose folders are the test's own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ISOTIMER", "XDG_"))}
    return env | {"HOME": str(tmp_path / "home"), "XDG_STATE_HOME": str(tmp_path / "state")}


@pytest.fixture
def simulate(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., Simulated]]:
    """Start simulators; all are ended with the test."""
    running: list[Simulated] = []

    def start(device: str, *words: str) -> Simulated:
        number = len(running)
        port_file, truth = tmp_path / f"port{number}", tmp_path / f"truth{number}.json"
        process = subprocess.Popen(
            [*ISOTIMER, "simulate", device, "--port-file", str(port_file), "--truth", str(truth), *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        _wait_for(lambda: port_file.exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1]
        running.append(Simulated(process, port_file.read_text().strip(), truth))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.kill()
        if one.process.stderr:
            one.process.stderr.close()


@pytest.fixture
def isotimer(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run isotimer to its end, in the test's own folder; ``typed`` is what it finds on stdin."""

    def run(
        *words: str, seconds: float = 50.0, typed: str = "", **kwargs: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*ISOTIMER, *words],
            cwd=tmp_path,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=seconds,
            **kwargs,
        )

    return run
