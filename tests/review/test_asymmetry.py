"""Left against right: formulas and flags."""

from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.plan import Side
from isotimer.review.asymmetry import (
    Formula,
    bilateral_index,
    load_gap,
    percent_difference,
    right_share,
    side_gap,
)


def test_one_datum_three_numbers() -> None:
    left, right = 54.45, 45.55
    assert right_share(left, right) == pytest.approx(45.55)
    assert bilateral_index(left, right) == pytest.approx(-8.9)
    assert percent_difference(left, right) == pytest.approx(-16.3, abs=0.05)
    assert percent_difference(right, left) == pytest.approx(16.3, abs=0.05)


@pytest.mark.parametrize("formula", [right_share, bilateral_index, percent_difference])
def test_a_side_without_force_has_no_gap(formula) -> None:
    with pytest.raises(ValueError, match="above zero"):
        formula(0.0, 100.0)


def history(hold, gaps: list[float], noise: float = 0.0, trials: int = 2, seed: int = 0):
    rng = np.random.default_rng(seed)
    rows = []
    for session, gap in enumerate(gaps):
        for side, level in ((Side.LEFT, 100.0), (Side.RIGHT, 100.0 * (1 + gap))):
            for k in range(trials):
                force = level * float(np.exp(noise * rng.standard_normal()))
                rows.append(hold(3 * session + 0.001 * k, force, side=side))
    return rows


def test_a_gap_beyond_own_variation_that_repeats_is_flagged(hold) -> None:
    found = side_gap(history(hold, [0.12, 0.10, 0.11, 0.13, 0.10, 0.12]))
    assert found.flagged
    assert found.weaker is Side.LEFT
    assert found.formula is Formula.PERCENT_DIFFERENCE
    assert "percent difference" in found.sentence
    assert "10 % as the mean of the last 4 sessions, left lower in 4 of them" in found.sentence


def test_a_gap_that_changes_sides_is_not_flagged(hold) -> None:
    found = side_gap(history(hold, [0.0, 0.01, 0.0, 0.01, 0.0, -0.02, 0.3, 0.3, -0.02]))
    assert found.same_direction == 2
    assert not found.flagged


def test_a_gap_within_own_variation_is_not_flagged(hold) -> None:
    found = side_gap(history(hold, [0.20, -0.10, 0.15, -0.12, 0.10, 0.09, 0.12, -0.02]))
    assert not found.flagged
    assert "within the own variation between sessions" in found.sentence


def test_a_gap_below_what_is_worth_a_word_is_not_flagged(hold) -> None:
    found = side_gap(history(hold, [0.03, 0.031, 0.029, 0.03, 0.03]))
    assert not found.flagged
    assert "smallest worthwhile gap of 5.0 %" in found.sentence


def test_trials_that_scatter_widen_the_limit(hold) -> None:
    found = side_gap(history(hold, [0.08] * 6, noise=0.15, trials=3, seed=4))
    assert not found.flagged
    assert (found.threshold_pct or 0) > 8


def test_under_five_sessions_the_literature_decides(hold) -> None:
    found = side_gap(history(hold, [0.2, 0.2, 0.2, 0.2]))
    assert not found.flagged
    assert found.threshold_pct == 31
    assert "fewer than 5 sessions" in found.sentence


def test_sessions_with_one_side_only_tell_nothing(hold) -> None:
    found = side_gap([h for h in history(hold, [0.2] * 6) if h.side is Side.LEFT])
    assert found.gap_pct is None
    assert "0 sessions with both sides of the 4 needed" in found.sentence
    assert side_gap([]).lacking


def test_false_flags_of_even_athletes_are_rare(hold) -> None:
    wrong = sum(side_gap(history(hold, [0.0] * 10, noise=0.04, seed=s)).flagged for s in range(150))
    assert wrong <= 8


def test_load_on_two_plates_is_an_index_of_both_legs(hold) -> None:
    rows = [
        hold(3 * s, side=Side.BOTH, values={"load_share_right_pct": 45.0 - 0.2 * (s % 2)}) for s in range(6)
    ]
    found = load_gap(rows)
    assert found.formula is Formula.BAI
    assert found.gap_pct == pytest.approx(-10.2)
    assert found.weaker is Side.RIGHT
    assert found.flagged


def test_two_sensors_are_no_two_sides(hold) -> None:
    rows = [replace(h, device=str(h.side)) for h in history(hold, [0.2] * 6)]
    assert "different sensors" in side_gap(rows).sentence
