"""The rule for improving, declining, plateau and unclear, and how often it errs."""

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import theilslopes

from isotimer.review.rows import Better
from isotimer.review.trend import Verdict, assess, kendall, theil_sen

RUNS = 300


def test_slopes_and_p_of_the_reference_table(shared_data: Path) -> None:
    table = json.loads((shared_data / "synthetic" / "reference.json").read_text("utf-8"))["trend_reference"]
    for name in ("rising", "flat_noisy", "rise_then_plateau", "falling", "n4"):
        row = table[name]
        slope = theil_sen(np.array(row["days"]), np.array(row["values"]), 0.95)
        wanted = (row["theil_sen_per_day"], row["theil_sen_lo95"], row["theil_sen_hi95"])
        assert (slope.per_day, slope.low, slope.high) == pytest.approx(wanted), name
        tau, p = kendall(row["days"], row["values"])
        assert (tau, p) == pytest.approx((row["kendall_tau"], row["kendall_p_exact_auto"])), name


@pytest.mark.parametrize("seed", range(5))
def test_interval_is_that_of_scipy_with_ties_and_days_twice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    days, values = rng.integers(0, 20, 14).astype(float), rng.integers(200, 212, 14).astype(float)
    theirs = theilslopes(values, days, 0.90)
    ours = theil_sen(days, values)
    assert (ours.per_day, ours.low, ours.high) == pytest.approx(
        (theirs.slope, theirs.low_slope, theirs.high_slope)
    )


def test_no_slope_within_one_moment() -> None:
    with pytest.raises(ValueError, match="no two times"):
        theil_sen(np.zeros(3), np.arange(3.0))


def test_the_reference_series_are_called_what_they_are(shared_data: Path, points) -> None:
    table = json.loads((shared_data / "synthetic" / "reference.json").read_text("utf-8"))["trend_reference"]

    def verdict(name: str, window_days: float = 56.0) -> Verdict:
        row = table[name]
        series = points(row["values"], row["days"])
        return assess(series, label="best", window_days=window_days).verdict

    assert verdict("rising") is Verdict.IMPROVING
    assert verdict("flat_noisy") is Verdict.UNCLEAR
    assert verdict("falling") is Verdict.DECLINING
    assert verdict("n4") is Verdict.TOO_LITTLE
    # Over its whole history this one rises; only its latest weeks are flat.
    assert verdict("rise_then_plateau") is Verdict.IMPROVING
    assert verdict("rise_then_plateau", 21.0) is Verdict.PLATEAU


def test_flat_is_no_plateau_without_an_earlier_gain(points) -> None:
    series = points([200 + 0.1 * (-1) ** i for i in range(30)])
    found = assess(series, label="best")
    assert found.verdict is Verdict.UNCLEAR
    assert found.equivalent
    assert "steady, no earlier gain to level off from" in found.sentence


@pytest.mark.parametrize(
    ("values", "days", "says"),
    [
        ([200] * 5, [0, 10, 20, 30, 40], "5 sessions of the 6"),
        ([200] * 6, [0, 4, 8, 12, 16, 20], "20 of the 21 days"),
        ([0] * 6, [0, 10, 20, 30, 40, 50], "not above zero"),
        ([], [], "0 sessions of the 6"),
    ],
)
def test_what_is_missing_is_said(points, values: list[float], days: list[float], says: str) -> None:
    found = assess(points(values, days), label="best second")
    assert found.verdict is Verdict.TOO_LITTLE
    assert says in found.sentence


def test_lower_may_be_better_and_shake_only_rises_or_falls(points) -> None:
    series = points([100 - i + 0.3 * (-1) ** i for i in range(12)])
    assert assess(series, label="x").verdict is Verdict.DECLINING
    assert assess(series, label="x", better=Better.LOWER).verdict is Verdict.IMPROVING
    assert assess(series, label="x", better=Better.NEITHER).verdict is Verdict.FALLING


def test_change_is_per_window_and_only_the_window_counts(points) -> None:
    days = [0.0, 7.0, *[100.0 + 5 * i for i in range(12)]]
    series = points([500.0, 400.0, *[200.0 + i for i in range(12)]], days)
    found = assess(series, label="best second")
    assert found.n == 12
    assert found.slope is not None
    assert found.slope.per_day == pytest.approx(0.2)
    assert found.change_pct == pytest.approx(100 * 0.2 * 56 / 205.5)
    assert "improving, +5.5 % per 56 days" in found.sentence
    assert "12 sessions in 55 days, margin 5.0 %" in found.sentence


