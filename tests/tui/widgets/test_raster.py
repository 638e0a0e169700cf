import numpy as np
import pytest

from isotimer.tui.widgets.raster import dots, envelope, fit_scale, lines_of, round_up

EDGES = np.linspace(0, 10, 11)


def test_each_column_has_the_lowest_and_highest_sample_in_it():
    time_s = np.arange(0, 10, 0.01)
    value = np.where(np.arange(1000) % 2, 5.0, -5.0)
    low, high = envelope(time_s, value, EDGES)
    assert low.tolist() == [-5.0] * 10
    assert high.tolist() == [5.0] * 10


def test_a_single_high_sample_is_never_lost():
    time_s = np.arange(0, 10, 0.001)
    value = np.zeros(10_000)
    value[4321] = 99.0
    assert envelope(time_s, value, EDGES)[1].tolist() == [0, 0, 0, 0, 99.0, 0, 0, 0, 0, 0]


def test_a_slow_sensor_is_joined_by_lines():
    low, high = envelope(np.array([0.0, 2.0, 4.0, 6.0, 8.0, 10.0]), np.array([0.0, 2, 4, 6, 8, 10]), EDGES)
    assert low == pytest.approx(np.arange(10.0))
    assert high == pytest.approx(np.arange(1.0, 11.0))


def test_a_gap_stays_empty():
    time_s = np.concatenate([np.arange(0, 3, 0.01), np.arange(7, 10, 0.01)])
    low, high = envelope(time_s, np.ones(len(time_s)), EDGES)
    assert np.isnan(low).tolist() == [False] * 3 + [True] * 4 + [False] * 3
    assert np.isnan(high[3:7]).all()


def test_values_that_are_missing_for_long_are_a_gap_and_one_alone_is_bridged():
    time_s = np.arange(0, 10, 0.01)
    value = np.ones(1000)
    value[300:700] = np.nan
    value[100] = np.nan
    low, _ = envelope(time_s, value, EDGES)
    assert np.isnan(low).tolist() == [False] * 3 + [True] * 4 + [False] * 3


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_samples_are_no_trouble(count):
    low, _ = envelope(np.arange(count) + 0.5, np.ones(count), EDGES)
    assert np.isfinite(low).sum() <= 2


def test_nothing_but_missing_values_draws_nothing():
    low, high = envelope(np.arange(10.0), np.full(10, np.nan), EDGES)
    assert not dots(low, high, 3, 0, 1).any()


def test_dots_of_a_known_signal():
    low = high = np.array([0.0, 1.0, 2.0, 3.0])
    pattern = dots(low, high, 1, 0.0, 4.0)
    assert lines_of(pattern, braille=True) == ["⣀⠔"]
    assert lines_of(pattern, braille=False) == [".|"]


def test_a_column_from_bottom_to_top_is_full():
    pattern = dots(np.array([0.0, 0.0]), np.array([8.0, 8.0]), 2, 0.0, 8.0)
    assert lines_of(pattern, braille=True) == ["⣿", "⣿"]
    assert lines_of(pattern, braille=False) == ["|", "|"]


def test_what_is_beyond_the_borders_is_drawn_on_the_border():
    pattern = dots(np.array([-50.0, 90.0]), np.array([-50.0, 90.0]), 1, 0.0, 4.0)
    assert lines_of(pattern, braille=True) == ["⡈"]


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.9, 1.0), (1.0, 1.0), (301, 400), (11, 15), (0, 1), (float("nan"), 1)]
)
def test_round_numbers(value, rounded):
    assert round_up(value) == rounded


def test_the_scale_widens_at_once_and_does_not_breathe():
    first = fit_scale(0, 300)
    assert first == (0.0, 400.0)
    assert fit_scale(0, 390, first) == first
    assert fit_scale(0, 410, first)[1] > 400
    assert fit_scale(0, 200, first) == first
    assert fit_scale(0, 50, first) == (0.0, 60.0)


def test_a_force_below_zero_is_shown():
    bottom, top = fit_scale(-120, 300)
    assert bottom <= -120
    assert top >= 300


def test_raw_counts_are_shown_in_their_own_range():
    bottom, top = fit_scale(8_388_000, 8_388_600, from_zero=False)
    assert bottom <= 8_388_000 < 8_388_600 <= top
    assert top - bottom < 2000


def test_a_flat_signal_has_a_scale():
    bottom, top = fit_scale(0, 0)
    assert top > bottom
    bottom, top = fit_scale(5000, 5000, from_zero=False)
    assert top > bottom
