"""What the result screen says, in its order: how hard, how steady, when the shake doubled, and before."""

from isotimer.core.text import printable
from isotimer.session.snapshot import Earlier, HoldResult, MeasureView
from isotimer.tui.words import amount

ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("How hard", ("tension_mean_n", "tension_best_1s_n")),
    ("How steady", ("cv_detrended_pct", "wobble_rms_n", "shake_rms_n", "shake_pct")),
    ("Shake doubled", ("shake_onset_s",)),
    ("On target", ("on_target_pct",)),
)
"""Title of each line and the measures it shows, in order."""
COMPARED: tuple[tuple[str, str, str], ...] = (
    ("hold_s", "length", "s"),
    ("tension_best_1s_n", "best second", "N"),
    ("tension_mean_n", "mean", "N"),
    ("shake_pct", "shake", "%"),
    ("shake_onset_s", "shake doubled", "s"),
)
"""Measures that are set beside the athlete's own last and best: id, word, unit."""
_BEST = ("hold_s", "tension_best_1s_n", "tension_mean_n")
"""Of these the highest is the best; of shake no value is better than another."""
_TITLE = 15


def verdict_lines(result: HoldResult) -> list[str]:
    """Return the lines of the verdict; a doubtful number carries its doubt, an absent one its reason."""
    known = {m.id: m for m in result.measures}
    lines = []
    for title, ids in ROWS:
        found = [known[i] for i in ids if i in known]
        if title == "On target" and all(m.value is None for m in found):
            continue
        if found:
            lines += _row(title, found)
    lines += _before(result, known)
    return [*lines, *(f"! {printable(notice)}" for notice in result.notices)]


def _row(title: str, found: list[MeasureView]) -> list[str]:
    there = [m for m in found if m.value is not None]
    if not there:
        return [f"{title:<{_TITLE}}{_absent(found[0])}"]
    values = ", ".join(_named(m) for m in there)
    lines = [f"{title:<{_TITLE}}{values}"]
    doubts = dict.fromkeys(printable(m.reason) for m in there if m.reason)
    reasons = dict.fromkeys(printable(m.reason) for m in found if m.value is None)
    lines += [f"{'':<{_TITLE}}~ {doubt}" for doubt in doubts]
    return lines + [f"{'':<{_TITLE}}some not measured: {reason}" for reason in reasons if reason]


def _absent(measure: MeasureView) -> str:
    """Return "not reached" and its like as they are; a missing number with its reason."""
    reason = printable(measure.reason)
    return reason if reason in ("not reached",) else f"not measured: {reason}"


def _named(measure: MeasureView) -> str:
    """Return a value with its name, where the line does not name it already; "~" marks a doubtful one."""
    value = amount(measure)
    if measure.id == "shake_onset_s" and measure.value is not None:
        return f"at {measure.value:.0f} s, ±3 s" + (" ~" if measure.reason else "")
    name = "" if measure.id == "shake_pct" else f"{printable(measure.name, 28)} "
    tail = " of tension" if measure.id == "shake_pct" else ""
    return f"{name}{'~' if measure.reason else ''}{value}{tail}"


def _before(result: HoldResult, known: dict[str, MeasureView]) -> list[str]:
    earlier = result.earlier
    if earlier is None:
        return [f"{'Against before':<{_TITLE}}first hold of this position, side and mode"]
    now = {"hold_s": result.hold_s} | {i: m.value for i, m in known.items() if m.value is not None}
    lines = []
    for name, kept in (("last", earlier.last), ("best", _bests(earlier))):
        parts = [
            f"{word} {_number(kept[i])} {unit} ({now[i] - kept[i]:+.1f})"
            for i, word, unit in COMPARED
            if i in kept and i in now
        ]
        if parts:
            title = f"Against {name}"
            lines.append(f"{title:<{_TITLE}}{', '.join(parts)}")
    holds = "hold" if earlier.holds == 1 else "holds"
    note = f"{earlier.holds} earlier {holds}; one difference alone is within normal variation"
    return [*lines, f"{'':<{_TITLE}}{note}"] if lines else []


def _bests(earlier: Earlier) -> dict[str, float]:
    return {i: v for i, v in earlier.highest.items() if i in _BEST}


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}"
