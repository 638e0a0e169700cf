"""Databases of several stations become one: nothing lost, nothing doubled, in any order."""

import itertools
import shutil
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils.migrations import Migrations

from isotimer.core.errors import DataError, WrongUseError
from isotimer.store.database import open_store
from isotimer.store.fates import Gone, fates
from isotimer.store.merge import merge
from isotimer.store.migrations import MIGRATIONS
from isotimer.store.opening import open_database
from isotimer.store.queries import trace
from isotimer.store.results import Sprint
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

DAY = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


def dump(path):
    """Return all rows of all tables."""
    db = sqlite3.connect(path)
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    out = {n: sorted(map(repr, db.execute(f"SELECT * FROM {n}"))) for n in names if "migrations" not in n}
    db.close()
    return out


def session(store, name, n=2, day=0, finished=True):
    """Let somebody train; return the keys of the holds."""
    at = DAY + timedelta(days=day)
    session_id = store.start_session(store.athlete(name), '{"name": "p"}', at)
    ids = []
    for rep in range(n):
        start = HoldStart(
            session_id=session_id,
            position="ankle-iso-push",
            phase="push",
            side="left",
            mode="steady",
            step_index=rep,
            start_s=5.0,
            unit="N",
            started_at=at + timedelta(minutes=rep),
            setup_id=store.setup("strap"),
            device_id=store.device("hx711-line", "cell", "/dev/x", "", "17"),
        )
        ids.append(store.begin_hold(start))
        if finished:
            time_ns = np.arange(100) * 12_500_000
            raw = (200.0 + rep + np.sin(time_ns / 1e9))[:, None].round(2)
            kept = Trace(time_ns, raw, raw, np.zeros(100, np.uint8), "N", (0.0,), (1.0,))
            numbers = [MeasureRow("tension_mean_n", 200.0 + rep, "N", "", "", 1)]
            store.finish_hold(ids[-1], HoldFinish(end="completed", hold_s=1.2, samples=100), kept, numbers)
    store.end_session(session_id, at + timedelta(hours=1))
    return ids


@pytest.fixture
def station(tmp_path):
    """Make a station's database."""

    def make(name, fill=lambda store: None):
        path = tmp_path / name / "sessions.db"
        with open_store(path) as store:
            fill(store)
        return path

    return make


def merged(into, *others):
    with open_store(into) as store:
        return [merge(store, other) for other in others]


def test_all_that_another_station_has_is_taken_with_traces_and_numbers(station):
    mine = station("a", lambda s: session(s, "Ana"))
    ids = []
    theirs = station("b", lambda s: ids.extend(session(s, "Bea", 3)))
    [done] = merged(mine, theirs)
    assert (done.athletes, done.sessions, done.holds, done.changed, done.conflicts) == (1, 1, 3, 0, ())
    with open_store(mine) as store:
        assert [p["name"] for p in store.people()] == ["Ana", "Bea"]
        assert store.check() == []
        assert len(trace(store, ids[2])) == 100
        numbers = store.rows("SELECT value FROM measure WHERE hold_id = ?", [ids[2]])
        assert numbers == [{"value": 202.0}]


def test_merging_again_changes_nothing(station):
    mine = station("a", lambda s: session(s, "Ana"))
    theirs = station("b", lambda s: session(s, "Bea"))
    merged(mine, theirs)
    before = dump(mine)
    [again] = merged(mine, theirs)
    assert dump(mine) == before
    assert (again.athletes, again.sessions, again.holds, again.changed) == (0, 0, 0, 0)


def test_the_other_database_is_only_read(station):
    mine, theirs = station("a"), station("b", lambda s: session(s, "Bea"))
    before = theirs.read_bytes()
    merged(mine, theirs)
    assert theirs.read_bytes() == before


def edited(path, note, text, effort, hold, when):
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE note SET text = ?, updated_at = ? WHERE id = ?", [text, when, note])
        db.execute("UPDATE hold SET effort = ?, updated_at = ? WHERE id = ?", [effort, when, hold])
    db.close()


@pytest.fixture
def three(station, tmp_path):
    """Three stations that began with one database and went on apart."""
    seen = {}

    def begin(store):
        seen["holds"] = session(store, "Ana")
        seen["ana"] = store.athlete("Ana")
        seen["bea"] = store.athlete("Bea")
        seen["twin"] = store.athlete("Anna")
        session(store, "Anna", day=1)
        session(store, "Bea", day=2)
        seen["note"] = store.add_note("athlete", seen["ana"], "first")
        store.join_squad(store.add_squad("U20"), seen["twin"])

    first = station("one", begin)
    places = [first]
    for name in ("two", "three"):
        place = tmp_path / name / "sessions.db"
        place.parent.mkdir()
        shutil.copy(first, place)
        places.append(place)
    one, two, three = places
    with open_store(one) as store:
        session(store, "Cid", day=3)
        store.merge_athletes(seen["twin"], seen["ana"])
        store.add_sprint(seen["ana"], Sprint(distance_m=30, time_s=4.4, timing="hand"), DAY)
    edited(two, seen["note"], "second", 7, seen["holds"][0], "2027-06-01T00:00:00.000000Z")
    with open_store(two) as store:
        session(store, "Anna", day=4)
        store.add_body_mass(seen["twin"], 60.0)
    edited(three, seen["note"], "third", 9, seen["holds"][0], "2027-06-02T00:00:00.000000Z")
    with open_store(three) as store:
        store.delete_athlete(seen["bea"])
        session(store, "Ana", day=5)
    return places, seen


