"""The spectrum of a hold as a small chart of bars."""

from typing import TYPE_CHECKING

import numpy as np
from textual.widgets import Static

if TYPE_CHECKING:
    from isotimer.measures.spectrum import Spectrum

LOW_HZ, HIGH_HZ = 2.0, 16.0
"""The chart begins above the drift and wobble, which would hide all else, and ends above the shake band."""
_BARS = " ▁▂▃▄▅▆▇█"
_ASCII_BARS = " .:-=+*#@"
_MARKS = (4.0, 8.0, 12.0, 15.0)


def spectrum_lines(spectrum: "Spectrum | None", columns: int, *, braille: bool = True) -> list[str]:
    """Return bars of amplitude density from 2 to 16 Hz, and the scale under them; nothing without a spectrum.

    Args:
        spectrum: Of the hold's steady part.
        columns: Width of the chart in cells.
        braille: Whether the terminal has block signs.
    """
    if spectrum is None or columns < 20:
        return []
    edges = np.linspace(LOW_HZ, HIGH_HZ, columns + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    amplitude = np.sqrt(np.interp(middles, spectrum.freq_hz, spectrum.density))
    top = float(amplitude.max())
    if not top > 0:
        return []
    bars = _BARS if braille else _ASCII_BARS
    heights = np.ceil(amplitude / top * (len(bars) - 1)).astype(int)
    scale = [" "] * columns
    for mark in _MARKS:
        at = int((mark - LOW_HZ) / (HIGH_HZ - LOW_HZ) * columns)
        text = f"{mark:g}"
        scale[at : at + len(text)] = text
    scale[columns - 3 :] = " Hz"
    return ["".join(bars[h] for h in heights), "".join(scale[:columns])]


class SpectrumChart(Static):
    """Two lines: the bars and their scale."""

    def show(self, spectrum: "Spectrum | None", *, braille: bool = True) -> None:
        """Show a spectrum; the chart hides itself without one."""
        lines = spectrum_lines(spectrum, max(0, (self.size.width or 80) - 20), braille=braille)
        self.display = bool(lines)
        if lines:
            self.update(f"{'Spectrum 2-16 Hz':<17}{lines[0]}\n{'':<17}{lines[1]}")
