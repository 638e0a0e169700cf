"""Spoken cues, where the system has a voice: espeak-ng, macOS's say, Windows' SAPI.

Words are made into sound beforehand, by the system's own program, and then played by the speaker like any
other cue. Text goes to the program on its standard input, never as an argument.
"""

import io
import logging
import os
import re
import shutil
import subprocess
import tempfile
import threading
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isotimer.core.tones import PEAK, Wave

logger = logging.getLogger(__name__)

_MOST_CHARACTERS = 80
_MOST_VOICES = 60
_TIMEOUT_S = 10.0
_WAV = "ISOTIMER_WAV"
_SAPI = (
    "Add-Type -AssemblyName System.Speech; "
    "$v = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    f"$v.SetOutputToWaveFile($env:{_WAV}); $v.Speak([Console]::In.ReadToEnd()); $v.Dispose()"
)


@dataclass(frozen=True, slots=True)
class VoiceProgram:
    """A program that turns text from its standard input into a WAV file."""

    name: str
    arguments: tuple[str, ...]
    """Of these, "{wav}" stands for the file; without it the program writes to its standard output."""
    choose: tuple[str, ...] = ()
    """Further arguments that choose a voice, "{name}"; empty if none can be chosen."""
    usual: str = ""
    """The name for ``choose`` where nobody has chosen; empty to leave ``choose`` away."""
    ask: tuple[str, ...] = ()
    """Arguments with which it lists its voices."""
    listed: str = ""
    """Pattern of a line of that list, with a group "name"; only voices that speak English count."""

    @property
    def to_file(self) -> bool:
        """Whether it writes a file."""
        return "--stdout" not in self.arguments

    def words(self, name: str) -> tuple[str, ...]:
        """Return its arguments for a voice."""
        name = name or self.usual
        chosen = (a.replace("{name}", name) for a in self.choose) if name else ()
        return (*self.arguments, *chosen)


PROGRAMS: tuple[VoiceProgram, ...] = (
    VoiceProgram(
        "espeak-ng",
        ("--stdin", "--stdout", "-s", "165"),
        ("-v", "{name}"),
        "en",
        ("--voices=en",),
        r"\s*\d+\s+(?P<name>en\S*)\s.*",
    ),
    VoiceProgram(
        "say",
        ("--file-format=WAVE", "--data-format=LEI16@22050", "-o", "{wav}", "-f", "-"),
        ("-v", "{name}"),
        "",
        ("-v", "?"),
        r"(?P<name>\w[\w .()+-]*?)\s+en_\w+\s.*",
    ),
    VoiceProgram("powershell", ("-NoProfile", "-NonInteractive", "-Command", _SAPI)),
)
"""The programs looked for, in this order."""


def find_voice() -> tuple[VoiceProgram, str] | None:
    """Return the first program that is installed here, and its path; None if there is no voice."""
    for program in PROGRAMS:
        path = shutil.which(program.name)
        if path is not None:
            return program, path
    return None


def voice_names() -> tuple[str, ...]:
    """Return the voices to choose from, none where the system has no voice or none can be chosen."""
    found = find_voice()
    if found is None or not found[0].ask:
        return ()
    program, path = found
    try:
        # A fixed table of programs and arguments.
        done = subprocess.run(  # noqa: S603
            [path, *program.ask],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as e:
        logger.warning("no list of voices: %s: %s", program.name, e)
        return ()
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    names = (m["name"] for m in map(re.compile(program.listed).fullmatch, lines) if m)
    return tuple(dict.fromkeys(names))[:_MOST_VOICES]


def speakable(text: str) -> str:
    """Return only what can be read out: letters, digits and plain punctuation, cut at 80 characters.

    Speech programs obey commands within the text (brackets, markup); none gets through.
    """
    kept = "".join(c if c.isalnum() or c in " ,.'" else " " for c in text)
    return " ".join(kept.split())[:_MOST_CHARACTERS]


class Voice:
    """Words made into sound at a sample rate, and kept.

    Args:
        rate_hz: The speaker's rate.
        found: The program and its path, as ``find_voice`` returns them.
        name: The voice, one of ``voice_names``; empty for the usual one.
    """

    def __init__(self, rate_hz: float, found: tuple[VoiceProgram, str], name: str = "") -> None:
        self._rate_hz = rate_hz
        self._name = name
        self._program, self._path = found
        self._waves: dict[str, Wave] = {}

    def prepare(self, texts: Iterable[str]) -> threading.Thread:
        """Make texts into sound, in a thread, which is returned."""
        wanted = tuple(dict.fromkeys(texts))
        thread = threading.Thread(target=self._prepare, args=(wanted,), name="voice", daemon=True)
        thread.start()
        return thread

    def wave(self, text: str) -> Wave | None:
        """Return the sound of a text, or None if it has not been made or cannot be."""
        return self._waves.get(speakable(text))

    def _prepare(self, texts: tuple[str, ...]) -> None:
        for text in map(speakable, texts):
            if not text or text in self._waves:
                continue
            try:
                self._waves[text] = resampled(*read_wav(self._spoken(text)), self._rate_hz)
            except (OSError, subprocess.SubprocessError, ValueError, EOFError, wave.Error) as e:
                logger.warning("no voice: %s: %s", self._program.name, e)
                return

    def _spoken(self, text: str) -> bytes:
        with tempfile.TemporaryDirectory(prefix="isotimer-voice-") as folder:
            file = Path(folder) / "words.wav"
            arguments = [a.replace("{wav}", str(file)) for a in self._program.words(self._name)]
            # A fixed table of programs and arguments; the text is neither.
            done = subprocess.run(  # noqa: S603
                [self._path, *arguments],
                input=text.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, _WAV: str(file)},
                timeout=_TIMEOUT_S,
                check=True,
            )
            return file.read_bytes() if self._program.to_file else done.stdout


def read_wav(data: bytes) -> tuple[Wave, float]:
    """Return the sound (n,) in a WAV file and its rate in Hz; several channels are averaged.

    Raises:
        ValueError: If it is not 16-bit sound, or there is none.
        EOFError: If it is cut off.
        wave.Error: If it is no WAV file.
    """
    with wave.open(io.BytesIO(data)) as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{8 * file.getsampwidth()}-bit sound, needs 16")
        # A program that writes to a pipe does not know the length yet and states a huge one.
        samples = np.frombuffer(file.readframes(len(data)), "<i2")
        channels, rate_hz = file.getnchannels(), float(file.getframerate())
    samples = samples[: len(samples) // channels * channels]
    if not samples.any():
        raise ValueError("silence")
    mono = samples.reshape(-1, channels).mean(axis=1)
    return np.asarray(mono * (PEAK / np.abs(mono).max()), np.float32), rate_hz


def resampled(sound: Wave, from_hz: float, to_hz: float) -> Wave:
    """Return a sound at another rate, by straight lines between its samples: enough for speech."""
    count = round(len(sound) * to_hz / from_hz)
    at = np.arange(count) * (from_hz / to_hz)
    return np.asarray(np.interp(at, np.arange(len(sound)), sound), np.float32)
