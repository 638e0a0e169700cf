"""Times and values made fit for use."""

import numpy as np
import pytest

from isotimer.measures.clean import clean, is_batched, lost_frames, measured_rate

EVEN = np.arange(2000) / 87.5


def test_rate_is_that_of_ordinary_steps():
    assert measured_rate(EVEN) == pytest.approx(87.5)
    assert measured_rate(EVEN[np.arange(EVEN.size) % 16 != 15]) == pytest.approx(87.5)
    assert measured_rate(np.concatenate((EVEN, EVEN + 60))) == pytest.approx(87.5)


def test_rate_is_not_moved_by_jitter():
    jittered = EVEN + np.random.default_rng(1).normal(0, 0.002, EVEN.size)
    assert measured_rate(jittered) == pytest.approx(87.5, rel=0.003)


def test_rate_of_two_kinds_of_steps_lies_between():
    steps = np.random.default_rng(2).choice([0.08, 0.1], 800, p=[0.6, 0.4])
    assert measured_rate(np.cumsum(steps)) == pytest.approx(1 / steps[1:].mean())


def test_rate_of_nothing_is_unknown():
    assert measured_rate(EVEN[:3]) is None
    assert measured_rate(np.zeros(50)) is None


@pytest.mark.parametrize("rate", [80.0, 88.1, 500.0, 1000.0])
def test_batches_are_laid_on_an_even_grid(rate):
    true = np.arange(round(20 * rate)) / rate
    arrival = np.ceil(true / 0.016 + 1e-9) * 0.016
    assert is_batched(arrival)
    usable = clean(arrival, np.ones(true.size))
    assert usable.batched
    assert measured_rate(usable.time_s) == pytest.approx(rate, rel=1e-3)
    late = usable.time_s - true
    assert np.ptp(late) < 0.003
    assert 0 <= late.mean() <= 0.017


def test_batches_around_a_silence_keep_their_own_place():
    true = np.arange(4000) / 500
    true[2000:] += 3
    usable = clean(np.ceil(true / 0.016) * 0.016, np.ones(true.size))
    assert np.abs(usable.time_s - true).max() < 0.02


def test_device_times_are_left_alone():
    jittered = EVEN + np.random.default_rng(1).normal(0, 0.002, EVEN.size)
    assert not is_batched(EVEN)
    assert not is_batched(jittered)
    assert clean(jittered, EVEN).time_s is not None
    np.testing.assert_array_equal(clean(jittered, EVEN).time_s, jittered)


def test_zeros_amid_tension_are_lost_frames():
    force = 500 + np.random.default_rng(3).normal(0, 0.5, 300)
    force[[0, 1, 100, 101, 102, 298, 299]] = 0.0
    assert np.flatnonzero(lost_frames(force)).tolist() == [0, 1, 100, 101, 102, 298, 299]


def test_zeros_of_an_unloaded_sensor_are_real():
    coarse = np.round(np.random.default_rng(4).normal(0, 0.02, 3000), 2)
    assert not lost_frames(coarse).any()
    released = np.concatenate(
        (np.full(300, 500.0) + np.random.default_rng(5).normal(0, 1, 300), np.zeros(200))
    )
    assert not lost_frames(released).any()
    assert not lost_frames(np.zeros(100)).any()


def test_kept_points_to_the_record():
    force = np.arange(2000.0) + 10
    force[5] = np.nan
    usable = clean(EVEN, force)
    np.testing.assert_array_equal(usable.force_n, force[usable.kept])
    assert 5 not in usable.kept
