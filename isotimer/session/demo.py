"""A simulated sensor in a process of its own, for the demo: the app treats it as any other."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isotimer.core.errors import IsotimerError

_START_S = 15.0


@contextmanager
def simulated_sensor(folder: Path, device: str, tension_n: float) -> Iterator[str]:
    """Play a device while the context lasts; gives the port to open.

    Raises:
        IsotimerError: If the simulator does not start.
    """
    port_file = folder / "port"
    words = ["simulate", device, "--tension", f"{tension_n:g}", "--hold", "15", "--rest", "6"]
    words += ["--shake-doubles-at", "9", "--port-file", str(port_file)]
    if sys.platform == "win32":
        words += ["--tcp", "127.0.0.1:0"]
    with (folder / "simulator.log").open("w+") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-m", "isotimer", *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            until_s = time.monotonic() + _START_S
            while not port_file.exists():
                if process.poll() is not None or time.monotonic() > until_s:
                    log.seek(0)
                    raise IsotimerError("the simulated sensor does not start", log.read().strip()[-300:])
                time.sleep(0.02)
            yield port_file.read_text().strip()
        finally:
            process.terminate()
            process.wait(timeout=5)
