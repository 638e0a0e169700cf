"""The verdict on a hold: its order, its doubts, its reasons, and the athlete's own past."""

from dataclasses import replace

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
