"""What fills the blocks of a sound stream: planned cues on their sample, volume, the sound of the force.

Any thread may plan; only the stream's callback calls ``fill``. Between them are queues and single
attributes that Python changes in one step: the callback never waits for a lock.
"""

import itertools
from bisect import insort
from collections import deque
from dataclasses import dataclass

import numpy as np

from isotimer.core.force_tone import ForceSound, ForceTone
from isotimer.core.mix import Schedule
from isotimer.core.tones import Wave
from isotimer.sound.clock import SampleClock

STALE_S = 0.25
"""A planned sound that would be later than this is dropped: a standstill ends without a burst of old cues."""

_FADE_S = 0.02
_BLOCK = 8192


@dataclass(frozen=True, slots=True, order=True)
class _Planned:
    at_s: float
    number: int
    wave: Wave


@dataclass(frozen=True, slots=True)
class _CancelAfter:
    at_s: float


@dataclass(frozen=True, slots=True)
class Sounded:
    """A sound that was handed to the sound card."""

    planned_s: float | None
    """Host time at which it was to be heard; None for a sound that was played at once."""
    sounds_s: float
    """Host time at which the system says that it is heard."""


class Player:
    """The sounds of one stream.

    Args:
        rate_hz: Samples per second.
        volume: 0 to 1.
        muted: Whether to be silent for now.
        early_s: Known delay behind the sound card; planned sounds are played so much earlier.
    """

    def __init__(
        self, rate_hz: float, *, volume: float = 1.0, muted: bool = False, early_s: float = 0.0
    ) -> None:
        self.volume = volume
        self.muted = muted
        self.force: ForceSound | None = None
        """The sound of the force; None for none."""
        self.dropped = 0
        """Planned sounds that came too late to be played."""
        self.sounded: deque[Sounded] = deque(maxlen=256)
        self._early_s = early_s
        self._clock = SampleClock(rate_hz)
        self._stale = round(STALE_S * rate_hz)
        self._fade = _FADE_S * rate_hz
        self._orders: deque[_Planned | _CancelAfter | Wave] = deque()
        self._numbers = itertools.count()
        self._pending: list[_Planned] = []
        self._schedule = Schedule()
        self._force_tone = ForceTone(rate_hz)
        self._position = 0
        self._gain = 0.0 if muted else volume
        self._mixed = np.zeros(_BLOCK, np.float32)

    def plan(self, wave: Wave, at_s: float) -> None:
        """Let a sound be heard at a host time; one that has just passed is played at once."""
        self._orders.append(_Planned(at_s, next(self._numbers), wave))

    def play(self, wave: Wave) -> None:
        """Let a sound be heard as soon as possible."""
        self._orders.append(wave)

    def cancel_after(self, at_s: float) -> None:
        """Forget the sounds planned until now for a later host time; what has begun is heard to its end."""
        self._orders.append(_CancelAfter(at_s))

    @property
    def settled(self) -> bool:
        """Whether planned sounds will be exact."""
        return self._clock.settled

    def fill(self, out: Wave, sounds_s: float) -> None:
        """Write the next block of sound.

        Args:
            out: (n, channels) array to be filled.
            sounds_s: Host time at which its first sample will be heard.
        """
        self._clock.observe(self._position, sounds_s)
        self._take_orders()
        for begin in range(0, len(out), _BLOCK):
            self._fill_part(out[begin : begin + _BLOCK])

    def _fill_part(self, out: Wave) -> None:
        mixed = self._mixed[: len(out)]
        mixed.fill(0.0)
        self._start_due(self._position + len(out))
        if not self._schedule.empty:
            self._schedule.mix_into(self._position, mixed)
        if self.force is not None or not self._force_tone.silent:
            mixed += self._force_tone.render(len(out), self.force)
        gain = 0.0 if self.muted else min(max(self.volume, 0.0), 1.0)
        if gain != self._gain:
            step = len(out) / self._fade
            gain = self._gain + min(max(gain - self._gain, -step), step)
            mixed *= np.linspace(self._gain, gain, len(out), dtype=np.float32)
            self._gain = gain
        elif gain != 1.0:
            mixed *= np.float32(gain)
        out[:] = mixed[:, None]
        self._position += len(out)

    def _take_orders(self) -> None:
        while self._orders:
            order = self._orders.popleft()
            if isinstance(order, _Planned):
                insort(self._pending, order)
            elif isinstance(order, _CancelAfter):
                self._pending = [p for p in self._pending if p.at_s <= order.at_s]
            else:
                self._begin(order, self._position, None)

    def _start_due(self, stop: int) -> None:
        """Place the planned sounds that begin before a sample; no others yet, as the clocks drift."""
        while self._pending:
            planned = self._pending[0]
            sample = self._clock.sample_at(planned.at_s - self._early_s)
            if sample >= stop:
                return
            del self._pending[0]
            if sample < self._position - self._stale:
                self.dropped += 1
            else:
                self._begin(planned.wave, max(sample, self._position), planned.at_s)

    def _begin(self, wave: Wave, sample: int, planned_s: float | None) -> None:
        self._schedule.add(sample, wave)
        self.sounded.append(Sounded(planned_s, self._clock.time_of(sample) + self._early_s))
