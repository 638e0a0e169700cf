"""What numbers cost: all measures of a long, fast hold, and the live view per frame."""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from scipy import signal

from isotimer.measures.live import LiveShake
from isotimer.measures.table import compute
from isotimer.measures.trace import Trace

RATE_HZ = 1000.0
HOLD_S = 60.0
BEFORE_S, AFTER_S = 4.0, 2.0
ROUNDS = 15
FRAME = 33
"""Samples at 1000 Hz between two frames of a screen at 30 frames per second."""
LIVE_S = 30.0


def measures_cost() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the row of all measures of a hold of 60 s at 1000 Hz."""
    time_s, force_n = _hold()
    held = force_n[(time_s >= 0) & (time_s < HOLD_S)]
    band = signal.butter(4, [4, 15], "bandpass", fs=RATE_HZ, output="sos")

    def ours() -> None:
        compute(
            Trace(
                time_s,
                force_n,
                HOLD_S,
                HOLD_S,
                mode="track",
                end="completed",
                target_n=300.0,
                low_n=285.0,
                high_n=315.0,
                target_path_n=np.full(time_s.size, 300.0),
                cue_s=-0.5,
                filter_delay_s=0.0,
            )
        )

    def bare() -> None:
        signal.welch(held, RATE_HZ, nperseg=2000, detrend="linear")
        signal.sosfiltfilt(band, held)

    mine, plain = _medians(ours, bare)
    yield (
        "all measures, 60 s at 1000 Hz",
        f"{mine * 1e3:.1f} ms",
        f"{plain * 1e3:.1f} ms",
        f"{mine / plain:.1f}x",
        "<= 4x scipy's welch + one sosfiltfilt",
    )


def live_cost() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the row of the live view, 33 samples at a time at 1000 Hz during a hold."""
    time_s, force_n = _hold()
    live = LiveShake(0.02)
    live.begin(1000.0, 285.0)
    took = []
    for k in range(0, round((BEFORE_S + LIVE_S) * RATE_HZ), FRAME):
        times, values = time_s[k : k + FRAME] + 1000.0, force_n[k : k + FRAME]
        start = time.perf_counter()
        live.feed(times, values)
        took.append(time.perf_counter() - start)
    median, worst = statistics.median(took), sorted(took)[int(0.99 * len(took))]
    yield (
        f"live shake per {FRAME} samples, median",
        f"{median * 1e6:.0f} us",
        "-",
        "-",
        f"<= 1000 us (99 %: {worst * 1e6:.0f} us)",
    )


def _hold() -> tuple[np.ndarray, np.ndarray]:
    """Return (time_s, force_n) of a hold with wobble, shake and noise, rest before and after."""
    time_s = np.arange(-BEFORE_S, HOLD_S + AFTER_S, 1 / RATE_HZ)
    noise = np.random.default_rng(4).normal(0, 0.05, time_s.size)
    shake = 2 * np.sin(2 * np.pi * 9.3 * time_s) + 3 * np.sin(2 * np.pi * 1.1 * time_s)
    return time_s, (300 + shake) * np.clip(time_s / 0.3, 0, 1) * (time_s < HOLD_S) + noise


def _medians(*jobs: Callable[[], None]) -> list[float]:
    """Return the median time of each job, the jobs taking turns."""
    took: list[list[float]] = [[] for _ in jobs]
    for _ in range(ROUNDS + 1):
        for job, times in zip(jobs, took, strict=True):
            start = time.perf_counter()
            job()
            times.append(time.perf_counter() - start)
    return [statistics.median(times[1:]) for times in took]
