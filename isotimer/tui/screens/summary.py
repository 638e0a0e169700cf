"""After a session of several holds: what was done, a line for each hold."""

from typing import TYPE_CHECKING, ClassVar

from rich.cells import set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.text import printable
from isotimer.session.snapshot import HoldResult
from isotimer.session.talk import numbers, summary_lines
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.messages import Again, Go, ShowHold
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine
from isotimer.tui.words import END_WORDS, amount, position_name, side_word

if TYPE_CHECKING:
    from isotimer.session.station import Station

_NAME_CELLS = 22
_END_CELLS = 14


class SummaryScreen(StationScreen):
    """Shows the holds of a session; one of them can be opened.

    Args:
        station: The station.
        glyphs: The signs to draw with.
        results: The finished holds, oldest first; at least one.
    """

    NAME = "summary"
    BINDINGS: ClassVar[list[BindingType]] = bindings("summary")

    def __init__(self, station: "Station", glyphs: Glyphs, results: tuple[HoldResult, ...]) -> None:
        super().__init__(station, glyphs)
        self._results = results

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine(dom_id="title")
        yield Static(id="totals", markup=False)
        yield OptionList(id="holds", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """List the holds, the newest highlighted."""
        plan = self.station.last_plan()
        name = printable(plan.name, 60) if plan is not None else "Session"
        self.query_one("#title", TextLine).show(f"{name} {self.glyphs.dot} ENTER opens a hold")
        self.query_one("#totals", Static).update("\n".join(summary_lines(self._results, 0)))
        listed = self.query_one("#holds", OptionList)
        listed.add_options(Option(Content(self._line(n, r))) for n, r in enumerate(self._results, 1))
        listed.highlighted = len(self._results) - 1
        listed.focus()

    def _line(self, number: int, result: HoldResult) -> str:
        name = set_cell_size(position_name(result.step.position, self.station.positions), _NAME_CELLS)
        bad = result.flag or result.end.value not in ("completed", "released")
        sign = self.glyphs.bad if bad else self.glyphs.good
        end = printable(result.flag.replace("-", " ") or END_WORDS[result.end], _END_CELLS)
        told = ", ".join(amount(m) for m in numbers(result))
        side = side_word(result.step.side)
        return f"{number:>3} {sign} {name} {side:<5} {result.hold_s:6.1f} s  {end:<{_END_CELLS}} {told}"

    @on(OptionList.OptionSelected, "#holds")
    def show_hold(self, event: OptionList.OptionSelected) -> None:
        """Open the chosen hold."""
        self.post_message(ShowHold(self._results, event.option_index))

    def action_again(self) -> None:
        """Do the same session again."""
        self.post_message(Again())

    def action_new(self) -> None:
        """Set up another session."""
        self.post_message(Go("today"))
