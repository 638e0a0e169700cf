"""scipy is loaded when it is needed, not before, and never by the live view."""

import subprocess
import sys

PROGRAM = """
import sys
import numpy as np
import isotimer.measures.table, isotimer.measures.live, isotimer.measures.noise, isotimer.measures.trial
import isotimer.measures.entropy
live = isotimer.measures.live.LiveShake()
live.begin(0.0)
time = np.arange(0, 15, 0.01)
assert live.feed(time, 300 + np.sin(62.8 * time) * (1 + 4 * (time > 10))).onset_s is not None
assert not [m for m in sys.modules if m.split(".")[0] == "scipy"], "scipy is loaded"
from isotimer.measures.lazy import preload
preload()
assert "scipy.signal" in sys.modules and "scipy.interpolate" in sys.modules
"""


def test_importing_measures_loads_no_scipy():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
