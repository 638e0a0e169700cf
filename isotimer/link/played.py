"""The record of what a simulator really played: the truth that a measurement is judged by."""

import json
import math
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError
from isotimer.link.athlete import ForceSource, TrueHold


@dataclass(slots=True)
class PlayedHold:
    """One hold of one stream, as far as it was played."""

    true: TrueHold
    samples: int = 0
    flat_samples: int = 0
    flat_sum_n: float = 0.0
    complete: bool = False

    def add(self, time_s: FloatArray, total_n: FloatArray) -> None:
        """Count samples that really left the device."""
        true = self.true
        self.samples += int(((time_s >= true.start_s) & (time_s <= true.end_s)).sum())
        flat = (time_s >= true.flat_from_s) & (time_s <= true.flat_to_s)
        self.flat_samples += int(flat.sum())
        self.flat_sum_n += float(total_n[flat].sum())


@dataclass(slots=True)
class PlayedStream:
    """What one stream sent, from its start to its stop."""

    number: int
    start_host_s: float
    """Host monotonic time, s, at which the device's and the athlete's clocks were 0."""
    rate_hz: float
    source: ForceSource
    end_host_s: float | None = None
    """When it stopped; None while it plays."""
    samples: int = 0
    first_s: float = math.nan
    last_s: float = math.nan
    holds: list[PlayedHold] = field(default_factory=list)
    faults: list[tuple[str, float, float]] = field(default_factory=list)
    _coming: TrueHold | None = None

    def add(self, time_s: FloatArray, total_n: FloatArray) -> bool:
        """Count samples that left the device; return whether a hold has begun or ended.

        Args:
            time_s: (n,) s since the start, rising.
            total_n: (n,) N.
        """
        if not len(time_s):
            return False
        self.samples += len(time_s)
        self.first_s = float(time_s[0]) if math.isnan(self.first_s) else self.first_s
        self.last_s = float(time_s[-1])
        news = False
        while True:
            current = self.holds[-1] if self.holds else None
            if current and not current.complete:
                current.add(time_s, total_n)
                if self.last_s < current.true.over_s:
                    return news
                current.complete = news = True
            if self._coming is None:
                self._coming = self.source.hold(len(self.holds))
            if self._coming is None or self.last_s < self._coming.start_s:
                return news
            self.holds.append(PlayedHold(self._coming))
            self._coming = None
            news = True

    def table(self) -> dict[str, Any]:
        """Return the stream as JSON values."""
        return {
            "stream": self.number,
            "start_host_s": self.start_host_s,
            "end_host_s": self.end_host_s,
            "rate_hz": self.rate_hz,
            "samples": self.samples,
            "first_sample_s": _number(self.first_s),
            "last_sample_s": _number(self.last_s),
        }

    def hold_tables(self) -> list[dict[str, Any]]:
        """Return the holds as JSON values; times in s of the device and of the host's monotonic clock."""
        return [self._hold(h) for h in self.holds]

    def fault_tables(self) -> list[dict[str, Any]]:
        """Return the faults that happened."""
        return [
            {
                "stream": self.number,
                "name": name,
                "at_s": at_s,
                "until_s": _number(until_s),
                "at_host_s": self.start_host_s + at_s,
                "until_host_s": _number(self.start_host_s + until_s),
            }
            for name, at_s, until_s in self.faults
        ]

    def _hold(self, hold: PlayedHold) -> dict[str, Any]:
        table = asdict(hold.true)
        for key in ("start_s", "end_s", "flat_from_s", "flat_to_s"):
            table[key.removesuffix("_s") + "_host_s"] = self.start_host_s + table[key]
        table["crossings"] = [
            {"share": share, "up_s": up_s, "down_s": down_s} for share, up_s, down_s in hold.true.crossings
        ]
        return {
            "stream": self.number,
            "complete": hold.complete,
            "hold_s": hold.true.hold_s,
            **table,
            "played_samples": hold.samples,
            "played_mean_n": hold.flat_sum_n / hold.flat_samples if hold.flat_samples else None,
        }


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds either the old or the new text, never half of it.

    Raises:
        DataError: If it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    except OSError as e:
        raise DataError(f"cannot write {path}", e.strerror or "", "choose another folder") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError as e:
        Path(name).unlink(missing_ok=True)
        raise DataError(f"cannot write {path}", e.strerror or "", "choose another place") from None


def write_json(path: Path, table: dict[str, Any]) -> None:
    """Write a JSON file whole; see ``write_whole``."""
    write_whole(path, json.dumps(table, indent=1, allow_nan=False) + "\n")


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
