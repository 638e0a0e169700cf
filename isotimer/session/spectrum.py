"""The spectrum of a finished hold, for a small chart."""

from isotimer.measures.prepared import spectrum_of
from isotimer.measures.spectrum import Spectrum
from isotimer.measures.trace import Trace
from isotimer.session.snapshot import HoldResult


def spectrum_of_result(result: HoldResult) -> Spectrum | None:
    """Return the spectrum of a hold's steady part; None if it has none."""
    if len(result.time_s) < 2:
        return None
    return spectrum_of(Trace(result.time_s, result.force_n, result.hold_s, unit=result.unit))
