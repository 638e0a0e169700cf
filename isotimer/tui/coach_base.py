"""What the coach's screens share: how one leads to the other, whom they are about, questions asked behind."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label
from textual.worker import Worker, WorkerState, get_current_worker

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.session.coach import Coach
from isotimer.tui.actions import COACH_TABS
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.messages import Go
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.station import Station

logger = logging.getLogger(__name__)

T = TypeVar("T")

NOBODY = "Nobody has trained here yet. Do a first hold: ESC, then SPACE."
LOADING = "looking it up"
_LOOK_AGAIN_S = 0.3


class CoachScreen(StationScreen):
    """A screen of the coach.

    Args:
        station: The station; its database is asked.
        glyphs: The signs to draw with.
        about: Name of the athlete; who trains now if not given.
    """

    def __init__(self, station: "Station", glyphs: Glyphs, about: str = "") -> None:
        super().__init__(station, glyphs)
        self.coach = Coach(station.places.database, station.positions)
        self.about = about or station.athlete
        self._waits = False

    def compose_head(self) -> ComposeResult:
        """Return the line of the coach's screens and the field for whom this one is about."""
        dot = f" {self.glyphs.dot} "
        tabs = dot.join(
            f"[{n} {title}]" if name == self.NAME else f"{n} {title}"
            for n, (name, title) in enumerate(COACH_TABS, 1)
        )
        yield TextLine(tabs, dom_id="tabs", classes="screen-title")

    def action_scroll(self, by: int) -> None:
        """Read text that did not fit."""
        self.query_one("#text", VerticalScroll).scroll_relative(y=by * 4, animate=False)

    def compose_athlete(self) -> ComposeResult:
        """Return the field for whom the screen is about, and the line that says what is going on."""
        with Horizontal(classes="fields"):
            yield Label("Athlete")
            yield Input(printable(self.about, 500), id="athlete", compact=True, max_length=500)
        yield TextLine(dom_id="state")

    def say(self, text: str, *, trouble: bool = False) -> None:
        """Say what is going on, in the line under the head."""
        self.query_one("#state", TextLine).say(text, trouble=trouble)

    @work(thread=True, exclusive=True, group="ask", exit_on_error=False)
    def ask(self, question: Callable[[], T], show: Callable[[T], None]) -> None:
        """Ask the database in the background; only the answer to the latest question is shown.

        Args:
            question: Asked in a thread of its own.
            show: Given the answer, on the screen's own thread.
        """
        worker = get_current_worker()
        try:
            answer = question()
        except IsotimerError as error:
            sentence = error.sentence
            if not worker.is_cancelled and self.is_attached:
                self.app.call_from_thread(self.say, sentence, trouble=True)
            return
        if not worker.is_cancelled and self.is_attached:
            self.app.call_from_thread(self._shown, show, answer)

    def _shown(self, show: Callable[[T], None], answer: T) -> None:
        if self.is_attached:
            show(answer)

    def waits(self) -> bool:
        """Return whether more is still being put into the database; it is said, and ``load`` called then."""
        coming = self.station.coming()
        if coming:
            self.say(coming)
            if not self._waits:
                self._waits = True
                self.set_timer(_LOOK_AGAIN_S, self._look_again)
        return bool(coming)

    def _look_again(self) -> None:
        self._waits = False
        self.load()

    def action_report(self) -> None:
        """Write the report on the athlete, behind the screen."""
        if self.waits():
            return
        if self.coach.empty:
            self.say(NOBODY)
            return
        self.tell(f"Writing the report on {printable(self.reported, 60)}.")
        self._write_report(self.reported, self.station.places.export_folder)

    @property
    def reported(self) -> str:
        """Name of the athlete whom a report is about."""
        return self.about

    @work(thread=True, exclusive=True, group="report", exit_on_error=False)
    def _write_report(self, athlete: str, folder: Path) -> None:
        from isotimer.session.coach_report import write_report_into

        # The coach may be on another screen when it is done.
        app = self.app
        try:
            path = write_report_into(self.coach, athlete, folder)
        except IsotimerError as error:
            tell = partial(app.notify, printable(error.sentence), severity="error")
        else:
            words = f"The report on {athlete} is in {path}. Open it in a browser."
            tell = partial(app.notify, printable(words), timeout=20)
        app.call_from_thread(tell, markup=False)

    def load(self) -> None:
        """Ask for what the screen shows; each screen its own."""

    @on(Input.Submitted, "#athlete")
    def choose_athlete(self, event: Input.Submitted) -> None:
        """Show another athlete."""
        typed = event.value.strip()
        if typed and typed != printable(self.about, 500):
            self.about = typed
        self.load()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say that a question failed through a fault of ours; the log has the traceback."""
        if event.state is WorkerState.ERROR and self.is_attached:
            logger.error("a coach's question failed", exc_info=event.worker.error)
            self.say("That failed; the details are in the log.", trouble=True)

    def suggest(self, names: list[str], field: str = "#athlete") -> None:
        """Complete names in a field while they are typed."""
        shown = [printable(name, 500) for name in names]
        self.query_one(field, Input).suggester = SuggestFromList(shown, case_sensitive=False)

    def action_tab(self, name: str) -> None:
        """Go to another of the coach's screens, about the same athlete."""
        if name != self.NAME:
            self.post_message(Go(name, self.about, instead=True))

    def action_back(self) -> None:
        """Go back to the first screen."""
        self.post_message(Go("today"))
