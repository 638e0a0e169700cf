"""What a sprint tells: speed, steps, and how far its timing can be trusted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from isotimer.review.points import Point, equal_trials
from isotimer.review.rows import SprintKey, SprintRow, Timing

HAND_OFFSET_S = 0.24
"""By how much hand timing of a run from start to finish is usually short (track-and-field manual, 100 m)."""
HAND_NOISE_S = 0.07
"""SD of a hand-timed run (Mayhew 2010, Mann 2015)."""
STANDING_TE_PCT = 1.6
"""Typical error of 10 m from standing, electronic timing (published example; replaced by the own one)."""
FLYING_TE_PCT = 2.9
"""Typical error of maximal speed, electronic timing (published example; replaced by the own one)."""


@dataclass(frozen=True, slots=True)
class SprintNumbers:
    """Numbers of one sprint; None where steps or contact were not noted."""

    speed_m_s: float
    """Mean over the distance."""
    step_rate_hz: float | None
    """Steps per second."""
    stride_rate_hz: float | None
    """Strides per second; a stride is two steps."""
    step_length_m: float | None
    step_error_pct: float | None
    """Half a step, as a share of the steps counted: how far rate and length may be off."""
    contact_s: float | None
    estimated_electronic_s: float | None
    """An estimate: hand time + 0.24 s. None for flying sprints, where one thumb did both ends."""


def numbers(sprint: SprintRow) -> SprintNumbers:
    """Return what follows from distance, time and steps of a sprint."""
    steps = sprint.steps
    rate = steps / sprint.time_s if steps else None
    hand = sprint.timing is Timing.HAND and not sprint.flying
    return SprintNumbers(
        speed_m_s=sprint.distance_m / sprint.time_s,
        step_rate_hz=rate,
        stride_rate_hz=rate / 2 if rate else None,
        step_length_m=sprint.distance_m / steps if steps else None,
        step_error_pct=50.0 / steps if steps else None,
        contact_s=sprint.contact_s,
        estimated_electronic_s=sprint.time_s + HAND_OFFSET_S if hand else None,
    )


def by_kind(sprints: Iterable[SprintRow]) -> dict[SprintKey, list[SprintRow]]:
    """Return sprints by kind, oldest first; hand and electronic timing stay apart."""
    found: dict[SprintKey, list[SprintRow]] = {}
    for sprint in sorted(sprints, key=lambda s: s.at):
        found.setdefault(sprint.key, []).append(sprint)
    return found


def sprint_days(sprints: Sequence[SprintRow]) -> tuple[Point, ...]:
    """Return the time of each day in s: mean of the best two of equally many runs.

    Args:
        sprints: Sprints of one kind. Days are those of the clock on the wall where they were run.
    """
    days: dict[str, list[SprintRow]] = {}
    for sprint in sorted(sprints, key=lambda s: s.at):
        days.setdefault(f"{sprint.at:%Y-%m-%d}", []).append(sprint)
    k = equal_trials([len(runs) for runs in days.values()])
    found = []
    for day, runs in days.items():
        if len(runs) >= k:
            best = sorted(run.time_s for run in runs[:k])[:2]
            found.append(Point(runs[0].at, sum(best) / len(best), day, k))
    return tuple(found)


def expected_te_pct(key: SprintKey, time_s: float) -> float:
    """Return the typical error to assume until the athlete's own is known, in % of a time."""
    electronic = FLYING_TE_PCT if key.flying else STANDING_TE_PCT
    if key.timing is Timing.ELECTRONIC:
        return electronic
    return max(electronic, hand_noise_pct(time_s))


def hand_noise_pct(time_s: float) -> float:
    """Return the noise of hand timing in % of a time."""
    return 100 * HAND_NOISE_S / time_s
