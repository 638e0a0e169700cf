"""A hold beside the athlete's last and best of its series: position, side, mode and setup."""

from isotimer.core.plan import Mode
from isotimer.session.snapshot import Earlier, HoldResult

COMPARED: tuple[tuple[str, str, str], ...] = (
    ("hold_s", "length", "s"),
    ("tension_best_1s_n", "best second", "N"),
    ("tension_mean_n", "mean", "N"),
    ("shake_pct", "shake", "%"),
    ("shake_onset_s", "shake doubled", "s"),
)
"""Measures that are set beside the athlete's own last and best: id, word, unit."""
OF_MODE: dict[Mode, tuple[tuple[str, str, str], ...]] = {
    Mode.RESPOND: (("reaction_s", "reaction", "s"), ("tension_peak_n", "peak", "N")),
    Mode.TRACK: (("tracking_rmse_n", "error", "N"), ("tracking_lag_s", "lag", "s")),
    Mode.SWITCH: (("transition_s", "transition", "s"),),
}
"""The same for modes that are about something else than a steady tension."""
_TIMES = ("reaction_s", "tracking_lag_s", "transition_s")
"""Short times, told to a hundredth."""
_BEST = ("hold_s", "tension_best_1s_n", "tension_mean_n")
"""Of these the highest is the best; of shake no value is better than another."""


def against(result: HoldResult) -> list[tuple[str, str]]:
    """Return (title, words) of each line that sets a hold beside the earlier ones of its series.

    The last line has no title: how many there are, and what the difference is worth.
    """
    earlier = result.earlier
    if earlier is None:
        return [("Against before", "first hold of this position, side, mode and setup")]
    now = {"hold_s": result.hold_s} | {m.id: m.value for m in result.measures if m.value is not None}
    lines = []
    for name, kept in (("last", earlier.last), ("best", _bests(earlier))):
        parts = [
            f"{word} {_number(kept[i], digits)} {unit} ({now[i] - kept[i]:+.{digits}f})"
            for i, word, unit in OF_MODE.get(result.step.mode, COMPARED)
            if i in kept and i in now
            for digits in (2 if i in _TIMES else 1,)
        ]
        if parts:
            lines.append((f"Against {name}", ", ".join(parts)))
    holds = "hold" if earlier.holds == 1 else "holds"
    note = f"{earlier.holds} earlier {holds}; one difference alone is within normal variation"
    return [*lines, ("", note)] if lines else []


def _bests(earlier: Earlier) -> dict[str, float]:
    return {i: v for i, v in earlier.highest.items() if i in _BEST}


def _number(value: float, digits: int = 1) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.{digits}f}"
