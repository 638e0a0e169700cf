"""The fields of the plan editor: one row for each key, with what is wrong below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from isotimer.core.path_text import EXAMPLE
from isotimer.core.plan_draft import PATH_KEY, relevant
from isotimer.core.plan_fields import BLOCK_FIELDS, PLAN_FIELDS, Field
from isotimer.core.plan_kinds import Flag, Length, Number, OneOf, Pick, Share, Span, Text
from isotimer.core.positions import Position
from isotimer.core.text import printable
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.widgets.choice import Choice

Choices = tuple[tuple[str, str], ...]

_PATH = Field(PATH_KEY, PATH_KEY, Text(1000), "Moving target", f"Parts of a moving target: {EXAMPLE}")

FORM_FIELDS: dict[str, tuple[Field, ...]] = {
    "plan": PLAN_FIELDS,
    "block": tuple(
        f for field in BLOCK_FIELDS for f in ((_PATH, field) if field.key == "stop_below_pct" else (field,))
    ),
}
"""Name of a form -> its fields, in order."""

_LONGEST = 4000


class FieldRow(Horizontal):
    """A label and a field; below them, when something is wrong, what it is.

    Args:
        form: Name of the form.
        field: The field.
        choices: Its values, where there are only a few.
        glyphs: The signs to draw with.
    """

    def __init__(self, form: str, field: Field, choices: Choices, glyphs: Glyphs) -> None:
        super().__init__(classes="field-row")
        self.field = field
        self._choices = choices
        self._said: Static | None = None
        dom_id = f"{form}-{field.key}"
        self._widget: Choice | Input = (
            Choice(choices, glyphs=glyphs, dom_id=dom_id)
            if choices
            else Input(id=dom_id, compact=True, max_length=_LONGEST)
        )

    def compose(self) -> ComposeResult:
        """Return label and field."""
        yield Label(Content(f"{self.field.label}{_unit(self.field)}"), classes="field-label")
        yield self._widget

    def fill(self, text: str) -> None:
        """Put a text into the field, made safe to show, without saying so."""
        if isinstance(self._widget, Choice):
            known = any(value == text for value, _ in self._choices)
            lost = () if known else ((text, printable(text, 30)),)
            self._widget.offer((*self._choices, *lost))
            self._widget.choose(text)
        else:
            with self.prevent(Input.Changed):
                self._widget.value = printable(text, _LONGEST)

    def judge(self, problem: str) -> None:
        """Show what is wrong, or nothing."""
        text = Content(printable(f"! {problem}"))
        if not problem:
            if self._said is not None:
                self._said.remove()
            self._said = None
        elif self._said is not None:
            self._said.update(text)
        elif isinstance(self.parent, PlanForm):
            self._said = Static(text, classes="field-problem", markup=False)
            self.parent.mount(self._said, after=self)

    def take_focus(self) -> None:
        """Let this field be typed into."""
        self._widget.focus()


class PlanForm(VerticalScroll, can_focus=False):
    """All fields of the plan, or of one block.

    Args:
        name: "plan" or "block".
        positions: The positions there are.
        glyphs: The signs to draw with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Field before", show=False),
        Binding("down,enter", "app.focus_next", "Next field", show=False),
    ]

    @dataclass
    class Written(Message):
        """Something was written into a field."""

        form: "PlanForm"
        key: str
        text: str

    def __init__(self, name: str, positions: Sequence[Position], glyphs: Glyphs) -> None:
        super().__init__(id=f"form-{name}", classes="plan-form")
        self._form = name
        self.field_rows = tuple(
            FieldRow(name, field, _choices(field, positions), glyphs) for field in FORM_FIELDS[name]
        )
        """Its rows, from top to bottom."""

    def compose(self) -> ComposeResult:
        """Return the rows."""
        yield from self.field_rows

    def fill(self, texts: Mapping[str, str]) -> None:
        """Put texts into all fields."""
        for row in self.field_rows:
            row.fill(texts[row.field.key])

    def judge(self, texts: Mapping[str, str], problems: Mapping[str, str]) -> None:
        """Show what is wrong, and only the fields that are of interest."""
        for row in self.field_rows:
            key = row.field.key
            row.judge(problems.get(key, ""))
            row.display = relevant(key, texts) or key in problems

    def focus_field(self, key: str) -> None:
        """Let a field be typed into; the first one if there is none of that key."""
        rows = self.field_rows
        next((row for row in rows if row.field.key == key), rows[0]).take_focus()

    @on(Input.Changed)
    @on(Choice.Changed)
    def tell_written(self, event: Input.Changed | Choice.Changed) -> None:
        """Say what was written, and where."""
        event.stop()
        widget = event.input if isinstance(event, Input.Changed) else event.choice
        text = event.value if isinstance(event, Input.Changed) else event.choice.value
        self.post_message(self.Written(self, (widget.id or "").removeprefix(f"{self._form}-"), text))

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Go to the next field."""
        event.stop()
        self.screen.focus_next()


def field_of(form: str, key: str) -> Field | None:
    """Return a field of a form by its key."""
    return next((f for f in FORM_FIELDS[form] if f.key == key), None)


def _choices(field: Field, positions: Sequence[Position]) -> Choices:
    if field.key == "position":
        return tuple((p.id, printable(p.name, 30)) for p in positions)
    if isinstance(field.kind, Flag):
        return (("yes", "yes"), ("no", "no"))
    if isinstance(field.kind, Pick | OneOf):
        return tuple((word, word) for word in field.kind.words)
    return ()


def _unit(field: Field) -> str:
    kind = field.kind.item if isinstance(field.kind, Span) else field.kind
    if isinstance(kind, Share):
        return " %"
    seconds = isinstance(kind, Length) or (isinstance(kind, Number) and kind.unit == "seconds")
    return " s" if seconds else ""
