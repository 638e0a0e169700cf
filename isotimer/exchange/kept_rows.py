"""The rows of a file that are kept: all of them, those of some stretch of time, or only their course."""

from array import array

import numpy as np

from isotimer.core.block import FloatArray, IntArray
from isotimer.exchange.number_columns import Table, doubles
from isotimer.exchange.outline import Outline
from isotimer.exchange.row_order import RowOrder

EPOCH_S = 1e6
"""Times beyond this many seconds count from a date; they are told from the first sample instead."""


class KeptRows:
    """Takes a file's rows in their order.

    Args:
        seconds_per: Seconds per unit of the time column.
        within_s: Keep only rows between these times, in s; all if None.
        most: Keep the course only, once there are more rows.
    """

    def __init__(self, seconds_per: float, within_s: tuple[float, float] | None, most: int) -> None:
        self.order = RowOrder()
        self.outline = Outline()
        self.cut = False
        """Whether the last line was cut off and left out."""
        self.is_long = False
        """Whether there were too many rows, so that none is kept."""
        self.is_past = False
        """Whether rows have come that lie beyond all that is wanted."""
        self._seconds_per = seconds_per
        self._within_s = within_s
        self._most = most
        self._time, self._force = array("d"), array("d")
        self._zero = array("q")

    @property
    def offset(self) -> float:
        """What is taken off times that count from a date, in the file's own unit; 0 mostly."""
        return self.order.first if abs(self.order.first * self._seconds_per) > EPOCH_S else 0.0

    def seconds(self, time: float) -> float:
        """Return a time of the file in s."""
        return (time - self.offset) * self._seconds_per

    def take(self, table: Table) -> None:
        """Take the next rows."""
        self.cut = self.cut or bool(table.cut)
        self.order.feed(table)
        time, force = table.arrays()
        if not time.size:
            return
        seconds = (time - self.offset) * self._seconds_per
        if self._within_s is None:
            self.outline.feed(seconds, force)
        zero = np.frombuffer(table.zero_rows, np.int64) if len(table.zero_rows) else np.empty(0, np.int64)
        if self._within_s is not None:
            low, high = self._within_s
            inside = (seconds >= low) & (seconds <= high)
            self.is_past = bool(np.nanmin(seconds, initial=np.inf) > high)
            new_place = np.cumsum(inside) - 1
            time, force, zero = time[inside], force[inside], new_place[zero[inside[zero]]]
        if self.is_long or len(self._time) + time.size > self._most:
            self.is_long = True
            self._time, self._force, self._zero = array("d"), array("d"), array("q")
            return
        for mine, new in ((self._zero, zero + len(self._time)), (self._time, time), (self._force, force)):
            mine.frombytes(np.ascontiguousarray(new).data.cast("B"))

    @property
    def zero_rows(self) -> IntArray:
        """(z,) the kept rows in which every channel is exactly zero."""
        return np.frombuffer(self._zero, np.int64) if len(self._zero) else np.empty(0, np.int64)

    def arrays(self) -> tuple[FloatArray, FloatArray]:
        """Return (time, force) of the kept rows, in the file's own units."""
        return doubles(self._time), doubles(self._force)
