"""Sway against the values that the authors of public recordings printed, and against known shapes."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import FloatArray
from isotimer.measures.sway import mean_spectral_frequency, prediction_ellipse, smoothed, sway

RATE_HZ = 100.0


def published(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "reference_published.csv").open() as file:
        return {row["trial"]: row for row in csv.DictReader(file)}


def recording(shared_data: Path, trial: str) -> tuple[Path, FloatArray]:
    """Return the folder and the centre of pressure in cm, (n, 2)."""
    if trial.startswith("BDS"):
        folder = shared_data / "posture-bds"
        return folder, np.loadtxt(folder / f"{trial}.txt", skiprows=1)[:, 7:9]
    folder = shared_data / "posture-pds"
    return folder, np.loadtxt(folder / f"{trial}grf.txt", skiprows=1)[:, [16, 18]] * 100


TRIALS = ["BDS00001", "BDS00002", "BDS00003", "PDS13OR1", "PDS13OF1"]


@pytest.mark.parametrize("trial", TRIALS)
def test_area_speed_and_frequency_are_the_published_ones(shared_data, trial):
    folder, points = recording(shared_data, trial)
    row = published(folder)[trial]
    found = sway(points, RATE_HZ)
    assert found.ellipse.area == pytest.approx(float(row["cop_area_cm2"]), rel=1e-9)
    # The authors divide the path by N / rate, isotimer by (N - 1) / rate: the time that passed.
    theirs = float(row["cop_speed_cm_s"]) * len(points) / (len(points) - 1)
    assert found.mean_speed == pytest.approx(theirs, rel=1e-9)
    assert mean_spectral_frequency(points, RATE_HZ) == pytest.approx(
        float(row["cop_mean_frequency_hz"]), rel=1e-9
    )


@pytest.mark.parametrize("trial", TRIALS)
def test_the_rest_is_as_recomputed_elsewhere(shared_data, trial):
    folder, points = recording(shared_data, trial)
    known = json.loads((folder / "reference_computed.json").read_text())["trials"][trial]
    found = sway(points, RATE_HZ)
    assert found.path == pytest.approx(known["path_length"], rel=1e-9)
    assert found.mean_speed_axes == pytest.approx(
        (known["mean_speed_x_Nm1"], known["mean_speed_y_Nm1"]), rel=1e-9
    )
    assert found.sd_axes == pytest.approx((known["sd_x_ddof1"], known["sd_y_ddof1"]), rel=1e-9)
    assert found.range_axes == pytest.approx((known["range_x"], known["range_y"]), rel=1e-9)
    assert found.rms_distance == pytest.approx(known["rms_distance"], rel=1e-9)
    assert found.mean_distance == pytest.approx(known["mean_distance"], rel=1e-9)
    assert found.ellipse.semi_axes == pytest.approx(known["semi_axes_prediction"], rel=1e-9)


def test_another_program_agrees_on_its_own_excerpt(shared_data):
    folder = shared_data / "amti-jythen"
    known = next(iter(json.loads((folder / "reference_repo_code.json").read_text()).values()))
    points = np.loadtxt(folder / "resampled25Hz_filtered_cm.csv", delimiter=",", skiprows=1)[:, 1:]
    n = len(points)
    found = sway(points, 25.0)
    assert found.range_axes == pytest.approx((known["range_ML"], known["range_AP"]), rel=1e-6)
    assert found.mean_speed * (n - 1) / n == pytest.approx(known["mean_velocity_ML_AND_AP"], rel=1e-6)
    assert found.ellipse.area * (n - 1) / n == pytest.approx(
        known["confidence_ellipse_area_ML_AND_AP"], rel=2e-5
    )


def test_a_circle_has_the_path_speed_and_frequency_of_a_circle():
    time_s = np.arange(0, 20 + 1e-9, 0.001)
    points = 3.0 * np.column_stack([np.cos(2 * np.pi * 0.4 * time_s), np.sin(2 * np.pi * 0.4 * time_s)])
    found = sway(points, 1000.0)
    assert found.path == pytest.approx(2 * np.pi * 3.0 * 8, rel=1e-5)
    assert found.mean_distance == pytest.approx(3.0, rel=1e-3)
    assert found.mean_frequency_hz == pytest.approx(0.4, rel=1e-3)


@pytest.mark.parametrize("angle_deg", [-60.0, 0.0, 35.0, 89.0])
def test_the_ellipse_lies_along_the_points(angle_deg):
    rng = np.random.default_rng(5)
    long, short = rng.normal(0, 4, 5000), rng.normal(0, 1, 5000)
    turn = np.radians(angle_deg)
    points = np.column_stack(
        [long * np.cos(turn) - short * np.sin(turn), long * np.sin(turn) + short * np.cos(turn)]
    )
    assert prediction_ellipse(points).angle_deg == pytest.approx(angle_deg, abs=1.0)


def test_the_ellipse_holds_its_share_of_points_to_come():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(2000):
        points = rng.normal(size=(12, 2))
        further = rng.normal(size=2)
        away = further - points.mean(axis=0)
        spread = np.linalg.inv(np.cov(points, rowvar=False))
        unit = prediction_ellipse(points).area / (
            np.pi * np.sqrt(np.linalg.det(np.cov(points, rowvar=False)))
        )
        inside += bool(away @ spread @ away <= unit)
    assert inside / 2000 == pytest.approx(0.95, abs=0.015)


def test_smoothing_takes_the_noise_and_leaves_the_sway():
    rng = np.random.default_rng(2)
    time_s = np.arange(0, 30, 0.01)
    true = np.column_stack([np.sin(2 * np.pi * 0.3 * time_s), 0.5 * np.sin(2 * np.pi * 0.2 * time_s)])
    noisy = true + rng.normal(0, 0.05, true.shape)
    smooth = smoothed(noisy, 100.0)
    assert np.abs(smooth - true)[100:-100].std() < 0.6 * 0.05
    assert sway(noisy, 100.0).path > 3 * sway(true, 100.0).path > 0


def test_too_few_or_broken_points_are_refused():
    with pytest.raises(ValueError, match="three"):
        sway(np.zeros((2, 2)), 100.0)
    with pytest.raises(ValueError, match="whole"):
        sway(np.array([[0.0, 0.0], [1.0, np.nan], [2.0, 0.0]]), 100.0)
