"""A sound card that is none: a PulseAudio null sink, recorded at its monitor."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.tones import Wave

RATE_HZ = 48000
PAREC = ("parec", "-d", "cue.monitor", "--latency-msec=5", "--raw", "--format=float32le", "--channels=1")
PULSEAUDIO = ("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no")
# What else runs on this machine must not disturb the recording: the first of these that may be used here.
_URGENT = (("chrt", "-r", "1"), ("nice", "-n", "-10"))
_READY_S = 15.0


def urgent() -> tuple[str, ...]:
    for words in _URGENT:
        if shutil.which(words[0]) and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            return words
    return ()


@dataclass(frozen=True)
class Recording:
    """What a program printed, and what was heard of it."""

    printed: str
    errors: str
    sound: Wave


@dataclass(frozen=True)
class NullSink:
    """Runs programs whose sound is recorded."""

    environ: dict[str, str]
    folder: Path
    urgent: tuple[str, ...]

    def record(self, program: str, *arguments: str, timeout_s: float = 55.0) -> Recording:
        """Run a Python program and return what it printed and played."""
        file = self.folder / "recording.raw"
        with file.open("wb") as target:
            # Attached first: without a recorder of low latency the null sink runs in bursts of 2 s.
            recorder = subprocess.Popen(
                [*self.urgent, *PAREC, f"--rate={RATE_HZ}"],
                stdout=target,
                stderr=subprocess.DEVNULL,
                env=self.environ,
            )
            try:
                wait_for(lambda: file.stat().st_size > 0, "no recording")
                done = subprocess.run(
                    [*self.urgent, sys.executable, "-c", program, *arguments],
                    capture_output=True,
                    text=True,
                    env=self.environ,
                    timeout=timeout_s,
                    check=False,
                )
                assert done.returncode == 0, done.stderr
            finally:
                recorder.terminate()
                recorder.wait()
        data = file.read_bytes()
        return Recording(done.stdout, done.stderr, np.frombuffer(data[: len(data) // 4 * 4], "<f4"))


@pytest.fixture(scope="session")
def null_sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NullSink]:
    """A running null sink; the test is skipped where PulseAudio or PortAudio is missing."""
    for program in ("pulseaudio", "parec", "pactl"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here")
    try:
        import sounddevice  # noqa: F401
    except OSError as e:
        pytest.skip(f"no PortAudio here: {e}")
    folder = tmp_path_factory.mktemp("pulse")
    folder.chmod(0o700)
    alsa = folder / "asound.conf"
    alsa.write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    environ = {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "ALSA_CONFIG_PATH": str(alsa),
    }
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH", "DISPLAY", "XDG_CONFIG_HOME"):
        environ.pop(name, None)
    first = urgent()
    log = (folder / "pulse.log").open("wb")
    modules = ("module-null-sink sink_name=cue rate=48000", "module-native-protocol-unix")
    server = subprocess.Popen(
        [*first, *PULSEAUDIO, *(part for module in modules for part in ("-L", module))],
        stdout=log,
        stderr=log,
        env=environ,
    )
    try:
        wait_for(lambda: _answers(environ) or server.poll() is not None, "PulseAudio does not start")
        if server.poll() is not None:
            pytest.skip(f"PulseAudio does not run here: {(folder / 'pulse.log').read_text()[-300:]}")
        yield NullSink(environ, folder, first)
    finally:
        server.terminate()
        server.wait()
        log.close()


def wait_for(true: Callable[[], bool], else_say: str) -> None:
    end_s = time.monotonic() + _READY_S
    while not true():
        assert time.monotonic() < end_s, else_say
        time.sleep(0.05)


def _answers(environ: dict[str, str]) -> bool:
    asked = subprocess.run(["pactl", "info"], env=environ, capture_output=True, check=False, timeout=10)
    return asked.returncode == 0
