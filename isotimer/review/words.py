"""What review says, in plain words: each sentence with its n and its uncertainty, and no norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from isotimer.core.plan import Phase, Side
    from isotimer.review.asymmetry import Asymmetry
    from isotimer.review.balance import Share
    from isotimer.review.bests import Best
    from isotimer.review.limiting import Finding, Limits
    from isotimer.review.rows import SprintKey
    from isotimer.review.transfer import Change, Together, Transfer
    from isotimer.review.trend import Trend
    from isotimer.review.typical import TypicalError

_FEW_GAPS = 8
"""With fewer sessions than that, a retest is worth more than the sentence."""


def count(n: int, noun: str) -> str:
    """Return a number with its noun: "1 hold", "3 holds"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def pct(value: float, sign: bool = False) -> str:
    """Return a percentage: one decimal below 10, none above."""
    digits = 1 if abs(value) < 9.95 else 0
    shown = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
    return f"{shown} %"


def between(low: float, high: float, sign: bool = True) -> str:
    """Return an interval in %: "-2.0 to +5.1 %"."""
    return f"{pct(low, sign)[:-2]} to {pct(high, sign)}"


def date(at: datetime) -> str:
    """Return the local date of an aware time."""
    return f"{at:%Y-%m-%d}"


def trend(t: Trend) -> str:
    """Return the verdict of a trend with n, span, interval and margin."""
    head = t.label[:1].upper() + t.label[1:]
    if t.change_pct is None or t.low_pct is None or t.high_pct is None:
        return f"{head}: not enough data, {t.lacking}."
    over = f"{count(t.n, 'session')} in {t.span_days:.0f} days"
    window = f"{t.window_days:.0f} days"
    moved = f"{pct(t.change_pct, True)} per {window} (90 % interval {between(t.low_pct, t.high_pct)})"
    margin = f"margin {pct(t.margin_pct)}"
    if t.verdict in ("improving", "declining", "rising", "falling"):
        return f"{head}: {t.verdict}, {moved}; {over}, {margin}."
    if t.verdict == "plateau":
        return f"{head}: plateau after an earlier gain, {moved}, all within {margin}; {over}."
    return (
        f"{head}: {_unclear(t)} over {over.replace(' in ', ' / ')}; {_ruled_out(t)} per {window} ({margin})."
    )


def _unclear(t: Trend) -> str:
    low, high = t.low_pct or 0.0, t.high_pct or 0.0
    if low <= 0 <= high:
        return "steady, no earlier gain to level off from," if t.equivalent else "no detectable change"
    way = "rise" if low > 0 else "fall"
    return f"a {way} of {pct(abs(t.change_pct or 0.0))}, too small to matter,"


def _ruled_out(t: Trend) -> str:
    low, high = t.low_pct or 0.0, t.high_pct or 0.0
    gain, loss = (high, -low) if t.better != "lower" else (-low, high)
    names = ("rise", "fall") if t.better == "neither" else ("gain", "loss")
    if gain <= 0:
        return f"the data rule out any {names[0]} and a {names[1]} above {pct(loss)}"
    if loss <= 0:
        return f"the data rule out any {names[1]} and a {names[0]} above {pct(gain)}"
    return f"the data rule out a {names[0]} above {pct(gain)} and a {names[1]} above {pct(loss)}"


def best(b: Best) -> str:
    """Return what a personal best is worth."""
    if b.gain_pct is None:
        return f"First value, {date(b.point.at)}."
    limit = f"{pct(b.typical.mdc_pct)}, {source_of_limit(b.typical)}"
    if b.standing == "real":
        gain = f"New best on {date(b.point.at)}: {pct(b.gain_pct, True)}"
        return f"{gain}, beyond the measurement error ({limit})."
    return (
        f"Highest so far on {date(b.point.at)}: {pct(b.gain_pct, True)}, within normal variation ({limit})."
    )


