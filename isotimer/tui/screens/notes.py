"""Remarks about an athlete, a session or a hold: read, written, changed, deleted."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.review.words import count
from isotimer.session.note_desk import NoteDesk, NoteLine, Subject
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.station import Station

_EMPTY = "No remarks yet. Press n to write one."
_SHOWN = 40
"""So many characters of a remark are said when it is about to be deleted."""


class NotesScreen(StationScreen):
    """Lists the remarks about something, newest first.

    Args:
        station: The station; its database is asked.
        glyphs: The signs to draw with.
        about: What they are about, as ``Subject`` writes it; who trains now if not given.
    """

    NAME = "notes"
    BINDINGS: ClassVar[list[BindingType]] = bindings("notes")

    def __init__(self, station: "Station", glyphs: Glyphs, about: str = "") -> None:
        super().__init__(station, glyphs)
        self._subject = Subject.of(about) if about else Subject("athlete", station.athlete)
        self._desk = NoteDesk(station.places.database, station.positions)
        self._lines: list[NoteLine] = []
        self._doomed = ""
        self._then: Callable[[str], None] = self._add

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine("Notes", dom_id="subject", classes="screen-title")
        yield TextLine(dom_id="state")
        yield OptionList(id="remarks", markup=False)
        with VerticalScroll(id="whole", can_focus=False):
            yield Static(id="said", markup=False)
        with Horizontal(id="question", classes="fields"):
            yield Label("", id="asked", markup=False)
            yield Input(id="answer", compact=True, max_length=10_000, select_on_focus=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """List the remarks."""
        self.query_one("#question").display = False
        self.query_one("#remarks", OptionList).focus()
        self._find()

    @work(thread=True, exclusive=True, group="ask", exit_on_error=False)
    def _find(self) -> None:
        try:
            found = self._desk.notes(self._subject)
        except IsotimerError as error:
            self.app.call_from_thread(self._say, error.sentence, True)
            return
        if self.is_attached:
            self.app.call_from_thread(self._put, found)

    def _put(self, answer: tuple[str, list[NoteLine]]) -> None:
        title, found = answer
        self.query_one("#subject", TextLine).show(f"Notes on {printable(title, 100)}")
        listed = self.query_one("#remarks", OptionList)
        kept = listed.highlighted or 0
        self._lines = found
        listed.clear_options()
        listed.add_options(Option(Content(f"{line.day}  {printable(line.text, 500)}")) for line in found)
        self._say(count(len(found), "note") if found else _EMPTY)
        if found:
            listed.highlighted = min(kept, len(found) - 1)
        else:
            self.query_one("#said", Static).update("")

    def _say(self, text: str, trouble: bool = False) -> None:
        self.query_one("#state", TextLine).say(text, trouble=trouble)

    @property
    def _chosen(self) -> NoteLine | None:
        at = self.query_one("#remarks", OptionList).highlighted
        return self._lines[at] if at is not None and at < len(self._lines) else None

    @on(OptionList.OptionHighlighted, "#remarks")
    def show_whole(self) -> None:
        """Show all of a remark; what was about to be deleted no longer is."""
        line = self._chosen
        if line is None:
            return
        if self._doomed and self._doomed != line.note_id:
            self._spare()
        changed = f", changed {line.changed}" if line.changed else ""
        head = f"{line.day}, {printable(line.about, 200)}{changed}"
        self.query_one("#said", Static).update(f"{head}\n\n{printable(line.text, 10_000)}")

    def _spare(self) -> None:
        self._doomed = ""
        self._say(count(len(self._lines), "note"))

    def action_new(self) -> None:
        """Write a remark."""
        self._ask("New note", "", self._add)

    @on(OptionList.OptionSelected, "#remarks")
    def action_change(self) -> None:
        """Change the remark."""
        line = self._chosen
        if line is None:
            return
        # The field has one line, and shows nothing that a terminal would obey.
        text = "".join(c if c.isprintable() else " " for c in line.text)
        words = "Change it" if text == line.text else "Change it (line breaks and hidden signs become spaces)"

        def change(typed: str) -> None:
            if typed != text:
                self._desk.change(line.note_id, typed)
                self.tell("Changed.")

        self._ask(words, text, change)

    def action_delete(self) -> None:
        """Delete the remark; the key must be pressed twice."""
        line = self._chosen
        if line is None:
            return
        if self._doomed != line.note_id:
            self._doomed = line.note_id
            short = printable(line.text, _SHOWN)
            self._say(f'Again deletes "{short}" for good; ESC or another note keeps it.', True)
            return
        self._doomed = ""
        if self._do(lambda: self._desk.delete(line.note_id)):
            self.tell("Deleted.")

    def _add(self, text: str) -> None:
        self._desk.add(self._subject, text)

    def _ask(self, words: str, text: str, then: Callable[[str], None]) -> None:
        self._doomed = ""
        self._then = then
        self.query_one("#asked", Label).update(words)
        field = self.query_one("#answer", Input)
        field.value = text
        field.cursor_position = len(text)
        self.query_one("#question").display = True
        field.focus()

    @on(Input.Submitted, "#answer")
    def answer(self, event: Input.Submitted) -> None:
        """Keep what was typed."""
        if self._do(lambda: self._then(event.value)):
            self._close()

    def _do(self, what: Callable[[], None]) -> bool:
        try:
            what()
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return False
        self._find()
        return True

    def _close(self) -> None:
        self.query_one("#question").display = False
        self.query_one("#remarks").focus()

    def action_back(self) -> None:
        """Leave the field, keep what was about to be deleted, or go back."""
        if self.query_one("#question").display:
            self._close()
        elif self._doomed:
            self._spare()
        else:
            self.dismiss()
