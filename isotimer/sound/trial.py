"""The test tones: every cue once, with its name."""

import time
from collections.abc import Callable

from isotimer.core.cues import CUE_OF
from isotimer.core.tones import TONES
from isotimer.sound.speaker import Speaker

_PAUSE_S = 0.5


def play_all(speaker: Speaker, say: Callable[[str], None]) -> None:
    """Play every cue and say what it is, one after the other; takes about 15 s."""
    for tone in TONES:
        say(f"{tone.kind.value}: {CUE_OF[tone.kind].word}")
        speaker.play(tone.kind)
        time.sleep(tone.length_s + _PAUSE_S)
