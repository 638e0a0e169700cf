"""What goes into the store and comes out of it, as plain types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isotimer.core.block import Block

Row = dict[str, Any]
"""One row of a view; JSON columns are parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldStart:
    """Everything known when a hold begins."""

    session_id: str
    position: str
    phase: str
    side: str
    mode: str
    step_index: int
    start_s: float
    """Session time (host monotonic seconds) of the start; trace times count from here."""
    set_no: int = 1
    rep_no: int = 1
    attempt: int = 1
    planned_s: float | None = None
    """None for an open end."""
    start_mode: str = "clock"
    started_at: datetime | None = None
    """Aware wall-clock time of the start; now if None."""
    target_n: float | None = None
    target_low_n: float | None = None
    target_high_n: float | None = None
    setup_id: str | None = None
    device_id: str | None = None
    """None for a hold without a sensor."""
    calibration_ids: tuple[str, ...] = ()
    """Stored calibrations in use, one per channel; empty when the device's own unit is taken."""
    unit: str | None = None
    """Base unit of the raw values turned into force: "N" or "counts"; None without a sensor."""
    channels: tuple[str, ...] = ()
    """Names of the channels, in the order of the arrays."""
    zero_raw: tuple[float, ...] = ()
    """Per channel: the raw value without load (calibration and tare)."""
    slope_n_per_raw: tuple[float, ...] = ()
    """Per channel: newtons per raw unit."""
    zero_before_n: float | None = None
    """Mean unloaded reading before the hold."""
    noise_floor_n: float | None = None
    """RMS of the unloaded sensor in the shake band, measured earlier."""
    resonance_hz: float | None = None
    """The rig's own frequency, from a tap test made earlier."""
    step: str = "{}"
    """The step of the plan, and what was told during the hold, as JSON."""
    rig: str = "{}"
    """The rig that it was made with, as JSON."""
    device_ids: tuple[str, ...] = ()
    """With a rig the device of each channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFinish:
    """Everything known when a hold is over."""

    end: str
    """completed, released, aborted, device-lost or interrupted."""
    hold_s: float | None
    """True length; None only for an interrupted hold of which nobody knows how long it was."""
    why: str = ""
    start_s: float | None = None
    """Session time of the start, if it turned out other than at ``begin_hold``."""
    samples: int = 0
    """Samples within the hold."""
    rate_hz: float | None = None
    """Measured rate."""
    gaps: tuple[tuple[float, float], ...] = ()
    """(at_s, length_s) from the start of the hold."""
    zero_before_n: float | None = None
    """Replaces the value given at the start, unless None."""
    zero_after_n: float | None = None
    noise_floor_n: float | None = None
    """Replaces the value given at the start, unless None."""
    warnings: tuple[str, ...] = ()
    """What makes this hold doubtful, in plain sentences."""
    flag: str = ""
    """``false-start`` or ``pain``; an earlier flag stays if it is empty."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One number of a hold, or the reason why there is none."""

    id: str
    value: float | None
    unit: str
    reason: str = ""
    """Why there is no value."""
    doubt: str = ""
    """Why the value is doubtful."""
    version: int = 1
    """Version of the algorithm that gave it."""


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """The line from raw values to newtons of one channel."""

    channel: int
    slope_n_per_raw: float
    zero_raw: float
    points: tuple[tuple[float, float], ...] = ()
    """(raw, newtons) that it was fitted to; empty if the numbers were typed in."""
    residual_n: float | None = None
    id: str = ""
    """Given by the store."""
    made_at: str = ""
    """UTC; given by the store."""


@dataclass(frozen=True, slots=True)
class RigCheck:
    """What was measured of a sensor and its rig apart from any hold."""

    noise_floor_n: float | None = None
    """RMS of the unloaded sensor in the shake band."""
    noise_floor_at: str | None = None
    """UTC."""
    resonance_hz: float | None = None
    """Own frequency of strap, sensor and what hangs on it."""
    resonance_at: str | None = None
    """UTC."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A sensor that was used before."""

    id: str
    profile_id: str
    name: str
    port: str
    """Where it was last."""
    usb_id: str
    serial_number: str
    used_at: str
    """UTC."""
    check: RigCheck = RigCheck()


@dataclass(frozen=True, slots=True, eq=False)
class Unfinished:
    """A hold that a crash left behind."""

    hold: Row
    """Its row of v_holds."""
    start_s: float
    block: Block | None
    """All that was journalled, in order, on the session time of then; None if nothing was."""


@dataclass(frozen=True, slots=True)
class Series:
    """Holds that may be compared with each other."""

    position: str
    side: str
    mode: str
    setup_id: str | None = None


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """The newest values and the extremes of a series; keys are (measure id, unit)."""

    holds: int
    last_hold_id: str | None
    last: Mapping[tuple[str, str], float]
    highest: Mapping[tuple[str, str], float]
    lowest: Mapping[tuple[str, str], float]
