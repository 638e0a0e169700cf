"""Which sample is heard when: the sample clock of a sound card against the host's clock."""

from collections import deque

_REMEMBERED = 31
_SLEW = 5e-4
"""Fastest correction, s/s: cards drift by less, and beats 1 s apart stay so within half a millisecond."""
_JUMP_S = 0.02
"""A difference beyond this is a hiccup of the card and is made up for at once; less would bend the beats."""


class SampleClock:
    """Tells the sample that sounds at a host time, from what a stream says when each block will sound.

    Single statements are wrong at times (while a stream fills its buffers, when the machine is busy), so the
    median of the last few counts, and it is followed slowly.

    Args:
        rate_hz: Nominal rate of the stream.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._origins_s: deque[float] = deque(maxlen=_REMEMBERED)
        self._origin_s = 0.0
        self._median_s = 0.0
        self._last_sample = 0

    def observe(self, sample: int, sounds_s: float) -> None:
        """Learn that a sample will sound at a host time."""
        settled = self.settled
        self._origins_s.append(sounds_s - sample / self._rate_hz)
        self._median_s = sorted(self._origins_s)[len(self._origins_s) // 2]
        most_s = (sample - self._last_sample) / self._rate_hz * _SLEW
        self._last_sample = sample
        error_s = self._median_s - self._origin_s
        if settled and abs(error_s) <= _JUMP_S:
            error_s = min(max(error_s, -most_s), most_s)
        self._origin_s += error_s

    @property
    def settled(self) -> bool:
        """Whether enough is known to place sounds exactly."""
        return len(self._origins_s) == _REMEMBERED

    def sample_at(self, time_s: float) -> int:
        """Return the sample that sounds at a host time, for placing sounds: steady."""
        return round((time_s - self._origin_s) * self._rate_hz)

    def time_of(self, sample: int) -> float:
        """Return the host time at which a sample sounds, by what is known now."""
        return self._median_s + sample / self._rate_hz
