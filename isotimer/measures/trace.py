"""The input of all measures: the samples of one hold and what is known about how they were taken."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.units import COUNTS, NEWTONS


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Samples of one hold with their times and circumstances.

    Nothing here is cleaned: voids are NaN, samples may be missing, times uneven. Forces are in ``unit``,
    after tare. ``Prepared`` turns a trace into what the measures share.

    Raises:
        ValueError: If the arrays do not match in length or are not one-dimensional.
    """

    time_s: FloatArray
    """(n,) time relative to the start of the hold, s; negative before it."""
    force_n: FloatArray
    """(n,) total tension; NaN where void."""
    hold_s: float
    """True length of the hold, s."""
    planned_s: float | None = None
    """Planned length, s; None if open."""
    unit: str = NEWTONS
    """"N", or "counts" for a sensor that is not calibrated."""
    mode: str = ""
    """A ``core.plan.Mode``; empty if unknown (a file from elsewhere)."""
    end: str = ""
    """A ``core.plan.End``; empty if unknown."""
    target_n: float | None = None
    low_n: float | None = None
    high_n: float | None = None
    """Target force and its band."""
    target_path_n: FloatArray | None = None
    """(n,) the moving target at each sample's time, for mode "track"."""
    cue_s: float | None = None
    """Time at which the go cue was ordered, relative to the start of the hold."""
    cue_latency_s: float | None = 0.0
    """How much later the athlete could hear or see it; None if nobody knows."""
    changes_s: tuple[float, ...] = ()
    """Times at which mode "switch" asked for a change, relative to the start of the hold."""
    filter_delay_s: float | None = None
    """Group delay of the sensor's own filter; None if unknown."""
    body_mass_kg: float | None = None
    noise_floor_n: float | None = None
    """RMS of the unloaded sensor in the shake band 4-15 Hz; None if not measured."""
    resonance_hz: float | None = None
    """Own frequency of strap, cell and limb, from a tap test."""
    saturation_n: float | None = None
    """The force beyond which the sensor clips."""
    plate: bool = False
    """Whether the sensor is a force plate that a person stands on."""
    window_s: tuple[float, float] | None = None
    """An analysis window chosen by hand, instead of plateau start to 0.5 s before the release."""
    left_n: FloatArray | None = None
    right_n: FloatArray | None = None
    """(n,) what each side carries; None where the rig does not tell sides. NaN where void."""
    centre_mm: FloatArray | None = None
    """(n, 2) centre of pressure, x to the right and y to the front; None without a plate that has one.
    NaN where the plate is too little loaded."""
    share_pct: tuple[float, float] | None = None
    """Lowest and highest share of the right side that was asked for, %."""

    def __post_init__(self) -> None:
        if self.time_s.ndim != 1 or self.time_s.shape != self.force_n.shape:
            raise ValueError("time_s and force_n must be one-dimensional and of one length")
        if self.target_path_n is not None and self.target_path_n.shape != self.time_s.shape:
            raise ValueError("target_path_n must have one value per sample")
        for side in (self.left_n, self.right_n):
            if side is not None and side.shape != self.time_s.shape:
                raise ValueError("left_n and right_n must have one value per sample")
        if self.centre_mm is not None and self.centre_mm.shape != (self.time_s.size, 2):
            raise ValueError("centre_mm must have x and y per sample")

    @property
    def calibrated(self) -> bool:
        """Whether tension is in newtons."""
        return self.unit != COUNTS

    @staticmethod
    def without_sensor(
        hold_s: float, planned_s: float | None = None, mode: str = "", end: str = ""
    ) -> "Trace":
        """Return the trace of a hold that no sensor has seen."""
        none = np.empty(0)
        return Trace(none, none, hold_s, planned_s, mode=mode, end=end)
