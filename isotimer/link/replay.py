"""A recorded force that pulls on a simulated sensor."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError
from isotimer.link.athlete import TrueHold

_COLUMNS = ("time_s", "force_n")


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """A force between recorded points, linear; played once, nothing before and after."""

    time_s: FloatArray
    """(n,) s, rising from 0."""
    force_n: FloatArray
    """(n,) N."""

    def force(self, time_s: FloatArray) -> FloatArray:
        """Return the force at each time since the start, (n,) N."""
        force: FloatArray = np.interp(time_s, self.time_s, self.force_n, left=0.0, right=0.0)
        return force

    def hold(self, number: int) -> TrueHold | None:
        """Return None: of a recording no hold is known."""
        return None


def read_replay(path: Path) -> Replay:
    """Return the force in a CSV file with the columns time_s and force_n; its first time becomes 0.

    Raises:
        DataError: If the file cannot be read, lacks a column, or a value is no number or no rising time.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [c for c in _COLUMNS if c not in (rows.fieldnames or ())]
            if missing:
                raise DataError(
                    f"cannot play {path}", f"there is no column {missing[0]}", "name it in the first row"
                )
            points = np.array([[float(row[c]) for c in _COLUMNS] for row in rows])
    except OSError as e:
        raise DataError(f"cannot read {path}", e.strerror or "", "check the path") from None
    except (ValueError, TypeError, csv.Error) as e:
        raise DataError(f"cannot play {path}", str(e), "correct that value") from None
    if len(points) < 2 or not np.isfinite(points).all() or (np.diff(points[:, 0]) <= 0).any():
        raise DataError(
            f"cannot play {path}",
            "it needs two or more rows of numbers, with rising times",
            "correct the file",
        )
    return Replay(points[:, 0] - points[0, 0], points[:, 1])
