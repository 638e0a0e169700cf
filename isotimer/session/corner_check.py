"""A rig checked: a known weight on one corner after the other, and how far the zeros have moved."""

import time

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import IsotimerError
from isotimer.core.rig_press import CornerError, corner_error
from isotimer.core.units import NEWTONS
from isotimer.session.multi import RigAcquisition

READ_S = 1.0
MOVED_N = 2.0
"""An unloaded cell that reads more than this has moved from its zero (science: zero drift)."""


class CornerCheck:
    """Checks the corners of one rig; nothing is changed or kept.

    Args:
        sensor: The rig; samples flow.

    Raises:
        IsotimerError: If it gives no newtons.
    """

    def __init__(self, sensor: RigAcquisition) -> None:
        if sensor.calibration.unit != NEWTONS:
            raise IsotimerError("cannot check the corners", "the rig is not calibrated", "calibrate it first")
        self._sensor = sensor
        self._before: FloatArray | None = None
        self.found: tuple[CornerError, ...] = ()
        """The corners checked so far."""

    def reading(self) -> FloatArray:
        """Return (c,) the forces of this moment.

        Raises:
            IsotimerError: If a channel sends nothing.
        """
        recent = self._sensor.ring.since(time.monotonic() - READ_S - 0.3).force_n
        recent = recent[np.isfinite(recent).all(axis=1)]
        if len(recent) < 5:
            raise IsotimerError("cannot read the rig", "it sends too little", "wait a moment, then again")
        return np.asarray(np.median(recent, axis=0))

    def empty(self) -> tuple[str, ...]:
        """Take the reading without a weight; return a sentence for each zero that has moved.

        Raises:
            IsotimerError: If a channel sends nothing.
        """
        self._before = self.reading()
        names = self._sensor.rig.names
        return tuple(
            f"{name} reads {value:+.1f} N with nothing on it: tare it"
            for name, value in zip(names, self._before.tolist(), strict=True)
            if abs(value) > MOVED_N
        )

    def take(self, mass_kg: float) -> CornerError:
        """Take the reading with a known weight on one corner.

        Raises:
            IsotimerError: If the weight is none or not seen, or ``empty`` was not taken.
        """
        if self._before is None:
            raise IsotimerError("cannot check a corner", "the empty reading is missing", "take it first")
        error = corner_error(self._sensor.rig, self._before, self.reading(), mass_kg)
        self.found = (*(f for f in self.found if f.name != error.name), error)
        return error
