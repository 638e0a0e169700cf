"""A hold on a rig, in virtual time: merged, measured, and compared with what was stood."""

from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.plan import End, HoldStep, Side
from isotimer.core.rig import Rig, RigChannel, RigDevice, rig_dict
from isotimer.core.rig_merge import Merger
from isotimer.exchange.trace_table import RIG_COLUMNS, trace_lines
from isotimer.link.athlete import AthleteModel
from isotimer.link.stance import StanceModel, parse_stance
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.session.rig_hold import lines_on_rig, rig_of_layout, with_rig
from isotimer.store.traces import Trace

CORNERS = ((150, 250), (-150, 250), (-150, -250), (150, -250))
SIDES = (("l", "left", -200, Side.LEFT), ("r", "right", 200, Side.RIGHT))
HOLD_S = 30.0
SHAKE_N = 3.0


def two_plates() -> Rig:
    return Rig(
        "two plates",
        tuple(RigDevice(device, "teensy-plate4") for device, *_ in SIDES),
        tuple(
            RigChannel(device, n, side, plate, middle + x, y)
            for device, plate, middle, side in SIDES
            for n, (x, y) in enumerate(CORNERS)
        ),
        (45.0, 49.0),
    )


def person(**changes) -> StanceModel:
    athlete = AthleteModel(
        tension_n=700, wobble_n=0, shake_n=SHAKE_N, noise_n=0.02, lead_s=0, ramp_s=0.4, hold_s=1e4
    )
    return StanceModel(athlete, share_right_pct=47.0, at_host_s=0.0, **changes)


def stood(model: StanceModel, lost_at_s: float = 1e9) -> Block:
    """Return the merged samples of both plates, the right one sampled a bit late and at its own pace."""
    merger, blocks = Merger(two_plates()), []
    times = [np.arange(10, 10 + HOLD_S + 6, 0.001), np.arange(10.0004, 10 + HOLD_S + 6, 0.0010003)]
    times[1] = times[1][times[1] < 10 + lost_at_s]
    for a in range(0, len(times[0]), 100):
        for n, (_, side, *_rest) in enumerate(SIDES):
            part = times[n][a : a + 100]
            if not len(part):
                blocks.append(merger.line(n, False))
                continue
            load = replace(model, side=side).cells(part, 0.0, 4)
            blocks.append(merger.feed(n, Block(part, load, load, np.zeros(len(part), np.uint8))))
    return Block.join([b for b in blocks if b is not None])


def finished(block: Block, side: Side = Side.BOTH):
    about = Circumstances(plate=True, body_mass_kg=71.4, rig=two_plates())
    step = HoldStep("standing-pull-back", side, HOLD_S)
    return finish_hold("h", step, End.COMPLETED, "", 12.0, 12.0 + HOLD_S, block, about)


def test_share_path_and_shake_are_those_of_the_stance():
    model = person()
    done = finished(stood(model))
    got = {m.id: m.value for m in done.measures}
    assert got["load_share_right_pct"] == pytest.approx(47.0, abs=0.2)
    assert got["load_share_on_target_pct"] == pytest.approx(100.0)
    assert got["shake_rms_n"] == pytest.approx(SHAKE_N / np.sqrt(2), rel=0.03)
    # the window ends 0.5 s before the hold
    path = model.path_mm(12.0, 12.0 + HOLD_S - 0.5)
    assert got["cop_path_mm"] == pytest.approx(path, rel=0.02)
    assert got["cop_speed_mm_s"] == pytest.approx(path / (HOLD_S - 0.5), rel=0.02)
    assert got["cop_rms_x_mm"] == pytest.approx(model.sway_x_mm / np.sqrt(2), rel=0.02)
    assert got["cop_range_y_mm"] == pytest.approx(2 * model.sway_y_mm, rel=0.02)
    assert got["tension_right_mean_n"] + got["tension_left_mean_n"] == pytest.approx(got["tension_mean_n"])
    assert done.finish.samples == HOLD_S * 1000 + 1
    assert done.finish.gaps == ()
    assert done.finish.warnings == ()


def test_a_plate_that_falls_silent_leaves_the_other_side():
    done = finished(stood(person(), lost_at_s=12.0))
    got = {m.id: m for m in done.measures}
    assert got["tension_left_mean_n"].value == pytest.approx(371.0, rel=0.002)
    assert got["tension_left_mean_n"].doubt == ""
    assert got["shake_left_rms_n"].value == pytest.approx(0.53 * SHAKE_N / np.sqrt(2), rel=0.03)
    assert "only the first 10.0" in got["tension_mean_n"].doubt
    assert done.finish.gaps == ((pytest.approx(10.0, abs=0.01), pytest.approx(20.0, abs=0.01)),)
    assert any("'r' for 20.0 s from 10.0 s" in words for words in done.finish.warnings)


