"""When shake doubled: the course of shake over a hold, its onset by one stated rule, its growth.

Rule: R(t) is the RMS of force in 4-15 Hz over the second that ends at t, every 0.1 s. The baseline is the
median M (and SD S) of the windows that end 3 to 8 s after the start. Onset is the first window end after 8 s
from which R stays above max(2 M, M + 3 S, 3 noise floors) for 2.0 s. R over the mean tension of the same
second takes the place of R where tension changes by more than a tenth.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray, IntArray
from isotimer.measures.filters import bandpass_sos
from isotimer.measures.lazy import signal
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared
from isotimer.measures.spectrum import SHAKE_HZ
from isotimer.measures.trace import Trace

WINDOW_S = 1.0
STEP_S = 0.1
BASELINE_S = (3.0, 8.0)
FACTOR = 2.0
SPREAD = 3.0
FLOORS = 3.0
DWELL_S = 2.0
TENSION_CHANGE = 0.1
"""Beyond this change of tension shake is taken relative to it."""
TENSION_LOSS = 0.25
"""Beyond this loss of tension the onset cannot be judged."""
LATE_PLATEAU_S = 1.0
"""A plateau that starts later than this moves the baseline by the excess."""
NOT_REACHED = "not reached"
_EPS = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Shake and tension of each trailing second."""

    end_s: FloatArray
    """(k,) ends of the windows from the start of the hold, 0.1 s apart."""
    shake_n: FloatArray
    """(k,) RMS in 4-15 Hz; NaN where the window has a gap."""
    tension_n: FloatArray
    """(k,) mean tension; NaN where the window has a gap."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rule says of a course."""

    onset_s: float | None = None
    baseline: float | None = None
    """Median of R (or of R over tension, if ``relative``) in the baseline."""
    relative: bool = False
    why: str = ""
    """"not reached", or why it cannot be said."""


def course(hold: Prepared) -> Course:
    """Return the course of shake over the analysis window (band-pass run forwards and backwards)."""
    parts = []
    sos = bandpass_sos(*SHAKE_HZ, hold.rate)
    for piece in hold.even.pieces:
        if piece.values.size < 1.5 * hold.rate:
            continue
        band = signal().sosfiltfilt(sos, piece.values - piece.values.mean())
        parts.append(_trailing(piece.start_s, band, piece.values, hold.rate))
    if not parts:
        return Course(np.empty(0), np.empty(0), np.empty(0))
    first = min(int(p[0][0]) for p in parts)
    last = max(int(p[0][-1]) for p in parts)
    shake, tension = np.full(last - first + 1, np.nan), np.full(last - first + 1, np.nan)
    for tick, part_shake, part_tension in parts:
        shake[tick - first], tension[tick - first] = part_shake, part_tension
    return Course(np.arange(first, last + 1, dtype=np.float64) * STEP_S, shake, tension)


