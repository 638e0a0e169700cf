"""What the time column of a file is like, told row by row: where it begins and ends, where it goes back."""

from dataclasses import dataclass

import numpy as np

from isotimer.exchange.number_columns import Table

BACK_STEPS = 5.0
"""Rows out of order by at most so many mean steps are put in order later; more is another thing."""


@dataclass(slots=True)
class RowOrder:
    """Grows with each table; times are in the file's own unit."""

    rows: int = 0
    stamped: int = 0
    """Rows with a time."""
    valued: bool = False
    """Whether any row has a force."""
    first: float = 0.0
    low: float = np.inf
    high: float = -np.inf
    back: float = 0.0
    """The longest way back from one row to the next, below 0; 0 without one."""
    back_line: int = 0
    """The line in which time has gone back by that."""
    back_from: float = 0.0
    _last: float = np.nan

    def feed(self, table: Table) -> None:
        """Take the next rows."""
        time, force = table.arrays()
        self.rows += time.size
        self.valued = self.valued or bool(np.isfinite(force).any())
        rows = np.flatnonzero(np.isfinite(time))
        if not rows.size:
            return
        known = time if rows.size == time.size else time[rows]
        if not self.stamped:
            self.first = float(known[0])
        steps = np.diff(known, prepend=self._last if self.stamped else known[0])
        worst = int(np.argmin(steps))
        if steps[worst] < self.back:
            self.back = float(steps[worst])
            self.back_line = table.line_of(int(rows[worst]))
            self.back_from = float(known[worst] - steps[worst])
        self.stamped += rows.size
        self._last = float(known[-1])
        self.low, self.high = min(self.low, float(known.min())), max(self.high, float(known.max()))

    @property
    def spread(self) -> float:
        """From the first to the last time."""
        return self.high - self.low if self.stamped else 0.0

    @property
    def is_astray(self) -> bool:
        """Whether time goes back further than samples that were merely stored out of order do."""
        return self.back < -BACK_STEPS * self.spread / max(1, self.stamped)
