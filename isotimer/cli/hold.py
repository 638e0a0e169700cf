"""``isotimer hold``: one hold in the plain terminal."""

import sys
from collections.abc import Callable
from queue import SimpleQueue

import click

from isotimer.cli.options import db_option, json_option, places, print_json, stop_on_signals
from isotimer.cli.sensor import choose_sensor, open_sensor, sensor_options
from isotimer.core.hold import Event
from isotimer.core.plan import End, HoldStep, Mode, Plan, Side, Start, TargetBand, parse_target
from isotimer.core.positions import position as find_position
from isotimer.session.acquisition import Acquisition
from isotimer.session.best import resolve_target
from isotimer.session.cueing import Cueing
from isotimer.session.places import Places
from isotimer.session.plain import run_plain
from isotimer.session.recovery import recover
from isotimer.session.report import result_json, result_lines
from isotimer.session.sensor import SensorFacts
from isotimer.session.snapshot import HoldResult
from isotimer.session.station import DEFAULT_ATHLETE
from isotimer.session.training import Training
from isotimer.sound.output import open_sound


@click.command()
@click.argument("position", metavar="POSITION")
@click.option("--side", type=click.Choice([s.value for s in Side]), default="left", show_default=True)
@click.option(
    "--seconds", type=float, default=10.0, show_default=True, help="Planned length; 0 for an open end."
)
@click.option(
    "--mode",
    type=click.Choice([m.value for m in (Mode.STEADY, Mode.MAX, Mode.ENDURANCE)]),
    default="steady",
    show_default=True,
)
@click.option("--target", metavar="TARGET", help="250N, 25kgf, 75% (of best) or 0.8BW.")
@click.option(
    "--start",
    type=click.Choice([s.value for s in (Start.CLOCK, Start.FORCE)]),
    default="clock",
    show_default=True,
    help="At the end of the countdown, or when you pull.",
)
@click.option("--countdown", type=float, help="Seconds before the start; 5, or 0 with --start force.")
@click.option("--athlete", metavar="NAME", default=DEFAULT_ATHLETE, show_default=True)
@click.option("--no-sensor", is_flag=True, help="Time only.")
@sensor_options
@db_option
@json_option
@click.pass_context
def hold(
    ctx: click.Context,
    position: str,
    side: str,
    seconds: float,
    mode: str,
    target: str | None,
    start: str,
    countdown: float | None,
    athlete: str,
    no_sensor: bool,
    port: str | None,
    device: str | None,
    baud: int | None,
    database: str | None,
    as_json: bool,
) -> int:
    """One hold in the plain terminal: words on stderr, numbers on stdout.

    POSITION is an id from 'isotimer positions'. Ctrl-C ends the hold; what was held is kept.
    """
    stop_on_signals()
    where = places(ctx, database)
    find_position(position)
    band: TargetBand | None = None
    if target is not None:
        band = resolve_target(parse_target(target), where.database, athlete, position, side)
    lead_s = countdown if countdown is not None else (0.0 if start == Start.FORCE else 5.0)
    step = HoldStep(position, Side(side), seconds or None, Mode(mode), Start(start), band, lead_s)
    plan = Plan("hold", f"{position} {side}", (step,))
    for sentence in recover(where.database):
        click.echo(sentence, err=True)

    def show(result: HoldResult) -> None:
        if as_json:
            print_json(result_json(result))
        else:
            click.echo("\n".join(result_lines(result)))

    results = _run(plan, athlete, where, no_sensor, port, device, baud, show)
    return _exit_code([r.end for r in results])


def _run(
    plan: Plan,
    athlete: str,
    where: Places,
    no_sensor: bool,
    port: str | None,
    device: str | None,
    baud: int | None,
    show: Callable[[HoldResult], None],
) -> list[HoldResult]:
    events: SimpleQueue[Event] = SimpleQueue()
    training: Training | None = None
    acquisition: Acquisition | None = None
    sensor: SensorFacts | None = None
    if not no_sensor:
        fitted, about = choose_sensor(where, port, device, baud)
        if fitted.notice:
            click.echo(f"Note: {fitted.notice}.", err=True)
        if not fitted.connection.calibration.calibrated and any(
            isinstance(step, HoldStep) and step.target for step in plan.steps
        ):
            click.echo(
                "Note: the target is in newtons, so it cannot work before the sensor is calibrated.", err=True
            )
        acquisition = open_sensor(
            fitted,
            on_block=lambda block: training.block(block) if training else None,
            on_line=lambda alive, at_s: training.line(alive) if training else None,
        )
        sensor = SensorFacts(
            fitted.connection.profile,
            fitted.connection.port,
            lambda: acquisition.calibration if acquisition else fitted.connection.calibration,
            about,
        )
    sound = open_sound(wanted=sys.stderr.isatty())
    cueing = Cueing(plan, sound)
    if sound.sentence:
        click.echo(sound.sentence, err=True)

    def hear(event: Event) -> None:
        cueing.event(event)
        events.put(event)

    try:
        training = Training(
            plan,
            athlete,
            where.database,
            acquisition=acquisition,
            sensor=sensor,
            on_event=hear,
            on_result=show,
        )
        ring = (lambda times: None) if sound.audible else _ring
        return run_plain(training, events, lambda words: click.echo(words, err=True), ring)
    finally:
        sound.close()
        if acquisition is not None:
            acquisition.stop()


def _ring(times: int) -> None:
    if times and sys.stderr.isatty():
        click.echo("\a" * times, err=True, nl=False)


def _exit_code(ends: list[End]) -> int:
    return 3 if End.DEVICE_LOST in ends else 0
