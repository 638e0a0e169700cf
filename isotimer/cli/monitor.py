"""``isotimer monitor``: what a port really sends, how much it sways at rest, and how its rig rings."""

import sys
from pathlib import Path
from typing import Any

import click

from isotimer.cli.options import db_option, json_option, places, print_json, stop_on_signals
from isotimer.cli.sensor import choose_sensor, open_sensor, sensor_options
from isotimer.core.block import Block
from isotimer.core.framing import Cause
from isotimer.link.ports import PortInfo
from isotimer.link.recording import LineRecorder
from isotimer.measures.tap import Ring, ring_down
from isotimer.session.equipment import Fitted, keep_noise_floor, keep_resonance
from isotimer.session.places import Places
from isotimer.session.watch import WatchReport, watch

_DROPPED = (Cause.PARTIAL, Cause.RESYNC, Cause.SKIPPED_BYTES)
"""Bytes that are no whole frame, as at the beginning and after a break."""
_PASSED_OVER = (Cause.NOISE, Cause.EVENT)
"""What a device says besides its readings."""


@click.command()
@click.option("--seconds", type=click.FloatRange(0.5, 36000), default=10.0, show_default=True)
@click.option("--tap", is_flag=True, help="Measure at which frequency the loaded strap rings when tapped.")
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the raw bytes with their arrival times; 'simulate --replay' plays them.",
)
@sensor_options
@db_option
@json_option
@click.pass_context
def monitor(
    ctx: click.Context,
    seconds: float,
    tap: bool,
    record: Path | None,
    port: str | None,
    device: str | None,
    baud: int | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Live readings of a port, then its measured rate, jitter, gaps, rejected frames and noise by band.

    The noise of an unloaded sensor at rest is kept with it: shake near it is then said to be doubtful.
    With --tap the strap is loaded, or a mass hangs on it, and is tapped: the frequency at which it rings
    is kept, and shake at this frequency is then said to be perhaps the rig's.
    """
    stop_on_signals()
    where = places(ctx, database)
    fitted, about = choose_sensor(where, port, device, baud)
    for words in (fitted.notice, fitted.kept):
        if words:
            click.echo(f"Note: {words}.", err=True)
    report, seen = _watched(fitted, seconds, tap, record)
    if tap:
        _tell_ring(where, fitted, about, seen, as_json)
    else:
        _tell_report(where, fitted, about, report, as_json)


def _watched(fitted: Fitted, seconds: float, tap: bool, record: Path | None) -> tuple[WatchReport, Block]:
    """Watch a sensor, while its bytes are recorded if that is wished; return the report and all samples."""
    if record is None:
        return _watched_line(fitted, seconds, tap, {})
    sensor = fitted.connection
    with LineRecorder(record, sensor.profile.id, sensor.port) as recorder:
        seen = _watched_line(fitted, seconds, tap, {"on_bytes": recorder.take})
    if recorder.trouble is not None:
        raise recorder.trouble
    return seen


def _watched_line(
    fitted: Fitted, seconds: float, tap: bool, callbacks: dict[str, Any]
) -> tuple[WatchReport, Block]:
    blocks: list[Block] = []
    acquisition = open_sensor(fitted, on_block=blocks.append, **callbacks)
    unit = acquisition.calibration.unit

    def show(value: float | None, rate_hz: float | None, message: str) -> None:
        rate = f"{rate_hz:8.2f} Hz" if rate_hz else "   ? Hz"
        reading = f"{value:12.2f} {unit}" if value is not None else "no value"
        click.echo(f"\r{reading}  {rate}  {message}\x1b[K", err=True, nl=False)

    try:
        if tap:
            click.echo("With the strap loaded and still, tap the strap now, once every 3 s.", err=True)
        report = watch(acquisition, blocks, seconds, show if sys.stderr.isatty() else lambda v, r, m: None)
    finally:
        acquisition.stop()
        if sys.stderr.isatty():
            click.echo("", err=True)
    return report, Block.join(blocks) if blocks else Block.empty(unit=unit)


def _tell_ring(where: Places, fitted: Fitted, about: PortInfo | None, seen: Block, as_json: bool) -> None:
    """Keep the rig's own frequency if there is one, and print it."""
    ring, sensor = ring_down(seen.time_s, seen.total_n), fitted.connection
    if ring.resonance_hz is not None:
        keep_resonance(where.database, sensor.port, sensor.profile, ring.resonance_hz, about)
    if as_json:
        kept = {"resonance_hz": ring.resonance_hz, "reason": ring.reason}
        print_json(kept | {"taps": ring.taps, "rang": ring.rang, "spread_hz": ring.spread_hz})
    else:
        click.echo(ring_line(ring))


def _tell_report(
    where: Places, fitted: Fitted, about: PortInfo | None, report: WatchReport, as_json: bool
) -> None:
    """Keep the noise floor if there is one, and print all that was seen."""
    floor_n, sensor = report.noise_floor_n, fitted.connection
    if floor_n is not None:
        keep_noise_floor(where.database, sensor.port, sensor.profile, floor_n, about)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo("\n".join((*report_lines(report), floor_line(report))))


def ring_line(ring: Ring) -> str:
    """Return what taps have told, in words."""
    if ring.resonance_hz is None:
        return f"own frequency not measured: {ring.reason}"
    by = (
        f"{ring.rang} taps, {ring.spread_hz:.1f} Hz apart"
        if ring.rang > 1
        else "one tap: tap again to be sure"
    )
    return f"the rig rings at {ring.resonance_hz:.1f} Hz ({by}); kept with this sensor"


def floor_line(report: WatchReport) -> str:
    """Return whether the noise floor was kept, in words."""
    floor_n = report.noise_floor_n
    if floor_n is None:
        return f"noise floor not kept: {report.no_floor}"
    return f"noise floor {floor_n:.4f} N, unloaded and still; kept with this sensor"


def report_lines(report: WatchReport) -> list[str]:
    """Return a report in words."""
    unit, noise = report.unit, report.noise
    rate = f"{report.rate_hz:.3f} Hz measured" if report.rate_hz else "rate unknown"
    jitter = f", jitter {report.jitter_ms:.2f} ms" if report.jitter_ms is not None else ""
    lines = [f"{report.samples} samples in {report.seconds:g} s, {rate}{jitter}"]
    longest = max((length for _, length in report.gaps), default=0.0)
    lines.append(f"gaps: {len(report.gaps)}" + (f", longest {longest:.2f} s" if report.gaps else ""))
    for name, causes in (("rejected", None), ("dropped", _DROPPED), ("passed over", _PASSED_OVER)):
        chosen = {
            cause: n
            for cause, n in report.rejected.items()
            if n and (cause in causes if causes else cause not in _DROPPED + _PASSED_OVER)
        }
        told = ", ".join(f"{n} {cause}" for cause, n in chosen.items())
        if told or causes is None:
            lines.append(f"{name}: {told or 'nothing'}")
    if noise.mean is not None and noise.sd is not None and noise.drift_per_s is not None:
        lines.append(
            f"mean {noise.mean:.3f} {unit}, SD {noise.sd:.4f} {unit}, drift {noise.drift_per_s:+.4f} {unit}/s"
        )
    for band in noise.bands:
        value = f"{band.rms:.4f} {unit} RMS" if band.rms is not None else band.reason
        lines.append(f"{band.band} {band.low_hz:g}-{band.high_hz:g} Hz: {value}")
    return lines
