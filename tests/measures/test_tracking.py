"""A moving target: lag, bias and rest are told apart."""

import numpy as np
import pytest

from isotimer.measures.trace import Trace

TIME = np.arange(0, 30, 0.0125)


def path(time):
    return 200 + 50 * np.sin(2 * np.pi * 0.25 * time)


@pytest.mark.parametrize("lag_s", [-0.2, 0.0, 0.183, 0.35, 1.0])
@pytest.mark.parametrize("bias_n", [0.0, -12.0])
def test_parts_are_told_apart(values, lag_s, bias_n):
    noise = np.random.default_rng(3).normal(0, 2, TIME.size)
    got = values(Trace(TIME, path(TIME - lag_s) + bias_n + noise, 30.0, target_path_n=path(TIME)))
    assert got["tracking_lag_s"].value == pytest.approx(lag_s, abs=0.01)
    assert got["tracking_bias_n"].value == pytest.approx(bias_n, abs=0.3)
    assert got["tracking_rest_n"].value == pytest.approx(2, rel=0.2)
    moved = 2 * 50 * abs(np.sin(np.pi * 0.25 * lag_s))
    assert got["tracking_rmse_n"].value == pytest.approx(np.sqrt(moved**2 / 2 + bias_n**2 + 4), rel=0.05)


def test_steps_are_followed_late(values):
    def steps(time):
        return 150 + 50 * (np.floor(time / 3) % 3)

    got = values(Trace(TIME, steps(TIME - 0.3), 30.0, target_path_n=steps(TIME)))
    assert got["tracking_lag_s"].value == pytest.approx(0.3, abs=0.02)


def test_a_target_that_stands_still_has_no_lag(values):
    got = values(Trace(TIME, np.full(TIME.size, 210.0), 30.0, target_path_n=np.full(TIME.size, 200.0)))
    assert got["tracking_lag_s"].reason == "the target did not move"
    assert got["tracking_bias_n"].value == pytest.approx(10)
    assert got["tracking_rmse_n"].value == pytest.approx(10)


def test_a_lag_beyond_what_is_tried_is_doubted(values):
    got = values(Trace(TIME, path(TIME - 1.9), 30.0, target_path_n=path(TIME)))
    assert got["tracking_lag_s"].doubt == "at the edge of the lags that are tried"
