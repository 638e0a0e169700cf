"""The line of keys: what it says, and that the mouse may press them too."""

from typing import ClassVar

import pytest
from textual.app import App
from textual.binding import Binding
from textual.widgets import Input

from isotimer.tui.widgets.key_line import KeyLine


class Keyed(App[None]):
    """An app of three keys; one does nothing at present, one is not shown."""

    BINDINGS: ClassVar = [
        Binding("a", "ask(1)", "Ask", tooltip="Ask for [b]it[/b]."),
        Binding("up,b", "ask(2)", "Beyond 界", tooltip="Go on."),
        Binding("d", "down", "Down", tooltip="Not now."),
        Binding("h", "ask(3)", "Hidden", show=False),
    ]

    def __init__(self):
        super().__init__()
        self.asked = []
        self.rung = 0
        self.down = None

    def compose(self):
        yield Input()
        yield KeyLine()

    def action_ask(self, what):
        self.asked.append(what)

    def action_down(self):
        self.asked.append("down")

    def check_action(self, action, parameters):
        return self.down if action == "down" else True

    def bell(self):
        self.rung += 1


@pytest.fixture
def app():
    return Keyed()


def last(app, tools):
    return tools.text_of(app).splitlines()[-1]


async def at(app, pilot, tools):
    app.screen.set_focus(None)
    await tools.eventually(pilot, lambda: "Down" in last(app, tools))
    return last(app, tools).index


async def test_each_key_that_is_shown_stands_there_once_and_a_dead_one_is_dim(app, tools):
    async with app.run_test(size=(60, 10)) as pilot:
        where = await at(app, pilot, tools)
        assert last(app, tools).startswith(" a Ask  ↑ Beyond 界  d Down ")
        assert "Hidden" not in last(app, tools)
        line = app.query_one(KeyLine)
        styles = {s.text.strip(): s.style for s in line.render_line(0) if s.text.strip()}
        assert styles["Down"].dim
        assert not styles["Ask"].dim
        assert styles["a"].color != styles["Ask"].color
        app.down = True
        app.screen.refresh_bindings()
        await pilot.pause()
        styles = {s.text.strip(): s.style for s in line.render_line(0) if s.text.strip()}
        assert not styles["Down"].dim
        app.down = False
        app.screen.refresh_bindings()
        await pilot.pause()
        assert "Down" not in last(app, tools)
        assert where("Ask") == 3


async def test_the_mouse_presses_a_key_and_is_told_of_it(app, tools):
    async with app.run_test(size=(60, 10)) as pilot:
        where = await at(app, pilot, tools)
        line = app.query_one(KeyLine)
        # A wide character takes two cells, so what stands right of it begins one cell further on.
        for word, x, asked, about in (
            ("Ask", where("Ask"), [1], "Ask for [b]it[/b]."),
            ("Beyond", where("Beyond"), [1, 2], "Go on."),
            ("Down", where("Down") + 1, [1, 2], "Not now."),
        ):
            await pilot.hover(line, offset=(x, 0))
            assert str(line.tooltip) == about, word
            await pilot.click(line, offset=(x, 0))
            assert app.asked == asked
        assert app.rung == 1
        await pilot.click(line, offset=(55, 0))
        assert app.asked == [1, 2]
        assert app.rung == 1


async def test_too_many_keys_are_found(app, tools):
    async with app.run_test(size=(28, 10)) as pilot:
        await at(app, pilot, tools)
        assert tools.outside(app) == []
        await pilot.resize_terminal(26, 10)
        await pilot.pause()
        assert tools.outside(app) == [app.query_one(KeyLine)]
