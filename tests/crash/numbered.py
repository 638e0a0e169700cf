"""A sensor at 80 Hz whose every sample carries its number and is sent at a known time; many on one thread."""

import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise

from isotimer.link.endpoint import PtyEndpoint

PROFILE = "chronojump-force-sensor"
RATE_HZ = 80
BASE = 20_000
"""Value of the first sample, in hundredths: 200 N, so that every sample is a pull."""


@dataclass(eq=False)
class Numbered:
    """One such sensor on a pseudo-terminal."""

    endpoint: PtyEndpoint = field(default_factory=PtyEndpoint)
    started_s: float = 0.0
    """When its stream was asked for; 0 before."""
    sent_s: list[float] = field(default_factory=list)
    """Time of each sample."""
    _heard: bytes = b""

    def serve(self) -> None:
        """Hear what is asked and send what is due."""
        self.endpoint.client()
        self._heard = (self._heard + self.endpoint.receive())[-200:]
        now_s = time.monotonic()
        if not self.started_s:
            if b"start_capture:" not in self._heard:
                return
            self.started_s = now_s
            self.endpoint.send(b"Starting capture...\r\n")
        due = int((now_s - self.started_s) * RATE_HZ)
        first = len(self.sent_s)
        if due > first:
            numbers = [(i * 1_000_000 // RATE_HZ, BASE + i) for i in range(first, due)]
            self.endpoint.send(b"".join(b"%d;%d.%02d\r\n" % (us, *divmod(v, 100)) for us, v in numbers))
            self.sent_s += [now_s] * (due - first)

    def late_s(self, until_s: float, over_s: float = 1.5) -> float:
        """Return the longest time that nothing was sent shortly before: how busy the machine was."""
        times = [t for t in self.sent_s[-400:] if until_s - over_s <= t <= until_s]
        return max((b - a for a, b in pairwise(times)), default=0.0)


class Sensors:
    """The thread that serves them all."""

    def __init__(self) -> None:
        self._all: list[Numbered] = []
        self._lock = threading.Lock()
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sensors", daemon=True)

    def __enter__(self) -> "Sensors":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leave.set()
        self._thread.join()

    def add(self) -> Numbered:
        """Return a new sensor, served from now on."""
        sensor = Numbered()
        with self._lock:
            self._all.append(sensor)
        return sensor

    def remove(self, sensor: Numbered) -> None:
        """Serve it no more."""
        with self._lock:
            self._all.remove(sensor)
        sensor.endpoint.hang_up()

    def _run(self) -> None:
        while not self._leave.wait(0.008):
            with self._lock:
                for sensor in self._all:
                    sensor.serve()
