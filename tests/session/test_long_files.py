"""A file too long for memory: the same numbers from its course and its hold alone, or one clear sentence."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.trace_files import WHOLE_ROWS, Choices
from isotimer.session.analysis import Analysis, analyse_file

RATE_HZ = 80.0
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a record of rest and three pulls, the second the longest and not the hardest."""

    def make(
        header: str = "time_s,force_n", *, offset: float = 0.0, per_s: float = 1.0, sign: float = 1.0
    ) -> Path:
        time = np.arange(0, 300, 1 / RATE_HZ)
        force = np.random.default_rng(5).normal(0, 0.05, time.size)
        for start, end, level in ((20, 32, 400), (100, 141, 300), (200, 215, 350)):
            held = (time >= start) & (time < end)
            force[held] += level + 2 * np.sin(2 * np.pi * 9 * time[held])
        path = tmp_path / "long.csv"
        rows = (
            f"{offset + per_s * t:.4f},{sign * f:.3f}"
            for t, f in zip(time.tolist(), force.tolist(), strict=True)
        )
        path.write_text("\n".join([header, *rows, ""]))
        return path

    return make


def assert_alike(long: Analysis, whole: Analysis) -> None:
    assert long.start_s == pytest.approx(whole.start_s, abs=1e-3)
    assert long.hold_s == pytest.approx(whole.hold_s, abs=1e-3)
    for ours, theirs in zip(long.measures, whole.measures, strict=True):
        assert (ours.id, ours.reason) == (theirs.id, theirs.reason)
        assert ours.value == (
            None if theirs.value is None else pytest.approx(theirs.value, rel=1e-3, abs=1e-6)
        )


@pytest.mark.parametrize(
    ("about", "choices", "more"),
    [
        ({}, None, {}),
        ({"header": "time (ms),force (kg)", "per_s": 1000.0}, None, {}),
        ({"header": "timestamp (s),force_n", "offset": 1_700_000_000.0}, None, {}),
        ({"sign": -1.0}, None, {"invert": True}),
        ({"header": "t,x"}, Choices("t", "x", "raw", "s"), {}),
        ({}, None, {"start_s": 18.0}),
        ({}, None, {"start_s": 105.0, "end_s": 125.0}),
        ({}, None, {"end_s": 130.0}),
    ],
)
def test_the_same_numbers_as_from_the_whole_file(write: Write, about: dict, choices, more: dict) -> None:
    path = write(**about)
    whole = analyse_file(path, choices, **more)
    long = analyse_file(path, choices, whole_rows=1000, **more)
    assert_alike(long, whole)
    assert whole.hold_s > 10
    if not more.keys() - {"invert"}:
        assert whole.start_s == pytest.approx(100, abs=0.02)
        assert whole.assumed[-1].endswith("the longest of 3; choose another with --start and --end")
        assert "the longest of 3, seen in steps of 0.25 s" in long.assumed[-1]


def test_what_is_wrong_far_from_the_hold_is_said_all_the_same(write: Write) -> None:
    path = write()
    lines = path.read_text().splitlines()
    lines[20_000] = "1.0,0.0"
    path.write_text("\n".join(lines))
    with pytest.raises(DataError, match=r"line 20001, .* time goes back"):
        analyse_file(path, whole_rows=1000)
    lines[20_000] = "249.9875,x"
    path.write_text("\n".join(lines))
    with pytest.raises(DataError, match=r"line 20001, .*'x' is not a number"):
        analyse_file(path, whole_rows=1000)
    with pytest.raises(WrongUseError, match=r"it reaches from 0\.00 to 299\.99 s"):
        analyse_file(write(), whole_rows=1000, start_s=400.0)


LONG = """
import resource, sys
from pathlib import Path
from isotimer.core.errors import IsotimerError
from isotimer.session.analysis import analyse_file
try:
    found = analyse_file(Path(sys.argv[1]), whole_rows=int(sys.argv[2]))
    print(found.start_s, found.hold_s, sep="\\n")
except IsotimerError as e:
    print(e.sentence, 0, sep="\\n")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def analysed(path: Path, whole_rows: int = WHOLE_ROWS) -> tuple[str, float, float]:
    """Return what an analysis of its own process says: start or sentence, length, peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(path), str(whole_rows)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    first, second, kib = done.stdout.splitlines()
    return first, float(second), int(kib) / 1024


def write_rows(path: Path, count: int, hold_s: tuple[float, float]) -> Path:
    """Write so many rows at 1000 Hz with one pull."""
    step = 100_000
    with path.open("w") as file:
        file.write("time_s,force_n\n")
        for first in range(0, count, step):
            time = np.arange(first, min(count, first + step)) / 1000
            force = 300.0 * ((time >= hold_s[0]) & (time < hold_s[1])) + 0.01 * (np.arange(time.size) % 7)
            rows = zip(time.tolist(), force.tolist(), strict=True)
            file.write("".join(f"{t:.3f},{f:.2f}\n" for t, f in rows))
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in other units")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    *_, short = analysed(write_rows(tmp_path / "short.csv", 100_000, (60, 80)), 50_000)
    start, hold_s, long = analysed(write_rows(tmp_path / "long.csv", 1_000_000, (800, 820)), 50_000)
    assert float(start) == pytest.approx(800, abs=0.01)
    assert hold_s == pytest.approx(20, abs=0.01)
    # The numbers of so many rows alone take 15 MB.
    assert long - short < 8


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in other units")
def test_ten_million_rows(tmp_path: Path) -> None:
    *_, short = analysed(write_rows(tmp_path / "short.csv", 100_000, (40, 60)))
    start, hold_s, long = analysed(write_rows(tmp_path / "pull.csv", 10_000_000, (8000, 8060)))
    assert (float(start), hold_s) == (pytest.approx(8000, abs=0.01), pytest.approx(60, abs=0.01))
    assert long - short < 40
    said, _, all_hold = analysed(write_rows(tmp_path / "hold.csv", 10_000_000, (-1, 10_001)))
    assert "its hold of 10000 s has 10000000 samples, and 4000000 are the most" in said
    assert "--start and --end" in said
    assert all_hold - short < 40
