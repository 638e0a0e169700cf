"""Whether the best of the day comes near an athlete's own best: a rule that ends a maximal session."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from isotimer.core.plan import HoldStep, Mode, Plan, Side
from isotimer.core.plan_shape import PlanSpec

LEAST = 2
"""A leg is judged by at least so many holds that count."""

Leg = tuple[str, Side]
"""Position and side."""


@dataclass(frozen=True, slots=True)
class Today:
    """The best of a leg in this session beside its own best."""

    top_n: float
    holds: int
    """How many holds that count it is the best of."""
    best_n: float

    @property
    def share(self) -> float:
        """Top of today as a share of the own best."""
        return self.top_n / self.best_n


class DayBest:
    """Follows the maximal holds of one session whose target is a share of the athlete's own best.

    Args:
        plan: What is run.
        spec: The written plan.
        blocks: The number of the block of each hold, by step.
    """

    def __init__(self, plan: Plan, spec: PlanSpec, blocks: Mapping[int, int]) -> None:
        self._share = spec.stop_day_share
        self._blocks = blocks
        self._bests: dict[int, float] = {}
        self._steps: dict[int, HoldStep] = {}
        for i, step in enumerate(plan.steps):
            if not isinstance(step, HoldStep) or i not in blocks or step.mode is not Mode.MAX:
                continue
            target = spec.blocks[blocks[i]].target_of(step.rep_no)
            if step.target is not None and target is not None and target.kind == "best":
                self._bests[i] = step.target.force_n / target.value
                self._steps[i] = step
        self._tops: dict[Leg, list[float]] = defaultdict(list)
        self._judged: dict[Leg, Today] = {}
        self._hurts: set[Side] = set()

    def hurts(self, side: Side) -> None:
        """Leave out a side: nobody waits for it any more."""
        self._hurts.add(side)

    def took(self, index: int, top_n: float) -> None:
        """Take the top of a hold that counts."""
        if index in self._steps:
            self._tops[self._leg(index)].append(top_n)

    def after(self, index: int, spared: Collection[int]) -> tuple[bool, str]:
        """Return whether the session ends, and one sentence, after a hold; empty if there is nothing to say.

        A leg is judged when one of its sets is over. The session ends when all legs of a position have been
        judged and none came to the share.

        Args:
            index: The hold that is over.
            spared: Holds that rules have left out.
        """
        if self._share is None or index not in self._steps or self._more_of_set(index, spared):
            return False, ""
        leg = self._leg(index)
        tops = self._tops[leg]
        if len(tops) < LEAST:
            return False, ""
        new = leg not in self._judged
        now = self._judged[leg] = Today(max(tops), len(tops), self._bests[index])
        if now.share >= self._share:
            return False, ""
        legs = [other for other in self._legs(leg[0]) if other[1] not in self._hurts]
        known = [(other[1], self._judged[other]) for other in legs if other in self._judged]
        if len(known) == len(legs) and all(today.share < self._share for _, today in known):
            told = ", ".join(f"{s.value} {100 * t.share:.0f} % (of {t.holds})" for s, t in known)
            return True, f"Session over, best of today: {told} of your best"
        return False, _one(leg[1], now) if new else ""

    def _leg(self, index: int) -> Leg:
        step = self._steps[index]
        return step.position, step.side

    def _legs(self, position: str) -> list[Leg]:
        found = {self._leg(i) for i in self._steps}
        return [(position, side) for side in Side if (position, side) in found]

    def _more_of_set(self, index: int, spared: Collection[int]) -> bool:
        """Return whether more holds of the same set and leg come."""
        step = self._steps[index]
        return any(
            i > index and i not in spared and not s.extra and (s.set_no, s.side) == (step.set_no, step.side)
            for i, s in self._steps.items()
            if self._blocks[i] == self._blocks[index]
        )


def _one(side: Side, today: Today) -> str:
    below = 100 * (1 - today.share)
    return (
        f"{side.value.capitalize()}: best of {today.holds} today {today.top_n:.0f} N,"
        f" {below:.0f} % below your best of {today.best_n:.0f} N"
    )
