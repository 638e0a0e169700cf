"""The list of plans: what it shows, starts, deletes, and that nothing of a file is taken for more."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.widgets import OptionList, Static

from isotimer.core.plan_spec import PlanBlock, PlanSpec
from isotimer.session.places import Places, shipped_plans
from isotimer.session.plan_shelf import PlanShelf
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import BeginPlan, EditPlan
from isotimer.tui.screens.plan_editor import PlanEditorScreen
from isotimer.tui.screens.plans import PlansScreen

EVIL = PlanSpec(
    "", "[red]Éva[/] \x1b[31m 'q' " + "長" * 60, (PlanBlock("ankle-iso-push", 5.0),), about="[b]x[/]"
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "s.db", (), tmp_path / "log", plan_folders=(tmp_path / "plans", shipped_plans()))


@pytest.fixture
def app(station, places) -> IsotimerApp:
    station.places = places
    return IsotimerApp(station, start_screen="plans", environ={})


async def test_every_plan_is_listed_and_nothing_is_cut(app, tools, size) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert tools.outside(app) == []
        text = tools.text_of(app)
        assert "Balanced: three phases" in text
        assert "18:11" in text
        assert "18 holds" in text
        assert "2-3 a week" in text
        assert "esc Back" in text
        listed = app.screen.query_one("#plan-list", OptionList)
        assert listed.option_count == 14
        await pilot.press("end")
        assert "Warm-up for holds" in tools.text_of(app)


async def test_the_text_at_the_right_is_read_by_keys(app, tools) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = tools.text_of(app)
        await pilot.press("right", "right")
        assert "Basis:" in tools.text_of(app)
        assert tools.text_of(app) != before
        await pilot.press("left", "left")
        assert tools.text_of(app) == before


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_a_plan_is_started(app, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    begun: list[str] = []
    monkeypatch.setattr(IsotimerApp, "on_begin_plan", lambda self, message: begun.append(message.spec_id))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("down", key)
        await pilot.pause()
        assert begun == ["classic-band"]


async def test_the_app_starts_the_plan_and_shows_it(app, station, tools) -> None:
    plan = SimpleNamespace()

    def plan_of(spec_id: str):
        from isotimer.core.plan_spec import outline, spec_json

        spec = PlanShelf((shipped_plans(),)).find(spec_id)
        plan.id = spec_id
        return outline(spec), spec_json(spec)

    station.plan_of = plan_of
    async with app.run_test() as pilot:
        app.post_message(BeginPlan("deload"))
        await tools.eventually(pilot, lambda: station.started is not None)
        assert station.started.id == plan.id == "deload"
        await tools.eventually(pilot, lambda: type(app.screen).__name__ in ("HoldScreen", "SetupScreen"))


async def test_a_plan_that_is_not_there_is_told(app, station, places, tools) -> None:
    station.plan_of = lambda spec_id: PlanShelf.of(places).find(spec_id)
    async with app.run_test() as pilot:
        app.post_message(BeginPlan("nothing-like-it"))
        await tools.eventually(pilot, lambda: "nothing-like-it" in tools.said(app))
        assert station.started is None
        app.post_message(EditPlan("no-such-plan"))
        await tools.eventually(pilot, lambda: "no-such-plan" in tools.said(app))
        assert isinstance(app.screen, PlansScreen)


async def test_an_own_plan_comes_first_and_is_shown_as_it_is_written(app, places, tools, size) -> None:
    PlanShelf.of(places).save(EVIL)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert tools.outside(app) == []
        text = tools.text_of(app)
        assert "[red]Éva[/]" in text
        assert "\x1b" not in text
        assert "[b]x[/]" in str(app.screen.query_one("#plan-text", Static).render())


async def test_a_broken_file_is_listed_with_its_sentence_and_starts_nothing(app, places, tools) -> None:
    folder = PlanShelf.of(places).own_folder
    folder.mkdir()
    (folder / "bad.toml").write_text('name = "x"\n[[block]]\nposition = "ankle-iso-push"\nhold_s = -3\n')
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "✗ bad" in tools.text_of(app)
        assert "hold_s: -3" in " ".join(tools.text_of(app).split())
        await pilot.press("space", "e")
        await pilot.pause()
        assert isinstance(app.screen, PlansScreen)
        assert "hold_s: -3" in tools.said(app)


async def test_deleting_takes_the_key_twice_and_own_plans_alone(app, places, tools) -> None:
    shelf = PlanShelf.of(places)
    shelf.save(replace(EVIL, name="Aaa"))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("x", "down", "up", "x")
        assert len(shelf.plans()) == 15
        await pilot.press("x")
        await pilot.pause()
        assert len(shelf.plans()) == 14
        await pilot.press("x", "x")
        assert len(shelf.plans()) == 14
        assert "comes with isotimer" in tools.said(app)


async def test_the_editor_is_reached_and_left(app, tools) -> None:
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("e")
        await tools.eventually(pilot, lambda: isinstance(app.screen, PlanEditorScreen))
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: isinstance(app.screen, PlansScreen))
        await pilot.press("n")
        await tools.eventually(pilot, lambda: isinstance(app.screen, PlanEditorScreen))


async def test_p_opens_the_plans_from_today_and_escape_goes_back(station, places, tools) -> None:
    station.places = places
    app = IsotimerApp(station, environ={})
    async with app.run_test() as pilot:
        await tools.eventually(pilot, lambda: app.screen.query("#positions"))
        await pilot.press("p")
        await tools.eventually(pilot, lambda: isinstance(app.screen, PlansScreen))
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: app.screen.NAME == "today")
