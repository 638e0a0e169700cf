"""A force sensor at 1000 Hz on a pseudo-terminal that is unplugged at random: a process of its own.

``python unsteady_device.py LINK SECONDS SEED``. The link points to the terminal of the moment. On its
standard input it is told how many samples were read in all: only then is it unplugged, because what still
waits in the system is lost with any terminal that goes away. At the end the samples sent in each
connection are printed. Each sample says its number.
"""

import json
import os
import random
import select
import sys
import time
from pathlib import Path

from isotimer.link.endpoint import PtyEndpoint

RATE_HZ = 1000
PATIENCE_S = 20.0


def main() -> None:
    link, seconds, seed = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    end_s = time.monotonic() + seconds
    endpoint = PtyEndpoint()
    sent: list[int] = []
    while True:
        _point(link, endpoint.address)
        if not _await_start(endpoint):
            sys.exit("nobody started the stream")
        connected_s = min(chance.uniform(0.5, max(1.0, min(20.0, seconds / 4))), end_s - time.monotonic())
        sent.append(_stream(endpoint, connected_s))
        _await_read(endpoint, sum(sent))
        if time.monotonic() >= end_s:
            break
        if chance.random() < 0.5:
            endpoint.send(b"123456789;1")
        endpoint.hang_up()
        link.unlink()
        time.sleep(chance.uniform(0.05, 1.5))
        endpoint.reopen()
    print(json.dumps({"sent": sent, "dropped_bytes": endpoint.dropped}), flush=True)
    sys.stdin.read()


def _point(link: Path, address: str) -> None:
    new = link.with_suffix(".new")
    new.symlink_to(address)
    new.replace(link)


def _await_start(endpoint: PtyEndpoint) -> bool:
    heard, until_s = b"", time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        endpoint.wait(0.05)
        endpoint.client()
        heard += endpoint.receive()
        if b"start_capture:" in heard:
            endpoint.send(b"Starting capture...\r\n")
            return True
    return False


def _await_read(endpoint: PtyEndpoint, total: int) -> None:
    """Wait until all was read, but not for ever: what is missing then will be seen."""
    until_s, heard = time.monotonic() + PATIENCE_S, b""
    while time.monotonic() < until_s:
        endpoint.wait(0.01)
        if select.select([sys.stdin], [], [], 0)[0]:
            heard = (heard + os.read(sys.stdin.fileno(), 4096))[-200:]
            numbers = heard.split(b"\n")[:-1]
            if numbers and int(numbers[-1]) >= total:
                return


def _stream(endpoint: PtyEndpoint, seconds: float) -> int:
    """Send numbered samples at their times; return how many."""
    start_s = time.monotonic()
    number = 0
    while (elapsed_s := time.monotonic() - start_s) < seconds:
        due = int(elapsed_s * RATE_HZ)
        lines = [b"%d;%d.%02d\r\n" % (1000 * i + 1000, i % 10000 // 100, i % 100) for i in range(number, due)]
        if lines:
            endpoint.send(b"".join(lines))
            number = due
        endpoint.wait(0.003)
        endpoint.receive()
    return number


if __name__ == "__main__":
    main()
