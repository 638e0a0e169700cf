"""Signs of a bad trial: each is seen where it is, and a good hold has none."""

import dataclasses

import numpy as np
import pytest

from isotimer.measures.prepared import Prepared
from isotimer.measures.trace import Trace
from isotimer.measures.trial import notices, zero_after_n, zero_before_n


def seen(trace):
    return [n.id for n in notices(Prepared(trace))]


@pytest.fixture
def good(pull):
    return Trace(*pull(), 20.0)


def changed(trace, change):
    return dataclasses.replace(trace, force_n=change(trace.time_s, trace.force_n))


def test_a_good_hold_has_none(good):
    assert seen(good) == []
    assert zero_before_n(Prepared(good)) == pytest.approx(0, abs=0.02)
    assert zero_after_n(Prepared(good)) == pytest.approx(0, abs=0.02)


def test_pretension(good):
    tight = changed(good, lambda t, f: np.where(t < 0, f + 40, f))
    assert seen(tight)[0] == "pre-tension"
    assert "already carried 40 N" in notices(Prepared(tight))[0].text


def test_shock_peak(good):
    assert seen(changed(good, lambda t, f: f + 150 * ((t > 0.3) & (t < 0.4)))) == ["shock"]
    assert seen(changed(good, lambda t, f: f + 150 * ((t > 9.3) & (t < 9.4)))) == []


def test_a_peak_is_no_shock_where_the_task_moves(good):
    peaked = changed(good, lambda t, f: f + 150 * ((t > 0.3) & (t < 0.4)))
    assert seen(dataclasses.replace(peaked, target_path_n=np.full(peaked.time_s.shape, 300.0))) == []
    assert seen(dataclasses.replace(peaked, changes_s=(3.0, 6.0))) == []


def test_countermovement_on_a_plate(good):
    standing = dataclasses.replace(good, plate=True, force_n=good.force_n + 700)
    assert seen(standing) == []
    assert seen(changed(standing, lambda t, f: f - 120 * ((t > -0.2) & (t < -0.02)))) == ["countermovement"]


def test_unstable_baseline(good):
    assert "unstable baseline" in seen(
        changed(good, lambda t, f: f + 8 * t * (t < 0) + 4 * np.sin(9 * t) * (t < 0))
    )


def test_saturation(good):
    clipped = dataclasses.replace(changed(good, lambda t, f: np.minimum(f, 300.0)), saturation_n=300.0)
    assert seen(clipped) == ["saturation"]
    assert seen(dataclasses.replace(good, saturation_n=1000.0)) == []


def test_zero_moved(good):
    moved = changed(good, lambda t, f: f - 6.0 * (t > 20))
    assert seen(moved) == ["zero moved"]
    assert "-6.0 N" in notices(Prepared(moved))[0].text
    assert seen(changed(good, lambda t, f: f - 1.0 * (t > 20))) == []


def test_samples_stamped_on_arrival(good):
    batched = dataclasses.replace(good, time_s=np.ceil(good.time_s / 0.016) * 0.016)
    assert seen(batched) == ["arrival times"]


def test_nothing_is_said_of_nothing():
    assert notices(Prepared(Trace.without_sensor(20.0))) == ()
    time = np.arange(0, 10, 0.01)
    assert notices(Prepared(Trace(time, np.full(time.size, 200.0), 10.0))) == ()


def test_counts_are_judged_by_shares(good):
    counts = dataclasses.replace(good, unit="counts", force_n=good.force_n * 1e4)
    assert seen(counts) == []
    assert seen(changed(counts, lambda t, f: np.where(t < 0, f + 4e5, f)))[0] == "pre-tension"
