"""A synthetic athlete: tension over time whose truth is known exactly. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isotimer.core.block import FloatArray
from isotimer.core.errors import WrongUseError

SHAKE_QUIET_S = 8.0
"""Shake that is to double stays constant for this long, or for 2/3 of the doubling time if that is less."""

SHAKE_LIMIT = 8.0
"""Growing shake stops growing at this many times its first amplitude."""

CROSSING_SHARES = (0.05, 0.1, 0.2, 0.25, 0.5)
"""Shares of the tension whose crossing times the truth lists; wobble and shake are nil up to one half."""


class ForceSource(Protocol):
    """Anything that pulls on a simulated sensor."""

    def force(self, time_s: FloatArray) -> FloatArray:
        """Return the force in N at each time since the start; a function of time alone."""
        ...

    def hold(self, number: int) -> "TrueHold | None":
        """Return hold ``number`` (from 0), or None if there is no such hold."""
        ...


@dataclass(frozen=True, slots=True)
class TrueHold:
    """What is known of one simulated hold. Times in s since the athlete began."""

    number: int
    start_s: float
    """Upward crossing of half the tension."""
    end_s: float
    """Downward crossing of half the tension."""
    flat_from_s: float
    flat_to_s: float
    """The flat part: after the ramp, before the release."""
    tension_n: float
    mean_n: float
    """Mean over the flat part, without noise."""
    wobble_hz: float
    wobble_rms_n: float
    shake_hz: float
    shake_rms_n: float
    """RMS of the shake before it grows."""
    shake_rms_flat_n: float
    """RMS of the shake over the flat part."""
    shake_grows_from_s: float | None
    """Time into the hold until which shake is constant; None if it never grows."""
    shake_doubles_at_s: float | None
    """Time into the hold at which the shake has doubled; None if it does not within the hold."""
    noise_rms_n: float
    crossings: tuple[tuple[float, float, float], ...]
    """(share of the tension, upward crossing, downward crossing) for ``CROSSING_SHARES``."""

    @property
    def hold_s(self) -> float:
        """Time between the two crossings of half the tension."""
        return self.end_s - self.start_s

    @property
    def over_s(self) -> float:
        """When the tension is back at zero."""
        return self.end_s + (self.end_s - self.flat_to_s)


@dataclass(frozen=True, slots=True)
class AthleteModel:
    """An athlete who rests, pulls, holds and lets go, again and again.

    A cycle is rest, ramp, hold, release; ramp and release are raised cosines. Drift, wobble and
    shake come in above half the tension only, so both crossings of half the tension are exact
    and ``hold_s`` lies between them. The force is a function of time alone: any chunking of the
    time axis gives the same samples, noise included.

    Raises:
        WrongUseError: If lengths or sizes contradict each other.
    """

    tension_n: float = 250.0
    ramp_s: float = 0.5
    hold_s: float = 10.0
    release_s: float = 0.2
    rest_s: float = 5.0
    lead_s: float | None = None
    """The first rest; like the others if None."""
    drift_n_s: float = 0.0
    """Rise of the tension during a hold, N/s; negative where the athlete tires."""
    wobble_hz: float = 1.0
    wobble_n: float | None = None
    """Amplitude of the slow swaying, N; 1 % of the tension if None."""
    shake_hz: float = 9.5
    shake_n: float | None = None
    """Amplitude of the shake, N; 0.4 % of the tension if None."""
    shake_doubles_at_s: float | None = None
    """Time into the hold at which the shake has doubled; it then grows on linearly up to ``SHAKE_LIMIT``."""
    noise_n: float = 0.05
    """Standard deviation of white sensor noise, N; always there."""
    seed: int = 0
    cycles: int | None = None
    """Holds until the athlete only rests; endless if None."""

    def __post_init__(self) -> None:
        for name in _SIZES:
            _check(name, getattr(self, name))
        if self.tension_n == 0 or self.hold_s == 0:
            raise WrongUseError("a simulated hold needs a tension and a length above 0")
        if self.shake_doubles_at_s == 0:
            raise WrongUseError("the shake cannot double at the start of a hold", "", "give a time above 0")
        if self.hold_s < (self.ramp_s + self.release_s) / 2:
            raise WrongUseError(
                "the simulated hold is shorter than its ramp and release",
                f"{self.hold_s:g} s against half of {self.ramp_s:g} s and {self.release_s:g} s",
                "give a longer --hold or a shorter --ramp",
            )
        if not math.isfinite(self.drift_n_s) or self.drift_n_s * self.hold_s <= -self.tension_n / 2:
            raise WrongUseError(
                "the drift takes the tension below half before the hold ends",
                f"{self.drift_n_s:g} N/s for {self.hold_s:g} s from {self.tension_n:g} N",
                "give a smaller drift or a shorter hold",
            )

    @property
    def first_rest_s(self) -> float:
        """Time until the first ramp begins."""
        return self.rest_s if self.lead_s is None else self.lead_s

    @property
    def period_s(self) -> float:
        """Time from one hold to the next."""
        return self.rest_s + self.ramp_s / 2 + self.hold_s + self.release_s / 2

    @property
    def wobble_amplitude_n(self) -> float:
        """Amplitude of the wobble, N."""
        return 0.01 * self.tension_n if self.wobble_n is None else self.wobble_n

    @property
    def shake_amplitude_n(self) -> float:
        """Amplitude of the shake before it grows, N."""
        return 0.004 * self.tension_n if self.shake_n is None else self.shake_n

    @property
    def shake_quiet_s(self) -> float | None:
        """Time into the hold until which the shake is constant; None if it never grows."""
        doubles_s = self.shake_doubles_at_s
        return None if doubles_s is None else min(SHAKE_QUIET_S, doubles_s * 2 / 3)

    def force(self, time_s: FloatArray) -> FloatArray:
        """Return the force at each time, noise included.

        Args:
            time_s: (n,) times since the athlete began, s, in any order.

        Returns:
            (n,) N.
        """
        return self.clean(time_s) + self.noise_n * gauss(time_s, self.seed)

    def clean(self, time_s: FloatArray) -> FloatArray:
        """Return the force at each time without noise, (n,) N."""
        if self.cycles == 0:
            return np.zeros(np.shape(time_s))
        into_s, cycle = self._into_hold(time_s)
        envelope = self._envelope(into_s)
        sway = self.drift_n_s * into_s
        sway += self.wobble_amplitude_n * np.sin(
            2 * np.pi * (self.wobble_hz * into_s + _uniform(cycle, self.seed ^ 0x57))
        )
        sway += self.shake_amplitude(into_s) * np.sin(
            2 * np.pi * (self.shake_hz * into_s + _uniform(cycle, self.seed ^ 0x5A))
        )
        force: FloatArray = self.tension_n * envelope + np.clip(2 * envelope - 1, 0, 1) * sway
        return force

    def shake_amplitude(self, into_s: FloatArray) -> FloatArray:
        """Return the amplitude of the shake at times into the hold, (n,) N."""
        quiet_s, doubles_s = self.shake_quiet_s, self.shake_doubles_at_s
        if quiet_s is None or doubles_s is None:
            return np.full(np.shape(into_s), self.shake_amplitude_n)
        growth = 1 + (into_s - quiet_s) / (doubles_s - quiet_s)
        amplitude: FloatArray = self.shake_amplitude_n * np.clip(growth, 1, SHAKE_LIMIT)
        return amplitude

    def hold(self, number: int) -> TrueHold | None:
        """Return the truth of hold ``number`` (from 0), or None after the last one."""
        if self.cycles is not None and number >= self.cycles:
            return None
        start_s = self.first_rest_s + self.ramp_s / 2 + number * self.period_s
        end_s = start_s + self.hold_s
        flat_from_s, flat_to_s = start_s + self.ramp_s / 2, end_s - self.release_s / 2
        grid_s = np.linspace(flat_from_s, flat_to_s, max(2, int((flat_to_s - flat_from_s) * 1000)))
        doubles_s = self.shake_doubles_at_s
        return TrueHold(
            number=number,
            start_s=start_s,
            end_s=end_s,
            flat_from_s=flat_from_s,
            flat_to_s=flat_to_s,
            tension_n=self.tension_n,
            mean_n=float(self.clean(grid_s).mean()),
            wobble_hz=self.wobble_hz,
            wobble_rms_n=self.wobble_amplitude_n / math.sqrt(2),
            shake_hz=self.shake_hz,
            shake_rms_n=self.shake_amplitude_n / math.sqrt(2),
            shake_rms_flat_n=math.sqrt(float(np.mean(self.shake_amplitude(grid_s - start_s) ** 2)) / 2),
            shake_grows_from_s=self.shake_quiet_s,
            shake_doubles_at_s=doubles_s if doubles_s is not None and doubles_s < self.hold_s else None,
            noise_rms_n=self.noise_n,
            crossings=tuple(self._crossings(start_s, end_s)),
        )

    def _crossings(self, start_s: float, end_s: float) -> Iterator[tuple[float, float, float]]:
        for share in CROSSING_SHARES:
            before = 0.5 - math.acos(1 - 2 * share) / math.pi
            yield share, start_s - before * self.ramp_s, end_s + before * self.release_s

    def _into_hold(self, time_s: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
        """Return (seconds since the upward crossing of the nearest hold's cycle, its number)."""
        since_s = np.asarray(time_s, float) - self.first_rest_s
        cycle = np.maximum(np.floor(since_s / self.period_s), 0)
        if self.cycles is not None:
            cycle = np.minimum(cycle, self.cycles - 1)
        return since_s - cycle * self.period_s - self.ramp_s / 2, cycle.astype(np.int64)

    def _envelope(self, into_s: FloatArray) -> FloatArray:
        up = _raised_cosine(into_s, self.ramp_s)
        down = _raised_cosine(into_s - self.hold_s, self.release_s)
        return up * (1 - down)


def share_out(total_n: FloatArray, channels: int) -> FloatArray:
    """Return a total force spread over the channels by fixed shares; the channels add up to the total.

    Args:
        total_n: (n,) N.
        channels: Number of channels.

    Returns:
        (n, channels) N.
    """
    shares = {1: (1.0,), 2: (0.48, 0.52), 4: (0.22, 0.28, 0.27, 0.23)}.get(channels)
    return np.outer(total_n, shares or np.full(channels, 1 / channels))


_SIZES = {
    "tension_n": "tension",
    "ramp_s": "ramp",
    "hold_s": "hold",
    "release_s": "release",
    "rest_s": "rest",
    "lead_s": "first rest",
    "wobble_hz": "wobble frequency",
    "wobble_n": "wobble",
    "shake_hz": "shake frequency",
    "shake_n": "shake",
    "shake_doubles_at_s": "doubling time of the shake",
    "noise_n": "noise",
    "cycles": "number of holds",
}


def _check(name: str, value: float | None) -> None:
    if value is not None and not (math.isfinite(value) and value >= 0):
        raise WrongUseError(
            f"the simulated athlete's {_SIZES[name]} must be 0 or more", f"{value:g} was given"
        )


def _raised_cosine(centred_s: FloatArray, length_s: float) -> FloatArray:
    """Return a step from 0 to 1 around 0, half-way at 0."""
    if length_s == 0:
        step: FloatArray = (centred_s >= 0).astype(float)
        return step
    place = np.clip(centred_s / length_s + 0.5, 0, 1)
    rise: FloatArray = 0.5 - 0.5 * np.cos(np.pi * place)
    return rise


def _uniform(key: NDArray[np.int64], salt: int) -> FloatArray:
    """Return a number in (0, 1) for each key: splitmix64, a function of key and salt alone."""
    z = key.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z += np.uint64((salt * 0xD1342543DE82EF95 + 0x9E3779B97F4A7C15) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    uniform: FloatArray = ((z >> np.uint64(11)).astype(float) + 0.5) / 2**53
    return uniform


def gauss(time_s: FloatArray, seed: int) -> FloatArray:
    """Return standard normal noise as a function of time (to the ns) and seed (Box-Muller)."""
    key = np.rint(np.asarray(time_s, float) * 1e9).astype(np.int64)
    radius = np.sqrt(-2 * np.log(_uniform(key, seed * 2 + 0x1001)))
    noise: FloatArray = radius * np.cos(2 * np.pi * _uniform(key, seed * 2 + 0x2002))
    return noise
