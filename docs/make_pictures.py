"""Make the pictures of the docs from the real app on a simulated sensor: python docs/make_pictures.py."""

import asyncio
import re
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from isotimer.core.hold import Key, State
from isotimer.core.plan import Plan, Side, Start, TargetBand, build_plan
from isotimer.core.rig import RigDevice
from isotimer.core.rig_kinds import kind, rig_of
from isotimer.link.athlete import AthleteModel
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.simulator import Simulator
from isotimer.link.stance import parse_stance
from isotimer.session.demo import simulated_sensor
from isotimer.session.equipment import keep_channel
from isotimer.session.places import Places
from isotimer.session.season import load_season
from isotimer.session.snapshot import LineState
from isotimer.session.station import Station
from isotimer.store.rows import CalibrationRow
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import Go

FOLDER = Path(__file__).parent / "images"
DEVICE = "chronojump-force-sensor"
SIZE = (100, 30)
PEEKS = (("plans", "p"), ("positions", "o"))
"""Screens one key away from the first one."""
COACH = (("", "h"), ("balance", "2"), ("trend", "3"), ("track", "4"))
"""The coach's screens, one after the other; the one without a name is only passed."""


def picture(app: IsotimerApp, name: str) -> None:
    """Write the present screen as an SVG that needs nothing from a network."""
    svg = app.export_screenshot(title="isotimer")
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono").replace("<svg ", '<svg xml:space="preserve" ', 1)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")


async def streaming(station: Station, pilot: Pilot[int]) -> None:
    """Wait until samples flow."""
    while station.line().state is not LineState.STREAMING:
        await pilot.pause(0.05)
    await pilot.pause(1.0)


async def hold(station: Station, app: IsotimerApp, pilot: Pilot[int], plan: Plan) -> None:
    """Begin a session and wait until its first hold runs."""
    station.start(plan)
    app.on_go(Go("hold"))
    await pilot.pause(0.2)
    station.press(Key.GO)
    while station.snapshot().engine.state is not State.HOLD:
        await pilot.pause(0.05)


async def athlete(places: Places) -> None:
    """Go through a hold with a load cell, and look at the screens around it."""
    with simulated_sensor(DEVICE, places.device_folders, 250.0) as simulated:
        station = Station(places, "Ana")
        station.connect(simulated.port, DEVICE)
        station.subscribe(simulated.athlete.hear)
        app = IsotimerApp(station)
        async with app.run_test(size=SIZE) as pilot:
            await streaming(station, pilot)
            picture(app, "today")
            for name, key in PEEKS:
                await pilot.press(key)
                await pilot.pause(1.0)
                picture(app, name)
                await pilot.press("escape")
                await pilot.pause(0.2)
            band = TargetBand(250.0, 225.0, 275.0)
            side, swing = [Side.LEFT], "standing-band-hip-flexion"
            plan = build_plan(swing, side, 12.5, start=Start.FORCE, target=band, countdown_s=0.0)
            await hold(station, app, pilot, plan)
            await pilot.pause(9.0)
            picture(app, "hold")
            while type(app.screen).__name__ != "ResultScreen":
                await pilot.pause(0.2)
            await pilot.pause(0.5)
            picture(app, "result")


async def coach(places: Places) -> None:
    """Look at the made-up season as a coach does."""
    load_season(places.database, "Ana", datetime.now(UTC))
    app = IsotimerApp(Station(places, "Ana"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1.0)
        for name, key in COACH:
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause(1.0)
            if name:
                picture(app, name)
        await pilot.press("1")
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause(1.0)
        picture(app, "look")


async def plates(places: Places) -> None:
    """Stand on two plates."""
    devices = [RigDevice(side, "teensy-plate4") for side in ("left", "right")]
    channels = [(device.id, n, 1) for device in devices for n in range(4)]
    rig = rig_of("two plates", kind("two-plates"), devices, channels)
    profile = find_profile("teensy-plate4", places.device_folders)
    at_s = time.monotonic() + 3.0
    stance = f"weight=700,share=47,sway=6:9,hz=0.25,at={at_s}"
    with ExitStack() as playing:
        ports = {}
        for device in devices:
            source = parse_stance(f"{stance},side={device.id}", AthleteModel(hold_s=1000.0, lead_s=0.0))
            simulator = playing.enter_context(Simulator(profile, source, PtyEndpoint()))
            ports[device.id] = simulator.address
            for channel in range(4):
                zero, scale = profile.simulator.zero_counts, 1 / profile.simulator.counts_per_n
                row = CalibrationRow(channel, scale, zero)
                keep_channel(places.database, simulator.address, profile, row)
        station = Station(places, "Ana")
        station.connect_rig(rig, ports)
        app = IsotimerApp(station)
        async with app.run_test(size=SIZE) as pilot:
            await streaming(station, pilot)
            plan = build_plan("wall-sprint-push", [Side.BOTH], 60.0, countdown_s=4.0)
            await hold(station, app, pilot, plan)
            await pilot.pause(12.0)
            picture(app, "plates")
            station.press(Key.ABORT)
            await pilot.pause(0.5)


async def make() -> None:
    """Take all pictures."""
    usual = Places.find()
    for scene in (athlete, coach, plates):
        with tempfile.TemporaryDirectory() as folder:
            await scene(Places(Path(folder) / "pictures.db", usual.device_folders, usual.log_file))


if __name__ == "__main__":
    asyncio.run(make())
