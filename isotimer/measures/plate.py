"""Sway of one hold on a plate: how far, how fast and how widely the centre of pressure wandered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.measure import Measure
from isotimer.measures.needs import Needs
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared
from isotimer.measures.sway import LEAST_RATE_HZ, LEAST_S, LOW_PASS_HZ, Sway, smoothed, sway

UNKNOWN = 0.05
"""Above this share of the window without a centre of pressure nothing is said of sway."""
LONGEST_GAP_S = 0.25
"""A longer stretch without a centre of pressure is not bridged."""

_NEEDS = Needs(centre=True, calibrated=True, min_rate_hz=25, min_window_s=5, max_gap_s=LONGEST_GAP_S)
_FILTER = f"low-passed at {LOW_PASS_HZ:g} Hz (Butterworth 4, no delay)"


@dataclass(frozen=True, slots=True)
class _Found:
    """Sway of the window, or why there is none."""

    sway: Sway | None
    points: int = 0
    why: str = ""
    doubt: str = ""


def plate_rows() -> tuple[Measure, ...]:
    """Return the rows about sway."""
    return tuple(
        Measure(
            measure_id,
            unit,
            name,
            meaning,
            _NEEDS,
            partial(_of, number=number),
            f"{how}; {_FILTER}",
            decimals,
        )
        for measure_id, unit, name, meaning, number, how, decimals in _ROWS
    )


def _rms(number: int, found_: _Found, of: Sway) -> float:
    """Return the root mean square about the mean of one axis."""
    return of.sd_axes[number] * float(np.sqrt((found_.points - 1) / found_.points))


_ROWS: tuple[tuple[str, str, str, str, Callable[[_Found, Sway], float], str, int], ...] = (
    (
        "cop_path_mm",
        "mm",
        "sway path",
        "Way of the centre of pressure over the plateau.",
        lambda _, s: s.path,
        "sum of the steps",
        0,
    ),
    (
        "cop_speed_mm_s",
        "mm/s",
        "sway speed",
        "Mean speed of the centre of pressure on the plateau.",
        lambda _, s: s.mean_speed,
        "path over (N - 1) / rate",
        1,
    ),
    (
        "cop_rms_x_mm",
        "mm",
        "sway, side to side",
        "Root mean square distance of the centre of pressure from its mean, side to side.",
        partial(_rms, 0),
        "root mean square",
        1,
    ),
    (
        "cop_rms_y_mm",
        "mm",
        "sway, front to back",
        "Root mean square distance of the centre of pressure from its mean, front to back.",
        partial(_rms, 1),
        "root mean square",
        1,
    ),
    (
        "cop_range_x_mm",
        "mm",
        "range, side to side",
        "Distance between the outermost centres of pressure, side to side.",
        lambda _, s: s.range_axes[0],
        "largest less smallest",
        1,
    ),
    (
        "cop_range_y_mm",
        "mm",
        "range, front to back",
        "Distance between the outermost centres of pressure, front to back.",
        lambda _, s: s.range_axes[1],
        "largest less smallest",
        1,
    ),
    (
        "cop_ellipse_95_mm2",
        "mm2",
        "sway area",
        "Area of the ellipse that holds 95 % of the centres of pressure to come.",
        lambda _, s: s.ellipse.area,
        "prediction ellipse, F form (Schubert and Kirchner 2014)",
        0,
    ),
    (
        "cop_mean_frequency_hz",
        "Hz",
        "sway frequency",
        "Rate at which the centre of pressure would circle its mean on the way that it went.",
        lambda _, s: s.mean_frequency_hz,
        "path over 2 pi x mean distance x time (Prieto 1996)",
        2,
    ),
)


def _of(hold: Prepared, number: Callable[[_Found, Sway], float]) -> Outcome:
    """Return one number of the sway of the window."""
    seen = hold.once("sway", _sway)
    return absent(seen.why) if seen.sway is None else found(number(seen, seen.sway), seen.doubt)


def _sway(hold: Prepared) -> _Found:
    time, points, unknown = centre_in_window(hold)
    if unknown > UNKNOWN:
        return _Found(None, why=f"the plate was too little loaded for {100 * unknown:.0f} % of the time")
    if len(time) < 32:
        return _Found(None, why="too few samples with a centre of pressure")
    gap = float(np.diff(time).max())
    if gap > LONGEST_GAP_S:
        return _Found(None, why=f"no centre of pressure for {gap:.2g} s")
    rate = hold.rate
    count = int(np.floor((time[-1] - time[0]) * rate + 0.5)) + 1
    grid = time[0] + np.arange(count) / rate
    if count != len(time) or np.abs(grid - time).max() > 0.01 / rate:
        points = np.column_stack([np.interp(grid, time, axis) for axis in points.T])
    seconds = (count - 1) / rate
    doubts = [
        f"below {LEAST_RATE_HZ:g} Hz" if rate < 0.995 * LEAST_RATE_HZ else "",
        f"shorter than {LEAST_S:g} s: not to be compared with others' sway" if seconds < LEAST_S else "",
    ]
    doubt = "; ".join(d for d in doubts if d)
    return _Found(sway(smoothed(points, rate), rate), count, doubt=doubt)


def centre_in_window(hold: Prepared) -> tuple[FloatArray, FloatArray, float]:
    """Return (time_s, (n, 2) centre in mm, share of the window's samples without one)."""
    start, end = hold.window_s
    time = hold.clean.time_s
    inside = (time >= start - 1e-9) & (time < end - 1e-9)
    time = time[inside]
    centre = hold.trace.centre_mm
    if centre is None or not time.size:
        return np.empty(0), np.empty((0, 2)), 0.0
    points = centre[hold.clean.kept[inside]]
    known = np.isfinite(points).all(axis=1)
    return time[known], points[known], float(1 - known.mean())
