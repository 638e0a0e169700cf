"""The first screen: who, which sensor, what to do, start."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.plan import Phase, Plan, Side, Start, Target, TargetBand
from isotimer.core.positions import POSITIONS, Position
from isotimer.core.text import printable
from isotimer.session.plan_desk import CutOff
from isotimer.session.snapshot import LineState
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.forms import FIELD_NAMES, START_CHOICES, Form, form_of, plan_in_short, side_choices
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.messages import AskSetup, Begin, Continue, Go
from isotimer.tui.widgets.choice import Choice
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import SensorLine, TextLine

_UPDATES_PER_S = 2
_NAME_LENGTH = 500


class PlanForm(Vertical):
    """What to do: the position and the fields of a plan.

    It is a widget of its own, so that it can be mounted behind the first picture.

    Args:
        glyphs: The signs to draw with.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="form")
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        with Horizontal(id="what"):
            yield OptionList(id="positions", markup=False)
            with VerticalScroll(id="about"):
                yield Static(id="position", markup=False)
        yield from self._compose_fields()
        yield TextLine(dom_id="summary")

    def _compose_fields(self) -> ComposeResult:
        with Horizontal(classes="fields"):
            yield Label("Side")
            yield Choice(side_choices(POSITIONS[0]), glyphs=self._glyphs, dom_id="sides")
            yield Label("Hold")
            yield Input(id="seconds", compact=True, classes="plan number", placeholder="open")
            yield Label("s  Start")
            yield Choice(START_CHOICES, glyphs=self._glyphs, dom_id="start")
            yield Label("Target")
            yield Input(id="target", compact=True, classes="plan", placeholder="none, 250N, 75%")
        with Horizontal(classes="fields"):
            for field, label in (
                ("sets", "Sets"),
                ("reps", "Reps"),
                ("countdown", "Countdown"),
                ("rest_side", "Rests: side"),
                ("rest_rep", "rep"),
                ("rest_set", "set"),
            ):
                yield Label(label)
                yield Input(id=field, compact=True, classes="plan number")
            yield Label("s")


