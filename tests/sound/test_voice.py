"""Words made into sound by the system's voice."""

import io
import stat
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.sound.voice import PROGRAMS, Voice, VoiceProgram, find_voice, read_wav, resampled, speakable


def wav(samples: np.ndarray, rate_hz: int = 22050, channels: int = 1, width: int = 2) -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return data.getvalue()


def stand_in(folder: Path, script: str) -> tuple[VoiceProgram, str]:
    path = folder / "voice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return VoiceProgram("voice", ("--stdin", "--stdout")), str(path)


@given(st.text())
def test_nothing_that_a_voice_obeys_gets_through(text: str) -> None:
    said = speakable(text)
    assert len(said) <= 80
    assert not set(said) & set('[]<>&|;$`\\"-=/\n\r\t\x1b{}()*#@%^~+')


def test_words_stay_words() -> None:
    assert speakable("Long-lever  hamstring bridge, left") == "Long lever hamstring bridge, left"
    assert speakable("--help [[rate 1]] <audio src='x'/>") == "help rate 1 audio src 'x'"


def test_words_are_made_once_and_kept_at_the_speakers_rate(tmp_path: Path) -> None:
    sound = (np.sin(np.arange(2205)) * 8000).astype("<i2")
    (tmp_path / "a.wav").write_bytes(wav(sound))
    found = stand_in(tmp_path, f"cat >> {tmp_path}/said; echo >> {tmp_path}/said; cat {tmp_path}/a.wav")
    voice = Voice(48000, found)
    assert voice.wave("left") is None
    voice.prepare(["left", "right", "left", "--version"]).join()
    voice.prepare(["left"]).join()
    assert (tmp_path / "said").read_text().split() == ["left", "right", "version"]
    made = voice.wave("left")
    assert made is not None
    assert len(made) == 4800
    assert np.abs(made).max() == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("script", ["exit 1", "echo no sound", "head -c 20 /dev/zero", ":"])
def test_a_voice_that_fails_is_no_voice(tmp_path: Path, script: str) -> None:
    voice = Voice(48000, stand_in(tmp_path, script))
    voice.prepare(["left"]).join()
    assert voice.wave("left") is None


def test_stereo_is_averaged_and_other_widths_are_refused() -> None:
    sound, rate_hz = read_wav(wav(np.array([1000, 3000, -500, -1500], "<i2"), 8000, channels=2))
    assert rate_hz == 8000
    assert sound.tolist() == pytest.approx([0.7, -0.35])
    with pytest.raises(ValueError, match="8-bit"):
        read_wav(wav(np.array([1, 2], np.uint8), width=1))
    with pytest.raises(ValueError, match="silence"):
        read_wav(wav(np.zeros(10, "<i2")))


def test_resampling_keeps_length_and_pitch() -> None:
    time_s = np.arange(22050) / 22050
    out = resampled(np.sin(2 * np.pi * 440 * time_s).astype(np.float32), 22050, 48000)
    assert len(out) == 48000
    assert np.abs(np.fft.rfft(out)).argmax() == 440


def test_no_program_takes_the_text_as_an_argument() -> None:
    for program in PROGRAMS:
        assert not any("{text}" in argument for argument in program.arguments)


def test_the_voice_of_this_system_speaks() -> None:
    found = find_voice()
    if found is None:
        pytest.skip("no voice program here")
    voice = Voice(48000, found)
    voice.prepare(["left", "rest. next, right"]).join()
    for text in ("left", "rest. next, right"):
        made = voice.wave(text)
        assert made is not None
        assert 0.2 < len(made) / 48000 < 5


def test_voices_are_read_from_the_programs_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from isotimer.sound import voice as module

    program = next(p for p in PROGRAMS if p.name == "espeak-ng")
    lines = (
        "Pty Language       Age/Gender VoiceName\n 2  en-gb           --/M      English\n 5  en-us --/M x\n"
    )
    (tmp_path / "list").write_text(lines + " 5  en-us --/M again\n nonsense\n")
    _, path = stand_in(tmp_path, f"cat {tmp_path}/list")
    monkeypatch.setattr(module, "find_voice", lambda: (program, path))
    assert module.voice_names() == ("en-gb", "en-us")
    monkeypatch.setattr(module, "find_voice", lambda: None)
    assert module.voice_names() == ()


def test_a_chosen_voice_goes_to_the_program() -> None:
    espeak, say, powershell = PROGRAMS
    assert espeak.words("")[-2:] == ("-v", "en")
    assert espeak.words("en-gb")[-2:] == ("-v", "en-gb")
    assert "-v" not in say.words("")
    assert say.words("Samantha")[-2:] == ("-v", "Samantha")
    assert powershell.words("x") == powershell.arguments
