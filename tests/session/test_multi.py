"""Two plates as one sensor: nothing lost, the truth recovered, one of them unplugged."""

import json
import sqlite3
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.calibration import Calibration, Line
from isotimer.core.errors import WrongUseError
from isotimer.core.hold import Key
from isotimer.core.plan import End, Side, Start, build_plan
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.link.athlete import AthleteModel
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.simulator import Simulator
from isotimer.link.stance import StanceModel
from isotimer.session.acquisition import Connection
from isotimer.session.multi import RigAcquisition
from isotimer.session.recompute import recompute
from isotimer.session.rigs import RigFacts
from isotimer.session.sensor import SensorFacts
from isotimer.session.training import Training

SHARE = 47.0
SHAKE_N = 3.0
CORNERS = ((150, 250), (-150, 250), (-150, -250), (150, -250))


def two_plates() -> Rig:
    sides = (("l", "left", -200, Side.LEFT), ("r", "right", 200, Side.RIGHT))
    return Rig(
        "two plates",
        tuple(RigDevice(device, "teensy-plate4") for device, *_ in sides),
        tuple(
            RigChannel(device, n, side, plate, middle + x, y)
            for device, plate, middle, side in sides
            for n, (x, y) in enumerate(CORNERS)
        ),
    )


@pytest.fixture
def stance(profile_of):
    """Two simulated plates under one person, and the rig that reads them."""
    profile = profile_of("teensy-plate4")
    athlete = AthleteModel(
        tension_n=700.0, wobble_n=0.0, shake_n=SHAKE_N, shake_hz=9.5, noise_n=0.02, lead_s=0.0, hold_s=1e4
    )
    model = StanceModel(athlete, share_right_pct=SHARE, at_host_s=time.monotonic() - 5)
    simulators, blocks, lines = {}, [], []
    for device, side in (("l", "left"), ("r", "right")):
        simulators[device] = Simulator(profile, replace(model, side=side), PtyEndpoint())
    zero, slope = profile.simulator.zero_counts, 1 / profile.simulator.counts_per_n
    calibration = Calibration((Line(zero, slope),) * 4, "N")
    connections = {d: Connection(s.address, profile, calibration) for d, s in simulators.items()}
    heard = SimpleNamespace(block=blocks.append, line=lambda alive, at_s: lines.append(alive))
    rig = two_plates()
    sensor = RigAcquisition(rig, connections, lambda b: heard.block(b), lambda a, s: heard.line(a, s))
    for simulator in simulators.values():
        simulator.start()
    sensor.start()
    sensor.wait_for_samples(10)
    facts = RigFacts(
        profile,
        connections["l"].port,
        lambda: sensor.calibration,
        rig=rig,
        parts=tuple(SensorFacts(profile, connections[d].port, lambda: calibration) for d in ("l", "r")),
    )
    yield SimpleNamespace(
        sensor=sensor,
        simulators=simulators,
        model=model,
        blocks=blocks,
        lines=lines,
        heard=heard,
        facts=facts,
    )
    sensor.stop()
    for simulator in simulators.values():
        simulator.stop()


def held(stance, tmp_path, seconds, meanwhile=lambda training: None):
    plan = build_plan("standing-pull-back", [Side.BOTH], seconds, start=Start.CLOCK, countdown_s=0.0)
    training = Training(plan, "Ana", tmp_path / "s.db", acquisition=stance.sensor, sensor=stance.facts)
    stance.heard.block, stance.heard.line = training.block, lambda alive, at_s: training.line(alive)
    training.start()
    training.press(Key.GO)
    meanwhile(training)
    assert training.wait(seconds + 10)
    assert training.wait_for_results(20)
    training.stop()
    return training.results[0]


def check(result, model, seconds):
    """Compare a hold with what was really stood."""
    got = {m.id: m.value for m in result.measures}
    assert result.end is End.COMPLETED
    assert result.samples == pytest.approx(1000 * seconds, rel=0.002)
    assert result.gaps == ()
    assert got["load_share_right_pct"] == pytest.approx(SHARE, abs=0.2)
    assert got["tension_mean_n"] == pytest.approx(700.0, rel=0.002)
    assert got["tension_right_mean_n"] == pytest.approx(7.0 * SHARE, rel=0.002)
    return got


