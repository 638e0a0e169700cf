"""Sample entropy: how irregular tension is. Not in the table of measures: it is slow and needs 30 s."""

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.measures.lazy import signal
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared
from isotimer.measures.spectrum import detrended

LEAST_S = 30.0
RATES_HZ = (100.0, 250.0)
"""Below this range values rise, above they stay (Raffalt 2023); faster records are decimated to its start."""
MOST_POINTS = 6000


def sample_entropy(values: FloatArray, length: int = 2, share: float = 0.2) -> float | None:
    """Return -ln(A / B) for templates of ``length`` within ``share`` of the SD (ddof 0); None if undefined.

    Chebyshev distance, no self-matches, n - length templates for both lengths.
    Source: Richman JS, Moorman JR (2000) Am J Physiol 278:H2039.
    """
    count = values.size - length
    radius = share * float(values.std())
    if count < 2 or radius <= 0:
        return None
    shorter = longer = 0
    for first in range(0, count, 256):
        rows = np.arange(first, min(first + 256, count))
        near = np.ones((rows.size, count), bool)
        for k in range(length):
            near &= np.abs(values[rows + k, None] - values[None, k : k + count]) <= radius
        shorter += int(near.sum()) - rows.size
        near &= np.abs(values[rows + length, None] - values[None, length : length + count]) <= radius
        longer += int(near.sum()) - rows.size
    return -float(np.log(longer / shorter)) if longer and shorter else None


def entropy(hold: Prepared) -> Outcome:
    """Sample entropy of the detrended window at 100 to 250 Hz, of its first minute at most."""
    if hold.fault:
        return absent(hold.fault)
    if hold.rate < 0.995 * RATES_HZ[0]:
        return absent(f"sensor too slow: {hold.rate:.1f} Hz, needs {RATES_HZ[0]:g}")
    if hold.window_length_s + 0.5 / hold.rate < LEAST_S:
        return absent(f"steady part too short: {hold.window_length_s:.1f} s, needs {LEAST_S:g}")
    piece = hold.even.longest.values
    if piece.size < LEAST_S * hold.rate - 1:
        return absent("no stretch of 30 s without a gap")
    flat = detrended(np.arange(piece.size) / hold.rate, piece)
    factor = max(1, int(hold.rate * 1.005 // RATES_HZ[0]))
    if factor > 1:
        flat = signal().decimate(flat, factor, ftype="fir")
    value = sample_entropy(flat[:MOST_POINTS])
    return absent("tension does not vary") if value is None else found(value)
