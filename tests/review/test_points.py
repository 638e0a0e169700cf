"""One value per session, of equally many trials each."""

from datetime import datetime

import pytest

from isotimer.core.plan import End
from isotimer.review.points import How, equal_trials, session_points
from isotimer.review.rows import HOLD_LENGTH, STRENGTH, Better, HoldRow, better_of, same_sensor


def history(hold, counts: list[int], values: list[float]) -> list[HoldRow]:
    """Return sessions 3 days apart with so many holds of the given values each."""
    return [hold(3 * s + 0.001 * k, values[k]) for s, n in enumerate(counts) for k in range(n)]


def test_a_session_with_more_trials_gains_nothing_by_them(hold) -> None:
    found = session_points(history(hold, [2, 2, 2, 3], [100, 110, 130]), STRENGTH)
    assert found.trials == 2
    assert [p.value for p in found.points] == [110, 110, 110, 110]


def test_few_sessions_that_fall_short_are_left_out_and_counted(hold) -> None:
    found = session_points(history(hold, [3, 3, 1, 3], [100, 110, 130]), STRENGTH)
    assert (found.trials, found.left_out, len(found.points)) == (3, 1, 3)


@pytest.mark.parametrize(
    ("counts", "trials"),
    [([3, 3, 3, 3], 3), ([5, 5], 3), ([2, 3, 3, 3], 3), ([1, 1, 3, 3], 1), ([2, 2, 3, 3], 2), ([], 3)],
)
def test_how_many_trials_are_taken(counts: list[int], trials: int) -> None:
    assert equal_trials(counts) == trials


def test_mean_of_the_best_two(hold) -> None:
    found = session_points(history(hold, [3, 3], [100, 110, 130]), STRENGTH, how=How.MEAN_OF_BEST_2)
    assert [p.value for p in found.points] == [120, 120]


def test_best_is_lowest_where_lower_is_better_and_shake_has_no_best(hold) -> None:
    rows = [hold(0.1 * k, values={"reaction_s": v, "shake_pct": v}) for k, v in enumerate((3.0, 1.0, 2.0))]
    assert session_points(rows, "reaction_s").points[0].value == 1.0
    assert session_points(rows, "shake_pct").points[0].value == 2.0
    assert better_of("shake_pct") is Better.NEITHER


def test_unsound_holds_are_not_compared(hold) -> None:
    rows = [
        hold(0, 100),
        hold(1, 200, end=End.ABORTED),
        hold(2, 200, flag="slipped"),
        hold(3, 200, pain=4),
        hold(4, None),
        hold(5, float("nan")),
        hold(6, 101, pain=3, end=End.RELEASED),
    ]
    assert [p.value for p in session_points(rows, STRENGTH).points] == [100, 101]


def test_length_of_a_hold_is_a_measure_too(hold) -> None:
    rows = [hold(0, hold_s=12.5), hold(1, hold_s=None)]
    assert [p.value for p in session_points(rows, HOLD_LENGTH).points] == [12.5]


def test_only_holds_of_the_latest_sensor_are_kept(hold) -> None:
    rows = [hold(5, 3, device="new"), hold(0, 1, device="old"), hold(3, 2, device="new")]
    assert [h.value(STRENGTH) for h in same_sensor(rows)] == [2, 3]
    assert same_sensor([]) == []


def test_points_keep_the_time_of_the_first_hold(hold, start: datetime) -> None:
    assert (
        session_points([hold(0.5, 1, session_id="s"), hold(0, 2, session_id="s")], STRENGTH).points[0].at
        == start
    )
