"""The demo's season: whole, labelled as made up, with traces that fit their numbers."""

import numpy as np

from isotimer.review.season import SYNTHETIC
from isotimer.session.coach_hold import look_at
from isotimer.session.season import COMING, NOTE, load_season, season_behind
from isotimer.store import queries
from isotimer.store.database import open_store


def test_everything_says_that_it_was_made_up(season_made):
    with open_store(season_made, readonly=True) as store:
        assert {r["setup"] for r in store.rows("SELECT DISTINCT setup FROM v_holds")} == {SYNTHETIC}
        assert {r["device_profile"] for r in store.rows("SELECT DISTINCT device_profile FROM v_holds")} == {
            SYNTHETIC
        }
        people = store.people()
        assert len(people) == 3
        assert [store.notes(p["id"])[0]["text"] for p in people] == [NOTE] * 3
        assert store.check() == []


def test_a_trace_gives_the_numbers_of_its_row(season_made):
    with open_store(season_made, readonly=True) as store:
        rows = store.rows(
            "SELECT id FROM hold h WHERE mode = 'max' AND EXISTS"
            " (SELECT 1 FROM trace t WHERE t.hold_id = h.id) LIMIT 3"
        )
        assert rows
        for row in rows:
            trace = queries.trace(store, row["id"])
            values = {m.id: m.value for m in queries.measures(store, row["id"])}
            inside = (trace.time_s > 1) & (trace.time_s < 4)
            assert np.isclose(np.mean(trace.force_n[inside]), values["tension_best_1s_n"], rtol=0.02)
            look = look_at(season_made, row["id"])
            assert look.result.rate_hz is not None
            assert look.spectrum is not None


def test_leaving_at_once_leaves_no_half_a_season(tmp_path):
    path = tmp_path / "demo.db"
    with season_behind(path, "Demo athlete") as coming:
        assert coming() == COMING
    assert coming() == ""
    assert not path.exists()


def test_leaving_between_two_athletes_leaves_whole_seasons(tmp_path):
    path = tmp_path / "demo.db"
    asked = iter((False, True))
    load_season(path, "Demo athlete", stop=lambda: next(asked))
    with open_store(path, readonly=True) as store:
        [person] = store.people()
        assert person["sessions"] > 20
        assert store.check() == []
