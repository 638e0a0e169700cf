"""Whether this computer can play sound, and how to mend it if not."""

import sys
from dataclasses import dataclass

_MEND = {
    "linux": "install PortAudio, on Debian: apt install libportaudio2 libasound2-plugins",
    "darwin": "reinstall isotimer: its sound library comes with it",
    "win32": "reinstall isotimer: its sound library comes with it",
}


@dataclass(frozen=True, slots=True)
class SoundState:
    """What is known about sound here."""

    works: bool
    words: str
    mend: str = ""
    """The one thing to do; empty if nothing is wrong."""


def probe_sound() -> SoundState:
    """Look for a sound library and an output device; nothing is played."""
    mend = _MEND.get(sys.platform, _MEND["linux"])
    try:
        import sounddevice
    except (ImportError, OSError) as e:
        return SoundState(False, f"no sound library ({e})", mend)
    try:
        device = sounddevice.query_devices(kind="output")
    except (sounddevice.PortAudioError, ValueError, OSError):
        return SoundState(False, "no sound device", "plug one in or start the sound server, then look again")
    return SoundState(True, f"sound goes to {device['name']}")
