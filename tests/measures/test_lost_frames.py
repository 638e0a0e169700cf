"""Frames that a plate's export writes as zeros are missing: no 0 N, no jump of the centre of pressure."""

import numpy as np
import pytest

from isotimer.core.pressure import centre_of_moments
from isotimer.measures.table import compute
from isotimer.measures.trace import Trace

RATE_HZ = 100
LOST = [1, 2, 15600, 15601, 15602, 15603, 15604]
ABOUT = (
    "tension_mean_n",
    "shake_rms_n",
    "cop_path_mm",
    "cop_range_x_mm",
    "cop_range_y_mm",
    "cop_ellipse_95_mm2",
)


@pytest.fixture(scope="module")
def frames(shared_data):
    """(n, 12) the recording: frame, time, device frame, forces, moments, centre of pressure in m."""
    file = shared_data / "amti-jythen" / "test.csv"
    rows = np.genfromtxt(file, delimiter=",", skip_header=35, invalid_raise=False)
    return rows[np.isfinite(rows[:, 0])]


def measured(rows, centre_mm):
    """Return the measures of rows as one hold that begins and ends with the recording."""
    end_s = 15605 / RATE_HZ
    time_s = rows[:, 0] / RATE_HZ
    window_s = (0.0, end_s)
    trace = Trace(time_s, rows[:, 5], end_s, plate=True, centre_mm=centre_mm, window_s=window_s)
    return {m.id: m for m in compute(trace)}


def test_zero_frames_are_missing_to_every_measure_of_the_plate(frames):
    assert np.flatnonzero((frames[:, 3:] == 0).all(axis=1)).tolist() == LOST
    # as the file has it: at a lost frame the centre of pressure is 0, 0, far from where the person stands
    as_written = 1000 * frames[:, 9:11]
    assert np.hypot(*as_written[0]) > 50
    whole = np.delete(frames, LOST, axis=0)
    wanted = measured(whole, 1000 * whole[:, 9:11])
    got = measured(frames, as_written)
    for measure in ABOUT:
        assert wanted[measure].value is not None, wanted[measure]
        assert got[measure].value == pytest.approx(wanted[measure].value, rel=1e-9), measure
    believed = frames.copy()
    believed[LOST, 5] = 1.0
    assert measured(believed, as_written)["cop_path_mm"].value > wanted["cop_path_mm"].value + 50
    assert got["tension_mean_n"].value == pytest.approx(582, abs=1)


def test_and_have_no_centre_where_it_comes_from_moments(frames):
    centre_mm = 1000 * centre_of_moments(frames[:, 5], frames[:, 6], frames[:, 7])
    assert np.isnan(centre_mm[LOST]).all()
    assert measured(frames, centre_mm)["cop_path_mm"].value == pytest.approx(
        measured(frames, 1000 * frames[:, 9:11])["cop_path_mm"].value, rel=1e-3
    )
