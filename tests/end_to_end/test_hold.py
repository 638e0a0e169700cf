"""One hold, from the bytes of a device to stored and exported numbers."""

import csv
import itertools
import json
import signal
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from isotimer.store import queries
from isotimer.store.database import open_store

WARM = (
    "isotimer.cli.hold",
    "isotimer.cli.simulate",
    "isotimer.cli.export",
    "isotimer.cli.analyse",
    "scipy.signal",
)
SENSOR = ("--device", "chronojump-force-sensor", "--db", "D.db")
HOLD = (
    "hold",
    "standing-band-hip-flexion",
    "--side",
    "left",
    "--start",
    "force",
    "--athlete",
    "Ana",
    "--json",
)


def test_a_completed_hold_has_the_true_numbers_and_can_be_exported(
    simulate, isotimer, tmp_path: Path
) -> None:
    played = simulate(
        "chronojump-force-sensor", "--tension", "300", "--hold", "4", "--rest", "2", "--seed", "1"
    )
    run = isotimer(*HOLD, *SENSOR, "--seconds", "3", "--target", "300N", "--port", played.port)
    assert run.returncode == 0, run.stderr
    hold = json.loads(run.stdout)
    truth = played.stop()
    assert hold["end"] == "completed"
    assert hold["hold_s"] == pytest.approx(3.0, abs=1 / 87.5)
    assert hold["rate_hz"] == pytest.approx(truth["rate_hz"], rel=0.005)
    assert hold["rate_hz"] == pytest.approx(87.5, rel=0.005)
    assert (hold["position"], hold["phase"], hold["side"]) == ("standing-band-hip-flexion", "swing", "left")
    assert abs(hold["samples"] - 3 * 87.5) <= 2
    assert hold["gaps"] == []
    assert hold["measures"]["tension_best_1s_n"]["value"] == pytest.approx(300, rel=0.015)
    assert hold["measures"]["rfd_0_50_n_s"]["value"] is None
    assert "87.5 Hz" in hold["measures"]["rfd_0_50_n_s"]["reason"]

    out = isotimer("export", "--db", "D.db", "--to", "OUT")
    assert out.returncode == 0, out.stderr
    rows = list(csv.DictReader((tmp_path / "OUT" / "holds.csv").open()))
    assert len(rows) == 1
    assert float(rows[0]["hold_s"]) == hold["hold_s"]
    (trace,) = (tmp_path / "OUT" / "traces").iterdir()
    samples = list(csv.DictReader(trace.open()))
    assert {"time_s", "force_n"} <= set(samples[0])
    times = [float(s["time_s"]) for s in samples]
    steps = [b - a for a, b in itertools.pairwise(times)]
    assert max(steps) == pytest.approx(1 / 87.5, abs=2e-6)
    assert sum(0 <= t <= 3 for t in times) == hold["samples"]

    again = json.loads(isotimer("analyse", str(trace), "--json").stdout)
    assert again["hold_s"] == hold["hold_s"]
    for name, measure in hold["measures"].items():
        told = again["measures"][name]["value"]
        assert (
            told is None if measure["value"] is None else told == pytest.approx(measure["value"], rel=1e-9)
        ), name


RELEASED = (
    ("chronojump-force-sensor", ("--target", "300N"), ()),
    ("chronojump-force-sensor", ("--target", "300N"), ("--tcp", "127.0.0.1:0")),
    ("mark10-series5", ("--target", "300N"), ()),
    ("hx711-line", (), ()),
    ("teensy-plate4", (), ()),
)
"""Device, target, transport: all played at once, because each takes its seconds."""


def longest_step_s(database: Path) -> float:
    """Return the longest time between two samples of the one hold of a database."""
    with open_store(database) as store:
        [hold] = queries.holds(store)
        return float(np.diff(queries.trace(store, hold["hold_id"]).time_ns).max()) / 1e9


