"""The three variations and wobble."""

import numpy as np
import pytest

from isotimer.measures.trace import Trace

PUBLISHED = np.array([21, 45, 75, 54, 5.5, 545.5, 44, 17, 8, -15, -12.8, -15.9, -11.5, -2, 5.3])


def test_raw_variation_of_a_published_vector(values):
    """274.4306 % by the R package REAT."""
    time = np.arange(PUBLISHED.size) / 5
    got = values(Trace(time, PUBLISHED, 3.0, window_s=(0.0, 3.0)))
    assert got["cv_raw_pct"].value == pytest.approx(274.4306, abs=1e-4)


def test_drift_counts_in_the_first_only(values):
    time = np.arange(0, 20, 0.01)
    sinking = values(Trace(time, 300 - 3 * time, 20.0))
    assert sinking["cv_raw_pct"].value > 5
    assert sinking["cv_detrended_pct"].value == pytest.approx(0, abs=1e-6)
    assert sinking["cv_1s_pct"].value == pytest.approx(0, abs=1e-6)


def test_slow_sway_counts_in_the_first_two(values):
    time = np.arange(0, 20, 0.01)
    swaying = values(Trace(time, 300 + 6 * np.cos(2 * np.pi * 0.1 * time), 20.0, window_s=(0.0, 20.0)))
    assert swaying["cv_detrended_pct"].value == pytest.approx(100 * 6 / np.sqrt(2) / 300, rel=0.06)
    assert swaying["cv_1s_pct"].value < 0.1 * swaying["cv_detrended_pct"].value


@pytest.mark.parametrize("hold_s", [6.0, 8.0, 12.0, 60.0])
def test_wobble_of_known_size_in_short_and_long_holds(values, hold_s):
    time = np.arange(0, hold_s, 0.01)
    force = 300 + 4 * np.sin(2 * np.pi * 1.7 * time)
    got = values(Trace(time, force, hold_s))
    assert got["wobble_rms_n"].value == pytest.approx(4 / np.sqrt(2), rel=0.06)
    assert got["shake_rms_n"].value < 0.1 * got["wobble_rms_n"].value
