"""A simulated athlete on a simulated sensor, for the demo: played on a port that is opened as any other.

The athlete does what the app says, as a person would: hears the cue, pulls, holds, and lets go.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.hold import HoldEnded, HoldStarted, State, StateChanged
from isotimer.link.athlete import TrueHold
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import Endpoint, PtyEndpoint, TcpEndpoint
from isotimer.link.simulator import Simulator

RAMP_S = 0.5
HEARS_S = 0.4
"""Time from a cue to the beginning of the pull, or to letting go."""
SHAKE_HZ, SHAKE_N = 9.5, 1.0
WOBBLE_HZ, WOBBLE_N = 0.9, 2.0
SHAKE_FROM_S, SHAKE_DOUBLES_S = 6.0, 3.0
"""Shake is even for so long, then doubles every so many seconds."""
NOISE_N = 0.05


class CuedAthlete:
    """Pulls when the app says so.

    Args:
        tension_n: How hard.
    """

    def __init__(self, tension_n: float) -> None:
        self._tension_n = tension_n
        self._now_s = 0.0
        self._pulls: list[list[float]] = []
        self._lock = threading.Lock()

    def hear(self, news: object) -> None:
        """Take an event of the engine."""
        with self._lock:
            pulling = bool(self._pulls) and not np.isfinite(self._pulls[-1][1])
            starts = isinstance(news, HoldStarted) or (
                isinstance(news, StateChanged) and news.state is State.ARMED
            )
            if starts and not pulling:
                self._pulls.append([self._now_s + HEARS_S, np.inf])
            elif isinstance(news, HoldEnded) and pulling:
                self._pulls[-1][1] = self._now_s + HEARS_S

    def force(self, time_s: FloatArray) -> FloatArray:
        """Return the force in N at each time."""
        with self._lock:
            self._now_s = max(self._now_s, float(time_s[-1])) if len(time_s) else self._now_s
            pulls = [tuple(p) for p in self._pulls[-2:]]
        force = NOISE_N * np.sin(time_s * 9973.0) * np.sin(time_s * 3571.0)
        for start_s, end_s in pulls:
            force = force + self._pull(time_s, start_s, end_s)
        return force

    def hold(self, number: int) -> TrueHold | None:
        """Nothing is known ahead: the athlete waits for the app."""
        return None

    def _pull(self, time_s: FloatArray, start_s: float, end_s: float) -> FloatArray:
        since = time_s - start_s
        up = _raised(since / RAMP_S)
        down = _raised((end_s + RAMP_S - time_s) / RAMP_S) if np.isfinite(end_s) else 1.0
        growth = np.exp2(np.clip(since - SHAKE_FROM_S, 0.0, 12.0) / SHAKE_DOUBLES_S)
        shake = SHAKE_N * growth * np.sin(2 * np.pi * SHAKE_HZ * time_s)
        wobble = WOBBLE_N * np.sin(2 * np.pi * WOBBLE_HZ * time_s)
        return np.asarray(up * down * (self._tension_n + shake + wobble), np.float64)


def _raised(share: FloatArray) -> FloatArray:
    """Return a raised cosine from 0 to 1."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(share, 0.0, 1.0)), np.float64)


@dataclass(frozen=True, slots=True)
class SimulatedSensor:
    """A sensor that plays."""

    port: str
    athlete: CuedAthlete


@contextmanager
def simulated_sensor(device: str, folders: Sequence[Path], tension_n: float) -> Iterator[SimulatedSensor]:
    """Play a device while the context lasts.

    Raises:
        WrongUseError: If there is no such device file.
        DataError: If the device file is not valid.
    """
    profile = find_profile(device, folders)
    athlete = CuedAthlete(tension_n)
    endpoint: Endpoint = TcpEndpoint("127.0.0.1", 0) if sys.platform == "win32" else PtyEndpoint()
    with Simulator(profile, athlete, endpoint) as simulator:
        yield SimulatedSensor(simulator.address, athlete)
