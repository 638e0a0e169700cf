"""The hold screen: what to do now, how long still, how hard, and what comes next."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Unmount
from textual.timer import Timer
from textual.widgets import Footer

from isotimer.core.cues import CUE_OF
from isotimer.core.events import CueDue, EngineView, HoldEnded, HoldStarted, Key, State
from isotimer.session.snapshot import HoldResult, LineState, Snapshot
from isotimer.tui.actions import bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.messages import Happened, Over
from isotimer.tui.widgets.banner import Banner
from isotimer.tui.widgets.digits import BlockDigits
from isotimer.tui.widgets.gauge import TensionGauge
from isotimer.tui.widgets.line import SensorLine, TextLine
from isotimer.tui.widgets.shake import ShakeLine
from isotimer.tui.widgets.trace import Trace
from isotimer.tui.words import (
    banner_side,
    coming,
    count,
    in_short,
    phase_of,
    position_cues,
    position_name,
    progress,
    state_word,
)

FRAMES_PER_S = 30
TRACE_S = 10.0
_FRAMES_PER_NUMBER = 5
_CONFIRM_S = 4.0
_OVER_S = 1.5


class HoldScreen(StationScreen):
    """Draws the running session; every number is pulled from the station, 30 times a second."""

    NAME = "hold"
    BINDINGS: ClassVar[list[BindingType]] = bindings("hold")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine(dom_id="title")
        yield Banner(glyphs=self.glyphs, dom_id="banner")
        with Horizontal(id="middle"):
            yield TextLine(dom_id="before", classes="aside")
            yield BlockDigits(glyphs=self.glyphs, dom_id="count")
            yield TextLine(dom_id="after", classes="aside")
        yield TensionGauge(glyphs=self.glyphs, dom_id="gauge")
        yield ShakeLine(glyphs=self.glyphs, dom_id="shake")
        yield Trace(glyphs=self.glyphs, dom_id="trace")
        yield TextLine(dom_id="next")
        yield SensorLine(glyphs=self.glyphs, dom_id="line")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin to draw and to listen."""
        self._results: dict[str, HoldResult] = {}
        self._frame = 0
        self._held_s: float | None = None
        self._hold_began_s = 0.0
        self._confirm: Timer | None = None
        self._ended_at: float | None = None
        self._title = self.query_one("#title", TextLine)
        self._banner = self.query_one(Banner)
        self._before = self.query_one("#before", TextLine)
        self._count = self.query_one(BlockDigits)
        self._after = self.query_one("#after", TextLine)
        self._gauge = self.query_one(TensionGauge)
        self._shake = self.query_one(ShakeLine)
        self._trace = self.query_one(Trace)
        self._next = self.query_one("#next", TextLine)
        self._line = self.query_one(SensorLine)
        self._stop_listening = self.station.subscribe(self._hear)
        self._draw()
        self.set_interval(1 / FRAMES_PER_S, self._draw)

    def on_unmount(self, event: Unmount) -> None:
        """Stop listening."""
        self._stop_listening()

    def _hear(self, news: object) -> None:
        """Take news from the session's thread."""
        self.post_message(Happened(news))

    def on_happened(self, message: Happened) -> None:
        """Give the cue that is due; remember how long a hold was."""
        news = message.news
        if isinstance(news, HoldStarted):
            self._hold_began_s = news.start_s
        elif isinstance(news, HoldEnded):
            self._held_s = news.end_s - news.start_s
        elif isinstance(news, CueDue):
            cue = CUE_OF[news.kind]
            for _ in range(0 if self.station.audible else cue.bells):
                self.app.bell()
            if cue.flash:
                self._banner.flash()

    def action_go(self) -> None:
        """Do the next sensible thing."""
        view = self.station.snapshot().engine
        if view is None or view.state in (State.DONE, State.ABORTED):
            self._leave()
        elif view.state is State.HOLD and view.step is not None and view.step.seconds is not None:
            self.tell("The hold ends by itself. S ends it now.")
        else:
            self.station.press(Key.SKIP if view.state is State.REST else Key.GO)

    def action_pause(self) -> None:
        """Pause or go on."""
        self.station.press(Key.PAUSE)

    def action_skip(self) -> None:
        """Pass over this hold or rest."""
        self.station.press(Key.SKIP)

    def action_redo(self) -> None:
        """Do the last hold again."""
        self.station.press(Key.REDO)

    def action_abort(self) -> None:
        """End the session; asks once."""
        view = self.station.snapshot().engine
        if view is None or view.state in (State.DONE, State.ABORTED):
            self._leave()
        elif self._confirm is None:
            self._confirm = self.set_timer(_CONFIRM_S, self._forget_confirm)
        else:
            self._forget_confirm()
            self.station.press(Key.ABORT)

    def _forget_confirm(self) -> None:
        if self._confirm is not None:
            self._confirm.stop()
            self._confirm = None

    def _leave(self) -> None:
        if self.is_current:
            self.post_message(Over(tuple(self._results.values())))

    def _draw(self) -> None:
        """Pull the picture of the moment and paint what changed."""
        snap = self.station.snapshot()
        view = snap.engine
        if snap.last is not None:
            self._results[snap.last.hold_id] = snap.last
        sensor = snap.line.state is not LineState.NONE
        self.set_class(not sensor, "-bare")
        self._draw_words(snap, view)
        self._count.show(count(view, self._held_s))
        if sensor:
            self._draw_tension(snap, view)
        if self._frame % FRAMES_PER_S == 0 or snap.message or snap.line.message:
            self._line.show_line(snap.line, snap.message)
        self._frame += 1
        self._leave_when_over(snap, view)

    def _draw_words(self, snap: Snapshot, view: EngineView | None) -> None:
        step = view.step if view is not None else None
        if step is not None:
            phase = phase_of(step.position)
            dot = f" {self.glyphs.dot} "
            where = position_name(step.position)
            self._title.show(
                dot.join([where, *([f"{phase.value.upper()} phase"] if phase else []), *progress(step)])
            )
        kind = view.state.value if view is not None else "ready"
        self._banner.show(state_word(view), banner_side(view), kind)
        self._before.show(self._hints(view))
        self._after.show(self._facts(snap, view))
        asked = "Press A again to stop the session; the hold so far is kept"
        self._next.show(asked if self._confirm is not None else coming(view))

    def _hints(self, view: EngineView | None) -> str:
        """Return the cues of the position, beside the count."""
        if view is None or view.step is None:
            return ""
        cues = position_cues(view.step.position)
        return "\n\n".join(cues) if not self.has_class("-bare") else f" {self.glyphs.dot} ".join(cues)

    def _facts(self, snap: Snapshot, view: EngineView | None) -> str:
        """Return the plan of this hold or, in a rest, the last result; beside the count."""
        if view is None:
            return ""
        between = view.state in (State.REST, State.RELEASE, State.COUNTDOWN, State.READY, State.DONE)
        lines: tuple[str, ...] = ()
        if between and snap.last is not None:
            lines = in_short(snap.last)
        elif view.step is not None:
            planned = view.step.seconds
            lines = ("until you let go" if planned is None else f"hold {planned:g} s",)
            if snap.target is not None:
                band = snap.target
                lines += (f"target {band.force_n:.0f} N", f"{band.low_n:.0f} to {band.high_n:.0f} N")
        return (f" {self.glyphs.dot} " if self.has_class("-bare") else "\n").join(lines)

    def _draw_tension(self, snap: Snapshot, view: EngineView | None) -> None:
        unit = snap.line.unit
        band = snap.target if unit == "N" else None
        if self._frame % _FRAMES_PER_NUMBER == 0:
            self._gauge.show(snap.tension, band, view.in_band if view is not None else None, unit)
            self._shake.show(snap.live, unit)
        ago_s, value = self.station.trace(TRACE_S)
        mark_s = self._onset(snap, view)
        self._trace.show_live(snap.now_s, ago_s, value, seconds=TRACE_S, unit=unit, band=band, mark_s=mark_s)

    def _onset(self, snap: Snapshot, view: EngineView | None) -> float | None:
        """Return the session time at which shake doubled in the running hold, None if it has not."""
        if view is None or view.state is not State.HOLD or snap.live is None or snap.live.onset_s is None:
            return None
        return self._hold_began_s + snap.live.onset_s

    def _leave_when_over(self, snap: Snapshot, view: EngineView | None) -> None:
        """Go to the result a moment after the end, when the last hold has been measured."""
        if view is None or view.state not in (State.DONE, State.ABORTED):
            self._ended_at = None
            return
        if self._ended_at is None:
            self._ended_at = snap.now_s
        waited = snap.now_s - self._ended_at
        if waited >= _OVER_S and (len(self._results) >= snap.finished or waited >= 2 * _OVER_S):
            self._leave()
