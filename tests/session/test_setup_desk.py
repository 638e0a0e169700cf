"""Positions, setups and references of a station, and that holds are stored with their setup."""

from pathlib import Path

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import HoldStep, Plan, Side, parse_target
from isotimer.core.positions import Cuff, Use, position
from isotimer.core.positions.file import EXAMPLE
from isotimer.core.setup import Effort, Setup
from isotimer.session.places import Places
from isotimer.session.recorder import Recorder
from isotimer.session.setup_of_holds import SetupOfHolds
from isotimer.session.setups import SetupDesk
from isotimer.store.database import open_store

HERE = "standing-band-hip-flexion"
RED = Setup(Use.BAND, Effort.HOLD, Cuff.ANKLE, model="red")


@pytest.fixture
def desk(tmp_path: Path) -> SetupDesk:
    places = Places(
        tmp_path / "sessions.db", (), tmp_path / "log", position_folders=(tmp_path / "positions",)
    )
    made = SetupDesk(places)
    made.athlete = "Ana"
    return made


def test_a_setup_is_asked_once_per_athlete_and_position(desk: SetupDesk) -> None:
    positions = [HERE, "seated-knee-lift", HERE]
    assert desk.unasked(positions) == (HERE, "seated-knee-lift")
    assert not desk.places.database.exists()
    desk.choose_setup(HERE, RED)
    assert desk.unasked(positions) == ("seated-knee-lift",)
    assert desk.setup_of(HERE).setup == RED
    assert [known.name for known in desk.setups("seated-knee-lift")] == ["red band, ankle cuff"]
    desk.choose_setup("seated-knee-lift", desk.setups("seated-knee-lift")[0])
    assert desk.setup_of("seated-knee-lift").id == desk.setup_of(HERE).id
    desk.athlete = "Ben"
    assert desk.unasked(positions) == (HERE, "seated-knee-lift")
    desk.skip_setup(HERE)
    assert desk.unasked(positions) == ("seated-knee-lift",)
    desk.athlete = "Ana"
    desk.choose_setup(HERE, None)
    assert desk.setup_of(HERE) is None


def test_asking_writes_nobody_into_the_database(desk: SetupDesk) -> None:
    desk.choose_setup(HERE, RED)
    desk.athlete = "Nobody"
    assert (desk.setup_of(HERE), desk.setups(HERE), desk.reference(HERE, Side.LEFT)) == (None, (), None)
    with open_store(desk.places.database) as store:
        assert [row["name"] for row in store.athletes()] == ["Ana"]


def test_a_reference_set_for_today_is_the_athletes_and_the_sides_own(desk: SetupDesk) -> None:
    share = parse_target("75%")
    with pytest.raises(WrongUseError):
        desk.target_band(share, HERE, Side.LEFT)
    desk.set_reference(HERE, Side.LEFT, 200.0)
    assert desk.target_band(share, HERE, Side.LEFT).force_n == 150.0
    assert (desk.reference(HERE, Side.LEFT).force_n, desk.reference(HERE, Side.RIGHT)) == (200.0, None)
    desk.athlete = "Ben"
    assert desk.reference(HERE, Side.LEFT) is None
    desk.athlete = "Ana"
    desk.set_reference(HERE, Side.LEFT, None)
    assert desk.reference(HERE, Side.LEFT) is None
    for wrong in (0.0, -1.0, float("nan"), 1e9):
        with pytest.raises(WrongUseError):
            desk.set_reference(HERE, Side.LEFT, wrong)


def test_own_positions_are_found_and_faults_are_news(desk: SetupDesk) -> None:
    folder = desk.places.position_folders[0]
    folder.mkdir()
    (folder / "a.toml").write_text(EXAMPLE)
    (folder / "b.toml").write_text(EXAMPLE)
    (folder / "c.toml").write_text('id = "x"')
    (folder / "d.toml").write_bytes(b"\xff\xfe")
    book = desk.positions
    assert [p.id for p in book.own] == ["step-up-hold"]
    assert [p.split(",")[0].split(":")[0] for p in book.problems[:2]] == ["b.toml", "c.toml"]
    assert "UTF-8" in book.problems[2]
    assert desk._news == list(book.problems)
    (folder / "a.toml").unlink()
    (folder / "b.toml").unlink()
    assert desk.look_for_positions().own == ()
    assert len(desk._news) == 3


def plan_of(*steps: tuple[str, str]) -> Plan:
    return Plan("p", "p", tuple(HoldStep(where, Side.LEFT, 5.0, setup=setup) for where, setup in steps))


def test_holds_know_their_setup_by_name_by_memory_or_not_at_all(desk: SetupDesk, tmp_path: Path) -> None:
    desk.choose_setup(HERE, RED)
    plan = plan_of((HERE, ""), (HERE, "garage"), ("seated-knee-lift", ""))
    known = SetupOfHolds()
    with open_store(desk.places.database) as store:
        known.begin(store, store.athlete("Ana"), plan)
        remembered, named, none = (known.id_of(step) for step in plan.steps)
        assert none is None
        assert remembered == desk.setup_of(HERE).id != named
        assert [known.name_of(step) for step in plan.steps] == ["red band, ankle cuff", "garage", ""]
    assert desk.setup_of(HERE).name == "red band, ankle cuff"
    assert desk.setup_of("seated-knee-lift") is None
    with open_store(tmp_path / "rescue.db") as rescue:
        known.begin(rescue, rescue.athlete("Ana"), plan)
        names = {row["id"]: row["name"] for row in rescue.rows("SELECT id, name FROM setup")}
        assert [names.get(known.id_of(step)) for step in plan.steps] == [
            "red band, ankle cuff",
            "garage",
            None,
        ]


def test_a_setup_given_by_name_is_remembered_where_none_was(desk: SetupDesk) -> None:
    with open_store(desk.places.database) as store:
        SetupOfHolds().begin(store, store.athlete("Ana"), plan_of((HERE, "garage")))
        SetupOfHolds().begin(store, store.athlete("Ana"), plan_of((HERE, "gym")))
    assert desk.setup_of(HERE).name == "garage"
    assert {known.name for known in desk.setups(HERE)} == {"garage"}


def test_the_recorder_stores_setup_and_the_phase_of_an_own_position(desk: SetupDesk) -> None:
    from isotimer.core.hold import HoldEnded, HoldStarted
    from isotimer.core.plan import End

    folder = desk.places.position_folders[0]
    folder.mkdir()
    (folder / "a.toml").write_text(EXAMPLE)
    desk.choose_setup("step-up-hold", RED)
    plan = plan_of(("step-up-hold", ""))
    results = []
    recorder = Recorder(
        desk.places.database, "Ana", plan, None, results.append, lambda trouble: None, desk.positions
    )
    recorder.start()
    step = plan.steps[0]
    recorder.event(HoldStarted(10.0, 0, step, 1, 10.0))
    recorder.event(HoldEnded(15.0, 0, step, 1, 10.0, 15.0, End.COMPLETED, ""))
    recorder.stop()
    with open_store(desk.places.database) as store:
        [row] = store.rows("SELECT position, phase, setup FROM v_holds")
    assert row == {"position": "step-up-hold", "phase": "push", "setup": "red band, ankle cuff"}
    assert results[0].setup == "red band, ankle cuff"
    (folder / "a.toml").unlink()
    assert desk.look_for_positions().name(row["position"]) == "step-up-hold"


def test_positions_that_come_with_isotimer_need_no_folder(desk: SetupDesk) -> None:
    assert desk.positions.get(HERE) is position(HERE)
