"""``isotimer tare`` and ``isotimer calibrate``."""

import time

import click
import numpy as np

from isotimer.cli.options import db_option, places, stop_on_signals
from isotimer.cli.sensor import choose_sensor, open_sensor, sensor_options
from isotimer.core.calibration import TARE_S
from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.weights import MOST_WEIGHTS, PULL_N, READ_S, Point, fit_words, pull_words
from isotimer.session.bench import Bench
from isotimer.session.equipment import Fitted, keep_channel, keep_zero
from isotimer.store.rows import CalibrationRow

STILL_WITHIN_S = 10.0
"""So long a swinging weight is waited for."""


@click.command()
@sensor_options
@db_option
@click.pass_context
def tare(
    ctx: click.Context, port: str | None, device: str | None, baud: int | None, database: str | None
) -> None:
    """Make the present, unloaded reading the zero of this sensor.

    The sensor's own zero is left alone; the zero is kept with the sensor in the database.
    """
    stop_on_signals()
    where = places(ctx, database)
    fitted, about = choose_sensor(where, port, device, baud)
    acquisition = open_sensor(fitted)
    try:
        time.sleep(TARE_S + 0.2)
        zero = acquisition.tare()
    finally:
        acquisition.stop()
    connection = fitted.connection
    keep_zero(where.database, connection.port, connection.profile, connection.calibration, zero, about)
    shown = ", ".join(f"{z:g}" for z in zero)
    click.echo(f"Tared {connection.profile.name} on {connection.port}: zero at {shown} (raw).")


@click.command()
@click.option("--scale", type=float, metavar="N_PER_COUNT", help="Newtons per raw unit; asks nothing.")
@click.option("--offset", type=float, metavar="COUNTS", help="Raw value without load, with --scale.")
@click.option(
    "--channel", type=click.IntRange(0), default=0, show_default=True, help="Channel to calibrate, from 0."
)
@sensor_options
@db_option
@click.pass_context
def calibrate(
    ctx: click.Context,
    scale: float | None,
    offset: float | None,
    channel: int,
    port: str | None,
    device: str | None,
    baud: int | None,
    database: str | None,
) -> None:
    """Hang one to six known weights on the sensor, one after the other; a line through them gives newtons.

    The empty sensor is the first point. At the end a pull shows whether the sign is right.
    """
    stop_on_signals()
    where = places(ctx, database)
    fitted, about = choose_sensor(where, port, device, baud)
    connection = fitted.connection
    count = len(connection.profile.channel)
    if channel >= count:
        raise WrongUseError(f"channel {channel}", f"{connection.profile.id} has channels 0 to {count - 1}")
    if (scale is None) != (offset is None):
        raise WrongUseError(
            "--scale and --offset belong together", "", "give both, or neither to be asked for weights"
        )
    if scale is not None and offset is not None:
        row = _typed(channel, scale, offset)
    else:
        row = _weighed(fitted, channel)
    keep_channel(where.database, connection.port, connection.profile, row, about)
    residual = f", largest distance of a point {row.residual_n:.3f} N" if row.residual_n is not None else ""
    click.echo(
        f"Calibrated {connection.profile.name} on {connection.port}: "
        f"{row.slope_n_per_raw:g} N per raw unit, zero at {row.zero_raw:g}{residual}."
    )


def _typed(channel: int, scale: float, offset: float) -> CalibrationRow:
    if scale == 0 or not np.isfinite([scale, offset]).all():
        raise WrongUseError(
            f"--scale {scale:g} --offset {offset:g}", "not a line", "give finite numbers, scale not 0"
        )
    return CalibrationRow(channel, scale, offset)


def _weighed(fitted: Fitted, channel: int) -> CalibrationRow:
    """Return the line through known weights; the sensor is asked, and so is the person."""
    if fitted.notice:
        click.echo(f"Note: {fitted.notice}.", err=True)
    acquisition = open_sensor(fitted)
    try:
        bench = Bench(acquisition, channel)
        _ask_for_weights(bench)
        _ask_for_pull(bench)
    finally:
        acquisition.stop()
    return bench.row()


def _ask_for_weights(bench: Bench) -> None:
    """Measure the empty sensor, then known weights until the person has no more."""
    click.echo("Known weights, lightest first; the empty sensor is the first point.", err=True)
    _wait_for_enter("Unload the sensor, then press Enter")
    _take(bench, "")
    while len(bench.points) <= MOST_WEIGHTS:
        text = click.prompt("Mass in kg (empty when done)", default="", show_default=False, err=True)
        if not text.strip():
            if bench.fit is not None:
                break
            click.echo("  one weight at least, please", err=True)
            continue
        try:
            bench.check(text)
        except WrongUseError as e:
            click.echo(f"  {e.sentence}", err=True)
            continue
        _wait_for_enter("Hang it on, then press Enter")
        _take(bench, text)
    if bench.fit is not None:
        click.echo(f"  {fit_words(bench.points, bench.fit)}", err=True)


def _take(bench: Bench, text: str) -> Point | None:
    """Wait until the weight hangs still and take its reading; say why if that cannot be."""
    until_s = time.monotonic() + STILL_WITHIN_S
    time.sleep(READ_S)
    while (found := bench.reading()).trouble and time.monotonic() < until_s:
        time.sleep(0.1)
    try:
        point = bench.take(text)
    except IsotimerError as e:
        if not bench.points:
            raise
        click.echo(f"  {e.sentence}", err=True)
        return None
    click.echo(f"  {point.mass_kg:g} kg = {point.load_n:.2f} N at {found.raw:g}", err=True)
    return point


def _ask_for_pull(bench: Bench) -> None:
    """Let the person pull once, and turn the sign if it is the wrong one."""
    ask = "Unload, then pull as in training and press Enter while pulling (s skips this)"
    while True:
        answer = click.prompt(ask, default="", show_default=False, err=True)
        if answer.strip().lower().startswith("s"):
            return
        tension_n = bench.tension()
        click.echo(f"  {pull_words(tension_n)}", err=True)
        if tension_n is None or abs(tension_n) < PULL_N:
            continue
        if tension_n < 0:
            bench.turn()
            click.echo("  turned: a pull reads positive now", err=True)
        return


def _wait_for_enter(words: str) -> None:
    click.prompt(words, default="", show_default=False, err=True)
