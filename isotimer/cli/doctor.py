"""``isotimer doctor``: what works here."""

import sys
from dataclasses import asdict

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.session.checkup import checkup


@click.command()
@db_option
@json_option
@click.pass_context
def doctor(ctx: click.Context, database: str | None, as_json: bool) -> int:
    """What works on this computer, and the one thing that mends each of the rest.

    The exit code is 1 if something that isotimer cannot do without is broken; a missing sound card is not.
    """
    findings = checkup(places(ctx, database))
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        marks = ("ok", "!!") if "utf" not in (sys.stdout.encoding or "").lower() else ("✓ ", "✗ ")
        for f in findings:
            click.echo(f"{marks[not f.fine]} {f.subject}: {f.words}")
            if f.mend:
                click.echo(f"     mend: {f.mend}")
    return 1 if any(not f.fine and f.needed for f in findings) else 0
