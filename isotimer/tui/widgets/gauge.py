"""Tension now: its number in block digits, where it stands on a scale, and a word for more or less."""

import math
from typing import ClassVar

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from isotimer.core.plan import TargetBand
from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.pixels import half_blocks, word_bitmap
from isotimer.tui.widgets.raster import LEAST_N, round_up
from isotimer.tui.widgets.strips import strip_of

_NUMBER_CELLS = 21
_WORD_CELLS = 24
_ROWS = 3
_FAR = 0.04
"""A change by more than this share of the scale is shown at once: three to four cells of its marker."""
_FAR_LEAST = 2.0
"""In the unit of the line: an unloaded sensor's noise is no change."""

BAND_WORDS: dict[str, str] = {"below": "MORE", "in": "IN", "above": "LESS"}
"""What to do about the tension: the word that stands beside the glyph."""


class TensionGauge(Widget):
    """Three lines: number, scale with the band and a marker, and MORE, IN or LESS."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "gauge--number",
        "gauge--track",
        "gauge--band",
        "gauge--in",
        "gauge--out",
    }

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._shown: tuple[float | None, TargetBand | None, str | None, str] = (None, None, None, "N")
        self._top = 0.0
        self._peak = 0.0

    @property
    def word(self) -> str:
        """The word beside the scale: MORE, IN, LESS or nothing."""
        return BAND_WORDS.get(self._shown[2] or "", "")

    def show(self, value: float | None, band: TargetBand | None, place: str | None, unit: str) -> None:
        """Show a tension.

        Args:
            value: Tension in ``unit``; None or NaN when there is none.
            band: The target band, N.
            place: "below", "in" or "above" the band; None without a band.
            unit: Unit of the value.
        """
        known = None if value is None or not math.isfinite(value) else float(round(value))
        if (known, band, place, unit) == self._shown:
            return
        if band != self._shown[1] or unit != self._shown[3]:
            self._peak = 0.0
        self._peak = max(self._peak, known or 0.0)
        least = LEAST_N if unit == "N" else 1.0
        self._top = round_up(max(self._peak * 1.05, band.high_n * 1.3 if band else 0.0, least))
        self._shown = (known, band, place, unit)
        self.refresh()

    def far(self, value: float) -> bool:
        """Return whether a tension is so far from the one shown that it should be shown at once.

        A number that runs cannot be read, so it changes a few times a second; a pull that sets in is
        another matter. May be asked from any thread.
        """
        shown = self._shown[0]
        if shown is None or not math.isfinite(value):
            return False
        return abs(value - shown) > max(_FAR * self._top, _FAR_LEAST)

    def render_line(self, y: int) -> Strip:
        """Return one of the three lines."""
        width = self.size.width
        value, band, place, unit = self._shown
        number = self.get_component_rich_style("gauge--number")
        digits = half_blocks(word_bitmap(_digits(value)), self._glyphs.blocks)[min(y, _ROWS - 1)]
        name = f" {unit}" if y == _ROWS - 1 else ""
        left = f"{digits:>{_NUMBER_CELLS}}{name}".ljust(max(_NUMBER_CELLS + 3, len(digits) + len(unit) + 2))
        room = max(0, width - len(left) - (_WORD_CELLS if band else 1))
        scale = self._scale_line(y, room, value, band)
        return strip_of([(left, number), *scale, *self._word_line(y, place, band)], width)

    def _scale_line(
        self, y: int, room: int, value: float | None, band: TargetBand | None
    ) -> list[tuple[str, Style]]:
        track, shade = (
            self.get_component_rich_style("gauge--track"),
            self.get_component_rich_style("gauge--band"),
        )
        if room < 8 or self._top <= 0:
            return [(" " * room, track)]
        place = _Places(room, self._top)
        if y == _ROWS - 1:
            return [(_numbers(place, band, self._top), track)]
        low, high = place.span(band)
        bar = "".join(
            self._glyphs.band if low <= i <= high else (self._glyphs.track if y == 1 else " ")
            for i in range(room)
        )
        at = None if value is None else place.of(value)
        styles = [shade if low <= i <= high else track for i in range(room)]
        parts = [(c, s) for c, s in zip(bar, styles, strict=True)]
        if at is not None:
            parts[at] = (self._glyphs.marker, self.get_component_rich_style("gauge--number"))
        return parts

    def _word_line(self, y: int, place: str | None, band: TargetBand | None) -> list[tuple[str, Style]]:
        if band is None:
            return []
        if place is None:
            return [(" " * _WORD_CELLS, self.get_component_rich_style("gauge--track"))]
        style = self.get_component_rich_style("gauge--in" if place == "in" else "gauge--out")
        sign = {"below": self._glyphs.up, "in": self._glyphs.good, "above": self._glyphs.down}[place]
        letters = half_blocks(word_bitmap(BAND_WORDS[place]), self._glyphs.blocks)[min(y, _ROWS - 1)]
        return [(f" {sign if y == 1 else ' '} {letters}".ljust(_WORD_CELLS), style)]


class _Places:
    """Cells of a scale from 0 to its top."""

    def __init__(self, room: int, top: float) -> None:
        self.room = room
        self._per_cell = top / room

    def of(self, value: float) -> int:
        return min(self.room - 1, max(0, int(value / self._per_cell)))

    def span(self, band: TargetBand | None) -> tuple[int, int]:
        return (-1, -2) if band is None else (self.of(band.low_n), self.of(band.high_n))


def _numbers(place: _Places, band: TargetBand | None, top: float) -> str:
    """Return the line of numbers under the scale; those that do not fit beside others are left out."""
    cells = [" "] * place.room
    wanted = [] if band is None else [(place.of(v), f"{v:.0f}") for v in (band.low_n, band.high_n)]
    for at, text in [*wanted, (0, "0"), (place.room - 1, f"{top:.0f}")]:
        start = min(max(0, at - len(text) // 2), place.room - len(text))
        around = cells[max(0, start - 1) : start + len(text) + 1]
        if all(c == " " for c in around):
            cells[start : start + len(text)] = text
    return "".join(cells)


def _digits(value: float | None) -> str:
    if value is None:
        return "--"
    number = int(value)
    return f"{number}" if abs(number) < 100_000 else f"{number // 1000}K"
