import pytest
from textual.widgets import Input, OptionList

from isotimer.core.errors import LinkError, LinkReason
from isotimer.session.snapshot import LineView
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.connect import ConnectScreen
from isotimer.tui.screens.today import TodayScreen

HOSTILE = ("[red]x[/]", "\x1b[2Jgone", "é" * 500, "🦵🏽🏃‍♀️", "[link='x']", "a\nb\tc", "\u202eevil")


@pytest.fixture
def connect_app(station, tools):
    station.ports = (
        tools.PortChoice("/dev/ttyS0", "a port", "", "", False, ""),
        tools.PortChoice("/dev/ttyUSB0", "FT232R", "mark10-series5", "Mark-10 Series 5", True, ""),
    )
    return IsotimerApp(station, start_screen="connect")


async def settle(app, pilot):
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_what_was_found_is_listed_and_the_known_sensor_chosen(station, connect_app, tools, size):
    async with connect_app.run_test(size=size) as pilot:
        await settle(connect_app, pilot)
        text = tools.text_of(connect_app)
        assert "/dev/ttyUSB0" in text
        assert "/dev/ttyS0" in text
        await pilot.press("enter")
        assert ("connect", "/dev/ttyUSB0", "mark10-series5") in station.asked
        assert not tools.outside(connect_app)


async def test_any_url_can_be_typed(station, connect_app):
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        url = connect_app.screen.query_one("#url", Input)
        url.focus()
        url.value = "socket://127.0.0.1:5000"
        await pilot.press("enter")
        assert ("connect", "socket://127.0.0.1:5000", "mark10-series5") in station.asked


async def test_the_device_is_chosen_by_hand(station, connect_app):
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        connect_app.screen.query_one("#devices", OptionList).focus()
        await pilot.press("up", "enter")
        assert ("connect", "/dev/ttyUSB0", "chronojump-force-sensor") in station.asked


async def test_tare_says_what_it_did_as_it_is(station, connect_app, tools):
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        await pilot.press("t")
        await settle(connect_app, pilot)
        assert "tare" in station.asked
        assert "[red]3.2[/] N taken off" in tools.said(connect_app)


async def test_without_a_sensor_tare_says_so(station, connect_app, tools):
    station.line = LineView()
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        await pilot.press("t")
        await settle(connect_app, pilot)
        assert "tare" not in station.asked
        assert "no sensor to tare" in tools.said(connect_app)


async def test_a_line_that_cannot_be_opened_says_why(station, connect_app, tools):
    def refuse(port, profile_id):
        raise LinkError(LinkReason.BUSY, "cannot open [b]port[/b]")

    station.connect = refuse
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert "cannot open [b]port[/b]" in tools.said(connect_app)


async def test_no_port_at_all(station, connect_app, tools):
    station.ports = ()
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        assert "No port found" in tools.text_of(connect_app)
        await pilot.press("enter")
        assert not any(isinstance(asked, tuple) for asked in station.asked)


async def test_looking_again_finds_a_sensor_plugged_in_since(station, connect_app, tools):
    found, station.ports = station.ports, ()
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        station.ports = found
        await pilot.press("r")
        await settle(connect_app, pilot)
        assert "/dev/ttyUSB0" in tools.text_of(connect_app)


async def test_disconnect_and_back(station, connect_app):
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        await pilot.press("d")
        assert "disconnect" in station.asked
        assert isinstance(connect_app.screen, ConnectScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(connect_app.screen, TodayScreen)


async def test_hostile_names_are_shown_as_text_and_break_nothing(station, tools, size):
    station.ports = tuple(tools.PortChoice(text, text, text, text, True, text) for text in HOSTILE)
    station.profiles = lambda: tuple((text, text) for text in HOSTILE)
    app = IsotimerApp(station, start_screen="connect")
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        for text in HOSTILE:
            screen = tools.text_of(app)
            assert "\x1b" not in screen
            assert "\u202e" not in screen
            assert "[red]x[/]" in screen
            assert not tools.outside(app)
            assert len(screen.splitlines()) == size[1]
            await pilot.press("enter", "down")
            assert station.asked[-1] == ("connect", text, text)
