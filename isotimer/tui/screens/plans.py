"""The list of plans: choose one, start it, change it."""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.plan_facts import clock, plan_facts
from isotimer.core.text import printable
from isotimer.session.plan_shelf import PlanShelf, ShelfPlan
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.messages import BeginPlan, EditPlan, Go
from isotimer.tui.plan_words import about_plan
from isotimer.tui.widgets.key_line import KeyLine

_NAME_CELLS = 27
_TIME_CELLS = 7


class PlansScreen(StationScreen):
    """Shows the plans that come with isotimer and the user's own."""

    NAME = "plans"
    BINDINGS: ClassVar[list[BindingType]] = bindings("plans")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield Label("Plans: ENTER or SPACE starts one", classes="screen-title")
        with Horizontal(id="shelf"):
            yield OptionList(id="plan-list", markup=False)
            with VerticalScroll(id="plan-about"):
                yield Static(id="plan-text", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """List the plans."""
        self._plans: tuple[ShelfPlan, ...] = ()
        self._doomed = ""
        self._fill()
        self.query_one("#plan-list", OptionList).focus()

    def on_screen_resume(self) -> None:
        """Show what the editor has changed meanwhile."""
        self._fill()

    def _fill(self) -> None:
        shelf = PlanShelf.of(self.station.places)
        chosen = self._chosen
        self._shelf, self._plans = shelf, shelf.plans()
        listed = self.query_one("#plan-list", OptionList)
        listed.clear_options()
        listed.add_options(Option(Content(self._line(plan))) for plan in self._plans)
        ids = [plan.id for plan in self._plans]
        if ids:
            listed.highlighted = ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0
            self.show_plan()

    def _line(self, plan: ShelfPlan) -> str:
        sign = self.glyphs.bad if plan.spec is None else self.glyphs.good if plan.own else " "
        name = printable(plan.id if plan.spec is None else plan.spec.name, 100)
        time = "" if plan.spec is None else clock(plan_facts(plan.spec, self._shelf.positions).total_s)
        return f"{sign} {set_cell_size(name, _NAME_CELLS)} {time:>{_TIME_CELLS}}"

    @property
    def _chosen(self) -> ShelfPlan | None:
        at = self.query_one("#plan-list", OptionList).highlighted
        return self._plans[at] if at is not None and at < len(self._plans) else None

    @on(OptionList.OptionHighlighted, "#plan-list")
    def show_plan(self) -> None:
        """Show what the highlighted plan is."""
        plan = self._chosen
        if plan is None:
            return
        if plan.spec is None:
            text = f"This file is no valid plan. {plan.problem}"
        else:
            facts = plan_facts(plan.spec, self._shelf.positions)
            text = about_plan(plan.spec, facts, self._shelf.positions, self.glyphs.dot, own=plan.own)
        self.query_one("#plan-text", Static).update(Content(text))
        self.query_one("#plan-about", VerticalScroll).scroll_home(animate=False)
        if plan.id != self._doomed:
            self._doomed = ""

    @on(OptionList.OptionSelected, "#plan-list")
    def action_start(self) -> None:
        """Start a session of the highlighted plan."""
        self._with_chosen(BeginPlan)

    def action_edit(self) -> None:
        """Change the highlighted plan; of one that comes with isotimer a copy."""
        self._with_chosen(EditPlan)

    def _with_chosen(self, message: Callable[[str], Message]) -> None:
        """Ask for something with the highlighted plan, or say why it cannot be used."""
        plan = self._chosen
        if plan is None:
            return
        if plan.spec is None:
            self.tell(plan.problem, trouble=True)
            return
        self.post_message(message(plan.id))

    def action_new(self) -> None:
        """Make a plan."""
        self.post_message(EditPlan(""))

    def action_delete(self) -> None:
        """Delete the highlighted plan of the user; the key must be pressed twice."""
        plan = self._chosen
        if plan is None:
            return
        if not plan.own:
            self.tell("This plan comes with isotimer: it stays.")
        elif self._doomed != plan.id:
            self._doomed = plan.id
            self.tell(f"Again deletes '{printable(plan.id, 60)}'; sessions done with it stay.")
        else:
            self._doomed = ""
            try:
                self._shelf.delete(plan.id)
            except IsotimerError as error:
                self.tell(error.sentence, trouble=True)
            self._fill()

    def action_read(self, by: int) -> None:
        """Read on in the text at the right."""
        about = self.query_one("#plan-about", VerticalScroll)
        if by > 0:
            about.scroll_page_down(animate=False)
        else:
            about.scroll_page_up(animate=False)

    def action_back(self) -> None:
        """Go back to the first screen."""
        self.post_message(Go("today"))
