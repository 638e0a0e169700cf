import os
import signal

import pytest

from isotimer.core.errors import DataError
from isotimer.core.events import Key, State
from isotimer.tui.app import SIGNALS, IsotimerApp
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.banner import Banner
from isotimer.tui.widgets.gauge import TensionGauge


async def test_two_keys_give_a_newcomer_the_first_hold(station, size, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        await pilot.press("space")
        assert station.started is not None
        assert station.asked == [Key.GO]
        assert station.view.state is State.COUNTDOWN


async def test_ctrl_c_leaves_from_any_field_and_closes_the_station(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        app.screen.query_one("#athlete").focus()
        await pilot.press("ctrl+c")
    assert station.closed == 1
    assert app.return_code == 0


@pytest.mark.skipif(not SIGNALS or os.name == "nt", reason="no such signals here")
@pytest.mark.parametrize("number", SIGNALS)
async def test_a_signal_ends_the_app_in_order(station, number, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        os.kill(os.getpid(), number)
        await pilot.pause(0.01)
    app.left()
    assert station.closed == 1
    assert app.return_code == 128 + number
    assert signal.getsignal(number) == signal.SIG_DFL


async def test_a_crash_closes_the_station_too(station, tools):
    app = IsotimerApp(station)

    async def crash() -> None:
        async with app.run_test() as pilot:
            await tools.eventually(pilot, lambda: app.screen.query("#summary"))
            app.call_later(lambda: 1 / 0)
            await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        await crash()
    assert station.closed == 1


async def test_the_theme_changes_and_all_screens_can_be_drawn_in_both(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        assert app.current_theme.dark
        await pilot.press("f2")
        assert not app.current_theme.dark
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))


async def test_a_theme_of_textual_works_too(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        app.theme = "nord"
        await pilot.press("enter")
        assert app.screen.query_one(Banner).words[0] == "READY"


async def test_a_session_that_cannot_start_says_why(station, tools):
    def refuse(plan):
        raise DataError("cannot write [red]sessions.db[/]", "disk full", "make room")

    station.start = refuse
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)
        assert "[red]sessions.db[/]" in tools.said(app)


async def test_it_can_begin_with_the_hold_screen(station):
    station.enter(State.READY)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test():
        assert isinstance(app.screen, HoldScreen)


async def test_the_help_lists_the_keys_in_use(station, tools):
    station.change_settings(keys={"today.connect": "k"})
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("f1")
        await pilot.pause()
        text = tools.text_of(app)
        assert "k               Find, choose and zero a sensor." in text
        await pilot.press("escape")
        assert isinstance(app.screen, TodayScreen)


async def test_the_palette_offers_the_actions_of_the_screen(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        commands = {c.title: c for c in app.get_system_commands(app.screen)}
        assert {"Start", "Sensor", "Help", "Quit"} <= set(commands)
        await commands["Start"].callback()
        await pilot.pause()
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))


async def test_ascii_only_where_that_is_asked(station, tools):
    station.enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold", environ={"ISOTIMER_ASCII": "1"})
    async with app.run_test(size=(120, 40)) as pilot:
        await tools.eventually(pilot, lambda: "'" in tools.text_of(app))
        screen = tools.text_of(app)
        assert all(ord(c) < 128 or c == "°" for c in screen), {c for c in screen if ord(c) > 127}


async def test_without_colour_all_is_still_said(station, tools, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    station.enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold", environ={})
    async with app.run_test(size=(120, 40)) as pilot:
        assert app.no_color
        gauge = app.screen.query_one(TensionGauge)
        await tools.eventually(pilot, lambda: gauge.word == "IN")
        await tools.eventually(pilot, lambda: "270" in tools.text_of(app))
        banded = [
            line for line in tools.text_of(app).splitlines() if line[:8] == " " * 7 + app.glyphs.axis_band
        ]
        assert banded
