from textual.widgets import Input, OptionList

from isotimer.core.plan import Side
from isotimer.core.positions import Cuff, Use
from isotimer.core.setup import Effort, Height, Setup
from isotimer.session.best import Reference
from isotimer.session.setups import SetupView
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import AskSetup
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.setup import SetupScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.choice import Choice
from isotimer.tui.widgets.line import TextLine

RED = Setup(Use.BAND, Effort.HOLD, Cuff.KNEE, Height.FLOOR, "red", 2, 150.0)


def summary(app):
    return app.screen.query_one("#summary", TextLine).text


async def opened(app, pilot, tools, *keys):
    await tools.eventually(pilot, lambda: app.screen.query("#summary"))
    await pilot.press(*keys)
    await tools.eventually(pilot, lambda: isinstance(app.screen, SetupScreen))
    await tools.eventually(pilot, lambda: summary(app))


async def test_a_setup_is_stated_by_keys_and_nothing_is_cut(station, size, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot, tools, "u")
        assert not tools.outside(app)
        assert summary(app) == "ENTER takes: band, ankle cuff"
        await pilot.press("tab", "tab", "tab", "right", "tab", "right", "tab", "r", "e", "d", "tab", "2")
        await pilot.pause()
        assert summary(app) == "ENTER takes: red band x2, knee cuff, anchor at the floor"
        assert not tools.outside(app)
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert station.setups_chosen == {
            tools.swing: Setup(Use.BAND, Effort.HOLD, Cuff.KNEE, Height.FLOOR, "red", 2)
        }


async def test_fields_without_use_are_hidden_and_the_effort_follows_the_equipment(station, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools, "u")
        use = app.screen.query_one("#use", Choice)
        use.focus()
        await pilot.press("right")
        await pilot.pause()
        assert (use.value, app.screen.query_one("#effort", Choice).value) == ("strap", "push")
        assert not app.screen.query_one("#row-count").display
        await pilot.press("right")
        await pilot.pause()
        assert use.value == "body"
        assert summary(app) == "ENTER takes: body weight"


async def test_what_makes_no_sense_is_said_and_not_taken(station, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools, "u")
        app.screen.query_one("#distance", Input).focus()
        app.screen.query_one("#distance", Input).value = "far"
        await pilot.press("enter")
        await pilot.pause()
        assert "distance 'far'" in summary(app)
        assert isinstance(app.screen, SetupScreen)
        assert station.setups_chosen == {}


async def test_before_a_session_each_unknown_setup_is_asked_then_it_begins(station, tools):
    station.setups_wanted = {tools.swing}
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools, "space")
        assert station.started is None
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        assert station.setups_chosen[tools.swing].use is Use.BAND
        assert station.started is not None


async def test_it_may_be_left_open_or_closed_without_beginning(station, tools):
    station.setups_wanted = {tools.swing}
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools, "space")
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert station.started is None
        await opened(app, pilot, tools, "space")
        await pilot.press("down")
        await pilot.pause()
        assert summary(app) == "ENTER states nothing"
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        assert ("skip setup", tools.swing) in station.asked
        assert station.setups_chosen == {}


async def test_known_setups_are_offered_the_present_one_first(station, tools):
    known = (SetupView("a", "[red]rig", None), SetupView("b", RED.name, RED))
    station.setups_known = known
    station.setups_chosen = {tools.swing: known[1]}
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools, "u")
        assert summary(app) == f"ENTER takes: {RED.name}"
        assert app.screen.query_one("#model", Input).value == "red"
        assert "[red]rig" in tools.text_of(app)
        app.screen.query_one("#known", OptionList).focus()
        await pilot.press("up", "enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert station.setups_chosen[tools.swing] is known[0]


async def test_several_positions_are_asked_one_after_the_other(station, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        app.screen.post_message(AskSetup((tools.swing, "seated-knee-lift")))
        await tools.eventually(pilot, lambda: "(1 of 2)" in tools.text_of(app))
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "(2 of 2)" in tools.text_of(app))
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert set(station.setups_chosen) == {tools.swing, "seated-knee-lift"}


async def test_what_100_percent_is_can_be_set_for_today(station, tools):
    station.references = {(tools.swing, Side.LEFT): Reference(312.4, 6, None, "best of 6 max holds, today")}
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools, "u")
        text = tools.text_of(app)
        assert "left: 312 N, best of 6 max holds, today" in text
        assert "right: no hold yet" in text
        app.screen.query_one("#best-left", Input).focus()
        app.screen.query_one("#best-left", Input).value = "much"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, SetupScreen)
        assert "much" in tools.said(app)
        app.screen.query_one("#best-left", Input).value = "300"
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert station.references_set == {(tools.swing, Side.LEFT): 300.0, (tools.swing, Side.RIGHT): None}
