"""Known weights hung on a sensor one after the other: what may be hung, and when a reading can be taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.calibration import LineFit, averaged_over, fit_line, noise_of, restless
from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.units import STANDARD_GRAVITY

MOST_WEIGHTS = 6
"""Weights that may be hung besides the empty sensor."""
HEAVIEST_KG = 2000.0
STALE_DAYS = 180.0
"""A calibration older than this is said to be old, unless another age was set."""
READ_S = 1.5
"""A reading is the median of so many seconds, or of 8 samples if these take longer."""
LONGEST_S = 6.0
"""No reading looks further back."""
PULL_N = 5.0
"""A pull must change the tension by this to tell its sign."""
CROOKED_PCT = 1.0
"""A line from which a point lies further away, in % of the largest weight, is said to be crooked."""
_LEAST = 8


@dataclass(frozen=True, slots=True)
class Point:
    """One known weight and what the sensor said."""

    raw: float
    mass_kg: float
    noise: float = 0.0
    """SD of the noise of that reading, in raw units."""

    @property
    def load_n(self) -> float:
        """The weight in newtons, by standard gravity."""
        return self.mass_kg * STANDARD_GRAVITY


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest reading of one channel."""

    raw: float | None
    """Median of the stretch; None while there is too little."""
    trouble: str = ""
    """Why it cannot be taken as a point; empty if it can."""
    noise: float = 0.0
    """SD of its noise, in raw units."""


def parse_weight(text: str, points: Sequence[Point]) -> float:
    """Return a mass in kg that was typed.

    Args:
        text: Kilograms, as "20", "2,5" or "2.5 kg".
        points: What was measured already.

    Raises:
        WrongUseError: If it is no mass, negative, too heavy, measured already, or one too many.
    """
    bare = text.strip().lower().removesuffix("kg").strip()
    if not bare:
        raise WrongUseError("the weight is missing", "", "type its kilograms, like 20 or 2.5")
    try:
        mass_kg = float(bare.replace(",", ".")) if "_" not in bare else np.nan
    except ValueError:
        mass_kg = np.nan
    if not np.isfinite(mass_kg):
        raise WrongUseError(f"'{text.strip()}' is no mass", "", "give kilograms, like 20 or 2.5")
    if not 0 <= mass_kg <= HEAVIEST_KG:
        raise WrongUseError(f"{mass_kg:g} kg is no mass to hang on", "", f"give 0 to {HEAVIEST_KG:g} kg")
    if any(abs(p.mass_kg - mass_kg) < 1e-6 for p in points):
        what = f"{mass_kg:g} kg" if mass_kg else "the empty sensor"
        raise WrongUseError(f"{what} was measured already", "", "hang another weight on")
    if sum(p.mass_kg > 0 for p in points) >= MOST_WEIGHTS:
        raise WrongUseError(f"{MOST_WEIGHTS} weights are enough", "", "keep this line, or begin anew")
    return mass_kg


def reading(time_s: FloatArray, raw: FloatArray, points: Sequence[Point], delay_s: float = 0.0) -> Reading:
    """Return the reading of one channel at the end of a stretch, and whether it stands still.

    A swinging weight moves by more than the noise, or than three times that of the empty sensor. 0.3 % of
    the distance from the empty sensor is let through: no line is made better by waiting longer.

    Args:
        time_s: (n,) times of the newest seconds.
        raw: (n,) values of the channel, NaN where void.
        points: What was measured already, the empty sensor first.
        delay_s: Group delay of the device's own filter.
    """
    good = np.isfinite(raw)
    time_s, raw = time_s[good], raw[good]
    if len(raw) < _LEAST:
        return Reading(None, "the sensor sends too little")
    first = min(int(np.searchsorted(time_s, time_s[-1] - READ_S)), len(raw) - _LEAST)
    values, span_s = raw[first:], float(time_s[-1] - time_s[first])
    if span_s < 0.8 * READ_S:
        return Reading(None, "wait a moment")
    middle = float(np.median(values))
    noise, allowed = noise_of(values, averaged_over(time_s[first:], delay_s)), 0.0
    if points:
        noise, allowed = min(noise, 3 * points[0].noise), 0.003 * abs(middle - points[0].raw)
    return Reading(middle, restless(values, noise, allowed), noise)


def taken(found: Reading, mass_kg: float) -> Point:
    """Return the point that a reading gives.

    Raises:
        IsotimerError: If the reading does not stand still.
    """
    if found.raw is None or found.trouble:
        raise IsotimerError("cannot read the weight", found.trouble, "let it hang still, then again")
    return Point(found.raw, mass_kg, found.noise)


def fit_points(points: Sequence[Point]) -> LineFit | None:
    """Return the line through the points; None while there are fewer than two.

    Raises:
        WrongUseError: If no line goes through them.
    """
    return fit_line([(p.raw, p.load_n) for p in points]) if len(points) > 1 else None


def fit_words(points: Sequence[Point], fit: LineFit) -> str:
    """Return how well the points lie on their line."""
    if len(points) == 2:
        return "linearity: two points fit any line; another weight would show it"
    words = f"linearity: largest distance {fit.residual_n:.3f} N = {fit.linearity_pct:.2f} %"
    if fit.linearity_pct > CROOKED_PCT:
        words += "; that is much: check the weights, the cable and that nothing touches the sensor"
    return words


def pull_words(tension_n: float | None) -> str:
    """Return what a pull says about the sign of a calibration."""
    if tension_n is None or abs(tension_n) < PULL_N:
        return f"pull now, by more than {PULL_N:g} N"
    if tension_n > 0:
        return f"the pull reads {tension_n:+.1f} N: the sign is right"
    return f"the pull reads {tension_n:+.1f} N: the sign is wrong, turn it"
