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


@dataclass(frozen=True, slots=True)
class TareLimits:
    """What a sensor may show while it is taken to be unloaded and still."""

    load_n: float = 50.0
    """More total load than this against the calibration's own zero is "under load"."""
    move_n: float = 2.0
    """The total must stay within ± this. A sensor in counts, whose load nobody knows, must not move by more
    than its own noise."""


def tare_zero(
    raw: FloatArray,
    time_s: FloatArray,
    calibration: Calibration,
    limits: TareLimits | None = None,
    *,
    delay_s: float = 0.0,
) -> FloatArray:
    """Return the (c,) zeros of a quiet, unloaded stretch.

    Args:
        raw: (n, c) raw values of the stretch.
        time_s: (n,) their times.
        calibration: The one in use; it turns the limits into raw values.
        limits: What is unloaded and still; the usual ones if not given.
        delay_s: Group delay of the device's own filter.

    Raises:
        IsotimerError: Too few samples, the sensor is moving, or it is under load.
    """
    limits = limits or TareLimits()
    good = np.isfinite(raw).all(axis=1)
    advice = "unload the sensor, let it hang still, then tare again"
    if good.sum() < 5 or time_s[-1] - time_s[0] < 0.5 * TARE_S:
        raise IsotimerError(
            "cannot tare", "there are too few samples", "wait for the sensor to send, then tare again"
        )
    values = raw[good]
    if not calibration.calibrated:
        for channel in values.T:
            if reason := restless(channel, noise_of(channel, averaged_over(time_s, delay_s))):
                raise IsotimerError("cannot tare", reason, advice)
    else:
        total_n = calibration.apply(values).sum(axis=1)
        spread_n = float(np.ptp(np.quantile(total_n, [0.05, 0.95])))
        if spread_n > 2 * limits.move_n:
            raise IsotimerError("cannot tare", f"the tension moves by {spread_n:.1f} N", advice)
        if abs(load_n := float(np.median(total_n))) > limits.load_n:
            raise IsotimerError("cannot tare", f"the sensor is under load ({load_n:.0f} N)", advice)
    zero: FloatArray = np.median(values, axis=0)
    return zero


def averaged_over(time_s: FloatArray, delay_s: float) -> float:
    """Return over how many samples a device averages whose filter delays by half as many."""
    return max(1.0, 2 * delay_s * (len(time_s) - 1) / max(float(time_s[-1] - time_s[0]), 1e-3))


def noise_of(values: FloatArray, averaged: float = 1.0) -> float:
    """Return the SD of a sensor's noise, from the steps between samples: slow movement hardly counts.

    It is the normal-consistent median absolute deviation of the steps ÷ √2, times √``averaged``.

    Args:
        values: (n,) finite raw values, n at least 2.
        averaged: Over how many samples the device's own filter averages; it makes steps small.
    """
    steps = np.diff(values)
    return float(1.4826 * np.median(np.abs(steps - np.median(steps))) * np.sqrt(averaged / 2))


def restless(values: FloatArray, noise: float, allowed: float = 0.0) -> str:
    """Return why a stretch of raw values is not at rest; empty if it is.

    The medians of five parts of it may differ by four times the noise, by three of the sensor's smallest
    steps, or by ``allowed``.

    Args:
        values: (n,) finite raw values of about a second, n at least 5.
        noise: SD of the sensor's noise, in raw units.
        allowed: What the sensor may move besides, in raw units.
    """
    middles = np.array([np.median(part) for part in np.array_split(values, 5)])
    steps = np.abs(np.diff(values))
    least = float(steps[steps > 0].min()) if (steps > 0).any() else 0.0
    sway = float(np.ptp(middles))
    return f"the reading moves by {sway:.4g}" if sway > max(4 * noise, 3 * least, allowed) else ""


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
