"""One stored hold: its trace near and far, its spectrum, its numbers with reasons, laid over another."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.session.coach_hold import OTHERS, HoldLook, add_note, judge, look_at, result_of
from isotimer.session.snapshot import HoldResult
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.hold_words import END_WORDS, numbers_of
from isotimer.tui.messages import Go
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine
from isotimer.tui.widgets.spectrum import SpectrumChart
from isotimer.tui.widgets.trace import Trace, TraceData

if TYPE_CHECKING:
    from isotimer.session.station import Station

_ZOOM = 2.0
_STEPS = 100
"""The cursor crosses the picture in so many steps."""
_NEAREST_S = 0.2
_NONE = "There is no hold to look at yet. ESC goes back."
_OVER_WORDS = {"last": "the hold before", "best": "the best of this series", "other": "the other side"}


@dataclass(slots=True)
class _View:
    """What part of the trace is seen, and where the cursor is."""

    start_s: float = 0.0
    end_s: float = 1.0
    cursor_s: float = 0.0


class HoldDetailScreen(StationScreen):
    """Shows one stored hold.

    Args:
        station: The station; its database is asked.
        glyphs: The signs to draw with.
        hold_id: Key of the hold.
    """

    NAME = "look"
    BINDINGS: ClassVar[list[BindingType]] = bindings("look")
    AUTO_FOCUS = ""

    def __init__(self, station: "Station", glyphs: Glyphs, hold_id: str = "") -> None:
        super().__init__(station, glyphs)
        self._hold_id = hold_id
        self._look: HoldLook | None = None
        self._over = ""
        self._other: HoldResult | None = None
        self._view = _View()

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine("looking it up", dom_id="title")
        yield TextLine(dom_id="about-hold")
        yield Trace(glyphs=self.glyphs, dom_id="trace")
        yield TextLine(dom_id="cursor")
        with VerticalScroll(id="measures", can_focus=False):
            yield SpectrumChart(id="spectrum", markup=False)
            yield Static(id="numbers", markup=False)
        yield Input(id="remark", compact=True, placeholder="remark; ENTER keeps it, ESC leaves")
        yield KeyLine()

    def on_mount(self) -> None:
        """Look the hold up."""
        self._trace = self.query_one(Trace)
        self._trace.display = False
        self.query_one("#remark").display = False
        if self.station.places.database.exists():
            self._find()
        else:
            self._say(_NONE)

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _find(self) -> None:
        try:
            found = look_at(self.station.places.database, self._hold_id)
        except IsotimerError as error:
            self.app.call_from_thread(self._say, error.sentence)
            return
        if self.is_attached:
            self.app.call_from_thread(self._show, found)

    @work(thread=True, exclusive=True, group="over", exit_on_error=False)
    def _lay_over(self, over: str, hold_id: str) -> None:
        try:
            day, other = result_of(self.station.places.database, hold_id)
        except IsotimerError as error:
            self.app.call_from_thread(self._say, error.sentence)
            return
        if self.is_attached:
            self.app.call_from_thread(self._show_other, over, day, other)

    def _say(self, sentence: str) -> None:
        self.query_one("#title", TextLine).show(printable(sentence))

    def _show(self, look: HoldLook) -> None:
        first = self._look is None
        self._look, result = look, look.result
        dot = f" {self.glyphs.dot} "
        name = self.station.positions.name(result.step.position)
        words = [printable(look.athlete, 60), look.at, printable(name, 60), result.step.side.value.upper()]
        self.query_one("#title", TextLine).show(dot.join(words))
        planned = "" if result.step.seconds is None else f" of {result.step.seconds:g}"
        facts = [result.step.mode.value, f"{result.hold_s:.1f}{planned} s", END_WORDS[result.end]]
        facts += [f"{result.rate_hz:.1f} Hz"] if result.rate_hz else []
        facts += [f"effort {look.effort}"] if look.effort else []
        facts += [f"pain {look.pain}"] if look.pain else []
        facts += [printable(look.flag, 40)] if look.flag else []
        facts += ["looked at"] if look.reviewed else []
        self.query_one("#about-hold", TextLine).show(dot.join(facts))
        chart = self.query_one(SpectrumChart)
        chart.show(look.spectrum, braille=self.glyphs.braille)
        lines = [f"! {printable(n)}" for n in result.notices]
        lines += [f"setup: {printable(result.setup, 200)}"] if result.setup else []
        lines += [f"{day} note: {printable(text, 2000)}" for day, text in look.notes]
        lines += ["e changes or deletes notes"] if look.notes else []
        self.query_one("#numbers", Static).update("\n".join([*lines, *numbers_of(result.measures)]))
        self._trace.display = len(result.time_s) > 1
        if not self._trace.display:
            self.query_one("#cursor", TextLine).show("No trace is kept of this hold: only its numbers.")
            return
        if first:
            self._view.cursor_s = result.hold_s / 2
            self.action_whole()
        self._draw()

    def _show_other(self, over: str, day: str, other: HoldResult) -> None:
        self._over, self._other = f"{_OVER_WORDS[over]}, {day}", other
        self._draw()

    def _draw(self) -> None:
        look, view = self._look, self._view
        if look is None or not self._trace.display:
            return
        result, other = look.result, self._other
        over_s = other.time_s if other is not None else np.array([view.start_s])
        over = other.force_n if other is not None else np.array([np.nan])
        self._trace.show(
            TraceData(
                result.time_s,
                result.force_n,
                view.start_s,
                view.end_s,
                0.0,
                result.unit,
                result.step.target,
                (0.0, result.hold_s),
                path_s=over_s,
                path=over,
                now_s=view.cursor_s,
            )
        )
        said = [f"at {view.cursor_s:.2f} s: {_value(result, view.cursor_s)}"]
        if other is not None:
            said.append(f"over it {self._over}: {_value(other, view.cursor_s)}")
        self.query_one("#cursor", TextLine).show(f" {self.glyphs.dot} ".join(said))

    def action_cursor(self, by: int) -> None:
        """Move the cursor; at the border the picture moves along."""
        view = self._view
        length = view.end_s - view.start_s
        first, last = self._ends
        view.cursor_s = min(max(first, view.cursor_s + by * length / _STEPS), last)
        if view.cursor_s < view.start_s:
            view.start_s, view.end_s = view.cursor_s, view.cursor_s + length
        elif view.cursor_s > view.end_s:
            view.start_s, view.end_s = view.cursor_s - length, view.cursor_s
        self._draw()

    def action_zoom(self, by: int) -> None:
        """Look nearer, or from further away, around the cursor."""
        view = self._view
        first, last = self._ends
        length = (view.end_s - view.start_s) * (1 / _ZOOM if by > 0 else _ZOOM)
        length = min(max(length, _NEAREST_S), last - first)
        start = view.cursor_s - length / 2
        start = min(max(first, start), last - length)
        view.start_s, view.end_s = start, start + length
        self._draw()

    def action_whole(self) -> None:
        """Show the whole trace."""
        first, last = self._ends
        self._view = _View(first, last, min(max(self._view.cursor_s, first), last))
        self._draw()

    @property
    def _ends(self) -> tuple[float, float]:
        if self._look is None or len(self._look.result.time_s) < 2:
            return 0.0, 1.0
        time_s = self._look.result.time_s
        return float(time_s[0]), float(time_s[-1])

    def action_over(self) -> None:
        """Lay the hold over the one before, the best, the other side, then over none."""
        if self._look is None:
            return
        now = next((o for o in OTHERS if self._over.startswith(_OVER_WORDS[o])), "")
        rest = OTHERS[OTHERS.index(now) + 1 :] if now else OTHERS
        following = next(((o, key) for o in rest if (key := self._look.others.get(o))), None)
        if following is None:
            if not now:
                self.tell("There is no other hold of this series with a trace.")
            self._over, self._other = "", None
            self._draw()
            return
        self._lay_over(*following)

    def action_judge(self, good: bool) -> None:
        """Note that the hold was looked at."""
        try:
            judge(self.station.places.database, self._hold_id, good=good)
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return
        self.tell("It is good and counts." if good else "Set aside: it is not compared with others.")
        self._find()

    def action_note(self) -> None:
        """Write a remark about the hold."""
        field = self.query_one("#remark", Input)
        field.display = True
        field.focus()

    @on(Input.Submitted, "#remark")
    def keep_note(self, event: Input.Submitted) -> None:
        """Keep the remark."""
        try:
            add_note(self.station.places.database, "hold", self._hold_id, event.value)
        except IsotimerError as error:
            self.tell(error.sentence, trouble=True)
            return
        event.input.value = ""
        self._leave_note()
        self._find()

    def action_notes(self) -> None:
        """Read, change or delete remarks about the hold and its session."""
        if self._look is not None:
            self.post_message(Go("notes", f"hold {self._hold_id}"))

    def on_screen_resume(self) -> None:
        """Show remarks that were changed meanwhile."""
        if self._look is not None:
            self._find()

    def _leave_note(self) -> None:
        self.query_one("#remark").display = False
        self.set_focus(None)

    def action_scroll(self, by: int) -> None:
        """Read numbers that did not fit."""
        self.query_one("#measures", VerticalScroll).scroll_relative(y=by * 4, animate=False)

    def action_back(self) -> None:
        """Leave the remark, or go back to the list."""
        field = self.query_one("#remark", Input)
        if field.display:
            self._leave_note()
        else:
            self.dismiss()


def _value(result: HoldResult, at_s: float) -> str:
    """Return the tension at a moment in words; nothing is made up in a gap."""
    time_s, force_n = result.time_s, result.force_n
    if len(time_s) < 2 or not time_s[0] <= at_s <= time_s[-1]:
        return "no sample"
    i = int(np.argmin(np.abs(time_s - at_s)))
    if abs(float(time_s[i]) - at_s) > 5 * float(np.median(np.diff(time_s))) or not np.isfinite(force_n[i]):
        return "no sample"
    return f"{float(force_n[i]):.1f} {result.unit}"
