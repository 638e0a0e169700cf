"""isotimer is ended in the middle of everything, a few times; ``make crash`` does it 200 times."""

import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run.py")


@pytest.mark.skipif(sys.platform != "linux", reason="needs pseudo-terminals, signals and limits of Linux")
@pytest.mark.timeout(240)
def test_twenty_ends_at_random_moments_lose_nothing() -> None:
    words = [sys.executable, str(RUN), "--rounds", "20", "--jobs", "5", "--quick"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " lost" in done.stdout
