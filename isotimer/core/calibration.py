"""From a sensor's own values to newtons: tare and calibration as data.

``force = (raw - zero_raw) · slope_n_per_raw`` per channel. Raw values are kept, so that a wrong
calibration can be put right later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.units import NEWTONS

TARE_S = 1.0
"""Length of the quiet stretch that a tare averages."""


@dataclass(frozen=True, slots=True)
class Line:
    """Calibration of one channel."""

    zero_raw: float = 0.0
    """The channel's value without load."""
    slope_n_per_raw: float = 1.0
    id: str = ""
    """Key of the stored calibration; empty for what the device's own unit gives."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibration and tare of all channels of a sensor."""

    lines: tuple[Line, ...]
    unit: str
    """Unit of what ``apply`` returns: "N", or "counts" when not calibrated."""

    @staticmethod
    def plain(channels: int, unit: str) -> "Calibration":
        """Return the calibration that changes nothing, for a device that sends ``unit``."""
        return Calibration((Line(),) * channels, unit)

    def apply(self, raw: FloatArray) -> FloatArray:
        """Return (n, c) force for (n, c) raw values."""
        zero = np.array([line.zero_raw for line in self.lines])
        slope = np.array([line.slope_n_per_raw for line in self.lines])
        force: FloatArray = (raw - zero) * slope
        return force

    def tared(self, zero_raw: Sequence[float]) -> "Calibration":
        """Return this calibration with new zeros, one per channel."""
        lines = tuple(replace(line, zero_raw=float(z)) for line, z in zip(self.lines, zero_raw, strict=True))
        return replace(self, lines=lines)

    @property
    def calibrated(self) -> bool:
        """Whether ``apply`` gives newtons."""
        return self.unit == NEWTONS


def tare_zero(
    raw: FloatArray,
    time_s: FloatArray,
    calibration: Calibration,
    *,
    max_load_n: float = 50.0,
    max_move_n: float = 2.0,
) -> FloatArray:
    """Return the (c,) zeros of a quiet, unloaded stretch.

    Args:
        raw: (n, c) raw values of the stretch.
        time_s: (n,) their times.
        calibration: The one in use; it turns the limits into raw values.
        max_load_n: More total load than this against the calibration's own zero is "under load".
        max_move_n: The total must stay within ± this (of the sensor's noise for counts).

    Raises:
        IsotimerError: Too few samples, the sensor is moving, or it is under load.
    """
    good = np.isfinite(raw).all(axis=1)
    advice = "unload the sensor, let it hang still, then tare again"
    if good.sum() < 5 or time_s[-1] - time_s[0] < 0.5 * TARE_S:
        raise IsotimerError(
            "cannot tare", "there are too few samples", "wait for the sensor to send, then tare again"
        )
    values = raw[good]
    if calibration.calibrated:
        total_n = calibration.apply(values).sum(axis=1)
        spread_n = float(np.ptp(np.quantile(total_n, [0.05, 0.95])))
        if spread_n > 2 * max_move_n:
            raise IsotimerError("cannot tare", f"the tension moves by {spread_n:.1f} N", advice)
        if abs(load_n := float(np.median(total_n))) > max_load_n:
            raise IsotimerError("cannot tare", f"the sensor is under load ({load_n:.0f} N)", advice)
    zero: FloatArray = np.median(values, axis=0)
    return zero


@dataclass(frozen=True, slots=True)
class LineFit:
    """A calibration line through known weights."""

    line: Line
    residual_n: float
    """Largest distance of a point from the line, N."""
    linearity_pct: float
    """The same in % of the largest weight."""


def fit_line(points: Sequence[tuple[float, float]]) -> LineFit:
    """Fit raw values to known loads by least squares.

    Args:
        points: (raw, newtons) of two to twenty known loads; one of them may be no load.

    Raises:
        WrongUseError: Fewer than two points, equal loads, or equal raw values.
    """
    if len(points) < 2:
        raise WrongUseError(
            "cannot calibrate", "one load alone fits any line", "give two or more known loads"
        )
    raw, load_n = np.array(points, float).T
    if not np.isfinite(raw).all() or not np.isfinite(load_n).all():
        raise WrongUseError(
            "cannot calibrate", "a load or reading is not a number", "measure that point again"
        )
    if np.ptp(load_n) == 0 or np.ptp(raw) == 0:
        raise WrongUseError(
            "cannot calibrate",
            "all loads or all readings are the same",
            "use loads that differ and check the cable",
        )
    slope, offset = np.polyfit(raw, load_n, 1)
    residual_n = float(np.abs(slope * raw + offset - load_n).max())
    line = Line(zero_raw=float(-offset / slope), slope_n_per_raw=float(slope))
    return LineFit(line, residual_n, 100.0 * residual_n / float(np.abs(load_n).max()))
