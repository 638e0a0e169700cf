"""Taken out of a group, put back, group deleted: what was decided last holds in every order of merging."""

import itertools
import shutil

import pytest

from isotimer.store.database import open_store
from isotimer.store.fates import Gone, fates
from isotimer.store.membership import KIND, left, membership
from isotimer.store.merge import merge


class Stations:
    """Copies of one database with Ana and Bea in U20, each of which goes on by itself."""

    def __init__(self, folder):
        self.folder = folder
        first = folder / "first.db"
        with open_store(first) as store:
            self.u20, self.ana, self.bea, self.twin = (
                store.add_squad("U20"),
                *(store.athlete(name) for name in ("Ana", "Bea", "Anna")),
            )
            for athlete in (self.ana, self.bea):
                store.join_squad(self.u20, athlete)
        self.first = first

    def copy(self, name, source=None):
        place = self.folder / f"{name}.db"
        shutil.copy(source or self.first, place)
        return place

    def merged(self, *places):
        """Return the groups of each athlete, which must be the same in every order."""
        seen = []
        for number, order in enumerate(itertools.permutations(places)):
            into = self.copy(f"order{len(list(self.folder.iterdir()))}-{number}", order[0])
            with open_store(into) as store:
                for other in (*order[1:], *order):
                    merge(store, self.copy("again", other))
                assert store.check() == []
                groups = {p["name"]: p["squads"] for p in store.people()}
                members = sorted(store.rows("SELECT athlete_id FROM squad_member"), key=str)
                seen.append((groups, members, [q["name"] for q in store.squads()]))
        assert all(one == seen[0] for one in seen)
        return seen[0][0]


@pytest.fixture
def stations(tmp_path):
    return Stations(tmp_path)


def test_who_was_taken_out_stays_out_whoever_still_has_them_in(stations):
    here, older = stations.copy("here"), stations.copy("older")
    with open_store(here) as store:
        store.leave_squad(stations.u20, stations.ana)
    assert stations.merged(here, older) == {"Ana": [], "Bea": ["U20"], "Anna": []}


def test_who_was_put_back_stays_in(stations):
    here = stations.copy("here")
    with open_store(here) as store:
        store.leave_squad(stations.u20, stations.ana)
    knows = stations.copy("knows", here)
    with open_store(knows) as store:
        store.join_squad(stations.u20, stations.ana)
    assert stations.merged(here, knows, stations.copy("older"))["Ana"] == ["U20"]
    with open_store(knows) as store:
        store.leave_squad(stations.u20, stations.ana)
    assert stations.merged(here, knows, stations.copy("older"))["Ana"] == []


def test_who_never_was_a_member_is_not_remembered_as_taken_out(stations):
    here, other = stations.copy("here"), stations.copy("other")
    with open_store(here) as store:
        store.leave_squad(stations.u20, stations.twin)
    with open_store(other) as store:
        store.join_squad(stations.u20, stations.twin)
    assert stations.merged(here, other)["Anna"] == ["U20"]


def test_a_group_that_was_deleted_does_not_come_back(stations):
    here, older = stations.copy("here"), stations.copy("older")
    with open_store(here) as store:
        store.delete_squad(stations.u20)
    assert stations.merged(here, older) == {"Ana": [], "Bea": [], "Anna": []}


def test_somebody_merged_from_two_athletes_is_one_in_any_order(stations):
    here, joins, older = (stations.copy(name) for name in ("here", "joins", "older"))
    with open_store(here) as store:
        store.leave_squad(stations.u20, stations.ana)
    with open_store(joins) as store:
        store.merge_athletes(stations.ana, stations.twin)
    assert stations.merged(here, joins, older) == {"Anna": [], "Bea": ["U20"]}


def test_who_is_in_by_their_own_name_stays_in_when_they_become_one(stations):
    here = stations.copy("here")
    with open_store(here) as store:
        store.leave_squad(stations.u20, stations.ana)
        store.merge_athletes(stations.ana, stations.bea)
    assert stations.merged(here, stations.copy("older")) == {"Anna": [], "Bea": ["U20"]}


def test_the_last_decision_about_a_membership_counts():
    key = membership("s", "a")
    out = [Gone(key, KIND, None, "2026-01-01")]
    assert left(out, fates(out)) == {("s", "a")}
    back = [Gone(key, KIND, key, "2026-01-02")]
    assert left(back, fates(back)) == set()
    merged = [*out, Gone("a", KIND, "b", "2026-01-03")]
    assert left(merged, fates(merged)) == {("s", "a"), ("s", "b")}
    again = [*merged, Gone(membership("s", "b"), KIND, membership("s", "b"), "2026-01-04")]
    assert left(again, fates(again)) == set()
