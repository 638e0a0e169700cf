"""``isotimer monitor``: what a port really sends."""

import sys

import click

from isotimer.cli.options import db_option, json_option, places, print_json, stop_on_signals
from isotimer.cli.sensor import choose_sensor, open_sensor, sensor_options
from isotimer.core.block import Block
from isotimer.session.watch import WatchReport, watch


@click.command()
@click.option("--seconds", type=click.FloatRange(0.5, 36000), default=10.0, show_default=True)
@sensor_options
@db_option
@json_option
@click.pass_context
def monitor(
    ctx: click.Context,
    seconds: float,
    port: str | None,
    device: str | None,
    baud: int | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Live readings of a port, then its measured rate, jitter, gaps, rejected frames and noise by band."""
    stop_on_signals()
    fitted, _ = choose_sensor(places(ctx, database), port, device, baud)
    blocks: list[Block] = []
    acquisition = open_sensor(fitted, on_block=blocks.append)
    unit = acquisition.calibration.unit

    def show(value: float | None, rate_hz: float | None, message: str) -> None:
        rate = f"{rate_hz:8.2f} Hz" if rate_hz else "   ? Hz"
        reading = f"{value:12.2f} {unit}" if value is not None else "no value"
        click.echo(f"\r{reading}  {rate}  {message}\x1b[K", err=True, nl=False)

    try:
        report = watch(acquisition, blocks, seconds, show if sys.stderr.isatty() else lambda v, r, m: None)
    finally:
        acquisition.stop()
        if sys.stderr.isatty():
            click.echo("", err=True)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo("\n".join(report_lines(report)))


def report_lines(report: WatchReport) -> list[str]:
    """Return a report in words."""
    unit, noise = report.unit, report.noise
    rate = f"{report.rate_hz:.3f} Hz measured" if report.rate_hz else "rate unknown"
    jitter = f", jitter {report.jitter_ms:.2f} ms" if report.jitter_ms is not None else ""
    lines = [f"{report.samples} samples in {report.seconds:g} s, {rate}{jitter}"]
    longest = max((length for _, length in report.gaps), default=0.0)
    lines.append(f"gaps: {len(report.gaps)}" + (f", longest {longest:.2f} s" if report.gaps else ""))
    rejected = ", ".join(f"{n} {cause}" for cause, n in report.rejected.items())
    lines.append(f"rejected: {rejected or 'nothing'}")
    if noise.mean is not None and noise.sd is not None and noise.drift_per_s is not None:
        lines.append(
            f"mean {noise.mean:.3f} {unit}, SD {noise.sd:.4f} {unit}, drift {noise.drift_per_s:+.4f} {unit}/s"
        )
    for band in noise.bands:
        value = f"{band.rms:.4f} {unit} RMS" if band.rms is not None else band.reason
        lines.append(f"{band.band} {band.low_hz:g}-{band.high_hz:g} Hz: {value}")
    return lines
