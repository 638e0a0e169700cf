"""Sprints of one athlete: what was run, and fields for one more."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.text import printable
from isotimer.review.words import count
from isotimer.session.people_desk import PeopleDesk, SprintLine
from isotimer.store.results import Sprint
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.widgets.choice import Choice
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.station import Station

_TIMING = (("hand", "hand"), ("electronic", "electronic"))
_START = (("standing", "standing"), ("flying", "flying"))
_EMPTY = "No sprints yet. Fill in distance and time, then ENTER. Steps give stride rate."


class SprintsScreen(StationScreen):
    """Lists the sprints of an athlete and keeps new ones.

    Args:
        station: The station; its database is asked.
        glyphs: The signs to draw with.
        about: Name of the athlete; who trains now if not given.
    """

    NAME = "sprints"
    BINDINGS: ClassVar[list[BindingType]] = bindings("sprints")

    def __init__(self, station: "Station", glyphs: Glyphs, about: str = "") -> None:
        super().__init__(station, glyphs)
        self._who = about or station.athlete
        self._desk = PeopleDesk(station.places.database)
        self._lines: list[SprintLine] = []
        self._doomed = ""

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield Label(f"Sprints of {printable(self._who, 60)}", classes="screen-title", markup=False)
        with Horizontal(classes="fields"):
            yield Label("Distance")
            yield Input(id="distance", compact=True, classes="number run", placeholder="30")
            yield Label("m  Time")
            yield Input(id="time", compact=True, classes="number run", placeholder="4.31")
            yield Label("s")
            yield Choice(_TIMING, glyphs=self.glyphs, dom_id="timing")
            yield Choice(_START, glyphs=self.glyphs, dom_id="from")
        with Horizontal(classes="fields"):
            yield Label("Steps")
            yield Input(id="steps", compact=True, classes="number run")
            yield Label("Contact")
            yield Input(id="contact", compact=True, classes="number run")
            yield Label("s  Date")
            yield Input(id="date", compact=True, classes="run", placeholder="today")
            yield Label("Note")
            yield Input(id="remark", compact=True, classes="run", max_length=500)
        yield TextLine(dom_id="state")
        yield OptionList(id="runs", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """List the sprints."""
        self.query_one("#distance", Input).focus()
        self._find()

    @work(thread=True, exclusive=True, group="ask", exit_on_error=False)
    def _find(self) -> None:
        try:
            found = self._desk.sprints(self._who) if self.station.places.database.exists() else []
        except IsotimerError as error:
            self.app.call_from_thread(self._say, error.sentence, True)
            return
        if self.is_attached:
            self.app.call_from_thread(self._put, found)

    def _put(self, found: list[SprintLine]) -> None:
        self._lines = found
        listed = self.query_one("#runs", OptionList)
        listed.clear_options()
        listed.add_options(Option(Content(sprint_words(line))) for line in found)
        self._say(count(len(found), "sprint") if found else _EMPTY)

    def _say(self, text: str, trouble: bool = False) -> None:
        self.query_one("#state", TextLine).say(text, trouble=trouble)

    @on(Input.Submitted, ".run")
    def action_add(self) -> None:
        """Keep the sprint in the fields."""
        try:
            self._desk.add_sprint(self._who, self._sprint(), _day(self._text("date")))
        except IsotimerError as error:
            self._say(error.sentence, True)
            return
        for name in ("time", "steps", "contact", "remark"):
            self.query_one(f"#{name}", Input).value = ""
        self.query_one("#time", Input).focus()
        self._find()

    def _sprint(self) -> Sprint:
        timing: Literal["hand", "electronic"] = "hand"
        if self.query_one("#timing", Choice).value == "electronic":
            timing = "electronic"
        steps = _number("steps", self._text("steps"))
        distance, time = (_number(name, self._text(name)) for name in ("distance", "time"))
        if distance is None or time is None:
            raise WrongUseError("distance and time are needed", "", "fill in both")
        return Sprint(
            distance_m=distance,
            time_s=time,
            flying=self.query_one("#from", Choice).value == "flying",
            timing=timing,
            steps=None if steps is None else round(steps),
            contact_s=_number("contact time", self._text("contact")),
            note=self._text("remark"),
        )

    def _text(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value.strip()

    def action_delete(self) -> None:
        """Delete the chosen sprint; the key must be pressed twice."""
        at = self.query_one("#runs", OptionList).highlighted
        if at is None or at >= len(self._lines):
            return
        key = self._lines[at].row.sprint_id
        if self._doomed != key:
            self._doomed = key
            self._say("Again deletes this sprint for good.")
            return
        try:
            self._desk.delete_sprint(key)
        except IsotimerError as error:
            self._say(error.sentence, True)
            return
        self._find()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()


def sprint_words(line: SprintLine) -> str:
    """Return a sprint with what follows from it, on one line."""
    row = line.row
    kind = "flying " if row.flying else ""
    parts = [f"{row.at:%Y-%m-%d}", f"{kind}{row.distance_m:g} m {row.time_s:.2f} s {row.timing}"]
    parts.append(f"{line.speed_m_s:.2f} m/s")
    if line.stride_rate_hz is not None and line.step_length_m is not None:
        parts.append(f"{line.stride_rate_hz:.2f} strides/s, {line.step_length_m:.2f} m/step")
    if row.contact_s is not None:
        parts.append(f"contact {row.contact_s:.3f} s")
    return "  ".join([*parts, *([printable(line.note, 100)] if line.note else [])])


def _number(what: str, text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise WrongUseError(f"'{text}' is no number", f"for {what}", "write it like 4.31") from None


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(hour=12).astimezone()
    except ValueError:
        raise WrongUseError(f"'{text}' is no date", "", "write it as 2026-05-31") from None
