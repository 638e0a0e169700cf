"""Times from the device's own clock: wraps, reboots, garbled values, gaps, and the host's time base."""

import numpy as np
import pytest

from isotimer.core.block import Readings
from isotimer.core.timeline import DeviceClock, PollClock

US = 1e-6
WRAP = 2**32


def readings(ticks: np.ndarray | None, arrival_s: float, n: int = 1) -> Readings:
    n = len(ticks) if ticks is not None else n
    return Readings(
        raw=np.zeros((n, 1)),
        flags=np.zeros(n, np.uint8),
        ticks=None if ticks is None else np.asarray(ticks, np.int64),
        seq=None,
        arrival_ns=round(arrival_s * 1e9),
        unit="N",
    )


def feed(clock: DeviceClock, true_s: np.ndarray, ticks: np.ndarray, chunk: int, late_s: float = 0.001):
    """Give ticks to the clock in chunks that arrive just after their last sample."""
    times, gaps, kept = [], [], []
    for a in range(0, len(ticks), chunk):
        part = slice(a, a + chunk)
        stamps = clock.stamp(readings(ticks[part], 100 + true_s[part][-1] + late_s))
        times.append(stamps.time_s)
        gaps.append(stamps.gap_before)
        kept.append(np.arange(len(ticks[part]))[stamps.keep] + a)
    return np.concatenate(times), np.concatenate(gaps), np.concatenate(kept)


@pytest.mark.parametrize("chunk", [1, 7, 64])
@pytest.mark.parametrize("start", [0, WRAP - 1_000_000])
def test_lengths_are_the_devices_own_even_across_a_wrap(chunk: int, start: int) -> None:
    true_s = np.arange(1000) / 87.5
    ticks = (start + np.round(true_s / US).astype(np.int64)) % WRAP
    clock = DeviceClock(US, WRAP)
    time_s, gap, kept = feed(clock, true_s, ticks, chunk)
    assert len(kept) == 1000
    assert np.abs(np.diff(time_s) - np.diff(true_s)).max() < 2e-6
    assert time_s[-1] == pytest.approx(100 + true_s[-1], abs=0.02)
    assert not gap.any()
    assert clock.rate_hz == pytest.approx(87.5, rel=1e-4)


def test_odd_first_steps_are_neither_a_rate_nor_gaps() -> None:
    true_s = np.cumsum([0.0, 0.001044, 0.002660, *[1 / 87.5] * 300])
    clock = DeviceClock(US, WRAP)
    _, gap, _ = feed(clock, true_s, np.round(true_s / US).astype(np.int64), 3)
    assert not gap.any()
    assert clock.rate_hz == pytest.approx(87.5, rel=1e-3)


def test_missing_samples_are_a_gap_at_the_right_place() -> None:
    true_s = np.delete(np.arange(500) / 80.0, slice(200, 240))
    time_s, gap, _ = feed(DeviceClock(US, WRAP), true_s, np.round(true_s / US).astype(np.int64), 5)
    assert np.flatnonzero(gap).tolist() == [200]
    assert time_s[200] - time_s[199] == pytest.approx(41 / 80, abs=1e-5)


@pytest.mark.parametrize("wrong", [5, 123_456_789, WRAP - 3])
@pytest.mark.parametrize("chunk", [1, 10])
def test_one_garbled_time_is_left_out_and_moves_nothing(wrong: int, chunk: int) -> None:
    true_s = np.arange(300) / 80.0
    ticks = 1_000_000 + np.round(true_s / US).astype(np.int64)
    ticks[150] = wrong
    clock = DeviceClock(US, WRAP)
    time_s, _, kept = feed(clock, true_s, ticks, chunk)
    assert 150 not in kept
    assert len(kept) == 299
    assert clock.bad_times == 1
    assert np.abs(time_s - time_s[0] - true_s[kept]).max() < 2e-6


@pytest.mark.parametrize("chunk", [1, 4, 50])
def test_a_reboot_is_a_gap_and_time_goes_on(chunk: int) -> None:
    true_s = np.concatenate([np.arange(200) / 80.0, 4.5 + np.arange(200) / 80.0])
    ticks = np.round(np.concatenate([true_s[:200] + 60, np.arange(200) / 80.0]) / US).astype(np.int64)
    time_s, gap, kept = feed(DeviceClock(US, WRAP), true_s, ticks, chunk)
    assert (np.diff(time_s) > 0).all()
    assert len(kept) >= 398
    assert gap.sum() == 1
    # a chunk that holds the reboot cannot tell how long it took; later chunks arrive one by one
    assert time_s[-1] == pytest.approx(100 + true_s[-1], abs=0.01 + chunk / 80.0)


