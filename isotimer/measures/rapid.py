"""How fast: the start of the pull, the rate of force development, the reaction to a cue.

Times come from the samples as they are; nothing is filtered.
"""

import numpy as np

from isotimer.core.plan import Mode
from isotimer.measures.force import best_second
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared, Quiet

SPREAD = 5.0
"""The pull has started beyond so many SD of the quiet stretch (Dos'Santos et al. 2017)."""
FLOOR_N = 5.0
"""... but not below this on a load cell: an idle strap is so quiet that a touch would do."""
FLOOR_PLATE = 0.01
"""... nor below this share of body weight on a plate."""
FLOOR_COUNTS = 0.02
"""... nor below this share of the rise without calibration."""
RESEARCH_HZ = 500.0
ANTICIPATION_S = 0.1
NO_QUIET = "no quiet stretch of 0.5 s before the pull"


def onset_time(hold: Prepared) -> float | None:
    """Return when the pull began: the first sample of the final crossing above the baseline before the peak.

    Source: Dos'Santos et al. (2017), 5 SD of the quiet stretch. None without a quiet stretch or a crossing.
    """
    return hold.once("onset", _onset)


def _onset(hold: Prepared) -> float | None:
    quiet = hold.baseline
    if quiet is None:
        return None
    time, force = hold.between(quiet.start_s, hold.trace.hold_s)
    top = int(np.argmax(force))
    below = np.flatnonzero(force[:top] < quiet.mean_n + _threshold(hold, quiet, float(force[top])))
    return float(time[below[-1] + 1]) if below.size else None


def _threshold(hold: Prepared, quiet: Quiet, peak_n: float) -> float:
    if not hold.trace.calibrated:
        floor = FLOOR_COUNTS * (peak_n - quiet.mean_n)
    elif hold.trace.plate:
        floor = FLOOR_PLATE * abs(quiet.mean_n)
    else:
        floor = FLOOR_N
    return max(SPREAD * quiet.sd_n, floor)


def onset(hold: Prepared) -> Outcome:
    """Start of the pull, from the start of the hold."""
    start = onset_time(hold)
    return absent(NO_QUIET) if start is None else found(start, _rate_doubt(hold), _quiet_doubt(hold))


def time_to_90(hold: Prepared) -> Outcome:
    """From the start of the pull to 90 % of the way to the mean of the best second."""
    start, best = onset_time(hold), best_second(hold)
    if start is None or best is None or hold.baseline is None:
        return absent(NO_QUIET if best is not None else "no second without a gap")
    time, force = hold.between(start, hold.trace.hold_s)
    level = hold.baseline.mean_n + 0.9 * (best - hold.baseline.mean_n)
    reached = np.flatnonzero(force >= level)
    if not reached.size:
        return absent("90 % not reached after the start of the pull")
    at = int(reached[0])
    if at == 0:
        return found(0.0, _rate_doubt(hold))
    step = (level - force[at - 1]) / (force[at] - force[at - 1])
    return found(float(time[at - 1] + step * (time[at] - time[at - 1])) - start, _rate_doubt(hold))


def rfd(hold: Prepared, length_s: float) -> Outcome:
    """Mean rate of force development from the start of the pull over ``length_s``."""
    start = onset_time(hold)
    if start is None:
        return absent(NO_QUIET)
    if start + length_s > hold.clean.time_s[-1]:
        return absent("the record ends before")
    if hold.longest_gap(start, start + length_s) > 1.6 / hold.rate:
        return absent("samples are missing in the rise")
    ends = np.interp([start, start + length_s], hold.clean.time_s, hold.clean.force_n)
    return found(
        float(ends[1] - ends[0]) / length_s, _rate_doubt(hold), _effort_doubt(hold), _quiet_doubt(hold)
    )


def rfd_peak_20ms(hold: Prepared) -> Outcome:
    """Greatest rate of force development over any 20 ms from the start of the pull to the peak."""
    start = onset_time(hold)
    if start is None:
        return absent(NO_QUIET)
    time, force = hold.between(start, hold.trace.hold_s)
    top = int(np.argmax(force))
    if top < 1 or time[top] - time[0] < 0.02:
        return absent("the peak came within 20 ms")
    before = time[: top + 1]
    before = before[before <= time[top] - 0.02 + 1e-9]
    rise = np.interp(before + 0.02, time, force) - force[: before.size]
    return found(float(rise.max()) / 0.02, _effort_doubt(hold), _quiet_doubt(hold))


def reaction(hold: Prepared) -> Outcome:
    """From the cue as heard to the start of the pull, less the sensor's own delay."""
    start = onset_time(hold)
    if start is None:
        return absent(NO_QUIET)
    delay = hold.trace.filter_delay_s
    latency = hold.trace.cue_latency_s
    seconds = start - (hold.trace.cue_s or 0.0) - (latency or 0.0) - (delay or 0.0)
    if seconds < 0:
        return absent("the pull came before the cue")
    unknown = "the sensor's own delay is not known" if delay is None and hold.rate < RESEARCH_HZ else ""
    early = "anticipated: before 100 ms" if seconds < ANTICIPATION_S else ""
    unheard = "not heard from a speaker: when the cue came through is not known" if latency is None else ""
    return found(seconds, early, unheard, _rate_doubt(hold), unknown)


def _rate_doubt(hold: Prepared) -> str:
    if hold.rate >= RESEARCH_HZ:
        return ""
    return f"indicative: a sample every {1000 / hold.rate:.0f} ms"


def _effort_doubt(hold: Prepared) -> str:
    mode = hold.trace.mode
    return "" if mode in ("", Mode.MAX, Mode.RESPOND) else f"not a fast effort: mode {mode}"


def _quiet_doubt(hold: Prepared) -> str:
    quiet = hold.baseline
    restless = quiet is not None and hold.trace.calibrated and abs(quiet.drift_n_s) > 5.0
    return "the stretch before the pull was not quiet" if restless else ""
