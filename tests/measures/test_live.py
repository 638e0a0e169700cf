"""The live view: same size, same onset as afterwards, from blocks of any size."""

import numpy as np
import pytest

from isotimer.measures.live import LiveShake

EPOCH_S = 5000.0


def run(time, force, block=33, start_s=0.0, live=None, low_n=None):
    """Feed a record in blocks; return the views, with the hold begun as its first samples arrive."""
    live = live or LiveShake()
    views, begun = [], False
    for at in range(0, time.size, block):
        if not begun and time[at] >= start_s:
            live.begin(EPOCH_S + start_s, low_n)
            begun = True
        views.append(live.feed(EPOCH_S + time[at : at + block], force[at : at + block]))
    return views


def with_rest(synthetic, name, rate):
    time, force = synthetic(name)
    rest = np.arange(-3 * rate, 0) / rate
    return np.concatenate((rest, time)), np.concatenate((np.full(rest.size, force[0]), force))


@pytest.mark.parametrize(
    ("name", "rate"), [("hold40s_1000Hz", 1000), ("hold40s_80Hz", 80), ("hold40s_80Hz_jitter_dropout", 80)]
)
def test_follows_the_known_hold(synthetic, name, rate):
    views = run(*with_rest(synthetic, name, rate), block=max(1, rate // 30))
    last = views[-1]
    assert last.onset_s == pytest.approx(24.4, abs=0.2)
    assert last.shake_n == pytest.approx(3 / np.sqrt(2), rel=0.02)
    assert last.baseline_n == pytest.approx(0.5 / np.sqrt(2), rel=0.02)
    assert last.ratio == pytest.approx(6, rel=0.04)
    assert last.tension_n == pytest.approx(300 - 0.4 * 39.4, abs=1)
    at_ten = next(v for v in views if v.time_s >= EPOCH_S + 10)
    assert at_ten.onset_s is None
    assert at_ten.ratio == pytest.approx(1, abs=0.1)
    # The onset is known as soon as it has lasted two seconds.
    first = next(v for v in views if v.onset_s is not None)
    assert first.time_s - EPOCH_S == pytest.approx(last.onset_s + 1.9, abs=0.25)


@pytest.mark.parametrize("block", [1, 7, 33, 80])
def test_the_size_of_blocks_does_not_matter(synthetic, block):
    time, force = with_rest(synthetic, "hold40s_80Hz", 80)
    assert run(time, force, block)[-1] == run(time, force, 20)[-1]


def test_a_slow_sensor_has_tension_and_a_reason(synthetic):
    last = run(*with_rest(synthetic, "hold40s_10Hz", 10), block=1)[-1]
    assert last.tension_n == pytest.approx(284.5, abs=2)
    assert last.shake_n is None
    assert last.why == "sensor too slow: 10.0 Hz, needs 40"
    assert last.onset_s is None


def test_before_the_hold_and_after_it_there_is_shake_but_no_ratio():
    time = np.arange(0, 12, 0.01)
    force = 300 + np.sin(2 * np.pi * 10 * time)
    live = LiveShake()
    before = live.feed(time[:400], force[:400])
    assert before.shake_n == pytest.approx(1 / np.sqrt(2), rel=0.02)
    assert before.ratio is None
    live.begin(4.0)
    during = live.feed(time[400:1100], force[400:1100])
    assert during.ratio == pytest.approx(1, rel=0.02)
    live.finish()
    after = live.feed(time[1100:], force[1100:])
    assert after.ratio is None
    assert after.baseline_n is None
    assert after.shake_n is not None


def test_the_first_moments_say_that_they_settle():
    live = LiveShake()
    assert live.view.why == "no samples yet"
    time = np.arange(0, 1.5, 0.01)
    view = live.feed(time, np.full(time.size, 100.0))
    assert view.shake_n is None
    assert view.why == "settling"
    assert view.tension_n == pytest.approx(100)


def test_a_step_of_tension_after_a_gap_is_no_shake():
    time = np.arange(0, 20, 0.01)
    force = np.where(time < 10, 100.0, 400.0) + np.sin(2 * np.pi * 10 * time)
    kept = (time < 9.5) | (time > 10.5)
    views = run(time[kept], force[kept], block=10)
    in_gap = [v for v in views if EPOCH_S + 10.6 < v.time_s < EPOCH_S + 11.4]
    assert in_gap
    assert all(v.shake_n is None and v.why == "settling" for v in in_gap)
    assert max(v.shake_n for v in views if v.shake_n is not None) < 0.75


def test_voids_and_doubled_times_do_no_harm():
    time = np.arange(0, 20, 0.01)
    force = 300 + np.sin(2 * np.pi * 10 * time)
    holed = force.copy()
    holed[::16] = np.nan
    assert run(time, holed, 10)[-1].shake_n == pytest.approx(1 / np.sqrt(2), rel=0.06)
    twice = np.repeat(time, 2)
    assert run(twice, np.repeat(force, 2), 10)[-1].shake_n == pytest.approx(1 / np.sqrt(2), rel=0.03)
    assert run(time, np.full(time.size, np.nan), 10)[-1].tension_n is None


def test_one_in_sixteen_missing_makes_no_shake():
    time = np.arange(0, 30, 1 / 88.1)
    time = time[np.arange(time.size) % 16 != 15]
    force = 300 - 0.4 * time + 4 * np.sin(2 * np.pi * 0.4 * time)
    shake = [v.shake_n for v in run(time, force, 3) if v.shake_n is not None]
    assert max(shake) < 0.05


def test_a_changed_rate_makes_a_new_filter():
    slow = np.arange(0, 10, 1 / 80)
    fast = 10 + np.arange(0, 15, 1 / 320)
    time = np.concatenate((slow, fast))
    last = run(time, 300 + np.sin(2 * np.pi * 10 * time), 10)[-1]
    assert last.shake_n == pytest.approx(1 / np.sqrt(2), rel=0.03)


def test_small_shake_under_the_noise_floor_has_no_onset(synthetic):
    time, force = with_rest(synthetic, "hold40s_80Hz", 80)
    assert run(time, force, 20, live=LiveShake(noise_floor_n=0.2))[-1].onset_s is None
