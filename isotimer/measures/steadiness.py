"""How steady: three coefficients of variation that must not be mixed, and wobble."""

from itertools import pairwise

import numpy as np

from isotimer.measures.force import no_tension
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared
from isotimer.measures.spectrum import WOBBLE_HZ, detrended

SLOW_RATE_HZ = 20.0
"""Below this rate variation holds drift and slow correction only."""


def cv_raw(hold: Prepared) -> Outcome:
    """SD (n - 1) over mean, %: drift included."""
    if reason := no_tension(hold):
        return absent(reason)
    _, force = hold.window
    return found(100 * float(force.std(ddof=1)) / float(force.mean()), slow_doubt(hold))


def cv_detrended(hold: Prepared) -> Outcome:
    """SD about the least-squares line (n - 1) over the mean of the original, %."""
    if reason := no_tension(hold):
        return absent(reason)
    time, force = hold.window
    rest = detrended(time, force)
    sd = float(np.sqrt((rest * rest).sum() / (rest.size - 1)))
    return found(100 * sd / float(force.mean()), slow_doubt(hold))


def cv_1s(hold: Prepared) -> Outcome:
    """Mean over whole seconds of (SD about the second's own line over its mean), %.

    Source: convention of Tracy and Moritz, as in Nagamori et al. (2021) PLoS Comput Biol, figure 9.
    """
    if reason := no_tension(hold):
        return absent(reason)
    time, force = hold.window
    marks = np.searchsorted(time, np.arange(hold.window_s[0], hold.window_s[1] + 1e-6, 1.0) - 1e-9)
    shares = []
    for a, b in pairwise(marks.tolist()):
        if b - a < max(4, 0.75 * hold.rate) or force[a:b].mean() <= 0:
            continue
        rest = detrended(time[a:b], force[a:b])
        shares.append(float(np.sqrt(rest @ rest / (rest.size - 1))) / float(force[a:b].mean()))
    if not shares:
        return absent("no whole second with samples")
    return found(100 * float(np.mean(shares)), slow_doubt(hold))


def wobble_rms(hold: Prepared) -> Outcome:
    """RMS in 0.5-4 Hz from the spectrum of the window."""
    spectrum = hold.slow_spectrum
    if spectrum is None:
        return absent("no stretch of 2 s without a gap")
    return found(spectrum.band_rms(WOBBLE_HZ))


def slow_doubt(hold: Prepared) -> str:
    """Return what to say of variation seen by a slow sensor."""
    return f"slow content only at {hold.rate:.1f} Hz" if hold.rate < SLOW_RATE_HZ else ""
