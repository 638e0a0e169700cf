"""The verb ``simulate``."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import serial
from click.testing import CliRunner

from isotimer.cli.simulate import simulate
from isotimer.core.errors import IsotimerError

PLATE = "teensy-plate4"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "word"),
    [
        (["teensy-plate5"], 2, "did you mean teensy-plate4"),
        ([PLATE, "--shake", "fast"], 2, "--shake"),
        ([PLATE, "--wobble", "1"], 2, "--wobble"),
        ([PLATE, "--tension", "-5"], 2, "tension"),
        ([PLATE, "--rate", "0"], 2, "rate"),
        ([PLATE, "--faults", "fire"], 2, "fire"),
        ([PLATE, "--tcp", "here"], 2, "here"),
        ([PLATE, "--tcp", "127.0.0.1:99999"], 2, "99999"),
        ([PLATE, "--replay", "/nonexistent.csv"], 4, "/nonexistent.csv"),
        ([PLATE, "--truth", "/nonexistent/t.json", "--port-file", "/nonexistent/p"], 4, "cannot write"),
    ],
)
def test_wrong_options_are_one_sentence(arguments: list[str], exit_code: int, word: str) -> None:
    result = CliRunner().invoke(simulate, arguments)
    assert isinstance(result.exception, IsotimerError)
    assert result.exception.exit_code == exit_code
    assert word in result.exception.sentence
    assert "\n" not in result.exception.sentence


def test_faults_are_listed_with_their_meaning() -> None:
    result = CliRunner().invoke(simulate, ["--list-faults"])
    assert result.exit_code == 0
    assert "hangup" in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_process_plays_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port_file, truth_file = tmp_path / "port", tmp_path / "truth.json"
    code = "from isotimer.cli.simulate import simulate; simulate()"
    options = ["--tension", "120", "--lead", "0", "--hold", "0.5", "--seed", "3"]
    files = ["--port-file", str(port_file), "--truth", str(truth_file)]
    process = subprocess.Popen(
        [sys.executable, "-c", code, PLATE, *options, *files],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    try:
        assert process.stderr is not None
        greeting = process.stderr.readline().decode()
        port = port_file.read_text().strip()
        assert f"--port {port} --device {PLATE}" in greeting
        with serial.Serial(port, timeout=0.1) as line:
            end_s = time.monotonic() + 20
            while not (truth_file.exists() and any(h["complete"] for h in _holds(truth_file))):
                assert time.monotonic() < end_s
                line.read(line.in_waiting or 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
    assert _holds(truth_file)[0]["tension_n"] == 120
    assert not port_file.exists()


def _holds(path: Path) -> list[dict[str, float]]:
    holds: list[dict[str, float]] = json.loads(path.read_text())["holds"]
    return holds
