"""The connect screen: which ports there are, what answers, and a live number."""

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.session.sensor_desk import PortChoice
from isotimer.session.snapshot import LineState
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.messages import Go
from isotimer.tui.widgets.gauge import TensionGauge
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import SensorLine, TextLine

_NOWHERE = PortChoice("", "typed", "", "", answered=False)
_ANY_BLE = "ble:"
"""Means whichever sensor is heard; what is kept of a sensor is kept under its own address."""
_UPDATES_PER_S = 10


class ConnectScreen(StationScreen):
    """Finds sensors, opens the line to one, shows what it says, zeroes it."""

    NAME = "connect"
    BINDINGS: ClassVar[list[BindingType]] = bindings("connect")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield Label(
            "Sensor: choose a port and the device that is there, ENTER connects; G: rigs",
            classes="screen-title",
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
        yield TextLine(dom_id="kept")
        yield SensorLine(glyphs=self.glyphs, dom_id="line")
        yield KeyLine()

    def on_mount(self) -> None:
        """Look for ports and begin to show the line."""
        self._found: tuple[PortChoice, ...] = ()
        self._air: tuple[PortChoice, ...] = ()
        self._state = self.station.snapshot().line.state
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
        if snap.line.state is not self._state and snap.line.state is LineState.STREAMING and self._found:
            self.run_worker(self._list_ports(), exclusive=True, group="ports")
        self._state = snap.line.state
        self.query_one(TensionGauge).show(snap.tension, None, None, snap.line.unit)
        self.query_one(SensorLine).show_line(snap.line, snap.message)
        self.query_one("#kept", TextLine).show(printable(self.station.kept(), 200))
        for sentence in self.station.news():
            self.tell(sentence)

    @work(exclusive=True, group="ports")
    async def action_again(self) -> None:
        """Look for ports, and ask who is there where a device file names the port's USB id."""
        self.query_one("#found", TextLine).show("Looking for sensors ...")
        await self._list_ports()
        for choice in self._found:
            if choice.named and not choice.known and not choice.answered:
                await self._ask(choice.port, "")

    @work(exclusive=True, group="ports")
    async def action_air(self) -> None:
        """Look for sensors over Bluetooth, and list them below the ports."""
        self.query_one("#found", TextLine).show("Looking around over Bluetooth ...")
        self._air, trouble = (), ""
        try:
            self._air = await asyncio.to_thread(self.station.look_around)
        except IsotimerError as error:
            trouble = error.sentence
        await self._list_ports(prefer=self._air[0].port if self._air else "")
        if not self._air:
            self.tell(trouble or "No sensor was heard: switch it on, hold it near, then B.", trouble=True)

    @work(exclusive=True, group="ports")
    async def action_ask(self) -> None:
        """Ask the chosen device at the chosen port who it is."""
        port, profile_id = self._chosen()
        if not port:
            self.tell("Choose a port first.", trouble=True)
            return
        if port not in (choice.port for choice in self._found):
            await self._list_ports(typed=port)
        heard = await self._ask(port, profile_id)
        self.tell(f"{heard.port}: {heard.message}", trouble=not heard.answered)
        self._choose_device(heard.profile_id)

    async def _ask(self, port: str, profile_id: str) -> PortChoice:
        """Ask at one port, and show on its line what comes of it."""
        at = next((i for i, choice in enumerate(self._found) if choice.port == port), None)
        ports = self.query_one("#ports", OptionList)
        if at is not None:
            asked = replace(self._found[at], message="listening ...")
            ports.replace_option_prompt_at_index(at, self._port_line(asked))
        heard = await asyncio.to_thread(self.station.ask, port, profile_id)
        if at is not None and at < len(self._found) and self._found[at].port == port:
            old = self._found[at]
            new = replace(heard, description=old.description, known=old.known, named=old.named)
            self._found = (*self._found[:at], new, *self._found[at + 1 :])
            ports.replace_option_prompt_at_index(at, self._port_line(new))
            if ports.highlighted == at:
                self._choose_device(new.profile_id)
        return heard

    async def _list_ports(self, typed: str = "", prefer: str = "") -> None:
        """List the ports there are; the one in use first, then sensors used before, Bluetooth last."""
        found = self.query_one("#found", TextLine)
        try:
            self._found = await asyncio.to_thread(self.station.sensors)
        except IsotimerError as error:
            self._found = ()
            self.tell(error.sentence, trouble=True)
        listed = {choice.port for choice in self._found}
        self._found = (*self._found, *(choice for choice in self._air if choice.port not in listed))
        ports = self.query_one("#ports", OptionList)
        ports.clear_options()
        ports.add_options(Option(self._port_line(choice)) for choice in self._found)
        if typed:
            self._found = (*self._found, replace(_NOWHERE, port=typed))
            ports.add_option(Option(self._port_line(self._found[-1])))
        known = sum(bool(choice.profile_id) or choice.answered for choice in self._found)
        seen = f"Ports: {len(self._found)}, known sensors: {known}"
        found.show(seen if self._found else "No port found: plug in, then R; B: Bluetooth")
        if self._found:
            best = next((i for i, c in enumerate(self._found) if c.answered or c.known or c.profile_id), 0)
            best = next((i for i, c in enumerate(self._found) if prefer and c.port == prefer), best)
            ports.highlighted = len(self._found) - 1 if typed else best

    def _port_line(self, choice: PortChoice) -> Content:
        sign = self.glyphs.good if choice.answered else self.glyphs.none
        parts = (choice.message or choice.profile_name, choice.description)
        what = f" {self.glyphs.dot} ".join(dict.fromkeys(p for p in parts if p)) or "unknown"
        return Content(f"{sign} {printable(choice.port, 60)}\n  {printable(what, 100)}")

    @on(OptionList.OptionHighlighted, "#ports")
    def follow_port(self, event: OptionList.OptionHighlighted) -> None:
        """Choose the device that answered at the highlighted port."""
        choice = self._found[event.option_index]
        self.query_one("#url", Input).value = printable(choice.port)
        self._choose_device(choice.profile_id)

    def _choose_device(self, profile_id: str) -> None:
        ids = [known for known, _ in self._profiles]
        if profile_id in ids:
            self.query_one("#devices", OptionList).highlighted = ids.index(profile_id)

    def _chosen(self) -> tuple[str, str]:
        """Return the port and the id of the device that are chosen; each may be empty."""
        typed = self.query_one("#url", Input).value.strip()
        port = next((c.port for c in self._found if printable(c.port) == typed), typed)
        at = self.query_one("#devices", OptionList).highlighted
        return port, self._profiles[at][0] if at is not None else ""

    @on(OptionList.OptionSelected)
    @on(Input.Submitted, "#url")
    def action_use(self) -> None:
        """Open the line that is chosen."""
        port, profile_id = self._chosen()
        if not port or not profile_id:
            self.tell("Choose a port, or type one, and the device that is there.", trouble=True)
            return
        if port.lower() == _ANY_BLE:
            self.action_air()
            return
        try:
            self.station.connect(port, profile_id)
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)

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

    def action_calibrate(self) -> None:
        """Open the bench on which known weights are hung."""
        if self.station.snapshot().line.state is not LineState.STREAMING:
            self.tell("There is no sensor to calibrate: connect one first.", trouble=True)
            return
        self.post_message(Go("calibrate"))

    def action_rig(self) -> None:
        """Open the screen on which several sensors become one."""
        self.post_message(Go("rig"))

    def action_off(self) -> None:
        """Close the line."""
        self.station.disconnect()

    def action_back(self) -> None:
        """Go back to the first screen."""
        self.post_message(Go("today"))
