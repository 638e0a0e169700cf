"""The plan editor: every field by keyboard, mistakes below their field, and nothing lost or overwritten."""

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from isotimer.core.plan_spec import PlanBlock, PlanSpec
from isotimer.session.places import Places, shipped_plans
from isotimer.session.plan_shelf import PlanShelf
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import EditPlan
from isotimer.tui.screens.plan_editor import PlanEditorScreen
from isotimer.tui.widgets.choice import Choice

MINE = PlanSpec(
    "",
    "Mine",
    (
        PlanBlock("standing-pull-back", 10.0, reps=2, note="[b]\x1b[31m"),
        PlanBlock("ankle-iso-push", 5.0, rest_after_s=0.0),
    ),
)


@pytest.fixture
def shelf(station, tmp_path: Path) -> PlanShelf:
    folders = (tmp_path / "plans", shipped_plans())
    station.places = Places(tmp_path / "s.db", (), tmp_path / "log", plan_folders=folders)
    return PlanShelf.of(station.places)


@pytest.fixture
def open_editor(station, shelf, tools):
    async def go(app: IsotimerApp, pilot, spec_id: str) -> PlanEditorScreen:
        app.post_message(EditPlan(spec_id))
        await tools.eventually(pilot, lambda: isinstance(app.screen, PlanEditorScreen))
        await tools.eventually(pilot, lambda: app.screen.query_one("#rows", OptionList).has_focus)
        return app.screen

    return go


@pytest.fixture
def app(station, shelf) -> IsotimerApp:
    return IsotimerApp(station, start_screen="plans", environ={})


def shown(screen: PlanEditorScreen, key: str) -> str:
    widget = screen.query_one(f"#{key}")
    assert isinstance(widget, Input | Choice)
    return widget.value


async def type_into(pilot, key: str, text: str) -> None:
    field = pilot.app.screen.query_one(f"#{key}", Input)
    field.focus()
    field.value = text
    await pilot.pause()


async def test_the_fields_of_plan_and_blocks_are_shown_and_nothing_is_cut(
    app, shelf, open_editor, tools, size
) -> None:
    kept = shelf.save(MINE)
    async with app.run_test(size=size) as pilot:
        screen = await open_editor(app, pilot, kept.id)
        assert tools.outside(app) == []
        assert shown(screen, "plan-name") == "Mine"
        text = tools.text_of(app)
        for words in ("Plan: Mine", "Standing pull-bac", "2x10s", "6 holds", "s Save", "As new", "esc Back"):
            assert words in text
        await pilot.press("down")
        await pilot.pause()
        assert tools.outside(app) == []
        text = tools.text_of(app)
        assert "[b]" in text
        assert "\x1b" not in text
        assert (shown(screen, "block-hold_s"), shown(screen, "block-reps")) == ("10", "2")
        assert shown(screen, "block-position") == "standing-pull-back"
        await pilot.press("down")
        await pilot.pause()
        assert shown(screen, "block-rest_after_s") == "0"


async def test_every_field_is_reached_and_explained_by_keys(app, shelf, open_editor, tools) -> None:
    kept = shelf.save(MINE)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_editor(app, pilot, kept.id)
        await pilot.press("down", "enter")
        await pilot.pause()
        reached = []
        for _ in range(4):
            reached.append(app.focused.id)
            assert screen.region.contains_region(app.focused.region)
            assert "ENTER goes to the fields" not in tools.text_of(app)
            await pilot.press("down")
            await pilot.pause()
        assert reached == ["block-position", "block-mode", "block-hold_s", "block-sides"]
        assert len(set(reached)) == 4
        await pilot.press("escape")
        assert screen.query_one("#rows", OptionList).has_focus


async def test_what_is_typed_counts_at_once_and_is_kept(app, shelf, open_editor, tools) -> None:
    kept = shelf.save(MINE)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_editor(app, pilot, kept.id)
        await pilot.press("down")
        await type_into(pilot, "block-hold_s", "20")
        text = tools.text_of(app)
        assert "2x20s" in text
        assert "(changed)" in text
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "(changed)" not in tools.text_of(app)
        assert [b.seconds for b in shelf.find(kept.id).blocks] == [20, 5]
        assert shelf.find(kept.id).blocks[0].note == MINE.blocks[0].note
        assert "Kept as 'mine'" in tools.said(app)


