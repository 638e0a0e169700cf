"""What a hold asks for besides its length: a moving target, a random wait, a reason to stop."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from isotimer.core.errors import WrongUseError

if TYPE_CHECKING:
    from isotimer.core.block import FloatArray

_LONGEST_S = 3600.0
_FASTEST_HZ = 0.5
"""Above half a hertz an athlete cannot follow a sine: errors grow to half of its amplitude at 2 Hz."""


@dataclass(frozen=True, slots=True)
class PathPart:
    """A stretch of a moving target, in shares of the hold's target (1.0 is the target itself).

    Raises:
        WrongUseError: On a length, level or frequency that makes no sense.
    """

    kind: Literal["level", "ramp", "sine"]
    seconds: float
    level: float = 1.0
    """Share at its start; the middle of a sine."""
    to: float = 1.0
    """Share at its end, of a ramp."""
    amplitude: float = 0.0
    """Share from the middle to the top, of a sine."""
    hz: float = 0.0
    """Frequency of a sine."""
    eyes_off: bool = False
    """Whether the target and the tension are hidden: the athlete goes by feel."""

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= _LONGEST_S:
            raise WrongUseError(f"a part of {self.seconds:g} s", "not a length", "give 0 to 3600 seconds")
        if not all(0 <= share <= 3 for share in (self.level, self.to, self.amplitude)):
            raise WrongUseError("a part of a moving target", "a share is out of range", "give 0 to 3")
        if self.kind == "sine" and not 0 < self.hz <= _FASTEST_HZ:
            raise WrongUseError(
                f"a sine of {self.hz:g} Hz",
                "nobody can follow it",
                f"give more than 0, at most {_FASTEST_HZ:g} Hz",
            )
        if self.kind == "sine" and self.amplitude > self.level:
            raise WrongUseError("a sine", "it would go below zero", "give an amplitude of at most its level")


@dataclass(frozen=True, slots=True)
class TargetPath:
    """A moving target; after its last part it stays where it is."""

    parts: tuple[PathPart, ...]

    @property
    def seconds(self) -> float:
        """Length of all parts."""
        return math.fsum(part.seconds for part in self.parts)

    def share_at(self, time_s: "FloatArray") -> "FloatArray":
        """Return the share of the target at each time (n,) from the start of the hold."""
        import numpy as np  # the first picture needs plans, but no arrays

        time_s = np.asarray(time_s, np.float64)
        out = np.full(time_s.shape, np.nan)
        begin_s, last = 0.0, len(self.parts) - 1
        for n, part in enumerate(self.parts):
            inside = (time_s >= begin_s if n else np.ones(time_s.shape, bool)) & (
                (time_s < begin_s + part.seconds) | (n == last)
            )
            since_s = np.clip(time_s[inside] - begin_s, 0.0, part.seconds)
            out[inside] = _share(part, since_s)
            begin_s += part.seconds
        return out

    def eyes_off_at(self, at_s: float) -> bool:
        """Return whether the target is hidden at a time from the start of the hold."""
        begin_s = 0.0
        for part in self.parts:
            if begin_s <= at_s < begin_s + part.seconds:
                return part.eyes_off
            begin_s += part.seconds
        return False


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a hold ends before its time, besides letting go. All shares and times are off when None."""

    below_target_share: float | None = None
    """Ends when tension stays below this share of the target..."""
    below_s: float = 2.0
    """...for so long."""
    out_of_band_s: float | None = None
    """Ends after so long out of the band in one go, told once halfway."""
    after_shake_s: float | None = None
    """Ends so long after the shake has doubled (needs a sensor)."""


def _share(part: PathPart, since_s: "FloatArray") -> "FloatArray":
    import numpy as np

    if part.kind == "ramp":
        return part.level + (part.to - part.level) * since_s / part.seconds
    if part.kind == "sine":
        return part.level + part.amplitude * np.sin(2 * np.pi * part.hz * since_s)
    return np.full(since_s.shape, part.level)
