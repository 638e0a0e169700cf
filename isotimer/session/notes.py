"""What the writer notes about a session besides its holds: how far it has come, effort, pain."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from isotimer.core.hold import EffortRated, Event, PainRated, SideDropped, State, StateChanged
from isotimer.core.plan import Plan
from isotimer.core.plan_json import plan_json
from isotimer.core.progress import Progress, progress_json
from isotimer.store.database import Store


@dataclass(frozen=True, slots=True)
class Opening:
    """How a session begins."""

    spec: str = ""
    """The written plan that it comes from, as JSON; empty if there is none."""
    progress: Progress = field(default_factory=Progress)
    """How far it has come."""
    session_id: str = ""
    """The session that goes on; empty for a new one."""


class SessionNotes:
    """Notes of one session; what cannot be written is tried again.

    Args:
        plan: What is run.
        opening: How the session begins.
    """

    def __init__(self, plan: Plan, opening: Opening) -> None:
        self._plan = plan
        self._opening = opening
        self._progress = opening.progress
        self._pending: list[Callable[[Store], None]] = []
        self.session_id = ""
        self.ended_at: datetime | None = None
        """When the training itself was over, however long its result is looked at; None while it goes on."""

    def begin(self, store: Store, athlete_id: str, *, anew: bool = False) -> str:
        """Begin or continue the session in a database and return its key.

        Args:
            store: The database.
            athlete_id: Who trains.
            anew: Begin it here in any case: it is another database than before.
        """
        opening = self._opening
        if not anew and opening.session_id and store.continue_session(opening.session_id):
            self.session_id = opening.session_id
        else:
            plan_id = store.plan(self._plan.name, opening.spec) if opening.spec else None
            whole = plan_json(self._plan, opening.spec)
            self.session_id = store.start_session(athlete_id, whole, plan_id=plan_id)
        store.save_progress(self.session_id, progress_json(self._progress))
        return self.session_id

    def take(self, store: Store, event: Event) -> None:
        """Note what an event means.

        Raises:
            DataError: If it cannot be written now.
        """
        self._move(self._progress.after(event))
        if isinstance(event, StateChanged):
            over = event.state in (State.DONE, State.ABORTED)
            self.ended_at = datetime.now().astimezone() if over else None
        if isinstance(event, EffortRated):
            steps, effort = event.steps, event.effort
            self._pending.append(lambda s: s.set_effort(self.session_id, steps, effort))
        elif isinstance(event, SideDropped):
            side = event.side.value
            self._pending.append(lambda s: s.flag_last(self.session_id, side, "pain"))
        elif isinstance(event, PainRated):
            hurts, pain = event.side.value, event.pain
            self._pending.append(lambda s: s.set_pain_of_side(self.session_id, hurts, pain))
        self.write(store)

    def finish(self, store: Store) -> None:
        """Note that the session was ended on purpose: it does not go on."""
        self._move(replace(self._progress, over=True))
        self.write(store)

    def write(self, store: Store) -> None:
        """Write what is not written yet.

        Raises:
            DataError: If it cannot be written now.
        """
        while self._pending:
            self._pending[0](store)
            del self._pending[0]

    def _move(self, progress: Progress) -> None:
        if progress != self._progress:
            self._progress = progress
            self._pending.append(partial(self._save, progress))

    def _save(self, progress: Progress, store: Store) -> None:
        store.save_progress(self.session_id, progress_json(progress))
