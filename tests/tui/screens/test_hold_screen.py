import asyncio
from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.cues import CueKind
from isotimer.core.events import HoldEnded, Key, State
from isotimer.core.plan import End, HoldStep, Side
from isotimer.session.snapshot import LineState, LineView, Said
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.result import ResultScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.banner import Banner
from isotimer.tui.widgets.digits import BlockDigits
from isotimer.tui.widgets.gauge import TensionGauge
from isotimer.tui.widgets.line import SensorLine, TextLine
from isotimer.tui.widgets.trace import Trace
from isotimer.tui.words import coming, state_word

FRAME_S = 0.07


@pytest.fixture
def hold_app(station):
    station.enter(State.READY)
    return IsotimerApp(station, start_screen="hold")


KEYS = ("Start/stop", "Pause", "Skip", "Redo", "Stop", "Help")


@pytest.mark.parametrize("sensor", [True, False], ids=["sensor", "bare"])
async def test_every_state_fits_and_is_told_in_words(station, size, tools, sensor):
    if not sensor:
        station.without_sensor()
    station.enter(State.READY)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: "Help" in tools.text_of(app).splitlines()[-1])
        banner = app.screen.query_one(Banner)
        for state in State:
            station.enter(state)
            word = state_word(station.view)
            await tools.eventually(pilot, lambda word=word: banner.words[0] == word)
            assert not tools.outside(app)
            lines = tools.text_of(app).splitlines()
            assert len(lines) == size[1]
            assert all(word in lines[-1] for word in KEYS)
            assert coming(station.view)[: size[0] - 2] in tools.text_of(app)


async def test_the_count_is_readable_from_three_metres(station, size):
    station.enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size):
        digits = app.screen.query_one(BlockDigits)
        inked = [y for y in range(digits.size.height) if digits.render_line(y).text.strip()]
        assert len(inked) >= (7 if size[1] == 24 else 12)


async def test_the_count_changes_with_the_time(station, hold_app, tools):
    async with hold_app.run_test() as pilot:
        digits = hold_app.screen.query_one(BlockDigits)
        for left, text in ((3.0, "3"), (2.2, "3"), (1.9, "2")):
            station.enter(State.COUNTDOWN, remaining_s=left)
            await tools.eventually(pilot, lambda text=text: digits.value == text)


async def test_without_a_sensor_there_is_only_the_timer(station, tools):
    station.without_sensor().enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: "no sensor" in app.screen.query_one(SensorLine).text)
        assert not app.screen.query_one(Trace).region.area
        assert not app.screen.query_one(TensionGauge).region.area


async def test_the_band_is_told_by_word(station, tools):
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        for place, word in (("below", "MORE"), ("in", "IN"), ("above", "LESS")):
            station.enter(State.HOLD, in_band=place)
            station.tension += 1
            gauge = app.screen.query_one(TensionGauge)
            await tools.eventually(pilot, lambda gauge=gauge, word=word: gauge.word == word)


async def test_a_pull_is_shown_before_the_next_tick(station, tools, monkeypatch):
    monkeypatch.setattr("isotimer.tui.screens.hold.FRAMES_PER_S", 0.001)
    station.enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        await pilot.pause()
        before, calm = tools.text_of(app), tension_block(station.tension + 1.0)
        station.tension = 1.0
        station.glance.block(calm)
        await pilot.pause(0.05)
        assert tools.text_of(app) == before
        await asyncio.to_thread(station.glance.block, tension_block(1.0))
        await tools.eventually(pilot, lambda: tools.text_of(app) != before)
    station.glance.block(tension_block(300.0))


async def test_by_feel_no_pull_is_shown(station, tools):
    station.enter(State.HOLD, eyes_off=True)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        gauge = app.screen.query_one(TensionGauge)
        await tools.eventually(pilot, lambda: gauge.render_line(1).text.strip())
        before = [gauge.render_line(y).text for y in range(3)]
        station.tension = 1.0
        await asyncio.to_thread(station.glance.block, tension_block(1.0))
        await pilot.pause(0.3)
        assert [gauge.render_line(y).text for y in range(3)] == before


def tension_block(value):
    one = np.array([[value]])
    return Block(np.zeros(1), one, one, np.zeros(1, np.uint8))


async def test_the_trace_is_drawn_and_survives_values_that_are_none(station, tools):
    station.enter(State.HOLD)
    station.tension = float("nan")
    station.trace = lambda seconds: (np.linspace(-10, 0, 800), np.where(np.arange(800) > 400, np.nan, 250.0))
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=(120, 40)) as pilot:
        await tools.eventually(pilot, lambda: any(0x2800 < ord(c) <= 0x28FF for c in tools.text_of(app)))
        assert "nan" not in tools.text_of(app)


