"""Make the pictures of the docs from the real app on a simulated sensor: python docs/make_pictures.py."""

import asyncio
import re
import tempfile
from pathlib import Path

from isotimer.core.hold import Key, State
from isotimer.core.plan import Side, Start, TargetBand, build_plan
from isotimer.session.demo import simulated_sensor
from isotimer.session.places import Places
from isotimer.session.snapshot import LineState
from isotimer.session.station import Station
from isotimer.tui.app import IsotimerApp

FOLDER = Path(__file__).parent / "images"
DEVICE = "chronojump-force-sensor"


def picture(app: IsotimerApp, name: str) -> None:
    """Write the present screen as an SVG that needs nothing from a network."""
    svg = app.export_screenshot(title="isotimer")
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono").replace("<svg ", '<svg xml:space="preserve" ', 1)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")


async def make() -> None:
    """Drive the app through a hold and take its picture on the way."""
    usual = Places.find()
    sensor = simulated_sensor(DEVICE, usual.device_folders, 250.0)
    with tempfile.TemporaryDirectory() as folder, sensor as simulated:
        station = Station(Places(Path(folder) / "pictures.db", usual.device_folders, usual.log_file), "Ana")
        station.connect(simulated.port, DEVICE)
        station.subscribe(simulated.athlete.hear)
        app = IsotimerApp(station)
        async with app.run_test(size=(100, 30)) as pilot:
            while station.line().state is not LineState.STREAMING:
                await pilot.pause(0.05)
            await pilot.pause(1.0)
            picture(app, "today")
            band = TargetBand(250.0, 225.0, 275.0)
            position, sides = "standing-band-hip-flexion", [Side.LEFT]
            plan = build_plan(position, sides, 12.5, start=Start.FORCE, target=band, countdown_s=0.0)
            station.start(plan)
            app.on_go(_go("hold"))
            await pilot.pause(0.2)
            station.press(Key.GO)
            while station.snapshot().engine.state is not State.HOLD:
                await pilot.pause(0.05)
            await pilot.pause(9.0)
            picture(app, "hold")
            while type(app.screen).__name__ != "ResultScreen":
                await pilot.pause(0.2)
            await pilot.pause(0.5)
            picture(app, "result")


def _go(screen: str) -> object:
    from isotimer.tui.messages import Go

    return Go(screen)


if __name__ == "__main__":
    asyncio.run(make())
