"""Known weights: what may be typed, when a reading can be taken, what a pull says."""

import numpy as np
import pytest

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.weights import (
    Point,
    Reading,
    fit_points,
    fit_words,
    parse_weight,
    pull_words,
    reading,
    taken,
)

EMPTY = Point(8000.0, 0.0, 5.0)
RATE_HZ = 80.0


def stretch(values: np.ndarray, rate_hz: float = RATE_HZ) -> tuple[np.ndarray, np.ndarray]:
    return 100.0 + np.arange(len(values)) / rate_hz, values


def noise(n: int = 200, sd: float = 5.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, sd, n)


@pytest.mark.parametrize(
    ("text", "mass_kg"), [("20", 20.0), (" 2,5 ", 2.5), ("2.5 kg", 2.5), ("0.75KG", 0.75)]
)
def test_kilograms_are_read(text: str, mass_kg: float) -> None:
    assert parse_weight(text, [EMPTY]) == mass_kg


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-5", "no mass to hang on"),
        ("5000", "no mass to hang on"),
        ("nan", "is no mass"),
        ("1_0", "is no mass"),
        ("ten", "is no mass"),
        ("", "is missing"),
        ("20", "measured already"),
        ("0", "the empty sensor was measured already"),
    ],
)
def test_what_is_no_new_weight_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(WrongUseError, match=words):
        parse_weight(text, [EMPTY, Point(28000.0, 20.0)])


def test_six_weights_are_enough() -> None:
    points = [EMPTY, *(Point(9000.0 + i, float(i)) for i in range(1, 7))]
    with pytest.raises(WrongUseError, match="6 weights are enough"):
        parse_weight("7", points)


def test_a_noisy_sensor_at_rest_gives_its_median() -> None:
    for seed in range(50):
        found = reading(*stretch(8000 + noise(seed=seed)), [])
        assert found.trouble == ""
        assert found.raw == pytest.approx(8000, abs=3)


def test_a_coarse_sensor_at_rest_may_flip_by_a_step() -> None:
    found = reading(*stretch(np.where(np.arange(200) % 37 < 18, 3.0, 4.0)), [])
    assert found.trouble == ""


@pytest.mark.parametrize("rate_hz", [10.0, 80.0, 1000.0])
def test_a_swinging_weight_is_not_taken(rate_hz: float) -> None:
    time_s = np.arange(int(6 * rate_hz)) / rate_hz
    swing = 28000 + 300 * np.sin(2 * np.pi * 0.9 * time_s) + noise(len(time_s))
    found = reading(*stretch(swing, rate_hz), [EMPTY])
    assert "moves by" in found.trouble
    with pytest.raises(IsotimerError, match="moves by"):
        taken(found, 20.0)


def test_a_weight_that_is_being_hung_on_is_not_taken() -> None:
    step = np.where(np.arange(200) < 140, 8000.0, 18000.0) + noise()
    assert "moves by" in reading(*stretch(step), [EMPTY]).trouble


def test_a_filtered_sensor_at_rest_is_not_called_restless() -> None:
    """A moving average over 16 makes neighbours alike: its slow sway is noise."""
    smooth = np.convolve(noise(400, 40.0), np.ones(16) / 16, "valid")
    delay_s = 8 / RATE_HZ
    starts = range(0, 200, 10)
    calm = [reading(*stretch(8000 + smooth[s : s + 150]), [], delay_s).trouble == "" for s in starts]
    assert all(calm)


def test_too_few_samples_give_no_reading() -> None:
    assert reading(*stretch(np.full(3, 8000.0)), []) == Reading(None, "the sensor sends too little")
    assert reading(*stretch(np.full(200, np.nan)), []).raw is None
    assert reading(*stretch(np.full(40, 8000.0)), []).trouble == "wait a moment"


def test_a_slow_sensor_is_read_over_a_longer_time() -> None:
    found = reading(*stretch(np.r_[np.full(4, 9000.0), np.full(8, 8000.0)], 2.0), [])
    assert (found.raw, found.trouble) == (8000.0, "")


def test_the_fit_says_how_straight_it_is() -> None:
    two = (EMPTY, Point(28000.0, 20.0))
    fit = fit_points(two)
    assert fit is not None
    assert "two points fit any line" in fit_words(two, fit)
    three = (*two, Point(48400.0, 40.0))
    crooked = fit_points(three)
    assert crooked is not None
    assert "% " not in fit_words(three, crooked).split("=")[0]
    assert ("that is much" in fit_words(three, crooked)) == (crooked.linearity_pct > 1)
    assert fit_points((EMPTY,)) is None


@pytest.mark.parametrize(
    ("tension_n", "words"), [(None, "pull now"), (2.0, "pull now"), (80.0, "right"), (-80.0, "turn it")]
)
def test_a_pull_tells_the_sign(tension_n: float | None, words: str) -> None:
    assert words in pull_words(tension_n)
