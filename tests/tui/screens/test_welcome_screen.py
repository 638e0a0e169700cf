"""The first start."""

import pytest
from textual.events import Paste
from textual.widgets import Input

from isotimer.core.plan import Start
from isotimer.core.text import printable
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import Go
from isotimer.tui.screens.connect import ConnectScreen
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.screens.welcome import WelcomeScreen

HOSTILE = (
    'Ann "the" O\'Neil; DROP TABLE athlete',
    "🏃‍♀️ émile",
    "[red]Ana[/red] [@click=app.quit]x[/]",
    "\x1b[31mred\x1b]0;title\x07",
    "x" * 500,
    "=1+1",
)


@pytest.fixture
def newcomer(station):
    station.newcomer = True
    return station


async def at_welcome(app, pilot, tools):
    await tools.eventually(pilot, lambda: isinstance(app.screen, WelcomeScreen))


async def test_only_a_newcomer_is_welcomed(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: station.opened)
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        assert isinstance(app.screen, TodayScreen)


async def test_who_is_known_to_be_new_only_later_is_welcomed_too(station, tools):
    def open_() -> None:
        station.newcomer = True

    station.open = open_
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await at_welcome(app, pilot, tools)


async def test_all_is_skipped_with_one_key_and_not_asked_again(newcomer, tools):
    app = IsotimerApp(newcomer)
    async with app.run_test() as pilot:
        await at_welcome(app, pilot, tools)
        await pilot.press("escape")
        assert isinstance(app.screen, TodayScreen)
        await tools.eventually(pilot, lambda: newcomer.opened)
        assert isinstance(app.screen, TodayScreen)


async def test_each_answer_is_skipped_with_one_key_and_a_hold_follows(newcomer, tools, size):
    app = IsotimerApp(newcomer)
    async with app.run_test(size=size) as pilot:
        await at_welcome(app, pilot, tools)
        await pilot.press("enter", "enter", "enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
    assert ("welcome", "", None) in newcomer.asked
    assert newcomer.started is not None
    assert newcomer.started.total_s < 120
    assert newcomer.started.steps[0].start is Start.CLOCK


async def test_answers_are_taken_and_the_sensor_that_is_there_is_used(newcomer, tools):
    newcomer.ports = (
        tools.PortChoice("/dev/ttyS0", "serial", "", "", False, ""),
        tools.PortChoice("/dev/ttyUSB0", "serial", "chronojump-force-sensor", "Chronojump", False, ""),
    )
    app = IsotimerApp(newcomer)
    async with app.run_test() as pilot:
        await at_welcome(app, pilot, tools)
        await tools.eventually(pilot, lambda: "Chronojump at /dev/ttyUSB0" in tools.text_of(app))
        await pilot.press(*"Ana", "enter", *"154 lb", "enter", "enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
    name, mass_kg = next(asked[1:] for asked in newcomer.asked if asked[0] == "welcome")
    assert name == "Ana"
    assert mass_kg == pytest.approx(69.85, abs=0.01)
    assert ("connect", "/dev/ttyUSB0", "chronojump-force-sensor") in newcomer.asked
    assert newcomer.started.steps[0].start is Start.FORCE


async def test_another_sensor_is_chosen_by_hand(newcomer, tools):
    app = IsotimerApp(newcomer)
    async with app.run_test() as pilot:
        await at_welcome(app, pilot, tools)
        await tools.eventually(pilot, lambda: "sensors" in newcomer.asked)
        await pilot.press("enter", "enter", "down", "enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, ConnectScreen))
        await pilot.press("escape")
        assert isinstance(app.screen, TodayScreen)


async def test_a_weight_that_is_none_is_named_and_can_be_corrected(newcomer, tools):
    app = IsotimerApp(newcomer)
    async with app.run_test() as pilot:
        await at_welcome(app, pilot, tools)
        await pilot.press("enter", *"7000", "enter")
        assert "not between 20 and 300 kg" in tools.text_of(app)
        assert app.screen.query_one("#mass", Input).has_focus
        await pilot.press("backspace", "backspace", "enter", "enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
    assert ("welcome", "", 70.0) in newcomer.asked


async def test_escapes_that_are_pasted_never_reach_the_terminal(newcomer, tools):
    app = IsotimerApp(newcomer)
    async with app.run_test() as pilot:
        await at_welcome(app, pilot, tools)
        app.post_message(Paste("\x1b[31mAn\x07a\u202e [red]\nsecond line"))
        name = app.screen.query_one("#name", Input)
        await tools.eventually(pilot, lambda: name.value)
        assert name.value == "\\x1b[31mAn\\x07a\\u202e [red]"
        assert name.value in tools.text_of(app)
        assert "\x1b" not in tools.text_of(app)


async def welcomed_as(app, pilot, tools, name):
    """A newcomer gives a name, begins the first hold, leaves it and is back on the first screen."""
    await at_welcome(app, pilot, tools)
    app.station.asked.clear()
    app.screen.query_one("#name", Input).value = name
    await pilot.press("enter", "enter", "enter")
    await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
    assert ("welcome", name, None) in app.station.asked
    await pilot.press("a", "a")
    app.on_go(Go("today"))
    await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
    field = app.screen.query_one("#athlete", Input)
    await tools.eventually(pilot, lambda: field.value == printable(name))
    text = tools.text_of(app)
    assert "\x1b" not in text
    assert printable(name)[:20] in text
    assert not tools.outside(app)


async def test_any_name_is_taken_as_typed_and_breaks_nothing(newcomer, tools, subtests, size):
    app = IsotimerApp(newcomer)
    async with app.run_test(size=size) as pilot:
        for number, name in enumerate(HOSTILE):
            if number:
                app.on_go(Go("welcome"))
            with subtests.test(name=number):
                await welcomed_as(app, pilot, tools, name)