def source_of_limit(t: TypicalError) -> str:
    """Return where the least detectable change comes from."""
    if t.own:
        return f"own variation over {count(t.sessions, 'session')}"
    low, high = t.mdc_low_pct, t.mdc_pct
    return f"upper end of the {low:.0f}-{high:.0f} % of the literature until 5 sessions, now {t.sessions}"


def asymmetry(a: Asymmetry) -> str:
    """Return what to say of a side-to-side gap, with formula and n."""
    head = f"{a.position}, side-to-side gap ({a.formula})"
    if a.gap_pct is None or a.threshold_pct is None:
        return f"{head}: not enough data, {a.lacking}."
    mean = f"{pct(abs(a.gap_pct))} as the mean of the last {count(a.looked_at, 'session')}"
    lean = f"{a.weaker} lower in {a.same_direction} of them" if a.weaker else "even"
    known = f"{mean}, {lean}"
    limit = f"{a.threshold_from} of {pct(a.threshold_pct)} ({count(len(a.gaps), 'session')} known)"
    if a.flagged:
        again = " Retest another day." if len(a.gaps) < _FEW_GAPS else ""
        return f"{head}: {known}; beyond {limit}.{again}"
    if abs(a.gap_pct) <= a.threshold_pct:
        return f"{head}: {known}; within {limit}: no difference shown."
    return f"{head}: {known}; beyond {limit}, but the direction does not repeat: 3 of 4 are needed."


def too_few(phase: Phase, recent: int, earlier: int, needed: int, days: float) -> str:
    """Return which sessions of a phase are missing, in the last days and before."""
    if recent == earlier == 0:
        return f"{phase}: no max holds yet"
    last = f"the last {days:.0f} days"
    parts = []
    if recent < needed:
        parts.append(f"{recent} of {needed} sessions of max holds in {last}")
    if earlier < needed:
        parts.append(f"{earlier} of {needed} sessions of max holds before {last}")
    if not parts:
        parts.append(f"not the same position, setup and sensor in {last} as before")
    return f"{phase}: {' and '.join(parts)}"


def not_alike(phase: Phase, days: float, limit: float) -> str:
    """Return that one phase was done longer ago than the others."""
    return f"{phase}: last done {days:.0f} days before the others, at most {limit:.0f} can be compared"


def finding(f: Finding) -> str:
    """Return why a phase is called limiting."""
    size = f"{pct(f.deficit_pct)} (95 % interval {between(f.low_pct, f.high_pct, False)})"
    if f.evidence == "other side":
        other = _other(f.side)
        return (
            f"{_capital(f.phase)}, {f.side} side, is the limiting one: {size} below {other} "
            f"in {count(f.recent, 'session')} of the last {f.days:.0f} days; no other phase leans that way as"
            " much."
        )
    side = "both sides alike" if f.side == "both" else f"mostly {f.side}"
    return (
        f"{_capital(f.phase)} is the limiting phase, {side}: it lost {size} against "
        f"the nearer of {' and '.join(f.against)} since the athlete's own earlier level "
        f"({count(f.recent, 'session')} of the last {f.days:.0f} days against {f.earlier} before)."
    )


def limits(found: Limits) -> str:
    """Return which phase is limiting, or why none is named."""
    if found.findings:
        more = [f"Not known of the phases as a whole: {'; '.join(found.lacking)}."] if found.lacking else []
        return " ".join([f.sentence for f in found.findings] + more)
    if found.lacking:
        from isotimer.review.course import MIN_SESSIONS

        window = f"in the last {found.windows.recent_days:.0f} days and {MIN_SESSIONS} before"
        needed = f"Each phase needs {MIN_SESSIONS} sessions of max holds {window}."
        return f"No limiting phase can be named yet. {needed} Missing: {'; '.join(found.lacking)}."
    n = min(r.contrast.recent for r in found.ratios)
    lowest = min(found.ratios, key=lambda r: r.pct)
    return (
        f"No phase stands out: the largest shift is {lowest.phase} against {lowest.against}, "
        f"{pct(lowest.pct, True)} (95 % interval {between(lowest.low_pct, lowest.high_pct)}), "
        f"{count(n, 'session')} of the last {found.windows.recent_days:.0f} days."
        " A phase is named from 5 % against both others."
    )


