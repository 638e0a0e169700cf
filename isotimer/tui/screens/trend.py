"""Whether each series still moves: improving, declining, flat, or not to be told."""

from typing import ClassVar

import numpy as np
from rich.cells import set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.text import printable
from isotimer.review.trend import Trend, Verdict
from isotimer.session.coach_json import trend_lines
from isotimer.session.coach_views import SeriesTrend
from isotimer.tui.actions import bindings
from isotimer.tui.coach_base import LOADING, NOBODY, CoachScreen
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.plot import Plot, PlotData

_NAME_CELLS = 14
_MEASURE_CELLS = 16
_NOTHING = "No series yet: a trend takes 6 sessions of the same hold over 3 weeks."


class TrendScreen(CoachScreen):
    """Lists the series of an athlete and shows one of them over time."""

    NAME = "trend"
    BINDINGS: ClassVar[list[BindingType]] = bindings("trend")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield from self.compose_head()
        yield from self.compose_athlete()
        with Horizontal(id="series"):
            yield OptionList(id="series-list", markup=False)
            with Vertical():
                yield Plot(glyphs=self.glyphs, dom_id="plot")
                with VerticalScroll(id="text", can_focus=False):
                    yield Static(id="said", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Show who trains."""
        self._series: tuple[SeriesTrend, ...] = ()
        self.query_one("#series-list", OptionList).focus()
        self.call_after_refresh(self.load)

    def load(self) -> None:
        """Ask for the trends."""
        if self.waits():
            return
        if self.coach.empty:
            self.say(NOBODY)
            return
        self.say(LOADING)
        who = self.about
        self.ask(lambda: (self.coach.choices(), self.coach.trends(who)), self._put)

    def _put(self, found: tuple[dict[str, list[str]], tuple[SeriesTrend, ...]]) -> None:
        known, self._series = found
        self.suggest(known["athletes"])
        listed = self.query_one("#series-list", OptionList)
        listed.clear_options()
        listed.add_options(Option(Content(self._line(series))) for series in self._series)
        counted = {v: sum(s.trend.verdict is v for s in self._series) for v in Verdict}
        said = ", ".join(f"{n} {verdict}" for verdict, n in counted.items() if n)
        self.say(f"{len(self._series)} series: {said}" if self._series else _NOTHING)
        self.query_one(Plot).show(None)
        self.query_one("#said", Static).update("")
        if self._series:
            listed.highlighted = 0

    def _line(self, series: SeriesTrend) -> str:
        signs = {
            Verdict.IMPROVING: self.glyphs.up,
            Verdict.RISING: self.glyphs.up,
            Verdict.DECLINING: self.glyphs.down,
            Verdict.FALLING: self.glyphs.down,
            Verdict.PLATEAU: self.glyphs.rule_hold,
        }
        name = set_cell_size(printable(self.coach.positions.name(series.key.position), 60), _NAME_CELLS)
        sign = signs.get(series.trend.verdict, self.glyphs.dot)
        return f"{sign} {name} {series.key.side[0].upper()} {printable(series.name, _MEASURE_CELLS)}"

    @on(OptionList.OptionHighlighted, "#series-list")
    def show_series(self, event: OptionList.OptionHighlighted) -> None:
        """Show one series."""
        series = self._series[event.option_index]
        self.query_one(Plot).show(plot_of(series))
        self.query_one("#said", Static).update("\n".join(line.strip() for line in trend_lines(series)))
        self.query_one("#text", VerticalScroll).scroll_home(animate=False)


def plot_of(series: SeriesTrend) -> PlotData | None:
    """Return the sessions of a series with the line of its latest window."""
    if not series.points:
        return None
    days, values = _line_of(series.trend)
    unit = f", {series.unit}" if series.unit else ""
    return PlotData(
        f"{printable(series.name, 40)}{unit}, by session",
        np.array([p.day for p in series.points]),
        np.array([p.value for p in series.points]),
        days,
        values,
    )


def _line_of(trend: Trend) -> tuple[tuple[float, float] | None, tuple[float, float]]:
    if trend.slope is None or trend.median is None or trend.first_at is None or trend.last_at is None:
        return None, (0.0, 0.0)
    half = trend.span_days / 2 * trend.slope.per_day
    first = trend.first_at.timestamp() / 86400.0
    return (first, first + trend.span_days), (trend.median - half, trend.median + half)
