"""Values of sessions over dates: dots, the line of a trend, a scale and the dates."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import numpy as np
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from isotimer.core.block import FloatArray
from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.raster import DOTS_ACROSS, DOTS_DOWN, dots, lines_of, round_up
from isotimer.tui.widgets.strips import strip_of

LABEL_CELLS = 9
_DAY_S = 86400.0
_STEPS = 4
_LEAST_SPAN = 0.08
"""A flat line does not fill the picture: at least so much of its level is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class PlotData:
    """What a plot shows; days are counted from 1970-01-01 UTC."""

    title: str
    days: FloatArray
    """(n,) rising."""
    values: FloatArray
    """(n,)."""
    line_days: tuple[float, float] | None = None
    """Ends of a straight line."""
    line_values: tuple[float, float] = (0.0, 0.0)
    start_day: float | None = None
    """Left border; the first day if None."""
    end_day: float | None = None
    joined: bool = False
    """Whether neighbours are joined by lines."""
    dates: bool = True
    """Whether the ends of the time axis are written beneath."""


class Plot(Widget):
    """Draws ``PlotData`` in braille dots."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"plot--dots", "plot--line", "plot--axis", "plot--title"}

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._data: PlotData | None = None
        self._strips: list[Strip] = []
        self._drawn: tuple[object, ...] = ()

    def show(self, data: PlotData | None) -> None:
        """Show data; None for nothing."""
        self._data, self._drawn = data, ()
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw anew in the colours of another theme."""
        super().notify_style_update()
        self._drawn = ()

    def render_line(self, y: int) -> Strip:
        """Return one line of the picture."""
        key = (self._data, self.size)
        if self._drawn != key:
            self._drawn, self._strips = key, self._picture()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def _picture(self) -> list[Strip]:
        data, (width, height) = self._data, self.size
        if data is None or not len(data.days):
            return []
        cells, rows = width - LABEL_CELLS, height - (2 if data.dates else 1)
        if cells < 4 or rows < 1:
            return []
        marked, line, axis, title = (
            self.get_component_rich_style(f"plot--{part}") for part in ("dots", "line", "axis", "title")
        )
        start = float(data.days[0]) if data.start_day is None else data.start_day
        end = float(data.days[-1]) if data.end_day is None else data.end_day
        end = max(end, start + 1.0)
        edges = np.linspace(start - (end - start) * 0.01, end + (end - start) * 0.01, cells * DOTS_ACROSS + 1)
        bottom, top = _scale(data)
        values = _columns(edges, data.days, data.values, joined=data.joined)
        thick = 0.0 if data.joined else (top - bottom) / (rows * DOTS_DOWN)
        drawn = dots(values, values + thick, rows, bottom, top)
        under = np.zeros_like(drawn)
        if data.line_days is not None:
            middles = (edges[:-1] + edges[1:]) / 2
            inside = (middles >= data.line_days[0]) & (middles <= data.line_days[1])
            level = np.where(inside, np.interp(middles, data.line_days, data.line_values), np.nan)
            under = dots(level, level, rows, bottom, top)
        lines = lines_of(drawn | under, braille=self._glyphs.braille)
        labels = [""] * rows
        labels[0], labels[-1] = _number(top), _number(bottom)
        strips = [strip_of([(data.title, title)], width)]
        for row, text in enumerate(lines):
            only = (under[row] > 0) & (drawn[row] == 0)
            parts: list[tuple[str, Style]] = [
                (sign, line if below else marked) for sign, below in zip(text, only.tolist(), strict=True)
            ]
            label = f"{labels[row]:>{LABEL_CELLS - 1}}{self._glyphs.axis}"
            strips.append(strip_of([(label, axis), *parts], width))
        if data.dates:
            strips.append(strip_of([(self._dates(start, end, cells), axis)], width))
        return strips

    def _dates(self, start: float, end: float, cells: int) -> str:
        first, last = _date(start), _date(end)
        rule = self._glyphs.rule * max(0, cells - len(first) - len(last) - 2)
        return f"{'':{LABEL_CELLS}}{first} {rule} {last}"


def _columns(edges: FloatArray, days: FloatArray, values: FloatArray, *, joined: bool) -> FloatArray:
    """Return a value for each column of dots, a single session two columns wide; NaN where there is none."""
    if joined:
        middles = (edges[:-1] + edges[1:]) / 2
        return np.asarray(np.interp(middles, days, values, left=np.nan, right=np.nan), np.float64)
    found = np.full(len(edges) - 1, np.nan)
    at = np.clip(np.searchsorted(edges, days, side="right") - 1, 0, len(found) - 1)
    found[np.minimum(at + 1, len(found) - 1)] = values
    found[at] = values
    return found


def _scale(data: PlotData) -> tuple[float, float]:
    known = [*data.values.tolist(), *(data.line_values if data.line_days is not None else ())]
    low, high = min(known), max(known)
    step = round_up(max(high - low, abs(high) * _LEAST_SPAN, 1e-9) / _STEPS)
    return math.floor(low / step) * step, math.ceil(high / step + 1e-9) * step


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def _date(day: float) -> str:
    return f"{datetime.fromtimestamp(day * _DAY_S, UTC):%Y-%m-%d}"
