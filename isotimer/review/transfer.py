"""Does strength reach the track: what changed by how much, whether both go together, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.review import words
from isotimer.review.points import Point
from isotimer.review.quantile import t_quantile
from isotimer.review.rows import SprintKey, SprintRow, Timing
from isotimer.review.sprint import by_kind, expected_te_pct, hand_noise_pct, sprint_days
from isotimer.review.trend import theil_sen
from isotimer.review.typical import LITERATURE_MDC_PCT, MDC95, typical_error

MIN_PAIRS = 6
MIN_DETRENDED = 8
LAGS_DAYS = (0.0, 7.0, 14.0, 21.0, 28.0)
PAIR_WITHIN_DAYS = 5.0
SPRINT_SWC_PCT = 1.0
STRENGTH_SWC_PCT = 5.0
LEVEL = 0.90
CORRELATION_LEVEL = 0.95
ENDS = 3
"""At most so many sessions at each end are averaged."""


class Answer(StrEnum):
    """What came of it."""

    FASTER = "stronger and faster"
    NOT_FASTER = "stronger, not faster"
    NOT_SHOWN = "stronger, no gain on the track shown"
    FASTER_ALONE = "faster, no gain in strength shown"
    NOTHING = "no real change in strength or speed"
    TOO_LITTLE = "not enough data"


@dataclass(frozen=True, slots=True)
class Change:
    """From the first to the last sessions, in %; above 0 is better."""

    pct: float
    low_pct: float
    """Lower end of the 90 % interval."""
    high_pct: float
    n: int
    """Sessions."""
    ends: int
    """Sessions averaged at each end."""
    days: float
    te_pct: float
    """Typical error of one session that the interval rests on."""
    own: bool
    """Whether that is the athlete's own."""
    swc_pct: float

    @property
    def real(self) -> bool:
        """Whether it is a gain beyond both the typical error and the smallest worthwhile change."""
        return self.low_pct > 0 and self.pct > self.swc_pct

    @property
    def ruled_out(self) -> bool:
        """Whether a worthwhile gain is ruled out."""
        return self.high_pct < self.swc_pct


