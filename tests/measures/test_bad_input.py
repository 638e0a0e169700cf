"""Whatever a file or a line holds, there is a number or a reason, never an exception."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.measures.entropy import entropy
from isotimer.measures.noise import noise_by_band
from isotimer.measures.onset import course_of
from isotimer.measures.prepared import Prepared, spectrum_of
from isotimer.measures.table import MEASURES, compute
from isotimer.measures.trace import Trace
from isotimer.measures.trial import notices, zero_after_n, zero_before_n

TIME = np.arange(1200) / 80
FORCE = 300 + np.random.default_rng(0).normal(0, 1, 1200)


def checked(trace):
    """Compute everything there is, and check that each value is a number or a reason."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = compute(trace)
        hold = Prepared(trace)
        notices(hold)
        entropy(hold)
        zero_before_n(hold)
        zero_after_n(hold)
        noise_by_band(trace.time_s, trace.force_n)
        spectrum_of(trace)
        course_of(trace)
    assert len(got) == len(MEASURES)
    for value in got:
        assert (value.value is None) == bool(value.reason), value
        assert value.value is None or np.isfinite(value.value)
    return {v.id: v for v in got}


def everything(time, force, hold_s=15.0):
    return Trace(
        time,
        force,
        hold_s,
        target_n=300.0,
        low_n=270.0,
        high_n=330.0,
        cue_s=0.0,
        target_path_n=np.full(time.size, 300.0),
    )


@pytest.mark.parametrize("size", range(6))
def test_next_to_nothing(size):
    got = checked(everything(TIME[:size], FORCE[:size]))
    assert got["tension_slope_pct_s"].value is None


def test_all_void():
    got = checked(everything(TIME, np.full(TIME.size, np.nan)))
    assert {v.reason for v in got.values()} == {"no usable samples"}


def test_infinite_values_are_void():
    force = FORCE.copy()
    force[::100] = np.inf
    got = checked(everything(TIME, force))
    assert got["tension_mean_n"].value == pytest.approx(300, abs=0.2)


@pytest.mark.parametrize("level", [0.0, 250.0, -3.0, 1e300, 1e-300])
def test_constant(level):
    got = checked(everything(TIME, np.full(TIME.size, level)))
    assert got["shake_peak_hz"].value is None
    if level == 250.0:
        assert got["shake_rms_n"].value == pytest.approx(0, abs=1e-9)
        assert got["cv_raw_pct"].value == pytest.approx(0, abs=1e-9)
        assert got["shake_onset_s"].value is None


def test_shuffled_times_are_refused():
    order = np.random.default_rng(4).permutation(TIME.size)
    got = checked(everything(TIME[order], FORCE[order]))
    assert all(v.reason.startswith("time runs backwards after ") for v in got.values())


def test_a_clock_set_back_is_refused():
    time = np.concatenate((TIME[:600], TIME[:600]))
    got = checked(everything(time, FORCE))
    assert got["tension_mean_n"].reason == f"time runs backwards after {TIME[599]:.3f} s"


def test_neighbours_in_the_wrong_order_are_put_right(values):
    order = np.arange(TIME.size)
    order[400], order[401] = 401, 400
    assert checked(everything(TIME[order], FORCE[order])) == values(everything(TIME, FORCE))


def test_a_doubled_row_counts_once(values):
    rows = np.insert(np.arange(TIME.size), 500, 500)
    assert checked(everything(TIME[rows], FORCE[rows])) == values(everything(TIME, FORCE))


def test_one_time_for_all_samples():
    got = checked(everything(np.full(TIME.size, 3.0), FORCE))
    assert got["tension_mean_n"].value is None


def test_times_that_are_not_finite_are_dropped(values):
    time = np.insert(TIME, [3, 700], [np.nan, np.inf])
    force = np.insert(FORCE, [3, 700], [1e6, -1e6])
    assert (
        checked(everything(time, force))["tension_peak_n"]
        == values(everything(TIME, FORCE))["tension_peak_n"]
    )


@pytest.mark.parametrize("hold_s", [0.0, -1.0, np.nan, np.inf, 1e-6, 1e9])
def test_strange_lengths(hold_s):
    checked(everything(TIME, FORCE, hold_s))


def test_samples_beside_the_hold_only():
    got = checked(everything(TIME + 100, FORCE))
    assert got["tension_mean_n"].reason == "no samples in the hold"
    checked(everything(TIME - 100, FORCE))


def test_a_window_outside_the_record():
    got = checked(Trace(TIME, FORCE, 15.0, window_s=(20.0, 30.0)))
    assert got["shake_rms_n"].value is None


def test_arrays_that_do_not_match_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="one length"):
        Trace(TIME, FORCE[:-1], 15.0)
    with pytest.raises(ValueError, match="one value per sample"):
        Trace(TIME, FORCE, 15.0, target_path_n=FORCE[:3])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=True, allow_infinity=True, width=32),
            st.floats(allow_nan=True, allow_infinity=True, width=32),
        ),
        max_size=60,
    ),
    st.floats(-1, 100),
    st.booleans(),
)
def test_any_samples_at_all(rows, hold_s, ordered):
    rows = sorted(rows, key=lambda r: (r[0] != r[0], r[0])) if ordered else rows
    table = np.array(rows, np.float64).reshape(-1, 2)
    checked(everything(table[:, 0].copy(), table[:, 1].copy(), hold_s))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from([0.0, 0.3, 0.9]), st.sampled_from([5.0, 45.0, 600.0]))
def test_any_holes_in_a_pull(seed, holes, rate):
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.exponential(1 / rate, int(14 * rate))) - 1
    force = np.where(rng.random(time.size) < holes, np.nan, rng.normal(0, 100, time.size))
    checked(everything(time, force, 12.0))
