"""How much it shakes: RMS in 4-15 Hz and 8-12 Hz, the frequency of the peak, and what makes them doubtful."""

import numpy as np

from isotimer.measures.force import no_tension
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared
from isotimer.measures.spectrum import HEART_HZ, SHAKE_HZ, TREMOR_HZ, Spectrum

CLEAR_PEAK = 3.0
"""A peak stands out if it is so many times the median density of the band ..."""
VALLEY, VALLEY_HZ = 2.0, 3.0
"""... and so many times the lowest density within so many Hz on either side: a slope has no valley."""
FLOOR_FACTOR = 3.0
"""Shake below this many noise floors may be noise."""
RESONANCE_HZ = 1.0
"""A peak this near to the rig's own frequency may be the rig's."""
HEART_SHARE = 0.5
"""Heartbeat and sway land in 4-8 Hz on a plate: shake with this share of its power there may be theirs."""
NO_STRETCH = "no stretch of 2 s without a gap"
NO_PEAK = "no clear peak"

_FAST_HZ = 95.0
"""From here on what such a filter takes is within the scatter of the measure."""
_FILTER_ORDERS = (3.0, 4.0)
"""Sigma-delta converters of this class settle in 3 to 4 periods, which is a sinc filter of that order."""


def shake_rms(hold: Prepared) -> Outcome:
    """RMS in 4-15 Hz."""
    return _band(hold, SHAKE_HZ)


def tremor_rms(hold: Prepared) -> Outcome:
    """RMS in 8-12 Hz."""
    return _band(hold, TREMOR_HZ)


def shake_pct(hold: Prepared) -> Outcome:
    """RMS in 4-15 Hz as a share of mean tension, %."""
    if reason := no_tension(hold):
        return absent(reason)
    shake = _band(hold, SHAKE_HZ)
    return shake if shake.value is None else found(100 * shake.value / hold.mean_n, shake.doubt)


def shake_peak(hold: Prepared) -> Outcome:
    """Frequency of the greatest density in 4-15 Hz, if it is a peak and stands out."""
    spectrum = hold.spectrum
    if spectrum is None:
        return absent(NO_STRETCH)
    peak = peak_hz(spectrum)
    if peak is None:
        return absent(NO_PEAK)
    return found(peak, floor_doubt(hold, spectrum), resonance_doubt(hold, peak), heart_doubt(hold, spectrum))


def peak_hz(spectrum: Spectrum) -> float | None:
    """Return the frequency of the clear peak in 4-15 Hz; None if there is none.

    It must be a local maximum inside the band (the edge at 4 Hz is often just the slope of wobble), at
    least three times the band's median density, with a valley of at most half its height on both sides.
    """
    inside = np.flatnonzero((spectrum.freq_hz >= SHAKE_HZ[0]) & (spectrum.freq_hz <= SHAKE_HZ[1]))
    if inside.size < 3:
        return None
    density = spectrum.density[inside]
    top = int(np.argmax(density))
    if (
        top in (0, inside.size - 1)
        or density[top] <= 0
        or density[top] < CLEAR_PEAK * float(np.median(density))
    ):
        return None
    freq, height = float(spectrum.freq_hz[inside[top]]), float(density[top])
    for low, high in ((freq - VALLEY_HZ, freq), (freq, freq + VALLEY_HZ)):
        near = spectrum.density[(spectrum.freq_hz >= low) & (spectrum.freq_hz <= high)]
        if height < VALLEY * float(near.min()):
            return None
    return freq


def noise_floor(hold: Prepared) -> Outcome:
    """RMS of the unloaded sensor in 4-15 Hz, measured beforehand or before the pull."""
    floor = hold.noise_floor_n
    return absent("no unloaded stretch of 2 s before the pull") if floor is None else found(floor)


def _band(hold: Prepared, band_hz: tuple[float, float]) -> Outcome:
    spectrum = hold.spectrum
    if spectrum is None:
        return absent(NO_STRETCH)
    peak = peak_hz(spectrum)
    heart = heart_doubt(hold, spectrum) if band_hz == SHAKE_HZ else ""
    return found(
        spectrum.band_rms(band_hz),
        floor_doubt(hold, spectrum),
        resonance_doubt(hold, peak),
        heart,
        filter_doubt(hold),
        filled_doubt(hold),
    )


def floor_doubt(hold: Prepared, spectrum: Spectrum) -> str:
    """Return what to say of shake that may be the sensor's noise."""
    floor = hold.noise_floor_n
    if floor is None or spectrum.band_rms(SHAKE_HZ) >= FLOOR_FACTOR * floor:
        return ""
    unit = "N" if hold.trace.calibrated else hold.trace.unit
    return f"below three times the noise floor of {floor:.2g} {unit}"


def resonance_doubt(hold: Prepared, peak: float | None) -> str:
    """Return what to say of a peak at the rig's own frequency."""
    own = hold.trace.resonance_hz
    near = own is not None and peak is not None and abs(peak - own) <= RESONANCE_HZ
    return f"peak sits on the rig's own {own:.1f} Hz" if near else ""


def heart_doubt(hold: Prepared, spectrum: Spectrum) -> str:
    """Return what to say of shake on a plate that lies mostly where heart and sway of the person do."""
    if not hold.trace.plate:
        return ""
    peak = peak_hz(spectrum)
    on_heart = peak is not None and HEART_HZ[0] <= peak <= HEART_HZ[1]
    shake = spectrum.band_rms(SHAKE_HZ)
    mostly = shake > 0 and spectrum.band_rms(HEART_HZ) ** 2 >= HEART_SHARE * shake**2
    return "heartbeat on a plate lands in 4-8 Hz" if on_heart or mostly else ""


def filter_doubt(hold: Prepared) -> str:
    """Return how much the sensor's own filter takes from 8-12 Hz: known from its delay, else supposed."""
    delay, rate = hold.trace.filter_delay_s, hold.rate
    if rate >= _FAST_HZ or (delay is not None and delay <= 0):
        return ""
    orders = _FILTER_ORDERS if delay is None else (2 * delay * rate, 2 * delay * rate)
    least, most = (1 - float(np.sinc(f / rate)) ** n for f, n in zip((8, 12), orders, strict=True))
    may = "may read" if delay is None else "reads"
    return f"{may} {100 * least:.0f}-{100 * most:.0f} % low at {rate:.0f} Hz (the sensor's own filter)"


def filled_doubt(hold: Prepared) -> str:
    """Return what to say when many samples were filled in."""
    missing = hold.even.missing
    return f"{100 * missing:.0f} % of the samples are missing" if missing > 0.07 else ""
