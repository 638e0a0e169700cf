"""The app: themes, the table of screens, signals, and the end of the station."""

import asyncio
import importlib
import os
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen

from isotimer.core.errors import IsotimerError
from isotimer.core.plan import HoldStep, Plan
from isotimer.tui.actions import actions_of, bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.messages import Again, AskSetup, Begin, BeginPlan, Continue, EditPlan, Go, Over, ShowHold
from isotimer.tui.screens.today import TodayScreen
from isotimer.tui.settled import SettledApp

if TYPE_CHECKING:
    from isotimer.session.station import Station

SCREEN_TABLE: dict[str, str] = {
    "connect": "isotimer.tui.screens.connect:ConnectScreen",
    "calibrate": "isotimer.tui.screens.calibrate:CalibrateScreen",
    "rig": "isotimer.tui.screens.rig:RigScreen",
    "hold": "isotimer.tui.screens.hold:HoldScreen",
    "plans": "isotimer.tui.screens.plans:PlansScreen",
    "plan": "isotimer.tui.screens.plan_editor:PlanEditorScreen",
    "result": "isotimer.tui.screens.result:ResultScreen",
    "summary": "isotimer.tui.screens.summary:SummaryScreen",
    "settings": "isotimer.tui.screens.settings:SettingsScreen",
    "welcome": "isotimer.tui.screens.welcome:WelcomeScreen",
    "positions": "isotimer.tui.screens.positions:PositionsScreen",
    "setup": "isotimer.tui.screens.setup:SetupScreen",
    "history": "isotimer.tui.screens.history:HistoryScreen",
    "look": "isotimer.tui.screens.hold_detail:HoldDetailScreen",
    "balance": "isotimer.tui.screens.balance:BalanceScreen",
    "trend": "isotimer.tui.screens.trend:TrendScreen",
    "track": "isotimer.tui.screens.track:TrackScreen",
    "people": "isotimer.tui.screens.people:PeopleScreen",
    "sprints": "isotimer.tui.screens.sprints:SprintsScreen",
    "notes": "isotimer.tui.screens.notes:NotesScreen",
    "help": "isotimer.tui.screens.help:HelpScreen",
}
"""The screens above the first one, imported when they are needed: the first paint need not wait for them."""

FEW_HOLDS = 2
"""The result of more holds than these begins with the list of them."""

_HEIGHTS = [(0, "-short"), (34, "-tall")]

_FIRST_PAINT_S = 0.1
"""The station is opened only after this: loading it would keep the first picture from the terminal."""

_OPENS = "One moment: the database is being opened. Then it starts."
_OFFER = "A session can go on where you stopped: SPACE or R goes on, F forgets it."

_SLOW_S = 0.6
"""A session that has not begun after so long waits for the database."""
LOCKED = (
    "The database lets us wait: another program may be writing to it. The session starts once it is free."
)

_RULED_OUT = "Session over"
"""A sentence that begins so says why a session ended before its plan did."""

_LEAVE_S = 5.0
"""Longest time that the app may take to give back the terminal after a signal."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end the app in order."""


