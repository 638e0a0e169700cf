"""The rig's own frequency from the ring of a tap."""

import numpy as np
import pytest

from isotimer.measures.tap import ring_down


def tapped(
    rate_hz,
    own_hz=9.0,
    damping=0.05,
    taps=(1.3, 4.4, 7.2),
    peak_n=30.0,
    noise_n=0.05,
    seconds=10.0,
    wobble_n=0.0,
):
    """Make (time_s, force_n) of a strap at 150 N that rings after each tap; the finger is there for 20 ms."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    force = 150 + np.random.default_rng(7).normal(0, noise_n, time.size)
    force += wobble_n * np.sin(2 * np.pi * 1.1 * time)
    for at in taps:
        since = time - at
        decay = np.exp(-damping * 2 * np.pi * own_hz * np.maximum(since, 0))
        ring = decay * np.sin(2 * np.pi * own_hz * np.sqrt(1 - damping**2) * since)
        force += peak_n * np.where(since >= 0, ring, 0)
        force += 0.5 * peak_n * np.where((since >= 0) & (since < 0.02), np.sin(50 * np.pi * since), 0)
    return time, force


@pytest.mark.parametrize("rate_hz", [50.0, 80.0, 87.5, 500.0, 1000.0])
@pytest.mark.parametrize("own_hz", [2.5, 4.0, 9.0, 15.0])
@pytest.mark.parametrize("damping", [0.02, 0.05, 0.1])
@pytest.mark.parametrize(("noise_n", "wobble_n"), [(0.05, 0.0), (0.5, 0.0), (0.2, 1.0)])
def test_own_frequency_is_found(rate_hz, own_hz, damping, noise_n, wobble_n):
    ring = ring_down(*tapped(rate_hz, own_hz, damping, noise_n=noise_n, wobble_n=wobble_n))
    assert ring.resonance_hz == pytest.approx(own_hz, abs=0.25)
    assert ring.reason == ""
    assert 1 <= ring.rang <= ring.taps <= 3


@pytest.mark.parametrize("own_hz", [4.0, 9.0])
def test_strong_damping_moves_it_a_little(own_hz):
    assert ring_down(*tapped(1000.0, own_hz, 0.2)).resonance_hz == pytest.approx(own_hz, abs=0.5)


@pytest.mark.parametrize("rate_hz", [80.0, 1000.0])
def test_one_tap_is_enough_and_unit_and_sign_do_not_matter(rate_hz):
    time, force = tapped(rate_hz, taps=(2.0,), seconds=6.0)
    once = ring_down(time, force)
    assert (once.taps, once.rang, once.spread_hz) == (1, 1, 0.0)
    assert once.resonance_hz == pytest.approx(9.0, abs=0.25)
    assert ring_down(time + 5000, -1e4 * force).resonance_hz == pytest.approx(once.resonance_hz, abs=0.01)


def test_fast_ring_needs_a_fast_sensor():
    assert ring_down(*tapped(1000.0, 36.0)).resonance_hz == pytest.approx(36, abs=0.4)
    slow = ring_down(*tapped(80.0, 36.0))
    assert slow.resonance_hz is None
    assert slow.reason == "nothing rang between 2 and 32 Hz after the tap"


@pytest.mark.parametrize("rate_hz", [10.0, 35.0])
def test_slow_sensor_is_refused(rate_hz):
    assert ring_down(*tapped(rate_hz, 3.0)).reason == f"sensor too slow: {rate_hz:.1f} Hz, needs 40"


@pytest.mark.parametrize("rate_hz", [80.0, 87.5, 1000.0])
def test_no_tap_is_said(rate_hz):
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0, 0.3, round(8 * rate_hz))
        assert ring_down(np.arange(noise.size) / rate_hz, 100 + noise).reason == "no tap seen"


@pytest.mark.parametrize("rate_hz", [80.0, 1000.0])
def test_what_does_not_ring_has_no_frequency(rate_hz):
    time, force = tapped(rate_hz, damping=0.999)
    assert ring_down(time, force).reason.startswith("nothing rang between 2 and")
    only_finger = tapped(rate_hz, peak_n=0.0)[1] + 20 * (np.abs(time - 3.0) < 0.015)
    only = ring_down(time, only_finger)
    assert (only.resonance_hz, only.taps) == (None, 1)


@pytest.mark.parametrize("rate_hz", [80.0, 1000.0])
def test_pulling_and_shaking_is_no_ring(rate_hz):
    time, force = tapped(rate_hz, taps=())
    pull = 200 * np.clip((time - 2) / 0.3, 0, 1) * (1 + 0.01 * np.sin(2 * np.pi * 9 * time))
    assert ring_down(time, force + pull).resonance_hz is None


def test_taps_that_do_not_agree_are_no_measurement():
    time, low = tapped(200.0, 4.0, taps=(1.3,))
    ring = ring_down(time, low + tapped(200.0, 12.0, taps=(5.5,))[1])
    assert ring.resonance_hz is None
    assert ring.rang == 2
    assert ring.reason.startswith("the taps do not agree: they rang at 4.0 to 1")


def test_lost_samples_and_voids_do_not_matter():
    time, force = tapped(80.0)
    force[::16] = np.nan
    assert ring_down(time, force).resonance_hz == pytest.approx(9.0, abs=0.25)


def test_too_little_is_said():
    assert ring_down(*tapped(80.0, taps=(), seconds=1.0)).reason == "too short: 1.0 s without a gap, needs 2"
    assert ring_down(np.empty(0), np.empty(0)).reason == "no sensor"
    assert ring_down(np.arange(400) / 80, np.full(400, 3.0)).reason == "no tap seen"
