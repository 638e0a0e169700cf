"""``isotimer tare`` and ``isotimer calibrate``."""

import time

import click
import numpy as np

from isotimer.cli.options import db_option, places, stop_on_signals
from isotimer.cli.sensor import choose_sensor, open_sensor, sensor_options
from isotimer.core.calibration import TARE_S, fit_line
from isotimer.core.errors import WrongUseError
from isotimer.core.units import NEWTONS, STANDARD_GRAVITY
from isotimer.session.acquisition import Acquisition
from isotimer.session.equipment import keep_calibration
from isotimer.store.rows import CalibrationRow


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
    lines = fitted.connection.calibration.lines
    rows = tuple(
        CalibrationRow(i, line.slope_n_per_raw, float(z))
        for i, (line, z) in enumerate(zip(lines, zero, strict=True))
    )
    connection = fitted.connection
    keep_calibration(where.database, connection.port, connection.profile, rows, about)
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
    """Hang two to six known weights on the sensor, one after the other; a line through them gives newtons."""
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
        if scale == 0 or not np.isfinite([scale, offset]).all():
            raise WrongUseError(
                f"--scale {scale:g} --offset {offset:g}", "not a line", "give finite numbers, scale not 0"
            )
        row = CalibrationRow(channel, scale, offset)
    else:
        row = _ask_for_weights(open_sensor(fitted), channel)
    rows = tuple(
        row if i == channel else CalibrationRow(i, line.slope_n_per_raw, line.zero_raw)
        for i, line in enumerate(connection.calibration.lines)
    )
    keep_calibration(where.database, connection.port, connection.profile, rows, about)
    residual = f", largest distance of a point {row.residual_n:.3f} N" if row.residual_n is not None else ""
    click.echo(
        f"Calibrated {connection.profile.name} on {connection.port}: "
        f"{row.slope_n_per_raw:g} N per raw unit, zero at {row.zero_raw:g}{residual}."
    )


def _ask_for_weights(acquisition: Acquisition, channel: int) -> CalibrationRow:
    """Measure known weights, the empty sensor first, until the person has no more."""
    points: list[tuple[float, float]] = []
    try:
        click.echo("Known weights, lightest first; the empty sensor is the first point.", err=True)
        while len(points) < 7:
            if not points:
                click.prompt("Unload the sensor, then press Enter", default="", show_default=False, err=True)
                mass_kg = 0.0
            else:
                text = click.prompt("Mass in kg (empty when done)", default="", show_default=False, err=True)
                if not text.strip():
                    break
                try:
                    mass_kg = _number(text)
                except WrongUseError as e:
                    click.echo(f"  {e.sentence}", err=True)
                    continue
                click.prompt(
                    "Hang it on, let it hang still, then press Enter",
                    default="",
                    show_default=False,
                    err=True,
                )
            raw = _still_reading(acquisition, channel)
            points.append((raw, mass_kg * STANDARD_GRAVITY))
            click.echo(f"  {mass_kg:g} kg = {points[-1][1]:.2f} N at {raw:g}", err=True)
    finally:
        acquisition.stop()
    fit = fit_line(points)
    if len(points) == 2:
        click.echo("linearity: two points fit any line; a third weight would show it", err=True)
        return CalibrationRow(channel, fit.line.slope_n_per_raw, fit.line.zero_raw, tuple(points))
    click.echo(
        f"linearity: largest distance {fit.residual_n:.3f} {NEWTONS} = {fit.linearity_pct:.2f} %", err=True
    )
    return CalibrationRow(channel, fit.line.slope_n_per_raw, fit.line.zero_raw, tuple(points), fit.residual_n)


def _still_reading(acquisition: Acquisition, channel: int) -> float:
    """Return the median raw value of the next second and a half."""
    start_s = time.monotonic()
    time.sleep(1.5)
    raw = acquisition.ring.since(start_s).raw[:, channel]
    raw = raw[np.isfinite(raw)]
    if len(raw) < 3:
        raise WrongUseError("cannot read the weight", "the sensor sends too little", "see 'isotimer monitor'")
    return float(np.median(raw))


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise WrongUseError(f"'{text}' is no mass", "", "give kilograms, like 20 or 2.5") from None
    if not 0 <= value <= 2000:
        raise WrongUseError(f"{value:g} kg is no mass to hang on", "", "give 0 to 2000 kg")
    return value
