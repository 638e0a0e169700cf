"""The synthetic athlete: its stated truth is what its force does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.errors import WrongUseError
from isotimer.link.athlete import AthleteModel, share_out

QUIET = AthleteModel(noise_n=0, wobble_n=0, shake_n=0)


def crossing(model: AthleteModel, near_s: float, level_n: float) -> float:
    """Return where the force without noise crosses a level, by bisection."""
    a, b = near_s - 0.04, near_s + 0.04
    rising = model.clean(np.array([b]))[0] > level_n
    for _ in range(60):
        middle = (a + b) / 2
        if (model.clean(np.array([middle]))[0] > level_n) == rising:
            b = middle
        else:
            a = middle
    return (a + b) / 2


@given(st.lists(st.integers(0, 999), max_size=8))
def test_any_chunking_gives_the_same_samples(cuts: list[int]) -> None:
    time_s = np.arange(1000) / 87.5
    model = AthleteModel(seed=5)
    pieces = np.split(time_s, sorted(cuts))
    assert np.array_equal(np.concatenate([model.force(p) for p in pieces]), model.force(time_s))


@pytest.mark.parametrize("number", [0, 1, 7])
def test_holds_begin_and_end_exactly_where_the_truth_says(number: int) -> None:
    model = AthleteModel(tension_n=300, ramp_s=0.6, release_s=0.3, drift_n_s=-3, shake_doubles_at_s=4)
    hold = model.hold(number)
    assert hold is not None
    assert crossing(model, hold.start_s, 150) == pytest.approx(hold.start_s, abs=1e-9)
    assert crossing(model, hold.end_s, 150) == pytest.approx(hold.end_s, abs=1e-9)
    assert hold.hold_s == pytest.approx(10, abs=1e-9)
    for share, up_s, down_s in hold.crossings:
        assert crossing(model, up_s, share * 300) == pytest.approx(up_s, abs=1e-6)
        assert crossing(model, down_s, share * 300) == pytest.approx(down_s, abs=1e-6)


def test_a_cycle_is_rest_ramp_hold_release() -> None:
    model = AthleteModel(noise_n=0, lead_s=2, rest_s=3, ramp_s=0.5, hold_s=4, release_s=0.2)
    first, second = model.hold(0), model.hold(1)
    assert first is not None
    assert second is not None
    assert first.start_s == pytest.approx(2.25)
    assert first.over_s == pytest.approx(6.35)
    assert second.start_s - first.over_s == pytest.approx(3 + 0.25)
    rests_s = np.array([0, 1.999, first.over_s, second.start_s - 0.25])
    assert model.force(rests_s) == pytest.approx(0, abs=1e-6)


def test_the_mean_of_the_flat_part_is_as_stated() -> None:
    model = AthleteModel(tension_n=200, drift_n_s=-2, wobble_hz=0.7, wobble_n=8)
    hold = model.hold(2)
    assert hold is not None
    time_s = np.linspace(hold.flat_from_s, hold.flat_to_s, 8000)
    assert model.force(time_s).mean() == pytest.approx(hold.mean_n, abs=0.02)
    assert hold.mean_n == pytest.approx(200 - 2 * 5.08, abs=0.7)


def test_shake_has_doubled_at_the_stated_time() -> None:
    model = AthleteModel(hold_s=30, shake_n=2, shake_doubles_at_s=20)
    assert model.shake_amplitude(np.array([0.0, 8.0, 14.0, 20.0, 32.0])) == pytest.approx([2, 2, 3, 4, 6])
    hold = model.hold(0)
    assert hold is not None
    assert (hold.shake_grows_from_s, hold.shake_doubles_at_s) == (8, 20)
    assert hold.shake_rms_n == pytest.approx(2 / 2**0.5)
    short = AthleteModel(hold_s=10, shake_doubles_at_s=20).hold(0)
    assert short is not None
    assert short.shake_doubles_at_s is None


def test_shake_has_its_frequency_and_size() -> None:
    model = AthleteModel(noise_n=0, wobble_n=0, shake_hz=9, shake_n=3, hold_s=20)
    time_s = 8 + np.arange(10_000) / 1000
    signal = model.force(time_s) - 250
    spectrum = np.abs(np.fft.rfft(signal)) / len(signal) * 2
    assert np.fft.rfftfreq(len(signal), 0.001)[spectrum.argmax()] == pytest.approx(9)
    assert spectrum.max() == pytest.approx(3, rel=1e-6)


def test_noise_is_white_normal_and_seeded() -> None:
    time_s = np.arange(100_000) / 1000
    rest = AthleteModel(noise_n=2, lead_s=200, seed=3)
    noise = rest.force(time_s)
    assert noise.std() == pytest.approx(2, rel=0.01)
    assert noise.mean() == pytest.approx(0, abs=0.03)
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.01
    assert (np.abs(noise) > 4).mean() == pytest.approx(0.0455, abs=0.004)
    other = AthleteModel(noise_n=2, lead_s=200, seed=4).force(time_s)
    assert abs(np.corrcoef(noise, other)[0, 1]) < 0.01


def test_after_the_last_cycle_there_is_only_rest() -> None:
    model = AthleteModel(noise_n=0, cycles=1)
    assert model.hold(0) is not None
    assert model.hold(1) is None
    assert model.force(np.arange(16, 200, 0.1)) == pytest.approx(0)
    never = AthleteModel(noise_n=0, cycles=0, lead_s=0)
    assert never.hold(0) is None
    assert never.force(np.arange(0, 50, 0.1)) == pytest.approx(0)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"tension_n": 0}, "above 0"),
        ({"tension_n": float("nan")}, "tension"),
        ({"ramp_s": -1}, "ramp"),
        ({"hold_s": 0.2}, "shorter than its ramp"),
        ({"drift_n_s": -20}, "drift"),
        ({"noise_n": float("inf")}, "noise"),
        ({"shake_doubles_at_s": 0}, "double"),
    ],
)
def test_contradictions_are_refused_in_one_sentence(wrong: dict[str, float], word: str) -> None:
    with pytest.raises(WrongUseError, match=word):
        AthleteModel(**wrong)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_channels_add_up_to_the_total(channels: int) -> None:
    total_n = QUIET.force(np.linspace(0, 16, 50))
    shared = share_out(total_n, channels)
    assert shared.shape == (50, channels)
    assert shared.sum(axis=1) == pytest.approx(total_n)
