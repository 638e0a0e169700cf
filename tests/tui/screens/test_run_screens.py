"""A running plan on the screen: prompts, the moving target, pain, effort, the list of holds, going on."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from isotimer.core.events import EngineView, Key, Prompt, State
from isotimer.core.plan import HoldStep, Mode, Side
from isotimer.core.task import PathPart, TargetPath
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.result import ResultScreen
from isotimer.tui.screens.summary import SummaryScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.banner import Banner
from isotimer.tui.widgets.gauge import TensionGauge
from isotimer.tui.widgets.line import TextLine
from isotimer.tui.widgets.shout import Shout, placed
from isotimer.tui.words import count

PATH = TargetPath(
    (PathPart("level", 3, 0.5), PathPart("ramp", 3, 0.5, 1.0), PathPart("level", 3, eyes_off=True))
)


def step_of(station, mode: Mode, **more: object) -> HoldStep:
    return HoldStep("ankle-iso-push", Side.LEFT, 9.0, mode, target=station.target, **more)


SHOUTED = (
    (State.ARMED, Prompt.SET, Mode.RESPOND, "SET"),
    (State.HOLD, Prompt.GO, Mode.RESPOND, "GO!"),
    (State.RELEASE, Prompt.FALSE_START, Mode.RESPOND, "FALSE START"),
    (State.HOLD, Prompt.LEFT, Mode.SWITCH, "LEFT"),
    (State.HOLD, Prompt.RIGHT, Mode.SWITCH, "RIGHT"),
    (State.HOLD, Prompt.SWING, Mode.SWITCH, "SWING"),
)


async def test_what_to_do_at_once_fills_the_screen(station, size, tools, subtests):
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        shout = app.screen.query_one(Shout)
        for state, prompt, mode, word in SHOUTED:
            with subtests.test(word=word):
                station.enter(state, step=step_of(station, mode), prompt=prompt)
                await tools.eventually(pilot, lambda word=word: shout.word == word and shout.region.area)
                inked = [y for y in range(shout.size.height) if shout.render_line(y).text.strip()]
                assert len(inked) >= (3 if size[1] == 24 else 6)
                assert shout.size.width > size[0] * 0.9
                assert not tools.outside(app)
                station.enter(State.REST)
                await tools.eventually(pilot, lambda: not shout.region.area)


@pytest.mark.parametrize(("word", "end"), [("LEFT", 0), ("RIGHT", 1)])
def test_a_side_stands_at_its_own_end(word, end):
    columns = np.flatnonzero(placed(word, 100, 20).any(axis=0))
    assert (columns[0] < 10) == (end == 0)
    assert (columns[-1] >= 90) == (end == 1)


def test_the_wait_for_the_go_gives_no_time_away(station):
    view = EngineView(State.ARMED, step_of(station, Mode.RESPOND), 0, None, None, 0.0, None, 9.0, None)
    assert count(replace(view, prompt=Prompt.SET)) == "9"


async def test_a_moving_target_is_shown_ahead_and_not_by_feel(station, size, tools):
    step = step_of(station, Mode.TRACK, path=PATH)
    station.enter(State.HOLD, step=step, remaining_s=6.5, elapsed_s=2.5)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        trace = app.screen._trace
        await tools.eventually(pilot, lambda: len(trace._data.path))
        data = trace._data
        ahead = (data.path_s > data.now_s) & (data.path_s < data.end_s)
        assert ahead.sum() > 20
        seen = data.path[ahead]
        assert np.nanmax(seen) > np.nanmin(seen)
        assert np.isnan(data.path[data.path_s > data.path_s[0] + 6.1]).all()
        station.enter(State.HOLD, step=step, remaining_s=2.0, elapsed_s=7.0, eyes_off=True, in_band=None)
        station.now_s += 4.5
        gauge = app.screen.query_one(TensionGauge)
        await tools.eventually(pilot, lambda: app.screen.query_one(Shout).word == "BY FEEL")
        await tools.eventually(pilot, lambda: not len(trace._data.value) and gauge._shown[0] is None)


async def test_pain_ends_a_hold_at_once_and_else_asks_which_leg(station, tools):
    station.enter(State.HOLD, step=step_of(station, Mode.STEADY))
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        await pilot.press("x")
        assert station.asked == [Key.PAIN]
        station.asked.clear()
        station.enter(State.REST)
        ask = app.screen.query_one("#ask", TextLine)
        await pilot.press("left")
        assert station.asked == []
        await pilot.press("x")
        await tools.eventually(pilot, lambda: "Which leg hurts?" in ask.text and ask.region.area)
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: not ask.region.area)
        await pilot.press("x", "right")
        assert station.asked == [("pain", Side.RIGHT)]


async def test_a_hold_of_both_legs_that_hurts_ends_and_then_asks(station):
    station.enter(State.HOLD, step=replace(step_of(station, Mode.SWITCH), side=Side.BOTH))
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        await pilot.press("x", "left")
        assert station.asked == [Key.SKIP, ("pain", Side.LEFT)]


async def test_effort_is_one_key_and_only_when_asked(station, size, tools):
    station.enter(State.REST)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        await pilot.press("7")
        assert station.asked == []
        station.enter(State.REST, asks_effort=True)
        await tools.eventually(pilot, lambda: "How hard was the set?" in tools.text_of(app))
        assert "Next: " in tools.text_of(app)
        assert not tools.outside(app)
        await pilot.press("7", "0")
        assert station.asked == [("effort", 7), ("effort", 10)]


async def test_the_end_waits_for_the_effort_but_not_for_ever(station, tools):
    station.last, station.finished = tools.make_result(), 1
    station.enter(State.DONE, asks_effort=True)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen._ended_at is not None)
        station.now_s += 10
        await pilot.pause(0.1)
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        station.now_s += 20
        await tools.eventually(pilot, lambda: isinstance(app.screen, ResultScreen))


async def test_many_holds_are_listed_and_each_can_be_opened(station, size, tools):
    results = [tools.make_result(str(n), side=Side.LEFT if n % 2 else Side.RIGHT) for n in range(12)]
    results[3] = replace(results[3], flag="false-start")
    station.enter(State.DONE)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        app.screen._results = {r.hold_id: r for r in results}
        await pilot.press("space")
        await tools.eventually(pilot, lambda: isinstance(app.screen, SummaryScreen))
        text = tools.text_of(app)
        assert (
            "11 holds kept: left 60 s, right 50 s" in text or "11 holds kept: left 50 s, right 60 s" in text
        )
        assert "1 false starts" in text
        assert not tools.outside(app)
        await pilot.press("up", "up", "enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, ResultScreen))
        assert "10 of 12" in tools.text_of(app)
        await pilot.press("b")
        await tools.eventually(pilot, lambda: isinstance(app.screen, SummaryScreen))
        await pilot.press("n")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))


async def test_a_session_that_was_cut_off_is_offered(station, size, tools):
    station.cut = SimpleNamespace(
        question="Continue where you stopped? [red]Plan[/], 5 min ago: 3 holds are left."
    )
    app = IsotimerApp(station)
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: "[red]Plan[/], 5 min ago" in tools.text_of(app))
        await tools.eventually(pilot, lambda: "Help" in tools.text_of(app).splitlines()[-1])
        assert not tools.outside(app)
        await pilot.press("r")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        assert station.asked == [("resume", station.cut)]


async def test_it_can_be_forgotten_and_is_not_offered_without_one(station, tools):
    station.cut = SimpleNamespace(question="Continue where you stopped?")
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        line = app.screen.query_one("#cut-off", TextLine)
        await tools.eventually(pilot, lambda: line.region.area)
        await pilot.press("f")
        await tools.eventually(pilot, lambda: not line.region.area)
        await pilot.press("r")
        assert [what for what, _ in station.asked] == ["forget"]


async def test_the_banner_says_where_a_change_leads(station, tools):
    station.enter(State.HOLD, step=step_of(station, Mode.SWITCH), prompt=Prompt.RIGHT)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        banner = app.screen.query_one(Banner)
        await tools.eventually(pilot, lambda: banner.words == ("HOLD", "RIGHT"))