def test_unclear_tells_what_is_ruled_out(points) -> None:
    found = assess(points([220, 216, 223, 218, 221, 219, 224, 217, 222, 220]), label="best second")
    assert "no detectable change over 10 sessions / 32 days" in found.sentence
    assert (
        f"rule out a gain above {found.high_pct:.1f} % and a loss above {-(found.low_pct or 0):.1f} %"
        in found.sentence
    )
    lower = assess(
        points([220, 216, 223, 218, 221, 219, 224, 217, 222, 220]), label="time", better=Better.LOWER
    )
    assert f"rule out a gain above {-(lower.low_pct or 0):.1f} %" in lower.sentence


def rates(points, n: int, noise: float, change: float, seed: int) -> dict[str, float]:
    """Return how often each verdict is given, sessions evenly spread over 28 days."""
    rng = np.random.default_rng(seed)
    days = np.linspace(0, 28, n)
    found: Counter[str] = Counter()
    for _ in range(RUNS):
        values = 200 * (1 + change * days / 28) * (1 + noise * rng.standard_normal(n))
        trend = assess(points(list(values), list(days)), label="x", window_days=28)
        found[trend.verdict] += 1
        found["equivalent"] += trend.equivalent
    return {name: count / RUNS for name, count in found.items()}


@pytest.mark.parametrize(("n", "noise"), [(6, 0.04), (8, 0.02), (12, 0.04), (16, 0.02)])
def test_flat_series_are_rarely_called_moving_and_never_a_plateau(points, n: int, noise: float) -> None:
    found = rates(points, n, noise, 0.0, seed=n)
    assert found.get("improving", 0) <= 0.08
    assert found.get("declining", 0) <= 0.08
    assert found.get("plateau", 0) == 0


def test_rates_are_those_of_the_operating_table(points, shared_data: Path) -> None:
    told = json.loads((shared_data / "synthetic" / "null_simulations.json").read_text("utf-8"))
    table = told["plateau_rule"]
    print()
    for n, noise, change in [
        (8, 0.04, 0.1),
        (12, 0.04, 0.1),
        (8, 0.02, 0.1),
        (16, 0.02, 0.0),
        (12, 0.04, 0.0),
    ]:
        wanted = table[f"n{n}|cv{noise}|trend{change}|m0.05"]
        found = rates(points, n, noise, change, seed=100 + n)
        print(f"n={n} noise={noise:.0%} change={change:+.0%}: ours {found}, table {wanted}")
        for ours, theirs in (
            ("improving", "improving"),
            ("declining", "declining"),
            ("equivalent", "plateau"),
        ):
            share = wanted[theirs]
            # Both are of 300 runs: four standard errors of their difference, and 1 % for shares near 0.
            allowed = 4 * math.sqrt(2 * max(share * (1 - share), 0.01) / RUNS) + 0.01
            assert abs(found.get(ours, 0.0) - share) <= allowed, (n, noise, change, ours)


def test_rise_then_flat_is_never_called_declining_and_mostly_not_improving(points) -> None:
    rng = np.random.default_rng(9)
    days = np.arange(0, 140, 3.5)
    found: Counter[str] = Counter()
    for _ in range(100):
        level = 200 * (1 + 0.2 * np.minimum(days / 56, 1))
        found[
            assess(
                points(list(level * (1 + 0.02 * rng.standard_normal(days.size))), list(days)), label="x"
            ).verdict
        ] += 1
    assert found[Verdict.PLATEAU] >= 60
    assert found[Verdict.IMPROVING] + found[Verdict.DECLINING] <= 16


def test_a_long_flat_history_is_rarely_called_a_plateau(points) -> None:
    rng = np.random.default_rng(10)
    days = list(np.arange(0, 168, 3.5))
    found = [
        assess(points(list(200 * (1 + 0.02 * rng.standard_normal(48))), days), label="x") for _ in range(100)
    ]
    plateaus = [t for t in found if t.verdict is Verdict.PLATEAU]
    assert sum(t.equivalent for t in found) >= 50
    assert all(t.earlier_gain and t.equivalent for t in plateaus)
    print(f"\n{len(plateaus)} of 100 flat histories of 24 weeks called a plateau")
    assert len(plateaus) <= 20
