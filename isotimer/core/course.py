"""The order of a plan's steps: which hold follows which, what is left out, where a set ends."""

from collections.abc import Collection

from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, lead_times


class Course:
    """The way through a plan.

    Args:
        plan: The plan.
        dropped: Sides that are left out.
        spared: Holds that a rule of the plan leaves out.
    """

    def __init__(self, plan: Plan, dropped: Collection[Side] = (), spared: Collection[int] = ()) -> None:
        self.steps = plan.steps
        self.holds = {i: step for i, step in enumerate(plan.steps) if isinstance(step, HoldStep)}
        self._dropped = set(dropped)
        self._spared = set(spared)

    @property
    def dropped(self) -> tuple[Side, ...]:
        """The sides that are left out, in the order of ``Side``."""
        return tuple(side for side in Side if side in self._dropped)

    def drop(self, side: Side) -> None:
        """Leave out a side from now on."""
        self._dropped.add(side)

    def spare(self, steps: Collection[int]) -> None:
        """Leave out holds from now on."""
        self._spared.update(steps)

    def left_out(self, index: int) -> bool:
        """Return whether the hold at an index is spared, or needs a side that is left out."""
        step = self.holds[index]
        if index in self._spared:
            return True
        if not self._dropped:
            return False
        both = step.side is Side.BOTH or step.mode is Mode.SWITCH
        return both or Side.BOTH in self._dropped or step.side in self._dropped

    def next_hold(self, index: int) -> int | None:
        """Return the index of the first hold after ``index`` that is to be done; None if there is none."""
        return min((i for i in self.holds if i > index and not self.left_out(i)), default=None)

    def rest_between(self, index: int, following: int) -> int | None:
        """Return the index of the longest rest between two holds, the last of equals; None without one.

        Where holds between them are left out, their time is no rest: the longest rest remains.
        """
        rests = [
            (step.seconds, i)
            for i, step in enumerate(self.steps[index:following], index)
            if isinstance(step, RestStep)
        ]
        return max(rests)[1] if rests else None

    def rest_s(self, rest: int | None) -> float:
        """Return the length of a rest; 0 without one."""
        step = None if rest is None else self.steps[rest]
        return step.seconds if isinstance(step, RestStep) else 0.0

    def lead_s(self, base_s: float, rest_s: float, following: int, release_s: float) -> tuple[float, float]:
        """Return when the countdown to a hold begins and ends, after a rest counted from ``base_s``."""
        begin_s, end_s = lead_times(rest_s, self.holds[following].countdown_s, release_s)
        return base_s + begin_s, base_s + end_s

    def is_set_rest(self, rest: int) -> bool:
        """Return whether a step is a rest between sets."""
        step = self.steps[rest]
        return isinstance(step, RestStep) and step.kind == "set"

    def closes_set(self, index: int) -> bool:
        """Return whether a set ends with the hold at ``index``."""
        following = self.next_hold(index)
        if following is None:
            return True
        rest = self.rest_between(index, following)
        if rest is not None and self.is_set_rest(rest):
            return True
        here, there = self.holds[index], self.holds[following]
        return (here.set_no, here.position) != (there.set_no, there.position)

    def set_of(self, index: int) -> tuple[int, ...]:
        """Return the indexes of the holds of the set that ends with ``index``, itself included."""
        found = [index]
        for i in sorted((i for i in self.holds if i < index), reverse=True):
            if not self.left_out(i) and self.closes_set(i):
                break
            found.append(i)
        return tuple(reversed(found))

    def lead_from(self, begin_s: float, lead_s: tuple[float, float], following: int) -> tuple[float, float]:
        """Return the times of a countdown that cannot begin before ``begin_s``: a late one has its length."""
        late = lead_s[0] < begin_s
        return (begin_s, begin_s + self.holds[following].countdown_s) if late else lead_s

    def count_at(self, index: int | None) -> int:
        """Return the number of holds of the plan; of further attempts only those that came until ``index``.

        Args:
            index: The current or coming hold; None when the plan is over.
        """
        return sum(self._counts(i, index) for i in self.holds)

    def number(self, index: int) -> int:
        """Return the number of a hold among those that ``count_at`` counts, from 1."""
        return sum(i <= index and self._counts(i, index) for i in self.holds)

    def _counts(self, index: int, at: int | None) -> bool:
        if not self.holds[index].extra:
            return True
        return index not in self._spared and (at is None or index <= at)
