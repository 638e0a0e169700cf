"""The connect screen: which ports there are, what answers, and a live number."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Footer, Input, Label, OptionList
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.session.snapshot import LineState
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.messages import Go
from isotimer.tui.widgets.gauge import TensionGauge
from isotimer.tui.widgets.line import SensorLine, TextLine

if TYPE_CHECKING:
    from isotimer.session.sensor_desk import PortChoice

_UPDATES_PER_S = 10


class ConnectScreen(StationScreen):
    """Finds sensors, opens the line to one, shows what it says, zeroes it."""

    NAME = "connect"
    BINDINGS: ClassVar[list[BindingType]] = bindings("connect")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield Label(
            "Sensor: choose a port and the device that is there, ENTER connects", classes="screen-title"
        )
        with Horizontal(id="lists"):
            with Vertical(id="port-side"):
                yield TextLine("Looking for sensors ...", dom_id="found")
                yield OptionList(id="ports", markup=False)
            with Vertical(id="device-side"):
                yield TextLine("Device file")
                yield OptionList(id="devices", markup=False)
        with Horizontal(classes="fields"):
            yield Label("Port or URL")
            yield Input(placeholder="/dev/ttyUSB0, COM3, socket://host:port", id="url", compact=True)
        yield TensionGauge(glyphs=self.glyphs, dom_id="gauge")
        yield SensorLine(glyphs=self.glyphs, dom_id="line")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Look for ports and begin to show the line."""
        self._found: tuple[PortChoice, ...] = ()
        self._profiles = self.station.profiles()
        self.query_one("#devices", OptionList).add_options(
            Option(Content(printable(name, 80))) for _, name in self._profiles
        )
        self.query_one("#devices", OptionList).highlighted = 0 if self._profiles else None
        self.query_one("#ports", OptionList).focus()
        self.set_interval(1 / _UPDATES_PER_S, self._draw)
        self._draw()
        self.action_again()

    def _draw(self) -> None:
        snap = self.station.snapshot()
        self.query_one(TensionGauge).show(snap.tension, None, None, snap.line.unit)
        self.query_one(SensorLine).show_line(snap.line, snap.message)

    @work(exclusive=True, group="ports")
    async def action_again(self) -> None:
        """Look for ports and ask what answers there."""
        found = self.query_one("#found", TextLine)
        found.show("Looking for sensors ...")
        try:
            self._found = await asyncio.to_thread(self.station.sensors)
        except IsotimerError as error:
            self._found = ()
            self.tell(error.sentence, trouble=True)
        ports = self.query_one("#ports", OptionList)
        ports.clear_options()
        ports.add_options(Option(self._port_line(choice)) for choice in self._found)
        known = sum(bool(choice.profile_id) or choice.answered for choice in self._found)
        seen = f"Ports: {len(self._found)}, known sensors: {known}"
        found.show(seen if self._found else "No port found: plug a sensor in, then R")
        if self._found:
            ports.highlighted = next((i for i, c in enumerate(self._found) if c.answered or c.profile_id), 0)

    def _port_line(self, choice: "PortChoice") -> Content:
        sign = self.glyphs.good if choice.answered else self.glyphs.none
        what = choice.message or choice.profile_name or choice.description or "unknown"
        return Content(f"{sign} {printable(choice.port, 60)}\n  {printable(what, 200)}")

    @on(OptionList.OptionHighlighted, "#ports")
    def follow_port(self, event: OptionList.OptionHighlighted) -> None:
        """Choose the device that answered at the highlighted port."""
        choice = self._found[event.option_index]
        self.query_one("#url", Input).value = printable(choice.port)
        ids = [profile_id for profile_id, _ in self._profiles]
        if choice.profile_id in ids:
            self.query_one("#devices", OptionList).highlighted = ids.index(choice.profile_id)

    @on(OptionList.OptionSelected)
    @on(Input.Submitted, "#url")
    def action_use(self) -> None:
        """Open the line that is chosen."""
        typed = self.query_one("#url", Input).value.strip()
        port = next((c.port for c in self._found if printable(c.port) == typed), typed)
        at = self.query_one("#devices", OptionList).highlighted
        if not port or at is None:
            self.tell("Choose a port, or type one, and the device that is there.", trouble=True)
            return
        try:
            self.station.connect(port, self._profiles[at][0])
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
        for sentence in self.station.news():
            self.tell(sentence)

    @work(exclusive=True, group="tare")
    async def action_tare(self) -> None:
        """Set the unloaded sensor to zero."""
        if self.station.snapshot().line.state is not LineState.STREAMING:
            self.tell("There is no sensor to tare: connect one first.", trouble=True)
            return
        try:
            self.tell(await asyncio.to_thread(self.station.tare))
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)

    def action_off(self) -> None:
        """Close the line."""
        self.station.disconnect()

    def action_back(self) -> None:
        """Go back to the first screen."""
        self.post_message(Go("today"))
