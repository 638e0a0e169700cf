"""The rig screen: rigs listed, made by "press here now", connected, zeroed, checked, stood on."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.rig_kinds import KINDS
from isotimer.core.text import printable
from isotimer.core.weights import parse_weight
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.messages import Go
from isotimer.tui.rig_modes import ASKED, OF_THE_LIST, STEPS, Mode
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import SensorLine, TextLine
from isotimer.tui.widgets.plate import PlateView
from isotimer.tui.widgets.share import ShareLine

if TYPE_CHECKING:
    from isotimer.core.rig import Rig
    from isotimer.session.corner_check import CornerCheck
    from isotimer.session.rig_maker import RigMaker

_UPDATES_PER_S = 10
_SEEN_S = 3.0


class RigScreen(StationScreen):
    """Nothing is kept before it is named; what was connected is let go when a rig is made."""

    NAME = "rig"
    BINDINGS: ClassVar[list[BindingType]] = bindings("rig")
    _mode = Mode.RIGS

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield Label("Rig: which channel of which sensor is where", id="title", classes="screen-title")
        yield TextLine(dom_id="step")
        with Horizontal(id="rig-parts"):
            yield OptionList(id="choices", markup=False)
            yield PlateView(glyphs=self.glyphs, dom_id="plate")
        yield ShareLine(glyphs=self.glyphs, dom_id="share")
        with Horizontal(classes="fields"):
            yield Label("", id="asked")
            yield Input(id="typed", compact=True, max_length=120)
        yield TextLine(dom_id="told")
        yield SensorLine(glyphs=self.glyphs, dom_id="line")
        yield KeyLine()

    def on_mount(self) -> None:
        """List the rigs and begin to draw."""
        self._rigs: tuple[tuple[Rig, tuple[str, ...]], ...] = ()
        self._kind = ""
        self._sensors: dict[tuple[str, str], bool] = {}
        self._maker: RigMaker | None = None
        self._check: CornerCheck | None = None
        self._enter(Mode.RIGS)
        self.set_interval(1 / _UPDATES_PER_S, self._draw)

    def on_unmount(self) -> None:
        """Let go of what was being made."""
        self._drop_maker()

    def _enter(self, mode: Mode) -> None:
        """Go over to another thing to do."""
        self._mode = mode
        self.refresh_bindings()
        asked = ASKED.get(mode, "")
        self.query_one("#asked", Label).update(asked)
        typed = self.query_one("#typed", Input)
        typed.value, typed.display = "", bool(asked)
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        choices.add_options(Option(Content(printable(line, 110))) for line in self._lines())
        choices.highlighted = 0 if choices.option_count else None
        self.set_focus(None)
        if mode is not Mode.PRESS:
            (choices if mode is Mode.SENSORS or not asked else typed).focus()
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key does anything now; the footer shows no other."""
        if action in OF_THE_LIST:
            return self._mode is Mode.RIGS
        return action != "undo" or self._mode is Mode.PRESS

    def _lines(self) -> list[str]:
        """Return what can be chosen from."""
        if self._mode is Mode.RIGS:
            try:
                self._rigs = self.station.rigs()
            except IsotimerError as error:
                self.tell(error.sentence, trouble=True)
            return [
                f"{rig.name}: {len(rig.channels)} channels" + (f"; at {', '.join(where)}" if where else "")
                for rig, where in self._rigs
            ]
        if self._mode is Mode.KIND:
            return [kind.name for kind in KINDS]
        if self._mode is Mode.SENSORS:
            signs = {True: self.glyphs.good, False: self.glyphs.none}
            lines = [f"{signs[taken]} {port}: {device}" for (port, device), taken in self._sensors.items()]
            return [*lines, "Go on: nothing may lie on the sensors"]
        if self._mode is Mode.POSITION:
            return ["no position", *(p.id for p in self.station.positions.positions)]
        return []

    def _draw(self) -> None:
        snap = self.station.snapshot()
        for sentence in self.station.news():
            self.tell(sentence)
        stance = self.station.stance(_SEEN_S)
        warning = stance.warning if stance is not None else ""
        self.query_one(SensorLine).show_line(snap.line, snap.message or warning)
        self.query_one(PlateView).show(stance)
        self.set_class(stance is not None and stance.left_n is not None, "-sides")
        self.query_one(ShareLine).show(stance)
        self.query_one("#step", TextLine).show(self._step())
        if self._maker is not None and self._mode is Mode.PRESS:
            told = self._maker.troubles or self._maker.levels()
            self.query_one("#told", TextLine).say("   ".join(told))

    def _step(self) -> str:
        """Return what to do next."""
        maker = self._maker
        if self._mode is Mode.PRESS and maker is not None:
            if not maker.rested:
                return "Leave all sensors unloaded and still; ENTER takes the empty reading."
            spot = maker.next
            where = spot.words if spot is not None else ""
            undo = " U takes the last one back." if maker.done else ""
            return f"{maker.done + 1} of {len(maker.kind.spots)}: press {where} now, hold it, ENTER.{undo}"
        if self._mode is Mode.CHECK and self._check is not None:
            done = f" {len(self._check.found)} checked." if self._check.found else ""
            return f"Put a known weight on a corner, type its kilograms, ENTER.{done} ESC ends."
        return STEPS.get(self._mode, "")

    @on(OptionList.OptionSelected, "#choices")
    @on(Input.Submitted, "#typed")
    def action_take(self) -> None:
        """Do what the mode asks for."""
        steps = {
            Mode.RIGS: self._connect,
            Mode.KIND: self._choose_kind,
            Mode.SENSORS: self._choose_sensor,
            Mode.PRESS: self._press,
            Mode.NAME: self._keep,
            Mode.CHECK: self._check_corner,
            Mode.SHARE: self._keep_share,
            Mode.WHERE: self._connect_there,
            Mode.POSITION: self._choose_position,
        }
        try:
            steps[self._mode]()
        except IsotimerError as error:
            self._say(error.sentence, trouble=True)

    def _say(self, sentence: str, *, trouble: bool = False) -> None:
        told = self.query_one("#told", TextLine)
        told.say(sentence, trouble=trouble)
        if self._mode is Mode.PRESS:
            # the readings take its place at once
            self.tell(sentence, trouble=trouble)

    @property
    def _at(self) -> int:
        """The line that is highlighted."""
        return self.query_one("#choices", OptionList).highlighted or 0

    def _chosen(self) -> "Rig":
        if not self._rigs:
            raise WrongUseError("there is no rig yet", "", "make one with N")
        return self._rigs[self._at][0]

    def _connect(self) -> None:
        """Connect the rig; ask where its sensors are if that cannot be told."""
        rig = self._chosen()
        self._placed = self._rigs[self._at]
        try:
            self.station.connect_rig(rig, self.station.rig_ports(rig))
        except WrongUseError as error:
            self._enter(Mode.WHERE)
            known = self.station.rig_ports(rig)
            self.query_one("#typed", Input).value = " ".join(
                f"{d.id}={known.get(d.id, '')}" for d in rig.devices
            )
            self._say(error.sentence, trouble=True)
        else:
            self._say(f"{rig.name} is being connected.")

    def _connect_there(self) -> None:
        words = self.query_one("#typed", Input).value.split()
        ports = {device: port for device, _, port in (word.partition("=") for word in words) if port}
        self.station.connect_rig(self._placed[0], ports)
        self._enter(Mode.RIGS)
        self._say(f"{self._placed[0].name} is being connected.")

    def _choose_kind(self) -> None:
        self._kind = KINDS[self._at].id
        self._sensors = {(c.port, c.profile_id): False for c in self.station.sensors() if c.profile_id}
        self._enter(Mode.SENSORS)

    def _choose_sensor(self) -> None:
        typed = self.query_one("#typed", Input).value.strip()
        if typed:
            port, _, device = typed.rpartition("=")
            if device not in dict(self.station.profiles()) or not port:
                raise WrongUseError(
                    f"'{typed}' is no sensor", "", "type PORT=DEVICE, like COM3=teensy-plate4"
                )
            self._sensors[port, device] = True
        elif self._at < len(self._sensors):
            key = list(self._sensors)[self._at]
            self._sensors[key] = not self._sensors[key]
        else:
            taken = [key for key, wanted in self._sensors.items() if wanted]
            if not taken:
                raise WrongUseError("no sensor is chosen", "", "choose one with ENTER")
            self._maker = self.station.make_rig(self._kind, taken)
            self._enter(Mode.PRESS)
            return
        at = self._at
        self._enter(Mode.SENSORS)
        self.query_one("#choices", OptionList).highlighted = len(self._sensors) if typed else at
        if typed:
            # who types one sensor may type the next; an empty ENTER goes on
            self.query_one("#typed", Input).focus()

    def _press(self) -> None:
        maker = self._maker
        if maker is None:
            return
        if not maker.rested:
            maker.rest()
            return
        self._say(maker.press())
        if maker.next is None:
            self._enter(Mode.NAME)

    def _keep(self) -> None:
        if self._maker is None:
            return
        rig = self._maker.rig(self.query_one("#typed", Input).value)
        self.station.keep_rig(rig)
        self._drop_maker()
        self._say(f"{rig.name} is kept.")
        self._enter(Mode.RIGS)

    def _check_corner(self) -> None:
        typed = self.query_one("#typed", Input)
        if self._check is None:
            return
        if not typed.value.strip() and not self._check.found:
            self._say(" ".join(self._check.empty()) or "The empty reading is taken.")
            return
        self._say(self._check.take(parse_weight(typed.value, ())).words)

    def _keep_share(self) -> None:
        self._say(self.station.share_target(self._placed[0].name, self.query_one("#typed", Input).value))
        self._enter(Mode.RIGS)

    def _choose_position(self) -> None:
        rig, used_at = self._placed
        if self._at:
            position = self.station.positions.positions[self._at - 1].id
            self.station.choose_rig(position, rig.name)
            self._say(f"{rig.name} is used at {position}.")
        else:
            for position in used_at:
                self.station.choose_rig(position, None)
            self._say(f"{rig.name} is used at no position.")
        self._enter(Mode.RIGS)

    def action_new(self) -> None:
        """Make a rig."""
        if self._mode is Mode.RIGS:
            self._enter(Mode.KIND)

    def action_undo(self) -> None:
        """Forget the place that was pressed last."""
        if self._maker is not None and self._mode is Mode.PRESS:
            self._maker.undo()

    def action_tare(self) -> None:
        """Set all channels to zero."""
        if self._mode is Mode.RIGS:
            self._say(self.station.tare())

    def action_weigh(self) -> None:
        """Keep the body weight of who stands on the plates."""
        if self._mode is Mode.RIGS:
            self._try(lambda: self._say(self.station.keep_weight()))

    def action_check(self) -> None:
        """Check the corners; the first reading is that of the empty rig."""
        if self._mode is Mode.RIGS:
            self._try(self._begin_check)

    def _begin_check(self) -> None:
        self._check = self.station.corner_check()
        self._say(" ".join(self._check.empty()) or "The empty reading is taken.")
        self._enter(Mode.CHECK)

    def action_calibrate(self) -> None:
        """Open the bench on which known weights are hung on each channel of the connected rig."""
        if self._mode is not Mode.RIGS:
            return
        if self.station.rig is None:
            self._say("There is no rig to calibrate: ENTER connects one first.", trouble=True)
        else:
            self.post_message(Go("calibrate"))

    def action_share(self) -> None:
        """Ask which share of the load is to be kept on the rig that is marked."""
        if self._mode is Mode.RIGS and self._rigs:
            self._placed = self._rigs[self._at]
            self._enter(Mode.SHARE)

    def action_position(self) -> None:
        """Choose the position that the rig is used at."""
        if self._mode is Mode.RIGS and self._rigs:
            self._placed = self._rigs[self._at]
            self._enter(Mode.POSITION)

    def action_near(self) -> None:
        """Look at the trail of the centre of pressure from near, or at the whole plates."""
        plate = self.query_one(PlateView)
        plate.near = not plate.near
        self.set_class(plate.near, "-near")

    def action_forget(self) -> None:
        """Forget the chosen rig."""
        if self._mode is Mode.RIGS and self._rigs:
            self._try(lambda: self.station.forget_rig(self._chosen().name))
            self._enter(Mode.RIGS)

    def action_back(self) -> None:
        """Go back to the list of rigs, then to the sensors."""
        if self._mode is Mode.RIGS:
            self.dismiss()
            return
        self._drop_maker()
        self._check = None
        self._enter(Mode.RIGS)

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except IsotimerError as error:
            self._say(error.sentence, trouble=True)

    def _drop_maker(self) -> None:
        maker, self._maker = self._maker, None
        if maker is not None:
            maker.stop()
