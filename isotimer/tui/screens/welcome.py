"""The first start: who, how heavy, which sensor; then a first hold. Every answer may be skipped."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.mass import parse_mass
from isotimer.core.plan import Start
from isotimer.core.text import printable
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.forms import Form
from isotimer.tui.messages import Begin, Go
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.sensor_desk import PortChoice

_NAME_LENGTH = 500
_MOST_PORTS = 4
_INTRODUCTION = (
    "Timed isometric holds: the app counts you in, times the hold and tells you when to let go.\n"
    "Three questions, then a first hold, ten seconds on each side. Stand tall on one leg, the other thigh "
    "lifted half-way. With a band: pull against it. Without: press both hands down on the knee."
)


class WelcomeScreen(StationScreen):
    """Asks a newcomer three questions and begins a first session."""

    NAME = "welcome"
    BINDINGS: ClassVar[list[BindingType]] = bindings("welcome")

    def compose(self) -> ComposeResult:
        """Return the questions, from top to bottom."""
        yield Label("Welcome to isotimer", classes="screen-title")
        yield Static(_INTRODUCTION, id="welcome", markup=False)
        with Vertical(classes="question"):
            yield Label("1  Your name")
            yield Input(id="name", compact=True, max_length=_NAME_LENGTH, placeholder="ENTER skips it")
        with Vertical(classes="question"):
            yield Label(
                "2  Your body weight in kg, or like 154 lb; targets may be a share of it", markup=False
            )
            yield Input(id="mass", compact=True, max_length=20, placeholder="ENTER skips it")
        with Vertical(classes="question"):
            yield Label("3  Sensor: ENTER takes the marked one and goes to the first hold")
            yield OptionList(id="sensor", markup=False)
        yield TextLine(dom_id="problem", classes="-trouble")
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask for the name; look for sensors meanwhile."""
        self._found: tuple[PortChoice, ...] = ()
        self._list_sensors()
        self.query_one("#name", Input).focus()
        self._look()

    @work(exclusive=True, group="ports")
    async def _look(self) -> None:
        try:
            found = await asyncio.to_thread(self.station.sensors)
        except IsotimerError:
            return  # without a sensor it goes on as well
        self._found = tuple(choice for choice in found if choice.profile_id)[:_MOST_PORTS]
        self._list_sensors()

    def _list_sensors(self) -> None:
        sensors = self.query_one("#sensor", OptionList)
        sensors.clear_options()
        sensors.add_options(
            Option(Content(f"{printable(c.profile_name, 60)} at {printable(c.port, 60)}"))
            for c in self._found
        )
        sensors.add_option(Option(Content("No sensor: a timer is enough to begin with")))
        sensors.add_option(Option(Content("Another sensor: choose it by hand")))
        sensors.highlighted = 0

    @on(Input.Submitted)
    def action_next(self) -> None:
        """Go to the next question."""
        if not self._check():
            return
        order = ("#name", "#mass", "#sensor")
        at = next((i for i, name in enumerate(order) if self.query_one(name).has_focus), -1)
        self.query_one(order[min(at + 1, len(order) - 1)]).focus()

    def _check(self) -> bool:
        """Say what is wrong with the body weight, if anything is."""
        problem = self.query_one("#problem", TextLine)
        try:
            parse_mass(self.query_one("#mass", Input).value)
        except IsotimerError as error:
            problem.show(f"! {error.sentence}")
            self.query_one("#mass", Input).focus()
            return False
        problem.show("")
        return True

    @on(OptionList.OptionSelected, "#sensor")
    def choose_sensor(self, event: OptionList.OptionSelected) -> None:
        """Take the answers, use the chosen sensor, begin."""
        if self._check():
            self._finish(event.option_index)

    @work(exclusive=True, group="finish")
    async def _finish(self, at: int) -> None:
        name = self.query_one("#name", Input).value
        mass_kg = parse_mass(self.query_one("#mass", Input).value)
        try:
            await asyncio.to_thread(self.station.welcome, name, mass_kg)
            if at < len(self._found):
                self.station.connect(self._found[at].port, self._found[at].profile_id)
        except IsotimerError as error:
            self.query_one("#problem", TextLine).show(f"! {error.sentence}")
            return
        if at > len(self._found):
            self.post_message(Go("today"))
            self.post_message(Go("connect"))
            return
        form = Form(countdown=f"{self.station.settings.countdown_s:g}")
        if at < len(self._found):
            form = replace(form, start=Start.FORCE.value)
        # Equipment is a question for the second hold.
        self.station.skip_setup(form.position)
        self.post_message(Begin(form.plan(breath_s=self.station.settings.breath_s)))

    def action_skip(self) -> None:
        """Answer nothing and look around."""
        self.post_message(Go("today"))
