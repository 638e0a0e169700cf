"""Options and helpers that several verbs share."""

import json
import re
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

import click

from isotimer.session.log import start_log
from isotimer.session.places import Places

_ACTED_ON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What JSON lets pass but a terminal may obey: control characters from 0x7f on and changes of direction."""

F = TypeVar("F", bound=Callable[..., Any])


def db_option(command: F) -> F:
    """Add ``--db`` to a verb, so that it may stand behind the verb too."""
    return click.option("--db", "database", metavar="FILE", help="The database to use.")(command)


def json_option(command: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def places(ctx: click.Context, database: str | None) -> Places:
    """Return the places, with the database chosen before or behind the verb; start the log there."""
    found = Places.find(database or ctx.find_root().obj)
    start_log(found.log_file)
    return found


def print_json(value: object) -> None:
    """Print one JSON document to stdout; what a terminal would act on is escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    click.echo(_ACTED_ON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def ring_bell(times: int) -> None:
    """Ring the terminal's bell, if somebody is there to hear it."""
    if times and sys.stderr.isatty():
        click.echo("\a" * times, err=True, nl=False)


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP end a verb the way Ctrl-C does: in order, with everything saved."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
