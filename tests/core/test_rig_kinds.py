"""The usual rigs, and what is pressed on them."""

import numpy as np
import pytest

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.rig import RigDevice
from isotimer.core.rig_forces import lifted, rig_forces, standing
from isotimer.core.rig_kinds import KINDS, Size, kind, rig_of
from isotimer.core.rig_press import corner_error, pressed, quiet
from isotimer.core.units import STANDARD_GRAVITY

DEVICES = (RigDevice("a", "p"), RigDevice("b", "p"))
TWO = [("a", n, 1) for n in range(4)] + [("b", n, 1) for n in range(4)]


def test_two_plates_lie_on_either_side():
    rig = rig_of("r", kind("two-plates"), DEVICES, TWO, Size(300, 500, 420))
    assert rig.sided
    assert rig.has_centre
    assert rig.places_m(rig.columns("left")).mean(axis=0) == pytest.approx([-0.21, 0])
    assert rig.names[0] == "left front right"
    assert rig.names[6] == "right back left"


@pytest.mark.parametrize("one", KINDS, ids=lambda k: k.id)
def test_every_kind_makes_a_rig(one):
    rig = rig_of("r", one, DEVICES, TWO[: len(one.spots)])
    assert len(rig.channels) == len(one.spots)
    assert {d.id for d in rig.devices} == {c.device for c in rig.channels}
    assert len(set(rig.names)) == len(rig.names)


def test_a_missing_place_and_an_impossible_size_are_refused():
    with pytest.raises(WrongUseError, match="7 are known"):
        rig_of("r", kind("two-plates"), DEVICES, TWO[:7])
    with pytest.raises(WrongUseError, match="no size"):
        Size(width_mm=-300)
    with pytest.raises(WrongUseError, match="no kind"):
        kind("trampoline")


def rest(seed=0, channels=4):
    rng = np.random.default_rng(seed)
    return 8000 + rng.normal(0, 3, (800, channels))


def test_the_channel_that_is_pressed_is_found_with_its_sign():
    before = [quiet(rest()), quiet(rest(1))]
    now = rest(2)[:200]
    now[:, 2] -= 5000
    now[:, 1] -= 1500
    found = pressed(before, [rest(3)[:200], now])
    assert (found.device, found.channel, found.sign) == (1, 2, -1)


def test_nothing_and_two_corners_at_once_are_refused():
    before = [quiet(rest())]
    with pytest.raises(IsotimerError, match="nothing is pressed"):
        pressed(before, [rest(5)[:200]])
    both = rest(6)[:200]
    both[:, :2] += 4000
    with pytest.raises(IsotimerError, match="between two corners"):
        pressed(before, [both])
    with pytest.raises(IsotimerError, match="too little"):
        quiet(rest()[:3])


def test_a_known_weight_tells_the_error_of_its_corner():
    rig = rig_of("r", kind("two-plates"), DEVICES, TWO)
    before = np.full(8, 1.0)
    after = before.copy()
    after[4] += 0.98 * 20 * STANDARD_GRAVITY
    found = corner_error(rig, before, after, 20.0)
    assert found.name == "right front right"
    assert found.error_pct == pytest.approx(-2.0)
    assert found.off_mm == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(WrongUseError, match="no weight"):
        corner_error(rig, before, after, -20.0)
    with pytest.raises(IsotimerError, match="not seen"):
        corner_error(rig, before, before, 20.0)


def test_body_weight_needs_somebody_who_stands_still():
    time_s = np.arange(0, 3, 0.01)
    still = 640 + 2 * np.sin(2 * np.pi * time_s)
    found = standing(time_s, still)
    assert found.weight_n == pytest.approx(640, abs=0.1)
    assert found.sd_pct == pytest.approx(100 * 2 / np.sqrt(2) / 640, rel=0.02)
    assert "stand still" in standing(time_s, 640 + 20 * np.sin(2 * np.pi * time_s)).why
    assert "nobody" in standing(time_s, still * 0).why
    assert "too little" in standing(time_s[:5], still[:5]).why


def test_body_weight_of_published_standing_is_that_of_the_scale(shared_data):
    table = np.loadtxt(shared_data / "posture-bds" / "BDS00001.txt", skiprows=1)
    found = standing(table[:500, 0], table[:500, 3])
    assert found.weight_n is not None
    assert found.weight_n / STANDARD_GRAVITY == pytest.approx(54.2, rel=0.015)


def test_two_plates_are_put_together_as_published(shared_data):
    """Net centre and share of PDS: each plate's four cells made from its force and centre."""
    table = np.loadtxt(shared_data / "posture-pds" / "PDS13OR1grf.txt", skiprows=1)
    names = (shared_data / "posture-pds" / "PDS13OR1grf.txt").read_text().splitlines()[0].split("\t")
    column = {name.strip().split("[")[0].strip(): table[:, n] for n, name in enumerate(names)}
    rig = rig_of("r", kind("two-plates"), DEVICES, TWO)
    cells = np.empty((len(table), 8))
    for plate, mark in (("left", "L"), ("right", "R")):
        force = column[f"{mark}GRF_Y"]
        places = rig.places_m(rig.columns(plate))
        middle, half = places.mean(axis=0), np.abs(places - places.mean(axis=0))[0]
        # side to side is Z, front to back X in these files
        centre = np.column_stack([column[f"{mark}COP_Z"], column[f"{mark}COP_X"]])
        away = (centre - middle) / half
        signs = np.sign(places - middle)
        for n, (x, y) in zip(rig.columns(plate), signs, strict=True):
            cells[:, n] = force / 4 * (1 + x * away[:, 0]) * (1 + y * away[:, 1])
    seen = rig_forces(rig, cells)
    net = np.column_stack([column["COPNET_Z"], column["COPNET_X"]]) * 1000
    off = seen.centre_mm - net
    assert np.sqrt((off**2).mean()) < 2e-3
    assert 100 * seen.right_n.mean() / seen.tension_n.mean() == pytest.approx(45.5547, rel=1e-6)
    assert seen.tension_n.mean() == pytest.approx(635.3889, rel=1e-6)


def test_a_plate_off_its_feet_is_told():
    rig = rig_of("r", kind("plate"), DEVICES, TWO[:4])
    force = np.tile([200.0, 300.0, -80.0, 250.0], (50, 1))
    (words,) = lifted(rig, force)
    assert words.startswith("plate back left reads -80 N")
    assert lifted(rig, np.abs(force)) == ()
    assert lifted(rig, force * np.nan) == ()
