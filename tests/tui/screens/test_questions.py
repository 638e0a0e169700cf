"""What the hold screen asks and tells in passing: pain, breath, what comes next; keys that come too early."""

from types import SimpleNamespace

from isotimer.core.cues import CueKind
from isotimer.core.events import Ruling, State
from isotimer.core.plan import Side
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.banner import Banner

CUT = SimpleNamespace(question="Continue where you stopped? Walk, 3 min ago: 5 holds are left.")


async def test_pain_is_rated_by_one_key_before_effort_or_not_at_all(station, size, tools):
    station.enter(State.REST, asks_pain=Side.LEFT, asks_effort=True)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: "Pain, the LEFT leg?" in tools.text_of(app))
        assert tools.outside(app) == []
        await pilot.press("7", "0", "escape")
        assert station.asked == [("pain level", 7), ("pain level", 10), ("pain level", None)]
        station.enter(State.REST, asks_effort=True)
        await tools.eventually(pilot, lambda: "How hard was the set?" in tools.text_of(app))
        await pilot.press("6")
        assert station.asked[3:] == [("effort", 6)]


async def test_pain_at_the_end_is_waited_for_but_space_goes_on(station, tools):
    station.enter(State.DONE, asks_pain=Side.LEFT)
    station.last = tools.make_result()
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: "Pain, the LEFT leg?" in tools.text_of(app))
        station.now_s += 10.0
        await pilot.pause(0.1)
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        await pilot.press("space")
        await tools.eventually(pilot, lambda: not isinstance(app.screen, HoldScreen))


async def test_a_cue_within_a_hold_stands_large_for_a_moment(station, size, tools):
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        banner = app.screen.query_one(Banner)
        for kind, place, word in (
            (CueKind.BREATHE, "in", "BREATHE"),
            (CueKind.HALFWAY, "in", "HALFWAY"),
            (CueKind.OUT_OF_BAND, "below", "MORE"),
            (CueKind.OUT_OF_BAND, "above", "LESS"),
        ):
            station.enter(State.HOLD, in_band=place)
            await tools.eventually(pilot, lambda: banner.words[0] == "HOLD")
            station.cue(kind)
            await tools.eventually(pilot, lambda word=word: banner.words[0] == word)
            station.now_s += 2.0
            await tools.eventually(pilot, lambda: banner.words[0] == "HOLD")
        station.cue(CueKind.BREATHE)
        station.enter(State.RELEASE)
        await tools.eventually(pilot, lambda: banner.words[0] == "LET GO")


async def test_what_comes_next_stays_in_a_pause_and_holds_are_counted(station, size, tools):
    station.enter(State.PAUSED, hold_no=3, holds=8)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: "SPACE goes on. Next: LEFT, 10 s" in tools.text_of(app))
        assert "hold 3 of 8" in tools.text_of(app)


async def test_a_start_before_the_station_is_open_waits(station, tools):
    app = late(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("space")
        await tools.eventually(pilot, lambda: "One moment" in tools.said(app))
        assert station.started is None
        station.ready = True
        app._opened()
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        assert station.started is not None


async def test_the_welcome_goes_before_a_start_that_came_too_early(station, tools):
    app = late(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("space")
        await tools.eventually(pilot, lambda: "One moment" in tools.said(app))
        station.newcomer = station.ready = True
        app._opened()
        await tools.eventually(pilot, lambda: app.screen.query("#welcome"))
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert station.started is None


async def test_a_newcomer_who_skips_the_welcome_need_not_ask_twice(station, tools):
    station.newcomer = True
    app = late(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#welcome"))
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("space")
        await tools.eventually(pilot, lambda: "One moment" in tools.said(app))
        station.ready = True
        app._opened()
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        assert station.started is not None


async def test_the_offer_to_continue_goes_before_a_start_that_came_too_early(station, tools):
    app = late(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("space", "space")
        station.cut, station.ready = CUT, True
        app._opened()
        await tools.eventually(pilot, lambda: "SPACE or R goes on, F forgets it" in tools.said(app))
        assert station.started is None
        assert isinstance(app.screen, TodayScreen)
        await pilot.press("space")
        await tools.eventually(pilot, lambda: station.asked == [("resume", CUT)])
        assert station.started is None


async def test_after_the_offer_was_refused_space_starts_what_is_set_up(station, size, tools):
    station.cut = CUT
    app = IsotimerApp(station)
    async with app.run_test(size=size) as pilot:
        await tools.eventually(
            pilot, lambda: "SPACE goes on, F forgets it" in " ".join(tools.text_of(app).split())
        )
        assert "After F, SPACE starts" in tools.text_of(app)
        assert tools.outside(app) == []
        await pilot.press("f")
        await tools.eventually(pilot, lambda: "SPACE or ENTER starts" in tools.text_of(app))
        await pilot.press("space")
        await tools.eventually(pilot, lambda: station.started is not None)


def late(station) -> IsotimerApp:
    """Return an app whose station is not open, and stays so until the test says otherwise."""
    station.ready = False
    app = IsotimerApp(station)
    app._open_station = lambda: None
    return app


async def test_why_a_rule_ended_the_session_is_still_read_beside_the_result(station, tools):
    station.enter(State.REST)
    station.last = tools.make_result()
    app = IsotimerApp(station, start_screen="hold")
    why = "Session over, best of today: left 82 % (of 2), right 84 % (of 3) of your best"
    async with app.run_test(size=(80, 24)) as pilot:
        station.happen(Ruling(station.now_s, (2,), why))
        await tools.eventually(pilot, lambda: why in tools.text_of(app))
        station.enter(State.REST, asks_effort=True)
        await pilot.pause(0.1)
        assert why in tools.text_of(app)
        station.now_s += 7.0
        await tools.eventually(pilot, lambda: "How hard was the set?" in tools.text_of(app))
        station.enter(State.DONE)
        await pilot.press("space")
        await tools.eventually(pilot, lambda: not isinstance(app.screen, HoldScreen))
        assert why in tools.said(app)


async def test_news_never_covers_what_comes_next(station, tools):
    station.enter(State.REST, asks_pain=Side.LEFT)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await tools.eventually(pilot, lambda: "Pain, the LEFT leg?" in tools.text_of(app))
        await pilot.press("7")
        await tools.eventually(pilot, lambda: "Pain 7 of 10 is noted" in tools.text_of(app))
        assert "Next: LEFT, 10 s, 300 N, Standing knee drive" in tools.text_of(app)
