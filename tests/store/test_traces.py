"""Traces: packed without loss, small, and damage is noticed."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from isotimer.core.block import Block
from isotimer.core.errors import DataError
from isotimer.store.traces import CODEC, Trace, decode_trace, encode_trace

FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=64)


def back(trace: Trace, hints: tuple[float, ...] = ()) -> Trace:
    packed = encode_trace(trace, hints)
    return decode_trace(packed, trace.unit, trace.zero_raw, trace.slope_n_per_raw)


def assert_same(a: Trace, b: Trace) -> None:
    for name in ("time_ns", "raw", "force_n", "flags"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)
        assert getattr(a, name).dtype == getattr(b, name).dtype
        assert getattr(a, name).shape == getattr(b, name).shape
    assert (a.unit, a.zero_raw, a.slope_n_per_raw) == (b.unit, b.zero_raw, b.slope_n_per_raw)


def calibrated(time_ns: np.ndarray, raw: np.ndarray, zero: float = 0.0, slope: float = 1.0) -> Trace:
    c = raw.shape[1]
    force = (raw - np.full(c, zero)) * np.full(c, slope)
    flags = np.where(np.isnan(raw).any(axis=1), 1, 0).astype(np.uint8)
    return Trace(time_ns.astype(np.int64), raw, force, flags, "N", (zero,) * c, (slope,) * c)


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    n, c = draw(st.integers(0, 40)), draw(st.integers(1, 4))
    time_ns = draw(npst.arrays(np.int64, n, elements=st.integers(-(2**63), 2**63 - 1)))
    raw = draw(npst.arrays(np.float64, (n, c), elements=FLOATS))
    flags = draw(npst.arrays(np.uint8, n))
    zero = tuple(draw(st.lists(st.floats(-1e6, 1e6), min_size=c, max_size=c)))
    slope = tuple(draw(st.lists(st.floats(-1e3, 1e3), min_size=c, max_size=c)))
    with np.errstate(all="ignore"):
        force = (raw - np.array(zero)) * np.array(slope)
    if draw(st.booleans()):
        force = draw(npst.arrays(np.float64, (n, c), elements=FLOATS))
    return Trace(time_ns, raw, force, flags, draw(st.sampled_from(["N", "counts"])), zero, slope)


@given(traces())
@settings(max_examples=200, deadline=None)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_trace_comes_back(trace: Trace) -> None:
    assert_same(back(trace), trace)


@given(
    npst.arrays(np.int64, st.integers(1, 60), elements=st.integers(-(10**7), 10**7)),
    st.integers(0, 4),
    st.sampled_from([1.0, 9.80665, 4.4482216152605, 0.00981]),
)
@settings(max_examples=100, deadline=None)
def test_printed_numbers_in_any_unit_come_back(ints: np.ndarray, decimals: int, factor: float) -> None:
    raw = (ints / 10.0**decimals * factor)[:, None]
    raw[::7] = np.nan
    assert_same(
        back(calibrated(np.arange(len(raw)) * 12_500_000, raw), (0.00981,)),
        calibrated(np.arange(len(raw)) * 12_500_000, raw),
    )


def test_trace_of_a_block_counts_from_the_start_of_the_hold() -> None:
    raw = np.array([[1.5], [2.5], [3.5]])
    block = Block(np.array([99.5, 100.0, 100.5]), (raw - 1) * 2, raw, np.zeros(3, np.uint8))
    trace = Trace.of(block, 100.0, (1.0,), (2.0,))
    assert trace.time_ns.tolist() == [-500_000_000, 0, 500_000_000]
    assert back(trace).block().time_s.tolist() == [-0.5, 0.0, 0.5]
    assert_same(back(trace), trace)


def test_force_follows_a_corrected_calibration() -> None:
    trace = calibrated(np.arange(50) * 10**7, np.arange(50.0)[:, None], 8.0, 0.5)
    put_right = decode_trace(encode_trace(trace), "N", (10.0,), (2.0,))
    np.testing.assert_array_equal(put_right.force_n, (trace.raw - 10.0) * 2.0)


def test_force_that_the_calibration_does_not_give_is_kept_itself() -> None:
    trace = calibrated(np.arange(50) * 10**7, np.arange(50.0)[:, None])
    tared_midway = Trace(
        trace.time_ns,
        trace.raw,
        trace.force_n - 3.25,
        trace.flags,
        "N",
        trace.zero_raw,
        trace.slope_n_per_raw,
    )
    assert_same(back(tared_midway), tared_midway)


def csv_size(trace: Trace) -> int:
    columns = [trace.time_s.tolist(), trace.force_n[:, 0].tolist(), trace.raw[:, 0].tolist()]
    return sum(len(f"{t!r},{f!r},{r!r},0\n") for t, f, r in zip(*columns, strict=True))


def steady(n: int, seed: int, step: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 300 + rng.normal(0, 1.5, n) + np.cumsum(rng.normal(0, step, n))


def slow_line() -> Trace:
    ticks_us = np.cumsum(np.round(np.random.default_rng(1).normal(11_430, 6, 5250) / 4) * 4)
    return calibrated(ticks_us * 1000, np.round(steady(5250, 2, 0.2), 2)[:, None])


def fast_counts() -> Trace:
    raw = np.round(8e6 + 100 * steady(60_000, 3, 0.05))[:, None]
    return calibrated(np.arange(60_000) * 1_000_000, raw, 8e6, 0.01)


def fast_floats() -> Trace:
    return calibrated(np.arange(60_000) * 1_000_000, steady(60_000, 4, 0.05)[:, None])


@pytest.mark.parametrize("make", [slow_line, fast_counts, fast_floats])
def test_packed_trace_is_a_sixth_of_its_csv_at_most(make: Callable[[], Trace]) -> None:
    trace = make()
    assert len(encode_trace(trace)) * 6 <= csv_size(trace)
    assert_same(back(trace), trace)


def test_every_flipped_bit_is_noticed() -> None:
    packed = encode_trace(calibrated(np.arange(20) * 10**7, np.arange(20.0)[:, None]))
    for at in range(len(packed)):
        broken = bytearray(packed)
        broken[at] ^= 0x10
        with pytest.raises(DataError, match="cannot read the trace of hold 7"):
            decode_trace(bytes(broken), "N", (0.0,), (1.0,), "the trace of hold 7")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sentence(data: bytes) -> None:
    with pytest.raises(DataError, match="damaged"):
        decode_trace(data, "N", (0.0,), (1.0,))


def test_newer_packing_is_refused() -> None:
    packed = bytearray(encode_trace(calibrated(np.arange(3), np.zeros((3, 1)))))
    packed[4] = CODEC + 1
    with pytest.raises(DataError, match="newer isotimer"):
        decode_trace(bytes(packed), "N", (0.0,), (1.0,))
