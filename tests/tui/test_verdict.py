"""The verdict on a hold: its order, its doubts, its reasons, and the athlete's own past."""

from dataclasses import replace

import pytest

from isotimer.core.plan import Mode
from isotimer.session.snapshot import Earlier, MeasureView
from isotimer.tui.verdict import verdict_lines


def made(tools, *measures, **more):
    return replace(tools.make_result(), measures=measures, notices=(), **more)


def test_a_doubtful_number_is_marked_and_says_why(tools):
    doubtful = MeasureView("shake_rms_n", "shake", 0.85, "N", "may read 5 % low")
    lines = verdict_lines(made(tools, doubtful))
    assert "shake ~0.85 N" in lines[0]
    assert lines[1].strip() == "~ may read 5 % low"


def test_an_absent_number_gives_its_reason_in_place(tools):
    onset = MeasureView("shake_onset_s", "shake doubled at", None, "s", "not reached")
    slow = MeasureView("shake_rms_n", "shake", None, "N", "sensor too slow: 10.8 Hz, needs 40")
    lines = verdict_lines(made(tools, onset, slow))
    assert lines[0].split(maxsplit=2) == ["How", "steady", "not measured: sensor too slow: 10.8 Hz, needs 40"]
    assert lines[1].split(maxsplit=2) == ["Shake", "doubled", "not reached"]


def test_the_onset_carries_its_uncertainty(tools):
    lines = verdict_lines(made(tools, MeasureView("shake_onset_s", "shake doubled at", 9.6, "s")))
    assert lines[0].endswith("at 10 s, ±3 s")


def test_the_first_hold_says_that_there_is_nothing_to_compare(tools):
    assert "first hold of this position" in verdict_lines(made(tools))[-1]


def test_last_and_best_stand_beside_it_with_their_number(tools):
    mean = MeasureView("tension_mean_n", "mean tension", 300.0, "N")
    earlier = Earlier(
        3, {"tension_mean_n": 290.0, "hold_s": 8.0}, {"tension_mean_n": 310.0, "shake_pct": 9.0}
    )
    lines = verdict_lines(made(tools, mean, earlier=earlier, hold_s=10.0))
    assert "length 8.0 s (+2.0)" in lines[1]
    assert "mean 290 N (+10.0)" in lines[1]
    assert "mean 310 N (-10.0)" in lines[2]
    assert "shake" not in lines[2]
    assert "3 earlier holds" in lines[3]


@pytest.mark.parametrize(
    ("mode", "first", "named"),
    [
        (Mode.RESPOND, "Reaction", "reaction 0.44 s"),
        (Mode.TRACK, "How near", "tracking error 7.94 N"),
        (Mode.SWITCH, "Change", "transition 1.15 s"),
        (Mode.MAX, "How hard", "best second 400 N"),
    ],
)
def test_each_mode_is_judged_by_what_it_is_about(tools, mode, first, named):
    numbers = (
        MeasureView("reaction_s", "reaction", 0.44, "s"),
        MeasureView("tracking_rmse_n", "tracking error", 7.94, "N"),
        MeasureView("transition_s", "transition", 1.15, "s"),
        MeasureView("tension_best_1s_n", "best second", 400.0, "N"),
        MeasureView("cv_detrended_pct", "variation", 18.6, "%"),
    )
    past = {"reaction_s": 0.5, "tracking_rmse_n": 9.0, "transition_s": 1.1, "tension_best_1s_n": 390.0}
    result = made(tools, *numbers, earlier=Earlier(2, past, past))
    lines = verdict_lines(replace(result, step=replace(result.step, mode=mode)))
    assert lines[0].startswith(first)
    assert named in lines[0]
    assert not any("variation " in line for line in lines[:-1])
    (last,) = (line for line in lines if line.startswith("Against last"))
    assert {
        Mode.RESPOND: "reaction 0.50 s (-0.06)",
        Mode.TRACK: "error 9.0 N (-1.1)",
        Mode.SWITCH: "transition 1.10 s (+0.05)",
        Mode.MAX: "best second 390 N (+10.0)",
    }[mode] in last
