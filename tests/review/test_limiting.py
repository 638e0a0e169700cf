"""Which phase is named, when, and what is said otherwise."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from isotimer.core.plan import Phase, Side
from isotimer.review.limiting import Evidence, limiting
from isotimer.review.rows import STRENGTH, HoldRow
from isotimer.review.season import Habits, Truth, Weakness, make_season

WEEKS = timedelta(weeks=12)


def season(truth: Truth, start: datetime, seed: int = 3, **habits) -> list[HoldRow]:
    return list(make_season(truth, start, seed, Habits(**habits)).holds)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_phase_that_lost_ground_is_named_with_its_numbers(start: datetime, phase: Phase) -> None:
    found = limiting(season(Truth(name="a", weakness=Weakness(phase=phase)), start), start + WEEKS).named
    assert found is not None
    assert (found.phase, found.side, found.evidence) == (phase, Side.BOTH, Evidence.OWN_HISTORY)
    assert found.low_pct < 10 < found.high_pct
    assert set(found.against) == set(Phase) - {phase}
    assert f"({found.recent} sessions of the last 28 days against {found.earlier} before)" in found.sentence
    assert "95 % interval" in found.sentence


def test_newtons_of_a_phase_do_not_matter(start: datetime) -> None:
    rows = season(Truth(name="a", weakness=Weakness(phase=Phase.SWING)), start)
    scaled = [
        replace(h, values={STRENGTH: h.values[STRENGTH] * (7.5 if h.phase is Phase.SWING else 1.0)})
        for h in rows
    ]
    ours, theirs = limiting(rows, start + WEEKS).named, limiting(scaled, start + WEEKS).named
    assert ours is not None
    assert theirs is not None
    assert theirs.phase is ours.phase
    assert theirs.deficit_pct == pytest.approx(ours.deficit_pct)


def test_a_weak_side_names_phase_and_side(start: datetime) -> None:
    truth = Truth(name="a", weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, from_week=-1, share=0.12))
    found = limiting(season(truth, start), start + WEEKS).named
    assert found is not None
    assert (found.phase, found.side, found.evidence) == (Phase.SWING, Side.LEFT, Evidence.OTHER_SIDE)
    assert "below right in" in found.sentence


def test_a_side_that_is_weak_everywhere_names_no_phase(start: datetime) -> None:
    rows = [
        replace(h, values={STRENGTH: h.values[STRENGTH] * (0.85 if h.side is Side.LEFT else 1.0)})
        for h in season(Truth(name="a"), start)
    ]
    found = limiting(rows, start + WEEKS)
    assert found.named is None
    assert all(s.large and s.weaker is Side.LEFT for s in found.sides)


def test_a_phase_that_alone_got_stronger_makes_no_other_limiting(start: datetime) -> None:
    found = [
        limiting(season(Truth(name="a", gain={Phase.PUSH: 0.2}), start, seed), start + WEEKS).findings
        for seed in range(40)
    ]
    # Each other phase is then 9 % behind push, but not behind the third.
    assert sum(f.evidence is Evidence.OWN_HISTORY for all_of in found for f in all_of) <= 3


def test_a_phase_with_too_few_sessions_is_what_is_missing(start: datetime) -> None:
    rows = season(Truth(name="a", weakness=Weakness(phase=Phase.SWING)), start)
    recent = start + timedelta(weeks=8)
    kept = [h for h in rows if h.phase is not Phase.RETURN or h.at < recent]
    found = limiting(kept, start + WEEKS)
    assert found.named is None
    assert found.lacking == ("return: 3 of 4 sessions of max holds in the last 42 days",)
    assert "No limiting phase can be named yet. Each phase needs 4 sessions" in found.sentence
    assert "Missing: return" in found.sentence


def test_a_phase_last_done_weeks_ago_is_not_compared(start: datetime) -> None:
    rows = season(Truth(name="a", weakness=Weakness(phase=Phase.SWING)), start, sessions_per_week=3)
    kept = [h for h in rows if h.phase is not Phase.PUSH or h.at < start + timedelta(weeks=9, days=4)]
    found = limiting(kept, start + WEEKS)
    assert found.named is None
    assert "push: last done" in found.lacking[0]


def test_another_sensor_or_setup_is_not_a_change(start: datetime) -> None:
    rows = season(Truth(name="a"), start)
    middle = start + timedelta(weeks=8)
    new = [
        replace(h, values={STRENGTH: h.values[STRENGTH] * 0.8}, device="new")
        if h.phase is Phase.SWING and h.at > middle
        else h
        for h in rows
    ]
    found = limiting(new, start + WEEKS)
    assert found.named is None
    assert found.lacking[0].startswith("swing: 0 of 4 sessions of max holds before")
    moved = [replace(h, setup="new" if h.device == "new" else "old", device="") for h in new]
    assert "not the same position, setup and sensor" in limiting(moved, start + WEEKS).lacking[0]


def test_nothing_is_named_of_nothing(start: datetime) -> None:
    found = limiting([], start)
    assert found.named is None
    assert len(found.lacking) == 3
    assert limiting(season(Truth(name="a"), start)[:1], start + WEEKS).named is None


def test_what_comes_after_now_is_not_known(start: datetime) -> None:
    rows = season(Truth(name="a", weakness=Weakness(phase=Phase.SWING, from_week=8)), start)
    assert limiting(rows, start + timedelta(weeks=8)).named is None


def test_an_even_athlete_is_told_the_largest_shift(start: datetime) -> None:
    found = limiting(season(Truth(name="a"), start), start + WEEKS)
    assert found.named is None
    assert found.sentence.startswith("No phase stands out: the largest shift is")
    assert len(found.ratios) == 6


def test_sides_measured_with_two_sensors_are_not_compared(start: datetime) -> None:
    truth = Truth(name="a", weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, from_week=-1, share=0.2))
    rows = [replace(h, device=str(h.side)) for h in season(truth, start)]
    found = limiting(rows, start + WEEKS)
    assert found.named is None
    assert found.sides == ()
