"""The rig screen's keys for what is done to a rig: where it is, calibrated, which share it asks for."""

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.calibrate import CalibrateScreen

CELLS = Rig(
    "cells",
    (RigDevice("a", "p"), RigDevice("b", "p")),
    (RigChannel("a", 0, Side.LEFT), RigChannel("b", 0, Side.RIGHT)),
)


@pytest.fixture
def app(station):
    station.rig, station.connected, station.shares = None, [], []
    station.rigs = lambda: ((CELLS, ()),)
    station.rig_ports = lambda rig: {"b": "/dev/b"}

    def connect(rig, ports):
        if len(ports) < 2:
            raise WrongUseError(
                "device 'a' of rig 'cells' (p)", "it is not plugged in", "say where it is: a=PORT"
            )
        station.connected.append(ports)
        station.rig = rig

    def share(name, words):
        station.shares.append((name, words))
        return f"{name}: keep {words} % on the right."

    def no_bench(channel):
        raise WrongUseError("cannot calibrate left", "its sensor is silent")

    station.make_bench = no_bench
    station.connect_rig, station.share_target = connect, share
    return IsotimerApp(station, start_screen="rig")


async def test_who_has_no_serial_number_is_asked_for_and_the_rest_is_filled_in(station, app, size, tools):
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: "cells: 2 channels" in tools.text_of(app))
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "Where are its sensors?" in tools.text_of(app))
        assert "not plugged in" in tools.text_of(app)
        typed = app.screen.query_one("#typed")
        assert typed.value == "a= b=/dev/b"
        typed.value = "a=/dev/a b=/dev/b"
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: station.connected == [{"a": "/dev/a", "b": "/dev/b"}])
        assert tools.outside(app) == []


async def test_a_share_is_asked_for_and_calibrating_needs_a_rig(station, app, tools):
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: "cells: 2 channels" in tools.text_of(app))
        await pilot.press("s", *"50 3", "enter")
        await tools.eventually(pilot, lambda: station.shares == [("cells", "50 3")])
        assert "keep 50 3 % on the right" in tools.text_of(app)
        await pilot.press("c")
        await tools.eventually(pilot, lambda: "no rig to calibrate" in tools.text_of(app))
        station.rig = CELLS
        await pilot.press("c")
        await tools.eventually(pilot, lambda: isinstance(app.screen, CalibrateScreen))


def enabled(app):
    """Return the actions whose keys do something now."""
    return {active.binding.action for active in app.screen.active_bindings.values() if active.enabled}


async def test_only_keys_that_do_something_stand_below(app, tools):
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: "cells: 2 channels" in tools.text_of(app))
        assert "calibrate" in enabled(app)
        assert "undo" not in enabled(app)
        await pilot.press("n")
        await tools.eventually(pilot, lambda: "What is it?" in tools.text_of(app))
        assert "calibrate" not in enabled(app)
