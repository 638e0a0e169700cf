"""``isotimer analyse``: a file in, the numbers of a hold out, nothing stored."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isotimer.cli.main import main
from isotimer.measures.table import MEASURES
from isotimer.session.analysis import analyse_file

Run = Callable[..., "subprocess.CompletedProcess[str]"]
EARLY, LATE = ("--start", "5", "--end", "20.5"), ("--start", "30", "--end", "40")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run ``isotimer analyse`` in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("ISOTIMER_DB", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def go(*words: object) -> "subprocess.CompletedProcess[str]":
        told = ["isotimer", "analyse", *map(str, words)]
        monkeypatch.setattr(sys, "argv", told)
        with pytest.raises(SystemExit) as stop:
            main()
        heard = capfd.readouterr()
        return subprocess.CompletedProcess(told, int(stop.value.code or 0), heard.out, heard.err)

    return go


@pytest.fixture
def numbers(run: Run) -> Callable[..., dict[str, Any]]:
    """Return the object of ``analyse --json``."""

    def go(*words: object) -> dict[str, Any]:
        done = run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return go


@pytest.fixture
def pull(tmp_path: Path) -> Path:
    """A file with rest, a pull of 300 N from 3 to 13 s, and rest."""
    time = np.arange(0, 16, 0.0125)
    force = 300 * np.clip((time - 3) / 0.3, 0, 1) * (time < 13)
    force += np.random.default_rng(1).normal(0, 0.05, time.size)
    path = tmp_path / "pull.csv"
    rows = (f"{t:.4f};{f:.3f}".replace(".", ",") for t, f in zip(time, force, strict=True))
    path.write_text("\n".join(["\ufeffZeit (s);Kraft (N)", *rows, ""]), "utf-8")
    return path


def value(result: dict[str, Any], measure: str) -> float:
    return float(result["measures"][measure]["value"])


@pytest.mark.parametrize(
    ("name", "samples", "tolerance"),
    [
        ("hold40s_1000Hz", 40000, 0.01),
        ("hold40s_80Hz", 3200, 0.01),
        ("hold40s_80Hz_jitter_dropout", 3161, 0.02),
    ],
)
def test_a_hold_with_a_known_answer(
    shared_data: Path, numbers, name: str, samples: int, tolerance: float
) -> None:
    file = shared_data / "synthetic" / f"{name}.csv"
    whole = numbers(file)
    assert whole["hold_s"] == pytest.approx(40, abs=0.02)
    assert whole["samples"] == samples
    assert value(whole, "shake_onset_s") == pytest.approx(24.4, abs=0.2)
    assert value(whole, "shake_peak_hz") == pytest.approx(10, abs=0.1)
    assert value(whole, "tension_slope_pct_s") == pytest.approx(100 * -0.4 / 300, rel=0.02)
    # The window of a hold ends half a second before it.
    late = numbers(file, *LATE, "--band", "8:12")
    truth = json.loads((shared_data / "synthetic" / "reference.json").read_text())["files"]["hold40s_1000Hz"]
    tremor = truth["analytic_tremor_rms_30_40s"]
    assert value(late, "tremor_rms_n") == pytest.approx(tremor, rel=tolerance)
    assert value(late, "band_8_12_hz_rms_n") == value(late, "tremor_rms_n")
    early = numbers(file, *EARLY)
    assert value(early, "tremor_rms_n") == pytest.approx(truth["analytic_tremor_rms_5_20s"], rel=tolerance)
    if not name.endswith("dropout"):
        want = truth["steadiness_5_20"] if name.endswith("1000Hz") else None
        if want:
            assert value(early, "cv_raw_pct") == pytest.approx(want["cv_pct"], rel=1e-4)
            assert value(early, "tension_mean_n") == pytest.approx(want["mean"], rel=1e-5)


def test_no_more_decimals_than_a_number_deserves(shared_data: Path, run: Run) -> None:
    done = run(shared_data / "synthetic" / "hold40s_1000Hz.csv")
    assert "  shake doubled at: 24 s\n" in done.stdout
    assert "  shake: 1.18 N\n" in done.stdout
    assert "  drift: -0.13 %/s\n" in done.stdout


def test_a_slow_sensor_is_refused_with_reasons(shared_data: Path, numbers) -> None:
    result = numbers(shared_data / "synthetic" / "hold40s_10Hz.csv")
    for refused in ("shake_rms_n", "tremor_rms_n", "rfd_0_50_n_s", "shake_onset_s", "onset_s"):
        assert result["measures"][refused]["value"] is None
        assert result["measures"][refused]["reason"].startswith("sensor too slow: 10.0 Hz, needs ")


def test_standing_still_carries_the_heartbeat_caveat(shared_data: Path, numbers) -> None:
    file = shared_data / "posture-bds" / "BDS00001.txt"
    result = numbers(file)
    assert result["hold_s"] == pytest.approx(60, abs=0.02)
    assert value(result, "shake_rms_n") == pytest.approx(0.33274, rel=0.005)
    assert "heartbeat" in result["measures"]["shake_rms_n"]["doubt"]
    assert any("a plate by its columns Fz[N], COPx[cm]" in sentence for sentence in result["assumed"])
    cell = numbers(file, "--no-plate")
    assert "heartbeat" not in cell["measures"]["shake_rms_n"].get("doubt", "")
    assert not any("--no-plate" in sentence for sentence in cell["assumed"])


@pytest.mark.parametrize(
    ("name", "shake_n"),
    [
        ("posture-bds/BDS00002.txt", 0.370),
        ("posture-bds/BDS00003.txt", 0.359),
        ("posture-pds/PDS13OF1grf.txt", 3.48),
        ("posture-pds/PDS13OR1grf.txt", 0.984),
    ],
)
def test_every_plate_recording_carries_it_without_being_asked(
    shared_data: Path, name: str, shake_n: float
) -> None:
    result = {m.id: m for m in analyse_file(shared_data / name).measures}
    assert result["shake_rms_n"].value == pytest.approx(shake_n, rel=0.005)
    assert "heartbeat on a plate" in result["shake_rms_n"].reason
    assert "heartbeat on a plate" in result["shake_pct"].reason


def test_lost_frames_do_not_shake(shared_data: Path, numbers) -> None:
    file = shared_data / "amti-jythen" / "test.csv"
    result = numbers(file, "--force-column", "Fz", "--unit", "N", "--plate")
    assert result["samples"] == 15598
    assert value(result, "shake_rms_n") < 2
    assert value(result, "tension_mean_n") == pytest.approx(582, abs=1)
    assert any("7 rows are zero" in note for note in result["assumed"])


def test_counts_give_shares_and_reasons(shared_data: Path, numbers) -> None:
    result = numbers(shared_data / "boa" / "dyneemaSling4break.csv")
    assert result["measures"]["tension_mean_n"]["reason"] == "not calibrated"
    assert value(result, "cv_raw_pct") > 0
    assert not any("already carried" in notice for notice in result["notices"])


def test_the_hold_is_found_by_its_tension(pull: Path, numbers) -> None:
    result = numbers(pull)
    assert result["start_s"] == pytest.approx(3.15, abs=0.02)
    assert result["hold_s"] == pytest.approx(9.85, abs=0.02)
    assert result["assumed"][-1].endswith("tension above half of its plateau")
    assert value(result, "tension_mean_n") == pytest.approx(300, abs=0.05)
    assert value(result, "noise_floor_n") == pytest.approx(0.05 * np.sqrt(11 / 40), rel=0.3)
    assert value(result, "onset_s") == pytest.approx(-0.14, abs=0.02)


def test_start_and_end_as_asked(pull: Path, numbers) -> None:
    both = numbers(pull, "--start", "5", "--end", "11")
    assert (both["start_s"], both["hold_s"]) == (5, 6)
    start = numbers(pull, "--start", "5")
    assert start["hold_s"] == pytest.approx(8, abs=0.02)
    end = numbers(pull, "--end", "11")
    assert (end["start_s"], end["hold_s"]) == (pytest.approx(3.15, abs=0.02), pytest.approx(7.85, abs=0.02))


def test_the_object_is_that_of_a_hold(pull: Path, numbers) -> None:
    result = numbers(pull, "--band", "5:20")
    keys = ["hold", "position", "phase", "side", "mode", "planned_s"]
    keys += ["hold_s", "end", "samples", "rate_hz", "gaps", "measures", "notices"]
    assert [k for k in result if k in keys] == keys
    assert all(result[k] is None for k in ("hold", "position", "phase", "side", "mode", "planned_s", "end"))
    assert list(result["measures"]) == [*(m.id for m in MEASURES), "band_5_20_hz_rms_n"]
    for row in result["measures"].values():
        assert (row["value"] is None) == ("reason" in row)


def test_words_for_people_and_nothing_left_behind(pull: Path, run: Run, tmp_path: Path) -> None:
    done = run(pull, "--band", "5:20")
    assert done.returncode == 0
    assert "  tension: 300.0 N\n" in done.stdout
    assert "  5-20 Hz: " in done.stdout
    assert "time is column 1 'Zeit (s)', in s" in done.stderr
    assert not list(tmp_path.rglob("*.db"))


def test_a_negative_pull_is_pointed_out_and_turned(tmp_path: Path, numbers, run: Run) -> None:
    path = tmp_path / "negative.csv"
    path.write_text("time_s,force_n\n" + "".join(f"{i / 80:.4f},{-300 - i % 3}\n" for i in range(800)))
    assert any("--invert" in notice for notice in numbers(path)["notices"])
    turned = numbers(path, "--invert")
    assert value(turned, "tension_mean_n") == pytest.approx(301, abs=0.1)
    assert turned["notices"] == []


def test_a_constant_record_is_answered_with_a_doubt(tmp_path: Path, numbers) -> None:
    path = tmp_path / "constant.csv"
    path.write_text("time_s,force_n\n" + "".join(f"{i / 80:.4f},250\n" for i in range(1600)))
    result = numbers(path)
    assert value(result, "tension_mean_n") == 250
    assert value(result, "shake_rms_n") == pytest.approx(0, abs=1e-6)
    assert any("stuck" in notice for notice in result["notices"])


def test_of_several_holds_the_longest(tmp_path: Path, numbers) -> None:
    time = np.arange(0, 30, 0.0125)
    held = ((time > 2) & (time < 6)) | ((time > 10) & (time < 18)) | ((time > 22) & (time < 25))
    path = tmp_path / "three.csv"
    rows = (f"{t:.4f},{200 * h + 0.1:.1f}" for t, h in zip(time, held, strict=True))
    path.write_text("\n".join(["time_s,force_n", *rows, ""]))
    result = numbers(path)
    assert (result["start_s"], result["hold_s"]) == (pytest.approx(10, abs=0.02), pytest.approx(8, abs=0.03))
    assert "the longest of 3" in result["assumed"][-1]
    last = numbers(path, "--start", "20")
    assert last["hold_s"] == pytest.approx(5, abs=0.02)


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("nothing.csv",), 4, "nothing.csv"),
        (("pull.csv", "--force-column", "7"), 2, "--force-column 7"),
        (("pull.csv", "--unit", "stone"), 2, "stone"),
        (("pull.csv", "--band", "20:5"), 2, "'20:5' is no band"),
        (("pull.csv", "--band", "x"), 2, "'x' is no band"),
        (("pull.csv", "--start", "12", "--end", "4"), 2, "it reaches from 0.00 to 16.00 s"),
        (("pull.csv", "--start", "99"), 2, "it reaches from 0.00 to 16.00 s"),
        (("pull.csv", "--start", "nan"), 2, "is no time"),
        (
            ("pull.csv", "--time-column", "2", "--force-column", "1", "--unit", "N", "--time-unit", "s"),
            4,
            "goes back",
        ),
    ],
)
def test_wrong_use_and_bad_files_get_one_sentence(
    pull: Path, run: Run, words: tuple[str, ...], code: int, expected: str
) -> None:
    done = run(*words)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("isotimer: ")
    assert expected in line
