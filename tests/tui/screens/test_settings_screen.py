"""Settings by keyboard."""

import pytest
from textual.widgets import OptionList

from isotimer.core.cues import CueKind
from isotimer.core.errors import DataError
from isotimer.core.settings import Settings, changed
from isotimer.tui.app import IsotimerApp
from isotimer.tui.keys import clash
from isotimer.tui.screens.hold import HoldScreen
from isotimer.tui.screens.settings import SettingsScreen
from isotimer.tui.setting_rows import GROUPS, turned


async def go_to(pilot, words: str) -> None:
    settings = pilot.app.screen.query_one("#settings", OptionList)
    texts = [str(option.prompt) for option in settings.options]
    settings.highlighted = next(i for i, text in enumerate(texts) if words in text)
    await pilot.pause()


def shown(app, words: str) -> str:
    settings = app.screen.query_one("#settings", OptionList)
    return next(text for o in settings.options if words in (text := str(o.prompt)))


async def test_it_opens_from_everywhere_and_goes_back(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("f3")
        assert isinstance(app.screen, SettingsScreen)
        await pilot.press("f3", "escape")
        assert not isinstance(app.screen, SettingsScreen)
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        await pilot.press("comma")
        assert isinstance(app.screen, SettingsScreen)


async def turn(app, pilot, row) -> None:
    """Change a setting by its row, take it back, change it again."""
    settings = app.station.settings
    before = shown(app, row.label)
    await go_to(pilot, row.label)
    await pilot.press("right")
    assert app.station.settings != settings
    assert getattr(app.station.settings, row.name) != getattr(Settings(), row.name)
    assert shown(app, row.label) != before
    assert row.about.split()[0] in str(app.screen.query_one("#meaning").content)
    await pilot.press("backspace")
    assert getattr(app.station.settings, row.name) == getattr(Settings(), row.name)
    await pilot.press("enter")
    assert getattr(app.station.settings, row.name) != getattr(Settings(), row.name)


async def test_every_setting_changes_by_its_row(station, subtests):
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test() as pilot:
        app.screen._voices = (("", "usual"), ("en-gb", "en-gb"))
        for row in (row for _, rows in GROUPS for row in rows):
            with subtests.test(row=row.name):
                await turn(app, pilot, row)
            app.change_settings(**{row.name: getattr(Settings(), row.name)})


def test_every_setting_that_counts_on_screens_has_a_row() -> None:
    names = {row.name for _, rows in GROUPS for row in rows}
    assert names == set(Settings.__dataclass_fields__) - {"athlete", "keys", "other"}


def test_every_value_on_offer_is_allowed() -> None:
    for _, rows in GROUPS:
        for row in rows:
            for value, _ in row.values:
                changed(Settings(), **{row.name: value})


def test_a_value_between_those_on_offer_goes_to_its_neighbours() -> None:
    values = ((0.0, "0"), (0.5, "5"), (1.0, "10"))
    assert turned(values, 0.7, 1) == 1.0
    assert turned(values, 0.7, -1) == 0.5
    assert turned(values, 3.0, 1) == 1.0


async def test_a_key_is_changed_and_counts_at_once(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("f3")
        await go_to(pilot, "app: Settings")
        await pilot.press("enter", "f9")
        assert station.settings.keys == {"app.settings": "f9"}
        assert "f9" in shown(app, "app: Settings")
        await pilot.press("escape", "f3")
        assert not isinstance(app.screen, SettingsScreen)
        await pilot.press("f9")
        assert isinstance(app.screen, SettingsScreen)
        await go_to(pilot, "app: Settings")
        await pilot.press("backspace")
        assert station.settings.keys == {}


async def test_a_taken_key_is_refused_and_escape_changes_nothing(station, tools):
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test() as pilot:
        await go_to(pilot, "hold: Pause")
        await pilot.press("enter", "s")
        assert station.settings.keys == {}
        assert "s is taken: hold, Skip." in tools.said(app)
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, SettingsScreen)
        assert station.settings.keys == {}


async def test_whatever_keys_are_chosen_ctrl_c_leaves(station):
    station.change_settings(keys={"app.quit": "f10", "no.such": "x"})
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test() as pilot:
        await pilot.press("ctrl+c")
    assert station.closed == 1


def test_a_key_of_another_screen_is_free() -> None:
    from isotimer.tui.actions import ACTIONS

    of = {a.id: a for a in ACTIONS}
    assert clash(of["hold.pause"], "c", {}) is None
    assert clash(of["hold.pause"], "f1", {}) is of["app.help"]
    assert clash(of["hold.pause"], "f9", {"hold.skip": "f9"}) is of["hold.skip"]


async def test_the_test_tone_plays_one_cue_after_the_other(station, tools):
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test() as pilot:
        await pilot.press("t", "t")
        assert station.sound.played == list(CueKind)[:2]
        assert "beat" in tools.text_of(app)
        station.sound.sentence = "No sound: [red]no device[/]"
        await pilot.press("t")
        assert "No sound: [red]no device[/]" in tools.text_of(app)


async def test_spoken_cues_are_tried_out_when_switched_on(station, tools):
    station.change_settings(speak=False)
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test() as pilot:
        await go_to(pilot, "Spoken cues")
        await pilot.press("right")
        assert station.sound.played == ["voice"]
        station.sound.voice = False
        await pilot.press("left", "right")
        assert "no voice" in tools.said(app)


async def test_volume_and_mute_work_in_a_session(station, tools):
    app = IsotimerApp(station)
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#summary"))
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: isinstance(app.screen, HoldScreen))
        await pilot.press("plus")
        assert station.settings.volume == 0.9
        await pilot.press("m")
        assert station.settings.mute
        await pilot.press("minus", "minus")
        assert (station.settings.volume, station.settings.mute) == (0.7, False)
        await pilot.press("f4")
        assert station.settings.force_sound
        assert "Volume 70 %" in tools.said(app)


async def test_the_theme_is_kept_and_an_unknown_one_is_left_alone(station):
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test() as pilot:
        await pilot.press("f2")
        assert station.settings.theme == "isotimer-light"
        app.theme = "nord"
        assert station.settings.theme == "nord"
    station.change_settings(theme="no-such-theme")
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test():
        assert app.theme == "isotimer-dark"
        assert station.settings.theme == "no-such-theme"


async def test_a_change_that_cannot_be_kept_is_said_and_counts(station, tools):
    def change(**changes):
        station.settings = changed(station.settings, **changes)
        raise DataError("the change is not kept", "[red]disk full[/]", "make room")

    station.change_settings = change
    app = IsotimerApp(station, start_screen="settings")
    async with app.run_test() as pilot:
        await pilot.press("right")
        assert station.settings.volume == 0.9
        assert "[red]disk full[/]" in tools.said(app)


@pytest.mark.parametrize(("setting", "value"), [("reduced_motion", True), ("flash", False)])
async def test_nothing_flashes_where_that_is_not_wanted(station, tools, setting, value):
    from isotimer.core.events import State
    from isotimer.tui.widgets.banner import Banner

    station.enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold")
    async with app.run_test() as pilot:
        banner = app.screen.query_one(Banner)
        banner.add_class("-flash")
        await pilot.pause()
        assert banner.styles.text_style.reverse
        app.change_settings(**{setting: value})
        await pilot.pause()
        assert not banner.styles.text_style.reverse
        assert (app.animation_level == "none") is station.settings.reduced_motion
