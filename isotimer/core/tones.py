"""What each cue sounds like: notes, and the waveforms made of them.

Every cue has a melody and a rhythm of its own, so that it is known across a gym by either alone. Notes carry
harmonics, because small loudspeakers swallow low fundamentals and the ear fills them in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isotimer.core.cues import CueKind

Wave = NDArray[np.float32]
"""(n,) mono sound, full scale -1 to 1."""

PEAK = 0.7
"""Largest value of a cue's waveform; the rest is room for a second cue at the same time."""

ATTACK_S = 0.005
"""Rise of a note: soft enough not to click, sharp enough to be a beat."""
DECAY_S = 0.03
"""Fall of a note."""

_HARMONICS = (1.0, 0.4, 0.2)
"""Strength of the fundamental and of its multiples."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note and the silence after it."""

    pitch_hz: float
    length_s: float
    gap_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Tone:
    """The notes of one cue."""

    kind: CueKind
    notes: tuple[Note, ...]

    @property
    def length_s(self) -> float:
        """Time from the first note's beginning to the last note's end."""
        return sum(n.length_s + n.gap_s for n in self.notes) - self.notes[-1].gap_s


NOTES: dict[str, tuple[Note, ...]] = {
    "ready": (Note(440, 0.20, 0.05), Note(554, 0.20)),
    "beat": (Note(659, 0.14),),
    "set": (Note(587, 0.30, 0.20), Note(587, 0.10)),
    "go": (Note(1319, 0.50),),
    "started": (Note(1109, 0.08, 0.03), Note(1319, 0.25)),
    "halfway": (Note(784, 0.12, 0.12), Note(784, 0.12)),
    "last": (Note(988, 0.07, 0.05), Note(988, 0.07)),
    "release": (Note(880, 0.25, 0.08), Note(440, 0.45)),
    "rest-over": (Note(523, 0.10, 0.04), Note(659, 0.10, 0.04), Note(784, 0.10)),
    "set-rest-over": (Note(698, 0.16, 0.12), Note(466, 0.16, 0.12), Note(932, 0.30)),
    "done": (Note(523, 0.13), Note(659, 0.13), Note(784, 0.13), Note(1047, 0.55)),
    "line-lost": (Note(311, 0.22, 0.10), Note(247, 0.22, 0.10), Note(311, 0.22)),
    "line-back": (Note(247, 0.22, 0.04), Note(622, 0.12)),
    "out-of-band": tuple(Note(pitch, 0.07, 0.02) for pitch in (370, 330, 370, 330)),
    "breathe": (Note(349, 0.40, 0.30), Note(262, 0.40)),
    "false-start": (Note(185, 0.60, 0.08), Note(185, 0.20)),
    "ruling": (Note(415, 0.10, 0.05), Note(415, 0.10, 0.05), Note(622, 0.35)),
    "switch": (Note(1175, 0.06, 0.02), Note(740, 0.06, 0.02), Note(1175, 0.06)),
}
"""What each kind of cue sounds like, by its value."""

UNKNOWN: tuple[Note, ...] = (Note(600, 0.30),)
"""Stands in for a cue that has no notes: better a plain tone than none."""

TONES: tuple[Tone, ...] = tuple(Tone(kind, NOTES.get(kind.value, UNKNOWN)) for kind in CueKind)
"""The sound of every cue."""


def waveform(tone: Tone, rate_hz: float) -> Wave:
    """Return the sound of a cue, read-only.

    Args:
        tone: The notes.
        rate_hz: Samples per second.
    """
    parts: list[NDArray[np.float64]] = []
    for note in tone.notes:
        parts += [_note(note, rate_hz), np.zeros(round(note.gap_s * rate_hz))]
    # Trailing silence has no meaning.
    wave = np.concatenate(parts[:-1]).astype(np.float32)
    wave.setflags(write=False)
    return wave


def waveforms(rate_hz: float) -> dict[CueKind, Wave]:
    """Return the sounds of all cues at a sample rate."""
    return {tone.kind: waveform(tone, rate_hz) for tone in TONES}


def _note(note: Note, rate_hz: float) -> NDArray[np.float64]:
    time_s = np.arange(round(note.length_s * rate_hz)) / rate_hz
    wave = np.zeros_like(time_s)
    for n, strength in enumerate(_HARMONICS, start=1):
        wave += strength * np.sin(2 * np.pi * n * note.pitch_hz * time_s)
    rise = np.clip(time_s / ATTACK_S, 0.0, 1.0)
    fall = np.clip((note.length_s - time_s) / DECAY_S, 0.0, 1.0)
    wave *= np.sin(np.pi / 2 * rise) ** 2 * np.sin(np.pi / 2 * fall) ** 2
    return np.asarray(wave * (PEAK / np.abs(wave).max()))
