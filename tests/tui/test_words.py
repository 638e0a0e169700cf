from dataclasses import replace

import pytest

from isotimer.core.events import State
from isotimer.core.plan import HoldStep, RestStep, Side, Start
from isotimer.session.snapshot import MeasureView
from isotimer.tui.words import amount, banner_side, coming, count, length, progress, state_word, whole_seconds


@pytest.fixture
def view(station):
    def make(state, **changes):
        station.enter(state, **changes)
        return station.view

    return make


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.READY, "READY"),
        (State.COUNTDOWN, "GET READY"),
        (State.ARMED, "PULL NOW"),
        (State.HOLD, "HOLD"),
        (State.RELEASE, "LET GO"),
        (State.REST, "REST"),
        (State.PAUSED, "PAUSED"),
        (State.DONE, "DONE"),
        (State.ABORTED, "STOPPED"),
    ],
)
def test_each_state_has_its_word(view, state, word):
    assert state_word(view(state)) == word


def test_a_push_is_not_a_pull(view, tools):
    step = HoldStep("stiff-leg-ankle-push", Side.LEFT, 10.0)
    armed = view(State.ARMED)
    assert state_word(replace(armed, step=replace(armed.step, start=Start.KEY))) == "PRESS KEY"
    from isotimer.core.plan import Phase
    from isotimer.core.positions import POSITIONS

    push = next(p.id for p in POSITIONS if p.phase is Phase.PUSH)
    assert state_word(view(State.ARMED, step=replace(step, position=push))) == "PUSH NOW"


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.0, "3"), (2.999, "3"), (2.0000001, "2"), (0.0, "0"), (-1, "0"), (1000, "16:40")]
)
def test_a_count_reaches_zero_at_the_end(seconds, text):
    assert whole_seconds(seconds) == text


def test_an_open_hold_counts_up(view):
    open_end = view(State.HOLD, remaining_s=None, elapsed_s=12.7)
    assert count(open_end) == "12"


def test_after_a_hold_its_length_is_shown(view):
    assert count(view(State.RELEASE), 7.43) == "7"
    assert count(view(State.RELEASE, remaining_s=0.6), 10.0) == "10"


def test_a_rest_names_the_side_that_comes(view):
    assert banner_side(view(State.REST)) == "NEXT LEFT"
    assert banner_side(view(State.HOLD)) == "LEFT"
    assert banner_side(None) == ""


def test_what_comes_next_is_always_said(view):
    assert coming(view(State.READY)).startswith("SPACE starts: LEFT, 10 s")
    assert coming(view(State.HOLD, next_step=RestStep(20.0, "side"))).startswith(
        "Next: rest 20 s, then RIGHT"
    )
    assert coming(view(State.HOLD, next_step=None, following_hold=None)) == "Next: done"
    assert coming(view(State.REST)).startswith("Next: LEFT")
    for state in State:
        assert coming(view(state))


def test_progress_is_said_only_where_there_is_some():
    step = HoldStep("x", Side.LEFT, 5.0)
    assert progress(step) == ()
    assert progress(replace(step, sets=3, set_no=2)) == ("set 2 of 3",)
    assert progress(None) == ()


@pytest.mark.parametrize(
    ("seconds", "text"), [(10, "10 s"), (7.5, "7.5 s"), (120, "2 min"), (150, "2 min 30 s")]
)
def test_lengths_are_plain(seconds, text):
    assert length(seconds) == text


def test_an_absent_value_is_never_a_zero():
    assert amount(MeasureView("a", "a", None, "N")) == "absent"
    assert amount(MeasureView("a", "a", float("nan"), "N")) == "absent"
    assert amount(MeasureView("a", "a", 251.26, "N")) == "251 N"
    assert amount(MeasureView("a", "a", 0.4321, "N")) == "0.43 N"
