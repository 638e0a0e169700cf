"""``isotimer doctor``: what works here."""

import os
import sys
from dataclasses import asdict

import click

from isotimer.cli.options import db_option, json_option, places, print_json
from isotimer.core.text import printable
from isotimer.session.checkup import Finding, checkup
from isotimer.session.settings import SettingsFile
from isotimer.tui.glyphs import choose_glyphs

_SIGNS = {(True, True): "braille", (False, True): "half blocks", (False, False): "ASCII"}
"""(Braille, not only ASCII) -> the signs in words."""


@click.command()
@db_option
@click.option("--sound", is_flag=True, help="Play every cue, and say what was measured.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, database: str | None, sound: bool, as_json: bool) -> int:
    """What works on this computer, and the one thing that mends each of the rest.

    The exit code is 1 if something that isotimer cannot do without is broken; a missing sound card is not.
    With --sound it is 1 if the tones could not be played as they should.
    """
    where = places(ctx, database)
    if sound:
        findings: tuple[Finding, ...] = (_try_sound(SettingsFile(where.settings_file)),)
    else:
        settings = SettingsFile(where.settings_file).settings
        glyphs = choose_glyphs(os.environ, settings.signs)
        findings = checkup(where, _SIGNS[glyphs.braille, not glyphs.blocks.isascii()])
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        marks = ("ok", "!!") if "utf" not in (sys.stdout.encoding or "").lower() else ("✓ ", "✗ ")
        for f in findings:
            click.echo(f"{marks[not f.fine]} {f.subject}: {f.words}")
            if f.mend:
                click.echo(f"     mend: {f.mend}")
    return 1 if any(not f.fine and f.needed for f in findings) else 0


def _try_sound(file: SettingsFile) -> Finding:
    """Play the test tones and return what was measured, or why there is nothing to hear."""
    from isotimer.sound.speaker import NoSoundError, Speaker
    from isotimer.sound.trial import play_all

    try:
        # Mute is left aside: who asks for test tones wants to hear them.
        speaker = Speaker(volume=file.settings.volume or 1.0)
    except NoSoundError as e:
        return Finding("sound", False, printable(e.why, 200), e.advice)
    try:
        trial = play_all(speaker, lambda words: click.echo(words, err=True))
    finally:
        speaker.close()
    mend = "" if trial.fine else "close programs that keep the computer busy, then try again"
    return Finding("sound", trial.fine, trial.words, mend)
