"""Signs that a hold was not executed or recorded as it should have been."""

from dataclasses import dataclass

import numpy as np

from isotimer.measures.prepared import Prepared

PRETENSION_N = 10.0
"""More than this before the pull is no slack strap ..."""
PRETENSION = 0.05
"""... nor more than this share of the hold's mean."""
SHOCK = 1.25
"""The first second may exceed the plateau's median by a quarter."""
SHOCK_WITHIN_S = 1.0
DIP_PLATE_N = 50.0
"""A countermovement on a plate (rule of imtp-processor)."""
DIP_CELL_N = 10.0
DRIFT_N_S = 5.0
UNSTABLE_PLATE = 0.02
"""SD over body weight before the pull."""
SATURATED = 0.995
ZERO_N = 2.0
ZERO = 0.01
"""The zero may move by 2 N or by this share of the hold's mean, whichever is more."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing about a hold that its numbers should be read with."""

    id: str
    text: str
    """One sentence."""


def notices(hold: Prepared) -> tuple[Notice, ...]:
    """Return what is wrong with a hold, most serious first; empty if nothing is seen or nothing was recorded.

    Forces are told in the trace's unit; without calibration only shares of tension are judged.
    """
    if hold.fault or hold.hold[0].size < 3:
        return ()
    checks = (_saturation, _pretension, _countermovement, _shock, _baseline, _zero, _batched)
    return tuple(n for check in checks if (n := check(hold)) is not None)


def zero_before_n(hold: Prepared) -> float | None:
    """Return the mean of the quiet stretch before the pull; None without one or on a plate."""
    return None if hold.fault or hold.trace.plate or hold.baseline is None else hold.baseline.mean_n


def zero_after_n(hold: Prepared) -> float | None:
    """Return the mean of the unloaded stretch after the hold; None without one."""
    return None if hold.fault or hold.after is None else hold.after.mean_n


def _saturation(hold: Prepared) -> Notice | None:
    limit = hold.trace.saturation_n
    if limit is None:
        return None
    count = int((np.abs(hold.hold[1]) >= SATURATED * limit).sum())
    if not count:
        return None
    return Notice(
        "saturation",
        f"The sensor was at its limit of {limit:.0f} {hold.trace.unit} for {count / hold.rate:.2f} s.",
    )


def _pretension(hold: Prepared) -> Notice | None:
    zero = zero_before_n(hold)
    if zero is None or zero <= max(PRETENSION * hold.mean_n, PRETENSION_N if hold.trace.calibrated else 0.0):
        return None
    return Notice("pre-tension", f"The strap already carried {zero:.0f} {hold.trace.unit} before the pull.")


def _countermovement(hold: Prepared) -> Notice | None:
    quiet = hold.baseline
    if quiet is None or hold.pull_s is None:
        return None
    _, force = hold.between(quiet.end_s, hold.pull_s + 0.1)
    least = DIP_PLATE_N if hold.trace.plate else max(DIP_CELL_N, PRETENSION * hold.mean_n)
    if not hold.trace.calibrated:
        least = PRETENSION * hold.mean_n
    dip = quiet.mean_n - float(force.min()) if force.size else 0.0
    if dip <= least:
        return None
    return Notice("countermovement", f"Tension dipped by {dip:.0f} {hold.trace.unit} just before the pull.")


def _shock(hold: Prepared) -> Notice | None:
    start = hold.pull_s
    _, window = hold.window
    moves = hold.trace.target_path_n is not None or bool(hold.trace.changes_s)
    if moves or start is None or window.size < 3 or hold.window_length_s < 1:
        return None
    _, force = hold.between(max(0.0, start), max(0.0, start) + SHOCK_WITHIN_S)
    level = float(np.median(window))
    if not force.size or level <= 0 or float(force.max()) <= SHOCK * level:
        return None
    return Notice(
        "shock",
        f"The pull began with a peak {100 * (float(force.max()) / level - 1):.0f} % above the plateau.",
    )


def _baseline(hold: Prepared) -> Notice | None:
    quiet = hold.baseline
    if quiet is None or not hold.trace.calibrated:
        return None
    restless = hold.trace.plate and quiet.sd_n > UNSTABLE_PLATE * abs(quiet.mean_n)
    if not restless and abs(quiet.drift_n_s) <= DRIFT_N_S:
        return None
    return Notice("unstable baseline", "The stretch before the pull was not quiet.")


def _zero(hold: Prepared) -> Notice | None:
    before, after = zero_before_n(hold), zero_after_n(hold)
    if before is None or after is None:
        return None
    moved = after - before
    if abs(moved) <= max(ZERO_N if hold.trace.calibrated else 0.0, ZERO * abs(hold.mean_n)):
        return None
    return Notice(
        "zero moved", f"The zero moved by {moved:+.1f} {hold.trace.unit} over the hold; tare again."
    )


def _batched(hold: Prepared) -> Notice | None:
    if not hold.clean.batched:
        return None
    return Notice(
        "arrival times", "Samples came in batches with the time of arrival; they were laid on an even grid."
    )