def test_a_drifting_device_clock_is_put_right_only_between_holds() -> None:
    host_s = np.arange(80 * 60) / 80.0
    ticks = np.round(host_s * 1.005 / US).astype(np.int64)
    clock = DeviceClock(US, WRAP)
    clock.may_resync = False
    time_s, _, _ = feed(clock, host_s, ticks, 4)
    assert np.abs(np.diff(time_s)[100:] - 1.005 / 80).max() < 3e-6  # the first second still finds its offset
    assert time_s[-1] - host_s[-1] - 100 == pytest.approx(0.3, abs=0.01)
    clock.may_resync = True
    more_s = host_s[-1] + np.arange(1, 400) / 80.0
    time_s, _, _ = feed(clock, more_s, np.round(more_s * 1.005 / US).astype(np.int64), 4)
    assert (np.diff(time_s) > 0).all()
    assert abs(time_s[-1] - more_s[-1] - 100) < 0.06


def test_a_late_first_arrival_is_put_right_in_the_first_second() -> None:
    clock = DeviceClock(US, WRAP)
    true_s, ticks = begun_late(clock)
    time_s, gap, _ = feed(clock, true_s, ticks, 1)
    assert (np.diff(time_s) > 0).all()
    assert np.abs(time_s[5:] - 100 - true_s[5:] - 0.001).max() < 1e-5
    assert not gap.any()


def test_a_hold_that_begins_in_the_first_second_keeps_its_lengths_and_the_rest_puts_it_right() -> None:
    clock = DeviceClock(US, WRAP)
    true_s, ticks = begun_late(clock)
    clock.may_resync = False
    held_s, _, _ = feed(clock, true_s[:800], ticks[:800], 1)
    assert np.abs(np.diff(held_s) - 1 / 80).max() < 1e-6
    assert held_s[-1] - 100 - true_s[799] == pytest.approx(0.04 + 0.001, abs=1e-5)
    clock.may_resync = True
    time_s, gap, _ = feed(clock, true_s[800:], ticks[800:], 1)
    assert (np.diff(time_s, prepend=held_s[-1]) > 0).all()
    assert time_s[-1] - 100 - true_s[-1] == pytest.approx(0.001, abs=1e-5)
    assert not gap.any()


def begun_late(clock: DeviceClock) -> tuple[np.ndarray, np.ndarray]:
    """Give the clock a first sample that arrives 40 ms late; return times and ticks of those that follow."""
    true_s = np.arange(1200) / 80
    ticks = np.round(true_s / US).astype(np.int64)
    clock.stamp(readings(ticks[:1], 100 + 0.001 + 0.04))
    return true_s[1:], ticks[1:]


def test_a_line_that_breaks_in_a_hold_still_finds_its_place() -> None:
    true_s = np.arange(400) / 80
    ticks = np.round(true_s / US).astype(np.int64)
    clock = DeviceClock(US, WRAP)
    clock.may_resync = False
    clock.stamp(readings(ticks[:1], 100 + 0.3))
    time_s, _, _ = feed(clock, true_s[1:], ticks[1:], 1)
    assert time_s[-1] - 100 - true_s[-1] == pytest.approx(0.001, abs=1e-5)


def test_a_clock_that_is_put_right_leaves_no_gap() -> None:
    true_s = np.arange(800) / 80
    ticks = np.round(true_s / US).astype(np.int64)
    clock = DeviceClock(US, WRAP)
    feed(clock, true_s[:400], ticks[:400], 1)
    time_s, gap, _ = feed(clock, true_s[400:], ticks[400:], 1, late_s=0.101)
    assert time_s[-1] - 100 - true_s[-1] == pytest.approx(0.101, abs=1e-5)
    assert np.diff(time_s).max() > 0.1
    assert not gap.any()


def test_polled_answers_are_timed_by_their_arrival() -> None:
    clock = PollClock()
    arrivals = 5.0 + np.cumsum(np.r_[np.full(100, 0.02), 0.5, np.full(20, 0.02)])
    stamps = [clock.stamp(readings(None, a)) for a in arrivals]
    assert [s.time_s[0] for s in stamps] == pytest.approx(arrivals, abs=1e-8)
    assert [i for i, s in enumerate(stamps) if s.gap_before[0]] == [100]
    assert clock.rate_hz == pytest.approx(50, rel=1e-6)
