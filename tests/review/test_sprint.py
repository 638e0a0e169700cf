"""Numbers of sprints and their timing."""

from datetime import datetime, timedelta

import pytest

from isotimer.review.rows import SprintKey, SprintRow, Timing
from isotimer.review.sprint import by_kind, expected_te_pct, numbers, sprint_days


def run(at: datetime, time_s: float, **fields) -> SprintRow:
    row = {"distance_m": 20.0, "flying": False, "timing": Timing.HAND, "sprint_id": "x", "athlete_id": "a"}
    return SprintRow(at=at, time_s=time_s, **(row | fields))


def test_rates_and_lengths_follow_from_steps_and_time(start: datetime) -> None:
    found = numbers(run(start, 2.5, steps=11))
    assert found.speed_m_s == 8
    assert found.step_rate_hz == pytest.approx(4.4)
    assert found.stride_rate_hz == pytest.approx(2.2)
    assert found.step_length_m == pytest.approx(20 / 11)
    assert found.step_error_pct == pytest.approx(4.55, abs=0.01)
    without = numbers(run(start, 2.5))
    assert (without.step_rate_hz, without.stride_rate_hz, without.step_length_m) == (None, None, None)


def test_electronic_time_is_estimated_for_hand_timed_runs_from_standing_only(start: datetime) -> None:
    assert numbers(run(start, 3.0)).estimated_electronic_s == pytest.approx(3.24)
    assert numbers(run(start, 3.0, flying=True)).estimated_electronic_s is None
    assert numbers(run(start, 3.0, timing=Timing.ELECTRONIC)).estimated_electronic_s is None


def test_kinds_are_kept_apart(start: datetime) -> None:
    runs = [run(start, 3.0), run(start, 3.2, timing=Timing.ELECTRONIC), run(start, 2.0, flying=True)]
    assert [len(r) for r in by_kind(runs).values()] == [1, 1, 1]


def test_a_day_is_the_mean_of_its_best_two_of_equally_many(start: datetime) -> None:
    runs = [run(start + timedelta(days=d, minutes=m), 3.0 + 0.1 * m) for d in range(4) for m in range(3)]
    runs.append(run(start + timedelta(minutes=9), 1.0))
    assert [p.value for p in sprint_days(runs)] == pytest.approx([3.05] * 4)
    assert sprint_days([]) == ()


def test_hand_timing_is_expected_to_be_noisier_on_short_runs() -> None:
    flying = SprintKey(10.0, True, Timing.HAND)
    assert expected_te_pct(flying, 1.1) == pytest.approx(6.4, abs=0.1)
    assert expected_te_pct(SprintKey(10.0, True, Timing.ELECTRONIC), 1.1) == 2.9
