"""Cues as sound, without a sound card."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.cues import CueKind
from isotimer.core.force_tone import ForceSound, ForceTone, pitch_hz
from isotimer.core.mix import Schedule, limit
from isotimer.core.tones import NOTES, TONES, UNKNOWN, Tone, Wave, waveform, waveforms

RATE_HZ = 48000.0
WAVES = waveforms(RATE_HZ)


def loudness(wave: Wave) -> Wave:
    """Level in steps of 10 ms, over 1.2 s."""
    padded = np.zeros(int(1.2 * RATE_HZ), np.float32)
    padded[: len(wave)] = wave
    return np.sqrt((padded.reshape(-1, int(RATE_HZ / 100)) ** 2).mean(axis=1))


def spectrum(wave: Wave) -> Wave:
    """Strength in steps of 20 Hz up to 3 kHz."""
    padded = np.zeros(int(1.2 * RATE_HZ), np.float32)
    padded[: len(wave)] = wave
    power = np.abs(np.fft.rfft(padded))[: int(3000 * 1.2)] ** 2
    return np.sqrt(power.reshape(-1, 24).sum(axis=1))


def likeness(a: Wave, b: Wave) -> float:
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def test_every_cue_has_a_sound() -> None:
    assert [tone.kind for tone in TONES] == list(CueKind)
    assert {kind.value for kind in CueKind} - NOTES.keys() == set()
    assert UNKNOWN not in NOTES.values()


@pytest.mark.parametrize("tone", TONES, ids=lambda tone: tone.kind.value)
def test_a_cue_is_soft_edged_and_within_full_scale(tone: Tone) -> None:
    wave = WAVES[tone.kind]
    assert wave.dtype == np.float32
    assert len(wave) == pytest.approx(tone.length_s * RATE_HZ, abs=len(tone.notes))
    assert 0.6 <= np.abs(wave).max() <= 0.71
    assert abs(wave[0]) < 0.001
    assert abs(wave[-1]) < 0.005
    # A click is a jump from one sample to the next that no note of its pitch and loudness makes.
    steepest = max(2 * np.pi * 3 * note.pitch_hz / RATE_HZ for note in tone.notes)
    assert np.abs(np.diff(wave)).max() < 0.71 * steepest
    # Loud enough to be a beat within 10 ms.
    assert np.abs(wave[: int(0.01 * RATE_HZ)]).max() > 0.3


@pytest.mark.parametrize(("a", "b"), tuple(combinations(TONES, 2)), ids=lambda tone: tone.kind.value)
def test_any_two_cues_differ_in_pitch_and_in_rhythm(a: Tone, b: Tone) -> None:
    assert [n.pitch_hz for n in a.notes] != [n.pitch_hz for n in b.notes]
    assert likeness(spectrum(WAVES[a.kind]), spectrum(WAVES[b.kind])) < 0.9
    assert likeness(loudness(WAVES[a.kind]), loudness(WAVES[b.kind])) < 0.9


def test_waveforms_cannot_be_spoilt() -> None:
    with pytest.raises(ValueError, match="read-only"):
        waveform(TONES[0], RATE_HZ)[0] = 1.0


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40), st.lists(st.integers(0, 20000), max_size=6))
def test_the_cut_into_blocks_makes_no_difference(blocks: list[int], starts: list[int]) -> None:
    whole, parts = Schedule(), Schedule()
    for n, start in enumerate(starts):
        whole.add(start, WAVES[TONES[n].kind])
        parts.add(start, WAVES[TONES[n].kind])
    position, out = 0, []
    for frames in blocks:
        out.append(parts.render(position, frames))
        position += frames
    assert np.array_equal(np.concatenate(out), whole.render(0, position))


def test_a_cue_begins_on_its_sample_and_leaves_nothing_behind() -> None:
    schedule = Schedule()
    click = np.array([0.5, 0.25], np.float32)
    schedule.add(1000, click)
    assert not schedule.render(0, 1000).any()
    assert schedule.render(1000, 4).tolist() == [0.5, 0.25, 0, 0]
    assert schedule.empty


def test_overlapping_cues_add_up_and_never_clip() -> None:
    schedule = Schedule()
    for _ in range(5):
        schedule.add(0, WAVES[CueKind.GO])
    loud = schedule.render(0, 20000)
    assert 0.95 < np.abs(loud).max() <= 1.0
    quiet = np.array([0.3, -0.8], np.float32)
    limit(quiet)
    assert quiet.tolist() == pytest.approx([0.3, -0.8])


def test_pitch_tells_the_error_and_its_direction() -> None:
    assert pitch_hz(0) == 440
    assert pitch_hz(1) == pytest.approx(440 * 2**0.5)
    assert pitch_hz(-2) == 220
    assert pitch_hz(50) == 880


@given(st.lists(st.tuples(st.integers(1, 2000), st.floats(-3, 3), st.floats(0, 1)), min_size=2, max_size=30))
def test_the_sound_of_the_force_has_no_jumps(steps: list[tuple[int, float, float]]) -> None:
    tone = ForceTone(RATE_HZ)
    sounds = [tone.render(n, ForceSound(error, shake)) for n, error, shake in steps]
    wave = np.concatenate(sounds)
    # The steepest slope of the highest pitch and of the modulation, and two fades of 20 ms at once.
    slope = 2 * np.pi * (880 + 40) / RATE_HZ + 2 / (0.02 * RATE_HZ)
    assert np.abs(np.diff(wave)).max(initial=0.0) < 0.15 * slope


def test_shake_is_heard_as_roughness() -> None:
    def swing(shake: float) -> float:
        tone = ForceTone(RATE_HZ)
        tone.render(4800, ForceSound(0.0, shake))
        levels = np.abs(tone.render(48000, ForceSound(0.0, shake))).reshape(-1, 240).max(axis=1)
        return float(levels.std() / levels.mean())

    assert swing(0.0) < 0.02
    assert swing(0.3) > 0.05
    assert swing(1.0) > 2 * swing(0.3)


def test_the_sound_of_the_force_fades_out_on_none_and_on_no_number() -> None:
    for nothing in (None, ForceSound(float("nan")), ForceSound(0.0, float("inf"))):
        tone = ForceTone(RATE_HZ)
        assert tone.render(480, ForceSound(0.5)).any()
        fading = tone.render(4800, nothing)
        assert np.isfinite(fading).all()
        assert tone.silent
        assert not tone.render(480, nothing).any()
