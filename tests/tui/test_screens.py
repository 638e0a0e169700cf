"""Every screen of the table, settled, at both sizes: as it was, nothing cut, nothing that needs a mouse.

A picture that is meant to change is written anew with
``ISOTIMER_GOLDEN=write pytest tests/tui/test_screens.py``; the difference is then looked at like any other.
"""

import inspect
import os
from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from isotimer.core.errors import WrongUseError
from isotimer.core.events import State
from isotimer.session.places import Places, shipped_plans
from isotimer.tui.actions import actions_of
from isotimer.tui.app import SCREEN_TABLE, IsotimerApp, screen_class
from isotimer.tui.messages import AskSetup

GOLDEN = Path(__file__).with_name("golden")
NAMES = ("today", *SCREEN_TABLE)


@pytest.fixture
def station(station, tmp_path):
    folders = (tmp_path / "plans", shipped_plans())
    station.places = Places(tmp_path / "s.db", (), tmp_path / "log", plan_folders=folders)
    return station


def no_bench(channel: int) -> None:
    raise WrongUseError("there is no sensor to calibrate", "", "connect one first")


def needed(name: str) -> list[str]:
    """Return what a screen has to be told beyond station and signs; such a screen is opened from another."""
    if name in ("today", "help"):
        return []
    parameters = list(inspect.signature(screen_class(name)).parameters.values())[2:]
    return [p.name for p in parameters if p.default is p.empty]


def app_on(station, name, environ) -> IsotimerApp:
    """Return an app that begins with a screen, or with one from which it can be opened."""
    if name == "calibrate":
        station.make_bench = no_bench
    told = name == "help" or bool(needed(name))
    if name == "hold" or told:
        station.enter(State.HOLD)
    return IsotimerApp(station, start_screen="hold" if told else name, environ=environ)


async def open_screen(app, pilot, tools, name) -> None:
    """Open a screen with something to show."""
    station = app.station
    if name == "today":
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
    elif name == "help":
        app.action_help()
    elif needed(name):
        values = {"results": (tools.make_result(),), "ask": AskSetup((tools.swing,))}
        arguments = {argument: values[argument] for argument in needed(name)}
        app.push_screen(screen_class(name)(station, app.glyphs, **arguments))


async def settled(app, pilot, tools) -> str:
    """Return the screen once it has stopped changing."""
    await app.workers.wait_for_complete([w for w in app.workers if w.group != "finish"])
    seen = [""]

    def still() -> bool:
        seen.append(tools.text_of(app))
        return len(seen) > 4 and len(set(seen[-4:])) == 1

    await tools.eventually(pilot, still)
    return seen[-1]


def cut(screen) -> list[object]:
    """Return the texts that need more lines than they have, and cannot be scrolled."""
    return [
        w
        for w in screen.query(Static)
        if w.display
        and w.region.area
        and not any(isinstance(parent, VerticalScroll) for parent in w.ancestors)
        and w.get_content_height(screen.size, screen.size, w.content_size.width) > w.content_size.height
    ]


async def needs_no_mouse(screen, pilot, name) -> None:
    """All that can be used is reached by tab, and there is a key that leads out."""
    chain = screen.focus_chain
    widgets = [w for w in screen.walk_children() if w.display and w.region.area]
    assert [w for w in widgets if w.can_focus and not w.disabled and w not in chain] == []
    ours = [w for w in widgets if type(w).__module__.startswith("isotimer.")]
    assert [w for w in ours if hasattr(w, "on_click") and not w.can_focus] == []
    assert any({"escape", "q"} & set(a.key.split(",")) for a in actions_of(name))
    for _ in chain:
        await pilot.press("tab")
        assert screen.is_current
        assert screen.focused in chain


@pytest.mark.parametrize("name", NAMES)
async def test_it_looks_as_it_did_nothing_is_cut_and_nothing_needs_a_mouse(station, tools, name, size):
    app = app_on(station, name, {})
    async with app.run_test(size=size) as pilot:
        await open_screen(app, pilot, tools, name)
        text = await settled(app, pilot, tools)
        assert tools.outside(app) == []
        assert cut(app.screen) == []
        lines = [line.rstrip() for line in text.splitlines()]
        assert len(lines) == size[1]
        assert [line for line in lines if line.endswith("…")] == []
        await needs_no_mouse(app.screen, pilot, name)
    shown = "\n".join(lines) + "\n"
    golden = GOLDEN / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("ISOTIMER_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown, "utf-8")
    assert golden.exists(), f"there is no picture of {name} yet; {__doc__}"
    assert shown == golden.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
async def test_it_can_be_drawn_in_ascii(station, tools, name):
    app = app_on(station, name, {"ISOTIMER_ASCII": "1"})
    async with app.run_test(size=(80, 24)) as pilot:
        await open_screen(app, pilot, tools, name)
        text = await settled(app, pilot, tools)
        # Letters and units of texts are what they are; signs drawn by the app are not.
        assert {c for c in text if ord(c) > 127} - set("°±²µ×–") == set()


async def test_no_cursor_blinks_where_nothing_is_to_move(station, tools):
    station.change_settings(reduced_motion=True)
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await open_screen(app, pilot, tools, "today")
        field = app.screen.query_one("#athlete", Input)
        field.focus()
        await tools.eventually(pilot, lambda: field.has_focus and not field.cursor_blink)
