"""A plan with every mode, run for real on a simulated sensor: what is in the store is what the plan says."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from isotimer.core.hold import GoPlanned, HoldStarted, Key, State
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, TargetBand
from isotimer.core.task import PathPart, TargetPath
from isotimer.link.shipped import shipped_folder
from isotimer.session.demo import HEARS_S, LAGS_S, simulated_sensor
from isotimer.session.places import Places
from isotimer.session.plain import LineRun
from isotimer.session.recompute import recompute
from isotimer.session.snapshot import LineState
from isotimer.session.station import Station

BAND = TargetBand(200, 180, 220)
PATH = TargetPath((PathPart("level", 1.0, 0.5), PathPart("sine", 6.0, 0.6, amplitude=0.3, hz=0.5)))


def hold(mode: Mode, side: Side, seconds: float, set_no: int = 1, **more: object) -> HoldStep:
    return HoldStep(
        "ankle-iso-push", side, seconds, mode, target=BAND, countdown_s=0.5, set_no=set_no, sets=2, **more
    )


PLAN = Plan(
    "modes",
    "All [modes]",
    (
        hold(Mode.RESPOND, Side.LEFT, 1.2, wait_s=(1.0, 1.2)),
        RestStep(1.6, "side"),
        hold(Mode.SWITCH, Side.BOTH, 5.5, wait_s=(2.0, 2.2)),
        RestStep(1.6, "set"),
        hold(Mode.TRACK, Side.RIGHT, 6.0, 2, path=PATH),
    ),
)


@pytest.fixture
def station(tmp_path: Path, until: Callable[..., None]) -> Iterator[Station]:
    places = Places(tmp_path / "s.db", (shipped_folder(),), tmp_path / "log")
    with simulated_sensor("chronojump-force-sensor", places.device_folders, 250.0) as sensor:
        one = Station(places, "Ana")
        one.connect(sensor.port, "chronojump-force-sensor")
        one.subscribe(sensor.athlete.hear)
        until(lambda: one.line().state is LineState.STREAMING)
        yield one
        one.close()


@pytest.mark.soak
def test_every_mode_lands_in_the_store_with_its_own_numbers(station: Station, tmp_path: Path) -> None:
    said: list[str] = []
    typed: SimpleQueue[str | None] = SimpleQueue()
    news: list[object] = []
    station.subscribe(news.append)
    efforts = iter(("6", "8"))

    def say(words: str) -> None:
        said.append(words)
        if words.startswith("How hard"):
            typed.put(next(efforts))

    run = LineRun(station, typed, say, lambda times: None)
    run.run(lambda: station.start(PLAN), go=True)
    station.stop()

    with sqlite3.connect(tmp_path / "s.db") as db:
        rows = db.execute(
            'SELECT step_index, mode, side, set_no, "end", hold_s, effort, flag, step FROM hold'
            " ORDER BY step_index"
        ).fetchall()
        measures = {
            (index, name): value
            for index, name, value in db.execute(
                "SELECT h.step_index, m.id, m.value FROM hold h JOIN measure m ON m.hold_id = h.id"
            )
        }
        progress = json.loads(db.execute("SELECT progress FROM session").fetchone()[0])
    assert [r[:5] for r in rows] == [
        (0, "respond", "left", 1, "completed"),
        (2, "switch", "both", 1, "completed"),
        (4, "track", "right", 2, "completed"),
    ]
    assert [r[5] for r in rows] == pytest.approx([1.2, 5.5, 6.0])
    assert [r[6] for r in rows] == [6, 6, 8]
    assert {r[7] for r in rows} == {""}
    assert progress["over"]
    # The athlete hears the go after HEARS_S and the line adds a little; nobody knows the delay of a bell.
    assert measures[0, "reaction_s"] == pytest.approx(HEARS_S, abs=0.15)
    assert measures[4, "tracking_lag_s"] == pytest.approx(LAGS_S, abs=0.15)
    assert measures[4, "tracking_rmse_n"] < 40
    assert 0.4 < measures[2, "transition_s"] < 1.6
    told = [json.loads(r[8])["cues"] for r in rows]
    assert told[0]["go_s"] == 0.0
    switch = next(e for e in news if isinstance(e, HoldStarted) and e.step_index == 2)
    assert told[1]["changes_s"] == pytest.approx([at_s - switch.start_s for at_s, _ in switch.cues])
    assert {"Set: keep still and wait for go", "Go!", "Change: right", "Effort 6 of 10 is noted"} <= set(said)
    assert any(line.startswith("Result: left 1.2 s, completed, reaction") for line in said)
    assert recompute(tmp_path / "s.db").changed == ()


def test_a_false_start_is_kept_and_the_attempt_comes_again(
    station: Station, tmp_path: Path, until: Callable[..., None]
) -> None:
    news: list[object] = []
    station.subscribe(news.append)
    station.start(Plan("r", "r", (hold(Mode.RESPOND, Side.LEFT, 0.5, wait_s=(1.0, 1.0)),)))
    station.press(Key.GO)
    until(lambda: any(isinstance(e, GoPlanned) for e in news))
    early = next(e for e in news if isinstance(e, GoPlanned))
    # A hold that nobody ordered: the simulated athlete pulls at once.
    for listener in tuple(station._listeners):
        if getattr(listener, "__name__", "") == "hear":
            listener(HoldStarted(early.at_s, 0, PLAN.steps[0], 1, early.at_s))
            until(lambda: station.snapshot().engine.state in (State.RELEASE, State.COUNTDOWN))
    until(lambda: station.snapshot().engine.state is State.DONE)
    until(lambda: station.settled)
    station.stop()
    with sqlite3.connect(tmp_path / "s.db") as db:
        rows = db.execute('SELECT attempt, "end", flag FROM hold ORDER BY attempt').fetchall()
    assert rows == [(1, "aborted", "false-start"), (2, "completed", "")]
