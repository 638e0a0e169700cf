import pytest
from textual.widgets import Input, OptionList

from isotimer.core.errors import LinkError, LinkReason, WrongUseError
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


async def test_a_sensor_used_before_is_chosen_and_its_facts_are_shown(station, connect_app, tools, size):
    station.ports = (
        tools.PortChoice("/dev/ttyUSB0", "FT232R", "mark10-series5", "Mark-10 Series 5", False, ""),
        tools.PortChoice(
            "/dev/ttyACM3", "Uno", "chronojump-force-sensor", "Chronojump", False, "", known=True
        ),
    )
    station.kept_words = "calibrated 12 days ago; noise floor 0.2 N, today [b]"
    async with connect_app.run_test(size=size) as pilot:
        await settle(connect_app, pilot)
        assert station.kept_words in tools.text_of(connect_app)
        await pilot.press("down", "enter")
        assert ("connect", "/dev/ttyACM3", "chronojump-force-sensor") in station.asked
        assert not tools.outside(connect_app)


async def test_only_ports_that_a_device_file_names_are_asked_unbidden(station, connect_app, tools):
    station.ports = (
        tools.PortChoice("/dev/ttyS0", "a port", "", "", False, ""),
        tools.PortChoice("/dev/ttyUSB0", "F", "mark10-series5", "Mark-10", False, "", named=True),
        tools.PortChoice("/dev/ttyUSB1", "F", "mark10-series5", "Mark-10", False, "", known=True, named=True),
    )
    station.answers["/dev/ttyUSB0"] = tools.PortChoice(
        "/dev/ttyUSB0", "", "mark10-series5", "Mark-10", True, "answers like mark10-series5 at 115200 baud"
    )
    async with connect_app.run_test(size=(120, 40)) as pilot:
        await settle(connect_app, pilot)
        assert [a for a in station.asked if a[0] == "ask"] == [("ask", "/dev/ttyUSB0", "")]
        assert "answers like mark10-series5" in tools.text_of(connect_app)


async def test_a_chosen_port_is_asked_for_the_chosen_device(station, connect_app, tools):
    station.answers["/dev/ttyUSB0"] = tools.PortChoice(
        "/dev/ttyUSB0", "", "chronojump-force-sensor", "Chronojump", True, "Force_Sensor-0.6 [x]"
    )
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        await pilot.press("a")
        await settle(connect_app, pilot)
        assert ("ask", "/dev/ttyUSB0", "mark10-series5") in station.asked
        assert "Force_Sensor-0.6 [x]" in tools.said(connect_app)
        assert connect_app.screen.query_one("#devices", OptionList).highlighted == 0


async def test_the_bench_needs_a_sensor(station, connect_app, tools):
    station.line = LineView()
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        await pilot.press("c")
        await pilot.pause()
        assert "no sensor to calibrate" in tools.said(connect_app)
        assert isinstance(connect_app.screen, ConnectScreen)


async def test_sensors_heard_over_bluetooth_are_ports_like_others(station, connect_app, tools, size):
    station.air = (
        tools.PortChoice("ble:AA:BB", "Progressor_1 [red], -50 dBm", "mark10-series5", "Mark-10", False, ""),
    )
    async with connect_app.run_test(size=size) as pilot:
        await settle(connect_app, pilot)
        assert "look around" not in station.asked
        await pilot.press("b")
        await settle(connect_app, pilot)
        text = tools.text_of(connect_app)
        assert "ble:AA:BB" in text
        assert "/dev/ttyS0" in text
        await pilot.press("enter")
        assert station.asked[-1] == ("connect", "ble:AA:BB", "mark10-series5")
        assert not tools.outside(connect_app)


async def test_without_bluetooth_the_command_that_installs_it_is_said(station, connect_app, tools):
    advice = "install it with: pip install 'isotimer[ble]'"
    station.air = WrongUseError("Bluetooth is an extra part", "bleak is not installed", advice)
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        await pilot.press("b")
        await settle(connect_app, pilot)
        assert advice in tools.said(connect_app)
        assert "/dev/ttyUSB0" in tools.text_of(connect_app)


async def test_ble_alone_means_looking_for_one(station, connect_app):
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        url = connect_app.screen.query_one("#url", Input)
        url.focus()
        url.value = "ble:"
        await pilot.press("enter")
        await settle(connect_app, pilot)
        assert "look around" in station.asked
        assert not any(asked[0] == "connect" for asked in station.asked if isinstance(asked, tuple))


async def test_what_a_sensor_reports_is_said(station, connect_app, tools):
    async with connect_app.run_test() as pilot:
        await settle(connect_app, pilot)
        station.sentences = ("Progressor says: its battery is low [red]",)
        await tools.eventually(pilot, lambda: "its battery is low [red]" in tools.said(connect_app))
