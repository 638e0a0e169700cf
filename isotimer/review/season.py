"""A season of made-up athletes whose truth is known: for trying out what review says, and for showing it.

Nothing here was measured. Levels are round numbers, not norms.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from isotimer.core.plan import End, Mode, Phase, Side
from isotimer.review.rows import STRENGTH, HoldRow, SprintRow, Timing

SYNTHETIC = "synthetic"
"""Setup and sensor of every hold made here, so that it can never pass for a measured one."""

POSITIONS: Mapping[Phase, str] = {
    Phase.PUSH: "ankle-iso-push",
    Phase.SWING: "supine-90-90-hip-pull",
    Phase.RETURN: "hamstring-90-90-push",
}
_START_N: Mapping[Phase, float] = {Phase.PUSH: 900.0, Phase.SWING: 280.0, Phase.RETURN: 380.0}
_SIDES = (Side.LEFT, Side.RIGHT)
_WEEK = 7.0
_TRIAL_APART = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """Strength that a phase lacks."""

    phase: Phase
    side: Side = Side.BOTH
    share: float = 0.10
    from_week: float = 6.0
    """When it begins; below 0 for one that was there from the start."""
    over_weeks: float = 0.0
    """How long it takes to come about."""

    def at(self, week: float) -> float:
        """Return the share that is lacking in some week of the season."""
        since = week - self.from_week
        if since < 0:
            return 0.0
        return self.share * (min(since / self.over_weeks, 1.0) if self.over_weeks > 0 else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of one athlete and has to be found again."""

    name: str
    gain: Mapping[Phase, float] = field(default_factory=dict)
    """Share of strength that each phase gains, evenly from week 0 to ``gain_to_week``; none by default."""
    gain_to_week: float = 12.0
    """Flat from then on."""
    weakness: Weakness | None = None
    neglected: Phase | None = None
    """A phase that is done in every third session only."""
    sprint_gain: float = 0.0
    """Share of sprint time lost for each share of strength gained (0.3: 10 % stronger, 3 % faster)."""
    sprint_lag_days: float = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a season is trained and how much its numbers vary. Variations are SD of logarithms."""

    weeks: int = 12
    sessions_per_week: int = 2
    trials: int = 3
    one_phase_a_session: bool = False
    """Whether push, swing and return take turns."""
    attendance: float = 0.9
    day_sd: float = 0.02
    """Good and bad days; shared by all holds of a session."""
    session_sd: float = 0.025
    """Of one position and side from session to session."""
    trial_sd: float = 0.025
    drift_sd: float = 0.01
    """Slow wandering of each phase by itself; it is forgotten within about ten days."""
    side_sd: float = 0.02
    """Natural difference of the sides, fixed for each phase."""
    shake_holds: bool = False
    """Whether each session also has a steady hold per phase and side, with its shake."""
    sprint_sd: float = 0.008
    sprints_per_week: int = 0
    timing: Timing = Timing.ELECTRONIC


@dataclass(frozen=True, slots=True)
class Season:
    """One athlete's season and its truth."""

    truth: Truth
    holds: tuple[HoldRow, ...]
    sprints: tuple[SprintRow, ...]


def squad() -> tuple[Truth, ...]:
    """Return ten made-up athletes: six with a deficit of about 10 %, four without."""
    even = dict.fromkeys(Phase, 0.15)
    others = {Phase.PUSH: 0.13, Phase.RETURN: 0.13}
    return (
        Truth(name="Ada", weakness=Weakness(phase=Phase.PUSH)),
        Truth(name="Bo", gain=even, weakness=Weakness(phase=Phase.SWING, from_week=4, over_weeks=4)),
        Truth(name="Cleo", weakness=Weakness(phase=Phase.RETURN, from_week=5)),
        Truth(name="Dov", weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, from_week=-1)),
        Truth(name="Eni", weakness=Weakness(phase=Phase.PUSH, side=Side.RIGHT, from_week=4)),
        Truth(name="Finn", gain=others, gain_to_week=8.0),
        Truth(name="Gus"),
        Truth(name="Hana", gain=even, sprint_gain=0.4),
        Truth(name="Ivo", gain=even, gain_to_week=5.0),
        Truth(name="Jo", gain={Phase.PUSH: 0.12}),
    )


def make_season(truth: Truth, start: datetime, seed: int, habits: Habits | None = None) -> Season:
    """Return a season of holds (and sprints, if asked for) with known truth.

    Args:
        truth: What is to be found.
        start: Aware time of its first day; week 0 begins here.
        seed: The same seed gives the same season.
        habits: How it is trained.
    """
    return _Maker(truth, start, np.random.default_rng(seed), habits or Habits()).season()


def true_log_level(truth: Truth, phase: Phase, side: Side, week: float) -> float:
    """Return the true log strength against the start of the season."""
    gained = (
        truth.gain.get(phase, 0.0) * min(week / truth.gain_to_week, 1.0) if truth.gain_to_week > 0 else 0.0
    )
    lack = truth.weakness
    hit = lack is not None and lack.phase is phase and lack.side in (Side.BOTH, side)
    return math.log1p(gained) + (math.log1p(-lack.at(week)) if lack is not None and hit else 0.0)


