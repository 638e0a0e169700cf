"""The calibrate screen: known weights on one channel, a line through them, a pull that shows its sign."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label, Static

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import SensorLine, TextLine

if TYPE_CHECKING:
    from isotimer.session.bench import Bench

_UPDATES_PER_S = 5
_TYPED = "0123456789.,-"


class WeightInput(Input):
    """Takes digits only, so that letters stay keys of the screen."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether a key is typed into the field."""
        return character is not None and character in _TYPED


class CalibrateScreen(StationScreen):
    """Takes two to seven points, the empty sensor first; nothing changes before it is kept."""

    NAME = "calibrate"
    BINDINGS: ClassVar[list[BindingType]] = bindings("calibrate")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield Label("Calibrate", id="title", classes="screen-title", markup=False)
        yield TextLine(dom_id="step")
        yield TextLine(dom_id="reading")
        with Horizontal(classes="fields"):
            yield Label("Weight, kg")
            yield WeightInput(
                id="weight", compact=True, restrict=r"[0-9.,-]*", max_length=10, classes="number"
            )
        yield Static(id="points", markup=False)
        yield Static(id="fit", markup=False)
        yield SensorLine(glyphs=self.glyphs, dom_id="line")
        yield KeyLine()

    def on_mount(self) -> None:
        """Put the sensor on the bench."""
        self._bench: Bench | None = None
        self._warned = False
        self._open(0)
        self.query_one("#weight", Input).focus()
        self.set_interval(1 / _UPDATES_PER_S, self._draw)

    def _open(self, channel: int) -> None:
        try:
            self._bench = self.station.bench(channel)
        except IsotimerError as error:
            self._draw()
            self.query_one("#step", TextLine).show(error.sentence)
            return
        bench = self._bench
        name = printable(bench.channels[channel], 40)
        count = len(bench.channels)
        which = f"channel {name} ({channel + 1} of {count}), " if count > 1 else ""
        device = printable(self.station.snapshot().line.device, 50)
        self.query_one("#title", Label).update(f"Calibrate: {which}{device}")
        self._draw()

    def _draw(self) -> None:
        self.query_one(SensorLine).show_line(self.station.snapshot().line)
        bench = self._bench
        if bench is None:
            return
        found = bench.reading()
        sign = self.glyphs.bad if found.trouble else self.glyphs.good
        value = "none" if found.raw is None else f"{found.raw:.6g}"
        self.query_one("#reading", TextLine).show(f"Reading: {value}  {sign} {found.trouble or 'still'}")
        self.query_one("#step", TextLine).show(_step(bench))
        self.query_one("#points", Static).update("\n".join(bench.rows()))
        self.query_one("#fit", Static).update("\n".join(bench.words()))

    @on(Input.Submitted, "#weight")
    def action_take(self) -> None:
        """Take the reading of this moment for the weight that was typed."""
        weight = self.query_one("#weight", Input)
        if self._bench is None:
            return
        try:
            self._bench.take(weight.value)
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return
        weight.value = ""
        self._warned = False
        self._draw()

    def action_undo(self) -> None:
        """Forget the last point."""
        if self._bench is not None and self._bench.points:
            self._bench.undo()
            self._draw()

    def action_turn(self) -> None:
        """Turn the sign."""
        if self._bench is None:
            return
        try:
            self._bench.turn()
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
        self._draw()

    def action_next(self) -> None:
        """Go on to the next channel; what was not kept stays a warning away from being lost."""
        bench = self._bench
        if bench is None or len(bench.channels) == 1:
            self.tell("This sensor has one channel.")
        elif self._may_leave():
            self._open((bench.channel + 1) % len(bench.channels))

    def action_keep(self) -> None:
        """Keep the calibration and use it from now on."""
        bench = self._bench
        if bench is None:
            return
        try:
            self.tell(self.station.keep_calibration(bench))
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return
        if len(bench.channels) == 1:
            self.dismiss()
        else:
            self._open((bench.channel + 1) % len(bench.channels))

    def action_back(self) -> None:
        """Go back to the connect screen."""
        if self._may_leave():
            self.dismiss()

    def _may_leave(self) -> bool:
        """Return whether nothing would be lost, or the person knows it."""
        if self._bench is None or not self._bench.changed or self._warned:
            self._warned = False
            return True
        self._warned = True
        self.tell("Not kept yet: K keeps it; press the same key again to let it go.", trouble=True)
        return False


def _step(bench: "Bench") -> str:
    """Return what to do next."""
    if not bench.points:
        return "1. Unload the sensor, let it hang still; ENTER takes the empty reading."
    if len(bench.points) == 1 and len(bench.channels) > 1:
        return "2. Load this channel alone (on a plate right above it), type the kilograms, ENTER."
    if len(bench.points) == 1:
        return "2. Hang a known weight on, type its kilograms; once still, ENTER takes it."
    if len(bench.points) == 2:
        return "3. Another weight shows how straight the line is. Pull for the sign; K keeps."
    return "4. More weights, up to six. Pull to check the sign; K keeps."
