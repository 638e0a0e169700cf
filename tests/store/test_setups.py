"""Setups in the store: what an athlete uses at a position, and what is known."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from isotimer.store import queries
from isotimer.store.database import Store
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow, Series
from isotimer.store.setups import (
    choose_setup,
    chosen_setup,
    known_athlete,
    known_setups,
    setup_named,
)

Start = Callable[..., HoldStart]
HERE, THERE = "standing-band-hip-flexion", "standing-pull-back"
DAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_choice_is_remembered_per_athlete_and_position(store: Store) -> None:
    ana, ben = store.athlete("Ana"), store.athlete("Ben")
    red, blue = store.setup("red band", {"use": "band", "model": "red"}), store.setup("blue band")
    assert chosen_setup(store, ana, HERE) is None
    choose_setup(store, ana, HERE, red)
    choose_setup(store, ben, HERE, blue)
    found = chosen_setup(store, ana, HERE)
    assert (found.id, found.name, found.details) == (red, "red band", {"use": "band", "model": "red"})
    assert chosen_setup(store, ana, THERE) is None
    choose_setup(store, ana, HERE, blue)
    assert chosen_setup(store, ana, HERE).id == blue
    choose_setup(store, ana, HERE, None)
    assert chosen_setup(store, ana, HERE) is None
    assert chosen_setup(store, ben, HERE).id == blue


def test_known_setups_are_those_of_the_position_first_then_the_newest(store: Store, start: Start) -> None:
    ana = store.athlete("Ana")
    old, new, there, foreign = (store.setup(name) for name in ("old", "new", "there", "foreign"))
    for setup_id, position, day in ((old, HERE, 0), (new, HERE, 1), (there, THERE, 5)):
        hold = store.begin_hold(
            start(position=position, setup_id=setup_id, started_at=DAY + timedelta(days=day))
        )
        store.finish_hold(hold, HoldFinish(end="completed", hold_s=1.0), None)
    choose_setup(store, store.athlete("Ben"), HERE, foreign)
    assert [row.name for row in known_setups(store, ana, HERE)] == ["new", "old", "there"]
    assert [row.name for row in known_setups(store, ana, THERE)] == ["there", "new", "old"]
    choose_setup(store, ana, HERE, old)
    assert [row.name for row in known_setups(store, ana, HERE)][:2] == ["old", "new"]


def test_a_name_means_the_athletes_own_setup_of_the_position(store: Store) -> None:
    ana = store.athlete("Ana")
    mine = store.setup("rig", {"use": "strap"})
    store.setup("rig", {"use": "plate"})
    newest = setup_named(store, ana, HERE, "rig")
    assert newest.details == {"use": "plate"}
    choose_setup(store, ana, HERE, mine)
    assert setup_named(store, ana, HERE, "rig").id == mine
    assert setup_named(store, ana, HERE, "rig'; DROP TABLE setup; --") is None


def test_looking_for_an_athlete_makes_none(store: Store) -> None:
    assert known_athlete(store, "Ana") is None
    assert store.athletes() == []
    ana = store.athlete("Ana")
    assert known_athlete(store, " Ana ") == ana


def test_values_of_a_series_are_the_newest_first_and_without_pain(store: Store, start: Start) -> None:
    ana = store.athlete("Ana")
    setup = store.setup("red band")

    def held(
        day: int, value: float | None, end: str = "completed", pain: int | None = None, **more: object
    ) -> None:
        hold = store.begin_hold(start(started_at=DAY + timedelta(days=day), mode="max", **more))
        row = MeasureRow("tension_best_1s_n", value, "N", "" if value else "why")
        store.finish_hold(hold, HoldFinish(end=end, hold_s=3.0), None, [row])
        if pain is not None:
            with store.writing():
                store.update("hold", hold, {"pain": pain})

    held(0, 300.0)
    held(1, 310.0)
    held(2, 320.0, end="released", pain=3)
    held(3, 999.0, pain=4)
    held(4, 999.0, end="aborted")
    held(5, None)
    held(6, 999.0, setup_id=setup)
    held(7, 999.0, side="right")
    series = Series(HERE, "left", "max")
    rows = queries.series_values(store, ana, series, "tension_best_1s_n")
    assert [row["value"] for row in rows] == [320.0, 310.0, 300.0]
    assert [r["value"] for r in queries.series_values(store, ana, series, "tension_best_1s_n", newest=1)] == [
        320.0
    ]
    own = Series(HERE, "left", "max", setup)
    assert [r["value"] for r in queries.series_values(store, ana, own, "tension_best_1s_n")] == [999.0]
