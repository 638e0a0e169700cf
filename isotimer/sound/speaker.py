"""The speaker: one PortAudio stream, kept open, on which cues sound at their planned time."""

import logging
import threading
import time
from typing import Any

from isotimer.core.cues import CueKind
from isotimer.core.errors import IsotimerError
from isotimer.core.force_tone import ForceSound
from isotimer.core.text import printable
from isotimer.core.tones import Wave, waveforms
from isotimer.sound.player import Player
from isotimer.sound.probe import probe_sound
from isotimer.sound.quiet import quiet_libraries

logger = logging.getLogger(__name__)

LATENCY_S = 0.05
"""Sound computed ahead: threads that draw and read may hold the callback up for 20 ms."""

_SETTLE_S = 1.5
_SILENT_S = 1.0
"""A stream that has asked for no sound for so long is dead: the device was unplugged."""
_CLOCK_STEP_S = 0.25
_CHOOSE = "choose another one in the system's sound settings"


class NoSoundError(IsotimerError):
    """There is no sound here: no library, no device, or one that cannot be used."""


class Speaker:
    """Cues as sound. Every method may be called from any thread and returns at once.

    Opening takes up to 1.5 s, as the stream's clock has to settle; do it before it is needed.

    Args:
        volume: 0 to 1.
        muted: Whether to be silent for now.
        early_s: Known delay behind the sound card, for example of wireless headphones.

    Raises:
        NoSoundError: If there is no sound here.
    """

    sentence = ""
    """Why there is no sound, and what mends it."""
    device: str
    """The device's own name; not to be trusted."""
    rate_hz: float
    latency_s: float
    """Time from the callback to the loudspeaker, as the system states it."""

    def __init__(self, *, volume: float = 1.0, muted: bool = False, early_s: float = 0.0) -> None:
        state = probe_sound()
        if not state.works:
            raise NoSoundError("no sound", state.words, state.mend)
        import sounddevice

        self._lock = threading.Lock()
        self._stream: Any = None
        try:
            with quiet_libraries():
                device = sounddevice.query_devices(kind="output")
                self.device = str(device["name"])
                self.rate_hz = float(device["default_samplerate"])
                self._prepare(Player(self.rate_hz, volume=volume, muted=muted, early_s=early_s))
                self._stream = sounddevice.OutputStream(
                    samplerate=self.rate_hz,
                    channels=min(2, int(device["max_output_channels"])),
                    dtype="float32",
                    latency=LATENCY_S,
                    blocksize=0,
                    callback=self._callback,
                )
                self._stream.start()
                self.latency_s = float(self._stream.latency)
        except (sounddevice.PortAudioError, OSError, ValueError) as e:
            self.close()
            raise NoSoundError("no sound", f"the device cannot be used ({e})", _CHOOSE) from e
        self._settle()

    def _prepare(self, player: Player) -> None:
        """Set all that the callback needs: it is called from the moment the stream starts."""
        self.underflows = 0
        """Times that the sound card ran out of sound since the stream settled."""
        self._player = player
        self._waves = waveforms(self.rate_hz)
        self._clock_offset_s: float | None = None
        self._heard_s = time.monotonic()

    def _settle(self) -> None:
        self._compare_clocks()
        end_s = time.monotonic() + _SETTLE_S
        while not self._player.settled and time.monotonic() < end_s:
            time.sleep(0.01)
        self.underflows = 0

    @property
    def audible(self) -> bool:
        """Whether sound comes out: the device is there and not muted. Else the bell should ring."""
        alive = time.monotonic() - self._heard_s < _SILENT_S
        return alive and not self._player.muted and self._player.volume > 0

    @property
    def settled(self) -> bool:
        """Whether planned cues are exact now."""
        return self._player.settled

    @property
    def player(self) -> Player:
        """Volume, mute, and what was played when."""
        return self._player

    def plan(self, kind: CueKind, at_s: float) -> None:
        """Let a cue be heard at a host time (``time.monotonic`` seconds); exact if told 0.1 s ahead."""
        self._compare_clocks()
        self._player.plan(self._waves[kind], at_s)

    def play(self, kind: CueKind) -> None:
        """Let a cue be heard as soon as possible."""
        self._player.play(self._waves[kind])

    def play_wave(self, wave: Wave) -> None:
        """Let any sound at this speaker's rate be heard as soon as possible."""
        self._player.play(wave)

    def plan_wave(self, wave: Wave, at_s: float) -> None:
        """Let any sound at this speaker's rate be heard at a host time."""
        self._player.plan(wave, at_s)

    def cancel_after(self, at_s: float) -> None:
        """Forget what is planned until now for a later host time."""
        self._player.cancel_after(at_s)

    def force(self, sound: ForceSound | None) -> None:
        """Sound the force from now on, or stop doing so."""
        self._player.force = sound

    def set_volume(self, volume: float, *, muted: bool) -> None:
        """Set the loudness, 0 to 1, without a click."""
        self._player.volume, self._player.muted = volume, muted

    def close(self) -> None:
        """Let go of the sound card. Safe to call twice."""
        with self._lock:
            stream, self._stream = self._stream, None
        if stream is not None:
            with quiet_libraries():
                stream.close(ignore_errors=True)
            if self.underflows or self._player.dropped:
                logger.warning(
                    "sound: %d underflows, %d cues too late to be played on %s",
                    self.underflows,
                    self._player.dropped,
                    printable(self.device, 80),
                )

    def _compare_clocks(self) -> None:
        """Measure what the stream's clock shows more than the host's; the closest of three looks counts."""
        looks = []
        with self._lock:
            if self._stream is None:
                return
            for _ in range(3):
                before_s = time.monotonic()
                stream_s = float(self._stream.time)
                after_s = time.monotonic()
                looks.append((after_s - before_s, stream_s - (before_s + after_s) / 2))
        # Read by the callback; replaced in one step.
        self._clock_offset_s = min(looks)[1]

    def _callback(self, out: Wave, frames: int, times: Any, status: Any) -> None:
        now_s = time.monotonic()
        self._heard_s = now_s
        if status.output_underflow:
            self.underflows += 1
        sounds_s = now_s + LATENCY_S
        if self._clock_offset_s is not None:
            told_s = float(times.outputBufferDacTime) - self._clock_offset_s
            # Some systems tell nothing, and a clock may be set while the stream runs.
            if abs(told_s - sounds_s) < _CLOCK_STEP_S:
                sounds_s = told_s
        self._player.fill(out, sounds_s)
