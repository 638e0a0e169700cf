"""The positions: drawing, set-up, where the sensor goes, cues, faults, sources."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.plan import Phase, Side
from isotimer.core.positions import SOURCES, Position
from isotimer.core.text import printable
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.messages import AskSetup
from isotimer.tui.widgets.drawing import DrawingView
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

_SCROLL_LINES = 5


class PositionsScreen(StationScreen):
    """Lists all positions by phase and shows the highlighted one."""

    NAME = "positions"
    BINDINGS: ClassVar[list[BindingType]] = bindings("positions")

    def compose(self) -> ComposeResult:
        """Return the parts."""
        yield TextLine(dom_id="title", classes="screen-title")
        with Horizontal(id="catalogue"):
            yield OptionList(id="positions", markup=False)
            with Vertical(id="shown"):
                yield DrawingView(glyphs=self.glyphs, dom_id="drawing")
                with VerticalScroll(id="about", can_focus=False):
                    yield Static(id="position", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Fill the list; the user's own files are read again."""
        self._side = Side.RIGHT
        self._listed: list[Position | None] = []
        book = self.station.look_for_positions()
        listed = self.query_one("#positions", OptionList)
        for phase in Phase:
            listed.add_option(Option(Content(phase.value.upper()), disabled=True))
            self._listed.append(None)
            for position in (p for p in book.positions if p.phase is phase):
                own = " (yours)" if position in book.own else ""
                listed.add_option(Option(Content(f"  {printable(position.name, 60)}{own}")))
                self._listed.append(position)
        listed.highlighted = 1
        listed.focus()
        for sentence in book.problems:
            self.tell(sentence, trouble=True)

    def on_screen_resume(self) -> None:
        """Show a setup that was chosen meanwhile."""
        if self.query_one("#positions", OptionList).highlighted is not None:
            self.show_position()

    @on(OptionList.OptionHighlighted, "#positions")
    def show_position(self) -> None:
        """Show the highlighted position."""
        position = self._position()
        if position is None:
            return
        if self._side not in position.sides:
            self._side = position.sides[-1]
        self.query_one(DrawingView).show(position, self._side)
        self.query_one("#title", TextLine).show(self._headline(position))
        self.query_one("#position", Static).update("\n".join(self._paragraphs(position)))
        self.query_one("#about", VerticalScroll).scroll_home(animate=False)

    def action_side(self) -> None:
        """Draw the other leg at work."""
        position = self._position()
        if position is None or len(position.sides) < 2:
            return
        at = (position.sides.index(self._side) + 1) % len(position.sides)
        self._side = position.sides[at]
        self.query_one(DrawingView).show(position, self._side)
        self.query_one("#title", TextLine).show(self._headline(position))

    @on(OptionList.OptionSelected, "#positions")
    def action_setup(self) -> None:
        """Choose the equipment for the highlighted position."""
        position = self._position()
        if position is not None:
            self.post_message(AskSetup((position.id,)))

    def action_scroll(self, by: int) -> None:
        """Read what did not fit."""
        self.query_one("#about", VerticalScroll).scroll_relative(y=by * _SCROLL_LINES, animate=False)

    def action_back(self) -> None:
        """Close the list."""
        self.dismiss()

    def _position(self) -> Position | None:
        at = self.query_one("#positions", OptionList).highlighted
        return self._listed[at] if at is not None else None

    def _headline(self, position: Position) -> str:
        phases = " and ".join(p.value.upper() for p in position.phases)
        words = (position.name, f"{phases} phase", f"{self._side.value} at work")
        return f" {self.glyphs.dot} ".join(printable(w, 60) for w in words)

    def _paragraphs(self, position: Position) -> list[str]:
        codes = [code for code in position.source.split(", ") if code]
        sources = [f"{code}: {SOURCES[code]}" if code in SOURCES else code for code in codes]
        dot = f" {self.glyphs.dot} "
        parts = (
            ("Set-up", position.setup),
            ("Cues", dot.join(position.cues)),
            ("Sensor", position.sensor),
            ("Pull", f"towards the anchor or plate, {position.pull.value}"),
            ("Your setup", self._setup_words(position)),
            ("Avoid", dot.join(position.faults)),
            ("Note", position.note),
            ("Muscles", position.muscles),
            ("Sources", "; ".join(sources)),
        )
        return [f"{title}: {printable(words, 2000)}" for title, words in parts if words]

    def _setup_words(self, position: Position) -> str:
        try:
            setup = self.station.setup_of(position.id)
        except IsotimerError as error:
            return error.sentence
        return setup.name if setup is not None else "not stated yet; ENTER states it"
