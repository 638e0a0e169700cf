"""Push, swing, return by left and right in one picture."""

from datetime import datetime, timedelta

import pytest

from isotimer.core.plan import End, Mode, Phase, Side
from isotimer.review.balance import balance
from isotimer.review.season import Habits, Truth, Weakness, make_season

WEEKS = timedelta(weeks=12, hours=-6)


def test_time_and_holds_are_those_of_the_last_28_days(hold, start: datetime) -> None:
    now = start + timedelta(days=40)
    rows = [
        hold(5, 100),
        hold(20, 100, hold_s=10.0),
        hold(30, mode=Mode.STEADY, hold_s=30.0, end=End.ABORTED),
        hold(31, hold_s=None, side=Side.RIGHT),
        hold(50, 100),
    ]
    found = balance(rows, now)
    left, right = found.cells[0], found.cells[1]
    assert (left.phase, left.side, left.holds, left.time_s) == (Phase.PUSH, Side.LEFT, 2, 40.0)
    assert (right.holds, right.time_s) == (1, 0.0)
    assert found.shares[0].share == 1.0
    assert [c.side for c in found.cells] == [Side.LEFT, Side.RIGHT] * 3


def test_holds_of_both_legs_have_a_cell_of_their_own(hold, start: datetime) -> None:
    found = balance([hold(1, side=Side.BOTH)], start + timedelta(days=2))
    assert [c.holds for c in found.cells if c.side is Side.BOTH] == [1]


def test_a_neglected_phase_is_seen(start: datetime) -> None:
    made = make_season(Truth(name="a", neglected=Phase.SWING), start, 1, Habits(attendance=1.0))
    found = balance(made.holds, start + WEEKS)
    assert [s.phase for s in found.shares if s.neglected] == [Phase.SWING]
    assert any("Swing: 1" in s and "less than half of an even share" in s for s in found.sentences)


def test_few_holds_neglect_nothing(hold, start: datetime) -> None:
    found = balance([hold(d, 100) for d in range(5)], start + timedelta(days=6))
    assert not any(s.neglected for s in found.shares)


def test_changes_are_told_in_percent_and_typical_errors(start: datetime) -> None:
    truth = Truth(name="a", weakness=Weakness(phase=Phase.RETURN, share=0.2))
    found = balance(make_season(truth, start, 2).holds, start + WEEKS)
    cells = {(c.phase, c.side): c for c in found.cells}
    fell, kept = cells[Phase.RETURN, Side.LEFT], cells[Phase.PUSH, Side.LEFT]
    assert fell.change_pct == pytest.approx(-20, abs=6)
    assert (fell.change_te or 0) < -3
    assert abs(kept.change_te or 0) < 2
    assert (fell.best_pct or 0) < 85 < (kept.best_pct or 0)
    assert found.named is not None
    assert found.named.phase is Phase.RETURN
    assert found.sentences[0].startswith("Return is the limiting phase")


def test_share_of_best_is_fair_to_the_phase_done_most(hold, start: datetime) -> None:
    swing = [hold(d, 100 + (10 if d == 2 else 0), phase=Phase.SWING, position="s") for d in range(40)]
    push = [hold(30 + d, 100) for d in range(5)]
    found = {(c.phase, c.side): c for c in balance(swing + push, start + timedelta(days=41)).cells}
    assert found[Phase.SWING, Side.LEFT].best_pct == 100
    assert found[Phase.PUSH, Side.LEFT].best_pct == 100


def test_what_is_not_known_is_absent_with_a_reason(hold, start: datetime) -> None:
    found = balance([hold(1, 100)], start + timedelta(days=2)).cells[0]
    assert (found.best_pct, found.change_pct, found.change_te) == (None, None, None)
    assert "1 of 4 sessions of max holds in the last 28 days" in found.lacking


def test_shake_and_length_are_middles_with_their_n(start: datetime) -> None:
    made = make_season(Truth(name="a"), start, 3, Habits(shake_holds=True))
    cell = balance(made.holds, start + WEEKS).cells[0]
    assert cell.shake_onset_s.n == cell.sessions
    assert 9 < (cell.shake_onset_s.value or 0) < 27
    assert cell.hold_s.n == cell.holds


def test_gaps_beyond_variation_are_told(start: datetime) -> None:
    truth = Truth(name="a", weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, share=0.15, from_week=-1))
    found = balance(make_season(truth, start, 4).holds, start + WEEKS)
    assert [g.position for g in found.gaps if g.flagged] == ["supine-90-90-hip-pull"]
    assert any("side-to-side gap (percent difference)" in s for s in found.sentences)


def test_no_sentence_compares_newtons(start: datetime) -> None:
    made = make_season(Truth(name="a", weakness=Weakness(phase=Phase.PUSH)), start, 5)
    said = balance(made.holds, start + WEEKS).sentences
    assert not any(unit in sentence for sentence in said for unit in (" N ", " N.", "kg"))


def test_an_empty_history_says_what_is_missing(start: datetime) -> None:
    found = balance([], start)
    assert found.named is None
    assert found.gaps == ()
    assert "No limiting phase can be named yet" in found.sentences[0]
    assert found.shares[0].sentence == "Push: no time under tension in the last 28 days."