class IsotimerApp(SettledApp):
    """isotimer in the full screen.

    Args:
        station: The station that the screens draw and steer. The app closes it at its end.
        start_screen: The screen to begin with: "today", "hold" or "connect".
        environ: The environment, for the choice of signs; the process's own if not given.
    """

    TITLE = "isotimer"
    CSS_PATH = Path(__file__).with_name("isotimer.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    VERTICAL_BREAKPOINTS = _HEIGHTS

    def __init__(
        self, station: "Station", *, start_screen: str = "today", environ: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(station, os.environ if environ is None else environ)
        self._start_screen = start_screen
        self._welcomed = False
        self._waiting: Message | None = None
        self._opens = True
        self._beginning = False
        self._station_closed = False
        self._close_lock = threading.Lock()
        self._left_terminal = threading.Event()

    def get_default_screen(self) -> Screen[None]:
        """Return the screen beneath all others; today's is not made before somebody wants it."""
        if self._start_screen == TodayScreen.NAME:
            return TodayScreen(self.station, self.glyphs)
        return Screen()

    def on_mount(self) -> None:
        """Put on the theme, take the signals, open the first screen."""
        self.show_settings()
        for number in SIGNALS:
            try:
                asyncio.get_running_loop().add_signal_handler(number, partial(self._end_by, number))
            except (NotImplementedError, ValueError, RuntimeError):
                # Windows has no such handlers, and only the main thread may have them.
                break
        if self._start_screen != TodayScreen.NAME:
            self.on_go(Go(self._start_screen))
        self._welcome()
        self.set_timer(_FIRST_PAINT_S, self._open_station)

    @work(thread=True, exit_on_error=False)
    def _open_station(self) -> None:
        """Open the station behind the first picture, and load what the next screens need."""
        try:
            self.station.open()
        except IsotimerError as error:
            self.call_from_thread(self.notify, error.sentence, severity="error", markup=False, timeout=30)
        for name in SCREEN_TABLE:
            screen_class(name)
        self.call_from_thread(self._opened)

    def _opened(self) -> None:
        self._opens = False
        for screen in self.screen_stack:
            if isinstance(screen, TodayScreen):
                screen.show_news()
        before = self._welcomed
        self._welcome()
        waiting, self._waiting = self._waiting, None
        if waiting is not None and self._welcomed == before:
            self._begin_late(waiting)

    def _begin_late(self, waiting: Message) -> None:
        """Do what was asked for before the station was open, unless a cut-off session can go on instead."""
        if self._offers():
            self.on_go(Go(TodayScreen.NAME))
            self.notify(_OFFER, markup=False, timeout=20)
        else:
            self.post_message(waiting)

    def _offers(self) -> bool:
        try:
            return self.station.unfinished_session() is not None
        except IsotimerError:
            return False

    def _welcome(self) -> None:
        """Ask a newcomer who they are, once."""
        if self.station.newcomer and isinstance(self.screen, TodayScreen) and not self._welcomed:
            self._welcomed = True
            self.on_go(Go("welcome"))

    async def on_unmount(self) -> None:
        """Close the station, whatever ended the app."""
        for number in SIGNALS:
            try:
                asyncio.get_running_loop().remove_signal_handler(number)
            except (NotImplementedError, ValueError, RuntimeError):
                break
        self.close_station()

    def close_station(self) -> None:
        """Close the station once; everything recorded is kept."""
        with self._close_lock:
            if not self._station_closed:
                self._station_closed = True
                self.station.close()

    def left(self) -> None:
        """Say that the terminal is given back: nothing more needs to be forced."""
        self._left_terminal.set()

    def on_go(self, message: Go) -> None:
        """Open a screen by its name; today's is found by closing those above it."""
        if message.screen != TodayScreen.NAME:
            about = (message.about,) if message.about else ()
            show = self.switch_screen if message.instead else self.push_screen
            show(screen_class(message.screen)(self.station, self.glyphs, *about))
            return
        while not isinstance(self.screen, TodayScreen) and len(self.screen_stack) > 1:
            self.pop_screen()
        if not isinstance(self.screen, TodayScreen):
            self.push_screen(TodayScreen(self.station, self.glyphs))

    def on_begin(self, message: Begin) -> None:
        """Start a session, or say why it cannot start; a setup that is not known is asked first."""
        self._begin(message, lambda: (message.plan,))

    def on_begin_plan(self, message: BeginPlan) -> None:
        """Start a session of a plan on the shelf, in the same way."""
        self._begin(message, lambda: self.station.plan_of(message.spec_id))

    def on_again(self, message: Again) -> None:
        """Start what ran last anew, in the same way."""
        self._begin(message, self.station.again)

    def _begin(self, message: Message, planned: Callable[[], tuple[Plan] | tuple[Plan, str]]) -> None:
        if not self.station.ready and self._opens:
            # A session that was cut off is not known yet; beginning another one would lose it.
            if self._waiting is None:
                self.notify(_OPENS, markup=False)
            self._waiting = message
            return

        def begin() -> tuple[Message, ...]:
            wanted = planned()
            steps = [s for s in wanted[0].steps if isinstance(s, HoldStep) and not s.setup]
            if unasked := self.station.unasked(step.position for step in steps):
                return (AskSetup(unasked, message),)
            self.station.start(*wanted)
            return (Go(TodayScreen.NAME), Go("hold"))

        self._begin_behind(begin)

    def _begin_behind(self, begin: Callable[[], tuple[Message, ...]]) -> None:
        """Begin a session in another thread: a database that others lock must not freeze the screen."""
        if self._beginning:
            self.notify(LOCKED, markup=False)
            return
        self._beginning = True
        self._begin_now(begin)

    @work(group="begin")
    async def _begin_now(self, begin: Callable[[], tuple[Message, ...]]) -> None:
        slow = self.set_timer(_SLOW_S, lambda: self.notify(LOCKED, markup=False))
        try:
            then = await asyncio.to_thread(begin)
        except IsotimerError as error:
            self.notify(error.sentence, severity="error", markup=False)
            return
        finally:
            slow.stop()
            self._beginning = False
        for message in then:
            if isinstance(message, Go):
                self.on_go(message)
            else:
                self.post_message(message)

    def on_ask_setup(self, message: AskSetup) -> None:
        """Ask for the setup at some positions."""
        self.push_screen(screen_class("setup")(self.station, self.glyphs, message))

    def on_edit_plan(self, message: EditPlan) -> None:
        """Open the editor on a plan, or say why it cannot be changed."""
        try:
            editor = screen_class("plan")(self.station, self.glyphs, message.spec_id)
        except IsotimerError as error:
            self.notify(error.sentence, severity="error", markup=False)
            return
        self.push_screen(editor)

    def on_over(self, message: Over) -> None:
        """Show the result of a session; without any hold go back to the first screen."""
        self.on_go(Go(TodayScreen.NAME))
        if message.ruled.startswith(_RULED_OUT):
            self.notify(message.ruled, severity="warning", markup=False, timeout=60)
        if message.results:
            name = "result" if len(message.results) <= FEW_HOLDS else "summary"
            self.push_screen(screen_class(name)(self.station, self.glyphs, message.results))

    def on_show_hold(self, message: ShowHold) -> None:
        """Show one hold of a finished session, above the list of them."""
        self.push_screen(screen_class("result")(self.station, self.glyphs, message.results, message.at))

    def on_continue(self, message: Continue) -> None:
        """Go on with a session that was cut off, or say why that cannot be."""

        def go_on() -> tuple[Message, ...]:
            self.station.resume(message.cut)
            return (Go("hold"),)

        self._begin_behind(go_on)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the screen and of the app in the command palette."""
        name = screen.NAME if isinstance(screen, StationScreen) else ""
        for action in (*actions_of(name), *actions_of("app")):
            owner = self if action.screen == "app" or action.action == "leave" else screen
            yield SystemCommand(action.label, action.description, partial(self._run, action.action, owner))

    async def _run(self, action: str, owner: "App[None] | Screen[object]") -> None:
        await self.run_action(action, default_namespace=owner)

    def action_help(self) -> None:
        """Show the keys of the present screen."""
        screen = self.screen
        if isinstance(screen, StationScreen):
            keys: dict[str, list[str]] = {}
            for active in screen.active_bindings.values():
                if active.binding.id is not None:
                    keys.setdefault(active.binding.id, []).append(self.get_key_display(active.binding))
            self.push_screen(screen_class("help")(screen.NAME, keys))

    def action_settings(self) -> None:
        """Show what can be set."""
        if not any(isinstance(s, StationScreen) and s.NAME == "settings" for s in self.screen_stack):
            self.on_go(Go("settings"))

    def action_leave(self) -> None:
        """Leave; the station is closed on the way out and keeps what it has."""
        self.exit()

    def _end_by(self, number: signal.Signals) -> None:
        """End in order; a terminal that is gone must not keep the process, nor the port it holds."""
        threading.Thread(target=self._end_anyway, args=(number,), daemon=True).start()
        self.exit(return_code=128 + number)

    def _end_anyway(self, number: signal.Signals) -> None:
        self.close_station()
        if not self._left_terminal.wait(_LEAVE_S):
            os._exit(128 + number)


def screen_class(name: str) -> Callable[..., Screen[None]]:
    """Return the class of a screen of the table."""
    module, attribute = SCREEN_TABLE[name].split(":")
    found: Callable[..., Screen[None]] = getattr(importlib.import_module(module), attribute)
    return found


def run_app(station: "Station", *, start_screen: str = "today") -> int:
    """Run the app to its end and close the station in every case.

    Args:
        station: The station to draw.
        start_screen: The screen to begin with.

    Returns:
        The exit code: 0, or 128 + the number of the signal that ended it.
    """
    app = IsotimerApp(station, start_screen=start_screen)
    try:
        app.run()
    finally:
        app.close_station()
        app.left()
    return app.return_code or 0
