"""Strength of a session as one number."""

import pytest

from isotimer.core.plan import Phase, Side
from isotimer.review.index import strength_index


def test_series_of_different_levers_are_never_added(hold) -> None:
    rows = [hold(d, 100 * (1.1 if d >= 9 else 1.0)) for d in range(0, 18, 3)]
    rows += [
        hold(d, 900 * (1.1 if d >= 9 else 1.0), side=Side.RIGHT, phase=Phase.SWING) for d in range(0, 18, 3)
    ]
    assert [p.value for p in strength_index(rows)] == pytest.approx([100] * 3 + [110] * 3)


def test_a_missing_series_does_not_move_the_index(hold) -> None:
    rows = [hold(d, 100) for d in range(0, 30, 3)]
    rows += [hold(d, 900, side=Side.RIGHT) for d in range(0, 30, 6)]
    assert [p.value for p in strength_index(rows)] == pytest.approx([100] * 10)


def test_a_phase_or_a_side_by_itself(hold) -> None:
    rows = [hold(d, 100) for d in range(6)]
    rows += [hold(d, 100 + 10 * d, side=Side.RIGHT, phase=Phase.SWING) for d in range(6)]
    assert strength_index(rows, phase=Phase.PUSH)[-1].value == pytest.approx(100)
    assert strength_index(rows, side=Side.RIGHT)[-1].value > 125
    assert strength_index(rows, phase=Phase.RETURN) == ()
