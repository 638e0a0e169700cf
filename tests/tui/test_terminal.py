import os
import subprocess
import sys

SCRIPT = """
import os, sys
from pathlib import Path
from isotimer.tui.terminal import stderr_to

try:
    with stderr_to(Path(sys.argv[1])):
        os.write(2, b"ALSA underrun\\n")
        sys.__stderr__.write("picture\\n")
        if len(sys.argv) > 2:
            raise KeyError("x")
except KeyError:
    pass
os.write(2, b"after\\n")
sys.__stderr__.write("restored\\n")
"""


def run(tmp_path, *more):
    log = tmp_path / "log"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, os.fspath(log), *more], capture_output=True, text=True
    )
    return done, log.read_text()


def test_what_libraries_write_goes_to_the_log_and_the_picture_to_the_terminal(tmp_path):
    done, log = run(tmp_path)
    assert done.returncode == 0
    assert log == "ALSA underrun\n"
    assert sorted(done.stderr.split()) == ["after", "picture", "restored"]


def test_all_is_put_back_after_a_failure(tmp_path):
    done, log = run(tmp_path, "fail")
    assert done.returncode == 0
    assert "restored" in done.stderr
    assert "after" in done.stderr
    assert "after" not in log
