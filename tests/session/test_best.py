"""What 100 % is: the best of an equal number of recent maximal holds, never of another setup."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Side, Target, parse_target
from isotimer.session.best import EQUAL_N, reference, resolve_target, resolver
from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow
from isotimer.store.setups import choose_setup

NOW = datetime.now(UTC)
WHERE = "supine-90-90-hip-pull"
Held = Callable[..., None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def held(store: Store) -> Held:
    session = store.start_session(store.athlete("Ana"), "{}")

    def add(days_ago: float, value_n: float, mode: str = "max", **more: object) -> None:
        start = HoldStart(
            session_id=session,
            position=WHERE,
            phase="swing",
            mode=mode,
            step_index=0,
            start_s=0.0,
            started_at=NOW - timedelta(days=days_ago),
            **({"side": "left"} | more),
        )
        hold = store.begin_hold(start)
        row = MeasureRow("tension_best_1s_n", value_n, "N")
        store.finish_hold(hold, HoldFinish(end="completed", hold_s=3.0), None, [row])

    return add


def test_it_is_the_best_of_the_newest_maximal_holds_and_not_all_time_luck(store: Store, held: Held) -> None:
    held(20, 500.0)
    for day in range(EQUAL_N):
        held(day + 1, 300.0 + day)
    found = reference(store, store.athlete("Ana"), WHERE, "left", now=NOW)
    assert (found.force_n, found.holds, found.weak) == (300.0 + EQUAL_N - 1, EQUAL_N, False)
    assert found.why == f"best of {EQUAL_N} max holds, 1 day ago"


def test_after_four_weeks_older_holds_are_taken_and_called_so(store: Store, held: Held) -> None:
    ana = store.athlete("Ana")
    held(60, 400.0)
    held(29, 350.0)
    old = reference(store, ana, WHERE, "left", now=NOW)
    assert (old.force_n, old.holds, old.weak) == (400.0, 2, True)
    assert old.why == "best of 2 max holds, 29 days ago"
    held(3, 320.0)
    fresh = reference(store, ana, WHERE, "left", now=NOW)
    assert (fresh.force_n, fresh.holds, fresh.weak) == (320.0, 1, False)


def test_without_a_maximal_hold_the_best_of_all_is_taken_so_that_targets_do_not_sink(
    store: Store, held: Held
) -> None:
    held(300, 260.0, mode="steady")
    for day in range(10):
        held(day, 195.0, mode="steady")
    found = reference(store, store.athlete("Ana"), WHERE, "left", now=NOW)
    assert (found.force_n, found.weak) == (260.0, True)
    assert "none maximal" in found.why


def test_sides_setups_and_athletes_are_never_mixed(store: Store, held: Held) -> None:
    ana = store.athlete("Ana")
    band = store.setup("red band")
    held(1, 300.0)
    held(1, 900.0, side="right")
    held(1, 800.0, setup_id=band)
    assert reference(store, ana, WHERE, "left", now=NOW).force_n == 300.0
    assert reference(store, ana, WHERE, "left", band, now=NOW).force_n == 800.0
    assert reference(store, ana, "standing-pull-back", "left", now=NOW) is None
    assert reference(store, store.athlete("Ben"), WHERE, "left", now=NOW) is None


def test_a_share_of_the_best_uses_the_remembered_setup(path: Path, store: Store, held: Held) -> None:
    band = store.setup("red band")
    held(1, 300.0)
    held(1, 800.0, setup_id=band)
    share = parse_target("50%")
    assert resolve_target(share, path, "Ana", WHERE, "left").force_n == 150.0
    choose_setup(store, store.athlete("Ana"), WHERE, band)
    assert resolve_target(share, path, "Ana", WHERE, "left").force_n == 400.0
    with pytest.raises(WrongUseError, match="no best"):
        resolve_target(share, path, "Ana", WHERE, "left", setup="a new rig")
    assert resolve_target(share, path, "Ana", WHERE, "left", setup="red band").force_n == 400.0


def test_what_is_set_for_today_goes_first_and_the_band_is_as_wide_as_asked(
    path: Path, store: Store, held: Held
) -> None:
    held(1, 300.0)
    band = resolve_target(
        Target("best", 0.5, 0.05), path, "Ana", WHERE, "left", today={(WHERE, Side.LEFT): 200.0}
    )
    assert (band.force_n, band.low_n, band.high_n) == pytest.approx((100.0, 95.0, 105.0))


def test_the_plans_resolver_leaves_open_what_is_not_known(path: Path, store: Store) -> None:
    resolve = resolver(path, "Ana", {(WHERE, Side.RIGHT): 200.0})
    assert resolve(WHERE, Side.LEFT, parse_target("75%")) is None
    assert resolve(WHERE, Side.RIGHT, parse_target("75%")).force_n == 150.0
    assert resolve(WHERE, Side.LEFT, parse_target("250N")).force_n == 250.0
    assert resolve(WHERE, Side.LEFT, parse_target("1BW")) is None
    store.add_body_mass(store.athlete("Ana"), 80.0)
    assert resolve(WHERE, Side.LEFT, parse_target("1BW")).force_n == pytest.approx(784.532)


def test_asking_for_a_target_makes_no_athlete(path: Path, store: Store) -> None:
    with pytest.raises(WrongUseError):
        resolve_target(parse_target("75%"), path, "Nobody", WHERE, "left")
    assert store.athletes() == []
