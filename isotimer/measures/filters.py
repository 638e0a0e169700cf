"""The band-pass of the shake course, as biquads, without scipy (the live view may not wait for it)."""

import numpy as np

from isotimer.core.block import FloatArray

ORDER = 4


def bandpass_sos(low_hz: float, high_hz: float, rate_hz: float) -> FloatArray:
    """Return (4, 6) second-order sections of a Butterworth band-pass of order 4.

    Analogue prototype, low-pass to band-pass, bilinear transform with both edges prewarped; the same filter
    as ``scipy.signal.butter(4, [low, high], "bandpass", fs=rate)``.

    Raises:
        ValueError: If the edges do not rise or reach half the rate.
    """
    if not 0 < low_hz < high_hz < rate_hz / 2:
        raise ValueError(f"no band-pass of {low_hz}-{high_hz} Hz at {rate_hz} Hz")
    low, high = (2 * rate_hz * np.tan(np.pi * f / rate_hz) for f in (low_hz, high_hz))
    width, centre = high - low, np.sqrt(low * high)
    angles = np.pi * (2 * np.arange(ORDER) + ORDER + 1) / (2 * ORDER)
    half = np.exp(1j * angles) * width / 2
    root = np.sqrt(half**2 - centre**2 + 0j)
    poles = np.concatenate((half + root, half - root))
    poles = (2 * rate_hz + poles) / (2 * rate_hz - poles)
    poles = poles[poles.imag > 0]
    # Zeros: four at +1 and four at -1, one of each per section.
    sos = np.array([[1.0, 0.0, -1.0, 1.0, -2 * p.real, abs(p) ** 2] for p in sorted(poles, key=abs)])
    middle = np.exp(2j * np.arctan(centre / (2 * rate_hz)))
    gain = np.prod([np.abs(np.polyval(s[:3], middle) / np.polyval(s[3:], middle)) for s in sos])
    sos[:, :3] /= gain ** (1 / ORDER)
    return sos
