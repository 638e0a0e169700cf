from dataclasses import replace

import numpy as np
import pytest
from textual.widgets import Static

from isotimer.core.plan import End, Side
from isotimer.session.snapshot import MeasureView
from isotimer.tui.app import IsotimerApp
from isotimer.tui.forms import Form
from isotimer.tui.messages import Over
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.result import summary
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.digits import BlockDigits
from isotimer.tui.widgets.trace import Trace


async def show(app, pilot, *results):
    app.on_over(Over(results))
    await pilot.pause()


def numbers(app):
    """All measures, those below the edge of the screen included."""
    return str(app.screen.query_one("#numbers", Static).content)


async def test_it_says_how_long_how_hard_and_why_something_is_absent(station, size, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, tools.make_result())
        text = tools.text_of(app)
        for words in (
            "COMPLETED",
            "875 samples at 87.5 Hz",
            "How hard",
            "mean tension 299 N",
            "How steady",
            "1.83 %",
            "first hold of this position",
            "Zero drifted",
        ):
            assert words in text
        places = [text.index(w) for w in ("COMPLETED", "How hard", "How steady", "Against before")]
        assert places == sorted(places)
        assert "absent: sensor too slow: 10.8 Hz, needs 40" in numbers(app)
        assert " hold " in text
        assert app.screen.query_one(BlockDigits).value == "10.0"
        assert not tools.outside(app)


async def test_a_hold_without_a_sensor_has_no_trace(station, tools):
    none = np.empty(0)
    bare = replace(
        tools.make_result(), time_s=none, force_n=none, samples=0, rate_hz=None, measures=(), notices=()
    )
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await show(app, pilot, bare)
        assert "timed without a sensor" in tools.text_of(app)
        assert not app.screen.query_one(Trace).display


@pytest.mark.parametrize(
    ("end", "word"),
    [(End.RELEASED, "RELEASED EARLY"), (End.ABORTED, "STOPPED"), (End.DEVICE_LOST, "SENSOR LOST")],
)
def test_every_end_has_its_word(tools, end, word):
    assert word in summary(replace(tools.make_result(), end=end))


def test_gaps_are_told(tools):
    assert "2 gaps, 0.75 s without samples" in summary(
        replace(tools.make_result(), gaps=((1.0, 0.5), (4.0, 0.25)))
    )


async def test_the_holds_of_the_session_are_turned_over(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await show(app, pilot, tools.make_result("a"), tools.make_result("b", side=Side.RIGHT))
        assert "RIGHT" in tools.text_of(app).splitlines()[0]
        await pilot.press("left", "left")
        await pilot.pause()
        assert "LEFT" in tools.text_of(app).splitlines()[0]
        await pilot.press("right", "right")
        await pilot.pause()
        assert "RIGHT" in tools.text_of(app).splitlines()[0]


async def test_numbers_that_come_later_are_shown(station, tools):
    first = tools.make_result("a")
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await show(app, pilot, replace(first, measures=()))
        station.last = replace(first, measures=(MeasureView("x", "late number", 5.0, "N"),))
        await tools.eventually(pilot, lambda: "late number" in numbers(app))


async def test_the_keys(station, tools):
    station.last_started = Form().plan()
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await show(app, pilot, tools.make_result())
        await pilot.press("space")
        await pilot.pause()
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        assert station.started == station.last_started
        await show(app, pilot, tools.make_result())
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)
        await show(app, pilot, tools.make_result())
        await pilot.press("q")
    assert station.closed == 1


async def test_hostile_names_and_reasons_are_shown_as_text(station, tools):
    evil = MeasureView("x", "[red]x[/]\x1b[2J" + "y" * 500, None, "N", "why [b]not[/b] " + "z" * 500)
    result = replace(tools.make_result(), measures=(evil,), notices=("[blink]notice[/]\x07",))
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await show(app, pilot, result)
        text = tools.text_of(app)
        assert "[red]x[/]" in numbers(app)
        assert "\x1b" not in numbers(app)
        assert "[blink]notice[/]\\x07" in text
        assert "\x1b" not in text
        assert not tools.outside(app)


async def test_many_numbers_can_be_read_by_key(station, tools):
    many = tuple(MeasureView(f"m{n}", f"number {n}", float(n), "N") for n in range(20))
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await show(app, pilot, replace(tools.make_result(), measures=many))
        assert "number 19" not in tools.text_of(app)
        await pilot.press(*["down"] * 26)
        await pilot.pause()
        assert "number 19" in tools.text_of(app)
