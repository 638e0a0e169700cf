"""After the session: how long, how hard, how steady, for every hold."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from isotimer.core.plan import End
from isotimer.core.text import printable
from isotimer.measures.needs import RIG_LACKS
from isotimer.session.snapshot import HoldResult
from isotimer.session.spectrum import spectrum_of_result
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.messages import Again, Go
from isotimer.tui.verdict import verdict_lines
from isotimer.tui.widgets.digits import BlockDigits
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine
from isotimer.tui.widgets.spectrum import SpectrumChart
from isotimer.tui.widgets.trace import Trace, TraceData
from isotimer.tui.words import END_WORDS, amount, phase_of, position_name, side_word

if TYPE_CHECKING:
    from isotimer.session.station import Station

_UPDATES_PER_S = 4
_NAME_CELLS = 28


class ResultScreen(StationScreen):
    """Shows one finished hold at a time, the newest first.

    Args:
        station: The station; it may still measure the newest hold.
        glyphs: The signs to draw with.
        results: The finished holds, oldest first; at least one.
        at: The hold to begin with; the newest if None.
    """

    NAME = "result"
    BINDINGS: ClassVar[list[BindingType]] = bindings("result")

    def __init__(
        self, station: "Station", glyphs: Glyphs, results: tuple[HoldResult, ...], at: int | None = None
    ) -> None:
        super().__init__(station, glyphs)
        self._results = {r.hold_id: r for r in results}
        self._at = len(self._results) - 1 if at is None else at

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine(dom_id="title")
        with Horizontal(id="headline"):
            yield BlockDigits(glyphs=self.glyphs, dom_id="count")
            yield Static(id="summary", markup=False)
        with VerticalScroll(id="measures", can_focus=False):
            yield Static(id="verdict", markup=False)
            yield SpectrumChart(id="spectrum", markup=False)
            yield Static(id="numbers", markup=False)
        yield Trace(glyphs=self.glyphs, dom_id="trace")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the newest hold, and follow it while it is still being measured."""
        self._show()
        self.set_interval(1 / _UPDATES_PER_S, self._refresh_newest)

    def action_again(self) -> None:
        """Do the same session again."""
        self.post_message(Again())

    def action_new(self) -> None:
        """Set up another session."""
        self.post_message(Go("today"))

    def action_back(self) -> None:
        """Go back to the list of holds, if the session had several."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        if isinstance(below, StationScreen) and below.NAME == "summary":
            self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the list of holds only where there is one."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        return action != "back" or (isinstance(below, StationScreen) and below.NAME == "summary")

    def action_turn(self, by: int) -> None:
        """Show the hold before or after this one."""
        at = min(max(0, self._at + by), len(self._results) - 1)
        if at != self._at:
            self._at = at
            self._show()

    def action_scroll(self, by: int) -> None:
        """Read numbers that did not fit."""
        self.query_one("#measures", VerticalScroll).scroll_relative(y=by, animate=False)

    def _refresh_newest(self) -> None:
        last = self.station.snapshot().last
        if last is not None and self._results.get(last.hold_id, last) is not last:
            self._results[last.hold_id] = last
            self._show()

    def _show(self) -> None:
        result = tuple(self._results.values())[self._at]
        phase = phase_of(result.step.position, self.station.positions)
        name = position_name(result.step.position, self.station.positions)
        words = [name, side_word(result.step.side)]
        words += [f"{phase.value.upper()} phase"] if phase is not None else []
        if len(self._results) > 1:
            arrows = f"{self.glyphs.left} {self._at + 1} of {len(self._results)} {self.glyphs.right}"
            words.append(f"hold {arrows}")
        self.query_one("#title", TextLine).show(f" {self.glyphs.dot} ".join(words))
        self.query_one(BlockDigits).show(f"{result.hold_s:.1f}")
        self.query_one("#summary", Static).update(summary(result))
        self.query_one("#verdict", Static).update("\n".join(verdict_lines(result)))
        self.query_one(SpectrumChart).show(spectrum_of_result(result), braille=self.glyphs.braille)
        self.query_one("#numbers", Static).update(measure_lines(result))
        trace = self.query_one(Trace)
        trace.display = len(result.time_s) > 1
        if trace.display:
            start_s, end_s = float(result.time_s[0]), float(result.time_s[-1])
            trace.show(
                TraceData(
                    result.time_s,
                    result.force_n,
                    min(0.0, start_s),
                    max(result.hold_s, end_s),
                    0.0,
                    result.unit,
                    result.step.target,
                    (0.0, result.hold_s),
                    _onset(result),
                )
            )


def summary(result: HoldResult) -> str:
    """Return the hold in a few short lines: length, end, what was measured with what."""
    planned = "open end" if result.step.seconds is None else f"of {result.step.seconds:g} s"
    why = f": {printable(result.why, 40)}" if result.end is End.ABORTED and result.why else ""
    lines = [f"seconds {planned}", f"{END_WORDS[result.end].upper()}{why}"]
    if result.rate_hz is not None:
        lines.append(f"{result.samples} samples at {result.rate_hz:.1f} Hz")
    elif result.samples == 0:
        lines.append("timed without a sensor")
    if result.gaps:
        missing = sum(length_s for _, length_s in result.gaps)
        lines.append(f"{len(result.gaps)} gaps, {missing:.2f} s without samples")
    return "\n".join(lines)


def measure_lines(result: HoldResult) -> str:
    """Return every measure on its line: name, value with unit, and why it is absent or doubtful."""
    lines = []
    for measure in result.measures:
        name = f"{printable(measure.name, _NAME_CELLS):<{_NAME_CELLS}}"
        reason = printable(measure.reason)
        if measure.value is None:
            lines += [f"{name} absent: {reason}"] if measure.reason not in RIG_LACKS else []
        else:
            lines.append(f"{name} {amount(measure):>12}{f'  {reason}' if reason else ''}")
    return "\n".join(["", "All measures", *lines])


def _onset(result: HoldResult) -> float | None:
    return next((m.value for m in result.measures if m.id == "shake_onset_s"), None)
