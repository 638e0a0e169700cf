"""``isotimer analyse``: the measures of a recorded trace."""

from pathlib import Path

import click

from isotimer.cli.options import json_option, print_json
from isotimer.exchange.trace_files import Choices
from isotimer.measures.band import parse_band
from isotimer.session.analysis import analyse_file, analysis_json, analysis_lines


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--time-column", default="", metavar="NAME|N", help="Column of the time: name, or number from 1."
)
@click.option("--force-column", default="", metavar="NAME|N", help="Column of the force.")
@click.option("--unit", default="", metavar="UNIT", help="Unit of the force: N, kgf, kg, lbf, raw, ...")
@click.option("--time-unit", default="", metavar="UNIT", help="Unit of the time: s, ms or us.")
@click.option("--start", "start_s", type=float, metavar="S", help="Start of the hold in the file's time.")
@click.option("--end", "end_s", type=float, metavar="S", help="End of the hold in the file's time.")
@click.option(
    "--band", "bands", multiple=True, metavar="LOW:HIGH", help="RMS in one more band, in Hz; may be repeated."
)
@click.option(
    "--plate/--no-plate",
    default=None,
    help="The sensor is a force plate that a person stands on, or is none; told by the columns' names.",
)
@click.option("--invert", is_flag=True, help="Turn the sign: pull is negative in this file.")
@json_option
def analyse(
    file: Path,
    time_column: str,
    force_column: str,
    unit: str,
    time_unit: str,
    start_s: float | None,
    end_s: float | None,
    bands: tuple[str, ...],
    plate: bool | None,
    invert: bool,
    as_json: bool,
) -> None:
    """Measure the hold in FILE like a hold of one's own.

    FILE is a trace that isotimer exported, a Chronojump capture, a Tindeq export, or any table with a time
    and a force. The hold is where tension is above half of its plateau, the whole record if it never falls
    below. Of a file of more than a million rows only the hold and 10 s on either side are kept in memory.
    What was taken for granted is told on stderr. Nothing is stored.
    """
    result = analyse_file(
        file,
        Choices(time_column, force_column, unit, time_unit),
        start_s=start_s,
        end_s=end_s,
        bands_hz=[parse_band(band) for band in bands],
        plate=plate,
        invert=invert,
    )
    if as_json:
        print_json(analysis_json(result))
        return
    for sentence in result.assumed:
        click.echo(f"  {sentence}", err=True)
    click.echo("\n".join(analysis_lines(result)))