async def test_a_mistake_is_told_below_its_field_and_keeps_nothing(app, shelf, open_editor, tools) -> None:
    kept = shelf.save(MINE)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_editor(app, pilot, kept.id)
        await pilot.press("down")
        await type_into(pilot, "block-hold_s", "-3")
        lines = tools.text_of(app).splitlines()
        at = next(n for n, line in enumerate(lines) if "Hold s" in line)
        below = " ".join(" ".join(line[31:].split()) for line in lines[at + 1 : at + 4])
        assert "! -3: below zero" in below
        assert any("! block 1, Hold:" in line for line in lines)
        assert any(line.startswith(" ! 1") for line in lines)
        assert tools.outside(app) == []
        await pilot.press("escape", "up")
        await pilot.press("s")
        await pilot.pause()
        assert shelf.find(kept.id) == kept
        assert app.focused is screen.query_one("#block-hold_s")


async def test_choices_change_by_keys_and_bring_their_fields(app, shelf, open_editor, tools) -> None:
    kept = shelf.save(MINE)
    async with app.run_test(size=(80, 40)) as pilot:
        screen = await open_editor(app, pilot, kept.id)
        await pilot.press("down", "enter", "down", "right", "right", "right")
        await pilot.pause()
        assert shown(screen, "block-mode") == "respond"
        text = tools.text_of(app)
        assert "Random wait s" in text
        assert "mode respond needs it" in " ".join(line[31:].strip() for line in text.splitlines())
        await type_into(pilot, "block-wait_s", "1.5 4")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert shelf.find(kept.id).blocks[0].wait_s == (1.5, 4)


async def test_a_moving_target_is_written_on_one_line(app, shelf, open_editor, tools) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_editor(app, pilot, "force-match")
        await pilot.press("down", "down")
        await pilot.pause()
        field = screen.query_one("#block-path", Input)
        assert field.value == "sine 30s 100% ±25% 0.1Hz"
        field.focus()
        await pilot.pause()
        assert tools.outside(app) == []
        field.value = "ramp 5s 0%-100%; level 25s 100% eyes-off"
        await pilot.press("ctrl+s")
        await pilot.pause()
        path = shelf.find("force-match-my-way").blocks[1].path
        assert [(p.kind, p.seconds, p.eyes_off) for p in path.parts] == [
            ("ramp", 5, False),
            ("level", 25, True),
        ]
        assert shelf.find("force-match").blocks[1].path.parts[0].kind == "sine"


async def test_blocks_are_added_copied_moved_and_removed(app, shelf, open_editor, tools) -> None:
    kept = shelf.save(MINE)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_editor(app, pilot, kept.id)
        await pilot.press("down", "c", "d", "a", "u", "s")
        await pilot.pause()
        positions = [b.position for b in shelf.find(kept.id).blocks]
        first = screen.query_one("#block-position", Choice)._values[0][0]
        assert positions == ["standing-pull-back", "ankle-iso-push", first, "standing-pull-back"]
        await pilot.press("x", "x", "s")
        await pilot.pause()
        assert [b.position for b in shelf.find(kept.id).blocks] == ["standing-pull-back", "ankle-iso-push"]


async def test_letters_in_a_field_are_letters_and_on_a_choice_change_no_block(
    app, shelf, open_editor
) -> None:
    kept = shelf.save(MINE)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_editor(app, pilot, kept.id)
        await pilot.press("enter", "end", *"sxaduc")
        await pilot.press("escape", "down", "enter", "x", "a", "c")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert shelf.find(kept.id).name == "Minesxaduc"
        assert len(shelf.find(kept.id).blocks) == 2
        assert screen.query_one("#rows", OptionList).option_count == 3


async def test_a_built_in_plan_is_kept_as_a_copy_and_save_as_new_makes_another(
    app, shelf, open_editor, tools
) -> None:
    before = (shipped_plans() / "deload.toml").read_bytes()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_editor(app, pilot, "deload")
        await pilot.press("s")
        await pilot.pause()
        await pilot.press("s")
        await pilot.pause()
        assert [p.id for p in shelf.plans() if p.own] == ["deload-my-way"]
        await pilot.press("n")
        await pilot.pause()
        assert [p.id for p in shelf.plans() if p.own] == ["deload-my-way", "deload-my-way-2"]
    assert (shipped_plans() / "deload.toml").read_bytes() == before


async def test_a_new_plan_is_made_without_a_file_and_leaving_it_unsaved_takes_the_key_twice(
    app, shelf, open_editor, tools
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await open_editor(app, pilot, "")
        await type_into(pilot, "plan-name", "Hips")
        await pilot.press("ctrl+s")
        await pilot.pause()
        kept = shelf.find("hips")
        assert kept.blocks[0].reps == 3
        await pilot.press("escape", "down", "c", "escape")
        await pilot.pause()
        assert isinstance(app.screen, PlanEditorScreen)
        assert "Not saved" in tools.said(app)
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: not isinstance(app.screen, PlanEditorScreen))
        assert shelf.find("hips") == kept
