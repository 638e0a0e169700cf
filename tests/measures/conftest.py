"""Holds to measure: the reference recordings, and made ones with a known truth."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import FloatArray
from isotimer.measures.measure import Value
from isotimer.measures.table import compute
from isotimer.measures.trace import Trace


@pytest.fixture(scope="session")
def synthetic(shared_data: Path) -> Callable[[str], tuple[FloatArray, FloatArray]]:
    """Load (time_s, force_n) of a synthetic hold of 40 s."""

    @cache
    def load(name: str) -> tuple[FloatArray, FloatArray]:
        time, force = np.loadtxt(shared_data / "synthetic" / f"{name}.csv", delimiter=",", skiprows=1).T
        return time, force

    return load


@pytest.fixture(scope="session")
def posture(shared_data: Path) -> Callable[[str], tuple[FloatArray, FloatArray]]:
    """Load (time_s, vertical force_n) of a minute of quiet standing."""

    @cache
    def load(name: str) -> tuple[FloatArray, FloatArray]:
        table = np.loadtxt(shared_data / "posture-bds" / f"{name}.txt", skiprows=1)
        return table[:, 0], table[:, 3]

    return load


@pytest.fixture(scope="session")
def values() -> Callable[[Trace], dict[str, Value]]:
    """Compute all measures of a trace, by id."""
    return lambda trace: {v.id: v for v in compute(trace)}


@pytest.fixture(scope="session")
def pull() -> Callable[..., tuple[FloatArray, FloatArray]]:
    """Make (time_s, force_n) of a pull: 3 s of rest, a ramp, a hold, a release, rest."""

    def make(
        rate_hz: float = 1000.0,
        hold_s: float = 20.0,
        tension_n: float = 300.0,
        ramp_s: float = 0.3,
        noise_n: float = 0.05,
        after_s: float = 3.0,
        seed: int = 1,
    ) -> tuple[FloatArray, FloatArray]:
        time = np.arange(round(-3 * rate_hz), round((hold_s + after_s) * rate_hz)) / rate_hz
        shape = np.clip(time / ramp_s, 0, 1) * (time < hold_s)
        return time, tension_n * shape + np.random.default_rng(seed).normal(0, noise_n, time.size)

    return make
