"""A sensor on the bench: known weights on one channel, a line through them, a pull that shows its sign."""

import time
from dataclasses import replace

import numpy as np

from isotimer.core.calibration import Line, LineFit
from isotimer.core.errors import WrongUseError
from isotimer.core.weights import (
    LONGEST_S,
    Point,
    Reading,
    fit_points,
    fit_words,
    parse_weight,
    pull_words,
    reading,
    taken,
)
from isotimer.session.acquisition import Acquisition
from isotimer.store.rows import CalibrationRow

_NOW_S = 0.3


class Bench:
    """The calibration of one channel in the making; nothing changes before it is kept.

    Args:
        acquisition: The sensor; samples flow.
        channel: Which channel, from 0.
        place: Where it stands among the channels that are shown, and their names; its own sensor's if None.

    Raises:
        WrongUseError: If the sensor has no such channel.
    """

    def __init__(
        self, acquisition: Acquisition, channel: int = 0, place: tuple[int, tuple[str, ...]] | None = None
    ) -> None:
        self._acquisition = acquisition
        profile = acquisition.connection.profile
        own = tuple(c.name for c in profile.channel)
        if not 0 <= channel < len(own):
            raise WrongUseError(f"channel {channel}", f"{profile.id} has channels 0 to {len(own) - 1}")
        self._own = channel
        self.channel, self.channels = place or (channel, own)
        """Which of the channels shown it is, and their names."""
        self.points: tuple[Point, ...] = ()
        self.fit: LineFit | None = None
        """The line through the points, as they were loaded."""
        self._turned = False

    @property
    def line(self) -> Line:
        """The line that would be kept: the new one, else the one in use, turned if it was turned."""
        used = self._acquisition.calibration.lines[self._own]
        line = self.fit.line if self.fit is not None else used
        return replace(line, slope_n_per_raw=-line.slope_n_per_raw) if self._turned else line

    @property
    def newtons(self) -> bool:
        """Whether the line gives newtons."""
        return self.fit is not None or self._acquisition.calibration.calibrated

    @property
    def changed(self) -> bool:
        """Whether there is anything to keep."""
        return self.fit is not None or self._turned

    def reading(self) -> Reading:
        """Return the reading of this moment, and whether it stands still."""
        recent = self._acquisition.ring.since(time.monotonic() - LONGEST_S)
        delay_s = self._acquisition.connection.profile.rate.delay_s
        return reading(recent.time_s, recent.raw[:, self._own], self.points, delay_s)

    def tension(self) -> float | None:
        """Return the tension of this moment under the line, in N; None if there is none."""
        raw = self._acquisition.ring.since(time.monotonic() - _NOW_S).raw[:, self._own]
        raw = raw[np.isfinite(raw)]
        line = self.line
        known = len(raw) and self.newtons
        return float((np.median(raw) - line.zero_raw) * line.slope_n_per_raw) if known else None

    def check(self, text: str) -> float:
        """Return the mass in kg that was typed for the next point.

        Raises:
            WrongUseError: If it is none, was measured already, or is one too many.
        """
        return parse_weight(text, self.points) if self.points else 0.0

    def take(self, text: str) -> Point:
        """Take the present reading as that of a known weight; the first is that of the empty sensor.

        Args:
            text: The mass as it was typed; not looked at for the empty sensor.

        Raises:
            WrongUseError: If the mass is none, was measured already, or no line goes through the points.
            IsotimerError: If the reading does not stand still.
        """
        points = (*self.points, taken(self.reading(), self.check(text)))
        self.fit = fit_points(points)
        self.points = points
        return points[-1]

    def undo(self) -> None:
        """Forget the last point."""
        self.points = self.points[:-1]
        self.fit = fit_points(self.points)

    def turn(self) -> None:
        """Turn the sign: the sensor is pulled the other way than it was loaded.

        Raises:
            WrongUseError: If there is no line yet.
        """
        if not self.newtons:
            raise WrongUseError("there is no line to turn", "", "hang a known weight on first")
        self._turned = not self._turned

    def rows(self) -> tuple[str, ...]:
        """Return the points in words, with their distance from the line where it tells something."""
        rows = []
        for number, point in enumerate(self.points, 1):
            name = f"{point.mass_kg:g} kg" if point.mass_kg else "empty"
            far = ""
            if self.fit is not None and len(self.points) > 2:
                line = self.fit.line
                off_n = (point.raw - line.zero_raw) * line.slope_n_per_raw - point.load_n
                far = f"{off_n:+10.3f} N off"
            rows.append(f"{number}  {name:>10}  {point.load_n:9.2f} N  at {point.raw:14.6g}{far}")
        return tuple(rows)

    def words(self) -> tuple[str, ...]:
        """Return the line, how well the points lie on it, and what the pull says."""
        if not self.newtons:
            return ()
        line = self.line
        fitted = (fit_words(self.points, self.fit),) if self.fit is not None else ()
        told = f"{line.slope_n_per_raw:.6g} N per raw unit, zero at {line.zero_raw:.6g}"
        return (told, *fitted, pull_words(self.tension()))

    def row(self) -> CalibrationRow:
        """Return what is to be kept."""
        sign = -1.0 if self._turned else 1.0
        points = tuple((p.raw, sign * p.load_n) for p in self.points) if self.fit else ()
        residual_n = self.fit.residual_n if self.fit is not None and len(points) > 2 else None
        return CalibrationRow(self._own, self.line.slope_n_per_raw, self.line.zero_raw, points, residual_n)
