"""The rig screen: made by pressing, connected, checked; everything by keyboard."""

from types import SimpleNamespace

import pytest

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.core.rig_kinds import kind, rig_of
from isotimer.core.rig_press import CornerError
from isotimer.tui.app import IsotimerApp

CELLS = Rig("cells", (RigDevice("a", "p"),), (RigChannel("a", 0, Side.LEFT), RigChannel("a", 1, Side.RIGHT)))


class Maker:
    """Takes presses from a list of channels."""

    def __init__(self, kind_id: str) -> None:
        self.kind, self.rested, self.done, self.stopped = kind(kind_id), False, 0, False
        self.presses = [0, 0, 1]
        self.taken: list[int] = []
        self.troubles: tuple[str, ...] = ()

    @property
    def next(self):
        return self.kind.spots[self.done] if self.done < len(self.kind.spots) else None

    def rest(self) -> None:
        self.rested = True

    def press(self) -> str:
        channel = self.presses.pop(0)
        if channel in self.taken:
            raise WrongUseError("the right load cell cannot be channel 0", "two places were pressed as one")
        self.taken.append(channel)
        self.done += 1
        return f"that is channel {channel}."

    def undo(self) -> None:
        self.done -= 1
        self.taken.pop()

    def levels(self):
        return ("a: c1 +0",)

    def rig(self, name):
        return rig_of(name, self.kind, [RigDevice("a", "p")], [("a", n, 1) for n in self.taken])

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def rigged(station):
    """A station that keeps rigs in a list."""
    station.kept, station.makers, station.connected, station.placed = [], [], [], []
    station.rigs = lambda: tuple((rig, ()) for rig in station.kept)
    station.connect_rig = lambda rig, ports: station.connected.append(rig)
    station.rig_ports = lambda rig: {}
    station.keep_rig = station.kept.append
    station.choose_rig = lambda position, name: station.placed.append((position, name))
    station.forget_rig = lambda name: station.kept.clear()

    def make(kind_id, sensors):
        station.makers.append(Maker(kind_id))
        station.made_of = list(sensors)
        return station.makers[-1]

    station.make_rig = make
    return station


@pytest.mark.asyncio
async def test_a_rig_is_made_by_pressing_each_place(rigged, size, tools):
    device = rigged.profiles()[0][0]
    app = IsotimerApp(rigged, start_screen="rig")
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: "N makes a new one" in tools.text_of(app))
        await pilot.press("n", "down", "enter")
        assert "Which sensors" in tools.text_of(app)
        await pilot.press("tab", *f"/dev/x={device}", "enter")
        await tools.eventually(pilot, lambda: f"/dev/x: {device}" in tools.text_of(app))
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "Leave all sensors unloaded" in tools.text_of(app))
        assert rigged.made_of == [("/dev/x", device)]
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "1 of 2: press the left load cell" in tools.text_of(app))
        await pilot.press("enter", "enter")
        await tools.eventually(pilot, lambda: "pressed as one" in tools.said(app))
        assert "2 of 2: press the right load cell" in tools.text_of(app)
        assert tools.outside(app) == []
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "Type a name" in tools.text_of(app))
        await pilot.press(*"mine", "enter")
        await tools.eventually(pilot, lambda: rigged.kept)
    assert rigged.kept[0].name == "mine"
    assert rigged.kept[0].sided
    assert rigged.makers[0].stopped


@pytest.mark.asyncio
async def test_a_rig_is_connected_placed_and_forgotten(rigged, tools):
    rigged.kept.append(CELLS)
    app = IsotimerApp(rigged, start_screen="rig")
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: "cells: 2 channels" in tools.text_of(app))
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: rigged.connected == [CELLS])
        await pilot.press("p", "down", "enter")
        await tools.eventually(pilot, lambda: rigged.placed)
        assert rigged.placed == [(rigged.positions.positions[0].id, "cells")]
        await pilot.press("x")
        await tools.eventually(pilot, lambda: "cells: 2" not in tools.text_of(app))


@pytest.mark.asyncio
async def test_corners_are_checked_and_what_is_refused_is_one_sentence(rigged, tools):
    rigged.kept.append(CELLS)
    taken = []

    def take(mass_kg):
        taken.append(mass_kg)
        found = CornerError("left", 98.1, 97.1, 3.0)
        check.found = (found,)
        return found

    check = SimpleNamespace(found=(), empty=lambda: (), take=take)
    rigged.corner_check = lambda: check

    def nobody():
        raise IsotimerError(
            "cannot take the body weight", "nobody stands on it (3 N)", "stand still, then again"
        )

    rigged.keep_weight = nobody
    app = IsotimerApp(rigged, start_screen="rig")
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: "cells: 2" in tools.text_of(app))
        await pilot.press("w")
        await tools.eventually(pilot, lambda: "nobody stands on it" in tools.text_of(app))
        await pilot.press("k")
        await tools.eventually(pilot, lambda: "known weight on a corner" in tools.text_of(app))
        await pilot.press(*"-10", "enter")
        await tools.eventually(pilot, lambda: "no mass" in tools.text_of(app))
        assert taken == []
        typed = app.screen.query_one("#typed")
        typed.value = "10"
        await pilot.press("enter")
        await tools.eventually(pilot, lambda: "97.1 N for 98.1 N (-1.02 %)" in tools.text_of(app))
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: "cells: 2" in tools.text_of(app))


@pytest.mark.asyncio
async def test_leaving_lets_go_of_what_was_made(rigged, tools):
    app = IsotimerApp(rigged, start_screen="rig")
    async with app.run_test(size=(80, 24)) as pilot:
        await tools.eventually(pilot, lambda: "N makes" in tools.text_of(app))
        await pilot.press("n", "enter")
        device = rigged.profiles()[0][0]
        await pilot.press("tab", *f"/dev/x={device}", "enter", "enter")
        await tools.eventually(pilot, lambda: rigged.makers)
        await pilot.press("escape")
        await tools.eventually(pilot, lambda: rigged.makers[0].stopped)
        assert "N makes" in tools.text_of(app)
