"""Plates, shares and sides on the hold screen, at both sizes."""

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.events import State
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.session.rig_view import stance_view
from isotimer.tui.app import IsotimerApp
from isotimer.tui.widgets.plate import BAR_CELLS, PlateView
from isotimer.tui.widgets.share import ShareLine, SideTraces

CORNERS = ((1, 1), (-1, 1), (-1, -1), (1, -1))
NOW_S = 1000.0


SIDES = (("left", -200, Side.LEFT), ("right", 200, Side.RIGHT))


def two_plates(band=(47.0, 53.0)):
    channels = tuple(
        RigChannel(plate, n, side, plate, middle + 150 * x, 250 * y)
        for plate, middle, side in SIDES
        for n, (x, y) in enumerate(CORNERS)
    )
    return Rig("two", (RigDevice("left", "p"), RigDevice("right", "p")), channels, band)


def stood(**how):
    """Return what two plates see of somebody who stands on both for ten seconds."""
    return stance_view(two_plates(), standing(**how), NOW_S)


def standing(share=0.45, x_mm=0.0, y_mm=0.0, load_n=700.0):
    """Return the samples of somebody who stands on two plates for ten seconds."""
    time_s = np.arange(NOW_S - 10, NOW_S, 0.01)
    sway = np.column_stack([x_mm + 5 * np.sin(time_s), y_mm + 8 * np.cos(1.5 * time_s)])
    cells = [
        part * load_n / 4 * (1 + x * sway[:, 0] / 150) * (1 + y * sway[:, 1] / 250)
        for part in (1 - share, share)
        for x, y in CORNERS
    ]
    force = np.column_stack(cells)
    return Block(time_s, force, force, np.zeros(len(time_s), np.uint8))


def shown(station, view):
    station.stood = view
    station.enter(State.HOLD)
    return IsotimerApp(station, start_screen="hold", environ={"LANG": "C.UTF-8"})


@pytest.mark.asyncio
async def test_the_plates_and_the_share_stand_on_the_hold_screen(station, size, tools):
    app = shown(station, stood())
    async with app.run_test(size=size) as pilot:
        await tools.eventually(pilot, lambda: app.screen.query_one(PlateView).lines)
        text = tools.text_of(app)
        assert "LEFT 55.0 %" in text
        assert "45.0 % RIGHT" in text
        assert "more to the RIGHT" in text
        assert "mm" in app.screen.query_one(PlateView).words
        assert any("●" in line for line in app.screen.query_one(PlateView).lines)
        assert app.screen.query_one(SideTraces).lines[0].startswith("L ")
        assert tools.outside(app) == []
        station.stood = stood(share=0.5)
        await tools.eventually(pilot, lambda: "in band" in app.screen.query_one(ShareLine).text)


@pytest.mark.asyncio
async def test_the_marker_goes_where_the_weight_goes(station, tools):
    app = shown(station, stood(share=0.95))
    async with app.run_test(size=(120, 40)) as pilot:
        plate = app.screen.query_one(PlateView)

        def column():
            return next((line.index("●") for line in plate.lines if "●" in line), -1)

        await tools.eventually(pilot, lambda: column() > 12)
        station.stood = stood(share=0.05)
        await tools.eventually(pilot, lambda: 0 <= column() < 12)


@pytest.mark.asyncio
async def test_near_the_trail_fills_the_picture_and_a_bar_says_how_long_it_is(station, size, tools):
    app = shown(station, stood(x_mm=40.0))
    async with app.run_test(size=size) as pilot:
        plate = app.screen.query_one(PlateView)
        await tools.eventually(pilot, lambda: plate.lines)
        wide, trodden = plate.size.width, int(plate._trodden.sum())
        assert plate.bar_mm is None
        await pilot.press("z")
        await tools.eventually(pilot, lambda: plate.bar_mm and plate.size.width > wide)
        await tools.eventually(pilot, lambda: len(plate.lines[-1]) == plate.size.width)
        bar, length = plate.lines[-1].split(" ")[:2]
        assert (len(bar), float(length)) == (BAR_CELLS, plate.bar_mm)
        assert int(plate._trodden.sum()) > 5 * trodden
        # the stance sways by 16 mm from back to front: more than a third of the rows, all of them within
        rows = np.flatnonzero(plate._trodden.any(axis=1))
        mm_per_row = 2 * plate.bar_mm / BAR_CELLS
        assert np.ptp(rows) == pytest.approx(16 / mm_per_row, abs=1.5)
        assert np.ptp(rows) > 0.35 * len(plate.lines)
        assert tools.outside(app) == []
        await pilot.press("z")
        await tools.eventually(pilot, lambda: plate.bar_mm is None and plate.size.width == wide)


@pytest.mark.asyncio
async def test_a_device_that_is_lost_is_named_where_its_picture_was(station, tools):
    rig, block = two_plates(), standing()
    block.force_n[-100:, 4:] = np.nan
    app = shown(station, stance_view(rig, block, NOW_S))
    async with app.run_test(size=(80, 24)) as pilot:
        plate = app.screen.query_one(PlateView)
        await tools.eventually(pilot, lambda: plate.words == "nothing from 'right'")
        assert "nothing from 'right'" in app.screen.query_one(ShareLine).text


@pytest.mark.asyncio
async def test_without_a_rig_the_cues_stand_there_and_an_empty_plate_says_so(station, tools):
    app = shown(station, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not app.screen.query_one(PlateView).display
        assert not app.screen.query_one(ShareLine).display
        assert app.screen.query_one("#before").display
        station.stood = stood(load_n=3.0)
        await tools.eventually(pilot, lambda: "nobody" in app.screen.query_one(PlateView).words)
        assert "no load" in app.screen.query_one(ShareLine).text


@pytest.mark.asyncio
async def test_by_feel_nothing_of_the_stance_is_shown(station, tools):
    app = shown(station, stood())
    station.enter(State.HOLD, eyes_off=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        assert not app.screen.query_one(PlateView).display
