"""The pain that an athlete tells is stored on the last hold of the side that hurts."""

import pytest

from isotimer.core.events import PainRated
from isotimer.core.plan import End, Plan, Side, build_plan
from isotimer.session.notes import Opening, SessionNotes
from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldFinish, HoldStart

PLAN: Plan = build_plan("standing-pull-back", [Side.LEFT], 1.0)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "s.db") as opened:
        yield opened


def pains(store: Store, *sides: Side, hurts: Side, pain: int = 6) -> list[int | None]:
    notes = SessionNotes(PLAN, Opening())
    session = notes.begin(store, store.athlete("Ana"))
    for n, side in enumerate(sides):
        start = HoldStart(
            session_id=session,
            position="standing-pull-back",
            phase="return",
            side=side,
            mode="steady",
            step_index=n,
            start_s=float(n),
        )
        store.finish_hold(store.begin_hold(start), HoldFinish(end=End.COMPLETED, hold_s=1.0), None, ())
    notes.take(store, PainRated(9.0, hurts, pain))
    rows = store.rows("SELECT pain FROM hold WHERE session_id = ? ORDER BY started_at, id", [session])
    return [row["pain"] for row in rows]


@pytest.mark.parametrize(
    ("sides", "hurts", "stored"),
    [
        ((Side.LEFT, Side.LEFT, Side.RIGHT), Side.LEFT, [None, 6, None]),
        ((Side.LEFT, Side.RIGHT), Side.RIGHT, [None, 6]),
        ((Side.BOTH,), Side.LEFT, [6]),
        ((Side.LEFT, Side.RIGHT), Side.BOTH, [None, 6]),
        ((Side.RIGHT,), Side.LEFT, [None]),
        ((), Side.LEFT, []),
    ],
)
def test_pain_lies_on_the_last_hold_of_the_side(store, sides, hurts, stored) -> None:
    assert pains(store, *sides, hurts=hurts) == stored


def test_pain_of_nought_is_an_answer(store) -> None:
    assert pains(store, Side.LEFT, hurts=Side.LEFT, pain=0) == [0]