def test_every_device_and_transport_gives_a_released_hold_of_its_true_length(
    simulate, begin, tmp_path: Path
) -> None:
    athlete = ("--tension", "300", "--hold", "2", "--rest", "4", "--seed", "1")
    played = [simulate(device, *athlete, *transport) for device, _, transport in RELEASED]
    holds = [
        begin(*HOLD, "--seconds", "8", *target, "--port", p.port, "--device", device, "--db", f"{i}.db")
        for i, ((device, target, _), p) in enumerate(zip(RELEASED, played, strict=True))
    ]
    assert played[1].port.startswith("socket://")
    for i, ((device, target, _), simulator, process) in enumerate(zip(RELEASED, played, holds, strict=True)):
        out, words = process.communicate(timeout=50)
        assert process.returncode == 0, words
        hold, truth = json.loads(out), simulator.stop()
        assert hold["end"] == "released", device
        step_s = 1 / hold["rate_hz"]
        if "mark10" in device:
            # A polled device goes at the pace of the host: no faster than it was made for, no slower than all
            # that came, the pauses of the busy machine counted in.
            assert 0.99 * hold["samples"] / hold["hold_s"] <= hold["rate_hz"] <= 1.05 * truth["rate_hz"]
            # Pull and release are seen with the next answer, however long that took.
            step_s = longest_step_s(tmp_path / f"{i}.db")
        else:
            assert hold["rate_hz"] == pytest.approx(truth["rate_hz"], rel=0.01)
        if target:
            assert hold["hold_s"] == pytest.approx(truth["holds"][0]["hold_s"], abs=step_s), device
        else:
            assert hold["measures"]["tension_mean_n"]["reason"] == "not calibrated"
            # without a target the clock starts at the first pull, on the way up
            assert 2.0 <= hold["hold_s"] <= 2.5, device


def test_a_hold_without_a_sensor_is_exact(isotimer) -> None:
    run = isotimer(
        "hold", "standing-pull-back", "--seconds", "1.5", "--countdown", "0", "--no-sensor", "--json"
    )
    assert run.returncode == 0, run.stderr
    hold = json.loads(run.stdout)
    assert hold["hold_s"] == 1.5
    assert hold["end"] == "completed"
    assert hold["rate_hz"] is None
    assert {m["reason"] for m in hold["measures"].values() if m["value"] is None} == {"no sensor"}


def test_a_killed_hold_is_recovered_almost_whole(simulate, isotimer, begin, wait_for, tmp_path: Path) -> None:
    played = simulate("chronojump-force-sensor", "--tension", "300", "--hold", "30", "--rest", "1.5")
    database = tmp_path / "D.db"
    process = begin(*HOLD, "--seconds", "20", *SENSOR, "--port", played.port)

    def journalled() -> int:
        if not database.exists():
            return 0
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as reader:
            found = reader.execute("SELECT count(*) FROM sqlite_master WHERE name = 'journal'").fetchone()[0]
            return reader.execute("SELECT count(*) FROM journal").fetchone()[0] if found else 0

    wait_for(lambda: journalled() > 20)
    process.kill()
    killed_s = time.monotonic()
    process.wait()
    truth = played.stop()
    again = isotimer("db", "check", "--db", "D.db")
    assert again.returncode == 0, again.stderr + again.stdout
    assert "A hold was cut off and is kept: Ana" in again.stdout
    with sqlite3.connect(database) as db:
        end, hold_s, samples = db.execute('SELECT "end", hold_s, samples FROM hold').fetchone()
        assert db.execute("SELECT count(*) FROM journal").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM trace").fetchone()[0] == 1
    assert end == "interrupted"
    crossing_s = truth["streams"][0]["start_host_s"] + truth["holds"][0]["crossings"][0]["up_s"]
    assert killed_s - crossing_s - 0.5 <= hold_s <= killed_s - crossing_s + 0.1
    assert samples == pytest.approx(hold_s * 87.5, abs=3)


def test_ctrl_c_keeps_the_hold(simulate, begin, tmp_path: Path) -> None:
    played = simulate("chronojump-force-sensor", "--hold", "30", "--rest", "1.5")
    process = begin(*HOLD, "--seconds", "20", *SENSOR, "--port", played.port)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Hold"):
            break
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=20)
    assert process.returncode == 130, words
    with sqlite3.connect(tmp_path / "D.db") as db:
        assert db.execute('SELECT "end" FROM hold').fetchone()[0] == "aborted"


def test_a_lost_device_ends_as_such_and_keeps_what_came(simulate, begin, tmp_path: Path) -> None:
    played = simulate(
        "chronojump-force-sensor", "--tension", "300", "--hold", "30", "--rest", "1.5", "--tcp", "127.0.0.1:0"
    )
    process = begin(*HOLD, "--seconds", "4", *SENSOR, "--port", played.port)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Hold"):
            break
    played.kill()
    out, words = process.communicate(timeout=30)
    assert process.returncode == 3, words
    assert "Sensor lost" in words
    hold = json.loads(out)
    assert hold["end"] == "device-lost"
    assert hold["hold_s"] == pytest.approx(4.0, abs=0.02)
    assert 10 < hold["samples"] < 3 * 87.5