def test_every_order_gives_the_same(three, tmp_path):
    places, _ = three
    results = []
    for n, order in enumerate(itertools.permutations(places)):
        into = tmp_path / f"order{n}" / "sessions.db"
        into.parent.mkdir()
        shutil.copy(order[0], into)
        merged(into, *order[1:])
        results.append(dump(into))
        with open_store(into) as store:
            assert store.check() == []
    assert all(result == results[0] for result in results[1:])
    empty = tmp_path / "empty" / "sessions.db"
    open_store(empty).close()
    merged(empty, *places)
    assert dump(empty) == results[0]


def test_later_edits_win_deletions_stay_and_merged_athletes_bring_what_they_did_elsewhere(three):
    places, seen = three
    _, last = merged(*places)
    with open_store(places[0]) as store:
        people = {p["id"]: p for p in store.people()}
        assert seen["bea"] not in people
        assert seen["twin"] not in people
        # two sessions of before, one at each of the other stations
        assert people[seen["ana"]]["sessions"] == 4
        assert people[seen["ana"]]["mass_kg"] == 60.0
        assert people[seen["ana"]]["squads"] == ["U20"]
        assert [n["text"] for n in store.notes(seen["ana"])] == ["third"]
        assert store.rows("SELECT effort FROM hold WHERE id = ?", [seen["holds"][0]]) == [{"effort": 9}]
    assert any('"third", not "second"' in sentence for sentence in last.conflicts)


def test_two_athletes_of_one_name_stay_two_and_are_named(station):
    mine = station("a", lambda s: session(s, "Ana"))
    theirs = station("b", lambda s: session(s, "Ana"))
    [done] = merged(mine, theirs)
    with open_store(mine) as store:
        ids = [p["id"] for p in store.people()]
    assert len(ids) == 2
    [sentence] = done.conflicts
    assert all(key in sentence for key in ids)


def test_a_hold_that_runs_over_there_is_left_for_another_time(station):
    mine = station("a")
    theirs = station("b", lambda s: session(s, "Bea", finished=False))
    [done] = merged(mine, theirs)
    assert (done.sessions, done.holds, done.running) == (1, 0, 2)
    with open_store(mine) as store:
        assert store.check() == []


def test_numbers_of_a_newer_algorithm_win(station, tmp_path):
    ids = []
    mine = station("a", lambda s: ids.extend(session(s, "Ana")))
    theirs = tmp_path / "b.db"
    shutil.copy(mine, theirs)
    with open_store(theirs) as store:
        store.replace_measures(ids[0], [MeasureRow("tension_mean_n", 199.0, "N", "", "", 2)])
    for into, other in ((mine, theirs), (theirs, mine)):
        merged(into, other)
        with open_store(into) as store:
            assert store.rows("SELECT value FROM measure WHERE hold_id = ?", [ids[0]]) == [{"value": 199.0}]


def test_an_older_database_is_brought_up_to_date_in_a_copy(station, tmp_path):
    steps = Migrations("isotimer")
    for known in MIGRATIONS.pending(sqlite_utils.Database(memory=True))[:1]:
        steps(name=known.name)(known.fn)
    old = tmp_path / "old.db"
    db = open_database(old, migrations=steps, schema=1)
    with db.conn:
        db.execute("INSERT INTO athlete VALUES ('old', 'Olga', 't', 0, 't', NULL)")
    db.close()
    mine = station("a")
    merged(mine, old)
    with open_store(mine) as store:
        assert [p["name"] for p in store.people()] == ["Olga"]
    assert sqlite3.connect(old).execute("PRAGMA user_version").fetchone() == (1,)
    assert list(tmp_path.glob("old.db.backup*")) == []


def test_what_is_no_database_of_ours_is_refused_and_nothing_changes(station, tmp_path):
    mine = station("a", lambda s: session(s, "Ana"))
    before = dump(mine)
    text = tmp_path / "text.db"
    text.write_text("hello, this is no database at all, only a few words")
    foreign = tmp_path / "foreign.db"
    db = sqlite3.connect(foreign)
    db.execute("CREATE TABLE t (x)")
    db.commit()
    db.close()
    for other, error in (
        (text, DataError),
        (foreign, DataError),
        (tmp_path / "no", DataError),
        (mine, WrongUseError),
    ):
        with pytest.raises(error):
            merged(mine, other)
        assert dump(mine) == before