@pytest.mark.soak
@pytest.mark.timeout(150)
def test_a_minute_on_two_plates_is_recovered(stance, tmp_path):
    result = held(stance, tmp_path, 60.0)
    got = check(result, stance.model, 60.0)
    # who stands from the beginning is on the plateau at once; it ends half a second before the hold
    path = stance.model.path_mm(0.0, 59.5)
    assert got["cop_path_mm"] == pytest.approx(path, rel=0.02)
    assert got["shake_rms_n"] == pytest.approx(SHAKE_N / np.sqrt(2), rel=0.03)
    with sqlite3.connect(tmp_path / "s.db") as db:
        rig, ids, channels = db.execute("SELECT rig, device_ids, channels FROM hold").fetchone()
    assert '"two plates"' in rig
    assert len(set(json.loads(ids))) == 2
    assert "right front left" in channels
    assert recompute(tmp_path / "s.db").changed == ()


def test_unplugging_one_plate_keeps_the_other_side_and_marks_the_loss(stance, tmp_path, until):
    unplugged_s = []

    def unplug(training):
        until(lambda: training.view.elapsed_s > 1.0)
        unplugged_s.append(training.view.elapsed_s)
        stance.simulators["r"].stop()
        unplugged_s.append(training.view.elapsed_s)

    result = held(stance, tmp_path, 3.5, unplug)
    got = {m.id: m for m in result.measures}
    assert result.end is End.COMPLETED
    assert got["tension_left_mean_n"].value == pytest.approx(7.0 * (100 - SHARE), rel=0.003)
    assert "only the first" in got["tension_mean_n"].reason
    assert got["load_share_right_pct"].value == pytest.approx(SHARE, abs=0.3)
    assert "only the first" in got["load_share_right_pct"].reason
    assert any("'r'" in notice for notice in result.notices)
    at_s, length_s = max(result.gaps, key=lambda gap: gap[1])
    # what the machine has not yet read when the line breaks is lost with it
    assert unplugged_s[0] - 0.5 <= at_s <= unplugged_s[1] + 0.1
    assert at_s + length_s == pytest.approx(3.5, abs=0.01)


def test_the_line_says_which_device_is_lost(stance, until):
    stance.simulators["r"].stop()
    until(lambda: stance.sensor.view().message)
    assert str(stance.sensor.view().state) == "streaming"
    assert Block.join(stance.blocks[-2:]).force_n.shape[1] == 8


def test_a_tare_and_a_channel_reach_the_device_behind(stance):
    part, channel = stance.sensor.part(6)
    assert part is stance.sensor.parts[1]
    assert channel == 2
    with pytest.raises(WrongUseError, match="channels 0 to 7"):
        stance.sensor.part(8)


def test_beside_a_bare_device_a_calibrated_one_counts_too(profile_of):
    profile = profile_of("teensy-plate4")
    bare = Connection.plain("/dev/a", profile)
    newtons = replace(bare, port="/dev/b", calibration=Calibration((Line(8000.0, 0.01),) * 4, "N"))
    blocks = []
    sensor = RigAcquisition(two_plates(), {"l": bare, "r": newtons}, blocks.append)
    time_s, none = np.arange(100, 101, 0.01), np.zeros(100, np.uint8)
    for number in (0, 1):
        sensor._line(number, True, 100.0)
    for number, unit in ((0, "counts"), (1, "N")):
        raw = np.full((100, 4), 9000.0)
        sensor._block(number, Block(time_s, raw if unit == "counts" else (raw - 8000) / 100, raw, none, unit))
    assert sensor.calibration.unit == blocks[-1].unit == "counts"
    assert blocks[-1].force_n[-1].tolist() == [9000.0] * 4 + [1000.0] * 4
    assert sensor.calibration.apply(blocks[-1].raw) == pytest.approx(blocks[-1].force_n)
    lines = (Line(8000.0, 0.01),) * 4
    sensor.calibrate(0, Calibration(lines, "N"))
    assert sensor.calibration.unit == "N"
    assert [line.slope_n_per_raw for line in sensor.calibration.lines] == [0.01] * 8
    assert len(sensor.ring.since(0.0)) == 0
    with pytest.raises(WrongUseError, match="not connected"):
        RigAcquisition(two_plates(), {"l": newtons})
