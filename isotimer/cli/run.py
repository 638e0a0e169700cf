"""``isotimer run``: a whole plan, in the full screen or by lines."""

import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue

import click

from isotimer.cli.options import db_option, json_option, places, print_json, ring_bell, stop_on_signals
from isotimer.cli.rigs import parse_at, rig_options
from isotimer.cli.sensor import choose_sensor, sensor_options
from isotimer.core.errors import WrongUseError
from isotimer.core.plan import End, HoldStep, Plan
from isotimer.core.text import printable
from isotimer.session.plain import LineRun
from isotimer.session.plan_desk import CutOff
from isotimer.session.report import result_json
from isotimer.session.rigs import stored_rig
from isotimer.session.station import Station

_FLOWS_S = 15.0
"""Samples are waited for so long."""


@click.command()
@click.argument("plan", metavar="PLAN")
@click.option("--athlete", metavar="NAME", default="", help="Who trains; else who trained last.")
@click.option("--no-sensor", is_flag=True, help="Time only.")
@click.option("--plain", is_flag=True, help="Lines of words instead of the full screen.")
@click.option("--start-at", type=click.IntRange(1), default=1, metavar="N", help="Begin with hold number N.")
@click.option("--yes", is_flag=True, help="Ask nothing: go on where you stopped, and start.")
@sensor_options
@rig_options
@db_option
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    plan: str,
    athlete: str,
    no_sensor: bool,
    plain: bool,
    start_at: int,
    yes: bool,
    port: str | None,
    device: str | None,
    baud: int | None,
    rig_name: str | None,
    where_it_is: tuple[str, ...],
    database: str | None,
    as_json: bool,
) -> int:
    """A whole plan: PLAN is an id from 'isotimer plans'.

    With --plain every event is one line on stderr and every key is a line typed: go, pause, skip, redo,
    pain, stop, 1 to 10 for the effort of a set. Ctrl-C ends it; what was held is kept, and the next run of
    the plan within 12 hours goes on where it stopped. --json prints the holds on stdout.
    """
    stop_on_signals()
    lines = plain or as_json
    if not lines and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUseError("the full screen needs a terminal", "", "run it in one, or give --plain")
    station = Station(places(ctx, database), athlete)
    station.reconnect_known = False
    try:
        station.open()
        steps, spec = station.plan_of(plan)
        cut = _unfinished(station, plan, yes) if start_at == 1 else None
        first = _index_of(steps, start_at)
        if rig_name and not no_sensor:
            station.connect_rig(stored_rig(station.places.database, rig_name), parse_at(where_it_is))
            station.wait_for_sensor(_FLOWS_S)
        elif not no_sensor:
            _connect(station, port, device, baud)

        def begin() -> None:
            if cut is not None:
                station.resume(cut)
            else:
                station.start(steps, spec, first=first)

        for sentence in station.news():
            click.echo(sentence, err=True)
        return _by_lines(station, begin, yes, as_json) if lines else _full_screen(station, begin, yes)
    finally:
        station.close()


def _full_screen(station: Station, begin: Callable[[], None], yes: bool) -> int:
    from isotimer.core.hold import Key
    from isotimer.session.log import start_log
    from isotimer.tui.app import run_app
    from isotimer.tui.terminal import stderr_to

    with stderr_to(start_log(station.places.log_file)):
        begin()
        if yes:
            station.press(Key.GO)
        return run_app(station, start_screen="hold")


def _by_lines(station: Station, begin: Callable[[], None], yes: bool, as_json: bool) -> int:
    typed: SimpleQueue[str | None] = SimpleQueue()
    threading.Thread(target=_read_lines, args=(typed,), name="lines", daemon=True).start()
    session = LineRun(station, typed, _say, ring_bell)
    session.run(begin, go=yes)
    results = tuple(session.results.values())
    if as_json:
        plan = station.last_plan()
        print_json(
            {
                "session": station.session_id,
                "plan": plan.id if plan is not None else None,
                "holds": [result_json(r, station.positions) for r in results],
            }
        )
    return 3 if any(r.end is End.DEVICE_LOST for r in results) else 0


def _connect(station: Station, port: str | None, device: str | None, baud: int | None) -> None:
    """Open the sensor and wait until samples flow.

    Raises:
        IsotimerError: If none is meant, or it does not answer.
    """
    fitted, _ = choose_sensor(station.places, port, device, baud)
    connection = fitted.connection
    station.connect(connection.port, device or connection.profile.id, baud)
    station.wait_for_sensor(_FLOWS_S + connection.profile.port.settle_s)


def _unfinished(station: Station, plan: str, yes: bool) -> CutOff | None:
    """Return the session that goes on, asked for unless ``yes``; one that does not is forgotten."""
    cut = station.unfinished_session()
    if cut is None or cut.plan.id != plan:
        return None
    question = printable(cut.question, 300)
    if yes:
        click.echo(question, err=True)
        return cut
    if not sys.stdin.isatty():
        click.echo(f"{question} Give --yes to do so; it starts anew.", err=True)
        return None
    if click.confirm(question, default=True, err=True):
        return cut
    station.forget_cut_off(cut)
    return None


def _index_of(plan: Plan, number: int) -> int:
    holds = [i for i, step in enumerate(plan.steps) if isinstance(step, HoldStep) and not step.extra]
    if number > len(holds):
        raise WrongUseError(
            f"there is no hold {number}", f"the plan has {len(holds)}", "give a smaller --start-at"
        )
    return holds[number - 1]


def _read_lines(typed: "SimpleQueue[str | None]") -> None:
    """Read lines to their end; a line has no more than a word or two."""
    for line in sys.stdin:
        typed.put(line[:200])
    typed.put(None)


def _say(words: str) -> None:
    click.echo(printable(words, 1000), err=True)
