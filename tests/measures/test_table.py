"""The table of measures: complete, and honest about what is lacking."""

import dataclasses

import numpy as np
import pytest

from isotimer.measures.measure import Value
from isotimer.measures.needs import RIG_LACKS
from isotimer.measures.table import MEASURES, compute, measure, table_markdown
from isotimer.measures.trace import Trace

OF_ONE_HOLD = (
    "tension_mean_n",
    "tension_peak_n",
    "tension_best_1s_n",
    "impulse_n_s",
    "tension_slope_pct_s",
    "cv_raw_pct",
    "cv_detrended_pct",
    "wobble_rms_n",
    "shake_rms_n",
    "shake_pct",
    "tremor_rms_n",
    "shake_peak_hz",
    "shake_onset_s",
    "shake_growth_ratio",
    "noise_floor_n",
    "on_target_s",
    "on_target_pct",
    "target_rmse_n",
    "time_to_90_pct_s",
    "rfd_0_50_n_s",
    "rfd_0_100_n_s",
    "rfd_0_200_n_s",
    "rfd_peak_20ms_n_s",
    "onset_s",
    "reaction_s",
    "tracking_rmse_n",
    "tracking_lag_s",
    "fatigue_index_pct",
)


def test_every_measure_of_a_hold_has_one_row():
    ids = [m.id for m in MEASURES]
    assert len(set(ids)) == len(ids)
    assert set(OF_ONE_HOLD) <= set(ids)


def test_rows_are_told_in_plain_words():
    for row in MEASURES:
        assert row.meaning.endswith(".")
        assert row.name
        assert row.source
        assert measure(row.id) is row
    with pytest.raises(KeyError):
        measure("happiness")


def test_markdown_has_every_row_once():
    text = table_markdown()
    lines = text.splitlines()
    assert len(lines) == 2 + len(MEASURES)
    for row in MEASURES:
        assert text.count(f"`{row.id}`") == 1
    assert all(line.count("|") == 7 for line in lines)
    assert "40 Hz" in next(line for line in lines if "`shake_rms_n`" in line)


def test_every_value_is_a_number_or_a_reason(pull):
    time, force = pull()
    trace = Trace(time, force, 20.0, target_n=300.0, low_n=270.0, high_n=330.0, cue_s=-0.2)
    got = compute(trace)
    assert [v.id for v in got] == [m.id for m in MEASURES]
    for value in got:
        assert (value.value is None) == bool(value.reason), value
        assert value.unit == measure(value.id).unit
        assert value.value is None or np.isfinite(value.value)
    assert all(
        v.value is not None
        for v in got
        if v.reason not in RIG_LACKS
        and not v.id.startswith(("tracking", "transition", "shake_peak", "shake_onset", "shake_growth"))
    )


def test_no_sensor_is_said(values):
    got = values(Trace.without_sensor(30.0))
    assert {v.reason for v in got.values()} == {"no sensor"}


def test_no_target_no_cue_no_path_are_said(values, pull):
    got = values(Trace(*pull(), 20.0))
    assert got["on_target_s"].reason == "no target"
    assert got["target_rmse_n"].reason == "no target"
    assert got["reaction_s"].reason == "no cue"
    assert got["tracking_lag_s"].reason == "no moving target"


def test_a_short_hold_is_said(values, pull):
    got = values(Trace(*pull(hold_s=3.1), 3.1))
    assert got["shake_rms_n"].reason == "hold too short: 3.1 s, needs 3.5"
    assert got["shake_onset_s"].reason == "hold too short: 3.1 s, needs 12"
    assert got["tension_mean_n"].value == pytest.approx(300, rel=0.01)
    nearly = values(Trace(*pull(hold_s=4.3), 4.3))
    assert nearly["shake_rms_n"].reason == "steady part too short: 2.8 s, needs 3.5"


def test_a_slow_sensor_is_said_with_its_measured_rate(values, pull):
    time, force = pull(rate_hz=10.8)
    got = values(Trace(time, force, 20.0))
    assert got["shake_rms_n"].reason == "sensor too slow: 10.8 Hz, needs 40"
    middling = values(Trace(*pull(rate_hz=87.5), 20.0))
    assert middling["rfd_0_50_n_s"].reason == "sensor too slow: 87.5 Hz, needs 500"
    assert middling["shake_rms_n"].value is not None


def test_a_clock_a_shade_below_the_least_rate_will_do(values, pull):
    assert values(Trace(*pull(rate_hz=39.9), 20.0))["wobble_rms_n"].value is not None


def test_a_gap_is_said(values, pull):
    time, force = pull()
    kept = (time < 10) | (time > 10.8)
    got = values(Trace(time[kept], force[kept], 20.0))
    assert got["shake_rms_n"].reason == "gap of 0.8 s in the window"
    assert got["shake_onset_s"].reason == "gap of 0.8 s in the window"
    assert got["tension_mean_n"].value == pytest.approx(300, rel=0.01)
    assert got["tension_mean_n"].doubt == "a gap of 0.8 s is bridged"


def test_many_missing_samples_are_said(values, pull):
    time, force = pull(rate_hz=80.0)
    kept = np.random.default_rng(2).random(time.size) > 0.25
    got = values(Trace(time[kept], force[kept], 20.0))
    assert "of the samples are missing" in got["shake_rms_n"].reason


def test_counts_give_shares_but_no_newtons(values, pull):
    time, force = pull()
    newtons = values(Trace(time, force, 20.0))
    counts = values(
        Trace(time, force * 412.0, 20.0, unit="counts", target_n=300.0, low_n=270.0, high_n=330.0)
    )
    for row in MEASURES:
        value = counts[row.id]
        if row.unit in ("N", "N/s", "N s"):
            assert value.value is None
            if "tracking" not in row.id and not row.needs.side:
                assert value.reason == "not calibrated"
        elif newtons[row.id].value is not None and row.id not in ("onset_s", "time_to_90_pct_s"):
            assert value.value == pytest.approx(newtons[row.id].value, rel=1e-6)
    assert counts["on_target_s"].reason == "not calibrated"
    assert counts["onset_s"].value == pytest.approx(newtons["onset_s"].value, abs=0.01)


def test_an_unloaded_sensor_gives_no_shares(values):
    time = np.arange(2000) / 100
    got = values(Trace(time, np.random.default_rng(1).normal(0.2, 0.05, 2000), 20.0))
    assert got["shake_pct"].reason == "hardly any tension: 0.2 N"
    assert got["cv_raw_pct"].value is None
    assert got["tension_mean_n"].value == pytest.approx(0.2, abs=0.01)


def test_a_lost_device_leaves_what_was_seen(values, pull):
    time, force = pull()
    seen = time < 12
    got = values(Trace(time[seen], force[seen], 20.0, end="device-lost"))
    assert got["tension_mean_n"].value == pytest.approx(300, rel=0.01)
    assert got["shake_rms_n"].value is not None
    assert got["impulse_n_s"].reason == "gap of 8 s in the hold"


def test_the_same_trace_gives_the_same_numbers(pull):
    trace = Trace(*pull(), 20.0)
    assert compute(trace) == compute(dataclasses.replace(trace))
    assert all(isinstance(v, Value) for v in compute(trace))
