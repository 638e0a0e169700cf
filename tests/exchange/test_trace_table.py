"""Traces as text: exact times, shortest numbers, units in the names."""

import csv
import io
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from isotimer.exchange.trace_table import seconds_text, trace_lines


@dataclass
class Samples:
    time_ns: NDArray[np.int64]
    raw: NDArray[np.float64]
    force_n: NDArray[np.float64]
    flags: NDArray[np.uint8]
    unit: str = "N"


def samples(n: int, channels: int, unit: str = "N") -> Samples:
    raw = np.random.default_rng(n).normal(300, 2, (n, channels))
    return Samples(np.arange(n) * 11_430_001, raw, raw * 0.1, np.zeros(n, np.uint8), unit)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_one_channel() -> None:
    raw = np.array([[1.0], [np.nan], [-0.0]])
    trace = Samples(np.array([-1, 0, 1_500_000_000]), raw, (raw - 1) * 2, np.array([0, 1, 16], np.uint8))
    text = "".join(trace_lines(trace, ["Left cell"]))
    assert text == "time_s,force_n,raw_left_cell,flags\n-0.000000001,0.0,1.0,0\n0.0,,,1\n1.5,-2.0,0.0,16\n"


def test_several_channels_have_a_sum_and_their_own_columns() -> None:
    [row, _] = read("".join(trace_lines(samples(2, 2), ["left", "right"])))
    assert list(row) == [
        "time_s",
        "force_n",
        "force_left_n",
        "force_right_n",
        "raw_left",
        "raw_right",
        "flags",
    ]
    assert float(row["force_n"]) == float(row["force_left_n"]) + float(row["force_right_n"])


def test_counts_are_not_called_newtons() -> None:
    [row] = read("".join(trace_lines(samples(1, 1, "counts"))))
    assert list(row) == ["time_s", "force_counts", "raw_1", "flags"]


def test_hostile_channel_names_are_plain_and_distinct() -> None:
    header = next(
        iter(trace_lines(samples(1, 5), ["=cmd|' /C calc'!A0", "a,b\n", "a b", "a_b_3", "\x1b[31m"]))
    )
    names = header.strip().split(",")
    assert len(set(names)) == len(names)
    assert all(n.replace("_", "").isalnum() for n in names)


def test_no_samples_are_a_header_alone() -> None:
    assert "".join(trace_lines(samples(0, 1))) == "time_s,force_n,raw_1,flags\n"


@given(npst.arrays(np.int64, st.integers(1, 20), elements=st.integers(-(2**62), 2**62)))
def test_times_are_exact(time_ns: NDArray[np.int64]) -> None:
    texts = seconds_text(time_ns)
    assert [Fraction(t) * 10**9 for t in texts] == time_ns.tolist()
    assert all("e" not in t and len(t.partition(".")[2]) <= 9 for t in texts)


@given(
    npst.arrays(np.float64, (7, 2), elements=st.floats(allow_nan=True, width=64)), st.sampled_from([".", ","])
)
def test_numbers_read_back_as_themselves(raw: NDArray[np.float64], decimal: str) -> None:
    trace = Samples(np.arange(7), raw, raw, np.zeros(7, np.uint8))
    with np.errstate(all="ignore"):
        text = "".join(trace_lines(trace, ["a", "b"], ";", decimal))
    rows = [r.split(";") for r in text.splitlines()[1:]]
    found = [[float(v.replace(",", ".") or "nan") for v in r[4:6]] for r in rows]
    np.testing.assert_array_equal(found, raw)


def test_long_traces_come_in_pieces_that_join() -> None:
    trace = samples(60_000, 1)
    pieces = list(trace_lines(trace))
    assert len(pieces) > 2
    rows = read("".join(pieces))
    assert [float(r["raw_1"]) for r in rows] == trace.raw[:, 0].tolist()
