"""The app: time to its first frame, and what the hold screen costs at 1000 Hz and four channels."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from counter import Counter
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
            bare.append(first_frame([PYTHON, "-c", _BARE], b"first-frame", {}))
            ours.append(first_frame([PYTHON, "-m", "isotimer"], b"Welcome", env))
    mine, plain = statistics.median(ours), statistics.median(bare)
    yield (
        "start to first frame",
        f"{mine * 1e3:.0f} ms",
        f"{plain * 1e3:.0f} ms",
        f"{mine / plain:.2f}x",
        "<= 1.5x a bare Textual app",
    )


def first_frame(words: list[str], mark: bytes, env: dict[str, str]) -> float:
    """Return the time from the start of a program to something on its screen, s."""
    terminal = Terminal(words, env=env)
    if not terminal.run(30.0, lambda seen: mark in seen):
        raise SystemExit(f"{words} painted nothing")
    took = time.perf_counter() - terminal.started_s
    terminal.close()
    return took


def two_plates() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the rows of the hold screen on a rig of two plates."""
    yield from hold_screen(2)


def hold_screen(plates: int = 1) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the rows of the hold screen, on one plate or on a rig of two."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"port{n}" for n in range(plates)]
        words = [PYTHON, "-m", "isotimer", "simulate", "teensy-plate4", "--hold", "60", "--rest", "2"]
        words += ["--stance", "weight=350"] if plates > 1 else []
        simulators = [
            subprocess.Popen([*words, "--port-file", str(file)], stderr=subprocess.DEVNULL) for file in files
        ]
        while not all(file.exists() for file in files):
            time.sleep(0.02)
        runner = Path(__file__).parent / "hold_app.py"
        env = {"XDG_STATE_HOME": folder}
        ports = [file.read_text().strip() for file in files]
        terminal = Terminal([PYTHON, str(runner), f"{folder}/s.db", *ports], env=env)
        try:
            if not terminal.run(30.0, lambda seen: b"HOLD-RUNS" in seen):
                raise SystemExit("no hold was started")
            terminal.run(2.0)
            counter = Counter(f"{folder}/s.db.frames")
            cpu, frames, began = terminal.cpu_s(), counter.value, time.perf_counter()
            painted = terminal.frames
            terminal.run(SECONDS)
            took = time.perf_counter() - began
            share = (terminal.cpu_s() - cpu) / took
            drawn = (counter.value - frames) / (took * FPS)
            painted = terminal.frames - painted
        finally:
            terminal.close()
            for simulator in simulators:
                simulator.terminate()
                simulator.wait()
    name = f"hold screen, 1000 Hz x {4 * plates}, 120x40, 30 fps"
    yield (name, f"{share:.0%} of a core", "one core", f"{share:.2f}", "<= 0.30 of one core")
    yield (name + ": frames", f"{drawn * FPS:.1f}/s", f"{FPS}/s", f"{drawn:.3f}", ">= 0.99 drawn in time")
    shown = f"{painted / took:.1f}/s"
    yield (name + ": changed", shown, "", "-", "frames in which a cell changed and went to the terminal")
