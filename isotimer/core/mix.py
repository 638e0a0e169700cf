"""Sounds placed by sample index and mixed; pure, so that a schedule is tested without a sound card."""

import numpy as np

from isotimer.core.tones import Wave

KNEE = 0.8
"""Below this a mixed sample stays as it is; above, it is bent so that it never reaches full scale."""


class Schedule:
    """Sounds that begin at given samples.

    The result does not depend on how the time is cut into blocks, as long as blocks are asked for in order.
    """

    def __init__(self) -> None:
        self._sounds: list[tuple[int, Wave]] = []

    def add(self, at_sample: int, wave: Wave) -> None:
        """Let a sound begin at a sample; what would lie before the next block is not heard."""
        self._sounds.append((at_sample, wave))

    @property
    def empty(self) -> bool:
        """Whether nothing is left to be heard."""
        return not self._sounds

    def render(self, start_sample: int, frames: int) -> Wave:
        """Return the samples start_sample .. start_sample + frames, shape (frames,)."""
        out = np.zeros(frames, np.float32)
        self.mix_into(start_sample, out)
        return out

    def mix_into(self, start_sample: int, out: Wave) -> None:
        """Add the samples from start_sample on to ``out``, shape (n,), which must hold silence."""
        stop_sample = start_sample + len(out)
        for at, wave in self._sounds:
            begin, end = max(at, start_sample), min(at + len(wave), stop_sample)
            if begin < end:
                part = out[begin - start_sample : end - start_sample]
                part += wave[begin - at : end - at]
        if self._sounds:
            limit(out)
            self._sounds = [(at, wave) for at, wave in self._sounds if at + len(wave) > stop_sample]


def limit(wave: Wave) -> None:
    """Keep a mixed sound within full scale, in place: samples beyond the knee are bent by tanh."""
    size = np.abs(wave)
    if size.max(initial=0.0) <= KNEE:
        return
    over = size > KNEE
    bent = KNEE + (1.0 - KNEE) * np.tanh((size[over] - KNEE) / (1.0 - KNEE))
    wave[over] = np.copysign(bent, wave[over])
