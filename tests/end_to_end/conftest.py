"""Real processes: a simulator on a pseudo-terminal or TCP port, and isotimer beside it."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


def _warm() -> Any:
    spec = importlib.util.spec_from_file_location("warm", Path(__file__).parents[1] / "warm.py")
    module = sys.modules["warm"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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

    process: Any
    port: str
    truth_file: Path

    def stop(self) -> dict[str, Any]:
        """End it and return what it says it played."""
        self.process.terminate()
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


@pytest.fixture(scope="module")
def warm(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Start processes that need not import what the module's ``WARM`` names."""
    one = _warm().Warm(*request.module.WARM)
    yield one
    one.close()


@pytest.fixture
def begin(warm: Any, tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Start isotimer beside the test; it is killed with the test at the latest."""
    running: list[Any] = []

    def start(*words: str, **kwargs: Any) -> Any:
        running.append(warm.start([*words], cwd=tmp_path, env=environment, **kwargs))
        return running[-1]

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
def simulate(begin: Callable[..., Any], tmp_path: Path) -> Callable[..., Simulated]:
    """Start simulators; all are ended with the test."""
    running: list[Simulated] = []

    def start(device: str, *words: str) -> Simulated:
        number = len(running)
        port_file, truth = tmp_path / f"port{number}", tmp_path / f"truth{number}.json"
        process = begin(
            "simulate", device, "--port-file", str(port_file), "--truth", str(truth), *words,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _wait_for(lambda: port_file.exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1]
        running.append(Simulated(process, port_file.read_text().strip(), truth))
        return running[-1]

    return start


@pytest.fixture
def isotimer(begin: Callable[..., Any]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run isotimer to its end, in the test's own folder; ``typed`` is what it finds on stdin."""

    def run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        process = begin(*words, stdin=subprocess.PIPE)
        said = process.communicate(typed, timeout=50)
        return subprocess.CompletedProcess(words, process.returncode, *said)

    return run
