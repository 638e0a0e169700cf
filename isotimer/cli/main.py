"""The command ``isotimer``: its verbs, loaded when they are used, and how a failure is said."""

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

import click

from isotimer import __version__
from isotimer.core.errors import IsotimerError

VERBS: dict[str, tuple[str, str]] = {
    "demo": (
        "isotimer.cli.app:demo",
        "The app with a simulated athlete and sensor, in a throw-away database.",
    ),
    "hold": ("isotimer.cli.hold:hold", "One hold in the plain terminal."),
    "plans": ("isotimer.cli.plans:plans", "List the plans; 'show NAME', 'check FILE'."),
    "run": ("isotimer.cli.run:run", "A whole plan; full screen, or lines with --plain."),
    "positions": (
        "isotimer.cli.positions:positions",
        "List the positions; 'show NAME', 'check FILE' for your own.",
    ),
    "devices": ("isotimer.cli.devices:devices", "List device files and ports; 'show NAME', 'check FILE'."),
    "monitor": ("isotimer.cli.monitor:monitor", "Live readings of a port: rate, jitter, gaps, noise."),
    "tare": ("isotimer.cli.calibrate:tare", "Make the present, unloaded reading zero."),
    "calibrate": ("isotimer.cli.calibrate:calibrate", "Known weights to newtons."),
    "rig": ("isotimer.cli.rigs:rig", "Several sensors as one: plates, left and right; make, check, weigh."),
    "simulate": ("isotimer.cli.simulate:simulate", "Play a device on a pseudo-terminal or TCP port."),
    "analyse": (
        "isotimer.cli.analyse:analyse",
        "Measures of a recorded trace: isotimer, Chronojump, Tindeq, CSV.",
    ),
    "history": ("isotimer.cli.coach:history", "What was done, newest first; holds to look at."),
    "balance": ("isotimer.cli.coach:balance", "Push, swing, return, left and right: what is behind."),
    "trend": ("isotimer.cli.coach:trend", "What still moves, what is flat, does it reach the track."),
    "report": ("isotimer.cli.coach:report", "A page about an athlete, to read anywhere or to print."),
    "athletes": (
        "isotimer.cli.people:athletes",
        "People: list, rename, archive, merge, delete, weights, groups.",
    ),
    "sprint": ("isotimer.cli.people:sprint", "Sprint times: list, add, delete."),
    "note": ("isotimer.cli.people:note", "Remarks about athletes, sessions and holds."),
    "import": (
        "isotimer.cli.import_:import_verb",
        "Recordings, sprint tables and exports into the database.",
    ),
    "export": ("isotimer.cli.export:export", "Holds and traces as files."),
    "doctor": ("isotimer.cli.doctor:doctor", "What works on this computer, and how to mend the rest."),
    "db": ("isotimer.cli.db:db", "Care of the data: path, check, backup."),
}
"""Verb -> where its command is, and its one line of help."""


class Verbs(click.Group):
    """A group whose commands are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in VERBS:
            return None
        module, name = VERBS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])


@click.group(cls=Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="isotimer")
@click.option(
    "--db", "database", metavar="FILE", help="The database; else $ISOTIMER_DB, else your data folder."
)
@click.pass_context
def isotimer(ctx: click.Context, database: str | None) -> int | None:
    """Timed isometric holds for runners; without a verb, the app."""
    ctx.obj = database
    if ctx.invoked_subcommand is None:
        command: Any = importlib.import_module("isotimer.cli.app").app
        code: int = ctx.invoke(command)
        return code
    return None


def main() -> None:
    """Run a command; a failure is one sentence on stderr and an exit code."""
    try:
        code = isotimer.main(prog_name="isotimer", standalone_mode=False)
        sys.stdout.flush()
    except IsotimerError as e:
        click.echo(f"isotimer: {e.sentence}", err=True)
        sys.exit(e.exit_code)
    except click.ClickException as e:
        e.show()
        sys.exit(e.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("isotimer: stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # whoever read our output is gone; nothing more can be said to them
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except Exception as e:
        log = _log_failure(e)
        click.echo(f"isotimer: unexpected failure: {type(e).__name__}: {e}; details are in {log}.", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _log_failure(error: Exception) -> Path:
    """Write the traceback to the log; return where that is."""
    from isotimer.session.log import start_log
    from isotimer.session.places import Places

    log = start_log(Places.find().log_file)
    logging.getLogger("isotimer").critical("unexpected failure", exc_info=error)
    return log
