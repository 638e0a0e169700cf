"""The sound of the force: a tone whose pitch tells the error and whose roughness tells the shake."""

import math
from dataclasses import dataclass

import numpy as np

from isotimer.core.tones import Wave

ON_TARGET_HZ = 440.0
"""Pitch on the target."""
OCTAVES_PER_BAND = 0.5
"""How far the pitch moves from the target to the band's edge; above the target it is higher."""
MOST_BANDS = 2.0
"""Beyond this many half-widths of the band the pitch stays, so that it stays pleasant."""
ROUGH_HZ = 40.0
"""Rate at which shake modulates the tone: heard as roughness, no longer as single beats."""
LEVEL = 0.15
"""Loudness: well below the cues."""
FADE_S = 0.02
"""Shortest time from silence to full loudness: less would click."""


@dataclass(frozen=True, slots=True)
class ForceSound:
    """What the tone is to tell."""

    error: float
    """(tension - target) / half the width of the band: -1 is the lower edge, 1 the upper."""
    shake: float = 0.0
    """0 for steady, 1 for as rough as it gets."""


def pitch_hz(error: float) -> float:
    """Return the pitch that tells an error, given in half-widths of the band."""
    return ON_TARGET_HZ * math.exp2(OCTAVES_PER_BAND * min(max(error, -MOST_BANDS), MOST_BANDS))


class ForceTone:
    """Makes the tone block by block, without a jump in phase, pitch or loudness between blocks.

    Args:
        rate_hz: Samples per second.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._phase = 0.0
        self._rough_phase = 0.0
        self._pitch_hz = ON_TARGET_HZ
        self._depth = 0.0
        self._level = 0.0

    @property
    def silent(self) -> bool:
        """Whether the tone has faded out."""
        return self._level == 0.0

    def render(self, frames: int, sound: ForceSound | None) -> Wave:
        """Return the next samples, shape (frames,); None or a value that is no number fades the tone out."""
        known = sound is not None and math.isfinite(sound.error) and math.isfinite(sound.shake)
        if sound is None or not known:
            pitch, depth, level = self._pitch_hz, self._depth, 0.0
        else:
            pitch, depth, level = pitch_hz(sound.error), min(max(sound.shake, 0.0), 1.0), LEVEL
        if self.silent:
            self._pitch_hz, self._depth = pitch, depth
        depth = _towards(self._depth, depth, frames / (FADE_S * self._rate_hz))
        level = _towards(self._level, level, LEVEL * frames / (FADE_S * self._rate_hz))
        share = np.arange(1, frames + 1) / frames
        steps = (self._pitch_hz + (pitch - self._pitch_hz) * share) * (2 * np.pi / self._rate_hz)
        phase = self._phase + np.cumsum(steps)
        rough = self._rough_phase + np.arange(1, frames + 1) * (2 * np.pi * ROUGH_HZ / self._rate_hz)
        depths = self._depth + (depth - self._depth) * share
        levels = self._level + (level - self._level) * share
        wave = levels * np.sin(phase) * (1.0 - depths * (0.5 - 0.5 * np.cos(rough)))
        self._phase = float(phase[-1] % (2 * np.pi))
        self._rough_phase = float(rough[-1] % (2 * np.pi))
        self._pitch_hz, self._depth, self._level = pitch, depth, level
        return np.asarray(wave, np.float32)


def _towards(value: float, goal: float, step: float) -> float:
    return value + min(max(goal - value, -step), step)
