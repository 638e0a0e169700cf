"""A coach's questions: any hold found again, page by page, by an index; rows as review takes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from isotimer.core.plan import End, Phase, Side
from isotimer.store.history import HoldFilter, hold_page, hold_rows, session_page, sprint_rows
from isotimer.store.results import Sprint
from isotimer.store.rows import HoldFinish, MeasureRow

DAY = datetime(2026, 5, 1, 9, 0, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture
def squad(store, start):
    """Ana with 10 holds on 10 days, left and right in turn, and Bea with one."""
    ids = []
    ana, bea = store.athlete("Ana"), store.athlete("Bea")
    setup = store.setup("strap at the knee")
    for day in range(10):
        at = DAY + timedelta(days=day)
        session = store.start_session(ana, '{"name": "classic"}', at)
        side = "left" if day % 2 else "right"
        given = {
            "side": side,
            "started_at": at,
            "session_id": session,
            "setup_id": setup if day > 6 else None,
        }
        hold_id = store.begin_hold(start(**given))
        warnings = ("shock",) if day == 4 else ()
        store.finish_hold(
            hold_id,
            HoldFinish(end="completed", hold_s=10.0 + day, warnings=warnings),
            None,
            [
                MeasureRow("tension_mean_n", 200.0 + day, "N", "", "", 1),
                MeasureRow("shake_pct", None, "%", "too slow", "", 1),
                MeasureRow("tension_peak_n", 9000.0, "counts", "", "", 1),
            ],
        )
        ids.append(hold_id)
    session = store.start_session(bea, "[]", DAY)
    store.finish_hold(
        store.begin_hold(
            start(session_id=session, phase="push", side="both", position="ankle-iso-push", started_at=DAY)
        ),
        HoldFinish(end="interrupted", hold_s=3.0),
        None,
    )
    store.begin_hold(start(session_id=session))
    return ana, bea, ids


def days(page):
    return [round(r["hold_s"] - 10) for r in page.rows]


def test_pages_follow_each_other_without_a_gap_or_a_double(store, squad):
    ana, _, ids = squad
    seen, after = [], None
    while True:
        page = hold_page(store, HoldFilter(athlete_id=ana), after, limit=3)
        seen += [r["hold_id"] for r in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"side": "left"}, [9, 7, 5, 3, 1]),
        ({"phase": "swing", "side": "right"}, [8, 6, 4, 2, 0]),
        ({"position": "ankle-iso-push"}, [-7]),
        ({"setup": "strap at the knee"}, [9, 8, 7]),
        ({"flagged": True}, [4, -7]),
        ({"since": DAY + timedelta(days=8)}, [9, 8]),
        ({"until": DAY + timedelta(days=1)}, [0, -7]),
        ({"mode": "max"}, []),
    ],
)
def test_holds_are_chosen_by_what_is_asked(store, squad, chosen, expected):
    assert sorted(days(hold_page(store, HoldFilter(**chosen))), reverse=True) == expected


def test_a_squad_is_a_choice_too(store, squad):
    _, bea, _ = squad
    key = store.add_squad("Jumpers")
    assert hold_page(store, HoldFilter(squad_id=key)).rows == ()
    store.join_squad(key, bea)
    assert days(hold_page(store, HoldFilter(squad_id=key))) == [-7]


def test_sessions_say_what_was_done(store, squad):
    ana, _, _ = squad
    chosen = HoldFilter(athlete_id=ana, until=DAY + timedelta(days=20))
    page = session_page(store, chosen, limit=4)
    newest = page.rows[0]
    assert (newest["plan_name"], newest["holds"], newest["held_s"]) == ("classic", 1, 19.0)
    following = session_page(store, chosen, page.after)
    assert len(following.rows) == 6
    assert following.after is None
    assert [r["flagged"] for r in following.rows] == [0, 1, 0, 0, 0, 0]


def test_review_gets_numbers_in_newtons_and_the_local_day(store, squad):
    ana, _, ids = squad
    rows = hold_rows(store, ana, measures=["tension_mean_n", "shake_pct", "tension_peak_n"])
    assert [r.hold_id for r in rows] == ids
    first = rows[0]
    assert (first.phase, first.side, first.end, first.hold_s) == (
        Phase.SWING,
        Side.RIGHT,
        End.COMPLETED,
        10.0,
    )
    assert first.values == {"tension_mean_n": 200.0}
    assert first.at == DAY
    assert first.at.utcoffset() == timedelta(hours=2)
    assert rows[9].setup == "strap at the knee"
    assert len(hold_rows(store, ana, measures=[], since=DAY + timedelta(days=5))) == 5


def test_a_flag_that_was_looked_at_counts_no_more(store, squad):
    ana, _, ids = squad
    store.db.execute("UPDATE hold SET flag = 'slipped' WHERE id = ?", [ids[2]])
    store.db.execute("UPDATE hold SET flag = 'slipped', reviewed_at = ? WHERE id = ?", ["now", ids[3]])
    store.db.conn.commit()
    assert [r.flag for r in hold_rows(store, ana, measures=[])][2:4] == ["slipped", ""]


def test_sprints_for_review(store):
    ana = store.athlete("Ana")
    store.add_sprint(ana, Sprint(distance_m=20, time_s=2.2, flying=True, timing="electronic"), DAY)
    [row] = sprint_rows(store, ana)
    assert (row.distance_m, row.flying, row.timing.value, row.at) == (20, True, "electronic", DAY)
    assert row.at.astimezone(UTC).hour == 7


@pytest.mark.parametrize("ask", [hold_page, session_page])
def test_one_athletes_pages_never_walk_through_everybody(store, squad, ask):
    ana, _, _ = squad
    asked = []
    store.db.conn.set_trace_callback(asked.append)
    ask(store, HoldFilter(athlete_id=ana))
    store.db.conn.set_trace_callback(None)
    plan = store.db.execute("EXPLAIN QUERY PLAN " + asked[-1]).fetchall()
    assert not [row[3] for row in plan if row[3].startswith(("SCAN h", "SCAN s"))]
