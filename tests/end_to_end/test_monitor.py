"""A sensor looked at apart from any hold: its noise and its rig's own frequency go with it from then on."""

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest

WARM = ("isotimer.cli.monitor", "isotimer.cli.simulate", "scipy.signal")
SENSOR = ("--device", "chronojump-force-sensor", "--db", "D.db")


@pytest.fixture
def recording(tmp_path: Path):
    """Write a recording for the simulator to play."""

    def write(force_n) -> tuple[str, str]:
        rows = "\n".join(f"{k / 500:.3f},{f:.4f}" for k, f in enumerate(force_n))
        (tmp_path / "R.csv").write_text(f"time_s,force_n\n{rows}\n")
        return "--replay", str(tmp_path / "R.csv")

    return write


def checked(tmp_path: Path) -> tuple:
    with sqlite3.connect(tmp_path / "D.db") as db:
        return db.execute("SELECT noise_floor_n, resonance_hz, resonance_at FROM device").fetchone()


def test_noise_of_an_unloaded_sensor_is_kept(simulate, isotimer, tmp_path: Path) -> None:
    played = simulate("chronojump-force-sensor", "--lead", "300", "--noise", "0.1")
    run = isotimer("monitor", *SENSOR, "--port", played.port, "--seconds", "6", "--json")
    assert run.returncode == 0, run.stderr
    floor = json.loads(run.stdout)["noise_floor"]
    assert floor == {"rms_n": pytest.approx(0.1 * (11 / 43.75) ** 0.5, rel=0.35), "reason": ""}
    assert checked(tmp_path) == (floor["rms_n"], None, None)


def test_noise_of_a_loaded_sensor_is_not_kept(simulate, isotimer, recording, tmp_path: Path) -> None:
    played = simulate("chronojump-force-sensor", *recording(np.full(15000, 80.0)), "--noise", "0.1")
    run = isotimer("monitor", *SENSOR, "--port", played.port, "--seconds", "6")
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].startswith("noise floor not kept: it reads 80.0 N: unload it")
    assert not (tmp_path / "D.db").exists()


def test_ring_of_a_tapped_strap_is_kept(simulate, isotimer, recording, tmp_path: Path) -> None:
    time = np.arange(20000) / 500
    since = time % 3
    ring = 30 * np.exp(-2.5 * since) * np.sin(2 * np.pi * 9.4 * since)
    played = simulate("chronojump-force-sensor", *recording(150 + ring))
    run = isotimer("monitor", *SENSOR, "--port", played.port, "--seconds", "7", "--tap", "--json")
    assert run.returncode == 0, run.stderr
    assert "tap the strap now" in run.stderr
    said = json.loads(run.stdout)
    assert said["resonance_hz"] == pytest.approx(9.4, abs=0.3)
    assert said["rang"] >= 1
    assert checked(tmp_path)[:2] == (None, said["resonance_hz"])
    assert checked(tmp_path)[2] is not None
