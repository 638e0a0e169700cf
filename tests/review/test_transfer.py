"""Stronger, and faster?"""

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest
from scipy.stats import spearmanr

from isotimer.core.plan import Phase
from isotimer.review.index import strength_index
from isotimer.review.rows import SprintKey, SprintRow, Timing
from isotimer.review.season import Habits, Truth, make_season
from isotimer.review.transfer import Answer, Transfer, rank_interval, spearman, transfer

KEY = SprintKey(30.0, False, Timing.ELECTRONIC)
EVEN = dict.fromkeys(Phase, 0.2)


def asked(truth: Truth, start: datetime, seed: int, **habits) -> Transfer:
    season = make_season(truth, start, seed, Habits(**({"sprints_per_week": 1} | habits)))
    key = season.sprints[0].key
    return transfer(strength_index(season.holds), season.sprints, key)


def test_a_gain_that_reaches_the_track_is_found(start: datetime) -> None:
    truth = Truth(name="a", gain=EVEN, sprint_gain=0.4)
    found = Counter(asked(truth, start, seed).answer for seed in range(20))
    assert found[Answer.FASTER] >= 18


def test_stronger_without_faster_is_not_called_faster(start: datetime) -> None:
    found = [asked(Truth(name="a", gain=EVEN), start, seed) for seed in range(20)]
    answers = Counter(t.answer for t in found)
    assert answers[Answer.FASTER] <= 1
    assert answers[Answer.NOT_FASTER] + answers[Answer.NOT_SHOWN] >= 18
    sentence = next(t for t in found if t.answer is Answer.NOT_SHOWN).sentence
    assert "Stronger, no gain on the track shown: strength +" in sentence
    assert "rule out a gain in speed above" in sentence


def test_no_change_is_called_none(start: datetime) -> None:
    found = Counter(asked(Truth(name="a"), start, seed).answer for seed in range(20))
    assert found[Answer.NOTHING] >= 19


def test_links_are_rarely_found_where_there_are_none(start: datetime) -> None:
    found = [asked(Truth(name="a"), start, seed).strongest for seed in range(30)]
    wrong = sum(t is not None and ((t.low or -1) > 0 or (t.high or 1) < 0) for t in found)
    assert wrong <= 3


def test_what_is_too_few_is_said(start: datetime) -> None:
    few = asked(Truth(name="a", gain=EVEN), start, 1, weeks=4, attendance=1.0)
    assert few.strongest is None
    assert "nothing can be said of a link" in " ".join(few.warnings)
    assert "cannot say, 4 pairs of the 6 needed" in few.link_sentence
    none = transfer((), (), KEY)
    assert none.answer is Answer.TOO_LITTLE
    assert "0 of 2 strength sessions and 0 of 2 sprint days" in none.sentence


def test_hand_times_are_warned_of_and_never_mixed(start: datetime, points) -> None:
    strength = points([100 + i for i in range(20)])
    runs = [
        SprintRow(
            sprint_id=f"{d}{timing}",
            athlete_id="a",
            at=start + timedelta(days=d),
            distance_m=10.0,
            flying=True,
            time_s=1.1 if timing is Timing.HAND else 1.4,
            timing=timing,
        )
        for d in range(0, 70, 7)
        for timing in Timing
    ]
    found = transfer(strength, runs, SprintKey(10.0, True, Timing.HAND))
    assert found.sprint is not None
    assert found.sprint.n == 10
    assert found.sprint.pct == pytest.approx(0)
    text = " ".join(found.warnings)
    assert "6.4 % of 1.10 s" in text
    assert "10 sprints of this distance with electronic timing are not mixed in" in text


def test_the_lag_at_which_they_go_together_is_found(start: datetime, points) -> None:
    days = [3.5 * i for i in range(40)]
    wave = [100 + 10 * float(np.sin(d / 9)) for d in days]
    runs = [
        SprintRow(
            sprint_id=f"{d}",
            athlete_id="a",
            at=start + timedelta(days=d),
            distance_m=30.0,
            flying=False,
            time_s=4.3 - 0.01 * float(np.sin((d - 14) / 9)),
            timing=Timing.ELECTRONIC,
        )
        for d in range(28, 140, 7)
    ]
    found = transfer(points(wave, days), runs, KEY)
    assert found.strongest is not None
    assert found.strongest.lag_days == 14
    assert (found.strongest.low or 0) > 0.5
    assert "speed 14 days later: rank correlation +" in found.link_sentence


def test_two_trends_alone_are_no_link_once_they_are_taken_out(start: datetime, points) -> None:
    rng = np.random.default_rng(3)
    days = [7.0 * i for i in range(20)]
    strength = points([100 + d / 7 + float(rng.normal(0, 0.5)) for d in days], days)
    runs = [
        SprintRow(
            sprint_id=f"{d}",
            athlete_id="a",
            at=start + timedelta(days=d),
            distance_m=30.0,
            flying=False,
            time_s=4.5 - 0.002 * d + float(rng.normal(0, 0.01)),
            timing=Timing.ELECTRONIC,
        )
        for d in days
    ]
    found = transfer(strength, runs, KEY).strongest
    assert found is not None
    assert (found.rho or 0) > 0.9
    assert abs(found.detrended or 0) < 0.6


def test_rank_correlation_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 6, 15).astype(float), rng.integers(0, 6, 15).astype(float)
    assert spearman(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert spearman(np.ones(5), b[:5]) is None


def test_interval_of_a_rank_correlation_holds_what_it_promises() -> None:
    rng = np.random.default_rng(1)
    out = 0
    for _ in range(400):
        low, high = rank_interval(spearman(*rng.standard_normal((2, 12))) or 0.0, 12)
        out += low > 0 or high < 0
    assert out / 400 <= 0.075
