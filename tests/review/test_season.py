"""Made-up seasons are repeatable, labelled, and true to their truth."""

from datetime import datetime

import numpy as np
import pytest

from isotimer.core.plan import Mode, Phase, Side
from isotimer.core.positions import position
from isotimer.review.rows import STRENGTH
from isotimer.review.season import (
    POSITIONS,
    SYNTHETIC,
    Habits,
    Truth,
    Weakness,
    make_season,
    squad,
    true_log_level,
)

QUIET = Habits(day_sd=0, session_sd=0, trial_sd=0, drift_sd=0, side_sd=0, attendance=1.0)


def test_the_same_seed_gives_the_same_season(start: datetime) -> None:
    habits = Habits(sprints_per_week=1, shake_holds=True)
    assert make_season(squad()[0], start, 5, habits) == make_season(squad()[0], start, 5, habits)
    assert make_season(squad()[0], start, 5).holds != make_season(squad()[0], start, 6).holds


def test_every_hold_is_labelled_and_in_a_true_position(start: datetime) -> None:
    made = make_season(Truth(name="a"), start, 1, Habits(shake_holds=True))
    assert {(h.setup, h.device) for h in made.holds} == {(SYNTHETIC, SYNTHETIC)}
    assert all(position(POSITIONS[h.phase]).phase is h.phase for h in made.holds)
    assert len({h.hold_id for h in made.holds}) == len(made.holds)


def test_levels_are_the_truth_where_nothing_varies(start: datetime) -> None:
    truth = Truth(
        name="a",
        gain={Phase.PUSH: 0.2},
        gain_to_week=6,
        weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, from_week=4, over_weeks=4),
    )
    made = make_season(truth, start, 1, QUIET)

    def level(phase: Phase, side: Side, week: int) -> float:
        rows = [h for h in made.holds if (h.phase, h.side, h.mode) == (phase, side, Mode.MAX)]
        first = rows[0].values[STRENGTH]
        return next(h for h in rows if (h.at - start).days >= 7 * week).values[STRENGTH] / first

    assert level(Phase.PUSH, Side.RIGHT, 3) == pytest.approx(1.1)
    assert level(Phase.PUSH, Side.RIGHT, 9) == pytest.approx(1.2)
    assert level(Phase.SWING, Side.LEFT, 6) == pytest.approx(0.95)
    assert level(Phase.SWING, Side.LEFT, 11) == pytest.approx(0.9)
    assert level(Phase.SWING, Side.RIGHT, 11) == pytest.approx(1.0)
    assert np.exp(true_log_level(truth, Phase.SWING, Side.LEFT, 11)) == pytest.approx(0.9)


def test_sprints_follow_strength_after_their_lag(start: datetime) -> None:
    truth = Truth(name="a", gain=dict.fromkeys(Phase, 0.2), sprint_gain=0.5)
    habits = Habits(sprints_per_week=1, sprint_sd=0.0, attendance=1.0)
    times = [s.time_s for s in make_season(truth, start, 1, habits).sprints]
    assert times[0] == times[4] == 4.30
    assert times[-1] == pytest.approx(4.3 * np.exp(-0.5 * np.log1p(0.2 * 9 / 12)), abs=0.01)


def test_a_neglected_phase_is_done_in_every_third_session(start: datetime) -> None:
    made = make_season(Truth(name="a", neglected=Phase.RETURN), start, 1, QUIET)
    sessions = {p: len({h.session_id for h in made.holds if h.phase is p}) for p in Phase}
    assert sessions == {Phase.PUSH: 24, Phase.SWING: 24, Phase.RETURN: 8}
