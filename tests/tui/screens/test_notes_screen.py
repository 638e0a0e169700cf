"""Remarks and the report by keys, and what the coach's screens say while a season is still being made."""

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from isotimer.session import coach_report
from isotimer.session.note_desk import NoteDesk, Subject
from isotimer.session.places import Places
from isotimer.store.database import open_store
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import Go
from isotimer.tui.screens.hold_detail import HoldDetailScreen
from isotimer.tui.screens.notes import NotesScreen
from isotimer.tui.widgets.line import TextLine

DEMO = "Demo athlete"
LONG = "[red]hip[/] \x1b[31m\nsecond line"


@pytest.fixture
def open_on(station, season_db):
    """Return an app that begins with a screen on the made-up season."""

    def start(name: str, database: Path = season_db) -> IsotimerApp:
        station.athlete = DEMO
        station.places = Places(database, (), database.with_name("log"), exports=database.with_name("out"))
        return IsotimerApp(station, start_screen=name, environ={})

    return start


def state(app) -> str:
    found = app.screen.query("#state")
    return found.first(TextLine).text if found else ""


async def until(pilot, tools, app, word: str) -> None:
    await tools.eventually(pilot, lambda: word in state(app))


async def test_a_note_on_a_session_is_written_changed_and_deleted_by_pressing_twice(
    open_on, tools, season_db
):
    app = open_on("history")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, tools, app, "holds")
        app.screen.query_one("#show").choose("sessions")
        app.screen.load()
        await until(pilot, tools, app, "session")
        app.screen.query_one("#done").focus()
        await pilot.press("e")
        await until(pilot, tools, app, "No remarks yet. Press n")
        assert tools.outside(app) == []
        for word in ("one", "two"):
            await pilot.press("n", *word, "enter")
        await until(pilot, tools, app, "2 notes")
        app.screen.query_one("#remarks", OptionList).highlighted = 0
        await pilot.press("enter")
        assert app.screen.query_one("#answer", Input).value == "two"
        await pilot.press(*"fold", "enter")
        await tools.eventually(pilot, lambda: "twofold" in tools.text_of(app))
        await pilot.press("x")
        await until(pilot, tools, app, 'Again deletes "twofold" for good; ESC or another note keeps it.')
        await pilot.press("down")
        await until(pilot, tools, app, "2 notes")
        await pilot.press("x", "escape")
        assert state(app) == "2 notes"
        await pilot.press("x", "x")
        await until(pilot, tools, app, "1 note")
        await pilot.press("n", "escape", "escape")
        await tools.eventually(pilot, lambda: not isinstance(app.screen, NotesScreen))
    with open_store(season_db, readonly=True) as store:
        texts = [r["text"] for r in store.rows("SELECT text FROM note WHERE session_id IS NOT NULL")]
    assert texts == ["twofold"]


async def test_notes_of_a_hold_are_those_of_its_session_too_and_shown_changed_on_the_hold(
    open_on, tools, season_db
):
    with open_store(season_db) as store:
        hold = store.rows("SELECT id, session_id FROM hold ORDER BY started_at DESC LIMIT 1")[0]
        store.add_note("session", hold["session_id"], "rain")
        store.add_note("hold", hold["id"], LONG)
    app = open_on("history")
    async with app.run_test(size=(120, 40)) as pilot:
        app.push_screen(HoldDetailScreen(app.station, app.glyphs, hold["id"]))
        await tools.eventually(pilot, lambda: "e changes or deletes notes" in tools.text_of(app))
        await pilot.press("e")
        await until(pilot, tools, app, "2 notes")
        listed = app.screen.query_one("#remarks", OptionList)
        assert [str(listed.get_option_at_index(i).prompt).split("  ")[1] for i in range(2)] == [
            r"[red]hip[/] \x1b[31m\x0asecond line",
            "rain",
        ]
        assert "Notes on Demo" in tools.text_of(app)
        assert "hold of 2026-" in str(app.screen.query_one("#said", Static).content)
        await pilot.press("e")
        assert "line breaks" in tools.text_of(app)
        # What is kept as it stands in the field is not changed at all.
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: not app.screen.query_one("#question").display)
        await pilot.press("e", *" left", "enter")
        await until(pilot, tools, app, "2 notes")
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: "second line left" in tools.text_of(app))
    with open_store(season_db, readonly=True) as store:
        [row] = store.rows("SELECT text FROM note WHERE hold_id IS NOT NULL")
    assert row["text"] == "[red]hip[/]  [31m second line left"


async def test_an_empty_note_is_refused_and_the_field_stays(open_on, tools):
    app = open_on("people")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, tools, app, "3 athletes")
        await pilot.press("e")
        await until(pilot, tools, app, "1 note")
        assert f"Notes on {DEMO}" in tools.text_of(app)
        await pilot.press("n", "enter")
        await tools.eventually(pilot, lambda: "a note of 0 characters" in tools.said(app))
        assert app.screen.query_one("#answer", Input).has_focus


def test_a_note_that_is_gone_meanwhile_is_told(season_db, station):
    desk = NoteDesk(season_db, station.positions)
    _, [line] = desk.notes(Subject("athlete", DEMO))
    desk.delete(line.note_id)
    with pytest.raises(Exception, match="there is no such note"):
        desk.change(line.note_id, "other")


async def test_p_writes_the_report_and_says_where(open_on, tools, season_db, monkeypatch):
    # The page itself, with its pictures, is tried elsewhere.
    monkeypatch.setattr(coach_report, "page", lambda content: f"<h1>{content.athlete}</h1>")
    app = open_on("balance")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, tools, app, "28 days")
        await pilot.press("p")
        # Nothing waits for it: the screen can be left at once.
        app.on_go(Go("trend"))
        await tools.eventually(pilot, lambda: "Open it in a browser" in tools.said(app))
        [path] = season_db.with_name("out").iterdir()
        assert path.name.startswith("demo-athlete-")
        assert str(path) in tools.said(app)
    assert path.read_text("utf-8") == f"<h1>{DEMO}</h1>"


async def test_a_report_that_cannot_be_written_is_told(open_on, tools, season_db):
    season_db.with_name("out").write_text("a file")
    app = open_on("history")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, tools, app, "holds")
        await pilot.press("p")
        await tools.eventually(pilot, lambda: "it is a file; name a folder" in tools.said(app))


async def test_while_the_season_is_being_made_that_is_said_and_then_it_is_shown(open_on, tools, season_db):
    app = open_on("history", season_db.with_name("none.db"))
    app.station.coming = lambda: "" if app.station.places.database.exists() else "loading the made-up season"
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, tools, app, "loading the made-up season")
        for tab in ("2", "3", "4", "5", "1"):
            await pilot.press(tab)
            await until(pilot, tools, app, "loading the made-up season")
        season_db.rename(season_db.with_name("none.db"))
        await until(pilot, tools, app, "100 holds")
