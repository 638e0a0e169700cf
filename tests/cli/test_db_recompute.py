"""``isotimer db recompute`` and ``db calibrations``: what they print and how they fail."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

from isotimer.cli.db import db
from isotimer.core.block import Block
from isotimer.core.errors import DataError, WrongUseError
from isotimer.store.database import open_store
from isotimer.store.rows import CalibrationRow, HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

Run = Callable[..., Result]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with one hold in counts and a calibration for its sensor; its measures are out of date."""
    path = tmp_path / "D.db"
    with open_store(path) as store:
        device = store.device("hx711-line", "HX711 \x1b[31m", port="/dev/ttyX")
        store.add_calibration(device, CalibrationRow(0, 0.01, 8000.0, ((8000.0, 0.0), (18000.0, 100.0)), 0.5))
        session = store.start_session(store.athlete("Ana"), "{}")
        hold_id = store.begin_hold(
            HoldStart(
                session_id=session,
                position="standing-band-hip-flexion",
                phase="swing",
                side="left",
                mode="steady",
                step_index=0,
                start_s=0.0,
                device_id=device,
                unit="counts",
                channels=("force",),
            )
        )
        time_s = np.arange(800) / 80
        raw = np.full((800, 1), 38000.0)
        trace = Trace.of(Block(time_s, raw, raw, np.zeros(800, np.uint8), "counts"), 0.0)
        old = [MeasureRow("tension_mean_n", None, "N", "nobody knows", version=0)]
        store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=10.0), trace, old)
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))

    @click.group()
    @click.pass_context
    def isotimer(ctx: click.Context) -> None:
        ctx.obj = None

    isotimer.add_command(db)
    return lambda *words: CliRunner().invoke(isotimer, ["db", *map(str, words)])


def test_it_says_how_many_holds_changed(database: Path, run: Run) -> None:
    first = run("recompute", "--db", database)
    assert first.output == "1 of 1 holds changed (algorithm version 1).\n"
    again = json.loads(run("recompute", "--db", database, "--json").output)
    assert again == {"holds": 1, "changed": [], "failed": [], "version": 1}


def test_a_calibration_is_listed_and_used(database: Path, run: Run) -> None:
    (row,) = json.loads(run("calibrations", "--db", database, "--json").output)
    listed = run("calibrations", "--db", database).output
    assert row["id"] in listed
    assert "0.01 N per raw unit, zero at 8000 (known weights, residual 0.500 N)" in listed
    assert "\x1b" not in listed
    done = run("recompute", "--db", database, "--calibration", row["id"], "--since", "2001-01-01")
    assert done.output.startswith("1 of 1 holds changed")
    with open_store(database, readonly=True) as store:
        (value,) = store.rows("SELECT value, version FROM measure WHERE id = 'tension_mean_n'")
    assert value == {"value": 300.0, "version": 1}


def test_which_holds_get_a_calibration_must_be_said(database: Path, run: Run) -> None:
    done = run("recompute", "--db", database, "--calibration", "x")
    assert isinstance(done.exception, WrongUseError)
    assert "--hold ID or --since DATE" in str(done.exception)


def test_no_database_is_said(run: Run, tmp_path: Path) -> None:
    for verb in ("recompute", "calibrations"):
        assert isinstance(run(verb, "--db", tmp_path / "none.db").exception, DataError)
