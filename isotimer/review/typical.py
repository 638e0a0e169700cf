"""How far an athlete's own numbers vary by themselves: typical error, least detectable change."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.review.points import Point
from isotimer.review.quantile import chi2_quantile

OWN_FROM_SESSIONS = 5
"""From so many sessions on the athlete's own typical error is used."""

LITERATURE_MDC_PCT = (11.0, 31.0)
"""Least detectable change of hip strength on a load-cell rig between sessions (PMC8179216)."""

MDC95 = 1.96 * math.sqrt(2)
MDC90 = 1.645 * math.sqrt(2)
SWC_OF_OWN_CV = 0.3
SWC_BETWEEN = 0.2


@dataclass(frozen=True, slots=True)
class TypicalError:
    """The typical error of a series of sessions, and what it takes to call a change real."""

    sessions: int
    df: float
    """Equivalent degrees of freedom of the estimate; 0 if there is none."""
    te: float | None
    """In the unit of the values; None below 3 sessions."""
    te_pct: float | None
    """Log form, in %; None below 3 sessions or if a value is not above 0."""
    te_upper_pct: float | None
    """Upper 95 % limit of ``te_pct``."""
    mdc_low_pct: float
    mdc_pct: float
    """A change beyond this, in %, is real with 95 % confidence. From the literature: its upper end."""

    @property
    def own(self) -> bool:
        """Whether the limits come from the athlete's own sessions, not from the literature."""
        return self.sessions >= OWN_FROM_SESSIONS and self.te_pct is not None

    @property
    def mdc(self) -> float | None:
        """MDC95 in the unit of the values, from the athlete's own typical error."""
        return None if self.te is None else MDC95 * self.te

    @property
    def swc_pct(self) -> float | None:
        """Smallest worthwhile change for one athlete: 0.3 of the own variation; None if that is unknown."""
        return None if self.te_pct is None else SWC_OF_OWN_CV * self.te_pct


def typical_error(points: Sequence[Point]) -> TypicalError:
    """Return the typical error from the differences of successive sessions, SD(diff) / √2.

    Successive differences leave a slow trend out of the error. Their SD has about
    2 (m - 1)² / (3 m - 4) degrees of freedom for m differences (von Neumann 1941), fewer than m - 1,
    and the upper limit of the error follows from these. Below 5 sessions the limits are those of the
    literature (hip strength, 11 to 31 %), of which the upper one decides.

    Args:
        points: One value per session of one series.
    """
    values = np.array([p.value for p in sorted(points, key=lambda p: p.at)], np.float64)
    m = values.size - 1
    if m < 2:
        return TypicalError(values.size, 0.0, None, None, None, *LITERATURE_MDC_PCT)
    df = 2 * (m - 1) ** 2 / (3 * m - 4) if m > 2 else 1.0
    te = _sd_of_steps(values)
    if float(values.min()) <= 0:
        return TypicalError(values.size, df, te, None, None, *LITERATURE_MDC_PCT)
    te_log = _sd_of_steps(np.log(values))
    upper = te_log * math.sqrt(df / chi2_quantile(0.05, df))
    own = 100 * math.expm1(MDC95 * te_log)
    limits = (own, own) if values.size >= OWN_FROM_SESSIONS else LITERATURE_MDC_PCT
    return TypicalError(values.size, df, te, 100 * math.expm1(te_log), 100 * math.expm1(upper), *limits)


def _sd_of_steps(values: FloatArray) -> float:
    return float(np.std(np.diff(values), ddof=1)) / math.sqrt(2)


@dataclass(frozen=True, slots=True)
class Retest:
    """Test and retest of several athletes."""

    mean_change: float
    sd_diff: float
    te: float
    te_pct: float
    mdc95: float
    mdc90: float
    swc: float
    """0.2 of the SD between the athletes' means (Hopkins 2004)."""


def retest(first: Sequence[float], second: Sequence[float]) -> Retest:
    """Return the typical error of a test that everybody of a group did twice.

    Args:
        first: (n,) values above 0, n at least 2.
        second: (n,) values of the same athletes.
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    diff = b - a
    sd_diff = float(np.std(diff, ddof=1))
    te = sd_diff / math.sqrt(2)
    te_pct = 100 * math.expm1(float(np.std(np.log(b / a), ddof=1)) / math.sqrt(2))
    swc = SWC_BETWEEN * float(np.std((a + b) / 2, ddof=1))
    return Retest(float(diff.mean()), sd_diff, te, te_pct, MDC95 * te, MDC90 * te, swc)
