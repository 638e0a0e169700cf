"""The numbers against recordings and signals whose answer is known."""

import json

import numpy as np
import pytest

from isotimer.measures.prepared import Prepared
from isotimer.measures.spectrum import HEART_HZ, SHAKE_HZ, TREMOR_HZ, WOBBLE_HZ, multitaper
from isotimer.measures.trace import Trace

EARLY, LATE = (5.0, 20.0), (30.0, 40.0)
REFUSED_AT_TEN_HERTZ = (
    "wobble_rms_n",
    "shake_rms_n",
    "shake_pct",
    "tremor_rms_n",
    "shake_peak_hz",
    "shake_onset_s",
    "shake_growth_ratio",
    "rfd_0_50_n_s",
    "rfd_0_100_n_s",
    "rfd_0_200_n_s",
    "rfd_peak_20ms_n_s",
    "reaction_s",
    "onset_s",
)
QUIET_TREMOR_N, LOUD_TREMOR_N = 0.5 / np.sqrt(2), 3 / np.sqrt(2)


@pytest.fixture(scope="module")
def reference(shared_data):
    return json.loads((shared_data / "synthetic" / "reference.json").read_text())["files"]


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("hold40s_1000Hz", 0.01), ("hold40s_80Hz", 0.01), ("hold40s_80Hz_jitter_dropout", 0.02)],
)
@pytest.mark.parametrize(("window", "truth"), [(EARLY, QUIET_TREMOR_N), (LATE, LOUD_TREMOR_N)])
def test_tremor_of_known_size(synthetic, values, name, tolerance, window, truth):
    tremor = values(Trace(*synthetic(name), 40.0, window_s=window))["tremor_rms_n"]
    assert tremor.value == pytest.approx(truth, rel=tolerance)


@pytest.mark.parametrize("name", ["hold40s_1000Hz", "hold40s_80Hz", "hold40s_80Hz_jitter_dropout"])
def test_wobble_slope_and_peak_of_known_size(synthetic, values, name):
    got = values(Trace(*synthetic(name), 40.0, window_s=EARLY))
    assert got["wobble_rms_n"].value == pytest.approx(np.sqrt(2), rel=0.05)
    assert got["shake_peak_hz"].value == pytest.approx(10, abs=0.1)
    whole = values(Trace(*synthetic(name), 40.0))
    assert whole["tension_slope_pct_s"].value == pytest.approx(100 * -0.4 / 300, rel=0.02)
    assert whole["shake_growth_ratio"].value == pytest.approx(6, rel=0.02)


@pytest.mark.parametrize("name", ["hold40s_1000Hz", "hold40s_80Hz", "hold40s_80Hz_jitter_dropout"])
def test_onset_of_shake_within_a_fifth_of_a_second(synthetic, values, name):
    assert values(Trace(*synthetic(name), 40.0))["shake_onset_s"].value == pytest.approx(24.4, abs=0.2)


def test_ten_hertz_refuses_with_reasons(synthetic, values):
    got = values(Trace(*synthetic("hold40s_10Hz"), 40.0, cue_s=-0.3))
    for refused in REFUSED_AT_TEN_HERTZ:
        assert got[refused].value is None
        assert got[refused].reason.startswith("sensor too slow: 10.0 Hz, needs ")
    assert got["shake_rms_n"].reason == "sensor too slow: 10.0 Hz, needs 40"
    assert got["rfd_0_50_n_s"].reason == "sensor too slow: 10.0 Hz, needs 500"
    assert got["tension_mean_n"].value == pytest.approx(292, rel=0.01)
    assert got["cv_raw_pct"].doubt == "slow content only at 10.0 Hz"


@pytest.mark.parametrize(("name", "rate"), [("hold40s_1000Hz", 1000), ("hold40s_80Hz", 80)])
@pytest.mark.parametrize(("key", "window"), [("steadiness_5_20", EARLY), ("steadiness_30_40", LATE)])
def test_variation_and_spectra_as_stored(synthetic, values, reference, name, rate, key, window):
    want = reference[name][key]
    trace = Trace(*synthetic(name), 40.0, window_s=window)
    got = values(trace)
    assert got["cv_raw_pct"].value == pytest.approx(want["cv_pct"], rel=1e-4)
    assert got["cv_detrended_pct"].value == pytest.approx(want["cv_detrended_pct"], rel=1e-4)
    hold = Prepared(trace)
    for band, edges in (("0.5-4", WOBBLE_HZ), ("4-8", HEART_HZ), ("8-12", TREMOR_HZ), ("4-15", SHAKE_HZ)):
        assert hold.spectrum.band_rms(edges) == pytest.approx(want["welch"]["band_rms"][band], rel=1e-4)
        tapered = multitaper(hold.even).band_rms(edges)
        assert tapered == pytest.approx(want["multitaper_NW3_K5"]["band_rms"][band], rel=1e-4)


