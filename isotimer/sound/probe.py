"""Whether this computer can play sound, and how to mend it if not."""

import shutil
import sys
from dataclasses import dataclass

from isotimer.sound.quiet import quiet_libraries

_INSTALL: tuple[tuple[str, str, str], ...] = (
    ("apt-get", "sudo apt-get install", "libportaudio2 libasound2-plugins"),
    ("dnf", "sudo dnf install", "portaudio alsa-plugins-pulseaudio"),
    ("pacman", "sudo pacman -S", "portaudio pipewire-alsa"),
    ("zypper", "sudo zypper install", "libportaudio2 alsa-plugins-pulse"),
    ("apk", "sudo apk add", "portaudio alsa-plugins-pulse"),
)
"""Program that installs packages, how it does so, and PortAudio with the way to the sound server."""

_SERVERS: tuple[tuple[str, str], ...] = (
    ("pipewire-pulse", "systemctl --user start pipewire pipewire-pulse"),
    ("pulseaudio", "pulseaudio --start"),
)
"""Sound server -> the command that starts it."""


@dataclass(frozen=True, slots=True)
class SoundState:
    """What is known about sound here."""

    works: bool
    words: str
    mend: str = ""
    """The one thing to do; empty if nothing is wrong."""


def probe_sound() -> SoundState:
    """Look for a sound library and an output device; nothing is played."""
    with quiet_libraries():
        try:
            import sounddevice
        except (ImportError, OSError) as e:
            return SoundState(False, f"no sound library ({e})", _mend_library())
        try:
            device = sounddevice.query_devices(kind="output")
        except (sounddevice.PortAudioError, ValueError, OSError):
            return SoundState(False, "no sound device", _mend_device())
    return SoundState(True, f"sound goes to {device['name']}")


def _mend_library() -> str:
    if not sys.platform.startswith("linux"):
        return f"{sys.executable} -m pip install --force-reinstall sounddevice"
    found = (f"{install} {packages}" for tool, install, packages in _INSTALL if shutil.which(tool))
    return next(found, "install PortAudio")


def mend_voice() -> str:
    """Return the command that brings a voice."""
    if not sys.platform.startswith("linux"):
        return "switch speech on in the system's settings"
    found = (f"{install} espeak-ng" for tool, install, _ in _INSTALL if shutil.which(tool))
    return next(found, "install espeak-ng")


def _mend_device() -> str:
    if sys.platform.startswith("linux"):
        for server, command in _SERVERS:
            if shutil.which(server):
                return command
    return "plug a loudspeaker or headphones in, then look again"
