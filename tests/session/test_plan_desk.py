"""Sessions that were cut off: when they are offered, and that they go on as the same session."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from isotimer.core.hold import Key, State
from isotimer.core.plan import Plan, Side, build_plan
from isotimer.session.places import Places
from isotimer.session.station import Station

PLAN = build_plan(
    "standing-pull-back",
    [Side.LEFT, Side.RIGHT],
    0.2,
    reps=2,
    countdown_s=0.0,
    rest_rep_s=0.0,
    rest_side_s=0.0,
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "mine.toml").write_text(
        'name = "Mine"\nabout = "x"\n[[block]]\nposition = "standing-pull-back"\nhold_s = 2\ntarget = "75%"\n'
    )
    return Places(tmp_path / "s.db", (), tmp_path / "log", plan_folders=(folder,))


@pytest.fixture
def station(places: Places, monkeypatch) -> Callable[..., Station]:
    from isotimer.sound.output import BellOnly

    monkeypatch.setattr("isotimer.sound.output.open_sound", lambda **more: BellOnly(""))

    def opened(athlete: str = "Ana") -> Station:
        one = Station(places, athlete)
        one.reconnect_known = False
        one.open()
        return one

    return opened


def cut_in_second_hold(station: Station, until: Callable[..., None], plan: Plan = PLAN) -> None:
    """Leave the app in the middle of the second hold."""
    station.start(plan)
    station.press(Key.GO)
    until(lambda: station.snapshot().engine.state is State.HOLD and station.snapshot().engine.step_index == 1)
    station.close()


def rows(places: Places) -> list[tuple[int, int, str]]:
    with sqlite3.connect(places.database) as db:
        return db.execute(
            'SELECT step_index, attempt, "end" FROM hold ORDER BY step_index, attempt'
        ).fetchall()


LONG = build_plan("standing-pull-back", [Side.LEFT, Side.RIGHT], 0.6, countdown_s=0.0, rest_side_s=0.0)


def test_left_in_a_hold_it_goes_on_with_that_hold_in_the_same_session(station, places, until) -> None:
    cut_in_second_hold(station(), until, LONG)
    one = station()
    cut = one.unfinished_session()
    assert cut is not None
    assert (cut.plan, cut.left) == (LONG, 1)
    assert "Continue where you stopped?" in cut.question
    assert "1 hold is left" in cut.question
    one.resume(cut)
    assert one.unfinished_session() is None
    one.press(Key.GO)
    until(lambda: one.snapshot().engine.state is State.DONE)
    one.close()
    assert rows(places) == [(0, 1, "completed"), (1, 1, "aborted"), (1, 2, "completed")]
    with sqlite3.connect(places.database) as db:
        assert db.execute("SELECT count(*), count(ended_at) FROM session").fetchone() == (1, 1)
    assert station().unfinished_session() is None


def test_it_is_offered_to_its_athlete_only_and_can_be_forgotten(station, until) -> None:
    cut_in_second_hold(station(), until, LONG)
    assert station("Berta").unfinished_session() is None
    one = station()
    cut = one.unfinished_session()
    assert cut is not None
    one.forget_cut_off(cut)
    assert one.unfinished_session() is None


def test_not_after_half_a_day_nor_before_anything_was_done(station, places, until, monkeypatch) -> None:
    one = station()
    one.start(PLAN)
    one.close()
    assert station().unfinished_session() is None
    cut_in_second_hold(station(), until, LONG)
    assert station().unfinished_session() is not None

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(hours=13)

    monkeypatch.setattr("isotimer.session.plan_desk.datetime", Later)
    assert station().unfinished_session() is None


def test_not_when_it_was_ended_by_key_or_done(station, until) -> None:
    one = station()
    one.start(LONG)
    one.press(Key.GO)
    until(lambda: one.snapshot().engine.state is State.HOLD)
    one.press(Key.ABORT)
    until(lambda: one.snapshot().engine.state is State.ABORTED)
    one.close()
    assert station().unfinished_session() is None


def test_a_side_that_hurt_stays_left_out(station, places, until) -> None:
    one = station()
    one.start(
        build_plan(
            "standing-pull-back",
            [Side.LEFT, Side.RIGHT],
            1.0,
            reps=2,
            countdown_s=0.0,
            rest_rep_s=0,
            rest_side_s=0,
        )
    )
    one.press(Key.GO)
    until(lambda: one.snapshot().engine.state is State.HOLD)
    one.press(Key.PAIN)
    until(lambda: one.snapshot().engine.step_index == 1 and one.snapshot().engine.state is State.HOLD)
    one.close()
    again = station()
    cut = again.unfinished_session()
    assert cut is not None
    assert (cut.progress.dropped, cut.left) == ((Side.LEFT,), 2)
    again.resume(cut)
    again.press(Key.GO)
    until(lambda: again.snapshot().engine.state is State.DONE)
    again.close()
    with sqlite3.connect(places.database) as db:
        found = db.execute('SELECT step_index, side, "end", flag FROM hold ORDER BY started_at').fetchall()
    assert found == [
        (0, "left", "aborted", "pain"),
        (1, "right", "aborted", ""),
        (1, "right", "completed", ""),
        (3, "right", "completed", ""),
    ]


def test_effort_is_stored_on_the_holds_of_the_set(station, places, until) -> None:
    one = station()
    one.start(LONG)
    one.press(Key.GO)
    until(lambda: one.snapshot().engine.asks_effort)
    one.effort(9)
    until(lambda: not one.snapshot().engine.asks_effort)
    one.close()
    with sqlite3.connect(places.database) as db:
        assert db.execute("SELECT effort FROM hold").fetchall() == [(9,), (9,)]


def test_a_plan_of_the_shelf_is_stored_with_the_session_as_written_and_as_run(station, places) -> None:
    one = station()
    one.start_plan("mine")
    assert one.snapshot().felt == "by feel: hard, about 8 of 10"
    one.close()
    with sqlite3.connect(places.database) as db:
        name, written, steps = db.execute(
            "SELECT json_extract(plan, '$.name'), json_extract(plan, '$.spec.name'),"
            " json_array_length(plan, '$.steps') FROM session"
        ).fetchone()
    assert (name, written) == ("Mine", "Mine")
    assert steps >= 2
    Path(places.plan_folders[0], "mine.toml").unlink()
    assert rows(places) == []


def test_the_time_that_has_passed_is_told(station, until) -> None:
    from dataclasses import replace

    cut_in_second_hold(station(), until, LONG)
    cut = station().unfinished_session()
    assert "0 min ago" in cut.question
    assert "3 h ago" in replace(cut, at=datetime.now(UTC) - timedelta(hours=3, minutes=5)).question


def test_a_written_plan_is_kept_once_and_each_session_names_it(station, places) -> None:
    one = station()
    one.start_plan("mine")
    one.start(*one.again())
    one.start(PLAN)
    one.close()
    with sqlite3.connect(places.database) as db:
        kept = db.execute("SELECT id, name, json_extract(steps, '$.name') FROM plan").fetchall()
        named = [row[0] for row in db.execute("SELECT plan_id FROM session ORDER BY started_at, id")]
    assert [row[1:] for row in kept] == [("Mine", "Mine")]
    assert named == [kept[0][0], kept[0][0], None]


def test_again_is_the_same_plan_with_the_targets_of_now(station) -> None:
    one = station()
    one.start_plan("mine")
    assert one.last_plan().steps[0].target is None
    one.set_reference("standing-pull-back", Side.RIGHT, 400.0)
    plan, spec = one.again()
    assert plan.steps[0].target.force_n == 300.0
    one.start(plan, spec)
    assert one.began.spec == spec != ""
    one.close()


def test_the_first_side_that_is_drawn_is_the_same_for_a_newcomer_and_later(station, places) -> None:
    path = places.plan_folders[0] / "drawn.toml"
    path.write_text(
        'name = "D"\nstart_side = "drawn"\n[[block]]\nposition = "standing-pull-back"\nhold_s = 2\n'
    )
    first = {}
    for name in ("Ana", "Ben", "Cleo", "Dora", "Eve", "Finn"):
        one = station(name)
        first[name] = one.plan_of("drawn")[0].steps[0].side
        one.start_plan("drawn")
        one.close()
    for name, side in first.items():
        assert station(name).plan_of("drawn")[0].steps[0].side is side


def test_rules_of_a_plan_are_obeyed_by_themselves(station, places, until) -> None:
    (places.plan_folders[0] / "careful.toml").write_text(
        'name = "C"\nstop_at_pain = true\n[[block]]\nposition = "standing-pull-back"\nhold_s = 0.2\n'
        "countdown_s = 0\nrest_side_s = 60\nreps = 3\nextra_attempts = 1\n"
    )
    one = station()
    told: list[object] = []
    one.subscribe(told.append)
    one.start_plan("careful")
    one.press(Key.GO)
    until(lambda: one.snapshot().engine.state is State.REST)
    one.pain(Side.LEFT)
    until(lambda: one.snapshot().engine.state is State.DONE)
    assert any(getattr(event, "why", "") == "Session over: pain" for event in told)
    one.close()
    assert station().unfinished_session() is None
