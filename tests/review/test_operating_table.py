"""How often a phase is named, right or wrong, by how training goes: the table of docs/review.md, in small.

``ISOTIMER_SEASONS=300 pytest tests/review/test_operating_table.py -s`` gives the rates that the page prints.
"""

import math
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from isotimer.core.plan import Phase, Side
from isotimer.review.limiting import NATURAL_GAP_PCT, Evidence, Finding, limiting
from isotimer.review.rows import STRENGTH
from isotimer.review.season import Habits, Truth, Weakness, make_season

START = datetime(2026, 1, 5, 17, tzinfo=UTC)
NOW = START + timedelta(weeks=12)
SEASONS = int(os.environ.get("ISOTIMER_SEASONS", "20"))
ALL = SEASONS >= 100
LOUD = 1.5

TRUTHS: Mapping[str, Truth] = {
    "all flat": Truth(name="a"),
    "push +12 %": Truth(name="a", gain={Phase.PUSH: 0.12}),
    "+5, +8, +11 %": Truth(name="a", gain={Phase.PUSH: 0.05, Phase.SWING: 0.08, Phase.RETURN: 0.11}),
    "swing -10 % from week 6": Truth(name="a", weakness=Weakness(phase=Phase.SWING)),
    "others +13 % by week 8": Truth(name="a", gain={Phase.PUSH: 0.13, Phase.RETURN: 0.13}, gain_to_week=8.0),
    "swing -7 % from week 6": Truth(name="a", weakness=Weakness(phase=Phase.SWING, share=0.07)),
    "swing left -10 %": Truth(name="a", weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, from_week=-1)),
    "swing left -10 % from week 5": Truth(
        name="a", weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, from_week=5)
    ),
}
HABITS: Mapping[str, Habits] = {
    "twice a week": Habits(),
    "once a week": Habits(sessions_per_week=1),
    "in turn": Habits(sessions_per_week=3, one_phase_a_session=True),
    "all x 1.5": Habits(
        day_sd=0.02 * LOUD,
        session_sd=0.025 * LOUD,
        trial_sd=0.025 * LOUD,
        drift_sd=0.01 * LOUD,
        side_sd=0.02 * LOUD,
    ),
}
FEW = (
    ("swing -10 % from week 6", "once a week"),
    ("swing -10 % from week 6", "in turn"),
    ("push +12 %", "in turn"),
    ("push +12 %", "all x 1.5"),
    ("all flat", "all x 1.5"),
)


def _cells() -> tuple[tuple[str, str], ...]:
    return tuple((truth, habit) for truth in TRUTHS for habit in HABITS) if ALL else FEW


def _differs_by_nature(truth: str, habit: str, seed: int, found: Finding) -> bool:
    """Return whether the sides of a phase that was named by one side truly differ by 4 % or more.

    The same season without what varies from day to day tells the truth.
    """
    if found.evidence is not Evidence.OTHER_SIDE:
        return False
    calm = replace(HABITS[habit], day_sd=0.0, session_sd=0.0, trial_sd=0.0, drift_sd=0.0)
    holds = make_season(TRUTHS[truth], START, seed, calm).holds
    level = {h.side: h.values[STRENGTH] for h in holds if h.phase is found.phase}
    return 100 * (1 - min(level.values()) / max(level.values())) >= NATURAL_GAP_PCT


@pytest.fixture(scope="module")
def said() -> dict[tuple[str, str], Counter[str]]:
    """What was said of each cell's seasons: right, wrong, by nature, nothing."""
    table = {}
    for truth, habit in _cells():
        lack = TRUTHS[truth].weakness
        wanted = Phase.SWING if lack is not None or truth.startswith("others") else None
        counted: Counter[str] = Counter(right=0, wrong=0, nature=0)
        for seed in range(1000, 1000 + SEASONS):
            found = limiting(make_season(TRUTHS[truth], START, seed, HABITS[habit]).holds, NOW).named
            if found is None:
                counted["nothing"] += 1
            elif found.phase is wanted:
                counted["right"] += 1
            else:
                counted["nature" if _differs_by_nature(truth, habit, seed, found) else "wrong"] += 1
        table[truth, habit] = counted
        shares = ", ".join(f"{word} {n / SEASONS:.0%}" for word, n in counted.items())
        print(f"  {truth:29} {habit:14} n={SEASONS}: {shares}")
    return table


def _most(share: float) -> float:
    """Return how many of the seasons may be so if the true share is this, with 99 % certainty."""
    return SEASONS * share + 2.33 * math.sqrt(SEASONS * share * (1 - share))


@pytest.mark.parametrize("habit", ["once a week", "in turn"])
def test_a_deficit_is_found_where_each_phase_is_trained_but_once_a_week(said, habit: str) -> None:
    assert SEASONS - said["swing -10 % from week 6", habit]["right"] <= _most(0.20)


@pytest.mark.parametrize("cell", [cell for cell in FEW if cell[0] in ("all flat", "push +12 %")])
def test_hardly_anything_is_named_where_nothing_is_behind(said, cell: tuple[str, str]) -> None:
    assert said[cell]["wrong"] <= _most(0.05)
