"""Lets the rules of a plan see what was done, and the engine obey them."""

import threading
from collections.abc import Callable, Collection

from isotimer.core.errors import DataError
from isotimer.core.events import Event, SideDropped, StepSkipped
from isotimer.core.plan import End, Plan
from isotimer.core.plan_spec import spec_from_json
from isotimer.core.referee import Attempt, Referee, Verdict
from isotimer.session.snapshot import HoldResult

SPOILT = frozenset({"countermovement", "unstable baseline"})
"""Signs of a hold that does not count in a test: it must begin from a steady two seconds, without a dip."""
LEAST_S = 0.5
"""The top of a hold that counts is held at least so long."""
SHORT_S = 2.0
"""The best second of a hold shorter than this is mostly its rise."""
_TOPS = ("tension_best_1s_n", "tension_peak_n")
_AGAIN = ("paused", "repeated", "session ended")
"""Holds that ended so were broken off by key: no rule looks at them."""

Rule = Callable[[Collection[int], str], None]
"""Tells the engine which holds to leave out, and the sentence for the athlete."""


class Rules:
    """The rules of one session; a plan that was written nowhere has none.

    Args:
        plan: What is run.
        spec: The written plan as JSON; empty if there is none.
        rule: Told what to do, from the thread that brought the news.
    """

    def __init__(self, plan: Plan, spec: str, rule: Rule) -> None:
        try:
            self._referee = Referee(plan, spec_from_json(spec)) if spec else None
        except DataError:
            self._referee = None
        self._rule = rule
        self._lock = threading.Lock()

    def event(self, event: Event) -> None:
        """Take an event of the engine; quick, for the conductor's thread."""
        if self._referee is None:
            return
        if isinstance(event, SideDropped):
            verdict = self._referee.hurts(event.side)
            self._obey(() if verdict is None else (verdict,))
        elif isinstance(event, StepSkipped):
            with self._lock:
                verdicts = self._referee.passed(event.step_index)
            self._obey(verdicts)

    def result(self, result: HoldResult) -> None:
        """Take a hold that is measured."""
        if self._referee is None or result.why in _AGAIN or result.flag == "false-start":
            return
        with self._lock:
            if not result.samples:
                verdicts = self._referee.passed(result.step_index)
            else:
                top = top_of(result)
                verdicts = self._referee.judge(Attempt(result.step_index, top, counts(result, top)))
        self._obey(verdicts)

    def _obey(self, verdicts: Collection[Verdict]) -> None:
        for verdict in verdicts:
            self._rule(verdict.spare, verdict.why)


def top_of(result: HoldResult) -> float | None:
    """Return the best second of a hold, its peak if it is too short for one beside the rise; None without."""
    known = {m.id: m.value for m in result.measures if m.value is not None}
    names = _TOPS if result.hold_s >= SHORT_S else _TOPS[::-1]
    return next((known[name] for name in names if name in known), None)


def counts(result: HoldResult, top: float | None) -> bool:
    """Return whether a hold was done as a test asks for."""
    ended = result.end in (End.COMPLETED, End.RELEASED)
    return (
        ended
        and not result.flag
        and top is not None
        and result.hold_s >= LEAST_S
        and not (SPOILT & set(result.signs))
    )
