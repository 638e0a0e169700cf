"""Whole plans in real processes: run by lines, killed, and gone on with."""

import json
import signal
import sqlite3
from pathlib import Path

import pytest

WARM = ("isotimer.cli.run", "scipy.signal")
PLAN = """
name = "Tiny [red]"
about = "For a test."

[[block]]
position = "standing-band-hip-flexion"
sides = "left"
hold_s = 2.5
countdown_s = 0.3
reps = 3
rest_rep_s = 2.5
"""
RUN = ("run", "tiny", "--plain", "--no-sensor", "--athlete", "Ana [b]", "--db", "D.db")


@pytest.fixture
def plan(environment: dict[str, str]) -> None:
    folder = Path(environment["HOME"], ".config", "isotimer", "plans")
    folder.mkdir(parents=True)
    (folder / "tiny.toml").write_text(PLAN)


def holds(database: Path) -> list[tuple[int, int, str]]:
    with sqlite3.connect(database) as db:
        return db.execute(
            'SELECT step_index, attempt, "end" FROM hold ORDER BY step_index, attempt'
        ).fetchall()


def sessions(database: Path) -> list[tuple[bool, int]]:
    with sqlite3.connect(database) as db:
        rows = db.execute("SELECT json_extract(progress, '$.over'), ended_at IS NOT NULL FROM session")
        return rows.fetchall()


@pytest.mark.usefixtures("plan")
def test_killed_in_a_hold_and_in_a_rest_it_goes_on_at_the_right_step(
    isotimer, begin, wait_for, tmp_path: Path
) -> None:
    for where in ("Hold", "Rest"):
        process = begin(*RUN, "--yes")
        assert any(line.startswith(where) for line in process.stderr)
        # The line is printed as the hold begins; its row is on disk a moment later.
        wait_for(lambda: holds(tmp_path / "D.db"))
        process.send_signal(signal.SIGKILL)
        process.wait()
    again = isotimer(*RUN, "--yes", "--json")
    assert again.returncode == 0, again.stderr
    assert "Continue where you stopped? Tiny [red], " in again.stderr
    assert holds(tmp_path / "D.db") == [
        (0, 1, "interrupted"),
        (0, 2, "completed"),
        (2, 1, "completed"),
        (4, 1, "completed"),
    ]
    assert sessions(tmp_path / "D.db") == [(1, 1)]
    told = json.loads(again.stdout)
    assert (told["plan"], [h["hold_s"] for h in told["holds"]]) == ("tiny", [2.5, 2.5])


@pytest.mark.usefixtures("plan")
def test_ctrl_c_keeps_the_hold_and_lets_it_go_on_and_a_typed_stop_does_not(
    begin, isotimer, tmp_path: Path
) -> None:
    process = begin(*RUN, "--yes")
    assert any(line.startswith("Hold") for line in process.stderr)
    process.send_signal(signal.SIGINT)
    process.wait()
    assert process.returncode == 130
    assert holds(tmp_path / "D.db") == [(0, 1, "aborted")]
    assert sessions(tmp_path / "D.db") == [(0, 1)]
    typed = isotimer(*RUN, "--yes", typed="stop\n")
    assert "Continue where you stopped?" in typed.stderr
    assert "Stopped" in typed.stderr
    assert sessions(tmp_path / "D.db") == [(1, 1)]


@pytest.mark.usefixtures("plan")
def test_keys_are_lines_and_are_obeyed(isotimer, tmp_path: Path) -> None:
    run = isotimer(*RUN, typed="skip\nnonsense\nskip\ngo\n9\n")
    assert run.returncode == 0, run.stderr
    assert holds(tmp_path / "D.db") == [(4, 1, "completed")]
    assert run.stderr.count("Passed over: ") == 2
    assert "Type: go" in run.stderr
