"""What a measure needs, and the plain sentence for what is lacking."""

from dataclasses import dataclass

from isotimer.measures.prepared import Prepared

MISSING = 0.10
"""More samples missing than this, even if filled, and the spectrum is not trusted."""
UNFILLED = 0.05
"""The same for samples that cannot be filled."""
NO_SIDES = "the sensor does not tell left from right"
NO_CENTRE = "the sensor is no plate with corners"
RIG_LACKS = (NO_SIDES, NO_CENTRE)
"""Reasons that say nothing about the hold: lists of numbers in words leave these measures out."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be so before a measure is computed."""

    calibrated: bool = False
    """Tension in newtons."""
    min_rate_hz: float = 0.0
    """Least measured rate."""
    min_hold_s: float = 0.0
    """Least length of the hold that samples cover."""
    min_window_s: float = 0.0
    """Least length of the analysis window."""
    max_gap_s: float | None = None
    """Longest stretch without samples, in the window if ``min_window_s`` is given, else in the hold."""
    complete: bool = False
    """Few samples missing: at most a tenth, and a twentieth beyond repair."""
    target: bool = False
    path: bool = False
    cue: bool = False
    changes: bool = False
    side: str = ""
    """ "left" or "right": all needs are those of what this side carries."""
    sides: bool = False
    """A rig that tells left from right."""
    centre: bool = False
    """A plate that knows where it is pressed."""

    def lacking(self, hold: Prepared) -> str:
        """Return in plain words what is lacking; empty if nothing is."""
        return (
            hold.fault
            or self._circumstance(hold)
            or self._rate(hold)
            or self._length(hold)
            or self._gap(hold)
            or self._share(hold)
        )

    def words(self) -> str:
        """Return the needs in a few words, for the table of measures."""
        parts = ["two sides" if self.side or self.sides else "plate" if self.centre else "sensor"]
        parts += ["calibration"] * self.calibrated
        parts += ["target"] * self.target + ["moving target"] * self.path + ["cue"] * self.cue
        parts += ["changes on cue"] * self.changes
        parts += [f"{self.min_rate_hz:g} Hz"] * (self.min_rate_hz > 0)
        parts += [f"hold of {self.min_hold_s:g} s"] * (self.min_hold_s > 0)
        parts += [f"plateau of {self.min_window_s:g} s"] * (self.min_window_s > 0)
        parts += [] if self.max_gap_s is None else [f"no gap over {self.max_gap_s:g} s"]
        parts += ["few samples missing"] * self.complete
        return ", ".join(parts)

    def _circumstance(self, hold: Prepared) -> str:
        trace = hold.trace
        if self.target and trace.target_n is None and (trace.low_n is None or trace.high_n is None):
            return "no target"
        if self.path and trace.target_path_n is None:
            return "no moving target"
        if self.cue and trace.cue_s is None:
            return "no cue"
        if self.changes and not trace.changes_s:
            return "no changes on cue"
        if self.sides and (trace.left_n is None or trace.right_n is None):
            return NO_SIDES
        if self.centre and trace.centre_mm is None:
            return NO_CENTRE
        if self.calibrated and not trace.calibrated:
            return "not calibrated"
        return ""

    def _rate(self, hold: Prepared) -> str:
        # A clock within half a percent of the least rate is that rate.
        if hold.rate >= 0.995 * self.min_rate_hz:
            return ""
        return f"sensor too slow: {hold.rate:.1f} Hz, needs {self.min_rate_hz:g}"

    def _length(self, hold: Prepared) -> str:
        start, end = hold.covered_s
        if hold.hold[0].size < 2:
            return "no samples in the hold"
        slack = 0.5 / hold.rate
        for needed in (self.min_hold_s, self.min_window_s):
            if hold.trace.hold_s + slack < needed:
                return f"hold too short: {hold.trace.hold_s:.1f} s, needs {needed:g}"
        if end - start + slack < self.min_hold_s:
            return f"samples cover too little: {end - start:.1f} s, needs {self.min_hold_s:g}"
        if self.min_window_s and (
            hold.window_length_s + slack < self.min_window_s or hold.window[0].size < 3
        ):
            return f"steady part too short: {hold.window_length_s:.1f} s, needs {self.min_window_s:g}"
        return ""

    def _gap(self, hold: Prepared) -> str:
        if self.max_gap_s is None:
            return ""
        start, end = hold.window_s if self.min_window_s else (0.0, hold.trace.hold_s)
        gap = hold.longest_gap(start, end)
        if gap <= self.max_gap_s:
            return ""
        where = "window" if self.min_window_s else "hold"
        return f"gap of {gap:.2g} s in the {where}"

    def _share(self, hold: Prepared) -> str:
        if not self.complete:
            return ""
        even = hold.even
        share = even.missing if even.missing > MISSING else even.unfilled
        if share <= (MISSING if even.missing > MISSING else UNFILLED):
            return ""
        return f"{100 * share:.0f} % of the samples are missing"