class _Maker:
    def __init__(self, truth: Truth, start: datetime, rng: np.random.Generator, habits: Habits) -> None:
        self._truth, self._start, self._rng, self._habits = truth, start, rng, habits
        size = 1.0 + 0.1 * float(rng.standard_normal())
        # Half of a difference is given to each side.
        lean = {p: habits.side_sd * float(rng.standard_normal()) / 2 for p in Phase}
        self._base = {
            (p, s): math.log(max(size, 0.5) * _START_N[p]) + (lean[p] if s is Side.RIGHT else -lean[p])
            for p in Phase
            for s in _SIDES
        }
        self._drift = {p: habits.drift_sd * float(rng.standard_normal()) for p in Phase}

    def season(self) -> Season:
        holds: list[HoldRow] = []
        last = 0.0
        for number, day in enumerate(self._days(self._habits.sessions_per_week, self._habits.attendance)):
            self._wander(day - last)
            last = day
            holds += self._session(number, day)
        return Season(self._truth, tuple(holds), tuple(self._sprints()))

    def _days(self, per_week: int, attendance: float) -> list[float]:
        planned = [
            _WEEK * week + _WEEK * k / per_week for week in range(self._habits.weeks) for k in range(per_week)
        ]
        return [d for d in planned if float(self._rng.random()) < attendance]

    def _wander(self, days: float) -> None:
        keeps = math.exp(-days / 10.0)
        fresh = self._habits.drift_sd * math.sqrt(1 - keeps**2)
        self._drift = {
            p: keeps * v + fresh * float(self._rng.standard_normal()) for p, v in self._drift.items()
        }

    def _session(self, number: int, day: float) -> list[HoldRow]:
        habits, rng = self._habits, self._rng
        session_id = f"{self._truth.name}-{number:03d}"
        at = self._start + timedelta(days=day)
        good = habits.day_sd * float(rng.standard_normal())
        made: list[HoldRow] = []
        for place, phase in enumerate(Phase):
            in_turn = number % 3 == place if habits.one_phase_a_session else True
            if not in_turn or (phase is self._truth.neglected and number % 3):
                continue
            for side in _SIDES:
                level = self._base[phase, side] + true_log_level(self._truth, phase, side, day / _WEEK)
                level += self._drift[phase] + good + habits.session_sd * float(rng.standard_normal())
                for noise in rng.standard_normal(habits.trials):
                    values = {STRENGTH: math.exp(level + habits.trial_sd * float(noise))}
                    made.append(self._hold(session_id, len(made), at, phase, side, Mode.MAX, 5.0, values))
                if habits.shake_holds:
                    hold_s, values = self._shaking(level, day)
                    made.append(
                        self._hold(session_id, len(made), at, phase, side, Mode.STEADY, hold_s, values)
                    )
        return made

    def _shaking(self, level: float, day: float) -> tuple[float, dict[str, float]]:
        """Return length and measures of a hold at three quarters of the athlete's own strength."""
        one, two, three = (float(v) for v in self._rng.standard_normal(3))
        tension = 0.75 * math.exp(level)
        onset_s = min(max(14.0 + 0.05 * day + 3.0 * one, 9.0), 26.0)
        shake_pct = 0.5 * math.exp(0.15 * two)
        values = {
            "tension_mean_n": tension,
            "shake_pct": shake_pct,
            "shake_rms_n": shake_pct * tension / 100,
            "shake_onset_s": onset_s,
            "cv_detrended_pct": 2.0 * math.exp(0.1 * three),
        }
        return 30.0, values

    def _hold(
        self,
        session_id: str,
        number: int,
        at: datetime,
        phase: Phase,
        side: Side,
        mode: Mode,
        hold_s: float,
        values: Mapping[str, float],
    ) -> HoldRow:
        return HoldRow(
            hold_id=f"{session_id}-{number:02d}",
            session_id=session_id,
            athlete_id=self._truth.name,
            at=at + number * _TRIAL_APART,
            position=POSITIONS[phase],
            phase=phase,
            side=side,
            mode=mode,
            setup=SYNTHETIC,
            device=SYNTHETIC,
            hold_s=hold_s,
            end=End.COMPLETED,
            values=values,
        )

    def _sprints(self) -> Sequence[SprintRow]:
        habits, rng = self._habits, self._rng
        if not habits.sprints_per_week:
            return ()
        made = []
        for number, day in enumerate(self._days(habits.sprints_per_week, habits.attendance)):
            stronger = self._mean_gain(max(day - self._truth.sprint_lag_days, 0.0) / _WEEK)
            for run in range(2):
                time_s = 4.3 * math.exp(
                    -self._truth.sprint_gain * stronger + habits.sprint_sd * float(rng.standard_normal())
                )
                made.append(
                    SprintRow(
                        sprint_id=f"{self._truth.name}-s{number:03d}-{run}",
                        athlete_id=self._truth.name,
                        at=self._start + timedelta(days=day, minutes=5 * run),
                        distance_m=30.0,
                        flying=False,
                        time_s=round(time_s, 2),
                        timing=habits.timing,
                        steps=17 + int(rng.integers(0, 2)),
                    )
                )
        return tuple(made)

    def _mean_gain(self, week: float) -> float:
        levels = [true_log_level(self._truth, p, s, week) for p in Phase for s in _SIDES]
        return sum(levels) / len(levels)