def _trailing(
    start_s: float, band: FloatArray, values: FloatArray, rate_hz: float
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return (ticks, RMS, mean) of the windows of one piece; a tick is 0.1 s."""
    size = round(WINDOW_S * rate_hz)
    first = int(np.ceil((start_s + WINDOW_S) / STEP_S - 0.01))
    last = int(np.floor((start_s + values.size / rate_hz) / STEP_S + 0.01))
    ticks = np.arange(first, last + 1, dtype=np.int64)
    stop = np.clip(np.rint((ticks * STEP_S - start_s) * rate_hz).astype(int), size, values.size)
    power = np.concatenate(([0.0], np.cumsum(band**2)))
    total = np.concatenate(([0.0], np.cumsum(values)))
    rms = np.sqrt(np.maximum(power[stop] - power[stop - size], 0.0) / size)
    return ticks, rms, (total[stop] - total[stop - size]) / size


def rule(
    run: Course, shift_s: float = 0.0, noise_floor_n: float | None = None, low_n: float | None = None
) -> Ruling:
    """Return the onset by the rule of this module, or why there is none.

    Args:
        run: Windows from the hold's start on; the last one decides how far the hold is known.
        shift_s: By how much the baseline starts later than the hold.
        noise_floor_n: RMS of the unloaded sensor in the band.
        low_n: Lower edge of the target band.
    """
    end, shake, tension = run.end_s, run.shake_n, run.tension_n
    base = (end >= BASELINE_S[0] + shift_s - _EPS) & (end <= BASELINE_S[1] + shift_s + _EPS)
    later = end > BASELINE_S[1] + shift_s + _EPS
    if not base.any() or not later.any():
        return Ruling(why="cannot say: too short")
    if np.isnan(shake[base | later]).any() or base.sum() < round((BASELINE_S[1] - BASELINE_S[0]) / STEP_S):
        return Ruling(why="cannot say: a gap in the window")
    if noise_floor_n is not None and np.median(shake[base]) < FLOORS * noise_floor_n:
        return Ruling(why="cannot say: shake at the start is below three times the noise floor")
    level = float(np.median(tension[base]))
    relative = level > 0 and bool((np.abs(tension[base | later] - level) > TENSION_CHANGE * level).any())
    course_ = shake / np.where(tension > 0, tension, np.nan) if relative else shake
    middle, spread = float(np.median(course_[base])), float(np.std(course_[base]))
    floor = FLOORS * (noise_floor_n or 0.0) / (level if relative else 1.0)
    with np.errstate(invalid="ignore"):
        above = later & (course_ > max(FACTOR * middle, middle + SPREAD * spread, floor))
    at = first_run(above, round(DWELL_S / STEP_S))
    trouble = _lost_tension(end, tension, level, low_n, later, None if at is None else float(end[at]))
    if trouble or middle <= 0:
        return Ruling(None, middle, relative, trouble or "cannot say: no shake at the start to compare with")
    if at is None:
        return Ruling(None, middle, relative, NOT_REACHED)
    return Ruling(round(float(end[at]), 1), middle, relative)


def _lost_tension(
    end: FloatArray,
    tension: FloatArray,
    level: float,
    low_n: float | None,
    later: NDArray[np.bool_],
    onset_s: float | None,
) -> str:
    before = later if onset_s is None else later & (end <= onset_s)
    fell = np.flatnonzero(before & (tension < (1 - TENSION_LOSS) * level))
    if fell.size:
        return f"cannot say: tension had fallen by a quarter at {end[fell[0]]:.0f} s"
    if low_n is not None and level >= low_n:
        out = first_run(before & (tension < low_n), round(DWELL_S / STEP_S))
        if out is not None:
            return f"cannot say: tension left the target band at {end[out]:.0f} s"
    return ""


def first_run(flags: NDArray[np.bool_], length: int) -> int | None:
    """Return the index of the first of ``length`` set flags in a row; None if there is no such run."""
    if flags.size < length:
        return None
    sums = np.concatenate(([0], np.cumsum(flags)))
    full = np.flatnonzero(sums[length:] - sums[:-length] == length)
    return int(full[0]) if full.size else None


def baseline_shift(plateau_s: float) -> float:
    """Return by how much the baseline starts later than the hold, in whole steps."""
    return float(np.ceil(max(0.0, plateau_s - LATE_PLATEAU_S) / STEP_S - _EPS) * STEP_S)


def ruling(hold: Prepared) -> Ruling:
    """Return what the rule says of a hold."""
    return rule(hold_course(hold), baseline_shift(hold.plateau_s), hold.noise_floor_n, hold.trace.low_n)


def hold_course(hold: Prepared) -> Course:
    """Return the course of a hold, worked out once."""
    return hold.once("course", course)


def course_of(trace: Trace) -> Course:
    """Return the course of shake of a hold for a chart; empty where shake cannot be had."""
    hold = Prepared(trace)
    if hold.fault or hold.rate <= 2 * SHAKE_HZ[1] or hold.window[0].size < 3:
        return Course(np.empty(0), np.empty(0), np.empty(0))
    return hold_course(hold)


def shake_onset(hold: Prepared) -> Outcome:
    """When shake doubled, from the start of the hold."""
    said = hold.once("ruling", ruling)
    return absent(said.why) if said.onset_s is None else found(said.onset_s)


def shake_growth(hold: Prepared) -> Outcome:
    """Median shake of the last 3 s of the window over the baseline's."""
    said, run = hold.once("ruling", ruling), hold_course(hold)
    if said.baseline is None:
        return absent(said.why)
    if said.baseline <= 0:
        return absent("no shake at the start to compare with")
    last = slice(-round(3 / STEP_S), None)
    end = float(np.median(run.shake_n[last] / run.tension_n[last] if said.relative else run.shake_n[last]))
    return found(end / said.baseline, "relative to tension, which changed" if said.relative else "")
