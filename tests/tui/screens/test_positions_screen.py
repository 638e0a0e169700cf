from dataclasses import replace

from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static

from isotimer.core.plan import Phase, Side
from isotimer.core.positions import POSITIONS, PositionBook
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.positions import PositionsScreen
from isotimer.tui.screens.setup import SetupScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.drawing import DrawingView


async def opened(app, pilot, tools):
    await tools.eventually(pilot, lambda: app.screen.query("#summary"))
    await pilot.press("o")
    await tools.eventually(pilot, lambda: isinstance(app.screen, PositionsScreen))
    await tools.eventually(pilot, lambda: app.screen.query_one(DrawingView).lines)


async def test_it_shows_drawing_set_up_and_cues_and_nothing_is_cut(station, size, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot, tools)
        text = tools.text_of(app)
        for phase in Phase:
            assert phase.value.upper() in text
        assert POSITIONS[0].name in text
        assert "Set-up: Stand on one leg" in text
        assert "sensor" in text
        for line in app.screen.query_one(DrawingView).lines:
            assert line.rstrip() in text
        assert not tools.outside(app)


async def test_every_position_says_all_there_is_to_know(station, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools)
        drawings = set()
        for at, position in enumerate(app.screen._listed):
            if position is None:
                continue
            app.screen.query_one("#positions", OptionList).highlighted = at
            await pilot.pause()
            text = str(app.screen.query_one("#position", Static).content)
            for words in (
                position.setup,
                position.sensor,
                *position.cues,
                *position.faults,
                position.pull.value,
            ):
                assert words in text
            drawings.add(app.screen.query_one(DrawingView).lines)
        assert len(drawings) == len(POSITIONS)


async def test_a_key_shows_the_other_leg_and_a_long_text_is_read_by_keys(station, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools)
        right = app.screen.query_one(DrawingView).lines
        await pilot.press("s")
        await pilot.pause()
        assert app.screen.query_one(DrawingView).lines != right
        assert "left at work" in tools.text_of(app)
        await pilot.press("space")
        await tools.eventually(pilot, lambda: app.screen.query_one("#about", VerticalScroll).scroll_y > 0)
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))


async def test_own_positions_are_listed_with_hostile_words_as_typed(station, tools):
    own = replace(
        POSITIONS[0], id="own", name="[red]x[/]", setup="[b]Stand[/b].", source="me", sides=(Side.BOTH,)
    )
    station.positions = PositionBook((own,), ("own.toml, line 1, key '[x]': [red]wrong.",))
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools)
        app.screen.query_one("#positions", OptionList).highlighted = app.screen._listed.index(own)
        await pilot.pause()
        text = tools.text_of(app)
        assert "[red]x[/] (yours)" in text
        assert "[b]Stand[/b]." in text
        assert "no drawing" in text
        assert "[red]wrong" in tools.said(app)


async def test_enter_asks_for_the_setup_of_the_position_and_plain_terminals_get_ascii(station, tools):
    app = IsotimerApp(station, environ={"ISOTIMER_ASCII": "1"})
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, tools)
        drawing = "".join(app.screen.query_one(DrawingView).lines)
        assert drawing.isascii()
        assert "#" in drawing
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, SetupScreen))
        assert POSITIONS[0].name in tools.text_of(app)