def test_names_from_elsewhere_cannot_write_on_the_terminal(station):
    name = "\x1b[31mAna[red]"
    mine = station("a", lambda s: s.athlete(name))
    theirs = station("b", lambda s: s.athlete(name))
    [done] = merged(mine, theirs)
    assert "\x1b" not in done.conflicts[0]


def test_a_squad_of_stations_merges_in_one_run(station):
    def fill(number):
        def some(store):
            for n in range(10):
                session(store, f"Athlete {number}-{n}", 1)

        return some

    places = [station(f"s{n}", fill(n)) for n in range(4)]
    mine = station("all")
    done = merged(mine, *places)
    assert sum(d.holds for d in done) == 40
    with open_store(mine) as store:
        assert len(store.people()) == 40
        assert store.check() == []


def test_athletes_merged_into_each_other_at_two_stations_lose_nothing(three, tmp_path):
    places, seen = three
    with open_store(places[1]) as store:
        store.merge_athletes(seen["ana"], seen["twin"])
    results = []
    for n, order in enumerate(itertools.permutations(places)):
        into = tmp_path / f"ring{n}" / "sessions.db"
        into.parent.mkdir()
        shutil.copy(order[0], into)
        merged(into, *order[1:])
        merged(into, *order)
        results.append(dump(into))
        with open_store(into) as store:
            people = {p["id"]: p for p in store.people()}
            assert seen["ana"] not in people
            # two of before, one each at stations two and three
            assert people[seen["twin"]]["sessions"] == 4
            assert people[seen["twin"]]["mass_kg"] == 60.0
            assert store.check() == []
    assert all(result == results[0] for result in results[1:])


def test_a_repaired_calibration_wins_over_an_older_copy(station, tmp_path):
    ids = []
    mine = station("a", lambda s: ids.extend(session(s, "Ana")))
    theirs = tmp_path / "b.db"
    shutil.copy(mine, theirs)
    with open_store(theirs) as store:
        kept = trace(store, ids[0])
        fresh = replace(kept, force_n=kept.raw * 2, slope_n_per_raw=(2.0,))
        numbers = [MeasureRow("tension_mean_n", 400.0, "N", "", "", 1)]
        store.rederive_hold(
            ids[0], HoldFinish(end="completed", hold_s=1.2, samples=100), numbers, fresh, ["c"]
        )
    for into, other in ((mine, theirs), (theirs, mine)):
        merged(into, other)
        with open_store(into) as store:
            assert trace(store, ids[0]).slope_n_per_raw == (2.0,)
            assert store.rows("SELECT value FROM measure WHERE hold_id = ?", [ids[0]]) == [{"value": 400.0}]


def test_what_still_lies_in_the_other_wal_is_taken_while_it_is_being_written(station):
    mine = station("a")
    theirs = station("b", lambda s: session(s, "Bea"))
    with open_store(theirs) as busy:
        session(busy, "Bea", day=1)
        busy.db.execute("BEGIN IMMEDIATE")
        busy.db.execute("DELETE FROM sprint")
        [done] = merged(mine, theirs)
        busy.db.rollback()
    assert (done.sessions, done.holds) == (2, 4)


def test_a_locked_other_is_one_sentence_and_nothing_changes(station, monkeypatch):
    mine = station("a", lambda s: session(s, "Ana"))
    theirs = station("b", lambda s: session(s, "Bea"))
    before = dump(mine)
    holder = sqlite3.connect(theirs, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("UPDATE athlete SET name = name")
    with pytest.raises(DataError, match="another program is writing to it"):
        merged(mine, theirs)
    holder.close()
    assert dump(mine) == before


@pytest.mark.soak
def test_twenty_stations_of_fifty_athletes_merge_in_one_run(station, capsys):
    def fill(number):
        def some(store):
            store.db.execute("PRAGMA synchronous = OFF")
            for n in range(50):
                session(store, f"Athlete {number}-{n}", 4)

        return some

    places = [station(f"s{n}", fill(n)) for n in range(20)]
    mine = station("all")
    began_s = time.perf_counter()
    done = merged(mine, *places)
    took_s = time.perf_counter() - began_s
    assert (sum(d.athletes for d in done), sum(d.holds for d in done)) == (1000, 4000)
    before = dump(mine)
    assert sum(d.holds + d.changed for d in merged(mine, *reversed(places))) == 0
    assert dump(mine) == before
    with capsys.disabled():
        print(f"\n20 stations, 1000 athletes, 4000 holds: merged in {took_s:.1f} s")


@given(st.lists(st.tuples(*[st.sampled_from("abcde")] * 2, st.integers(0, 3)), max_size=6))
def test_fates_end_and_nobody_becomes_part_of_somebody_gone(raw):
    decisions = {a: Gone(a, "athlete", b if a != b else None, str(t)) for a, b, t in raw}
    found = fates(decisions.values())
    assert found == fates(reversed(list(decisions.values())))
    for key, (_, kept) in found.items():
        assert kept not in found
        assert kept != key
