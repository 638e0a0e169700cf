"""Progress, effort, pain and flags in the store."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldFinish, HoldStart

LONG_AGO = datetime.now(UTC) - timedelta(hours=12)


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "s.db") as one:
        yield one


def hold(store: Store, session: str, step: int, attempt: int = 1, side: str = "left") -> str:
    start = HoldStart(
        session_id=session, position="x", phase="push", side=side, mode="steady", step_index=step,
        start_s=1.0, attempt=attempt, step='{"seconds": 3}',
    )  # fmt: skip
    return store.begin_hold(start)


def column(store: Store, name: str) -> list[object]:
    return [row[name] for row in store.rows(f"SELECT {name} FROM hold ORDER BY step_index, attempt")]


def test_the_last_session_is_found_with_its_progress_and_attempts(store: Store) -> None:
    ana, berta = store.athlete("Ana"), store.athlete("Berta")
    store.start_session(ana, '{"id": "a"}')
    session = store.start_session(ana, '{"id": "b"}')
    store.start_session(berta, '{"id": "c"}')
    store.save_progress(session, '{"next":2}')
    hold(store, session, 0)
    hold(store, session, 2)
    hold(store, session, 2, attempt=2)
    found = store.last_session(ana, LONG_AGO)
    assert found is not None
    assert (found.id, found.plan, found.progress) == (session, '{"id": "b"}', '{"next":2}')
    assert found.attempts == {0: 1, 2: 2}
    assert store.plan_count(ana, "b") == 1
    assert store.plan_count(ana, "c") == 0


def test_a_session_that_is_too_old_is_not_found(store: Store) -> None:
    ana = store.athlete("Ana")
    old = datetime.now(UTC) - timedelta(hours=13)
    session = store.start_session(ana, "{}", started_at=old)
    assert store.last_session(ana, LONG_AGO) is None
    store.save_progress(session, "{}")
    assert store.last_session(ana, LONG_AGO) is not None


def test_a_session_that_another_process_runs_is_left_alone(store: Store, monkeypatch) -> None:
    ana = store.athlete("Ana")
    store.start_session(ana, "{}")
    monkeypatch.setattr("isotimer.store.marks.lives_elsewhere", lambda token: True)
    assert store.last_session(ana, LONG_AGO) is None


def test_going_on_opens_a_session_again(store: Store) -> None:
    session = store.start_session(store.athlete("Ana"), "{}")
    store.end_session(session)
    assert store.continue_session(session)
    assert store.rows("SELECT ended_at FROM session")[0]["ended_at"] is None
    assert not store.continue_session("nothing")


def test_effort_belongs_to_the_last_attempt_of_each_step(store: Store) -> None:
    session = store.start_session(store.athlete("Ana"), "{}")
    for step, attempt in ((0, 1), (2, 1), (2, 2), (4, 1)):
        hold(store, session, step, attempt)
    store.set_effort(session, (0, 2), 7)
    assert column(store, "effort") == [7, None, 7, None]


def test_a_flag_goes_to_the_newest_hold_of_its_side_only(store: Store) -> None:
    session = store.start_session(store.athlete("Ana"), "{}")
    hold(store, session, 0)
    hold(store, session, 2, side="right")
    store.flag_last(session, "left", "pain")
    assert column(store, "flag") == ["", ""]
    store.flag_last(session, "right", "pain")
    assert column(store, "flag") == ["", "pain"]


def test_finishing_keeps_an_earlier_flag_and_sets_its_own(store: Store) -> None:
    session = store.start_session(store.athlete("Ana"), "{}")
    one, two = hold(store, session, 0), hold(store, session, 2)
    store.set_flag(one, "pain")
    store.finish_hold(one, HoldFinish(end="completed", hold_s=1.0), None)
    store.finish_hold(two, HoldFinish(end="aborted", hold_s=1.0, flag="false-start"), None)
    assert column(store, "flag") == ["pain", "false-start"]
    store.set_pain(one, 4)
    store.set_effort_of_hold(one, 9)
    assert column(store, "pain") == [4, None]
    assert column(store, "effort") == [9, None]
