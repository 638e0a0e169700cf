"""What is heard of a station: cues, words, the force; set by the settings, at once when they change."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from isotimer.core.events import State
from isotimer.session.announce import announcements

if TYPE_CHECKING:
    from isotimer.core.cues import CueKind
    from isotimer.core.events import EngineView, Event
    from isotimer.core.force_tone import ForceSound
    from isotimer.core.plan import Plan, Side
    from isotimer.core.settings import Settings
    from isotimer.core.target import TargetBand
    from isotimer.measures.live import LiveView
    from isotimer.session.cueing import Cueing
    from isotimer.sound.output import SoundOutput
    from isotimer.sound.voice import Voice

logger = logging.getLogger(__name__)

ROUGHEST = 3.0
"""Shake of so many times its usual size is as rough as the tone gets."""
SAMPLE_WORDS = "Left next. 10 seconds."
_BREATH_S = 0.2
"""Silence between words and the cue after them."""


class Sounding:
    """The sound of one station. ``open`` takes up to 2 s; every other method returns at once.

    Args:
        settings: Returns what is set now.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._output: SoundOutput | None = None
        self._voice: Voice | None = None
        self._spoken_by = ""
        self._cueing: Cueing | None = None
        self._forced = False
        self._lock = threading.Lock()
        self._closed = False

    def open(self) -> str:
        """Open the sound card; return why there is no sound, to be said once, or nothing."""
        from isotimer.sound.output import open_sound

        now = self._settings()
        output = open_sound(volume=now.volume, muted=now.mute)
        with self._lock:
            if self._closed:
                output.close()
                return ""
            self._output = output
        self.apply()
        return output.sentence

    @property
    def audible(self) -> bool:
        """Whether cues are heard from a speaker, so that the terminal need not ring."""
        output = self._output
        return output is not None and output.audible

    @property
    def sentence(self) -> str:
        """Why there is no sound and what mends it; empty if there is, or nobody has looked yet."""
        output = self._output
        return "" if output is None else output.sentence

    def apply(self) -> None:
        """Let changed settings count from now on."""
        output, now = self._output, self._settings()
        if output is None:
            return
        output.set_volume(now.volume, muted=now.mute)
        if not now.force_sound:
            self.hush()
        if now.speak and not output.sentence and (self._voice is None or self._spoken_by != now.voice):
            self._find_voice(output.rate_hz, now.voice)

    def begin(self, plan: Plan, dropped: Collection[Side] = (), spared: Collection[int] = ()) -> None:
        """Give the cues of a session that starts now, some sides of which may be left out."""
        from isotimer.session.cueing import Cueing

        # A look through everything that lives would keep the sound card, the line and the screen waiting for
        # up to 0.15 s; what lives now is left out of it, and what a session adds is little.
        gc.freeze()
        output = self._output
        if output is None:
            return
        self._cueing = Cueing(plan, output, say=self._say, dropped=dropped, spared=spared)
        if self._voice is not None and self._settings().speak:
            self._voice.prepare(announcements(plan))

    def event(self, event: Event) -> None:
        """Take an event of the engine; quick, for the conductor's thread."""
        if self._cueing is not None:
            self._cueing.event(event)

    def tension(self, tension_n: float | None, view: EngineView | None, live: LiveView | None) -> None:
        """Sound the force while a hold runs, if that is set."""
        output = self._output
        if output is None:
            return
        held = view is not None and view.state is State.HOLD and tension_n is not None
        if not held or not self._settings().force_sound:
            self.hush()
            return
        target = view.target if view is not None and not view.eyes_off else None
        output.force(force_sound(tension_n or 0.0, target, live))
        self._forced = True

    def hush(self) -> None:
        """Stop the sound of the force: the hold is over, or nothing is known of it any more."""
        output = self._output
        if self._forced and output is not None:
            output.force(None)
        self._forced = False

    def play(self, kind: CueKind) -> bool:
        """Let a cue be heard now; return whether anything can be heard."""
        if self._output is not None:
            self._output.play(kind)
        return self.audible

    def sample_voice(self) -> bool:
        """Let a few words be heard as soon as they are made; return whether there is a voice."""
        voice, output = self._voice, self._output
        if voice is None or output is None:
            return False

        def speak() -> None:
            voice.prepare((SAMPLE_WORDS,)).join()
            wave = voice.wave(SAMPLE_WORDS)
            if wave is not None:
                output.play_wave(wave)

        threading.Thread(target=speak, name="voice sample", daemon=True).start()
        return True

    def close(self) -> None:
        """Let go of the sound card. Safe to call twice, and while ``open`` is at work."""
        with self._lock:
            self._closed = True
            gc.unfreeze()
            output, self._output = self._output, None
        if output is not None:
            output.close()

    def _find_voice(self, rate_hz: float, name: str) -> None:
        from isotimer.sound.voice import Voice, find_voice

        found = find_voice()
        self._voice = Voice(rate_hz, found, name) if found is not None else None
        self._spoken_by = name

    def _say(self, words: str, begin_s: float, until_s: float) -> None:
        """Say words that are ready and end before the next cue; words are never worth a lost tone."""
        voice, output = self._voice, self._output
        if voice is None or output is None or not self._settings().speak:
            return
        wave = voice.wave(words)
        if wave is not None and begin_s + len(wave) / output.rate_hz + _BREATH_S <= until_s:
            output.plan_wave(wave, begin_s)


def force_sound(tension_n: float, target: TargetBand | None, live: LiveView | None) -> ForceSound:
    """Return how a tension sounds: without a target its pitch stays, and only shake is heard."""
    from isotimer.core.force_tone import ForceSound

    error = 0.0
    if target is not None and target.high_n > target.low_n:
        error = (tension_n - target.force_n) / ((target.high_n - target.low_n) / 2)
    ratio = live.ratio if live is not None else None
    shake = 0.0 if ratio is None else min(max((ratio - 1.0) / (ROUGHEST - 1.0), 0.0), 1.0)
    return ForceSound(error, shake)
