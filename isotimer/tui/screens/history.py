"""What was done: sessions and holds, chosen by many things; those that somebody should look at."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.cells import set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.plan import Mode, Phase, Side
from isotimer.core.text import printable
from isotimer.review.words import count
from isotimer.session.coach import Asked
from isotimer.session.coach_hold import add_note, judge
from isotimer.session.coach_json import doubts
from isotimer.store.history import Page, local_time
from isotimer.store.rows import Row
from isotimer.tui.actions import bindings
from isotimer.tui.coach_base import LOADING, NOBODY, CoachScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.messages import Go
from isotimer.tui.widgets.choice import Choice
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.station import Station

_ALL = ("", "all")
_SHOW = (("holds", "holds"), ("sessions", "sessions"), ("queue", "to look at"))
_NEAR_END = 5
_EMPTY = {
    "holds": "Nothing like this was done. Empty a field and press ENTER to see more.",
    "sessions": "No session like this. Empty a field and press ENTER to see more.",
    "queue": "Nothing to look at: no hold is flagged, hurt or carries a warning.",
}


class HistoryScreen(CoachScreen):
    """Lists holds or sessions, page by page; a hold is opened with ENTER.

    Args:
        station: The station; its database is asked.
        glyphs: The signs to draw with.
        about: Name of the athlete to begin with; all if not given.
    """

    NAME = "history"
    BINDINGS: ClassVar[list[BindingType]] = bindings("history")

    def __init__(self, station: "Station", glyphs: Glyphs, about: str = "") -> None:
        super().__init__(station, glyphs, about)
        self._named = printable(about, 500)

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield from self.compose_head()
        with Horizontal(classes="fields"):
            yield Label("Athlete")
            yield Input(self._named, id="athlete", compact=True, classes="filter", placeholder="all")
            yield Label("Group")
            yield Input(id="group", compact=True, classes="filter", placeholder="all")
            yield Label("Show")
            yield Choice(_SHOW, glyphs=self.glyphs, dom_id="show")
        with Horizontal(classes="fields"):
            yield Label("Phase")
            yield Choice(_of(Phase), glyphs=self.glyphs, dom_id="phase")
            yield Label("Side")
            yield Choice(_of(Side), glyphs=self.glyphs, dom_id="side")
            yield Label("Mode")
            yield Choice(_of(Mode), glyphs=self.glyphs, dom_id="mode")
        with Horizontal(classes="fields"):
            yield Label("Position")
            yield Input(id="position", compact=True, classes="filter", placeholder="all")
            yield Label("Since")
            yield Input(id="since", compact=True, classes="filter date", placeholder="YYYY-MM-DD")
            yield Label("Until")
            yield Input(id="until", compact=True, classes="filter date", placeholder="YYYY-MM-DD")
        yield TextLine(dom_id="state")
        yield OptionList(id="done", markup=False)
        yield Input(id="remark", compact=True, placeholder="remark; ENTER keeps it, ESC leaves")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show everything, newest first."""
        self._rows: list[Row] = []
        self._after: tuple[str, str] | None = None
        self._session = ""
        self._show = "holds"
        self.query_one("#done", OptionList).focus()
        self._offered = False
        self._nobody = False
        self.query_one("#remark").display = False
        self.call_after_refresh(self.load)

    def on_screen_resume(self) -> None:
        """Show what was changed in a hold that was opened."""
        if self._rows:
            self.load()

    def _offer(self, known: dict[str, list[str]]) -> None:
        self.suggest(known["athletes"])
        self.suggest(known["groups"], "#group")
        self.suggest(known["positions"], "#position")

    @on(Input.Submitted, ".filter")
    @on(Choice.Changed)
    def load(self) -> None:
        """Read the fields and ask for the first page."""
        try:
            asked = self._asked()
        except WrongUseError as error:
            self.say(error.sentence, trouble=True)
            return
        self._show = self.query_one("#show", Choice).value
        if self.waits():
            return
        self.say(LOADING)
        self._ask(asked, None)

    def _ask(self, asked: Asked, after: tuple[str, str] | None) -> None:
        show = self._show
        page_of = self.coach.sessions if show == "sessions" else self.coach.holds
        offered = self._offered

        def question() -> tuple[Page, dict[str, list[str]] | None]:
            return page_of(asked, after), None if offered else self.coach.choices()

        def put(found: tuple[Page, dict[str, list[str]] | None]) -> None:
            if found[1] is not None:
                self._offered = bool(found[1]["athletes"])
                self._nobody = not found[1]["positions"]
                self._offer(found[1])
            self._put(found[0], more=after is not None)

        self.ask(question, put)

    def _asked(self) -> Asked:
        words = {n: self.query_one(f"#{n}", Input).value.strip() for n in ("athlete", "group", "position")}
        words |= {n: self.query_one(f"#{n}", Choice).value for n in ("phase", "side", "mode")}
        days = {n: _day(self.query_one(f"#{n}", Input).value) for n in ("since", "until")}
        queue = self.query_one("#show", Choice).value == "queue"
        asked = Asked(**words, since=days["since"], until=days["until"], queue=queue)
        return replace(asked, session_id=self._session)

    def _put(self, page: Page, *, more: bool) -> None:
        listed = self.query_one("#done", OptionList)
        if not more:
            kept = listed.highlighted
            self._rows = []
            listed.clear_options()
        self._rows += page.rows
        self._after = page.after
        listed.add_options(Option(Content(self._line(row))) for row in page.rows)
        if not more and self._rows:
            listed.highlighted = min(kept or 0, len(self._rows) - 1)
        some = count(len(self._rows), "session" if self._show == "sessions" else "hold")
        tail = ", more further down" if page.after is not None else ""
        within = "of this session; BACKSPACE shows all. " if self._session else ""
        nothing = NOBODY if self._nobody else _EMPTY[self._show]
        self.say(f"{within}{some}{tail}" if self._rows else nothing)

    def _line(self, row: Row) -> str:
        at = local_time(row["started_at"], row["started_offset_min"])
        who = set_cell_size(printable(row["athlete"], 60), 15)
        if self._show == "sessions":
            plan = set_cell_size(printable(row["plan_name"] or "", 60), 22)
            queue = f"{row['flagged']} to look at" if row["flagged"] else ""
            return f"{at:%Y-%m-%d %H:%M} {who} {plan} {row['holds']:>3} holds {row['held_s']:>5.0f} s {queue}"
        name = set_cell_size(printable(self.station.positions.name(row["position"]), 60), 18)
        length = "?" if row["hold_s"] is None else f"{row['hold_s']:.1f}"
        force = row["tension_best_1s_n"] or row["tension_mean_n"]
        tension = "" if force is None else f"{force:.0f} N"
        sign = "!" if doubts(row) and not row["reviewed_at"] else " "
        mode = f"{row['side'][0].upper()} {row['mode']:<9}"
        return f"{sign}{at:%y-%m-%d %H:%M} {who} {name} {mode} {length:>6} s {tension:>7}"

    @on(OptionList.OptionHighlighted, "#done")
    def read_on(self, event: OptionList.OptionHighlighted) -> None:
        """Ask for the next page when the end of the list is near; say what is doubtful about a hold."""
        if self._after is not None and event.option_index >= len(self._rows) - _NEAR_END:
            after, self._after = self._after, None
            self._ask(self._asked(), after)
        row = self._chosen
        if row is not None and "flag" in row and doubts(row):
            self.say(", ".join(doubts(row)))

    @property
    def _chosen(self) -> Row | None:
        at = self.query_one("#done", OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @on(OptionList.OptionSelected, "#done")
    def action_open(self) -> None:
        """Open the hold, or list the holds of the session."""
        row = self._chosen
        if row is None:
            return
        if "hold_id" in row:
            self.post_message(Go("look", row["hold_id"]))
            return
        self._session = row["session_id"]
        self.query_one("#show", Choice).choose("holds")
        self.load()

    def action_tab(self, name: str) -> None:
        """Go to another of the coach's screens, about who is filtered for, else about who trains."""
        self.about = self.query_one("#athlete", Input).value.strip() or self.about
        super().action_tab(name)

    @property
    def reported(self) -> str:
        """Who is filtered for, else whose hold or session is chosen, else who trains."""
        row = self._chosen
        typed = self.query_one("#athlete", Input).value.strip()
        return typed or (row["athlete"] if row is not None else self.about)

    def action_all(self) -> None:
        """Show the holds of all sessions again."""
        self._session = ""
        self.load()

    def action_judge(self, good: bool) -> None:
        """Note that the hold was looked at."""
        row = self._chosen
        if row is None or "hold_id" not in row:
            return
        try:
            judge(self.station.places.database, row["hold_id"], good=good)
        except IsotimerError as error:
            self.say(error.sentence, trouble=True)
            return
        self.tell("It is good and counts." if good else "Set aside: it is not compared with others.")
        self.load()

    def action_note(self) -> None:
        """Write a remark about the hold or the session."""
        if self._chosen is not None:
            field = self.query_one("#remark", Input)
            field.display = True
            field.focus()

    @on(Input.Submitted, "#remark")
    def keep_note(self, event: Input.Submitted) -> None:
        """Keep the remark."""
        row = self._chosen
        if row is None:
            return
        about: Literal["hold", "session"] = "hold" if "hold_id" in row else "session"
        try:
            add_note(self.station.places.database, about, row[f"{about}_id"], event.value)
        except IsotimerError as error:
            self.say(error.sentence, trouble=True)
            return
        event.input.value = ""
        self._leave_note()
        self.tell("Kept.")

    def action_notes(self) -> None:
        """Read, change or delete remarks about the hold or the session."""
        row = self._chosen
        if row is not None:
            about = "hold" if "hold_id" in row else "session"
            self.post_message(Go("notes", f"{about} {row[f'{about}_id']}"))

    def _leave_note(self) -> None:
        self.query_one("#remark").display = False
        self.query_one("#done").focus()

    def action_back(self) -> None:
        """Leave the remark, or go back to the first screen."""
        if self.query_one("#remark").display:
            self._leave_note()
        else:
            super().action_back()


def _of(kind: type[Phase] | type[Side] | type[Mode]) -> tuple[tuple[str, str], ...]:
    return (_ALL, *((value.value, value.value) for value in kind))


def _day(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").astimezone()
    except ValueError:
        raise WrongUseError(f"'{text.strip()}' is no date", "", "write it as 2026-05-31") from None
