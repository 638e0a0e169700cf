"""What a coach is told of an athlete: balance, the trend of each series, strength beside the sprints."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Mode, Phase
from isotimer.core.positions import BUILTIN, PositionBook
from isotimer.measures.table import MEASURES
from isotimer.review.balance import Balance
from isotimer.review.bests import Best, personal_bests
from isotimer.review.index import strength_index
from isotimer.review.points import Point, session_points
from isotimer.review.rows import (
    HOLD_LENGTH,
    STRENGTH,
    HoldRow,
    SeriesKey,
    SprintRow,
    better_of,
    by_series,
    same_sensor,
)
from isotimer.review.sprint import by_kind, sprint_days
from isotimer.review.transfer import Transfer, transfer
from isotimer.review.trend import Trend, assess
from isotimer.review.typical import TypicalError, typical_error
from isotimer.review.words import sprint_kind
from isotimer.store.rows import Row

USUAL_MEASURES: dict[Mode, tuple[str, ...]] = {
    Mode.STEADY: ("shake_onset_s", "shake_pct"),
    Mode.MAX: (STRENGTH,),
    Mode.ENDURANCE: (HOLD_LENGTH, "shake_onset_s"),
    Mode.RESPOND: ("reaction_s", "rfd_0_100_n_s"),
    Mode.TRACK: ("tracking_rmse_n",),
    Mode.SWITCH: ("transition_s",),
}
"""What a series of each mode is about."""
SHAKE = "shake_pct"
_KNOWN = {m.id: (m.name, m.unit) for m in MEASURES} | {HOLD_LENGTH: ("length", "s")}
ALL_MEASURES = tuple(dict.fromkeys(m for ids in USUAL_MEASURES.values() for m in ids))


@dataclass(frozen=True, slots=True)
class BalanceView:
    """The balance of one athlete."""

    athlete_id: str
    athlete: str
    at: datetime
    balance: Balance
    holds: int
    """All holds looked at, of the last 112 days."""
    positions: PositionBook = BUILTIN

    @property
    def shown(self) -> Balance:
        """The balance with positions called by their names instead of their ids."""
        gaps = (replace(g, position=self.positions.name(g.position)) for g in self.balance.gaps)
        return replace(self.balance, gaps=tuple(gaps))


@dataclass(frozen=True, slots=True)
class SeriesTrend:
    """One measure of one series over all its sessions."""

    key: SeriesKey
    phase: Phase
    measure: str
    name: str
    unit: str
    points: tuple[Point, ...]
    trials: int
    """How many holds of each session it is made of."""
    left_out: int
    """Sessions with fewer holds than that."""
    other_sensor: int
    """Holds made with another sensor than the latest; not looked at."""
    trend: Trend
    typical: TypicalError
    bests: tuple[Best, ...]

    @property
    def best(self) -> Best | None:
        """The newest best that is more than the first value."""
        return self.bests[-1] if len(self.bests) > 1 else None


@dataclass(frozen=True, slots=True)
class TrackView:
    """Strength, shake and balance of an athlete beside what was run."""

    athlete_id: str
    athlete: str
    strength: tuple[Point, ...]
    """Index of all series by session, first three sessions = 100."""
    phases: dict[Phase, tuple[Point, ...]]
    """The same for each phase."""
    shake: tuple[Point, ...]
    """Shake in % of tension by session, mean of its steady holds; of the sensor and setup used last."""
    runs: dict[str, tuple[Point, ...]]
    """Speed in m/s by day, for each kind of sprint in words."""
    answers: tuple[Transfer, ...]
    """One for each kind of sprint, the one run most often first."""
    sprints: tuple[SprintRow, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an athlete besides holds."""

    athlete_id: str
    mass_kg: float | None
    sessions: int
    notes: tuple[Row, ...]
    """Remarks on the athlete, her sessions and holds, oldest first."""


def measure_name(measure: str) -> tuple[str, str]:
    """Return the plain name and the unit of a measure.

    Raises:
        WrongUseError: If there is none of this id.
    """
    if measure not in _KNOWN:
        raise WrongUseError(f"there is no measure '{measure}'", "", "see docs/measures.md, or use hold_s")
    return _KNOWN[measure]


def series_trend(
    holds: Sequence[HoldRow], measure: str, positions: PositionBook = BUILTIN, **limits: float
) -> SeriesTrend:
    """Return the trend of one measure of one series; only the sensor used last is looked at.

    Args:
        holds: Holds of one series; at least one.
        measure: Id of the measure.
        positions: What positions are called.
        limits: ``window_days`` and ``margin_pct`` of ``review.trend.assess``.
    """
    name, unit = measure_name(measure)
    rows = same_sensor(h for h in holds if h.value(measure) is not None)
    kept = rows or same_sensor(holds)
    found = session_points(kept, measure)
    typical = typical_error(found.points)
    better = better_of(measure)
    first = kept[0]
    label = f"{positions.name(first.position)}, {first.side}, {first.mode}, {name}"
    return SeriesTrend(
        key=first.series,
        phase=first.phase,
        measure=measure,
        name=name,
        unit=unit,
        points=found.points,
        trials=found.trials,
        left_out=found.left_out,
        other_sensor=sum(h.value(measure) is not None for h in holds) - len(rows),
        trend=assess(found.points, label=label, better=better, **limits),
        typical=typical,
        bests=personal_bests([p for p in found.points if p.value > 0], typical, better),
    )


def track_view(
    athlete_id: str, name: str, rows: Sequence[HoldRow], sprints: Sequence[SprintRow]
) -> TrackView:
    """Return strength, shake and balance of an athlete beside what was run.

    Args:
        athlete_id: Key of the athlete.
        name: Name of the athlete.
        rows: All holds, with best second and shake.
        sprints: All sprints.
    """
    strength = strength_index(rows)
    kinds = by_kind(sprints)
    runs: dict[str, tuple[Point, ...]] = {}
    answers = []
    for key in sorted(kinds, key=lambda k: (-len(kinds[k]), k)):
        answer = transfer(strength, sprints, key, label="strength of all series")
        answers.append(answer)
        days = sprint_days(kinds[key])
        runs[sprint_kind(key)] = tuple(replace(p, value=key.distance_m / p.value) for p in days)
    return TrackView(
        athlete_id,
        name,
        strength,
        {phase: strength_index(rows, phase=phase) for phase in Phase},
        _shake(rows),
        runs,
        tuple(answers),
        tuple(sprints),
    )


def _shake(rows: Sequence[HoldRow]) -> tuple[Point, ...]:
    """Return the mean shake of the steady holds of each session, each series with its latest sensor alone."""
    steady = [h for h in rows if h.mode is Mode.STEADY and h.sound and h.value(SHAKE) is not None]
    sessions: dict[str, list[HoldRow]] = {}
    for series in by_series(steady).values():
        for hold in same_sensor(series):
            sessions.setdefault(hold.session_id, []).append(hold)
    found = [
        Point(
            min(h.at for h in holds), sum(h.value(SHAKE) or 0.0 for h in holds) / len(holds), key, len(holds)
        )
        for key, holds in sessions.items()
    ]
    return tuple(sorted(found, key=lambda p: p.at))
