"""People, squads, remarks and sprints: nothing is lost by a merge, nothing is left by a deletion."""

from datetime import UTC, datetime, timedelta

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.store.results import Sprint
from isotimer.store.rows import HoldFinish

AT = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


def hold(store, start, **changes):
    hold_id = store.begin_hold(start(**changes))
    store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=10.0), None)
    return hold_id


def tables(store, athlete_id):
    count = "SELECT count(*) AS n FROM {} WHERE athlete_id = ?"
    found = {t: store.rows(count.format(t), [athlete_id]) for t in ("session", "body_mass", "sprint", "note")}
    return {table: rows[0]["n"] for table, rows in found.items()}


def test_an_athlete_is_found_by_name_or_by_key(store):
    ana = store.athlete("Ana")
    assert store.find_athlete(" Ana ") == ana
    assert store.find_athlete(ana[:20]) == ana
    with pytest.raises(WrongUseError, match="known are Ana"):
        store.find_athlete("Bea")


def test_two_of_one_name_stay_two_and_are_told_apart_by_key(store):
    first, other = store.athlete("Ana"), store.athlete("Bea")
    store.rename_athlete(other, "Ana")
    with pytest.raises(WrongUseError) as caught:
        store.find_athlete("Ana")
    assert first in caught.value.sentence
    assert other in caught.value.sentence
    assert store.find_athlete(other) == other


def test_an_archived_athlete_is_out_of_the_list_and_comes_back(store):
    ana = store.athlete("Ana")
    store.archive_athlete(ana)
    assert store.people() == []
    assert [r["id"] for r in store.people(archived=True)] == [ana]
    store.archive_athlete(ana, archived=False)
    assert [r["id"] for r in store.people()] == [ana]


def test_merging_two_who_are_one_keeps_all_that_both_have(store, session_id, start):
    ana, anna = store.athlete("Ana"), store.athlete("Anna")
    hold_id = hold(store, start)
    store.add_body_mass(ana, 61.0)
    store.add_body_mass(anna, 62.0)
    store.add_sprint(ana, Sprint(distance_m=30, time_s=4.5, timing="hand"), AT)
    store.add_note("athlete", ana, "left groin")
    for squad in ("U20", "Sprint"):
        store.join_squad(store.add_squad(squad), ana)
    store.join_squad(store.add_squad("U20"), anna)
    store.merge_athletes(ana, anna)
    [row] = store.people()
    assert (row["id"], row["holds"], row["squads"]) == (anna, 1, ["Sprint", "U20"])
    assert tables(store, anna) == {"session": 1, "body_mass": 2, "sprint": 1, "note": 1}
    assert store.rows("SELECT session_id FROM hold WHERE id = ?", [hold_id]) == [{"session_id": session_id}]
    assert store.rows("SELECT id, kind, kept_id FROM gone") == [
        {"id": ana, "kind": "athlete", "kept_id": anna}
    ]
    assert store.check() == []


def test_who_was_merged_twice_leads_to_the_last(store):
    a, b, c = (store.athlete(name) for name in "abc")
    store.merge_athletes(a, b)
    store.merge_athletes(b, c)
    assert {r["id"]: r["kept_id"] for r in store.rows("SELECT id, kept_id FROM gone")} == {a: c, b: c}


def test_merging_with_oneself_or_nobody_is_refused_and_changes_nothing(store):
    ana = store.athlete("Ana")
    for other in (ana, "nobody"):
        with pytest.raises(WrongUseError):
            store.merge_athletes(ana, other)
    assert [r["id"] for r in store.people()] == [ana]


def test_deleting_for_good_leaves_nothing_but_the_keys(store, start):
    ana, bea = store.athlete("Ana"), store.athlete("Bea")
    hold_id = hold(store, start)
    store.add_note("hold", hold_id, "slipped")
    store.add_sprint(ana, Sprint(distance_m=30, time_s=4.5, timing="hand"), AT)
    store.delete_athlete(ana)
    assert [r["id"] for r in store.people()] == [bea]
    for table in ("session", "hold", "measure", "trace", "note", "sprint", "body_mass"):
        assert store.rows(f"SELECT * FROM {table}") == []
    kinds = [r["kind"] for r in store.rows("SELECT kind FROM gone ORDER BY kind")]
    assert kinds == ["athlete", "hold", "session", "sprint"]
    assert store.check() == []


def test_remarks_are_kept_changed_and_listed_with_what_they_are_about(store, session_id, start):
    ana = store.athlete("Ana")
    hold_id = hold(store, start)
    first = store.add_note("athlete", ana, " tall ")
    store.add_note("session", session_id, "cold day")
    store.add_note("hold", hold_id, "slipped")
    store.edit_note(first, "very tall")
    assert [(n["about"], n["about_id"], n["text"]) for n in store.notes(ana)] == [
        ("athlete", ana, "very tall"),
        ("session", session_id, "cold day"),
        ("hold", hold_id, "slipped"),
    ]
    store.delete_note(first)
    assert len(store.notes(ana)) == 2
    with pytest.raises(WrongUseError):
        store.edit_note(first, "x")
    with pytest.raises(WrongUseError, match="no such hold"):
        store.add_note("hold", "nothing", "x")
    with pytest.raises(WrongUseError, match="0 characters"):
        store.add_note("athlete", ana, "  ")


def test_the_same_sprint_is_kept_once(store):
    ana = store.athlete("Ana")
    sprint = Sprint(distance_m=30, time_s=4.51, timing="electronic", steps=17, contact_s=0.11)
    key = store.add_sprint(ana, sprint, AT)
    assert store.add_sprint(ana, sprint, AT) == key
    assert store.add_sprint(ana, sprint, AT + timedelta(minutes=5)) != key
    assert [(r["time_s"], r["steps"], r["contact_s"]) for r in store.sprints(ana)] == [(4.51, 17, 0.11)] * 2
    assert store.delete_sprint(key)
    assert not store.delete_sprint(key)
    assert len(store.sprints(ana)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"distance_m": 0.0}, "distance"),
        ({"time_s": 0.0}, "time"),
        ({"time_s": float("nan")}, "time"),
        ({"time_s": 1.0}, "faster than anybody"),
        ({"steps": 0}, "steps"),
        ({"contact_s": 9.0}, "contact"),
    ],
)
def test_a_sprint_that_nobody_ran_is_refused(changes, words):
    with pytest.raises(WrongUseError, match=words):
        Sprint(**({"distance_m": 30.0, "time_s": 4.5, "timing": "hand"} | changes))
