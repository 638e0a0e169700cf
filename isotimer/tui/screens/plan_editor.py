"""The plan editor: makes and changes plans without touching a file."""

from typing import TYPE_CHECKING, ClassVar

from rich.cells import set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.plan_draft import PLAN_ROW, Draft, Reading, new_plan
from isotimer.core.plan_facts import plan_facts
from isotimer.core.text import printable
from isotimer.session.plan_shelf import PlanShelf
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.plan_form import PlanForm, field_of
from isotimer.tui.plan_words import facts_line, position_title, times
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.station import Station

_NAME_CELLS = 17


class PlanEditorScreen(StationScreen):
    """At the left the plan and its blocks, at the right the fields of the chosen one.

    Args:
        station: The station.
        glyphs: The signs to draw with.
        spec_id: The plan to change; empty for a new one.
    """

    NAME = "plan"
    BINDINGS: ClassVar[list[BindingType]] = bindings("plan")

    def __init__(self, station: "Station", glyphs: Glyphs, spec_id: str = "") -> None:
        super().__init__(station, glyphs)
        self._shelf = PlanShelf.of(station.places)
        if spec_id:
            entry = self._shelf.entry(spec_id)
            self._draft = Draft(self._shelf.find(spec_id), self._shelf.positions)
            if not entry.own:
                name = self._draft.texts(PLAN_ROW)["name"]
                self._draft.write(PLAN_ROW, "name", f"{name[:88]}, my way")
                self._draft.kept(entry.id)
        else:
            self._draft = Draft(new_plan(self._shelf.positions), self._shelf.positions)
        self._row = PLAN_ROW
        self._reading = self._draft.read()
        self._lines: list[str] = []
        self._forms = {name: PlanForm(name, self._shelf.positions, glyphs) for name in ("plan", "block")}
        self._leaving = False

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine(dom_id="plan-title")
        with Horizontal(id="plan-parts"):
            yield OptionList(id="rows", markup=False)
            yield self._forms["plan"]
        yield TextLine(dom_id="plan-state")
        yield TextLine(dom_id="plan-hint")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the plan's own fields."""
        self._list(PLAN_ROW)
        self.query_one("#rows", OptionList).focus()

    @property
    def _form_name(self) -> str:
        return "plan" if self._row == PLAN_ROW else "block"

    @property
    def _form(self) -> PlanForm:
        return self._forms[self._form_name]

    def _list(self, row: int) -> None:
        """Write the list anew and choose a row."""
        rows = self.query_one("#rows", OptionList)
        self._reading = self._draft.read()
        self._lines = [self._row_line(n) for n in range(self._draft.rows)]
        with self.prevent(OptionList.OptionHighlighted):
            rows.clear_options()
            rows.add_options(Option(Content(line)) for line in self._lines)
            rows.highlighted = row
        self._choose(row)

    def _choose(self, row: int) -> None:
        self._row = row
        for name, form in self._forms.items():
            form.display = name == self._form_name
        self._form.fill(self._draft.texts(row))
        if self._form.is_attached:
            self._form.scroll_home(animate=False)
        else:
            # Opening is quicker without the many fields of a block, which may not be wanted.
            self.query_one("#plan-parts").mount(self._form)
            self.call_after_refresh(self._read)
        self._read()

    def _read(self) -> None:
        """Read the draft and show what it means."""
        self._reading = self._draft.read()
        problems = {key: said for (row, key), said in self._reading.problems.items() if row == self._row}
        self._form.judge(self._draft.texts(self._row), problems)
        rows = self.query_one("#rows", OptionList)
        for n, line in enumerate(self._lines):
            if line != self._row_line(n):
                self._lines[n] = self._row_line(n)
                rows.replace_option_prompt_at_index(n, Content(self._lines[n]))
        name = printable(self._draft.texts(PLAN_ROW)["name"], 60)
        changed = " (changed)" if self._draft.changed else ""
        self.query_one("#plan-title", TextLine).show(f"Plan: {name}{changed}")
        state = self.query_one("#plan-state", TextLine)
        state.show(self._state(self._reading))
        state.set_class(self._reading.spec is None, "-trouble")

    def _state(self, reading: Reading) -> str:
        if reading.spec is not None:
            return facts_line(plan_facts(reading.spec, self._shelf.positions), self.glyphs.dot)
        (row, key), said = next(iter(reading.problems.items()))
        where = "the plan" if row == PLAN_ROW else f"block {row}"
        field = field_of("plan" if row == PLAN_ROW else "block", key)
        return f"! {where}, {field.label if field is not None else key}: {printable(said)}"

    def _row_line(self, row: int) -> str:
        wrong = any(at == row for at, _ in self._reading.problems)
        sign = "!" if wrong else " "
        if row == PLAN_ROW:
            return f"{sign}   The plan itself"
        block = self._reading.blocks[row - 1]
        name = position_title(self._draft.texts(row)["position"], self._shelf.positions)
        done = "" if block is None else times(block).replace(" ", "")
        return f"{sign}{row:2} {set_cell_size(name, _NAME_CELLS)} {done}"

    @on(OptionList.OptionHighlighted, "#rows")
    def choose_row(self, event: OptionList.OptionHighlighted) -> None:
        """Show the fields of the highlighted row."""
        if event.option_index != self._row and event.option_index < self._draft.rows:
            self._choose(event.option_index)

    @on(OptionList.OptionSelected, "#rows")
    def enter_form(self) -> None:
        """Go to the fields of the row."""
        self._form.focus_field("")

    @on(PlanForm.Written)
    def write(self, event: PlanForm.Written) -> None:
        """Take what was written."""
        if event.form is self._form:
            self._draft.write(self._row, event.key, event.text)
            self._leaving = False
            self._read()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Explain the field that is typed into."""
        form, _, key = (event.widget.id or "").partition("-")
        field = field_of(form, key) if form in ("plan", "block") else None
        words = "ENTER goes to the fields, ESC comes back." if field is None else field.about
        self.query_one("#plan-hint", TextLine).show(words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let blocks be changed from the list alone: there a letter cannot be meant for a field."""
        if action in ("add", "copy", "remove", "move", "save_new"):
            return True if self.query_one("#rows", OptionList).has_focus else None
        return True

    def action_add(self) -> None:
        """Put a new block behind the chosen row."""
        self._list(self._draft.add(self._row))

    def action_copy(self) -> None:
        """Put a copy of the chosen block behind it."""
        self._list(self._draft.duplicate(self._row))

    def action_remove(self) -> None:
        """Remove the chosen block."""
        if self._row == PLAN_ROW:
            self.tell("Choose a block to remove.")
            return
        self._list(self._draft.delete(self._row))

    def action_move(self, by: int) -> None:
        """Move the chosen block up or down."""
        self._list(self._draft.move(self._row, by))

    def action_save(self) -> None:
        """Keep the plan."""
        self._save(new=False)

    def action_save_new(self) -> None:
        """Keep it as a further plan; the one it was made from stays as it is."""
        self._save(new=True)

    def _save(self, *, new: bool) -> None:
        spec = self._draft.read().spec
        if spec is None:
            row, key = next(iter(self._reading.problems))
            self._list(row)
            self._form.focus_field(key)
            self.tell(self._state(self._reading), trouble=True)
            return
        try:
            kept = self._shelf.save_new(spec) if new else self._shelf.save(spec)
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return
        self._draft.kept(kept.id)
        self._read()
        self.tell(f"Kept as '{printable(kept.id, 60)}' among your own plans.")

    def action_back(self) -> None:
        """From a field go to the list, from there back; unsaved changes ask for the key once more."""
        rows = self.query_one("#rows", OptionList)
        if not rows.has_focus:
            rows.focus()
        elif self._draft.changed and not self._leaving:
            self._leaving = True
            self.tell("Not saved: S saves, ESC once more leaves it.")
        else:
            self.dismiss()