def test_a_heartbeat_on_a_plate_is_not_called_shake_without_saying_so():
    model = person()
    beat = replace(model, athlete=replace(model.athlete, shake_hz=6.5, shake_n=0.5))
    got = {m.id: m for m in finished(stood(beat)).measures}
    assert "heartbeat" in got["shake_rms_n"].doubt
    assert "heartbeat" in got["shake_left_rms_n"].doubt


def test_a_corner_that_is_pulled_up_is_told():
    block = stood(person())
    force = block.force_n.copy()
    force[:, 2] -= 400.0
    done = finished(replace(block, force_n=force))
    assert any("Left back left reads -" in words for words in done.finish.warnings)


def test_a_strap_on_a_plate_is_the_tension():
    rig = two_plates()
    strap = Rig("both", (*rig.devices, RigDevice("s", "hx711-line")), (*rig.channels, RigChannel("s", 0)))
    block = stood(person())
    pull = np.full((len(block), 1), 250.0)
    both = replace(block, force_n=np.hstack([block.force_n, pull]), raw=np.hstack([block.raw, pull]))
    step = HoldStep("standing-pull-back", Side.LEFT, HOLD_S)
    done = finish_hold("h", step, End.COMPLETED, "", 12.0, 42.0, both, Circumstances(rig=strap))
    got = {m.id: m.value for m in done.measures}
    assert got["tension_mean_n"] == pytest.approx(250.0)
    assert got["load_share_right_pct"] == pytest.approx(47.0, abs=0.2)
    assert replace(both, tension=strap.tension_columns).total_n == pytest.approx(250.0)


def test_the_layout_of_a_hold_comes_back_and_a_damaged_one_is_none():
    rig = two_plates()
    assert rig_of_layout({"name": rig.name, **rig_dict(rig), "body_mass_kg": 62.5}) == (rig, 62.5)
    assert rig_of_layout("{}") == (None, None)
    assert rig_of_layout('{"devices": 3}') == (None, None)
    assert rig_of_layout("{") == (None, None)


def test_calibrations_of_a_device_go_to_its_channels_of_the_rig():
    rig = Rig("r", (RigDevice("a", "p"),), (RigChannel("a", 2, sign=-1), RigChannel("a", 0)))
    row = {"rig": {"name": "r", **rig_dict(rig)}, "device_ids": '["D", "D"]', "device_id": "D"}
    lines = [{"device_id": "D", "channel": n, "slope_n_per_raw": 1.0 + n, "zero_raw": 0.0} for n in range(3)]
    assert [(x["channel"], x["slope_n_per_raw"]) for x in lines_on_rig(row, lines)] == [(1, 1.0), (0, -3.0)]


def test_a_stance_is_read_from_words():
    model = parse_stance("weight=650, share=48,sway=5:8,hz=0.3,side=right,half=100:200", AthleteModel())
    assert model.athlete.tension_n == 650
    assert model.part == pytest.approx(0.48)
    load = model.cells(np.arange(20, 21, 0.001), 0.0, 4)
    assert load.shape == (1000, 4)
    with pytest.raises(Exception, match="no part of a stance"):
        parse_stance("weigth=650", AthleteModel())
    with pytest.raises(Exception, match="beyond its plate"):
        parse_stance("sway=500:8", AthleteModel())


def test_sides_and_centre_stand_in_an_exported_trace():
    block = stood(person())
    row = {"rig": {"name": "r", **rig_dict(two_plates())}}
    trace = Trace.of(block.between(14.0, 14.2), 12.0)
    lines = "".join(trace_lines(with_rig(row, trace), ("a",) * 8)).splitlines()
    names, first = lines[0].split(","), lines[1].split(",")
    assert names[names.index("flags") + 1 :] == list(RIG_COLUMNS)
    values = dict(zip(names, first, strict=True))
    assert float(values["left_n"]) + float(values["right_n"]) == pytest.approx(float(values["force_n"]))
    wanted = person().centre_mm(np.array([14.0]))[0] + (400 * 0.47 - 200, 0)
    assert (float(values["cop_x_mm"]), float(values["cop_y_mm"])) == pytest.approx(wanted, abs=0.3)
    assert with_rig({"rig": "{}"}, trace) is trace
