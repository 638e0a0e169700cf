"""The shelf of plans: built-in ones stay, the user's own are kept, broken files are told."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan_spec import PlanBlock, PlanSpec
from isotimer.session.places import Places, shipped_plans
from isotimer.session.plan_shelf import PlanShelf

MINE = PlanSpec("", "Über [red]plan[/] \x1b", (PlanBlock("ankle-iso-push", 5.0),))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "config" / "plans"


@pytest.fixture
def shelf(own: Path) -> PlanShelf:
    return PlanShelf((own, shipped_plans()))


def test_the_built_in_plans_are_on_the_shelf(shelf: PlanShelf) -> None:
    plans = shelf.plans()
    assert len(plans) == 14
    assert all(p.spec is not None and not p.own and not p.problem for p in plans)
    assert shelf.find("classic-band").name == "Classic band holds"


def test_places_know_the_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    folders = Places.find().plan_folders
    assert folders[-1] == shipped_plans()
    assert tmp_path in folders[0].parents
    assert Places(tmp_path / "x.db", (), tmp_path / "log").plan_folders == (shipped_plans(),)


def test_a_new_plan_is_kept_under_an_id_made_of_its_name(shelf: PlanShelf, own: Path) -> None:
    kept = shelf.save(MINE)
    assert kept == replace(MINE, id="uber-red-plan")
    assert shelf.find("uber-red-plan") == kept
    assert shelf.save(MINE).id == "uber-red-plan-2"
    assert sorted(p.name for p in own.iterdir()) == ["uber-red-plan-2.toml", "uber-red-plan.toml"]
    assert [p.id for p in shelf.plans() if p.own] == ["uber-red-plan", "uber-red-plan-2"]


def test_only_its_owner_may_read_a_plan(shelf: PlanShelf, own: Path) -> None:
    shelf.save(MINE)
    assert stat.S_IMODE((own / "uber-red-plan.toml").stat().st_mode) == 0o600


def test_an_own_plan_is_written_over(shelf: PlanShelf, own: Path) -> None:
    kept = shelf.save(MINE)
    changed = replace(kept, name="Other", rounds=3)
    assert shelf.save(changed) == changed
    assert shelf.find(kept.id) == changed
    assert len(list(own.iterdir())) == 1


def test_a_built_in_plan_is_never_written_over(shelf: PlanShelf) -> None:
    before = (shipped_plans() / "classic-band.toml").read_bytes()
    kept = shelf.save(replace(shelf.find("classic-band"), rounds=2))
    assert kept.id == "classic-band-holds"
    assert (shipped_plans() / "classic-band.toml").read_bytes() == before
    assert shelf.find("classic-band").rounds == 1
    assert shelf.find("classic-band-holds").rounds == 2


def test_a_copy_gets_an_id_that_no_plan_has(shelf: PlanShelf) -> None:
    assert shelf.save(replace(MINE, name="Switch")).id == "switch-2"
    assert shelf.save_new(replace(MINE, id="switch-2", name="???")).id == "plan"


def test_a_plan_is_renamed_and_keeps_its_id(shelf: PlanShelf) -> None:
    kept = shelf.save(MINE)
    assert shelf.rename(kept.id, "  Better  ").name == "Better"
    assert shelf.find(kept.id).name == "Better"
    with pytest.raises(DataError, match="name"):
        shelf.rename(kept.id, "x" * 101)
    assert shelf.find(kept.id).name == "Better"


def test_only_own_plans_are_renamed_and_deleted(shelf: PlanShelf, own: Path) -> None:
    kept = shelf.save(MINE)
    shelf.delete(kept.id)
    assert list(own.iterdir()) == []
    for change in (lambda: shelf.delete("switch"), lambda: shelf.rename("switch", "x")):
        with pytest.raises(WrongUseError, match="comes with isotimer"):
            change()
    with pytest.raises(WrongUseError, match="did you mean 'switch'"):
        shelf.delete("swich")


def test_an_own_file_goes_before_a_built_in_one_of_its_name(shelf: PlanShelf, own: Path) -> None:
    own.mkdir(parents=True)
    (own / "switch.toml").write_text(
        'name = "Mine"\n[[block]]\nposition = "wall-switch"\nhold_s = 3\nsides = "both"\n'
    )
    assert shelf.find("switch").name == "Mine"
    assert len(shelf.plans()) == 14
    shelf.delete("switch")
    assert shelf.find("switch").name == "Switch"


def test_a_broken_file_is_listed_with_its_sentence(shelf: PlanShelf, own: Path) -> None:
    own.mkdir(parents=True)
    (own / "bad.toml").write_text('name = "x"\n[[block]]\nposition = "ankle-iso-push"\nhold_s = -1\n')
    (own / "latin.toml").write_bytes(b'name = "\xe9"\n')
    (own / "large.toml").write_bytes(b"#" * 300_000)
    (own / "folder.toml").mkdir()
    (own / "lost.toml").symlink_to(own / "nowhere")
    (own / ".hidden.toml").write_text("?")
    (own / "note.txt").write_text("?")
    broken = {p.id: p.problem for p in shelf.plans() if p.spec is None}
    assert set(broken) == {"bad", "latin", "large", "folder", "lost"}
    assert "line 4, hold_s: -1, below zero" in broken["bad"]
    assert "not UTF-8" in broken["latin"]
    assert "too large" in broken["large"]
    assert len(shelf.plans()) == 19
    with pytest.raises(DataError, match="line 4, hold_s"):
        shelf.find("bad")


def test_a_file_name_with_escapes_is_shown_harmless(shelf: PlanShelf, own: Path) -> None:
    own.mkdir(parents=True)
    (own / "a\x1b[31m.toml").write_text("?")
    assert all("\x1b" not in p.problem for p in shelf.plans())


def test_a_plan_that_cannot_be_kept_says_so(own: Path, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder should be")
    with pytest.raises(DataError, match="the plan is not kept"):
        PlanShelf((own, shipped_plans())).save(MINE)
    with pytest.raises(DataError, match="no folder"):
        PlanShelf((shipped_plans(),)).save(MINE)
