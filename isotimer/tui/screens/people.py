"""People: who trains, groups, weights, remarks; renamed, archived, made one, deleted for good."""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.review.words import count
from isotimer.session.people_desk import PeopleDesk
from isotimer.store.rows import Row
from isotimer.tui.actions import bindings
from isotimer.tui.coach_base import CoachScreen
from isotimer.tui.messages import Go
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

_NAME_CELLS = 26
_EMPTY = "Nobody yet. Press n to add an athlete; a first hold adds one too."


class PeopleScreen(CoachScreen):
    """Lists the athletes; a key asks a question in the line beneath, ENTER answers it."""

    NAME = "people"
    BINDINGS: ClassVar[list[BindingType]] = bindings("people")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield from self.compose_head()
        yield TextLine(dom_id="state")
        with Horizontal(id="crowd"):
            yield OptionList(id="athletes", markup=False)
            with VerticalScroll(id="text", can_focus=False):
                yield Static(id="said", markup=False)
        with Horizontal(id="question", classes="fields"):
            yield Label("", id="asked", markup=False)
            yield Input(id="answer", compact=True, max_length=10_000)
        yield KeyLine()

    def on_mount(self) -> None:
        """List everybody."""
        self._desk = PeopleDesk(self.station.places.database)
        self._rows: list[Row] = []
        self._then: Callable[[str], str] | None = None
        self.query_one("#question").display = False
        self.query_one("#athletes", OptionList).focus()
        self.call_after_refresh(self.load)

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        self.load()

    def load(self) -> None:
        """Ask who is there."""
        if self.waits():
            return
        self.ask(self._desk.people, self._put)

    def _put(self, rows: list[Row]) -> None:
        listed = self.query_one("#athletes", OptionList)
        kept = self._chosen["id"] if self._chosen is not None else None
        self._rows = rows
        listed.clear_options()
        listed.add_options(Option(Content(self._line(row))) for row in rows)
        if rows:
            ids = [row["id"] for row in rows]
            names = [row["name"] for row in rows]
            first = names.index(self.about) if self.about in names else 0
            listed.highlighted = ids.index(kept) if kept in ids else first
        self.say(count(len(rows), "athlete") if rows else _EMPTY)
        if not rows:
            self.query_one("#said", Static).update("")

    def _line(self, row: Row) -> str:
        sign = self.glyphs.good if row["name"] == self.station.athlete else " "
        sign = self.glyphs.none if row["archived_at"] else sign
        return f"{sign} {set_cell_size(printable(row['name'], 100), _NAME_CELLS)} {row['holds']:>6} holds"

    @property
    def _chosen(self) -> Row | None:
        at = self.query_one("#athletes", OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @on(OptionList.OptionHighlighted, "#athletes")
    def show_person(self) -> None:
        """Show what is known of one."""
        row = self._chosen
        if row is None:
            return
        self.about = row["name"]
        key = row["id"]
        self.ask(lambda: (row, self._desk.notes(key)), self._show_notes)

    def _show_notes(self, found: tuple[Row, list[Row]]) -> None:
        row, notes = found
        lines = [
            printable(row["name"], 200),
            f"{count(row['holds'], 'hold')} in {count(row['sessions'], 'session')}",
        ]
        lines += [f"last on {row['last_session_at'][:10]}"] if row["last_session_at"] else []
        lines += [f"{row['mass_kg']:g} kg"] if row["mass_kg"] else ["weight not known: press w"]
        lines += [f"in {', '.join(printable(name, 60) for name in row['squads'])}"] if row["squads"] else []
        lines += ["archived"] if row["archived_at"] else []
        lines += [f"{n['created_at'][:10]} {n['about']}: {printable(n['text'], 2000)}" for n in notes[-50:]]
        lines += ["", "ENTER trains next, p writes the report, e changes notes,"]
        lines += ["a archives, m merges, x deletes for good"]
        self.query_one("#said", Static).update("\n".join(lines))

    def _question(self, words: str, then: Callable[[str], str], names: bool = False) -> None:
        self._then = then
        self.query_one("#asked", Label).update(words)
        field = self.query_one("#answer", Input)
        field.value = ""
        known = [printable(row["name"], 500) for row in self._rows]
        field.suggester = SuggestFromList(known, case_sensitive=False) if names else None
        self.query_one("#question").display = True
        field.focus()

    @on(Input.Submitted, "#answer")
    def answer(self, event: Input.Submitted) -> None:
        """Do what was asked for."""
        then = self._then
        if then is not None:
            self._do(lambda: then(event.value))

    def _do(self, what: Callable[[], str]) -> None:
        try:
            said = what()
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return
        self._close()
        self.tell(said)
        self.load()

    def _close(self) -> None:
        self._then = None
        self.query_one("#question").display = False
        self.query_one("#athletes", OptionList).focus()

    @on(OptionList.OptionSelected, "#athletes")
    def action_train(self) -> None:
        """Let this athlete train next."""
        row = self._chosen
        if row is not None:
            self.station.choose_athlete(row["name"])
            self.tell(f"{printable(row['name'], 60)} trains next.")
            self.load()

    def action_new(self) -> None:
        """Add an athlete."""

        def add(name: str) -> str:
            self._desk.add(name)
            return f"{printable(name.strip(), 60)} is there."

        self._question("Name of the new athlete", add)

    def action_rename(self) -> None:
        """Give the athlete another name."""
        row = self._chosen
        if row is None:
            return

        def rename(name: str) -> str:
            self._desk.rename(row["id"], name)
            if row["name"] == self.station.athlete:
                self.station.choose_athlete(name)
            return f"The name is {printable(name.strip(), 60)} now."

        self._question(f"New name of {printable(row['name'], 40)}", rename)

    def action_weigh(self) -> None:
        """Note the body weight."""
        row = self._chosen
        if row is not None:
            self._question("Body weight, kg", lambda text: f"{self._desk.weigh(row['id'], text):g} kg noted.")

    def action_group(self) -> None:
        """Put the athlete into a group, or take out one who is in it."""
        row = self._chosen
        if row is None:
            return

        def group(name: str) -> str:
            inside = self._desk.group(row["id"], name)
            return f"{printable(row['name'], 60)} is {'in' if inside else 'out of'} {printable(name, 60)}."

        self._question("Group to join, or to leave if in it", group)

    def action_note(self) -> None:
        """Write a remark about the athlete."""
        row = self._chosen
        if row is None:
            return

        def keep(text: str) -> str:
            self._desk.note(row["id"], text)
            return "Kept."

        self._question(f"Note on {printable(row['name'], 40)}", keep)

    def action_notes(self) -> None:
        """Read, change or delete remarks about the athlete, her sessions and holds."""
        row = self._chosen
        if row is not None:
            self.post_message(Go("notes", f"athlete {row['id']}"))

    def action_archive(self) -> None:
        """Put the athlete out of the lists, or back."""
        row = self._chosen
        if row is None:
            return

        def archive() -> str:
            self._desk.archive(row["id"], archived=not row["archived_at"])
            return "Back in the lists." if row["archived_at"] else "Archived; all is kept."

        self._do(archive)

    def action_merge(self) -> None:
        """Make this athlete part of another."""
        row = self._chosen
        if row is None:
            return

        def merge(into: str) -> str:
            backup = self._desk.merge(row["id"], into)
            return f"One now. As it was before: {backup.name}"

        self._question(f"{printable(row['name'], 30)} becomes part of", merge, names=True)

    def action_delete(self) -> None:
        """Delete the athlete for good, after the name was typed."""
        row = self._chosen
        if row is None:
            return

        def delete(typed: str) -> str:
            backup = self._desk.delete(row["id"], row["name"], typed)
            return f"Deleted. The backup {backup.name} still has everything."

        shown = printable(row["name"], 30)
        self._question(f"Type {shown} to delete {row['holds']} holds for good", delete)

    def action_sprints(self) -> None:
        """Look at the sprints of this athlete."""
        if self._chosen is not None:
            self.post_message(Go("sprints", self.about))

    def action_back(self) -> None:
        """Leave the question, or go back to the first screen."""
        if self.query_one("#question").display:
            self._close()
        else:
            super().action_back()
