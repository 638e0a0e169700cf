"""Plans of a station: from the shelf into steps, and sessions that were cut off and can go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from isotimer.session.setups import SetupDesk

if TYPE_CHECKING:
    from isotimer.core.plan import Plan
    from isotimer.core.plan_shape import PlanSpec, Usual
    from isotimer.core.progress import Progress

FRESH = timedelta(hours=12)
"""A session that was cut off goes on only within this time."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """A session that was cut off and can go on."""

    session_id: str
    plan: Plan
    spec: str
    """The written plan as JSON; empty if it came from none."""
    progress: Progress
    attempts: dict[int, int]
    """Step -> attempts made."""
    at: datetime
    """When it was last at work, aware."""
    left: int
    """Holds still to be done."""

    @property
    def question(self) -> str:
        """The question whether to go on, in one sentence."""
        minutes = max(0, round((datetime.now(UTC) - self.at).total_seconds() / 60))
        ago = f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"
        holds = "1 hold is" if self.left == 1 else f"{self.left} holds are"
        return f"Continue where you stopped? {self.plan.name}, {ago}: {holds} left."


class PlanDesk(SetupDesk):
    """What the present athlete runs."""

    def planned(self, spec_id: str, usual: Usual) -> tuple[Plan, str]:
        """Return a plan of the shelf as steps for the present athlete, and itself as JSON.

        Args:
            spec_id: The plan.
            usual: What holds where it states nothing.

        Raises:
            WrongUseError: If there is no such plan.
            DataError: If it, or the database, cannot be read.
        """
        from isotimer.session.plan_shelf import PlanShelf

        return self._expanded(
            PlanShelf(self.places.plan_folders, self.positions.positions).find(spec_id), usual
        )

    def planned_again(self, spec: str, usual: Usual) -> tuple[Plan, str]:
        """Return a plan as it was kept with a session, expanded anew for the present athlete, and itself.

        Args:
            spec: The written plan as JSON.
            usual: What holds where it states nothing.

        Raises:
            DataError: If it, or the database, cannot be read.
        """
        from isotimer.core.plan_spec import spec_from_json

        return self._expanded(spec_from_json(spec), usual)

    def _expanded(self, spec: PlanSpec, usual: Usual) -> tuple[Plan, str]:
        from isotimer.core.plan_shape import StartSide
        from isotimer.core.plan_spec import expand, opening_side, spec_json
        from isotimer.session.best import resolver

        if spec.start_side is StartSide.DRAWN:
            # What is drawn for a newcomer hangs on the key that they have from now on.
            self._enter_athlete()
        key, before = self._known_as(spec.id)
        first = opening_side(spec, key, before)
        today = {(place, side): n for (who, place, side), n in self._today.items() if who == self.athlete}
        resolve = resolver(self.places.database, self.athlete, today)
        return expand(spec, resolve, first_side=first, session_no=before, usual=usual), spec_json(spec)

    def felt(self, plan: Plan, spec: str) -> tuple[str, ...]:
        """Return for each step what to aim at by feel, where its target has no newtons; else nothing.

        Args:
            plan: The plan as it is run.
            spec: The written plan as JSON; empty if there is none.
        """
        from isotimer.core.errors import DataError
        from isotimer.core.plan import HoldStep
        from isotimer.core.plan_spec import felt_effort, spec_from_json, step_blocks

        if not spec:
            return ("",) * len(plan.steps)
        try:
            written = spec_from_json(spec)
        except DataError:
            return ("",) * len(plan.steps)
        blocks = step_blocks(written)
        return tuple(
            felt_effort(written.blocks[block].target_of(step.rep_no))
            if isinstance(step, HoldStep) and step.target is None
            else ""
            for step, block in zip(plan.steps, blocks, strict=False)
        )

    def cut_off(self, session_id: str = "") -> CutOff | None:
        """Return the present athlete's last session if it was cut off; None if there is nothing to go on.

        Args:
            session_id: A session that runs here and does not count.

        Raises:
            DataError: If the database cannot be read.
        """
        from isotimer.core.errors import DataError
        from isotimer.core.plan_json import plan_from_json
        from isotimer.core.progress import holds_left, progress_from_json

        with self._reading() as (store, athlete_id):
            if store is None:
                return None
            found = store.last_session(athlete_id, datetime.now(UTC) - FRESH)
        progress = progress_from_json(found.progress) if found is not None else None
        if found is None or progress is None or progress.over or found.id == session_id:
            return None
        try:
            plan, spec = plan_from_json(found.plan)
        except DataError:
            return None
        left = holds_left(plan, progress) or holds_left(plan, progress, extra=True)
        if not left or (not found.attempts and progress.next == 0):
            return None
        at = datetime.fromisoformat(found.updated_at)
        return CutOff(found.id, plan, spec, progress, found.attempts, at, left)

    def forget_cut_off(self, cut: CutOff) -> None:
        """Do not go on with a session, and never ask again.

        Raises:
            DataError: If the database cannot be written.
        """
        from dataclasses import replace

        from isotimer.core.progress import progress_json
        from isotimer.store.database import open_store

        with open_store(self.places.database) as store:
            store.save_progress(cut.session_id, progress_json(replace(cut.progress, over=True)))

    def _enter_athlete(self) -> None:
        from isotimer.store.database import open_store

        with open_store(self.places.database) as store:
            store.athlete(self.athlete)

    def _known_as(self, plan_id: str) -> tuple[str, int]:
        """Return the athlete's key and how often the athlete has begun a plan; "" and 0 for a newcomer."""
        with self._reading() as (store, athlete_id):
            return (athlete_id, store.plan_count(athlete_id, plan_id)) if store is not None else ("", 0)
