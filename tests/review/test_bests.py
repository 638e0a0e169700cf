"""Personal bests and the measurement error."""

import numpy as np

from isotimer.review.bests import Standing, personal_bests
from isotimer.review.rows import Better
from isotimer.review.typical import typical_error


def standings(series) -> list[tuple[float, Standing]]:
    return [(b.point.value, b.standing) for b in personal_bests(series, typical_error(series))]


def test_a_small_step_is_within_variation_and_a_large_one_is_real(points) -> None:
    series = points([200, 198, 202, 199, 201, 200, 203, 220, 219])
    assert standings(series) == [
        (200, Standing.FIRST),
        (202, Standing.WITHIN),
        (203, Standing.WITHIN),
        (220, Standing.REAL),
    ]


def test_small_steps_count_once_they_add_up(points) -> None:
    rng = np.random.default_rng(1)
    series = points([200 * (1 + 0.01 * i) + float(rng.normal(0, 1)) for i in range(30)])
    real = [b for b in personal_bests(series, typical_error(series)) if b.standing is Standing.REAL]
    assert len(real) >= 3
    assert "beyond the measurement error" in real[0].sentence
    assert "own variation over 30 sessions" in real[0].sentence


def test_with_few_sessions_the_literature_sets_the_limit_and_is_named(points) -> None:
    series = points([200, 230, 275])
    found = personal_bests(series, typical_error(series))
    assert [b.standing for b in found] == [Standing.FIRST, Standing.WITHIN, Standing.WITHIN]
    assert "11-31 % of the literature until 5 sessions, now 3" in found[1].sentence


def test_flat_athletes_hardly_ever_get_a_real_best(points) -> None:
    rng = np.random.default_rng(2)
    wrong = 0
    for _ in range(300):
        series = points(list(200 * np.exp(0.04 * rng.standard_normal(24))))
        wrong += any(s is Standing.REAL for _, s in standings(series))
    assert wrong <= 15


def test_lower_may_be_better_and_shake_knows_no_best(points) -> None:
    series = points([4.40, 4.42, 4.39, 4.41, 4.40, 4.10])
    found = personal_bests(series, typical_error(series), Better.LOWER)
    assert found[-1].standing is Standing.REAL
    assert personal_bests(series, typical_error(series), Better.NEITHER) == ()
    assert personal_bests((), typical_error(series)) == ()
