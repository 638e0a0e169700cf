"""What review looks at: holds and sprints as plain rows, and what makes holds comparable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from isotimer.core.plan import End, Mode, Phase, Side

HOLD_LENGTH = "hold_s"
"""The one measure that is no entry of ``HoldRow.values``: the true length of the hold."""

STRENGTH = "tension_best_1s_n"
"""The measure that stands for strength in holds of mode ``max``."""

PAIN_LIMIT = 4
"""From this pain on (0 to 10) a hold tells nothing about strength."""

DAY_S = 86400.0


class Better(StrEnum):
    """Which way a measure gets better, if either way can be called so."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


_BETTER: Mapping[str, Better] = {
    HOLD_LENGTH: Better.HIGHER,
    "tension_mean_n": Better.HIGHER,
    "tension_peak_n": Better.HIGHER,
    STRENGTH: Better.HIGHER,
    "impulse_n_s": Better.HIGHER,
    "on_target_s": Better.HIGHER,
    "on_target_pct": Better.HIGHER,
    "rfd_0_50_n_s": Better.HIGHER,
    "rfd_0_100_n_s": Better.HIGHER,
    "rfd_0_200_n_s": Better.HIGHER,
    "rfd_peak_20ms_n_s": Better.HIGHER,
    "target_rmse_n": Better.LOWER,
    "time_to_90_pct_s": Better.LOWER,
    "reaction_s": Better.LOWER,
    "tracking_rmse_n": Better.LOWER,
    "tracking_lag_s": Better.LOWER,
    "tracking_rest_n": Better.LOWER,
    "transition_s": Better.LOWER,
}


def better_of(measure: str) -> Better:
    """Return which way a measure gets better; shake, wobble and variation are called neither.

    That less (or later) shake is progress has not been shown, so it is not said.
    """
    return _BETTER.get(measure, Better.NEITHER)


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """Holds of one series may be compared with each other."""

    position: str
    side: Side
    mode: Mode
    setup: str = ""
    """Id or name of the equipment setup; empty if none was stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One hold that is over."""

    hold_id: str
    session_id: str
    athlete_id: str
    at: datetime
    """Aware time of the start."""
    position: str
    phase: Phase
    side: Side
    mode: Mode
    setup: str = ""
    device: str = ""
    """Sensor; levels taken with different sensors are not compared."""
    hold_s: float | None = None
    """True length; None if nobody knows it."""
    end: End = End.COMPLETED
    flag: str = ""
    """Why the hold is set aside; empty if it is not, or was looked at and accepted."""
    pain: int | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    """Measures that have a value, by id; absent ones are not in it."""

    @property
    def series(self) -> SeriesKey:
        """The series that the hold belongs to."""
        return SeriesKey(self.position, self.side, self.mode, self.setup)

    @property
    def day(self) -> float:
        """Days since 1970-01-01 UTC."""
        return day_of(self.at)

    @property
    def sound(self) -> bool:
        """Whether its measures may be compared: it ended as meant, is not set aside, and did not hurt."""
        ended = self.end in (End.COMPLETED, End.RELEASED)
        return ended and not self.flag and (self.pain is None or self.pain < PAIN_LIMIT)

    def value(self, measure: str) -> float | None:
        """Return a measure, None if it is absent."""
        return self.hold_s if measure == HOLD_LENGTH else self.values.get(measure)


class Timing(StrEnum):
    """How a sprint was timed."""

    HAND = "hand"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True, order=True)
class SprintKey:
    """Sprints of one kind; only these are compared."""

    distance_m: float
    flying: bool
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class SprintRow:
    """One sprint."""

    sprint_id: str
    athlete_id: str
    at: datetime
    """Aware time."""
    distance_m: float
    flying: bool
    """Whether the distance was entered at speed, not from standing."""
    time_s: float
    timing: Timing
    steps: int | None = None
    contact_s: float | None = None
    """Ground contact time."""

    @property
    def key(self) -> SprintKey:
        """The kind of sprint."""
        return SprintKey(self.distance_m, self.flying, self.timing)

    @property
    def day(self) -> float:
        """Days since 1970-01-01 UTC."""
        return day_of(self.at)


def day_of(at: datetime) -> float:
    """Return days since 1970-01-01 UTC of an aware time."""
    return at.timestamp() / DAY_S


def by_series(holds: Iterable[HoldRow]) -> dict[SeriesKey, list[HoldRow]]:
    """Return holds by series, each list in the order of time."""
    found: dict[SeriesKey, list[HoldRow]] = {}
    for hold in sorted(holds, key=lambda h: h.at):
        found.setdefault(hold.series, []).append(hold)
    return found


def same_sensor(holds: Iterable[HoldRow]) -> list[HoldRow]:
    """Return the holds of one series that were made with the sensor of its latest hold, oldest first."""
    ordered = sorted(holds, key=lambda h: h.at)
    return [h for h in ordered if h.device == ordered[-1].device]
