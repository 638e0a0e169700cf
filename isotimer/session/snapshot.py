"""What screens draw: immutable pictures of the moment, made by the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from isotimer.core.events import EngineView
from isotimer.core.plan import End, HoldStep, TargetBand

if TYPE_CHECKING:
    from isotimer.core.block import FloatArray
    from isotimer.measures.live import LiveView


class LineState(StrEnum):
    """State of the line to the sensor."""

    NONE = "no sensor"
    OPENING = "opening"
    STREAMING = "streaming"
    SILENT = "silent"
    LOST = "lost"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LineView:
    """The line to the sensor, in words and numbers."""

    state: LineState = LineState.NONE
    device: str = ""
    """Name of the device, from its profile."""
    port: str = ""
    rate_hz: float | None = None
    """Measured rate; None until it is known."""
    gaps: int = 0
    rejected: int = 0
    """Frames and values thrown away since the line was opened."""
    unit: str = "N"
    """Unit of the tension: "N", or "counts" while the sensor is not calibrated."""
    message: str = ""
    """What is wrong and what to do; empty while all is well."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for the athlete, said once: listeners get it with the events."""

    text: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One number of a finished hold, or why there is none."""

    id: str
    name: str
    """Plain name."""
    value: float | None
    unit: str
    reason: str = ""
    """Why the value is absent, or why it is doubtful."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the athlete did before in the same series: position, side, mode and setup."""

    holds: int
    """How many holds the series has besides this one."""
    last: Mapping[str, float]
    """Measure id -> value of the newest of them; the length of the hold is "hold_s"."""
    highest: Mapping[str, float]
    """Measure id -> highest value of all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class HoldResult:
    """One finished hold."""

    hold_id: str
    step: HoldStep
    end: End
    hold_s: float
    samples: int
    rate_hz: float | None
    gaps: tuple[tuple[float, float], ...]
    """(at_s, length_s) within the hold, from its start."""
    measures: tuple[MeasureView, ...]
    time_s: FloatArray
    """(n,) trace time from the start of the hold; empty without a sensor."""
    force_n: FloatArray
    """(n,) total tension of the trace."""
    unit: str
    earlier: Earlier | None = None
    """The rest of its series; None if there is none or it is not known."""
    notices: tuple[str, ...] = ()
    """Sentences worth reading: what is doubtful about this hold."""
    why: str = ""
    """Half a sentence about its end."""
    flag: str = ""
    """``false-start`` or ``pain``; empty mostly."""
    step_index: int = -1
    """Which step of the plan it was; -1 if that is not known."""
    signs: tuple[str, ...] = ()
    """The ids of what ``notices`` say about its execution."""
    setup: str = ""
    """Name of the setup it was done with; empty if that was not stated."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a screen needs to draw one frame."""

    now_s: float
    line: LineView
    tension: float | None = None
    """Total tension of the newest sample, in ``line.unit``; None without a sensor or value."""
    engine: EngineView | None = None
    """State of the running session; None between sessions."""
    target: TargetBand | None = None
    """The band of the current hold, in N."""
    last: HoldResult | None = None
    """The newest finished hold of the running session."""
    finished: int = 0
    """Number of holds finished in the running session."""
    message: str = ""
    """One sentence of news for the athlete ("disk full: ..."); empty mostly."""
    live: LiveView | None = None
    """Tension and shake of the last second; None without a sensor."""
    felt: str = ""
    """What to aim at by feel, where the target of the hold has no newtons yet."""
