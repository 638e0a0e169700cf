"""Centre of pressure against published plates, and what must never become a number."""

import json

import numpy as np
import pytest

from isotimer.core.pressure import centre_of_cells, centre_of_moments, least_load_n, load_share, net_centre

KISTLER_PLACES_M = np.array([[0.12, 0.2], [-0.12, 0.2], [-0.12, -0.2], [0.12, -0.2]])
VOLTS_PER_KN = np.array([3.898, 3.889, 3.885, 3.891])


def test_vertical_cells_of_a_real_plate(shared_data):
    folder = shared_data / "kistler-bmc"
    volts = np.loadtxt(folder / "kistler_fp_data.txt", skiprows=1)[:, 5:9]
    force_n = 1000 * volts / VOLTS_PER_KN
    known = json.loads((folder / "reference.json").read_text())["vertical_only_four_cell"]
    centre = centre_of_cells(force_n, KISTLER_PLACES_M)
    rows = {int(k): v for k, v in known["rows"].items()}
    assert set(rows) == {500, 1000, 1500}
    for n, row in rows.items():
        assert force_n[n] == pytest.approx(row["F"], rel=1e-9)
        assert centre[n] == pytest.approx([row["x"], row["y"]], abs=1e-9)
    means = [known["copx_mean_loaded"], known["copy_mean_loaded"]]
    assert centre.mean(axis=0) == pytest.approx(means, abs=1e-9)
    assert force_n.sum(axis=1).mean() == pytest.approx(437.1817381914561, rel=1e-9)


@pytest.mark.parametrize("trial", ["PDS13OR1", "PDS13OF1"])
def test_two_plates_have_one_centre_and_a_share(shared_data, trial):
    folder = shared_data / "posture-pds"
    rows = np.loadtxt(folder / f"{trial}grf.txt", skiprows=1)
    right_n, left_n = rows[:, 2], rows[:, 5]
    right, left, net = rows[:, [10, 12]], rows[:, [13, 15]], rows[:, [16, 18]]
    found = net_centre((right, left), (right_n, left_n))
    rms_m = np.sqrt(((found - net) ** 2).mean(axis=0))
    assert (rms_m < 2e-6).all()
    known = json.loads((folder / "reference_computed.json").read_text())["trials"][trial]
    share = load_share(right_n, left_n)
    assert share.mean() == pytest.approx(known["right_load_share_pct_mean_of_ratio"], rel=1e-6)


def test_lost_frames_have_no_centre(shared_data):
    rows = np.genfromtxt(shared_data / "amti-jythen" / "test.csv", delimiter=",", skip_header=35)
    rows = rows[np.isfinite(rows[:, 0])]
    lost = np.flatnonzero((rows[:, 3:9] == 0).all(axis=1))
    assert rows[lost, 0].tolist() == [1, 2, 15600, 15601, 15602, 15603, 15604]
    centre = centre_of_moments(rows[:, 5], rows[:, 6], rows[:, 7])
    assert np.isnan(centre[lost]).all()
    assert np.isfinite(np.delete(centre, lost, axis=0)).all()
    # Row 0 of the file prints its own centre.
    assert centre[0] == pytest.approx(rows[0, 9:11], abs=2e-6)


def test_an_empty_plate_has_no_centre_and_no_share():
    force_n = np.array([[1.0, 2.0, 1.0, 2.0], [100.0, 100.0, 100.0, 100.0]])
    centre = centre_of_cells(force_n, KISTLER_PLACES_M)
    assert np.isnan(centre[0]).all()
    assert centre[1] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert np.isnan(load_share(np.array([0.0]), np.array([0.0]))).all()


def test_a_lifted_foot_does_not_pull_the_common_centre():
    left = np.array([[np.nan, np.nan]])
    right = np.array([[0.1, 0.2]])
    assert net_centre((left, right), (np.array([3.0]), np.array([600.0])))[0] == pytest.approx([0.1, 0.2])


def test_more_load_is_asked_of_a_heavy_athlete():
    assert least_load_n(None) == 20.0
    assert least_load_n(300.0) == 20.0
    assert least_load_n(800.0) == 40.0


def test_a_missing_cell_is_named():
    with pytest.raises(ValueError, match="place"):
        centre_of_cells(np.zeros((3, 3)), KISTLER_PLACES_M)
