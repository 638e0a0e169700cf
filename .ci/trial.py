"""Try an installed isotimer outside the checkout: the verbs, and one real hold on a simulated sensor.

Usage: trial.py PATH_OF_ISOTIMER
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEVICE = "chronojump-force-sensor"
TENSION_N = 300.0
HOLD_S = 3.0
PORT_WAIT_S = 30.0


def run(isotimer: Path, *words: str) -> str:
    """Run one command to its end and return what it printed; a failure ends the trial."""
    print("$ isotimer", *words, flush=True)
    done = subprocess.run(
        [isotimer, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def try_verbs(isotimer: Path) -> None:
    """Run the verbs that need no sensor."""
    for words in (("--version",), ("positions",), ("devices", "show", DEVICE), ("doctor",)):
        if not run(isotimer, *words).strip():
            sys.exit("it printed nothing")


def try_hold(isotimer: Path, folder: Path) -> None:
    """Run one hold on a simulated sensor and check the numbers and the export."""
    port_file = folder / "port"
    simulate = ["simulate", DEVICE, "--tension", str(TENSION_N), "--hold", str(HOLD_S + 2), "--seed", "1"]
    print("$ isotimer", *simulate, "&", flush=True)
    with subprocess.Popen(
        [isotimer, *simulate, "--port-file", port_file], stdin=subprocess.DEVNULL
    ) as simulator:
        try:
            port = wait_for_port(port_file, simulator)
            hold = ["hold", "standing-band-hip-flexion", "--side", "left", "--seconds", str(HOLD_S)]
            hold += ["--start", "force", "--target", f"{TENSION_N:.0f}N", "--port", port, "--device", DEVICE]
            check_hold(
                json.loads(run(isotimer, *hold, "--athlete", "Ana", "--db", str(folder / "d.db"), "--json"))
            )
        finally:
            simulator.terminate()
    run(isotimer, "export", "--db", str(folder / "d.db"), "--to", str(folder / "out"))
    if not any(path.suffix == ".csv" for path in (folder / "out").rglob("*")):
        sys.exit("the export holds no CSV file")


def wait_for_port(port_file: Path, simulator: "subprocess.Popen[bytes]") -> str:
    """Return the port that the simulator wrote, as soon as it is there."""
    until_s = time.monotonic() + PORT_WAIT_S
    while time.monotonic() < until_s and simulator.poll() is None:
        if port_file.exists() and (port := port_file.read_text().strip()):
            return port
        time.sleep(0.05)
    sys.exit(f"no port from the simulator (exit code {simulator.poll()})")


def check_hold(hold: dict) -> None:
    """Compare one hold with what the simulator was told to play."""
    print(json.dumps(hold, indent=1))
    wrong = []
    if hold["end"] != "completed":
        wrong.append(f"end is {hold['end']!r}")
    if not abs(hold["hold_s"] - HOLD_S) <= 1 / 80:
        wrong.append(f"hold_s is {hold['hold_s']}")
    if not abs(hold["rate_hz"] / 87.5 - 1) <= 0.01:
        wrong.append(f"rate_hz is {hold['rate_hz']}")
    if not abs(hold["measures"]["tension_mean_n"]["value"] / TENSION_N - 1) <= 0.02:
        wrong.append(f"mean tension is {hold['measures']['tension_mean_n']}")
    if hold["gaps"]:
        wrong.append(f"gaps: {hold['gaps']}")
    if wrong:
        sys.exit("; ".join(wrong))


def main() -> None:
    """Try everything in a folder of its own, with no settings but its own."""
    isotimer = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        os.environ |= {"HOME": name, "XDG_DATA_HOME": f"{name}/data", "XDG_CONFIG_HOME": f"{name}/config"}
        os.environ.pop("ISOTIMER_DB", None)
        try_verbs(isotimer)
        try_hold(isotimer, folder)
    print("trial passed")


if __name__ == "__main__":
    main()