def share(s: Share) -> str:
    """Return how much of the work a phase had."""
    if s.share is None:
        return f"{_capital(s.phase)}: no time under tension in the last 28 days."
    part = f"{pct(100 * s.share)} of the time under tension of the last 28 days"
    tail = ", less than half of an even share" if s.neglected else ""
    return f"{_capital(s.phase)}: {part} ({count(s.holds, 'hold')}, {s.time_s:.0f} s){tail}."


def sprint_kind(key: SprintKey) -> str:
    """Return a kind of sprint in words: "flying 20 m, hand timing"."""
    distance = f"{key.distance_m:g} m"
    return f"{'flying ' + distance if key.flying else distance + ' from standing'}, {key.timing} timing"


def transfer(t: Transfer) -> str:
    """Return whether strength reached the track, with numbers, n and intervals."""
    kind = sprint_kind(t.key)
    if t.strength is None or t.sprint is None:
        return f"{_capital(kind)}: cannot say whether strength reaches the track, {t.lacking}."
    held, run = _changed(t.strength, "session"), _changed(t.sprint, "day")
    text = f"{_capital(t.answer)}: {t.label} {held}; {kind}, speed {run}."
    if t.answer == "stronger, no gain on the track shown":
        text += f" The data rule out a gain in speed above {pct(t.sprint.high_pct)}."
    return text


def _changed(c: Change, noun: str) -> str:
    error = "own" if c.own else "assumed"
    over = f"{count(c.n, noun)} in {c.days:.0f} days"
    return (
        f"{pct(c.pct, True)} (90 % interval {between(c.low_pct, c.high_pct)}; {over}, "
        f"{error} typical error {pct(c.te_pct)}, worthwhile from {pct(c.swc_pct)})"
    )


def link(t: Transfer) -> str:
    """Return what the rank correlation of strength and speed says, or why it says nothing."""
    best = t.strongest
    if best is None or best.rho is None or best.low is None or best.high is None:
        most = max((found.n for found in t.together), default=0)
        return f"Link of {t.label} and speed: cannot say, {count(most, 'pair')} of the 6 needed."
    clear = "" if best.low > 0 or best.high < 0 else "; no link shown"
    text = (
        f"Link of {t.label} and speed {best.lag_days:.0f} days later: rank correlation {best.rho:+.2f} "
        f"(95 % interval {best.low:+.2f} to {best.high:+.2f}, widened for the choice of the lag; "
        f"{count(best.n, 'pair')}){clear}."
    )
    return text + _trend_apart(best)


def _trend_apart(best: Together) -> str:
    if best.detrended is None:
        return " Two things that both grow go together without one causing the other."
    return f" With both trends taken out it is {best.detrended:+.2f}; going together is not causing."


def few_pairs(needed: int) -> str:
    """Return that a correlation would mean nothing yet."""
    return f"Fewer than {needed} pairs of strength and sprint: nothing can be said of a link."


def still_few_pairs(n: int) -> str:
    """Return that a correlation is still shaky."""
    return f"Only {count(n, 'pair')}: the link may look quite different with more."


def hand_noise(time_s: float, noise_pct: float) -> str:
    """Return how much hand timing blurs a time."""
    return (
        f"Hand timing: its noise of 0.07 s is {pct(noise_pct)} of {time_s:.2f} s, more than a worthwhile "
        "change; a longer distance, gates or video show more."
    )


def not_mixed(n: int, timing: str) -> str:
    """Return that sprints timed otherwise were left out."""
    left_out = "is" if n == 1 else "are"
    return f"{count(n, 'sprint')} of this distance with {timing} timing {left_out} not mixed in."


def single_ends() -> str:
    """Return that a change rests on single days."""
    return "The change in speed rests on one day at each end: repeat the test once before believing it."


def _other(side: Side) -> str:
    return "right" if side == "left" else "left"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
