"""The rules of a plan that look at what was done: a further attempt, the end of a set or of the session."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from isotimer.core.day_best import DayBest
from isotimer.core.plan import HoldStep, Mode, Plan, Side
from isotimer.core.plan_shape import PlanBlock, PlanSpec
from isotimer.core.plan_spec import extra_attempt, step_blocks

_FALLS = 2
"""So many falls in a row end a session."""
_LOW = 2
"""So many holds in a row below the share end a set."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a rule needs to know about one hold that is over."""

    step: int
    """Its index in the plan."""
    top: float | None
    """Its highest tension; None if there is none to be judged."""
    valid: bool = True
    """Whether it was done as it should be."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule asks for."""

    spare: tuple[int, ...] = ()
    """Holds that are left out from now on."""
    why: str = ""
    """One sentence for the athlete; empty if there is nothing to be told."""


class Referee:
    """Applies the rules of one plan.

    Args:
        plan: What is run.
        spec: The written plan that it comes from.
    """

    def __init__(self, plan: Plan, spec: PlanSpec) -> None:
        self._spec = spec
        self._holds = {i: s for i, s in enumerate(plan.steps) if isinstance(s, HoldStep)}
        blocks = step_blocks(spec)
        self._block = {i: blocks[i] for i in self._holds} if len(blocks) == len(plan.steps) else {}
        self._tops: dict[tuple[int, int, Side], list[float]] = defaultdict(list)
        self._legs: dict[tuple[str, Side], list[float]] = defaultdict(list)
        self._low: dict[tuple[int, int, Side], int] = defaultdict(int)
        self._invalid = 0
        self._day = DayBest(plan, spec, self._block)
        self._gone: set[int] = set()

    def hurts(self, side: Side | None = None) -> Verdict | None:
        """Return what follows from pain; None if the session goes on with what does not hurt."""
        if side is not None:
            self._day.hurts(side)
        return self._end("Session over: pain") if self._spec.stop_at_pain else None

    def passed(self, step: int) -> tuple[Verdict, ...]:
        """Return what follows from a hold that was passed over."""
        return self._and_day(step, self._more(step)) if step in self._block else ()

    def judge(self, attempt: Attempt) -> tuple[Verdict, ...]:
        """Return what follows from a hold that is over, in the order in which it is to be done."""
        index = attempt.step
        if index not in self._block:
            return ()
        step = self._holds[index]
        top = attempt.top if attempt.valid else None
        if top is not None:
            self._tops[self._group(index)].append(top)
            self._day.took(index, top)
        out = self._end_by(step, attempt)
        if out is not None:
            return (out,)
        return self._and_day(index, (*self._set(index, top), *self._more(index)))

    def _and_day(self, index: int, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """Return verdicts with what follows from the best of the day, once a leg's set is over."""
        self._gone.update(i for verdict in verdicts for i in verdict.spare)
        over, why = self._day.after(index, self._gone)
        if over:
            return (*verdicts, self._end(why))
        return (*verdicts, Verdict((), why)) if why else verdicts

    def _end_by(self, step: HoldStep, attempt: Attempt) -> Verdict | None:
        """Return the end of the session, if maximal holds ask for it."""
        if step.mode is not Mode.MAX:
            return None
        self._invalid = 0 if attempt.valid else self._invalid + 1
        if self._spec.stop_invalid is not None and self._invalid >= self._spec.stop_invalid:
            return self._end(f"Session over: {self._invalid} in a row do not count")
        share = self._spec.stop_fall_share
        if share is None or not attempt.valid or attempt.top is None:
            return None
        tops = self._legs[step.position, step.side]
        tops.append(attempt.top)
        last = tops[-_FALLS - 1 :]
        falls = [after < (1 - share) * before for before, after in pairwise(last)]
        if len(falls) < _FALLS or not all(falls):
            return None
        return self._end(f"Session over: {step.side.value} fell twice by more than {100 * share:g} %")

    def _set(self, index: int, top: float | None) -> tuple[Verdict, ...]:
        """Return the end of a leg's set, if it stays below the share of its target."""
        step, share = self._holds[index], self._block_of(index).stop_set_share
        if share is None or step.target is None or top is None:
            return ()
        of_set = (self._block[index], step.set_no, step.side)
        low = top < share * step.target.force_n
        self._low[of_set] = self._low[of_set] + 1 if low else 0
        rest = tuple(
            i
            for i, s in self._holds.items()
            if i > index and (self._block[i], s.set_no, s.side) == of_set and not s.extra
        )
        if self._low[of_set] < _LOW or not rest:
            return ()
        self._low[of_set] = 0
        why = f"Set over for {step.side.value}: {_LOW} in a row below {100 * share:g} % of the target"
        return (Verdict(rest, why),)

    def _more(self, index: int) -> tuple[Verdict, ...]:
        """Return whether a leg that has made its attempts needs a further one."""
        group = self._group(index)
        members = [i for i in self._holds if self._group(i) == group]
        to_come = tuple(i for i in members if self._holds[i].extra and i > index)
        if not to_come or any(i > index and not self._holds[i].extra for i in members):
            return ()
        tops = self._tops[group]
        if not extra_attempt(self._block_of(index), tops):
            return (Verdict(to_come),)
        second, best = sorted(tops)[-2:]
        apart = 100 * (best - second) / best
        why = "the last was the best" if tops[-1] == best else f"the best two differ by {apart:.0f} %"
        return (Verdict((), f"One more {self._holds[index].side.value}: {why}"),)

    def _end(self, why: str) -> Verdict:
        return Verdict(tuple(self._holds), why)

    def _block_of(self, index: int) -> PlanBlock:
        return self._spec.blocks[self._block[index]]

    def _group(self, index: int) -> tuple[int, int, Side]:
        """Return round, block and side of a hold: what its further attempts belong to."""
        step, block = self._holds[index], self._block[index]
        return block, (step.set_no - 1) // self._spec.blocks[block].sets, step.side
