"""The RMS in any band of frequencies, for those who want another than shake and tremor."""

from functools import partial

from isotimer.core.errors import WrongUseError
from isotimer.measures.measure import Measure
from isotimer.measures.needs import Needs
from isotimer.measures.outcome import Outcome, absent, found
from isotimer.measures.prepared import Prepared
from isotimer.measures.shake import NO_STRETCH

LOWEST_HZ = 0.5
"""Slower than the spectrum's segments can tell from drift."""
RATE_PER_HZ = 2.5
"""A sensor's own filter is open to about 0.4 of its rate."""


def parse_band(text: str) -> tuple[float, float]:
    """Return the edges in Hz that a text like "5:20" means.

    Raises:
        WrongUseError: If it is no band.
    """
    low, colon, high = text.partition(":")
    try:
        edges = float(low), float(high)
    except ValueError:
        edges = (0.0, 0.0)
    if not colon or not LOWEST_HZ <= edges[0] < edges[1] < 1e5:
        raise WrongUseError(
            f"'{text}' is no band", "", f"give two frequencies like 5:20, the lower at least {LOWEST_HZ:g} Hz"
        )
    return edges


def band_measure(band_hz: tuple[float, float]) -> Measure:
    """Return the row of the RMS in a band, which is not among ``MEASURES``."""
    low, high = band_hz
    return Measure(
        f"band_{low:g}_{high:g}_hz_rms_n",
        "N",
        f"{low:g}-{high:g} Hz",
        f"Shaking of tension between {low:g} and {high:g} Hz, as RMS.",
        Needs(
            calibrated=True,
            min_rate_hz=max(40.0, RATE_PER_HZ * high),
            min_window_s=5 if low < 4 else 3.5,
            max_gap_s=0.25,
            complete=True,
        ),
        partial(_band_rms, band_hz=band_hz),
        "Welch/multitaper band power",
        2,
    )


def _band_rms(hold: Prepared, band_hz: tuple[float, float]) -> Outcome:
    spectrum = hold.slow_spectrum if band_hz[0] < 4 else hold.spectrum
    return absent(NO_STRETCH) if spectrum is None else found(spectrum.band_rms(band_hz))
