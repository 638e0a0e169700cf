"""Another program keeps the database locked: the screen goes on, says so, and begins when it is free."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from isotimer.core.plan import Side, build_plan
from isotimer.session.places import Places
from isotimer.session.station import Station
from isotimer.store import opening
from isotimer.store.database import open_store
from isotimer.tui import app as app_module
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import Begin
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.today import TodayScreen

BEATS = 10


class Beating(IsotimerApp):
    """Counts how often it could have drawn."""

    def on_mount(self) -> None:
        super().on_mount()
        self.beats = 0
        self.set_interval(0.01, self._beat)

    def _beat(self) -> None:
        self.beats += 1


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    open_store(path).close()
    return path


@pytest.fixture
def holder(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, isolation_level=None, timeout=10)
    yield connection
    connection.close()


@pytest.fixture
def beating(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beating]:
    monkeypatch.setattr(app_module, "_SLOW_S", 0.05)
    station = Station(Places(database, (), database.with_name("log")), "Ana")
    yield Beating(station)
    station.close()


def plan() -> Begin:
    return Begin(build_plan("ankle-iso-push", [Side.LEFT], 5.0))


async def opened(app, pilot, tools) -> None:
    await tools.eventually(pilot, lambda: app.screen.query("#summary") and app.station.ready)
    app.station.unasked = lambda positions: ()


async def test_the_screen_draws_while_a_session_waits_for_the_database(beating, holder, tools) -> None:
    app = beating
    async with app.run_test() as pilot:
        await opened(app, pilot, tools)
        holder.execute("BEGIN IMMEDIATE")
        app.post_message(plan())
        await tools.eventually(pilot, lambda: "another program may be writing to it" in tools.said(app))
        before = app.beats
        await tools.eventually(pilot, lambda: app.beats >= before + BEATS)
        assert isinstance(app.screen, TodayScreen)
        app.post_message(plan())
        holder.execute("ROLLBACK")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
    with open_store(app.station.places.database, readonly=True) as store:
        assert len(store.rows("SELECT id FROM session")) == 1


async def test_a_database_that_stays_locked_is_said_and_may_be_tried_again(
    beating, holder, tools, monkeypatch
) -> None:
    monkeypatch.setattr(opening, "_BUSY_S", 0.2)
    app = beating
    async with app.run_test() as pilot:
        await opened(app, pilot, tools)
        holder.execute("BEGIN IMMEDIATE")
        app.post_message(plan())
        await tools.eventually(pilot, lambda: "another program is writing to it" in tools.said(app))
        assert "try again" in tools.said(app)
        assert isinstance(app.screen, TodayScreen)
        holder.execute("ROLLBACK")
        app.post_message(plan())
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))


async def test_what_the_drawing_thread_writes_itself_waits_but_a_moment(database, holder) -> None:
    assert patience_ms(database) < 1000
    holder.execute("BEGIN IMMEDIATE")
    station = Station(Places(database, (), database.with_name("log")), "Ana")
    with pytest.raises(opening.DataError, match="another program is writing to it"):
        station.welcome("Bea", None)


def test_elsewhere_another_program_is_waited_for(database) -> None:
    assert patience_ms(database) == 1000 * opening._BUSY_S


def patience_ms(database: Path) -> int:
    with open_store(database) as store:
        return store.rows("PRAGMA busy_timeout")[0]["timeout"]
