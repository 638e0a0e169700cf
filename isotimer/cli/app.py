"""``isotimer`` and ``isotimer demo``: the full screen."""

import sys
import tempfile
from pathlib import Path

import click

from isotimer.cli.options import places
from isotimer.core.errors import WrongUseError
from isotimer.session.log import start_log
from isotimer.session.places import Places
from isotimer.session.station import Station

DEMO_ATHLETE = "Demo athlete"


@click.command()
@click.pass_context
def app(ctx: click.Context) -> int:
    """Open the app."""
    _need_terminal()
    return _run(Station(places(ctx, None)))


@click.command()
@click.option(
    "--device", default="chronojump-force-sensor", show_default=True, help="Device file to simulate."
)
@click.option(
    "--tension", type=float, default=250.0, show_default=True, help="Newtons of the simulated athlete."
)
def demo(device: str, tension: float) -> int:
    """The app with a simulated athlete on a simulated sensor, in a throw-away database.

    The simulated athlete does what the app says: start a hold, and the pull comes with the cue. A made-up
    season of holds and sprints is there to be looked at.
    """
    from isotimer.session.demo import simulated_sensor
    from isotimer.session.season import season_behind

    _need_terminal()
    with tempfile.TemporaryDirectory(prefix="isotimer-demo-") as folder:
        usual = Places.find()
        where = Places(
            Path(folder) / "demo.db",
            usual.device_folders,
            usual.log_file,
            position_folders=usual.position_folders,
            plan_folders=(Path(folder) / "plans", usual.plan_folders[-1]),
            exports=usual.export_folder,
        )
        with (
            simulated_sensor(device, usual.device_folders, tension) as sensor,
            season_behind(where.database, DEMO_ATHLETE) as coming,
        ):
            station = Station(where, DEMO_ATHLETE)
            station.coming = coming
            station.connect(sensor.port, device)
            station.subscribe(sensor.athlete.hear)
            return _run(station)


def _run(station: Station) -> int:
    from isotimer.tui.app import run_app
    from isotimer.tui.terminal import stderr_to

    with stderr_to(start_log(station.places.log_file)):
        return run_app(station)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUseError(
            "the app needs a terminal", "", "run it in one, or use a verb such as 'isotimer hold', see --help"
        )
