"""The one table of measures, and their computation for a hold."""

from functools import partial

import numpy as np

from isotimer.measures import force, onset, rapid, shake, steadiness, target, tracking, transition
from isotimer.measures.measure import Measure, Value
from isotimer.measures.needs import NO_SIDES, Needs
from isotimer.measures.plate import plate_rows
from isotimer.measures.prepared import Prepared
from isotimer.measures.share import share_rows, side_rows
from isotimer.measures.trace import Trace

ALGORITHM_VERSION = 1
"""Stored with every value; raised whenever any measure would give another number for the same trace."""


_STEADY = Needs(min_rate_hz=5, min_window_s=3, max_gap_s=1.0)
_BAND = Needs(min_rate_hz=40, min_window_s=3.5, max_gap_s=0.25, complete=True)
_BAND_N = Needs(calibrated=True, min_rate_hz=40, min_window_s=3.5, max_gap_s=0.25, complete=True)
_COURSE = Needs(min_rate_hz=40, min_hold_s=12, min_window_s=10, max_gap_s=0.25, complete=True)
_TARGET = Needs(calibrated=True, target=True, min_rate_hz=5, max_gap_s=0.5)
_PATH = Needs(path=True, calibrated=True, min_rate_hz=20, min_window_s=3, max_gap_s=0.5)

_SCIENCE = "Welch/multitaper band power"
_DOSSANTOS = "Dos'Santos et al. 2017 (5 SD of the quiet stretch)"
_MAFFIULETTI = "Maffiuletti et al. 2016"

