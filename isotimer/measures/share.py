"""How load is shared between left and right, and which measures are had of each side alone."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.pressure import LEAST_N, load_share
from isotimer.measures.measure import Measure
from isotimer.measures.needs import Needs
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared

OF_EACH_SIDE = (
    "tension_mean_n",
    "tension_peak_n",
    "tension_best_1s_n",
    "tension_slope_pct_s",
    "cv_detrended_pct",
    "shake_rms_n",
    "shake_onset_s",
    "rfd_0_200_n_s",
)
"""Ids of the measures that each side has too."""

_SIDES = ("left", "right")


def side_rows(rows: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return the rows of each side: those of ``OF_EACH_SIDE``, the side behind the id's first word."""
    wanted = [row for row in rows if row.id in OF_EACH_SIDE]
    return tuple(_of_side(row, side) for side in _SIDES for row in wanted)


def side_id(measure_id: str, side: str) -> str:
    """Return the id of a measure of one side: ``tension_left_mean_n`` for ``tension_mean_n``."""
    first, _, rest = measure_id.partition("_")
    return f"{first}_{side}_{rest}"


def share_rows() -> tuple[Measure, ...]:
    """Return the rows about how load is shared."""
    needs = Needs(sides=True, calibrated=True, min_rate_hz=5, min_window_s=0.5, max_gap_s=1.0)
    return (
        Measure(
            "load_share_right_pct",
            "%",
            "load on the right",
            "What the right side carries of both, from the start of the plateau to 0.5 s before the release.",
            needs,
            load_share_right,
            "100 x mean(right) / (mean(right) + mean(left))",
        ),
        Measure(
            "load_share_sd_pct",
            "%",
            "unsteadiness of the share",
            "Standard deviation of the right side's share of load on the plateau.",
            needs,
            load_share_sd,
            "SD with n - 1 of 100 right / (right + left)",
            2,
        ),
        Measure(
            "load_share_on_target_pct",
            "%",
            "load share on target",
            "Share of the plateau during which the load was divided as asked for.",
            needs,
            share_on_target,
            "share of samples within the band",
            0,
        ),
    )


def load_share_right(hold: Prepared) -> Outcome:
    """Right side's share of the mean load, %."""
    left, right = (float(side.mean()) for side in _window(hold))
    if left + right <= LEAST_N:
        return absent(f"less than {LEAST_N:g} N on both sides")
    negative = "one side reads below zero: tare it" if min(left, right) < 0 else ""
    return found(100 * right / (left + right), negative)


def load_share_sd(hold: Prepared) -> Outcome:
    """SD of the right side's share, %."""
    share = _share(hold)
    return found(float(share.std(ddof=1))) if share.size > 1 else absent(f"less than {LEAST_N:g} N")


def share_on_target(hold: Prepared) -> Outcome:
    """Share of the window's samples within the wanted share, %."""
    band = hold.trace.share_pct
    if band is None:
        return absent("no target for the share")
    share = _share(hold)
    if not share.size:
        return absent(f"less than {LEAST_N:g} N")
    return found(100 * float(((share >= band[0]) & (share <= band[1])).mean()))


def _share(hold: Prepared) -> FloatArray:
    left, right = _window(hold)
    share = load_share(right, left)
    return share[np.isfinite(share)]


def _window(hold: Prepared) -> tuple[FloatArray, FloatArray]:
    """Return (left, right) at the usable samples of the analysis window, N."""
    trace = hold.trace
    start, end = hold.window_s
    time = hold.clean.time_s
    kept = hold.clean.kept[(time >= start - 1e-9) & (time < end - 1e-9)]
    none = np.empty(0)
    left = none if trace.left_n is None else trace.left_n[kept]
    right = none if trace.right_n is None else trace.right_n[kept]
    known = np.isfinite(left) & np.isfinite(right)
    return left[known], right[known]


def _of_side(row: Measure, side: str) -> Measure:
    return replace(
        row,
        id=side_id(row.id, side),
        name=f"{row.name}, {side}",
        meaning=f"{row.meaning[:-1]}; of the {side} side alone.",
        needs=replace(row.needs, side=side),
    )
