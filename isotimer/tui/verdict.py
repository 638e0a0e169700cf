"""What the result screen says, in its order: how hard, how steady, when the shake doubled, and before."""

from isotimer.core.plan import Mode
from isotimer.core.text import printable
from isotimer.session.against import against
from isotimer.session.snapshot import HoldResult, MeasureView
from isotimer.tui.words import amount

ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("How hard", ("tension_mean_n", "tension_best_1s_n")),
    ("How steady", ("cv_detrended_pct", "wobble_rms_n", "shake_rms_n", "shake_pct")),
    ("Shake doubled", ("shake_onset_s",)),
    ("On target", ("on_target_pct",)),
)
"""Title of each line and the measures it shows, in order."""
OF_MODE: dict[Mode, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Mode.MAX: (
        ("How hard", ("tension_best_1s_n", "tension_peak_n")),
        ("How fast", ("time_to_90_pct_s", "rfd_0_200_n_s")),
    ),
    Mode.ENDURANCE: (*ROWS, ("Tiring", ("tension_slope_pct_s", "fatigue_index_pct"))),
    Mode.RESPOND: (
        ("Reaction", ("reaction_s",)),
        ("How fast", ("rfd_0_50_n_s", "rfd_0_100_n_s", "rfd_0_200_n_s")),
        ("How hard", ("tension_peak_n",)),
    ),
    Mode.TRACK: (
        ("How near", ("tracking_rmse_n", "tracking_rest_n", "tracking_bias_n")),
        ("How late", ("tracking_lag_s",)),
        ("On target", ("on_target_pct",)),
        ("Shake", ("shake_rms_n",)),
    ),
    Mode.SWITCH: (("Change", ("transition_s",)), ("How hard", ("tension_best_1s_n",))),
}
"""The same for modes that are about something else than a steady tension."""
_TITLE = 15


def verdict_lines(result: HoldResult) -> list[str]:
    """Return the lines of the verdict; a doubtful number carries its doubt, an absent one its reason."""
    known = {m.id: m for m in result.measures}
    lines = []
    for title, ids in OF_MODE.get(result.step.mode, ROWS):
        found = [known[i] for i in ids if i in known]
        if title == "On target" and all(m.value is None for m in found):
            continue
        if found:
            lines += _row(title, found)
    lines += [f"{title:<{_TITLE}}{words}" for title, words in against(result)]
    if result.setup:
        lines.append(f"{'Setup':<{_TITLE}}{printable(result.setup)}")
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
