"""What is read out: filters, series, and values that are text and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from isotimer.core.block import Block
from isotimer.core.errors import DataError
from isotimer.store import queries
from isotimer.store.database import Store
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow, Series
from isotimer.store.traces import Trace

Start = Callable[..., HoldStart]
DAY = datetime(2001, 5, 1, 12, tzinfo=UTC)
SERIES = Series("standing-band-hip-flexion", "left", "steady")


def held(
    store: Store, start: HoldStart, end: str = "completed", hold_s: float = 10.0, **measures: Any
) -> str:
    hold_id = store.begin_hold(start)
    rows = [
        MeasureRow(name, value, "N", "" if value is not None else "why") for name, value in measures.items()
    ]
    store.finish_hold(hold_id, HoldFinish(end=end, hold_s=hold_s), None, rows)
    return hold_id


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["hold_id"] for row in rows]


def test_holds_are_filtered_and_oldest_first(store: Store, start: Start, session_id: str) -> None:
    ben = store.athlete("Ben")
    other = store.start_session(ben, "[]", DAY)
    late = held(store, start(started_at=DAY + timedelta(days=1)))
    early = held(store, start(started_at=DAY))
    bens = held(store, start(session_id=other, started_at=DAY + timedelta(hours=1)))
    store.begin_hold(start(started_at=DAY))
    assert ids(queries.holds(store)) == [early, bens, late]
    assert ids(queries.holds(store, athlete_id=ben)) == [bens]
    assert ids(queries.holds(store, session_id=session_id)) == [early, late]
    assert ids(queries.holds(store, since=DAY + timedelta(hours=1))) == [bens, late]
    assert ids(queries.holds(store, until=DAY + timedelta(hours=1))) == [early]
    assert ids(queries.holds(store, ids=[late, early, "nothing"])) == [early, late]
    assert queries.holds(store, ids=[]) == []
    assert len(queries.holds(store, running=True)) == 4


def test_thousands_of_ids_are_no_trouble(store: Store, start: Start) -> None:
    hold_id = held(store, start())
    assert ids(queries.holds(store, ids=[hold_id, *map(str, range(50_000))])) == [hold_id]


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "[red]"])
def test_filters_are_values_not_sql(store: Store, start: Start, text: str) -> None:
    held(store, start())
    assert queries.holds(store, athlete_id=text) == []
    assert queries.holds(store, ids=[text]) == []
    assert queries.sessions(store, athlete_id=text) == []
    assert queries.trace(store, text) is None
    assert queries.measures(store, text) == []


def test_sessions_count_their_finished_holds(store: Store, start: Start, session_id: str) -> None:
    held(store, start(), hold_s=8.0)
    held(store, start(), hold_s=4.5)
    store.begin_hold(start())
    empty = store.start_session(store.athlete("Ben"), "[]", DAY - timedelta(1))
    rows = queries.sessions(store)
    assert [(r["session_id"], r["athlete"], r["holds"], r["held_s"]) for r in rows] == [
        (empty, "Ben", 0, 0.0),
        (session_id, "Ana", 2, 12.5),
    ]
    assert [r["session_id"] for r in queries.sessions(store, until=DAY)] == [empty]
    assert queries.sessions(store, since=DAY, until=DAY) == []


def test_local_time_stands_beside_utc(store: Store, start: Start) -> None:
    from datetime import timezone

    held(
        store, start(started_at=datetime(2026, 5, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=45))))
    )
    [row] = queries.holds(store)
    assert (row["started_at"], row["started_local"]) == ("2026-04-30T18:30:00.000000Z", "2026-05-01 00:15:00")


def test_last_and_best_stay_within_the_series(store: Store, start: Start) -> None:
    ana = store.athlete("Ana")
    setup = store.setup("red band")
    first = held(store, start(started_at=DAY), tension_mean_n=300.0, shake_rms_n=1.0)
    last = held(
        store, start(started_at=DAY + timedelta(1)), hold_s=7.0, tension_mean_n=250.0, shake_rms_n=None
    )
    later = DAY + timedelta(2)
    held(store, start(started_at=later, side="right"), tension_mean_n=999.0)
    held(store, start(started_at=later, mode="max"), tension_mean_n=800.0)
    held(store, start(started_at=later, setup_id=setup), tension_mean_n=999.0)
    held(store, start(started_at=later), end="aborted", tension_mean_n=999.0)
    other = store.start_session(store.athlete("Ben"), "[]")
    held(store, start(started_at=later, session_id=other), tension_mean_n=999.0)
    found = queries.last_and_best(store, ana, SERIES)
    assert (found.holds, found.last_hold_id) == (2, last)
    assert found.last == {("tension_mean_n", "N"): 250.0, ("hold_s", "s"): 7.0}
    assert found.highest == {("tension_mean_n", "N"): 300.0, ("shake_rms_n", "N"): 1.0, ("hold_s", "s"): 10.0}
    assert found.lowest[("tension_mean_n", "N")] == 250.0
    before = queries.last_and_best(store, ana, SERIES, before=last)
    assert (before.holds, before.last_hold_id) == (1, first)
    with_setup = queries.last_and_best(store, ana, Series(SERIES.position, "left", "steady", setup))
    assert with_setup.highest[("tension_mean_n", "N")] == 999.0
    assert queries.best(store, ana, SERIES.position, "left", "tension_mean_n") == 800.0
    assert queries.best(store, ana, SERIES.position, "left", "tension_mean_n", unit="counts") is None


def test_nothing_yet_is_an_empty_summary(store: Store) -> None:
    found = queries.last_and_best(store, store.athlete("Ana"), SERIES)
    assert (found.holds, found.last_hold_id, dict(found.highest)) == (0, None, {})


def test_traces_come_with_their_holds_and_damage_names_the_hold(
    store: Store, start: Start, samples: Callable[..., Block]
) -> None:
    without = held(store, start(started_at=DAY))
    hold_id = store.begin_hold(start(started_at=DAY))
    store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=1.0), Trace.of(samples(), 1000.0))
    rows = queries.holds(store)
    assert ids(rows) == [without, hold_id]
    assert [(row["hold_id"], len(trace)) for row, trace in queries.traces(store, rows)] == [(hold_id, 200)]
    store.db.execute("UPDATE trace SET data = x'00'")
    with pytest.raises(DataError, match=hold_id):
        queries.trace(store, hold_id)


def test_measure_rows_follow_the_order_of_the_holds(store: Store, start: Start) -> None:
    one, two = held(store, start(), b=1.0, a=None), held(store, start(), c=3.0)
    rows = queries.measure_rows(store, [two, one])
    assert [(r["hold_id"], r["measure"], r["value"]) for r in rows] == [
        (two, "c", 3.0),
        (one, "a", None),
        (one, "b", 1.0),
    ]
