"""A sensor watched for a while: measured rate, jitter, gaps, rejected frames, noise."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from isotimer.core.block import Block, Flag
from isotimer.core.units import COUNTS
from isotimer.measures.noise import Noise, noise_by_band, unrest
from isotimer.session.acquisition import Acquisition


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What was seen on a line."""

    seconds: float
    samples: int
    rate_hz: float | None
    jitter_ms: float | None
    """SD of the normal time steps."""
    gaps: tuple[tuple[float, float], ...]
    """(at_s, length_s) from the first sample."""
    rejected: dict[str, int]
    unit: str
    noise: Noise
    """Mean, SD, drift and RMS by band, in ``unit``."""
    no_floor: str = ""
    """Why the noise in the shake band is not the noise floor of the sensor; empty if it is."""

    @property
    def noise_floor_n(self) -> float | None:
        """RMS of the unloaded sensor in the shake band; None if ``no_floor`` says why not."""
        return None if self.no_floor else self.noise.rms("shake")

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "seconds": self.seconds,
            "samples": self.samples,
            "rate_hz": self.rate_hz,
            "jitter_ms": self.jitter_ms,
            "gaps": [{"at_s": at, "length_s": length} for at, length in self.gaps],
            "rejected": self.rejected,
            "unit": self.unit,
            "mean": self.noise.mean,
            "sd": self.noise.sd,
            "drift_per_s": self.noise.drift_per_s,
            "noise": {
                b.band: {"rms": b.rms, "low_hz": b.low_hz, "high_hz": b.high_hz, "reason": b.reason}
                for b in self.noise.bands
            },
            "noise_floor": {"rms_n": self.noise_floor_n, "reason": self.no_floor},
        }


def watch(
    acquisition: Acquisition,
    blocks: list[Block],
    seconds: float,
    show: Callable[[float | None, float | None, str], None] = lambda value, rate_hz, message: None,
) -> WatchReport:
    """Watch a running sensor for so many seconds, and return what was seen.

    Args:
        acquisition: The sensor; samples flow.
        blocks: The list that its ``on_block`` fills.
        seconds: How long.
        show: Called ten times a second with (newest value, measured rate, trouble).
    """
    blocks.clear()
    until_s = time.monotonic() + seconds
    while (left_s := until_s - time.monotonic()) > 0:
        time.sleep(min(0.1, left_s))
        newest = float(blocks[-1].total_n[-1]) if blocks else None
        view = acquisition.view()
        show(newest, view.rate_hz, view.message)
    channels = len(acquisition.connection.profile.channel)
    seen = Block.join(blocks) if blocks else Block.empty(channels, acquisition.calibration.unit)
    return summarise(seen, {str(cause): n for cause, n in acquisition.decoder.counts.items()}, seconds)


def summarise(seen: Block, rejected: dict[str, int], seconds: float) -> WatchReport:
    """Return the report of what came within so many seconds."""
    steps = np.diff(seen.time_s)
    gap = (seen.flags[1:] & Flag.GAP_BEFORE) != 0
    normal = steps[~gap]
    enough = len(normal) >= 8
    noise = noise_by_band(seen.time_s, seen.total_n)
    return WatchReport(
        seconds=seconds,
        samples=int(np.isfinite(seen.total_n).sum()),
        rate_hz=len(normal) / float(normal.sum()) if enough else None,
        jitter_ms=float(normal.std()) * 1e3 if enough else None,
        gaps=tuple(
            (float(seen.time_s[i] - seen.time_s[0]), float(steps[i])) for i in np.flatnonzero(gap).tolist()
        ),
        rejected=rejected,
        unit=seen.unit,
        noise=noise,
        no_floor=_no_floor(seen, noise),
    )


def _no_floor(seen: Block, noise: Noise) -> str:
    if seen.unit == COUNTS:
        return "the sensor is not calibrated"
    shake = next(band for band in noise.bands if band.band == "shake")
    return shake.reason or unrest(seen.time_s, seen.total_n)
