"""The coach's screens on a made-up season: found, opened, laid over, judged, changed; all by keys."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from textual.widgets import Input, OptionList, Static

from isotimer.session.coach import Coach
from isotimer.session.places import Places
from isotimer.store.database import open_store
from isotimer.store.results import Sprint
from isotimer.tui.app import IsotimerApp
from isotimer.tui.balance_picture import balance_picture
from isotimer.tui.glyphs import ASCII, UNICODE
from isotimer.tui.messages import Go
from isotimer.tui.screens.hold_detail import HoldDetailScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.choice import Choice
from isotimer.tui.widgets.line import TextLine
from isotimer.tui.widgets.plot import Plot
from isotimer.tui.widgets.trace import Trace

DEMO = "Demo athlete"
NOW = datetime(2026, 6, 1, 19, tzinfo=UTC)
EVIL = "[red]Éva[/] \x1b[31m 'q'"


@pytest.fixture
def places(season_db) -> Places:
    return Places(season_db, (), season_db.with_name("log"))


@pytest.fixture
def open_on(station, places):
    """Return an app that begins with a screen on the made-up season."""

    def start(name: str, database: Path | None = None) -> IsotimerApp:
        station.athlete = DEMO
        station.places = places if database is None else Places(database, (), database.with_name("log"))
        return IsotimerApp(station, start_screen=name, environ={})

    return start


def state(app) -> str:
    return app.screen.query_one("#state", TextLine).text


async def loaded(pilot, tools, app, word: str) -> None:
    await tools.eventually(pilot, lambda: word in state(app))


def rows_of(app) -> list[str]:
    listed = app.screen.query_one("#done", OptionList)
    return [str(listed.get_option_at_index(i).prompt) for i in range(listed.option_count)]


async def test_history_is_filtered_and_opened(open_on, tools):
    app = open_on("history")
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, tools, app, "100 holds, more further down")
        assert tools.outside(app) == []
        app.screen.query_one("#athlete", Input).value = DEMO
        app.screen.query_one("#position", Input).value = "ankle-iso-push"
        app.screen.query_one("#mode", Choice).choose("steady")
        app.screen.query_one("#side", Choice).choose("left")
        app.screen.load()
        await tools.eventually(pilot, lambda: len(rows_of(app)) == 32)
        assert all(
            "Stiff-leg ankle" in row and "L steady" in row and "Demo athlete" in row for row in rows_of(app)
        )
        app.screen.query_one("#done").focus()
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldDetailScreen))
        await pilot.press("escape")
        assert len(rows_of(app)) == 32


async def test_the_next_page_comes_when_the_end_is_near(open_on, tools):
    app = open_on("history")
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, tools, app, "100 holds, more further down")
        await pilot.press("end")
        await loaded(pilot, tools, app, "200 holds")


async def test_sessions_are_noted_and_open_to_their_holds(open_on, tools, season_db):
    app = open_on("history")
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, tools, app, "100 holds")
        app.screen.query_one("#show", Choice).focus()
        await pilot.press("right")
        await loaded(pilot, tools, app, "sessions")
        assert "synthetic season" in rows_of(app)[0]
        app.screen.query_one("#done").focus()
        await pilot.press("n", *"windy", "enter")
        await tools.eventually(pilot, lambda: "Kept." in tools.said(app))
        await pilot.press("n", "escape")
        await pilot.press("enter")
        await loaded(pilot, tools, app, "of this session")
        assert 20 <= len(rows_of(app)) <= 24
        await pilot.press("backspace")
        await loaded(pilot, tools, app, "100 holds, more further down")
    with open_store(season_db, readonly=True) as store:
        assert store.rows("SELECT text FROM note WHERE session_id IS NOT NULL") == [{"text": "windy"}]


async def test_the_queue_is_worked_off_by_two_keys(open_on, tools):
    app = open_on("history")
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, tools, app, "100 holds")
        app.screen.query_one("#show", Choice).choose("queue")
        app.screen.load()
        await tools.eventually(pilot, lambda: len(rows_of(app)) == 2)
        app.screen.query_one("#done").focus()
        await pilot.press("a")
        await tools.eventually(pilot, lambda: len(rows_of(app)) == 1)
        await pilot.press("x")
        await loaded(pilot, tools, app, "Nothing to look at")


SENSELESS = (
    ("athlete", "Zoe [b]x[/b]", "there is no athlete 'Zoe [b]x[/b]'"),
    ("group", "U99", "there is no group 'U99'"),
    ("since", "yesterday", "'yesterday' is no date"),
)


async def test_a_field_that_makes_no_sense_is_said(open_on, tools, subtests):
    app = open_on("history")
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, tools, app, "100 holds")
        for field, text, sentence in SENSELESS:
            entered = app.screen.query_one(f"#{field}", Input)
            entered.focus()
            with subtests.test(field=field):
                entered.value = text
                await pilot.press("enter")
                await loaded(pilot, tools, app, sentence)
                assert app.screen.query_one("#state").has_class("-trouble")
            entered.value = ""
            await pilot.press("enter")
            await loaded(pilot, tools, app, "100 holds")
            assert not app.screen.query_one("#state").has_class("-trouble")


@pytest.fixture
def traced(season_db) -> str:
    """The key of a hold with a trace and one of the other side."""
    with open_store(season_db, readonly=True) as store:
        rows = store.rows(
            "SELECT h.id FROM hold h JOIN trace t ON t.hold_id = h.id WHERE h.mode = 'steady'"
            " AND h.side = 'right' ORDER BY h.started_at DESC LIMIT 1"
        )
    return str(rows[0]["id"])


async def test_a_hold_is_looked_at_near_and_far_and_over_others(open_on, tools, traced, size):
    app = open_on("today")
    async with app.run_test(size=size) as pilot:
        app.push_screen(HoldDetailScreen(app.station, UNICODE, traced))
        await tools.eventually(pilot, lambda: "tension" in tools.text_of(app))
        screen = app.screen
        assert tools.outside(app) == []
        cursor = screen.query_one("#cursor", TextLine)
        assert cursor.text.startswith("at 15.00 s: ")
        trace = screen.query_one(Trace)
        whole = trace._data
        await pilot.press("up", "up", "right", "right")
        near = trace._data
        assert (near.end_s - near.start_s) == pytest.approx((whole.end_s - whole.start_s) / 4)
        at_s = near.now_s
        assert at_s > 15.0
        expected = float(np.interp(at_s, whole.time_s, whole.value))
        assert float(cursor.text.split(": ")[1].split()[0]) == pytest.approx(expected, rel=0.05)
        for _ in range(12):
            await pilot.press("shift+right")
        moved = trace._data
        assert moved.start_s > near.start_s
        assert moved.start_s <= moved.now_s <= moved.end_s
        await pilot.press("w")
        assert trace._data.end_s == pytest.approx(whole.end_s)
        seen = []
        for _ in range(4):
            await pilot.press("o")
            await tools.eventually(pilot, lambda: cursor.text not in seen)
            seen.append(cursor.text)
        assert "the hold before" in seen[0]
        assert "the best of this series" in seen[1]
        assert "the other side" in seen[2]
        assert "over it" not in seen[3]


async def test_a_hold_is_noted_and_set_aside(open_on, tools, traced, season_db):
    app = open_on("today")
    async with app.run_test(size=(120, 40)) as pilot:
        app.push_screen(HoldDetailScreen(app.station, UNICODE, traced))
        await tools.eventually(pilot, lambda: "tension" in tools.text_of(app))
        await pilot.press("n", *"hip", "enter")
        await tools.eventually(pilot, lambda: "note: hip" in tools.text_of(app))
        await pilot.press("x")
        await tools.eventually(pilot, lambda: "set-aside" in tools.text_of(app))
        await pilot.press("n", "escape")
        assert isinstance(app.screen, HoldDetailScreen)
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))


async def test_a_hold_without_a_trace_says_so_and_one_that_is_gone_too(open_on, tools, season_db):
    with open_store(season_db) as store:
        bare = store.rows("SELECT id FROM hold WHERE id NOT IN (SELECT hold_id FROM trace) LIMIT 1")[0]["id"]
    app = open_on("today")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(HoldDetailScreen(app.station, UNICODE, bare))
        await tools.eventually(pilot, lambda: "No trace is kept" in tools.text_of(app))
        await pilot.press("up", "right", "o", "w")
        app.push_screen(HoldDetailScreen(app.station, UNICODE, "nothing"))
        await tools.eventually(pilot, lambda: "there is no such hold any more" in tools.text_of(app))


async def test_the_screens_lead_to_each_other_by_number_keeping_the_athlete(open_on, tools, size):
    app = open_on("balance")
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: "28 days" in state(app))
        assert tools.outside(app) == []
        app.screen.query_one("#text").focus()
        await pilot.press("3")
        await loaded(pilot, tools, app, "18 series")
        assert "plateau" in str(app.screen.query_one("#said", Static).content)
        assert app.screen.query_one(Plot)._data is not None
        assert tools.outside(app) == []
        await pilot.press("4")
        await loaded(pilot, tools, app, "stronger and faster")
        shown = [p.id for p in app.screen.query(Plot) if p.display]
        assert shown == ["strength", "phases", "shake", "speed"]
        assert tools.outside(app) == []
        await pilot.press("5")
        await loaded(pilot, tools, app, "3 athletes")
        assert tools.outside(app) == []
        await pilot.press("1")
        await loaded(pilot, tools, app, "holds")
        assert app.screen.query_one("#athlete", Input).value == DEMO
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))


async def test_another_athlete_is_typed(open_on, tools):
    app = open_on("track")
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, tools, app, "stronger and faster")
        entered = app.screen.query_one("#athlete", Input)
        entered.value = "Demo Bo (synthetic)"
        entered.focus()
        await pilot.press("enter")
        await loaded(pilot, tools, app, "No sprints yet: press s")
        entered.value = "Zoe"
        await pilot.press("enter")
        await loaded(pilot, tools, app, "there is no athlete 'Zoe'")


NEXT_STEPS = (
    ("history", "Do a first hold"),
    ("balance", "Do a first hold"),
    ("trend", "Do a first hold"),
    ("track", "Do a first hold"),
    ("people", "Press n to add an athlete"),
    ("sprints", "Fill in distance and time"),
    ("notes", "Press n to write one"),
)


async def test_before_the_first_hold_the_next_step_is_said(open_on, tools, subtests, tmp_path):
    app = open_on("positions", tmp_path / "none.db")
    async with app.run_test(size=(80, 24)) as pilot:
        for name, sentence in NEXT_STEPS:
            with subtests.test(screen=name):
                app.on_go(Go(name))
                await tools.eventually(pilot, lambda: app.screen.query("#state"))
                await loaded(pilot, tools, app, sentence)
                assert not (tmp_path / "none.db").exists()
            app.pop_screen()


def test_the_picture_of_balance_is_symmetric_and_plain_in_ascii(season_made):
    view = Coach(season_made).balance(DEMO, NOW)
    lines = balance_picture(view.shown, 78, UNICODE)
    assert max(len(line) for line in lines) <= 78
    [push] = [line for line in lines if " PUSH " in line]
    left, right = push.split(" PUSH ")
    assert left.count("█") == right.count("█") > 25
    assert any("of best" in line and "TE)" in line for line in lines)
    plain = balance_picture(view.shown, 78, ASCII)
    assert all(ord(c) < 128 for line in plain for c in line)


async def test_people_are_added_weighed_grouped_renamed_and_noted(open_on, tools, season_db):
    app = open_on("people")
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, tools, app, "3 athletes")
        listed = app.screen.query_one("#athletes", OptionList)
        await pilot.press("n", *"Ana", "enter")
        await loaded(pilot, tools, app, "4 athletes")
        listed.highlighted = 0
        await tools.eventually(pilot, lambda: "0 holds in 0 sessions" in tools.text_of(app))
        await pilot.press("w", *"61,5", "enter")
        await tools.eventually(pilot, lambda: "61.5 kg" in tools.text_of(app))
        await pilot.press("g", *"U20", "enter")
        await tools.eventually(pilot, lambda: "in U20" in tools.text_of(app))
        app.screen.action_rename()
        app.screen.query_one("#answer", Input).value = EVIL
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "[red]Éva[/]" in tools.text_of(app))
        await pilot.press("t", *"fast", "enter")
        await tools.eventually(pilot, lambda: "athlete: fast" in tools.text_of(app))
        await pilot.press("a")
        await tools.eventually(
            pilot, lambda: "archived" in str(app.screen.query_one("#said", Static).content)
        )
    assert "\x1b" not in tools.said(app)
    with open_store(season_db, readonly=True) as store:
        assert EVIL not in [p["name"] for p in store.people()]
        assert EVIL in [p["name"] for p in store.people(archived=True)]


async def test_one_is_deleted_only_after_the_name_and_a_backup(open_on, tools, season_db):
    app = open_on("people")
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, tools, app, "3 athletes")
        app.screen.query_one("#athletes", OptionList).highlighted = 0
        await pilot.press("x", *"demo", "enter")
        await tools.eventually(pilot, lambda: "nothing was deleted" in tools.said(app))
        app.screen.query_one("#answer", Input).value = "Demo Bo (synthetic)"
        await pilot.press("enter")
        await loaded(pilot, tools, app, "2 athletes")
        app.screen.query_one("#athletes", OptionList).highlighted = 0
        await pilot.press("m")
        app.screen.query_one("#answer", Input).value = DEMO
        await pilot.press("enter")
        await loaded(pilot, tools, app, "1 athlete")
    assert len(list(season_db.parent.glob("season.db.backup-athletes-*"))) == 2


async def test_the_one_who_trains_next_is_chosen_by_enter(open_on, tools):
    app = open_on("people")
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, tools, app, "3 athletes")
        app.screen.query_one("#athletes", OptionList).highlighted = 1
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: app.station.athlete == "Demo Cleo (synthetic)")


async def test_a_sprint_is_typed_in_with_what_follows_from_it_and_deleted(open_on, tools, season_db):
    with open_store(season_db) as store:
        key = store.athlete("Ana")
    app = open_on("today")
    async with app.run_test(size=(80, 24)) as pilot:
        from isotimer.tui.screens.sprints import SprintsScreen

        app.push_screen(SprintsScreen(app.station, UNICODE, "Ana"))
        await tools.eventually(pilot, lambda: "No sprints yet" in tools.text_of(app))
        fields = {
            "distance": "30",
            "time": "4,00",
            "steps": "16",
            "date": "2026-05-01",
            "remark": "[b]wind[/]",
        }
        for name, value in fields.items():
            app.screen.query_one(f"#{name}", Input).value = value
        app.screen.query_one("#remark").focus()
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "7.50 m/s" in tools.text_of(app))
        assert "2.00 strides/s" in tools.text_of(app)
        assert "[b]wind[/]" in tools.text_of(app)
        app.screen.query_one("#time", Input).value = "fast"
        app.screen.query_one("#time").focus()
        await pilot.press("enter")
        await loaded(pilot, tools, app, "'fast' is no number")
        runs = app.screen.query_one("#runs", OptionList)
        runs.focus()
        runs.highlighted = 0
        await pilot.press("delete")
        await loaded(pilot, tools, app, "Again deletes")
        await pilot.press("delete")
        await loaded(pilot, tools, app, "No sprints yet")
    with open_store(season_db, readonly=True) as store:
        assert store.sprints(key) == []


def test_stride_rate_is_half_the_step_rate(season_db):
    from isotimer.session.people_desk import PeopleDesk

    desk = PeopleDesk(season_db)
    desk.add("Ana")
    desk.add_sprint("Ana", Sprint(distance_m=20, time_s=2.0, timing="hand", flying=True, steps=9), NOW)
    [line] = desk.sprints("Ana")
    assert (line.speed_m_s, line.stride_rate_hz) == (10.0, 2.25)


async def test_a_fault_of_ours_is_said_and_the_app_goes_on(open_on, tools, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Coach, "balance", broken)
    app = open_on("balance")
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, tools, app, "That failed; the details are in the log.")
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
    assert "ZeroDivisionError" in caplog.text
