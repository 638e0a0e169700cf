"""A simulated athlete on a simulated sensor, for the demo: played on a port that is opened as any other.

The athlete does what the app says, as a person would: hears the cue, pulls, holds, and lets go.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.cues import CueKind
from isotimer.core.hold import CueDue, GoPlanned, HoldEnded, HoldStarted, State, StateChanged
from isotimer.core.plan import HoldStep
from isotimer.link.athlete import TrueHold
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import Endpoint, PtyEndpoint, TcpEndpoint
from isotimer.link.simulator import Simulator

RAMP_S = 0.5
HEARS_S = 0.4
"""Time from a cue to the beginning of the pull, or to letting go."""
LAGS_S = 0.2
"""By how much a moving target is followed late."""
SHAKE_HZ, SHAKE_N = 9.5, 1.0
WOBBLE_HZ, WOBBLE_N = 0.9, 2.0
SHAKE_FROM_S, SHAKE_DOUBLES_S = 6.0, 3.0
"""Shake is even for so long, then doubles every so many seconds."""
NOISE_N = 0.05


@dataclass(slots=True, eq=False)
class _Pull:
    """One pull on the simulated sensor's own time."""

    start_s: float
    step: HoldStep | None = None
    """What is held; None while it is not known yet."""
    end_s: float = np.inf
    changes_s: list[float] = field(default_factory=list)
    """When the sides are changed."""


class CuedAthlete:
    """Pulls when the app says so: at the target where there is one, after the target where it moves.

    Args:
        tension_n: How hard without a target.
    """

    def __init__(self, tension_n: float) -> None:
        self._tension_n = tension_n
        self._now_s = 0.0
        self._pulls: list[_Pull] = []
        self._lock = threading.Lock()

    def hear(self, news: object) -> None:
        """Take an event of the engine."""
        with self._lock:
            pulling = bool(self._pulls) and not np.isfinite(self._pulls[-1].end_s)
            heard_s = self._now_s + HEARS_S
            if isinstance(news, GoPlanned) and pulling:
                # "Set" is no signal to pull.
                self._pulls.pop()
            elif isinstance(news, StateChanged) and news.state is State.ARMED and not pulling:
                self._pulls.append(_Pull(heard_s))
            elif isinstance(news, HoldStarted):
                if not pulling:
                    self._pulls.append(_Pull(heard_s))
                self._pulls[-1].step = news.step
            elif isinstance(news, HoldEnded) and pulling:
                self._pulls[-1].end_s = heard_s
            elif isinstance(news, CueDue) and news.kind is CueKind.SWITCH and pulling:
                self._pulls[-1].changes_s.append(heard_s)

    def force(self, time_s: FloatArray) -> FloatArray:
        """Return the force in N at each time."""
        with self._lock:
            self._now_s = max(self._now_s, float(time_s[-1])) if len(time_s) else self._now_s
            pulls = self._pulls[-2:]
        force = NOISE_N * np.sin(time_s * 9973.0) * np.sin(time_s * 3571.0)
        for pull in pulls:
            force = force + self._pull(time_s, pull)
        return force

    def hold(self, number: int) -> TrueHold | None:
        """Nothing is known ahead: the athlete waits for the app."""
        return None

    def _pull(self, time_s: FloatArray, pull: _Pull) -> FloatArray:
        since = time_s - pull.start_s
        up = _raised(since / RAMP_S)
        down = _raised((pull.end_s + RAMP_S - time_s) / RAMP_S) if np.isfinite(pull.end_s) else 1.0
        for changed_s in tuple(pull.changes_s):
            down = down * (1.0 - _raised(1.0 - np.abs(time_s - changed_s - RAMP_S) / RAMP_S))
        growth = np.exp2(np.clip(since - SHAKE_FROM_S, 0.0, 12.0) / SHAKE_DOUBLES_S)
        shake = SHAKE_N * growth * np.sin(2 * np.pi * SHAKE_HZ * time_s)
        wobble = WOBBLE_N * np.sin(2 * np.pi * WOBBLE_HZ * time_s)
        return np.asarray(up * down * (self._level(pull.step, since) + shake + wobble), np.float64)

    def _level(self, step: HoldStep | None, since_s: FloatArray) -> FloatArray:
        """Return how hard the athlete means to pull so long after the beginning of the pull, in N."""
        if step is None or step.target is None:
            return np.full(since_s.shape, self._tension_n)
        if step.path is None:
            return np.full(since_s.shape, step.target.force_n)
        return step.target.force_n * step.path.share_at(since_s + HEARS_S - LAGS_S)


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
