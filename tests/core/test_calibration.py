"""Tare and calibration: what they give and what they refuse."""

import numpy as np
import pytest

from isotimer.core.calibration import Calibration, Line, fit_line, tare_zero
from isotimer.core.errors import IsotimerError, WrongUseError

TIME_S = np.arange(100) / 80.0


def test_raw_values_become_newtons_per_channel() -> None:
    calibration = Calibration((Line(8000.0, 0.01), Line(-50.0, 2.0)), "N")
    assert calibration.apply(np.array([[9000.0, -49.0]])).tolist() == [[10.0, 2.0]]


def test_a_tare_moves_the_zero_and_keeps_the_slope() -> None:
    tared = Calibration((Line(0.0, 0.01, "id"),), "N").tared([500.0])
    assert tared.lines == (Line(500.0, 0.01, "id"),)
    assert tared.apply(np.array([[600.0]])).tolist() == [[1.0]]


def test_tare_takes_the_median_so_a_spike_does_not_count() -> None:
    raw = np.full((100, 1), 3.0)
    raw[50] = 8388607
    assert tare_zero(raw, TIME_S, Calibration.plain(1, "counts")).tolist() == [3.0]


def test_tare_is_refused_under_load() -> None:
    with pytest.raises(IsotimerError, match=r"under load \(300 N\)"):
        tare_zero(np.full((100, 1), 300.0), TIME_S, Calibration.plain(1, "N"))


def test_tare_is_refused_while_moving() -> None:
    raw = (20 * np.sin(TIME_S * 9))[:, None]
    with pytest.raises(IsotimerError, match=r"moves by"):
        tare_zero(raw, TIME_S, Calibration.plain(1, "N"))


def test_tare_needs_samples() -> None:
    with pytest.raises(IsotimerError, match="too few"):
        tare_zero(np.full((3, 1), 0.0), TIME_S[:3], Calibration.plain(1, "N"))
    with pytest.raises(IsotimerError, match="too few"):
        tare_zero(np.full((100, 1), np.nan), TIME_S, Calibration.plain(1, "N"))


def test_a_line_through_known_weights() -> None:
    fit = fit_line([(8000.0, 0.0), (9000.0, 98.0665), (10000.0, 196.133)])
    assert fit.line.zero_raw == pytest.approx(8000.0)
    assert fit.line.slope_n_per_raw == pytest.approx(0.0980665)
    assert fit.residual_n == pytest.approx(0.0, abs=1e-9)


def test_the_residual_is_the_largest_distance() -> None:
    fit = fit_line([(0.0, 0.0), (1.0, 103.0), (2.0, 200.0)])
    assert fit.residual_n == pytest.approx(2.0)
    assert fit.linearity_pct == pytest.approx(1.0)


def test_the_published_ten_points(shared_data) -> None:
    points = np.loadtxt(shared_data / "boa" / "finalCalibration.csv", delimiter=",", skiprows=1)
    line = fit_line([tuple(p) for p in points]).line
    assert line.slope_n_per_raw == pytest.approx(0.0035872244, rel=1e-6)
    assert -line.zero_raw * line.slope_n_per_raw == pytest.approx(-3715.2403, rel=1e-6)
    assert fit_line([tuple(p) for p in points]).residual_n == pytest.approx(23.19, abs=0.01)


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([], "one load alone"),
        ([(1.0, 1.0)], "one load alone"),
        ([(1.0, 5.0), (2.0, 5.0)], "the same"),
        ([(1.0, 5.0), (1.0, 6.0)], "the same"),
        ([(1.0, 5.0), (float("nan"), 6.0)], "not a number"),
    ],
)
def test_points_that_make_no_line(points, why) -> None:
    with pytest.raises(WrongUseError, match=why):
        fit_line(points)
