"""Courses of many series and what sets two apart."""

from datetime import timedelta

import numpy as np
import pytest

from isotimer.core.plan import Mode
from isotimer.review.course import contrast, course, strength_hold, windows


def test_windows_are_the_last_28_days_and_the_28_furthest_back(hold, start) -> None:
    rows = [hold(d, 100) for d in range(0, 84, 3)]
    now = start + timedelta(days=84)
    found = windows(rows, now)
    assert found.recent_to - found.recent_from == 28
    assert found.earlier_to - found.earlier_from == 28
    assert found.earlier(rows[0].day)
    assert not found.earlier(rows[12].day)
    assert found.recent(rows[-1].day)


def test_history_older_than_112_days_is_left_alone(hold, start) -> None:
    rows = [hold(d, 100) for d in range(0, 200, 4)]
    found = windows(rows, start + timedelta(days=200))
    assert found.earlier_from == pytest.approx(found.recent_to - 112, abs=4)


def test_the_earlier_window_grows_to_four_sessions_but_not_into_the_recent(hold, start) -> None:
    rows = [hold(d, 100) for d in (0, 10, 20, 40, 50, 80)]
    found = windows(rows, start + timedelta(days=84))
    assert found.earlier(rows[3].day)
    assert not found.earlier(rows[4].day)
    none_before = windows(rows[-1:], start + timedelta(days=84))
    assert none_before.earlier_to == none_before.earlier_from


def test_only_sound_max_holds_tell_of_strength(hold) -> None:
    assert strength_hold(hold(0, 100))
    assert not strength_hold(hold(0, 100, mode=Mode.STEADY))
    assert not strength_hold(hold(0, 0.0))
    assert not strength_hold(hold(0, 100, flag="x"))


def spans_of(hold, start):
    return windows([hold(d, 100) for d in range(0, 84, 3)], start + timedelta(days=84))


def test_a_change_of_setup_is_no_change_of_strength(hold, start, points) -> None:
    spans = spans_of(hold, start)
    old = points([100.0] * 10, [3.0 * i for i in range(10)])
    new = points([300.0] * 9, [57.0 + 3 * i for i in range(9)])
    found = course([old, new], spans)
    assert not found.enough
    assert (found.seen_earlier, found.seen_recent) == (10, 9)


def test_levers_fall_out_and_ratios_stay(hold, start, points) -> None:
    days = [3.0 * i for i in range(28)]
    then_down = [1.0 if d < 50 else 0.9 for d in days]
    weak = course([points([900 * v for v in then_down], days)], spans_of(hold, start))
    strong = course([points([250 * (1 + d / 840) for d in days], days)], spans_of(hold, start))
    found = contrast(weak, strong)
    assert found.paired
    assert found.pct < -10
    assert weak.change == pytest.approx(np.log(0.9))


def test_good_and_bad_days_cancel_within_a_session_and_not_between(hold, start, points) -> None:
    rng = np.random.default_rng(3)
    spans = spans_of(hold, start)
    days = [3.0 * i for i in range(28)]
    day = np.exp(0.05 * rng.standard_normal(28))
    noise = np.exp(0.005 * rng.standard_normal((2, 28)))
    one = course([points(list(100 * day * noise[0]), days)], spans)
    same = course([points(list(300 * day * noise[1]), days)], spans)
    apart = course([points(list(300 * day * noise[1]), [d + 1 for d in days])], spans)
    assert contrast(one, same).paired
    assert contrast(one, same).se < 0.005
    assert not contrast(one, apart).paired
    assert contrast(one, apart).se > 0.015


def test_intervals_hold_what_they_promise(hold, start, points) -> None:
    rng = np.random.default_rng(4)
    spans = spans_of(hold, start)
    days = [7.0 * i + 1 for i in range(12)]
    below = 0
    for _ in range(300):
        a, b = (
            course([points(list(100 * np.exp(0.03 * rng.standard_normal(12))), days)], spans) for _ in "ab"
        )
        below += contrast(a, b).limit_pct(0.975) < 0
    assert below / 300 <= 0.055