_OF_TENSION: tuple[Measure, ...] = (
    Measure(
        "tension_mean_n",
        "N",
        "tension",
        "Mean tension from the start of the plateau to 0.5 s before the release.",
        Needs(calibrated=True, min_window_s=0.5, max_gap_s=1.0),
        force.tension_mean,
        "trapezoid over true times",
    ),
    Measure(
        "tension_peak_n",
        "N",
        "peak",
        "Greatest single sample of the hold.",
        Needs(calibrated=True, max_gap_s=1.0),
        force.tension_peak,
        "largest sample",
    ),
    Measure(
        "tension_best_1s_n",
        "N",
        "best second",
        "Greatest mean tension of any one second of the hold.",
        Needs(calibrated=True, min_hold_s=1),
        force.tension_best_1s,
        "moving mean over true times",
    ),
    Measure(
        "impulse_n_s",
        "N s",
        "impulse",
        "Area under tension over the whole hold, counted from the tare.",
        Needs(calibrated=True, max_gap_s=1.0),
        force.impulse,
        "trapezoid over true times",
        0,
    ),
    Measure(
        "tension_slope_pct_s",
        "%/s",
        "drift",
        "Slope of the one-second means, as a share of the first 3 s of the plateau per second.",
        Needs(min_rate_hz=5, min_window_s=5, max_gap_s=1.0),
        force.tension_slope,
        "least squares",
        2,
    ),
    Measure(
        "cv_raw_pct",
        "%",
        "variation",
        "Standard deviation over mean of the plateau, slow drift included.",
        _STEADY,
        steadiness.cv_raw,
        "SD with n - 1",
        2,
    ),
    Measure(
        "cv_detrended_pct",
        "%",
        "variation without drift",
        "Standard deviation about a straight line over mean of the plateau.",
        _STEADY,
        steadiness.cv_detrended,
        "SD with n - 1 about the least-squares line",
        2,
    ),
    Measure(
        "cv_1s_pct",
        "%",
        "variation within a second",
        "Mean over whole seconds of the variation about each second's own line.",
        _STEADY,
        steadiness.cv_1s,
        "Tracy and Moritz; Nagamori et al. 2021",
        2,
    ),
    Measure(
        "wobble_rms_n",
        "N",
        "wobble",
        "Slow swaying of tension between 0.5 and 4 Hz, as RMS.",
        Needs(calibrated=True, min_rate_hz=40, min_window_s=5, max_gap_s=0.25, complete=True),
        steadiness.wobble_rms,
        _SCIENCE,
        2,
    ),
    Measure(
        "shake_rms_n",
        "N",
        "shake",
        "Fast shaking of tension between 4 and 15 Hz, as RMS.",
        _BAND_N,
        shake.shake_rms,
        _SCIENCE,
        2,
    ),
    Measure(
        "shake_pct",
        "%",
        "shake of tension",
        "Shake between 4 and 15 Hz as a share of mean tension.",
        _BAND,
        shake.shake_pct,
        _SCIENCE,
        2,
    ),
    Measure(
        "tremor_rms_n",
        "N",
        "tremor",
        "The part of shake in the band of physiological tremor, 8 to 12 Hz, as RMS.",
        _BAND_N,
        shake.tremor_rms,
        _SCIENCE,
        2,
    ),
    Measure(
        "shake_peak_hz",
        "Hz",
        "shake frequency",
        "Frequency at which shake is strongest, if one stands out.",
        _BAND,
        shake.shake_peak,
        "largest density in 4-15 Hz, interior and three times the band's median",
    ),
    Measure(
        "shake_onset_s",
        "s",
        "shake doubled at",
        "Time into the hold at which shake had doubled against its own seconds 3 to 8 and stayed so for 2 s, "
        "good to about 3 s.",
        _COURSE,
        onset.shake_onset,
        "trailing RMS of 1 s in 4-15 Hz above max(2 M, M + 3 S, 3 noise floors)",
        0,
    ),
    Measure(
        "shake_growth_ratio",
        "x",
        "shake growth",
        "Shake of the last 3 s of the plateau over shake of seconds 3 to 8.",
        _COURSE,
        onset.shake_growth,
        "medians of the trailing RMS of 1 s in 4-15 Hz",
    ),
    Measure(
        "noise_floor_n",
        "N",
        "noise floor",
        "Noise of the unloaded sensor between 4 and 15 Hz, as RMS.",
        Needs(calibrated=True, min_rate_hz=40),
        shake.noise_floor,
        _SCIENCE,
        3,
    ),
    Measure(
        "on_target_s",
        "s",
        "time on target",
        "Time during which tension was within the target band.",
        _TARGET,
        target.on_target,
        "straight lines between samples",
    ),
    Measure(
        "on_target_pct",
        "%",
        "share on target",
        "Time within the target band as a share of the hold.",
        _TARGET,
        target.on_target_pct,
        "straight lines between samples",
        0,
    ),
    Measure(
        "target_rmse_n",
        "N",
        "distance from target",
        "RMS distance of tension from the target on the plateau.",
        Needs(calibrated=True, target=True, min_rate_hz=5, min_window_s=1, max_gap_s=0.5),
        target.target_rmse,
        "trapezoid over true times",
    ),
    Measure(
        "time_to_90_pct_s",
        "s",
        "time to 90 %",
        "Time from the start of the pull to 90 % of the best second.",
        Needs(min_rate_hz=70, min_hold_s=1),
        rapid.time_to_90,
        _DOSSANTOS,
        2,
    ),
    Measure(
        "rfd_0_50_n_s",
        "N/s",
        "rate of force, 0-50 ms",
        "Rise of tension over the first 50 ms of the pull, per second.",
        Needs(calibrated=True, min_rate_hz=500),
        partial(rapid.rfd, length_s=0.05),
        _MAFFIULETTI,
        0,
    ),
    Measure(
        "rfd_0_100_n_s",
        "N/s",
        "rate of force, 0-100 ms",
        "Rise of tension over the first 100 ms of the pull, per second.",
        Needs(calibrated=True, min_rate_hz=500),
        partial(rapid.rfd, length_s=0.1),
        _MAFFIULETTI,
        0,
    ),
    Measure(
        "rfd_0_200_n_s",
        "N/s",
        "rate of force, 0-200 ms",
        "Rise of tension over the first 200 ms of the pull, per second.",
        Needs(calibrated=True, min_rate_hz=70),
        partial(rapid.rfd, length_s=0.2),
        _MAFFIULETTI,
        0,
    ),
    Measure(
        "rfd_peak_20ms_n_s",
        "N/s",
        "steepest 20 ms",
        "Greatest rise of tension within any 20 ms between the start of the pull and the peak, per second.",
        Needs(calibrated=True, min_rate_hz=500),
        rapid.rfd_peak_20ms,
        _MAFFIULETTI,
        0,
    ),
    Measure(
        "onset_s",
        "s",
        "start of pull",
        "Time at which tension rose out of the quiet stretch, from the start of the hold.",
        Needs(min_rate_hz=70),
        rapid.onset,
        _DOSSANTOS,
        3,
    ),
    Measure(
        "reaction_s",
        "s",
        "reaction",
        "Time from the cue as heard to the start of the pull, the sensor's own delay taken off.",
        Needs(cue=True, min_rate_hz=70),
        rapid.reaction,
        _DOSSANTOS,
        3,
    ),
    Measure(
        "tracking_rmse_n",
        "N",
        "tracking error",
        "RMS distance of tension from the moving target.",
        _PATH,
        tracking.tracking_rmse,
        "root mean square over samples",
    ),
    Measure(
        "tracking_lag_s",
        "s",
        "tracking lag",
        "By how much tension follows the moving target late.",
        _PATH,
        tracking.tracking_lag,
        "shift of least squares",
        2,
    ),
    Measure(
        "tracking_bias_n",
        "N",
        "tracking bias",
        "By how much tension lies above the moving target on average, lag taken out.",
        _PATH,
        tracking.tracking_bias,
        "mean after the shift of least squares",
    ),
    Measure(
        "tracking_rest_n",
        "N",
        "tracking rest",
        "What is left of the tracking error without lag and bias, as RMS.",
        _PATH,
        tracking.tracking_rest,
        "SD after the shift of least squares",
    ),
    Measure(
        "transition_s",
        "s",
        "transition",
        "Median time from the cue to change until tension is past the middle of its change and stays there.",
        Needs(changes=True, min_rate_hz=40, min_hold_s=2),
        transition.transition,
        "own definition",
        2,
    ),
    Measure(
        "fatigue_index_pct",
        "%",
        "loss of tension",
        "Loss of mean tension from the first to the last 3 s of the plateau.",
        Needs(min_rate_hz=5, min_window_s=8, max_gap_s=1.0),
        force.fatigue_index,
        "means over true times",
    ),
)