class TodayScreen(StationScreen):
    """Sets up a session; its defaults give a newcomer a first hold with two keys."""

    NAME = "today"
    BINDINGS: ClassVar[list[BindingType]] = bindings("today")
    _cut: CutOff | None = None

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        with Horizontal(id="who", classes="fields"):
            yield Label("Athlete")
            yield Input(id="athlete", compact=True, max_length=_NAME_LENGTH)
        yield SensorLine(glyphs=self.glyphs, dom_id="line")
        yield Static(id="news", markup=False)
        yield TextLine(dom_id="cut-off")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show who trains; the form follows behind the first picture."""
        self._plan: Plan | None = None
        self._listed: list[Position | None] = []
        self._shown_athlete = ""
        self._show_athlete()
        self.set_interval(1 / _UPDATES_PER_S, self._draw)
        self._draw()
        self.call_after_refresh(self._add_form)

    async def _add_form(self) -> None:
        """Fill the fields with what was done last, or with what suits a first hold."""
        await self.mount(PlanForm(self.glyphs), before=self.query_one(KeyLine))
        if not self.query("#positions"):
            return  # the app is already on its way out
        positions = self.query_one("#positions", OptionList)
        known = self.station.positions.positions
        for phase in Phase:
            positions.add_option(Option(Content(phase.value.upper()), disabled=True))
            self._listed.append(None)
            for position in (p for p in known if p.phase is phase):
                positions.add_option(Option(Content(f"  {printable(position.name, 60)}")))
                self._listed.append(position)
        last = self.station.last_plan()
        form = form_of(last, self.station.positions)
        if last is None:
            form = replace(form, countdown=f"{self.station.settings.countdown_s:g}")
        if last is None and self.station.snapshot().line.state is not LineState.NONE:
            form = replace(form, start=Start.FORCE.value)
        self._fill(form)
        positions.focus()

    def on_screen_resume(self) -> None:
        """Show what has become known, and reckon with what was set, since this screen was last seen."""
        self.show_news()
        if self.query("#summary"):
            self.read()

    def show_news(self) -> None:
        """Show who trains and what is new; the station may have been opened only now."""
        athlete = self.query_one("#athlete", Input)
        if athlete.value == self._shown_athlete or not athlete.has_focus:
            self._show_athlete()
        athlete.suggester = SuggestFromList(self.station.athletes(), case_sensitive=False)
        self._look_for_cut_off()
        self._show_sentences()

    def _show_athlete(self) -> None:
        self._shown_athlete = printable(self.station.athlete, _NAME_LENGTH)
        self.query_one("#athlete", Input).value = self._shown_athlete

    def _show_sentences(self) -> None:
        """Show what is to be said once, if there is something; it replaces what was said before."""
        if sentences := self.station.news():
            news = self.query_one("#news", Static)
            news.update("\n".join(f"! {printable(sentence)}" for sentence in sentences))
            news.display = True

    def _fill(self, form: Form) -> None:
        at = next((i for i, p in enumerate(self._listed) if p is not None and p.id == form.position), 1)
        self.query_one("#positions", OptionList).highlighted = at
        position = self._listed[at]
        if position is not None:
            self._about(position)
        for name in FIELD_NAMES:
            if name in ("sides", "start"):
                self.query_one(f"#{name}", Choice).choose(getattr(form, name))
            elif name != "position":
                self.query_one(f"#{name}", Input).value = getattr(form, name)

    def _draw(self) -> None:
        if self.is_current:
            snap = self.station.snapshot()
            self.query_one(SensorLine).show_line(snap.line, snap.message)
            self._show_sentences()

    def _position(self) -> Position:
        at = self.query_one("#positions", OptionList).highlighted
        chosen = self._listed[at] if at is not None else None
        return chosen if chosen is not None else POSITIONS[0]

    def _about(self, position: Position) -> None:
        self.query_one("#sides", Choice).offer(side_choices(position))
        dot = f" {self.glyphs.dot} "
        parts = (
            f"{position.name}{dot}{position.phase.value.upper()} phase",
            position.setup,
            f"Cues: {dot.join(position.cues)}",
            f"Sensor: {position.sensor}",
            f"Avoid: {dot.join(position.faults)}",
            position.note,
        )
        self.query_one("#position", Static).update("\n\n".join(printable(p, 2000) for p in parts if p))

    @on(OptionList.OptionHighlighted, "#positions")
    def show_position(self) -> None:
        """Show the set-up of the highlighted position."""
        self._about(self._position())
        self.read()

    @on(Input.Changed)
    @on(Choice.Changed)
    def read(self) -> None:
        """Read the fields; say what they mean, or what is wrong with them."""
        if not self._listed:
            return
        words = {
            n: self.query_one(f"#{n}", Input).value
            for n in FIELD_NAMES
            if n not in ("position", "sides", "start")
        }
        choices = {n: self.query_one(f"#{n}", Choice).value for n in ("sides", "start")}
        summary = self.query_one("#summary", TextLine)
        try:
            form = Form(position=self._position().id, **choices, **words)
            self._plan = form.plan(
                partial(self._band, form.position), breath_s=self.station.settings.breath_s
            )
        except IsotimerError as error:
            self._plan = None
            summary.show(f"! {error.sentence}")
        else:
            keys = "SPACE or ENTER starts" if self._cut is None else "After F, SPACE starts"
            summary.show(f"{keys}: {plan_in_short(self._plan)}")
        summary.set_class(self._plan is None, "-trouble")

    def _band(self, position: str, target: Target, side: Side) -> TargetBand:
        share = self.station.settings.band_pct / 100
        return self.station.target_band(replace(target, band_share=share), position, side)

    @on(Input.Submitted, "#athlete")
    @on(Input.Blurred, "#athlete")
    def choose_athlete(self, event: Input.Submitted | Input.Blurred) -> None:
        """Take the name that was typed."""
        name = event.value.strip()
        # Only what was typed is taken: the field may still show who was known before the station opened.
        if name and name != self._shown_athlete:
            try:
                self.station.choose_athlete(name)
            except IsotimerError as error:
                self.tell(error.sentence, trouble=True)
        self._show_athlete()
        if isinstance(event, Input.Submitted):
            self.action_list()

    @on(OptionList.OptionSelected, "#positions")
    @on(Input.Submitted, ".plan")
    def action_start(self) -> None:
        """Begin the session that the fields describe; one that was cut off goes before it."""
        if self._cut is not None:
            self.action_resume()
            return
        self.read()
        if self._plan is None:
            self.tell(self.query_one("#summary", TextLine).text, trouble=True)
            return
        self.query_one("#news", Static).display = False
        self.post_message(Begin(self._plan))

    def action_list(self) -> None:
        """Go back to the list of positions."""
        self.query_one("#positions", OptionList).focus()

    def _look_for_cut_off(self) -> None:
        """Offer to go on with a session that was cut off."""
        try:
            self._cut = self.station.unfinished_session()
        except IsotimerError:
            # A database that cannot be read is told of where the station is opened.
            self._cut = None
        line = self.query_one("#cut-off", TextLine)
        line.set_class(self._cut is not None, "-offered")
        asked = f"{printable(self._cut.question, 200)} SPACE goes on, F forgets it" if self._cut else ""
        line.show(asked)
        if self.query("#summary"):
            self.read()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to go on only where there is something to go on with."""
        return self._cut is not None if action in ("resume", "forget") else True

    def action_resume(self) -> None:
        """Go on with the session that was cut off."""
        if self._cut is not None:
            self.post_message(Continue(self._cut))

    def action_forget(self) -> None:
        """Do not go on with it."""
        if self._cut is not None:
            try:
                self.station.forget_cut_off(self._cut)
            except IsotimerError as error:
                self.tell(error.sentence, trouble=True)
            self._look_for_cut_off()

    def action_plans(self) -> None:
        """Open the list of plans."""
        self.post_message(Go("plans"))

    def action_positions(self) -> None:
        """Open the positions."""
        self.post_message(Go("positions"))

    def action_setup(self) -> None:
        """State the equipment for the highlighted position."""
        if self._listed:
            self.post_message(AskSetup((self._position().id,)))

    def action_settings(self) -> None:
        """Open the settings."""
        self.post_message(Go("settings"))

    def action_history(self) -> None:
        """Open what was done."""
        self.post_message(Go("history"))

    def action_connect(self) -> None:
        """Open the connect screen."""
        self.post_message(Go("connect"))

    @work(exclusive=True, group="tare")
    async def action_tare(self) -> None:
        """Set the unloaded sensor to zero."""
        try:
            self.tell(await asyncio.to_thread(self.station.tare))
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