def test_standing_still_is_heartbeat_not_limb_tremor(posture, values, shared_data):
    stored = json.loads((shared_data / "posture-bds" / "reference_fz_steadiness.json").read_text())
    want = stored["trials"]["BDS00001"]
    time, force = posture("BDS00001")
    trace = Trace(time, force, 60.01, plate=True, window_s=(0.0, 60.01))
    got, hold = values(trace), Prepared(trace)
    assert got["shake_rms_n"].value == pytest.approx(want["welch"]["band_rms"]["4-15"], rel=0.005)
    assert got["tremor_rms_n"].value == pytest.approx(want["welch"]["band_rms"]["8-12"], rel=0.005)
    assert got["wobble_rms_n"].value == pytest.approx(want["welch"]["band_rms"]["0.5-4"], rel=0.005)
    assert hold.spectrum.band_rms(HEART_HZ) == pytest.approx(want["welch"]["band_rms"]["4-8"], rel=0.005)
    assert got["cv_detrended_pct"].value == pytest.approx(want["cv_detrended_pct"], rel=0.005)
    assert got["shake_peak_hz"].value == 7.0
    for marked in ("shake_rms_n", "shake_pct", "shake_peak_hz"):
        assert "heartbeat on a plate lands in 4-8 Hz" in got[marked].doubt
    # The window a hold would get on its own must tell the same story.
    own = values(Trace(time, force, 60.0, plate=True))
    assert own["shake_rms_n"].value == pytest.approx(want["welch"]["band_rms"]["4-15"], rel=0.005)


def test_one_record_at_four_rates_shakes_alike(synthetic, values):
    from scipy import signal

    time, force = synthetic("hold40s_1000Hz")
    whole = values(Trace(time, force, 40.0))
    for factor, tolerance in ((2, 0.01), (10, 0.02), (12.5, 0.02)):
        rate = 1000 / factor
        if factor == 12.5:
            slow = signal.resample_poly(force, 2, 25, padtype="line")
        else:
            slow = signal.resample_poly(force, 1, factor, padtype="line")
        got = values(Trace(np.arange(slow.size) / rate, slow, 40.0, filter_delay_s=0.0))
        for same in ("shake_rms_n", "tremor_rms_n", "shake_pct"):
            assert got[same].value == pytest.approx(whole[same].value, rel=tolerance)
            assert got[same].doubt == ""
        assert got["shake_onset_s"].value == pytest.approx(24.4, abs=0.2)


@pytest.mark.parametrize(("order", "delay_s"), [(3, 1.5 / 80), (4, 2 / 80)])
def test_a_converters_filter_reads_low_by_as_much_as_is_said(synthetic, values, order, delay_s):
    """A sinc filter as in a sigma-delta converter, then 80 samples a second."""
    _, force = synthetic("hold40s_1000Hz")
    fine = np.repeat(force, 2)
    box = np.full(25, 1 / 25)
    for _ in range(order):
        fine = np.convolve(fine, box, "same")
    slow = fine[12::25]
    got = values(Trace(np.arange(slow.size) / 80, slow, 40.0, window_s=LATE, filter_delay_s=delay_s))
    loss = 1 - got["tremor_rms_n"].value / LOUD_TREMOR_N
    assert loss == pytest.approx(1 - np.sinc(10 / 80) ** order, abs=0.01)
    least, most = (int(x) for x in got["tremor_rms_n"].doubt.split()[1].split("-"))
    assert least <= 100 * loss <= most
    blind = values(Trace(np.arange(slow.size) / 80, slow, 40.0, window_s=LATE))
    assert blind["tremor_rms_n"].doubt == "may read 5-14 % low at 80 Hz (the sensor's own filter)"
    assert 5 <= 100 * loss <= 14


def test_lost_frames_of_a_plate_export_are_missing_not_zero(shared_data, values):
    rows = (shared_data / "amti-jythen" / "test.csv").read_text().splitlines()[35:]
    table = np.array([[float(x) for x in r.split(",")] for r in rows if r.strip()])
    force = np.abs(table[:, 5])
    assert (force == 0).sum() == 7
    time = np.arange(force.size) / 100
    hold = Prepared(Trace(time, force, 156.0, plate=True))
    assert hold.clean.time_s.size == force.size - 7
    assert hold.clean.force_n.min() > 100
    assert values(Trace(time, force, 156.0, plate=True))["shake_rms_n"].value < 2
