"""How far and how fast a centre of pressure wanders."""

import math
from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.lazy import signal

PREDICTION = 0.95
"""Share of future points that the ellipse is to hold."""

LOW_PASS_HZ = 10.0
"""Butterworth, order 4, run forwards and backwards (Koltermann 2018, ISPGR: Scoppa 2013)."""

LEAST_RATE_HZ = 50.0
LEAST_S = 25.0
"""For a number to compare with others' (Scoppa 2013); below it is doubtful, not absent."""


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse that holds a share of the points to come."""

    area: float
    """In the square of the unit of the points."""
    semi_axes: tuple[float, float]
    """Long and short half axis."""
    angle_deg: float
    """Of the long axis, from x towards y, -90 to 90."""


@dataclass(frozen=True, slots=True)
class Sway:
    """Sway of a centre of pressure; lengths in the unit of the points."""

    path: float
    mean_speed: float
    """Path over T = (N - 1) / rate."""
    mean_speed_axes: tuple[float, float]
    rms_distance: float
    """Root of the mean square distance from the mean point."""
    mean_distance: float
    sd_axes: tuple[float, float]
    """With n - 1."""
    range_axes: tuple[float, float]
    ellipse: Ellipse
    mean_frequency_hz: float
    """Planar: path / (2 pi x mean distance x T) (Prieto 1996)."""


def sway(points: FloatArray, rate_hz: float) -> Sway:
    """Return the sway of evenly spaced points, unfiltered.

    Args:
        points: (n, 2) without NaN, any unit of length.
        rate_hz: Their rate.

    Raises:
        ValueError: With fewer than three points, or a point that is not a number.
    """
    if len(points) < 3 or not np.isfinite(points).all():
        raise ValueError("at least three whole points are needed")
    steps = np.abs(np.diff(points, axis=0))
    length = float(np.hypot(steps[:, 0], steps[:, 1]).sum())
    seconds = (len(points) - 1) / rate_hz
    away = points - points.mean(axis=0)
    distance = np.hypot(away[:, 0], away[:, 1])
    mean_distance = float(distance.mean())
    speed_x, speed_y = (steps.sum(axis=0) / seconds).tolist()
    sd_x, sd_y = points.std(axis=0, ddof=1).tolist()
    range_x, range_y = np.ptp(points, axis=0).tolist()
    frequency = length / (2 * math.pi * mean_distance * seconds) if mean_distance > 0 else math.nan
    return Sway(
        path=length,
        mean_speed=length / seconds,
        mean_speed_axes=(speed_x, speed_y),
        rms_distance=float(np.sqrt((distance**2).mean())),
        mean_distance=mean_distance,
        sd_axes=(sd_x, sd_y),
        range_axes=(range_x, range_y),
        ellipse=prediction_ellipse(points),
        mean_frequency_hz=frequency,
    )


def prediction_ellipse(points: FloatArray, share: float = PREDICTION) -> Ellipse:
    """Return the ellipse that will hold a further point with a probability of ``share``.

    Area = pi sqrt(det S) 2 (n - 1)(n + 1) / (n (n - 2)) F(share; 2, n - 2), S with n - 1. This is the
    prediction ellipse; the confidence ellipse of the mean is smaller by about n and means something else
    (Schubert and Kirchner 2014).

    Args:
        points: (n, 2), n >= 3.
        share: Between 0 and 1.
    """
    n = len(points)
    factor = 2 * (n - 1) * (n + 1) / (n * (n - 2)) * _f_quantile(share, n - 2)
    values, vectors = np.linalg.eigh(np.cov(points, rowvar=False, ddof=1))
    short, long = np.sqrt(np.maximum(values, 0.0) * factor).tolist()
    x, y = vectors[:, 1].tolist()
    angle = math.degrees(math.atan2(y, x))
    return Ellipse(math.pi * long * short, (long, short), (angle + 90.0) % 180.0 - 90.0)


def mean_spectral_frequency(points: FloatArray, rate_hz: float) -> float:
    """Return the power-weighted mean frequency of both axes, in Hz.

    Per axis Welch with Hann windows of half the length, half overlapping, constant detrend; the mean
    is the integral of f P over that of P; the axes are averaged by their power. The definition of the
    published balance data sets (Santos and Duarte 2016).

    Args:
        points: (n, 2).
        rate_hz: Their rate.
    """
    size = round(len(points) / 2)
    means, weights = [], []
    for axis in points.T:
        freq, power = signal().welch(axis, rate_hz, window="hann", nperseg=size, noverlap=size // 2)
        total = np.trapezoid(power, freq)
        means.append(float(np.trapezoid(freq * power, freq) / total) if total > 0 else 0.0)
        weights.append(float(power.sum()))
    return float(np.average(means, weights=weights)) if sum(weights) > 0 else math.nan


def smoothed(points: FloatArray, rate_hz: float, cut_hz: float = LOW_PASS_HZ) -> FloatArray:
    """Return points low-passed without delay (Butterworth, order 4); path length means little without.

    Points at a rate too low for the cut come back as they are.

    Args:
        points: (n, 2) evenly spaced, without NaN.
        rate_hz: Their rate.
        cut_hz: Cut-off frequency.
    """
    if cut_hz >= 0.45 * rate_hz or len(points) < 32:
        return points
    tools = signal()
    sections = tools.butter(4, cut_hz, fs=rate_hz, output="sos")
    return np.asarray(tools.sosfiltfilt(sections, points, axis=0), np.float64)


def _f_quantile(share: float, freedom: int) -> float:
    """Return the quantile of F with 2 and ``freedom`` degrees of freedom, which has a closed form."""
    return float(freedom / 2 * ((1 - share) ** (-2 / freedom) - 1))
