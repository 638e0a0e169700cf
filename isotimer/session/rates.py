"""The baud rates that a device file names, tried one after the other until the device is understood."""

from isotimer.core.errors import IsotimerError, LinkError, LinkReason
from isotimer.core.profile import Profile

_PERHAPS = (LinkReason.GARBLED, LinkReason.NO_DATA, LinkReason.NO_ANSWER)
"""Failures that a wrong baud rate may be the cause of."""


class Rates:
    """Which baud rate a line is opened with.

    Args:
        profile: The device; its ``baud`` comes first, then ``baud_try``.
        fixed: The only rate, if a person has set one.
    """

    def __init__(self, profile: Profile, fixed: int | None = None) -> None:
        every = (fixed,) if fixed else (profile.port.baud, *profile.port.baud_try)
        self._rates = tuple(dict.fromkeys(every))
        self._at = 0
        self._proven = False
        self.failed_all = False
        """Whether each rate was tried in vain."""

    @property
    def baud(self) -> int:
        """The rate of the present attempt."""
        return self._rates[self._at]

    @property
    def open(self) -> bool:
        """Whether another rate may do better."""
        return len(self._rates) > 1 and not self._proven

    @property
    def trying(self) -> str:
        """What is said while another than the first rate is tried; empty at the first."""
        return f"trying {self.baud} baud" if self._at else ""

    @property
    def tried(self) -> str:
        """The rates at which all failed, in words; empty before each has."""
        last = self._at == len(self._rates) - 1
        if not self.open or not (self.failed_all or last):
            return ""
        *most, final = map(str, self._rates)
        return f" at {', '.join(most)} or {final} baud"

    def proven(self) -> None:
        """The device was understood: stay at this rate."""
        self._proven, self.failed_all = True, False

    def turn(self, error: IsotimerError) -> bool:
        """Go on to the next rate after a failure; return whether it is worth trying before saying so.

        After the last rate the round begins anew, but the failure is to be said.
        """
        if not self.open or not isinstance(error, LinkError) or error.reason not in _PERHAPS:
            return False
        over = self._at == len(self._rates) - 1
        self._at = (self._at + 1) % len(self._rates)
        self.failed_all = self.failed_all or over
        return not over
