"""Sample entropy against three other programs' stored results."""

import json

import numpy as np
import pytest
from scipy import signal

from isotimer.measures.entropy import entropy, sample_entropy
from isotimer.measures.prepared import Prepared
from isotimer.measures.spectrum import detrended
from isotimer.measures.trace import Trace


@pytest.mark.parametrize(("name", "rate", "factor"), [("hold40s_1000Hz", 1000, 10), ("hold40s_80Hz", 80, 1)])
@pytest.mark.parametrize(("key", "start", "end"), [("steadiness_5_20", 5, 20), ("steadiness_30_40", 30, 40)])
def test_agrees_with_three_libraries(synthetic, shared_data, name, rate, factor, key, start, end):
    stored = json.loads((shared_data / "synthetic" / "reference.json").read_text())["files"][name][key][
        "entropy"
    ]
    time, force = (x[start * rate : end * rate] for x in synthetic(name))
    flat = detrended(time, force)
    value = sample_entropy(signal.decimate(flat, factor, ftype="fir") if factor > 1 else flat)
    assert value == pytest.approx(stored["antropy_sampen_ddof0"], abs=1e-6)
    assert value == pytest.approx(stored["entropyhub_sampen_ddof0"], abs=1e-6)


def test_standing_still(posture, shared_data):
    stored = json.loads((shared_data / "posture-bds" / "reference_fz_steadiness.json").read_text())
    want = stored["trials"]["BDS00001"]["entropy"]["neurokit2_sampen_ddof0"]
    time, force = posture("BDS00001")
    assert sample_entropy(detrended(time, force)[:3000]) == pytest.approx(want, abs=1e-6)


def test_by_hand():
    """Of the 3 templates of two points, 1 and 2 are alike and go on alike: A = 2, B = 2 both ways counted."""
    values = np.array([0.0, 10.0, 0.1, 10.1, 0.0])
    assert sample_entropy(values) == pytest.approx(0.0)
    assert sample_entropy(np.ones(50)) is None
    assert sample_entropy(np.arange(3.0)) is None


def test_a_whole_hold_or_a_reason(synthetic):
    whole = Prepared(Trace(*synthetic("hold40s_1000Hz"), 40.0))
    assert entropy(whole).value is not None
    slow = Prepared(Trace(*synthetic("hold40s_80Hz"), 40.0))
    assert entropy(slow).reason == "sensor too slow: 80.0 Hz, needs 100"
    short = Prepared(Trace(*synthetic("hold40s_1000Hz"), 20.0))
    assert entropy(short).reason == "steady part too short: 19.5 s, needs 30"
    assert entropy(Prepared(Trace.without_sensor(40.0))).reason == "no sensor"
