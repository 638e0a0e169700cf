"""Push, swing and return, left and right: what was done, how it changed, what is behind."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from isotimer.core.text import printable
from isotimer.review.words import count
from isotimer.session.coach_views import BalanceView
from isotimer.tui.actions import bindings
from isotimer.tui.balance_picture import balance_picture
from isotimer.tui.coach_base import LOADING, NOBODY, CoachScreen
from isotimer.tui.widgets.key_line import KeyLine

_LEAST = 60


class BalanceScreen(CoachScreen):
    """Shows the last 28 days of one athlete in one picture."""

    NAME = "balance"
    BINDINGS: ClassVar[list[BindingType]] = bindings("balance")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield from self.compose_head()
        yield from self.compose_athlete()
        with VerticalScroll(id="text"):
            yield Static(id="said", markup=False)
            yield Static(id="picture", markup=False)
            yield Static(id="more", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Show who trains."""
        self._view: BalanceView | None = None
        self.query_one("#text").focus()
        self.call_after_refresh(self.load)

    def load(self) -> None:
        """Ask for the balance."""
        if self.waits():
            return
        if self.coach.empty:
            self.say(NOBODY)
            return
        self.say(LOADING)
        who = self.about
        self.ask(lambda: (self.coach.choices(), self.coach.balance(who)), self._put)

    def _put(self, found: tuple[dict[str, list[str]], BalanceView]) -> None:
        known, self._view = found
        self.suggest(known["athletes"])
        self._draw()

    def on_resize(self) -> None:
        """Draw as wide as there is room."""
        if self._view is not None:
            self._draw()

    def _draw(self) -> None:
        view = self._view
        if view is None:
            return
        balance = view.shown
        done = sum(c.holds for c in balance.cells)
        self.say(f"The last 28 days: {count(done, 'hold')}" if done else "No hold in the last 28 days.")
        width = max(_LEAST, self.query_one("#text").size.width - 3)
        self.query_one("#said", Static).update(printable(balance.limits.sentence, 1000))
        self.query_one("#picture", Static).update("\n".join(balance_picture(balance, width, self.glyphs)))
        flagged = [s for s in balance.sentences if s != balance.limits.sentence]
        others = [g.sentence for g in balance.gaps if not g.flagged]
        self.query_one("#more", Static).update("\n".join(printable(s, 1000) for s in (*flagged, *others)))
