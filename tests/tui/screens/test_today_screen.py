from textual.widgets import Input, OptionList

from isotimer.core.plan import HoldStep, Side
from isotimer.core.positions import POSITIONS
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.connect import ConnectScreen
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.widgets.choice import Choice
from isotimer.tui.widgets.line import TextLine

HOSTILE = ("[red]x[/]", "\x1b[2Jgone", 'O\'Neill "x"', "é" * 500, "🦵🏽🏃‍♀️")


def summary(app):
    return app.screen.query_one("#summary", TextLine).text


async def type_into(app, pilot, field, text):
    box = app.screen.query_one(f"#{field}", Input)
    box.focus()
    box.value = text
    await pilot.pause()


async def test_it_shows_who_what_and_how_to_start(station, size, tools):
    station.sentences = ("A hold of 12.3 s was found unfinished and kept as interrupted.",)
    app = IsotimerApp(station)
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.pause()
        text = tools.text_of(app)
        for words in (
            "Ana",
            "Chronojump force sensor",
            "87.5 Hz",
            "kept as interrupted",
            "SPACE or ENTER starts",
        ):
            assert words in text
        assert not tools.outside(app)
        assert "2 holds, 45 s" in summary(app)


async def test_set_up_and_cues_of_every_position_are_seen_at_the_smallest_size(station, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        for position in POSITIONS:
            app.screen.query_one("#positions", OptionList).highlighted = app.screen._listed.index(position)
            await pilot.pause()
            about = app.screen.query_one("#about")
            region = about.region
            lines = tools.text_of(app).splitlines()[region.y : region.bottom]
            text = " ".join(" ".join(line[region.x : region.right] for line in lines).split())
            for part in (position.name, position.setup, *position.cues):
                assert " ".join(part.split()) in text


async def test_the_fields_make_the_plan(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await type_into(app, pilot, "seconds", "7.5")
        await type_into(app, pilot, "target", "250N")
        await type_into(app, pilot, "sets", "2")
        app.screen.query_one("#sides", Choice).focus()
        await pilot.press("right", "right", "space")
        holds = [s for s in station.started.steps if isinstance(s, HoldStep)]
        assert [(h.side, h.seconds, h.target.force_n, h.set_no) for h in holds] == [
            (Side.LEFT, 7.5, 250.0, 1),
            (Side.LEFT, 7.5, 250.0, 2),
        ]


async def test_enter_in_a_field_starts_too(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await type_into(app, pilot, "seconds", "3")
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: station.started is not None)
        assert station.started.steps[0].seconds == 3.0


async def test_a_wrong_field_is_explained_and_nothing_starts(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await type_into(app, pilot, "target", "[red]")
        assert "[red]" in summary(app)
        shown = " ".join(tools.text_of(app).split())
        assert "write it like 250N, 25kgf, 75% (of best) or 0.8BW." in shown
        await pilot.press("enter")
        assert station.started is None
        assert isinstance(app.screen, TodayScreen)
        await type_into(app, pilot, "target", "")
        assert summary(app).startswith("SPACE")


async def test_any_name_is_taken_and_shown_as_text(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        for name in HOSTILE:
            await type_into(app, pilot, "athlete", name)
            await pilot.press("enter")
            await tools.eventually(pilot, lambda name=name: station.athlete == name)
            screen = tools.text_of(app)
            assert "\x1b" not in screen
            assert name[:20] in screen or "\x1b" in name


async def test_a_stored_name_that_cannot_be_shown_is_not_changed_by_looking_at_it(station, tools):
    station.athlete = "\x1b[2Jgone"
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        app.screen.query_one("#athlete").focus()
        await pilot.press("enter")
        assert station.athlete == "\x1b[2Jgone"
        assert "\\x1b[2Jgone" in tools.text_of(app)


async def test_another_athlete_is_chosen_by_typing(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await type_into(app, pilot, "athlete", "  Cleo [b]  ")
        await pilot.press("enter")
        assert station.athlete == "Cleo [b]"
        assert app.focused is app.screen.query_one("#positions")
        assert station.started is None


async def test_an_empty_name_keeps_the_old_one(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await type_into(app, pilot, "athlete", "   ")
        await pilot.press("enter")
        assert station.athlete == "Ana"
        assert app.screen.query_one("#athlete", Input).value == "Ana"


async def test_the_last_plan_is_offered_again(station, tools):
    from isotimer.tui.forms import Form

    station.last_started = Form(sides="right", seconds="22", reps="4").plan()
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.pause()
        assert app.screen.query_one("#seconds", Input).value == "22"
        assert app.screen.query_one("#sides", Choice).value == "right"
        assert summary(app).startswith("SPACE or ENTER starts: 4 holds")


async def test_keys_lead_to_the_sensor_and_out(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.screen, ConnectScreen)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("q")
    assert station.closed == 1


async def test_who_is_known_only_later_stands_in_the_field_and_is_not_taken_for_typed(station, tools):
    station.athlete = "Athlete"
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        box = app.screen.query_one("#athlete", Input)
        box.focus()
        await pilot.pause()
        station.athlete = "Ana"
        app.screen.query_one("#positions").focus()
        await pilot.pause()
        assert station.athlete == "Ana"
        box.focus()
        station.athlete = "Ben"
        app.screen.show_news()
        assert box.value == "Ben"


async def test_the_footer_fits_and_leads_everywhere(station, tools):
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        last = tools.text_of(app).splitlines()[-1]
        for word in ("Start", "Plans", "Positions", "Sensor", "History", "Settings", "Help"):
            assert word in last
        await pilot.press("s")
        await tools.eventually(pilot, lambda: getattr(app.screen, "NAME", "") == "settings")


async def test_the_breathing_reminder_of_the_settings_counts_for_the_form(station, tools):
    station.change_settings(breath_s=4.0)
    app = IsotimerApp(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.pause()
        assert {s.breath_s for s in app.screen._plan.steps if isinstance(s, HoldStep)} == {4.0}