async def test_resizing_while_it_runs(station, hold_app, tools):
    async with hold_app.run_test(size=(120, 40)) as pilot:
        for size in ((80, 24), (40, 12), (10, 4), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            station.now_s += 1
            await pilot.pause(FRAME_S)
        assert not tools.outside(hold_app)


async def test_one_key_does_the_next_sensible_thing(station, hold_app):
    async with hold_app.run_test() as pilot:
        for state, key in (
            (State.READY, Key.GO),
            (State.ARMED, Key.GO),
            (State.REST, Key.SKIP),
            (State.PAUSED, Key.GO),
        ):
            station.enter(state)
            station.asked.clear()
            await pilot.press("space")
            assert station.asked == [key]


async def test_space_ends_an_open_hold_but_not_a_timed_one(station, hold_app):
    async with hold_app.run_test() as pilot:
        station.enter(State.HOLD)
        await pilot.press("space")
        assert station.asked == []
        station.enter(State.HOLD, step=HoldStep("x", Side.LEFT, None))
        await pilot.press("space")
        assert station.asked == [Key.GO]


async def test_the_other_keys(station, hold_app):
    async with hold_app.run_test() as pilot:
        station.enter(State.HOLD)
        await pilot.press("p", "s", "r")
        assert station.asked == [Key.PAUSE, Key.SKIP, Key.REDO]


async def test_stopping_asks_once(station, hold_app, tools):
    async with hold_app.run_test() as pilot:
        station.enter(State.HOLD)
        await pilot.press("escape")
        line = hold_app.screen.query_one("#next", TextLine)
        await tools.eventually(pilot, lambda: "again to stop" in line.text)
        assert station.asked == []
        await pilot.press("a")
        assert station.asked == [Key.ABORT]


async def test_cues_ring_and_flash(station, hold_app, tools, monkeypatch):
    rung, flashed = [], []
    monkeypatch.setattr(hold_app, "bell", lambda: rung.append(1))
    monkeypatch.setattr(Banner, "flash", lambda banner: flashed.append(1))
    async with hold_app.run_test() as pilot:
        station.cue(CueKind.GO)
        await tools.eventually(pilot, lambda: len(rung) == 2)
        assert len(flashed) == 1
        station.cue(CueKind.BEAT)
        await tools.eventually(pilot, lambda: len(rung) == 3)
        assert len(flashed) == 1


async def test_a_flash_goes_by_itself(hold_app, tools):
    async with hold_app.run_test() as pilot:
        banner = hold_app.screen.query_one(Banner)
        banner.flash()
        assert banner.has_class("-flash")
        await tools.eventually(pilot, lambda: not banner.has_class("-flash"))


async def test_the_true_length_stands_after_a_hold(station, hold_app, tools):
    async with hold_app.run_test() as pilot:
        station.enter(State.RELEASE)
        station.happen(HoldEnded(7.9, 0, station.view.step, 1, 0.5, 6.9, End.RELEASED, "let go"))
        digits = hold_app.screen.query_one(BlockDigits)
        await tools.eventually(pilot, lambda: digits.value == "6")


async def test_a_rest_shows_the_last_result(station, hold_app, tools):
    async with hold_app.run_test() as pilot:
        station.last = tools.make_result()
        station.enter(State.REST)
        await tools.eventually(pilot, lambda: "last: 10.0 s LEFT" in tools.text_of(hold_app))
        assert "mean tension: 299 N" in tools.text_of(hold_app)


async def test_the_result_follows_the_end(station, hold_app, tools):
    async with hold_app.run_test() as pilot:
        station.last, station.finished = tools.make_result("a"), 1
        await tools.eventually(pilot, lambda: len(hold_app.screen._results) == 1)
        station.last, station.finished = tools.make_result("b", side=Side.RIGHT), 2
        station.enter(State.DONE)
        await tools.eventually(pilot, lambda: hold_app.screen.query_one(Banner).words[0] == "DONE")
        station.now_s += 2
        await tools.eventually(pilot, lambda: isinstance(hold_app.screen, ResultScreen))
        await pilot.pause()
        assert "2 of 2" in tools.text_of(hold_app)


async def test_an_end_without_any_hold_goes_back(station, hold_app):
    async with hold_app.run_test() as pilot:
        station.enter(State.ABORTED)
        await pilot.press("space")
        await pilot.pause()
        assert isinstance(hold_app.screen, TodayScreen)


async def test_trouble_on_the_line_is_told_in_its_place(station, hold_app, tools):
    async with hold_app.run_test() as pilot:
        station.line = LineView(LineState.LOST, "x", "/dev/ttyUSB0", message="check the [red]cable[/]\x1b[2J")
        line = hold_app.screen.query_one(SensorLine)
        await tools.eventually(pilot, lambda: "LOST" in line.text)
        assert "[red]cable[/]\\x1b[2J" in line.text
        station.message = "disk full: the hold is kept in memory"
        await tools.eventually(pilot, lambda: line.text.startswith("! disk full"))


async def test_it_stops_listening_when_it_closes(station, hold_app):
    async with hold_app.run_test() as pilot:
        assert len(station._listeners) == 1
        station.enter(State.ABORTED)
        await pilot.press("escape")
        await pilot.pause()
        assert station._listeners == []


async def test_a_sensor_without_calibration_is_shown_in_counts(station, tools):
    station.line = replace(station.line, unit="counts")
    station.tension, station.target = 8_388_000.0, None
    station.trace = lambda seconds: (np.linspace(-10, 0, 800), np.full(800, 8_388_000.0))
    station.enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: "counts" in tools.text_of(app))


async def test_what_a_sensor_reports_in_a_hold_is_told_as_it_is(station, hold_app, tools):
    async with hold_app.run_test() as pilot:
        station.enter(State.HOLD)
        station.happen(Said("Progressor says: its battery is low [red]"))
        await tools.eventually(pilot, lambda: "its battery is low [red]" in tools.said(hold_app))


async def test_what_a_rule_decided_stands_on_the_screen_for_a_while(station, tools):
    from isotimer.core.events import Ruling

    station.enter(State.REST)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        station.happen(Ruling(0.0, (4,), "One more right: the last was the best"))
        await tools.eventually(pilot, lambda: "One more right: the last was the best" in tools.text_of(app))
        station.happen(Ruling(0.0, (6,)))
        await pilot.pause()
        assert "One more right" in tools.text_of(app)