MEASURES: tuple[Measure, ...] = (*_OF_TENSION, *share_rows(), *side_rows(_OF_TENSION), *plate_rows())
"""Every measure of one hold, in the order in which they are shown."""


def measure(measure_id: str) -> Measure:
    """Return the row with an id.

    Raises:
        KeyError: If there is none.
    """
    for row in MEASURES:
        if row.id == measure_id:
            return row
    raise KeyError(measure_id)


def compute(trace: Trace) -> tuple[Value, ...]:
    """Return one value for every row of ``MEASURES``, in its order, whatever the trace holds."""
    return compute_prepared(Prepared(trace))


def compute_prepared(hold: Prepared) -> tuple[Value, ...]:
    """Return the same for a hold whose shared parts may have been worked out already."""
    return tuple(value_of(row, hold) for row in MEASURES)


def value_of(row: Measure, hold: Prepared) -> Value:
    """Return the value of one measure, or the reason why there is none."""
    if row.needs.side:
        own = hold.of_side(row.needs.side)
        if own is None:
            return Value(row.id, None, row.unit, hold.fault or NO_SIDES)
        hold = own
    lacking = row.needs.lacking(hold)
    if lacking:
        return Value(row.id, None, row.unit, lacking)
    outcome = row.function(hold)
    if outcome.value is not None and not np.isfinite(outcome.value):
        return Value(row.id, None, row.unit, "the samples are beyond all measure")
    doubt = "; ".join(d for d in (outcome.doubt, hold.cut_doubt) if d) if outcome.value is not None else ""
    return Value(row.id, outcome.value, row.unit, outcome.reason, doubt)


def table_markdown() -> str:
    """Return the table of measures as Markdown."""
    lines = ["| id | unit | name | meaning | needs | source |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{m.id}` | {m.unit} | {m.name} | {m.meaning} | {m.needs.words()} | {m.source} |" for m in MEASURES
    ]
    return "\n".join(lines) + "\n"
