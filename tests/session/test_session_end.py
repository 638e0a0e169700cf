"""A session ends with its plan, however long its result is looked at."""

from datetime import datetime

from isotimer.core.hold import State, StateChanged
from isotimer.core.plan import Side, build_plan
from isotimer.session.notes import Opening, SessionNotes
from isotimer.store.database import open_store


def test_a_session_ends_when_its_plan_does(tmp_path) -> None:
    with open_store(tmp_path / "s.db") as store:
        notes = SessionNotes(build_plan("standing-pull-back", [Side.LEFT], 1.0), Opening())
        session = notes.begin(store, store.athlete("Ana"))
        notes.take(store, StateChanged(1.0, State.HOLD, 0))
        assert notes.ended_at is None
        notes.take(store, StateChanged(2.0, State.DONE, 0))
        seen = datetime.now().astimezone()
        store.end_session(session, notes.ended_at)
        [row] = store.rows("SELECT ended_at FROM session")
        assert row["ended_at"] is not None
        assert datetime.fromisoformat(row["ended_at"]) <= seen


def test_a_session_that_goes_on_has_not_ended(tmp_path) -> None:
    with open_store(tmp_path / "s.db") as store:
        notes = SessionNotes(build_plan("standing-pull-back", [Side.LEFT], 1.0), Opening())
        notes.begin(store, store.athlete("Ana"))
        notes.take(store, StateChanged(1.0, State.ABORTED, 0))
        notes.take(store, StateChanged(2.0, State.READY, 0))
        assert notes.ended_at is None
