"""A made-up season for the demo: something to find in history, balance, trend and on the track.

Nothing in it was measured, and all of it says so: setup, sensor, plan and a note on each athlete.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from isotimer.core.block import Block
from isotimer.core.errors import IsotimerError
from isotimer.core.plan import HoldStep, Mode, Phase, Side
from isotimer.measures.table import ALGORITHM_VERSION, MEASURES
from isotimer.review.rows import STRENGTH, HoldRow
from isotimer.review.season import SYNTHETIC, Habits, Season, Truth, Weakness, make_season
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.store.database import Store, open_store
from isotimer.store.season import Recorded, add_season
from isotimer.store.traces import Trace

logger = logging.getLogger(__name__)

GROUP = "Demo group (synthetic)"
PLAN = "synthetic season"
NOTE = "Synthetic: this season was made up by isotimer's demo to have something to find. Nobody was measured."
RATE_HZ = 80.0
"""Rate of the made-up traces."""
TRACED = timedelta(days=8)
"""Holds of so many last days have a trace."""
COMING = "loading the made-up season: a few seconds"
_HOUR = 16
_NIGHT = timedelta(hours=12)
"""A season is spread evenly, so every other session would be at night."""
_WAIT_S = 0.4
"""The season is made only after the first picture."""

_EVEN = dict.fromkeys(Phase, 0.16)
_CALM = Habits(
    weeks=16,
    day_sd=0.008,
    session_sd=0.012,
    trial_sd=0.015,
    drift_sd=0.004,
    side_sd=0.01,
    shake_holds=True,
    sprints_per_week=1,
)
_DEMO = Truth(
    name="",
    gain=_EVEN,
    gain_to_week=6.0,
    weakness=Weakness(phase=Phase.SWING, side=Side.LEFT, share=0.12, from_week=-1.0),
    sprint_gain=0.35,
)
"""A weak swing side, a plateau since week 6, and a gain that reached the track two weeks later."""
_OTHERS = (
    Truth(name="Demo Bo (synthetic)", weakness=Weakness(phase=Phase.RETURN, from_week=9.0, over_weeks=3.0)),
    Truth(name="Demo Cleo (synthetic)", gain=dict.fromkeys(Phase, 0.2), gain_to_week=16.0),
)
"""One whose return phase fell behind, one who gets stronger but not faster."""


def load_season(
    database: Path,
    athlete: str,
    now: datetime | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Write the made-up season of an athlete and of two others into a database.

    Each season is there as a whole or not at all.

    Args:
        database: The file; made if need be.
        athlete: Name of the one who trains in the demo.
        now: Aware; the end of the season.
        stop: Asked before each athlete; True leaves out the rest.

    Raises:
        DataError: If the database cannot be written.
    """
    end = now or datetime.now(UTC).astimezone()
    start = (end - timedelta(weeks=_CALM.weeks)).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    with open_store(database) as store:
        squad = store.add_squad(GROUP)
        for number, truth in enumerate((replace(_DEMO, name=athlete), *_OTHERS)):
            if stop():
                return
            key = store.athlete(truth.name)
            store.join_squad(squad, key)
            store.add_note("athlete", key, NOTE)
            store.add_body_mass(key, 61.0 + 7 * number, start)
            season = make_season(truth, start, 40 + number, _CALM if number == 0 else _plainer(number))
            _keep(store, key, season, end, traced=number == 0)


def _plainer(number: int) -> Habits:
    return replace(_CALM, sprints_per_week=number - 1)


def _keep(store: Store, key: str, season: Season, end: datetime, *, traced: bool) -> None:
    by_day = [replace(h, at=h.at - _NIGHT if h.at.hour < _HOUR - 6 else h.at) for h in season.holds]
    told = _something_to_look_at(by_day) if traced else by_day
    rng = np.random.default_rng(7)
    recorded = {h.hold_id: _recorded(h, rng) for h in told if traced and h.at > end - TRACED}
    add_season(
        store,
        key,
        told,
        season.sprints,
        device_id=store.device(SYNTHETIC, "made up, no sensor", port=SYNTHETIC),
        setup_id=store.setup(SYNTHETIC),
        plan_name=PLAN,
        units={m.id: m.unit for m in MEASURES},
        recorded=recorded,
        version=ALGORITHM_VERSION,
    )


def _something_to_look_at(holds: Sequence[HoldRow]) -> list[HoldRow]:
    """Return the holds with two among the last that somebody should look at."""
    told = list(holds)
    told[-5] = replace(told[-5], pain=3)
    told[-30] = replace(told[-30], flag="pain", pain=5)
    return told


def _recorded(hold: HoldRow, rng: np.random.Generator) -> Recorded:
    """Return a trace that fits the row, and what isotimer measures in it."""
    length = hold.hold_s or 5.0
    time_s = np.arange(-2.0, length + 1.5, 1 / RATE_HZ)
    level = hold.values[STRENGTH] if hold.mode is Mode.MAX else hold.values["tension_mean_n"]
    up = np.clip(time_s / 0.4, 0.0, 1.0) * np.clip((length + 0.3 - time_s) / 0.3, 0.0, 1.0)
    shake_n = level * hold.values.get("shake_pct", 0.4) / 100
    onset = hold.values.get("shake_onset_s", np.inf)
    growth = np.exp2(np.clip(time_s - onset + 3.0, 0.0, 9.0) / 3.0)
    shake = growth * np.sin(2 * np.pi * 9.2 * time_s)
    shake *= shake_n / float(np.std(shake[(time_s > 0) & (time_s < length)]))
    wobble = 0.006 * level * np.sin(2 * np.pi * 0.9 * time_s + rng.uniform(0, 6))
    noise = rng.normal(0.0, 0.15, time_s.size)
    smooth = 0.5 - 0.5 * np.cos(np.pi * up)
    force = (smooth * (level + shake + wobble) + noise)[:, None]
    block = Block(time_s, force, force, np.zeros(time_s.size, np.uint8))
    step = HoldStep(hold.position, hold.side, hold.hold_s, hold.mode)
    done = finish_hold("", step, hold.end, "", 0.0, length, block, Circumstances())
    return Recorded(done.finish, Trace.of(block, 0.0), done.measures)


@contextmanager
def season_behind(database: Path, athlete: str) -> Iterator[Callable[[], str]]:
    """Make the season in the background while the context lasts; it is whole or not there at its end.

    Yields what says that it is still being made; an empty text when it is there.
    """
    leave = threading.Event()

    def work() -> None:
        if leave.wait(_WAIT_S):
            return
        try:
            load_season(database, athlete, stop=leave.is_set)
        except IsotimerError:
            logger.exception("the demo goes on without its season")

    thread = threading.Thread(target=work, name="season", daemon=True)
    thread.start()
    try:
        yield lambda: COMING if thread.is_alive() else ""
    finally:
        leave.set()
        thread.join()
