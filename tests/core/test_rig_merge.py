"""Several devices on one time base: nothing lost, nothing invented."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.block import Block, Flag
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.core.rig_merge import PATIENCE_S, Merger
from isotimer.session.acquisition import SILENT_S

TWO = Rig(
    "two",
    (RigDevice("l", "p"), RigDevice("r", "p")),
    (RigChannel("l", 0, Side.LEFT), RigChannel("r", 1, Side.RIGHT, sign=-1)),
)


def block(time_s, channels=2, slope=10.0, flags=None):
    raw = np.column_stack([slope * time_s + n for n in range(channels)])
    return Block(time_s, raw, raw, np.zeros(len(time_s), np.uint8) if flags is None else flags)


def joined(blocks):
    return Block.join([b for b in blocks if b is not None])


def test_the_second_device_lies_on_the_straight_line_between_its_samples():
    merger = Merger(TWO)
    assert merger.feed(0, block(np.arange(0, 2, 0.01))) is not None
    merger = Merger(TWO)
    got = joined(
        [merger.feed(1, block(np.arange(0, 1, 0.0125))), merger.feed(0, block(np.arange(0, 1, 0.01)))]
    )
    assert got.force_n[:, 0] == pytest.approx(10 * got.time_s)
    assert got.force_n[:, 1] == pytest.approx(-(10 * got.time_s + 1))
    assert got.raw[:, 1] == pytest.approx(10 * got.time_s + 1)
    assert got.time_s[-1] == pytest.approx(0.98)


def test_nothing_is_said_across_a_gap_of_the_second_device():
    merger = Merger(TWO)
    other = np.arange(0, 1, 0.01) + 0.003
    other = other[(other < 0.4) | (other > 0.6)]
    got = joined([merger.feed(1, block(other)), merger.feed(0, block(np.arange(0, 1, 0.01)))])
    inside = (got.time_s > 0.41) & (got.time_s < 0.6)
    assert np.isnan(got.force_n[inside, 1]).all()
    assert np.isfinite(got.force_n[inside, 0]).all()
    assert (got.flags[inside] & Flag.VOID).all()
    outside = (got.time_s > 0.01) & ((got.time_s < 0.39) | (got.time_s > 0.62))
    assert np.isfinite(got.force_n[outside]).all()


def test_a_late_device_is_waited_for_but_not_for_ever():
    merger = Merger(TWO)
    merger.feed(1, block(np.arange(0, 0.1, 0.01)))
    early = merger.feed(0, block(np.arange(0, 0.2, 0.01)))
    assert early.time_s[-1] == pytest.approx(0.09)
    late = merger.feed(0, block(np.arange(0.2, 2.0, 0.01)))
    assert late.time_s[-1] == pytest.approx(1.99 - PATIENCE_S, abs=0.011)
    assert np.isnan(late.force_n[:, 1]).all()


def test_what_is_late_but_not_silent_is_not_lost():
    assert PATIENCE_S > SILENT_S
    merger, late = Merger(TWO), []
    merger.feed(1, block(np.arange(0, 0.1, 0.01)))
    for at_s in np.arange(0.0, SILENT_S, 0.1):
        late.append(merger.feed(0, block(np.arange(at_s, at_s + 0.0999, 0.01))))
    late.append(merger.feed(1, block(np.arange(0.1, 1.0, 0.01))))
    got = joined(late)
    assert np.isfinite(got.force_n).all()
    assert len(got) >= 89


def test_a_lost_device_leaves_the_other_side():
    merger = Merger(TWO)
    merger.feed(1, block(np.arange(0, 0.5, 0.01)))
    merger.feed(0, block(np.arange(0, 0.6, 0.01)))
    rest = joined([merger.line(1, False), merger.feed(0, block(np.arange(0.6, 1.0, 0.01)))])
    assert rest.time_s[-1] == pytest.approx(0.99)
    assert np.isfinite(rest.force_n[:, 0]).all()
    assert np.isnan(rest.total_n).all()


def test_when_the_clock_is_lost_the_other_device_goes_on():
    merger = Merger(TWO)
    parts = [
        merger.feed(1, block(np.arange(0.004, 0.5, 0.01))),
        merger.feed(0, block(np.arange(0, 0.5, 0.01))),
    ]
    parts += [merger.line(0, False), merger.feed(1, block(np.arange(0.504, 1.0, 0.01)))]
    got = joined(parts)
    assert (np.diff(got.time_s) > 0).all()
    after = got.time_s > 0.5
    assert after.sum() > 40
    assert np.isnan(got.force_n[after, 0]).all()
    assert np.isfinite(got.force_n[after, 1]).all()


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=12), seed=st.integers(0, 99))
def test_any_split_of_the_blocks_gives_the_same_samples(cuts, seed):
    rng = np.random.default_rng(seed)
    times = [np.cumsum(rng.uniform(0.009, 0.011, 100)), np.cumsum(rng.uniform(0.009, 0.011, 100))]
    whole = Merger(TWO)
    want = joined([whole.feed(1, block(times[1])), whole.feed(0, block(times[0])), whole.line(0, True)])
    split, at, parts = Merger(TWO), [0, 0], []
    for n in range(600):
        one = int(at[0] > at[1] + 5) if n % 3 else n % 2
        size = min(cuts[n % len(cuts)], 20)
        parts.append(split.feed(one, block(times[one][at[one] : at[one] + size])))
        at[one] += size
    got = joined([*parts, split.line(0, True)])
    assert np.array_equal(got.time_s, want.time_s)
    assert np.allclose(got.force_n, want.force_n, equal_nan=True)
