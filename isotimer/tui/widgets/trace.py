"""A trace of tension in braille dots, with its target band, a scale and a time axis."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from isotimer.core.block import FloatArray
from isotimer.core.plan import TargetBand
from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.raster import DOTS_ACROSS, LEAST_N, dots, envelope, fit_scale, lines_of
from isotimer.tui.widgets.strips import strip_of

LABEL_CELLS = 8
"""Width of the scale at the left, its line included."""
_AXIS_FROM_ROWS = 6
MARK_WORD = " shake doubled"


@dataclass(frozen=True, slots=True, eq=False)
class TraceData:
    """What a trace shows."""

    time_s: FloatArray = field(default_factory=lambda: np.empty(0))
    """(n,) rising times, s."""
    value: FloatArray = field(default_factory=lambda: np.empty(0))
    """(n,) tension in ``unit``; NaN for no value."""
    start_s: float = 0.0
    """Time at the left border."""
    end_s: float = 10.0
    """Time at the right border."""
    zero_s: float = 0.0
    """The time that the axis calls 0."""
    unit: str = "N"
    band: TargetBand | None = None
    hold_s: tuple[float, float] | None = None
    """Start and end of the hold, to be marked on the time axis."""
    mark_s: float | None = None
    """A moment to be marked over the whole height: when shake doubled."""
    path_s: FloatArray = field(default_factory=lambda: np.empty(0))
    """(m,) rising times of a moving target."""
    path: FloatArray = field(default_factory=lambda: np.empty(0))
    """(m,) the target; NaN where it is hidden."""
    now_s: float | None = None
    """The present, where the picture looks ahead of it."""


class Trace(Widget):
    """Draws ``TraceData``; the picture is made once per change of data or size, lines are taken from it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "trace--line",
        "trace--band",
        "trace--axis",
        "trace--mark",
        "trace--path",
    }

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._data = TraceData()
        self._scale: tuple[float, float] | None = None
        self._strips: list[Strip] = []
        self._drawn: tuple[object, ...] = ()
        self._live_column = -1

    def show(self, data: TraceData) -> None:
        """Show a finished trace; its scale is fitted to it."""
        self._scale = None
        self._put(data)

    def show_live(
        self,
        now_s: float,
        ago_s: FloatArray,
        value: FloatArray,
        *,
        seconds: float,
        unit: str = "N",
        band: TargetBand | None = None,
        mark_s: float | None = None,
    ) -> None:
        """Show the last seconds; nothing is drawn until the picture has moved by one column of dots.

        Args:
            now_s: Session time of the right border.
            ago_s: (n,) times relative to now, so mostly negative.
            value: (n,) tension in ``unit``.
            seconds: Length of the window.
            unit: Unit of the values.
            band: The target band, if there is one.
            mark_s: Session time to be marked; None for no mark.
        """
        columns = self._columns()
        if not columns:
            return
        step_s = seconds / columns
        column = int(np.floor(now_s / step_s))
        key = (column, band, unit, mark_s)
        if key == (self._live_column, self._data.band, self._data.unit, self._data.mark_s):
            return
        self._live_column = column
        end_s = column * step_s
        start_s = end_s - seconds
        self._put(TraceData(ago_s + now_s, value, start_s, end_s, end_s, unit, band, mark_s=mark_s))

    def show_ahead(
        self,
        now_s: float,
        ago_s: FloatArray,
        value: FloatArray,
        path_s: FloatArray,
        path: FloatArray,
        *,
        before_s: float,
        ahead_s: float,
        unit: str = "N",
    ) -> None:
        """Show the last seconds and the moving target of the next ones; paints as ``show_live`` does.

        Args:
            now_s: Session time of the present.
            ago_s: (n,) times relative to now, so mostly negative.
            value: (n,) tension in ``unit``.
            path_s: (m,) session times of the target.
            path: (m,) the target in ``unit``; NaN where it is hidden.
            before_s: How much of the past is shown.
            ahead_s: How much of the future.
            unit: Unit of the values.
        """
        columns = self._columns()
        if not columns:
            return
        step_s = (before_s + ahead_s) / columns
        column = int(np.floor(now_s / step_s))
        if column == self._live_column and unit == self._data.unit:
            return
        self._live_column = column
        now_s = column * step_s
        start_s, end_s = now_s - before_s, now_s + ahead_s
        data = TraceData(ago_s + now_s, value, start_s, end_s, now_s, unit)
        self._put(replace(data, path_s=path_s, path=path, now_s=now_s))

    def _put(self, data: TraceData) -> None:
        self._data = data
        self._drawn = ()
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw anew in the colours of another theme."""
        super().notify_style_update()
        self._drawn = ()

    def render_line(self, y: int) -> Strip:
        """Return one line of the picture."""
        key = (self._data, self.size)
        if self._drawn != key:
            self._drawn = key
            self._strips = self._picture()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def _columns(self) -> int:
        return max(0, self.size.width - LABEL_CELLS) * DOTS_ACROSS

    def _picture(self) -> list[Strip]:
        width, height = self.size
        columns = self._columns()
        if columns < DOTS_ACROSS or height < 1:
            return []
        data = self._data
        rows = height - 1 if height >= _AXIS_FROM_ROWS else height
        edges = np.linspace(data.start_s, data.end_s, columns + 1)
        low, high = envelope(data.time_s, data.value, edges)
        aim_low, aim_high = envelope(data.path_s, data.path, edges)
        bottom, top = self._scale = self._fitted(np.fmin(low, aim_low), np.fmax(high, aim_high))
        force = dots(low, high, rows, bottom, top)
        aim = dots(aim_low, aim_high, rows, bottom, top)
        lines = lines_of(force | aim, braille=self._glyphs.braille)
        banded = band_rows(data.band, rows, bottom, top)
        line, band, axis = (
            self.get_component_rich_style(f"trace--{part}") for part in ("line", "band", "axis")
        )
        labels = _labels(rows, bottom, top, data.unit)
        strips = []
        for row, text in enumerate(lines):
            rule = self._glyphs.axis_band if banded[row] else self._glyphs.axis
            style = line + Style(bgcolor=band.bgcolor) if banded[row] else line
            label = f"{labels[row]:>{LABEL_CELLS - 1}}{rule}"
            if len(data.path):
                parts = self._aimed(text, style, (aim[row] > 0) & (force[row] == 0))
            else:
                parts = self._marked(text, style, row)
            strips.append(strip_of([(label, axis), *parts], width))
        if rows < height:
            strips.append(strip_of([(self._time_axis(width), axis)], width))
        return strips

    def _aimed(self, text: str, style: Style, aim: NDArray[np.bool_]) -> list[tuple[str, Style]]:
        """Return a line of the picture with the target in its own colour, and the present marked."""
        data = self._data
        path, mark = (self.get_component_rich_style(f"trace--{part}") for part in ("path", "mark"))
        parts = [(sign, path if aimed else style) for sign, aimed in zip(text, aim.tolist(), strict=True)]
        if data.now_s is not None:
            at = int((data.now_s - data.start_s) / (data.end_s - data.start_s) * len(text))
            if 0 <= at < len(parts):
                parts[at] = (self._glyphs.axis, mark)
        return parts

    def _marked(self, text: str, style: Style, row: int) -> list[tuple[str, Style]]:
        """Return a line of the picture with the mark in it, in the first line with its word."""
        data = self._data
        if data.mark_s is None or not data.start_s <= data.mark_s < data.end_s:
            return [(text, style)]
        at = int((data.mark_s - data.start_s) / (data.end_s - data.start_s) * len(text))
        sign = self._glyphs.axis + (MARK_WORD if row == 0 and at + len(MARK_WORD) < len(text) else "")
        mark = self.get_component_rich_style("trace--mark")
        return [(text[:at], style), (sign, mark), (text[at + len(sign) :], style)]

    def _fitted(self, low: FloatArray, high: FloatArray) -> tuple[float, float]:
        known = np.isfinite(low)
        lowest = float(low[known].min()) if known.any() else 0.0
        highest = float(high[known].max()) if known.any() else 0.0
        if self._data.band is not None:
            highest = max(highest, self._data.band.high_n * 1.1)
        if self._data.unit == "N":
            highest = max(highest, LEAST_N)
        return fit_scale(lowest, highest, self._scale, from_zero=self._data.unit == "N")

    def _time_axis(self, width: int) -> str:
        data, cells = self._data, width - LABEL_CELLS
        per_s = cells / (data.end_s - data.start_s)
        rule = [self._glyphs.rule] * cells
        if data.hold_s is not None:
            a, b = (round((at - data.start_s) * per_s) for at in data.hold_s)
            for i in range(max(0, a), min(cells, b)):
                rule[i] = self._glyphs.rule_hold
        text = "".join(rule)
        for at, left in ((data.start_s, True), (data.end_s, False)):
            label = f"{round(at - data.zero_s, 1):g} s"
            text = f"{label} {text[len(label) + 1 :]}" if left else f"{text[: -len(label) - 1]} {label}"
        if data.hold_s is not None:
            word = " hold "
            middle = (max(0, a) + min(cells, b) - len(word)) // 2
            if b - a > len(word) + 2 and middle > 0:
                text = text[:middle] + word + text[middle + len(word) :]
        return " " * LABEL_CELLS + text


def band_rows(band: TargetBand | None, rows: int, bottom: float, top: float) -> list[bool]:
    """Return for each line whether it belongs to the band: its middle does, or it has the target."""
    if band is None:
        return [False] * rows
    high = (top - bottom) / rows
    upper = [top - row * high for row in range(rows)]
    return [
        (u - high / 2 <= band.high_n and u - high / 2 >= band.low_n) or (u - high < band.force_n <= u)
        for u in upper
    ]


def _labels(rows: int, bottom: float, top: float, unit: str) -> list[str]:
    labels = [""] * rows
    labels[-1] = _number(bottom)
    if rows >= _AXIS_FROM_ROWS:
        labels[(rows - 1) // 2] = _number((top + bottom) / 2)
    labels[0] = f"{_number(top)} {unit}" if len(_number(top)) + len(unit) < LABEL_CELLS - 1 else _number(top)
    return labels


def _number(value: float) -> str:
    if abs(value) >= 1e6:
        return f"{value / 1e6:.2f}M"
    return f"{value:.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"