@dataclass(frozen=True, slots=True)
class Together:
    """Rank correlation of strength with speed some days later."""

    lag_days: float
    n: int
    """Pairs."""
    rho: float | None
    """Spearman's; None below 4 pairs or if one of the two never changed."""
    low: float | None = None
    """95 % interval; None below 6 pairs."""
    high: float | None = None
    detrended: float | None = None
    """The same with both straight trends taken out; None below 8 pairs."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """The answer for one kind of sprint."""

    answer: Answer
    key: SprintKey
    label: str
    """What stands for strength, in words."""
    strength: Change | None
    sprint: Change | None
    together: tuple[Together, ...]
    """One for each lag."""
    strongest: Together | None
    """The lag with the largest correlation; its interval allows for having chosen among all lags."""
    warnings: tuple[str, ...]
    lacking: str = ""

    @property
    def sentence(self) -> str:
        """The answer in plain words with numbers, n and intervals."""
        return words.transfer(self)

    @property
    def link_sentence(self) -> str:
        """What to say of the correlation."""
        return words.link(self)


def transfer(
    strength: Sequence[Point],
    sprints: Sequence[SprintRow],
    key: SprintKey,
    *,
    label: str = "strength",
    strength_swc_pct: float = STRENGTH_SWC_PCT,
    sprint_swc_pct: float = SPRINT_SWC_PCT,
) -> Transfer:
    """Return whether strength and speed changed, and whether they go together.

    Args:
        strength: One value above 0 per session, as from ``strength_index``.
        sprints: All sprints of the athlete; only those of the kind are used.
        key: Kind of sprint.
        label: What stands for strength, in words.
        strength_swc_pct: Smallest worthwhile change of strength.
        sprint_swc_pct: Smallest worthwhile change of sprint time.
    """
    kinds = by_kind(sprints)
    held, run = _shared_time(strength, sprint_days(kinds.get(key, [])))
    lacking = _lacking(len(held), len(run))
    if lacking:
        return Transfer(Answer.TOO_LITTLE, key, label, None, None, (), None, (), lacking)
    usual = math.exp(float(np.mean([math.log(p.value) for p in run])))
    te_hold = 100 * math.expm1(math.log1p(LITERATURE_MDC_PCT[1] / 100) / MDC95)
    stronger = _change(held, 1.0, te_hold, strength_swc_pct)
    faster = _change(run, -1.0, expected_te_pct(key, usual), sprint_swc_pct)
    together = tuple(_together(held, run, lag, CORRELATION_LEVEL) for lag in LAGS_DAYS)
    strongest = _strongest(held, run, together)
    warnings = _warnings(kinds, key, usual, faster, strongest)
    return Transfer(
        _answer(stronger, faster), key, label, stronger, faster, together, strongest, tuple(warnings)
    )


def _shared_time(
    strength: Sequence[Point], run: Sequence[Point]
) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    held = tuple(sorted(strength, key=lambda p: p.at))
    if not held or not run:
        return held, tuple(run)
    reach = max(LAGS_DAYS) + PAIR_WITHIN_DAYS
    kept_run = tuple(p for p in run if held[0].day - PAIR_WITHIN_DAYS <= p.day <= held[-1].day + reach)
    if not kept_run:
        return held, ()
    first, last = kept_run[0].day - reach, kept_run[-1].day + PAIR_WITHIN_DAYS
    return tuple(p for p in held if first <= p.day <= last), kept_run


def _lacking(held: int, run: int) -> str:
    missing = []
    if held < 2:
        missing.append(f"{held} of 2 strength sessions")
    if run < 2:
        missing.append(f"{run} of 2 sprint days of this kind")
    return " and ".join(missing) + " in the same weeks" if missing else ""


def _change(points: Sequence[Point], sign: float, expected_pct: float, swc_pct: float) -> Change:
    ends = max(1, min(ENDS, len(points) // 2))
    logs = [sign * math.log(p.value) for p in points]
    moved = sum(logs[-ends:]) / ends - sum(logs[:ends]) / ends
    own = typical_error(points)
    known = own.own and own.te_pct is not None
    te_pct = own.te_pct if known and own.te_pct is not None else expected_pct
    quantile = t_quantile(0.5 + LEVEL / 2, own.df) if known else NormalDist().inv_cdf(0.5 + LEVEL / 2)
    reach = quantile * math.log1p(te_pct / 100) * math.sqrt(2 / ends)
    low, middle, high = (100 * math.expm1(v) for v in (moved - reach, moved, moved + reach))
    days = points[-1].day - points[0].day
    return Change(middle, low, high, len(points), ends, days, te_pct, known, swc_pct)


def _answer(stronger: Change, faster: Change) -> Answer:
    if not stronger.real:
        return Answer.FASTER_ALONE if faster.real else Answer.NOTHING
    if faster.real:
        return Answer.FASTER
    return Answer.NOT_FASTER if faster.ruled_out else Answer.NOT_SHOWN


def _together(held: Sequence[Point], run: Sequence[Point], lag: float, level: float) -> Together:
    pairs = []
    for sprint in run:
        nearest = min(held, key=lambda p: abs(p.day - (sprint.day - lag)))
        if abs(nearest.day - (sprint.day - lag)) <= PAIR_WITHIN_DAYS:
            pairs.append((sprint.day, math.log(nearest.value), -math.log(sprint.value)))
    n = len(pairs)
    if n < 4:
        return Together(lag, n, None)
    days, strong, fast = np.array(pairs, np.float64).T
    rho = spearman(strong, fast)
    if rho is None or n < MIN_PAIRS:
        return Together(lag, n, rho)
    low, high = rank_interval(rho, n, level)
    rest = spearman(_straightened(days, strong), _straightened(days, fast)) if n >= MIN_DETRENDED else None
    return Together(lag, n, rho, low, high, rest)


def _strongest(held: Sequence[Point], run: Sequence[Point], found: Sequence[Together]) -> Together | None:
    known = [t for t in found if t.rho is not None and t.n >= MIN_PAIRS]
    if not known:
        return None
    lag = max(known, key=lambda t: abs(t.rho or 0.0)).lag_days
    return _together(held, run, lag, 1 - (1 - CORRELATION_LEVEL) / len(known))


def spearman(a: FloatArray, b: FloatArray) -> float | None:
    """Return the rank correlation, with middle ranks for ties; None if one of the two never changes.

    Args:
        a: (n,) values.
        b: (n,) values.
    """
    x, y = _ranks(a), _ranks(b)
    x, y = x - x.mean(), y - y.mean()
    size = math.sqrt(float(np.sum(x * x)) * float(np.sum(y * y)))
    return float(np.sum(x * y)) / size if size > 0 else None


def rank_interval(rho: float, n: int, level: float = CORRELATION_LEVEL) -> tuple[float, float]:
    """Return the interval of a rank correlation by Fisher's z with the variance (1 + rho²/2) / (n - 3).

    Source: Bonett and Wright 2000, Psychometrika 65:23. Pairs are taken as independent; successive weeks of
    one athlete are not quite, so the true interval is wider.
    """
    z = math.atanh(max(-0.9999, min(0.9999, rho)))
    reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt((1 + rho * rho / 2) / (n - 3))
    return math.tanh(z - reach), math.tanh(z + reach)


def _ranks(values: FloatArray) -> FloatArray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle = last - (counts - 1) / 2
    return np.asarray(middle[inverse], np.float64)


def _straightened(days: FloatArray, values: FloatArray) -> FloatArray:
    return values - theil_sen(days, values).per_day * days


def _warnings(
    kinds: dict[SprintKey, list[SprintRow]],
    key: SprintKey,
    usual_s: float,
    faster: Change,
    strongest: Together | None,
) -> list[str]:
    found = []
    if strongest is None:
        found.append(words.few_pairs(MIN_PAIRS))
    elif strongest.n < 2 * MIN_PAIRS:
        found.append(words.still_few_pairs(strongest.n))
    if key.timing is Timing.HAND and hand_noise_pct(usual_s) > faster.swc_pct:
        found.append(words.hand_noise(usual_s, hand_noise_pct(usual_s)))
    other = SprintKey(key.distance_m, key.flying, _other_timing(key.timing))
    if other in kinds:
        found.append(words.not_mixed(len(kinds[other]), other.timing))
    if faster.ends < 2:
        found.append(words.single_ends())
    return found


def _other_timing(timing: Timing) -> Timing:
    return Timing.ELECTRONIC if timing is Timing.HAND else Timing.HAND
