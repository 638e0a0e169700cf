"""Where there is no sound, isotimer says so once and goes on with the bell."""

import subprocess
import sys

import pytest

from isotimer.core.cues import CueKind
from isotimer.sound.output import BellOnly, SoundOutput, open_sound

OPEN = """
import sys
{before}
from isotimer.core.cues import CueKind
from isotimer.sound.output import open_sound
output = open_sound()
output.plan(CueKind.GO, 0.0)
output.play(CueKind.GO)
output.cancel_after(0.0)
output.close()
print(output.audible, output.sentence, sep="|")
"""

NO_LIBRARY = """
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
sys.meta_path.insert(0, Hidden())
"""

NO_PACKAGE = "sys.modules['sounddevice'] = None"

BROKEN_DEVICE = """
import types
class PortAudioError(Exception):
    pass
def refuse(**settings):
    raise PortAudioError("Invalid \\x1b[31mdevice")
sys.modules["sounddevice"] = types.SimpleNamespace(
    PortAudioError=PortAudioError,
    OutputStream=refuse,
    query_devices=lambda kind: {"name": "x", "default_samplerate": 48000.0, "max_output_channels": 2},
)
"""

NO_DEVICE = BROKEN_DEVICE + "sys.modules['sounddevice'].query_devices = refuse"


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (NO_LIBRARY, "PortAudio library not found"),
        (NO_PACKAGE, "no sound library"),
        (BROKEN_DEVICE, "the device cannot be used"),
        (NO_DEVICE, "no sound device"),
    ],
    ids=["no-library", "no-package", "broken-device", "no-device"],
)
def test_without_sound_it_starts_and_says_why_and_what_mends_it(before: str, words: str) -> None:
    program = OPEN.format(before=before)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    audible, sentence = line.split("|")
    assert audible == "False"
    assert sentence.startswith("No sound: ")
    assert words in sentence
    assert "bell" in sentence
    assert "To mend it: " in sentence
    assert "\x1b" not in sentence


def test_sound_that_is_not_wanted_is_not_spoken_of() -> None:
    output: SoundOutput = open_sound(wanted=False)
    assert isinstance(output, BellOnly)
    assert output.sentence == ""
    output.play(CueKind.GO)
    assert not output.audible
