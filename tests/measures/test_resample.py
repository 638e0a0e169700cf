"""Uneven samples on an even grid."""

import numpy as np
import pytest

from isotimer.measures.resample import resample

RATE = 88.1
TIME = np.arange(2000) / RATE


def wave(time):
    return 300 + 2 * np.sin(2 * np.pi * 10 * time)


def test_even_samples_are_not_touched():
    even = resample(TIME, wave(TIME), RATE)
    assert len(even.pieces) == 1
    np.testing.assert_array_equal(even.pieces[0].values, wave(TIME))
    assert even.missing == even.unfilled == 0


def test_one_in_sixteen_missing_is_filled():
    kept = np.arange(TIME.size) % 16 != 15
    even = resample(TIME[kept], wave(TIME[kept]), RATE)
    assert len(even.pieces) == 1
    values = even.pieces[0].values
    grid = even.pieces[0].start_s + np.arange(values.size) / RATE
    assert np.abs(values - wave(grid))[20:-20].max() < 0.05
    assert even.missing == pytest.approx(1 / 16, abs=0.001)
    assert even.unfilled == 0


def test_two_missing_are_filled_three_split():
    two = np.delete(np.arange(TIME.size), [900, 901])
    three = np.delete(np.arange(TIME.size), [900, 901, 902])
    assert len(resample(TIME[two], wave(TIME[two]), RATE).pieces) == 1
    split = resample(TIME[three], wave(TIME[three]), RATE)
    assert [p.values.size for p in split.pieces] == [900, TIME.size - 903]
    assert split.pieces[1].start_s == TIME[903]
    assert split.unfilled == pytest.approx(3 / 2000)


def test_a_fast_sensor_is_filled_over_ten_milliseconds():
    time = np.arange(4000) / 1000
    eight = np.delete(np.arange(4000), np.arange(2000, 2008))
    thirty = np.delete(np.arange(4000), np.arange(2000, 2030))
    assert len(resample(time[eight], wave(time[eight]), 1000.0).pieces) == 1
    assert len(resample(time[thirty], wave(time[thirty]), 1000.0).pieces) == 2


def test_two_samples_at_almost_one_time_do_no_harm():
    time = np.insert(TIME, 700, TIME[700] - 1e-7)
    force = np.insert(wave(TIME), 700, wave(TIME[700]) + 0.5)
    values = resample(time, force, RATE).pieces[0].values
    assert np.abs(values - 300).max() < 3
