"""``isotimer hold``: one hold in the plain terminal."""

import sys
from collections.abc import Callable
from queue import SimpleQueue

import click

from isotimer.cli.options import db_option, json_option, places, print_json, ring_bell, stop_on_signals
from isotimer.cli.rigs import parse_at, rig_options
from isotimer.cli.sensor import choose_sensor, open_sensor, sensor_options
from isotimer.core.errors import WrongUseError
from isotimer.core.hold import Event
from isotimer.core.path_text import EXAMPLE, PATTERNS
from isotimer.core.path_text import pattern as moving_target
from isotimer.core.plan import End, HoldStep, Mode, Plan, Side, Start, TargetBand, parse_target
from isotimer.core.positions import PositionBook
from isotimer.core.rig import Rig
from isotimer.core.task import TargetPath
from isotimer.session.best import resolve_target
from isotimer.session.multi import AnySensor
from isotimer.session.places import Places
from isotimer.session.plain import run_plain
from isotimer.session.position_files import load_book
from isotimer.session.recovery import recover
from isotimer.session.report import result_json, result_lines
from isotimer.session.rigs import rig_for, rig_sensor, stored_rig
from isotimer.session.sensor import SensorFacts
from isotimer.session.settings import SettingsFile
from isotimer.session.snapshot import HoldResult
from isotimer.session.sounding import Sounding
from isotimer.session.station import DEFAULT_ATHLETE
from isotimer.session.training import Training

_FLOWS_S = 15.0
"""Samples of a rig are waited for so long."""


@click.command()
@click.argument("position", metavar="POSITION")
@click.option("--side", type=click.Choice([s.value for s in Side]), default="left", show_default=True)
@click.option(
    "--seconds", type=float, default=10.0, show_default=True, help="Planned length; 0 for an open end."
)
@click.option(
    "--mode",
    type=click.Choice([m.value for m in Mode]),
    default="steady",
    show_default=True,
    help="respond: a go after a random wait; track: follow --pattern; switch: change sides on cue.",
)
@click.option(
    "--pattern",
    metavar="PATTERN",
    help=f"How the target of mode track moves: {', '.join(PATTERNS)}; or parts, like '{EXAMPLE}'."
    "  [default: sine]",
)
@click.option(
    "--setup", metavar="NAME", default="", help="The equipment, by a name of your own; else as last."
)
@click.option("--target", metavar="TARGET", help="250N, 25kgf, 75% (of best) or 0.8BW.")
@click.option(
    "--best", metavar="FORCE", help="What 100% is today, like 320N; else the best of recent maximal holds."
)
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
@rig_options
@db_option
@json_option
@click.pass_context
def hold(
    ctx: click.Context,
    position: str,
    side: str,
    seconds: float,
    mode: str,
    pattern: str | None,
    setup: str,
    target: str | None,
    best: str | None,
    start: str,
    countdown: float | None,
    athlete: str,
    no_sensor: bool,
    port: str | None,
    device: str | None,
    baud: int | None,
    rig_name: str | None,
    where_it_is: tuple[str, ...],
    database: str | None,
    as_json: bool,
) -> int:
    """One hold in the plain terminal: words on stderr, numbers on stdout.

    POSITION is an id from 'isotimer positions'. Ctrl-C ends the hold; what was held is kept.
    """
    stop_on_signals()
    where = places(ctx, database)
    book = load_book(where.position_folders)
    book.get(position)
    path = _path(Mode(mode), pattern, seconds, target)
    band: TargetBand | None = None
    if target is not None:
        today = {(position, Side(side)): _force_n(best)} if best is not None else {}
        band = resolve_target(
            parse_target(target), where.database, athlete, position, side, setup=setup, today=today
        )
    lead_s = countdown if countdown is not None else (0.0 if start == Start.FORCE else 5.0)
    step = HoldStep(
        position,
        Side(side),
        seconds or None,
        Mode(mode),
        Start(start),
        band,
        lead_s,
        setup=setup,
        path=path,
    )
    plan = Plan("hold", f"{position} {side}", (step,))
    for sentence in recover(where.database):
        click.echo(sentence, err=True)

    def show(result: HoldResult) -> None:
        if as_json:
            print_json(result_json(result, book))
        else:
            click.echo("\n".join(result_lines(result, book)))

    rig = None
    if not no_sensor and port is None and device is None:
        chosen = stored_rig(where.database, rig_name) if rig_name else rig_for(where.database, position)
        rig = (chosen, parse_at(where_it_is)) if chosen is not None else None
    results = _run(plan, athlete, where, book, no_sensor, port, device, baud, show, rig)
    return _exit_code([r.end for r in results])


def _run(
    plan: Plan,
    athlete: str,
    where: Places,
    book: PositionBook,
    no_sensor: bool,
    port: str | None,
    device: str | None,
    baud: int | None,
    show: Callable[[HoldResult], None],
    rig: tuple[Rig, dict[str, str]] | None = None,
) -> list[HoldResult]:
    events: SimpleQueue[Event] = SimpleQueue()
    training: Training | None = None
    acquisition: AnySensor | None = None
    sensor: SensorFacts | None = None
    if rig is not None:
        acquisition, sensor, notices = rig_sensor(
            where,
            *rig,
            lambda block: training.block(block) if training else None,
            lambda alive, at_s: training.line(alive) if training else None,
        )
        for notice in notices:
            click.echo(f"Note: {notice}.", err=True)
        acquisition.start()
    elif not no_sensor:
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
    settings = SettingsFile(where.settings_file)
    for sentence in settings.sentences:
        click.echo(sentence, err=True)
    now = settings.settings
    sound = Sounding(lambda: now)
    if sys.stderr.isatty() and (sentence := sound.open()):
        click.echo(sentence, err=True)
    sound.begin(plan)

    def hear(event: Event) -> None:
        sound.event(event)
        events.put(event)

    try:
        if rig is not None and acquisition is not None:
            acquisition.wait_for_samples(_FLOWS_S)
        training = Training(
            plan,
            athlete,
            where.database,
            acquisition=acquisition,
            sensor=sensor,
            on_event=hear,
            on_result=show,
            positions=book,
        )
        silent = sound.audible or now.mute or now.volume == 0
        ring = (lambda times: None) if silent else ring_bell
        return run_plain(training, events, lambda words: click.echo(words, err=True), ring)
    finally:
        sound.close()
        if acquisition is not None:
            acquisition.stop()


def _path(mode: Mode, pattern: str | None, seconds: float, target: str | None) -> TargetPath | None:
    """Return the moving target of mode track, None for other modes.

    Raises:
        WrongUseError: If the mode lacks something, or the pattern belongs to another one.
    """
    if pattern is not None and mode is not Mode.TRACK:
        raise WrongUseError("--pattern", f"nothing moves in mode {mode}", "add --mode track")
    if seconds == 0 and mode in (Mode.RESPOND, Mode.TRACK, Mode.SWITCH):
        raise WrongUseError("--seconds 0", f"mode {mode} needs a length", "give seconds, like --seconds 20")
    if mode is not Mode.TRACK:
        return None
    if target is None:
        raise WrongUseError(
            "--mode track", "there is no target to follow", "add one, like --target 150N or 40%"
        )
    return moving_target(pattern or "sine", seconds)


def _force_n(text: str) -> float:
    target = parse_target(text)
    if target.kind != "N":
        raise WrongUseError(f"--best {text}", "not a force", "write it like 320N")
    return target.value


def _exit_code(ends: list[End]) -> int:
    return 3 if End.DEVICE_LOST in ends else 0
