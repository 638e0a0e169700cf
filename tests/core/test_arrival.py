"""Times by a fit of arrival times: no nominal rate, no arrival jitter, losses known."""

import numpy as np
import pytest

from isotimer.core.arrival import ArrivalClock
from isotimer.core.block import Readings


def play(
    clock: ArrivalClock, true_s: np.ndarray, deliver_s: np.ndarray, seq: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Give samples to the clock as the host would see them: grouped by their time of delivery."""
    times, gaps = [], []
    for at_s in np.unique(deliver_s):
        which = np.flatnonzero(deliver_s == at_s)
        stamps = clock.stamp(
            Readings(
                np.zeros((len(which), 1)),
                np.zeros(len(which), np.uint8),
                None,
                None if seq is None else seq[which],
                round(at_s * 1e9),
                "N",
            )
        )
        times.append(stamps.time_s)
        gaps.append(stamps.gap_before)
    return np.concatenate(times), np.concatenate(gaps)


def ticks_of(period_s: float, true_s: np.ndarray) -> np.ndarray:
    """Delivery at the next multiple of a bridge's latency timer."""
    return 1000 + np.ceil(true_s / period_s) * period_s


@pytest.mark.parametrize(
    ("rate_hz", "nominal_hz", "batch_s"),
    [(87.5, 80, 0.001), (87.5, 80, 0.016), (92.0, 10, 0.016), (1000, 1000, 0.016)],
)
def test_times_follow_the_true_rate_not_the_nominal(
    rate_hz: float, nominal_hz: float, batch_s: float
) -> None:
    true_s = np.arange(int(30 * rate_hz)) / rate_hz
    clock = ArrivalClock(nominal_hz)
    time_s, gap = play(clock, true_s, ticks_of(batch_s, true_s))
    assert clock.rate_hz == pytest.approx(rate_hz, rel=1e-3)
    assert (np.diff(time_s) > 0).all()
    assert not gap.any()
    late = true_s > 3
    error = time_s[late] - true_s[late] - 1000
    assert np.ptp(error) < 0.004
    assert abs(error.mean()) < batch_s


def test_a_stall_of_the_host_loses_nothing_and_is_no_gap() -> None:
    true_s = np.arange(30_000) / 1000.0
    deliver_s = ticks_of(0.004, true_s)
    stalled = (true_s > 15.0) & (true_s < 15.2)
    deliver_s[stalled] = 1015.2
    time_s, gap = play(ArrivalClock(1000), true_s, deliver_s)
    late = true_s > 3
    assert not gap[late].any()
    assert np.ptp(time_s[late] - true_s[late]) < 0.012


def test_a_long_silence_is_a_gap_of_its_true_length() -> None:
    true_s = np.delete(np.arange(3000) / 100.0, slice(1000, 1200))
    time_s, gap = play(ArrivalClock(100), true_s, ticks_of(0.001, true_s))
    assert np.flatnonzero(gap).tolist() == [1000]
    assert time_s[1000] - time_s[999] == pytest.approx(2.01, abs=0.01)


def test_lost_samples_that_nobody_counts_are_found_by_their_lateness() -> None:
    true_s = np.delete(np.arange(3000) / 100.0, slice(1000, 1030))
    time_s, gap = play(ArrivalClock(100), true_s, ticks_of(0.001, true_s))
    assert gap.sum() == 1
    late = true_s > 12
    assert np.abs(time_s[late] - true_s[late] - 1000).max() < 0.02


@pytest.mark.parametrize("modulus", [256, 655_360])
def test_frame_numbers_make_losses_exact(modulus: int) -> None:
    number = np.delete(np.arange(10_000), slice(5_000, 5_030))
    true_s = number / 1010.0
    clock = ArrivalClock(1000, seq_modulus=modulus)
    time_s, gap = play(clock, true_s, ticks_of(0.001, true_s), number % modulus)
    assert np.flatnonzero(gap).tolist() == [5_000]
    assert clock.rate_hz == pytest.approx(1010, rel=1e-3)
    late = true_s > 3
    assert np.ptp(time_s[late] - true_s[late]) < 0.002


def test_a_new_stream_after_a_restart_is_a_gap() -> None:
    true_s = np.arange(500) / 100.0
    clock = ArrivalClock(100)
    play(clock, true_s, ticks_of(0.001, true_s))
    clock.restart()
    time_s, gap = play(clock, true_s, ticks_of(0.001, true_s) + 7)
    assert gap[0]
    assert gap.sum() == 1
    assert time_s[0] == pytest.approx(1007, abs=0.05)
