"""The setup of a position: asked before its first hold, remembered from then on."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.setup import Setup, usual_setup
from isotimer.core.text import printable
from isotimer.session.snapshot import LineState
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.messages import AskSetup
from isotimer.tui.reference_fields import ReferenceFields
from isotimer.tui.setup_form import SetupForm
from isotimer.tui.widgets.choice import Choice
from isotimer.tui.widgets.drawing import DrawingView
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.setups import SetupView
    from isotimer.session.station import Station

_MOST_KNOWN = 8
_NEW, _UNSTATED = "This one, as set below", "Not stated now: ask again another day"


class SetupScreen(StationScreen):
    """Asks for the setup at one or more positions, one after the other.

    Args:
        station: The station.
        glyphs: The signs to draw with.
        ask: Which positions, and what to do when all are answered.
    """

    NAME = "setup"
    BINDINGS: ClassVar[list[BindingType]] = bindings("setup")

    def __init__(self, station: "Station", glyphs: Glyphs, ask: AskSetup) -> None:
        super().__init__(station, glyphs)
        self._left = list(ask.positions)
        self._then: Message | None = ask.then
        self._count = len(self._left)
        self._known: tuple[SetupView, ...] = ()
        self._last: Setup | None = None

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine(dom_id="title", classes="screen-title")
        yield TextLine("Only holds with the same setup share a best, a target and a trend.", dom_id="why")
        yield OptionList(id="known", markup=False)
        with Horizontal(id="equipment"):
            with Vertical(id="stated"):
                yield SetupForm(self.glyphs)
                yield ReferenceFields()
            yield DrawingView(glyphs=self.glyphs, dom_id="drawing")
        yield TextLine(dom_id="summary")
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask for the first position."""
        self._ask()

    def _ask(self) -> None:
        position = self.station.positions.get(self._left[0])
        number = f" ({self._count - len(self._left) + 1} of {self._count})" if self._count > 1 else ""
        self.query_one("#title", TextLine).show(f"Setup: {printable(position.name, 60)}{number}")
        self.query_one(DrawingView).show(position, position.sides[-1])
        present: SetupView | None = None
        try:
            present = self.station.setup_of(position.id)
            self._known = self.station.setups(position.id)[:_MOST_KNOWN]
            self.query_one(ReferenceFields).show(self.station, position)
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
        form = self.query_one(SetupForm)
        form.offer(position)
        sensor = self.station.snapshot().line.state is not LineState.NONE
        form.fill((present.setup if present else None) or self._last or usual_setup(position, sensor=sensor))
        listed = self.query_one("#known", OptionList)
        listed.clear_options()
        listed.add_options(Option(Content(printable(known.name, 120))) for known in self._known)
        listed.add_options((Option(Content(_NEW)), Option(Content(_UNSTATED))))
        ids = [known.id for known in self._known]
        listed.highlighted = ids.index(present.id) if present and present.id in ids else len(ids)
        listed.focus()
        self.read()

    @on(OptionList.OptionHighlighted, "#known")
    def show_known(self, event: OptionList.OptionHighlighted) -> None:
        """Show the parts of the highlighted setup."""
        if event.option_index < len(self._known):
            setup = self._known[event.option_index].setup
            if setup is not None:
                self.query_one(SetupForm).fill(setup)
        self.read()

    @on(Choice.Changed)
    def choice_changed(self, event: Choice.Changed) -> None:
        """Fit the fields to the equipment; the fields count from now on."""
        if event.choice.id == "use":
            self.query_one(SetupForm).use_changed()
        self._take_fields()

    @on(Input.Changed)
    def _take_fields(self) -> None:
        """Let the fields count instead of the highlighted setup, once one of them is in use."""
        if self.query_one(SetupForm).has_focus_within:
            self.query_one("#known", OptionList).highlighted = len(self._known)
        self.read()

    def read(self) -> None:
        """Say what ENTER will take, or what is wrong."""
        summary = self.query_one("#summary", TextLine)
        at = self._highlighted()
        words = "ENTER states nothing"
        wrong = False
        if at < len(self._known):
            words = f"ENTER takes: {printable(self._known[at].name, 200)}"
        elif at == len(self._known):
            try:
                words = f"ENTER takes: {printable(self.query_one(SetupForm).setup().name, 200)}"
            except IsotimerError as error:
                words, wrong = f"! {error.sentence}", True
        summary.show(words)
        summary.set_class(wrong, "-trouble")

    def _highlighted(self) -> int:
        at = self.query_one("#known", OptionList).highlighted
        return len(self._known) if at is None else at

    @on(OptionList.OptionSelected, "#known")
    @on(Input.Submitted)
    def action_take(self) -> None:
        """Remember this setup, and go on."""
        position, at = self._left[0], self._highlighted()
        try:
            self.query_one(ReferenceFields).keep(self.station)
            if at > len(self._known):
                self.station.skip_setup(position)
            elif at < len(self._known):
                self._last = self._known[at].setup or self._last
                self.station.choose_setup(position, self._known[at])
            else:
                self._last = self.query_one(SetupForm).setup()
                self.station.choose_setup(position, self._last)
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return
        self._left.pop(0)
        if self._left:
            self._ask()
        else:
            self._done()

    def action_back(self) -> None:
        """Close; nothing is begun."""
        self._then = None
        self._done()

    def _done(self) -> None:
        then = self._then
        app = self.app
        self.dismiss()
        if then is not None:
            app.post_message(then)
