"""The app: time to its first frame, and what the hold screen costs at 1000 Hz and four channels."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from terminal import PYTHON, Terminal

STARTS = 7
SECONDS = 10.0
FPS = 30

_BARE = """
from textual.app import App
from textual.widgets import Footer, Label
class Bare(App):
    def compose(self):
        yield Label("first-frame")
        yield Footer()
Bare().run()
"""


def start() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the row of the start benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"ISOTIMER_DB": f"{folder}/s.db", "XDG_STATE_HOME": folder}
        ours, bare = [], []
        for _ in range(STARTS):
            bare.append(_first_frame([PYTHON, "-c", _BARE], b"first-frame", {}))
            ours.append(_first_frame([PYTHON, "-m", "isotimer"], b"Athlete", env))
    mine, plain = statistics.median(ours), statistics.median(bare)
    yield (
        "start to first frame",
        f"{mine * 1e3:.0f} ms",
        f"{plain * 1e3:.0f} ms",
        f"{mine / plain:.2f}x",
        "<= 1.5x a bare Textual app",
    )


def _first_frame(words: list[str], mark: bytes, env: dict[str, str]) -> float:
    terminal = Terminal(words, env=env)
    if not terminal.run(30.0, lambda seen: mark in seen):
        raise SystemExit(f"{words} painted nothing")
    took = time.perf_counter() - terminal.started_s
    terminal.close()
    return took


def hold_screen() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the rows of the hold screen."""
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "port"
        words = [PYTHON, "-m", "isotimer", "simulate", "teensy-plate4", "--hold", "60", "--rest", "2"]
        simulator = subprocess.Popen([*words, "--port-file", str(port_file)], stderr=subprocess.DEVNULL)
        while not port_file.exists():
            time.sleep(0.02)
        runner = Path(__file__).parent / "hold_app.py"
        env = {"XDG_STATE_HOME": folder}
        terminal = Terminal([PYTHON, str(runner), port_file.read_text().strip(), f"{folder}/s.db"], env=env)
        try:
            if not terminal.run(30.0, lambda seen: b"HOLD-RUNS" in seen):
                raise SystemExit("no hold was started")
            terminal.run(2.0)
            counter = Path(f"{folder}/s.db.frames")
            cpu, frames, began = terminal.cpu_s(), int(counter.read_text()), time.perf_counter()
            painted = terminal.frames
            terminal.run(SECONDS)
            took = time.perf_counter() - began
            share = (terminal.cpu_s() - cpu) / took
            drawn = (int(counter.read_text()) - frames) / (took * FPS)
            painted = terminal.frames - painted
        finally:
            terminal.close()
            simulator.terminate()
            simulator.wait()
    name = "hold screen, 1000 Hz x 4, 120x40, 30 fps"
    yield (name, f"{share:.0%} of a core", "one core", f"{share:.2f}", "<= 0.30 of one core")
    yield (name + ": frames", f"{drawn * FPS:.1f}/s", f"{FPS}/s", f"{drawn:.3f}", ">= 0.99 drawn in time")
    shown = f"{painted / took:.1f}/s"
    yield (name + ": changed", shown, "", "-", "frames in which a cell changed and went to the terminal")
