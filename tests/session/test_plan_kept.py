"""The plan is stored with the session: changing or deleting it later alters nothing that was done."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from isotimer.core.hold import Key
from isotimer.core.plan_spec import PlanBlock, PlanSpec, outline, spec_from_json
from isotimer.session.places import Places, shipped_plans
from isotimer.session.plan_shelf import PlanShelf
from isotimer.session.station import Station
from isotimer.store import queries
from isotimer.store.database import open_store

QUICK = PlanSpec(
    "",
    "Quick [red]",
    (PlanBlock("standing-pull-back", 0.1, countdown_s=0.0, rest_side_s=0.0, note="as it was"),),
)


def stored(database: Path) -> list[str]:
    with open_store(database, readonly=True) as store:
        return [row["plan"] for row in queries.sessions(store)]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    folders = (tmp_path / "plans", shipped_plans())
    return Places(tmp_path / "s.db", (), tmp_path / "log", plan_folders=folders)


def test_a_session_keeps_its_plan_when_that_is_changed_and_deleted(places: Places) -> None:
    shelf = PlanShelf.of(places)
    kept = shelf.save(QUICK)
    station = Station(places, "Ana")
    station.start_plan(kept.id)
    station.press(Key.GO)
    training = station._training
    assert training is not None
    assert training.wait(20)
    assert training.wait_for_results(20)
    station.close()
    (before,) = stored(places.database)
    shelf.save(replace(kept, name="Other", blocks=(replace(kept.blocks[0], seconds=99.0), kept.blocks[0])))
    shelf.delete(kept.id)
    assert stored(places.database) == [before]
    table = json.loads(before)
    assert spec_from_json(json.dumps(table["spec"])) == kept
    assert len(table["steps"]) == len(outline(kept).steps)
    with open_store(places.database, readonly=True) as store:
        holds = queries.holds(store)
    assert [(h["position"], h["side"], h["planned_s"]) for h in holds] == [
        ("standing-pull-back", "right", 0.1),
        ("standing-pull-back", "left", 0.1),
    ]
