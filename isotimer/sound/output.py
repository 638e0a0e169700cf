"""Where cues go: to a speaker, or, where there is none, to the bell and the screen."""

from typing import Protocol

from isotimer.core.cues import CueKind
from isotimer.core.force_tone import ForceSound
from isotimer.core.text import printable
from isotimer.core.tones import Wave
from isotimer.sound.speaker import NoSoundError, Speaker


class SoundOutput(Protocol):
    """What plays cues; see ``Speaker`` for what each method does."""

    @property
    def audible(self) -> bool:
        """Whether sound comes out now. Where it does not, the terminal's bell should ring."""

    @property
    def sentence(self) -> str:
        """Why there is no sound and what mends it, to be shown once; empty if there is sound."""

    @property
    def rate_hz(self) -> float:
        """Samples per second of waves played here."""

    def plan(self, kind: CueKind, at_s: float) -> None:
        """Let a cue be heard at a host time."""

    def play(self, kind: CueKind) -> None:
        """Let a cue be heard now."""

    def play_wave(self, wave: Wave) -> None:
        """Let any sound be heard now."""

    def plan_wave(self, wave: Wave, at_s: float) -> None:
        """Let any sound be heard at a host time."""

    def cancel_after(self, at_s: float) -> None:
        """Forget what is planned for a later host time."""

    def force(self, sound: ForceSound | None) -> None:
        """Sound the force from now on, or stop doing so."""

    def set_volume(self, volume: float, *, muted: bool) -> None:
        """Set the loudness, 0 to 1."""

    def close(self) -> None:
        """Let go of the sound card."""


class BellOnly:
    """Stands in for a speaker where there is no sound: it plays nothing, the bell rings instead.

    Args:
        sentence: Why.
    """

    audible = False
    rate_hz = 48000.0

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def plan(self, kind: CueKind, at_s: float) -> None:
        """Do nothing."""

    def play(self, kind: CueKind) -> None:
        """Do nothing."""

    def play_wave(self, wave: Wave) -> None:
        """Do nothing."""

    def plan_wave(self, wave: Wave, at_s: float) -> None:
        """Do nothing."""

    def cancel_after(self, at_s: float) -> None:
        """Do nothing."""

    def force(self, sound: ForceSound | None) -> None:
        """Do nothing."""

    def set_volume(self, volume: float, *, muted: bool) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def open_sound(
    *, wanted: bool = True, volume: float = 1.0, muted: bool = False, early_s: float = 0.0
) -> SoundOutput:
    """Return a speaker, or what stands in for it; never raises for want of sound.

    It takes up to 2 s: call it from a thread, before the first cue.

    Args:
        wanted: Whether sound is wanted at all.
        volume: 0 to 1.
        muted: Whether to be silent for now.
        early_s: Known delay behind the sound card.
    """
    if not wanted:
        return BellOnly("")
    try:
        return Speaker(volume=volume, muted=muted, early_s=early_s)
    except NoSoundError as e:
        mend = f" To mend it: {e.advice}." if e.advice else ""
        return BellOnly(printable(f"No sound: {e.why}; cues are the terminal's bell and a flash.{mend}"))
