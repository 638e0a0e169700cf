"""The hold screen: what to do now, how long still, how hard, and what comes next."""

from typing import ClassVar

import numpy as np
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Unmount
from textual.timer import Timer

from isotimer.core.block import FloatArray
from isotimer.core.cues import CUE_OF
from isotimer.core.events import CueDue, EngineView, HoldEnded, HoldStarted, Key, Ruling, State
from isotimer.core.plan import HoldStep, Mode, Side
from isotimer.core.text import printable
from isotimer.session.snapshot import HoldResult, LineState, Said, Snapshot
from isotimer.tui.actions import bindings
from isotimer.tui.aim import curve, starts_s
from isotimer.tui.base import StationScreen
from isotimer.tui.hurry import Hurry
from isotimer.tui.messages import Happened, Over
from isotimer.tui.widgets.banner import Banner
from isotimer.tui.widgets.digits import BlockDigits
from isotimer.tui.widgets.gauge import TensionGauge
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import SensorLine, TextLine
from isotimer.tui.widgets.plate import PlateView
from isotimer.tui.widgets.shake import ShakeLine
from isotimer.tui.widgets.share import ShareLine, SideTraces
from isotimer.tui.widgets.shout import Shout
from isotimer.tui.widgets.trace import Trace
from isotimer.tui.words import (
    WHICH_HURTS,
    banner_side,
    coming,
    count,
    cue_word,
    in_short,
    phase_of,
    position_cues,
    position_name,
    progress,
    rating,
    shout,
    state_word,
)

FRAMES_PER_S = 30
TRACE_S = 10.0
PAST_S = 4.0
AHEAD_S = 6.0
"""How much of a moving target is shown, behind and ahead of now."""
EFFORT_S = 20.0
"""After the end the effort of the last set is waited for so long; SPACE does not wait."""
_FRAMES_PER_NUMBER = 5
_CONFIRM_S = 4.0
_OVER_S = 1.5
_CUE_S = 1.2
"""So long a cue stands in the place of HOLD."""
_RULED_S = 6.0
"""So long a rule of the plan stands before a question."""
_SAID_S = 20.0
"""Who is in a hold looks at the next words later."""


class HoldScreen(StationScreen):
    """Draws the running session; every number is pulled from the station, 30 times a second."""

    NAME = "hold"
    BINDINGS: ClassVar[list[BindingType]] = bindings("hold")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TextLine(dom_id="title")
        yield Banner(glyphs=self.glyphs, dom_id="banner")
        with Horizontal(id="middle"):
            yield PlateView(glyphs=self.glyphs, dom_id="plate")
            yield TextLine(dom_id="before", classes="aside")
            yield BlockDigits(glyphs=self.glyphs, dom_id="count")
            yield Shout(glyphs=self.glyphs, dom_id="shout")
            yield TextLine(dom_id="after", classes="aside")
        yield TensionGauge(glyphs=self.glyphs, dom_id="gauge")
        yield ShakeLine(glyphs=self.glyphs, dom_id="shake")
        yield ShareLine(glyphs=self.glyphs, dom_id="share")
        with Horizontal(id="courses"):
            yield Trace(glyphs=self.glyphs, dom_id="trace")
            yield SideTraces(glyphs=self.glyphs, dom_id="sides")
        yield TextLine(dom_id="ask")
        yield TextLine(dom_id="next")
        yield SensorLine(glyphs=self.glyphs, dom_id="line")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to draw and to listen."""
        self._results: dict[str, HoldResult] = {}
        self._frame = 0
        self._held_s: float | None = None
        self._ended_step = -1
        self._hold_began_s = 0.0
        self._confirm: Timer | None = None
        self._hurts = False
        self._ruled, self._ruled_until_s = "", 0.0
        self._cue, self._cue_until_s = "", 0.0
        self._uneven = ""
        self._curve_of: HoldStep | None = None
        self._curve = (np.empty(0), np.empty(0))
        self._ended_at: float | None = None
        self._title = self.query_one("#title", TextLine)
        self._banner = self.query_one(Banner)
        self._before = self.query_one("#before", TextLine)
        self._count = self.query_one(BlockDigits)
        self._after = self.query_one("#after", TextLine)
        self._shout = self.query_one(Shout)
        self._ask = self.query_one("#ask", TextLine)
        self._gauge = self.query_one(TensionGauge)
        self._shake = self.query_one(ShakeLine)
        self._plate = self.query_one(PlateView)
        self._share = self.query_one(ShareLine)
        self._sides = self.query_one(SideTraces)
        self._trace = self.query_one(Trace)
        self._next = self.query_one("#next", TextLine)
        self._line = self.query_one(SensorLine)
        self._stop_listening = self.station.subscribe(self._hear)
        self._stop_watching = self.station.glance.watch(Hurry(self._gauge.far, self._draw_gauge_now).hear)
        self._draw()
        self.set_interval(1 / FRAMES_PER_S, self._draw)

    def on_unmount(self, event: Unmount) -> None:
        """Stop listening."""
        self._stop_listening()
        self._stop_watching()

    def _hear(self, news: object) -> None:
        """Take news from the session's thread."""
        self.post_message(Happened(news))

    def on_happened(self, message: Happened) -> None:
        """Give the cue that is due; remember how long a hold was."""
        news = message.news
        if isinstance(news, HoldStarted):
            self._hold_began_s = news.start_s
        elif isinstance(news, HoldEnded):
            self._held_s, self._ended_step = news.end_s - news.start_s, news.step_index
        elif isinstance(news, CueDue):
            cue = CUE_OF[news.kind]
            for _ in range(0 if self.station.audible else cue.bells):
                self.app.bell()
            if cue.flash:
                self._banner.flash()
            snap = self.station.snapshot()
            if word := cue_word(news.kind, snap.engine):
                self._cue, self._cue_until_s = word, snap.now_s + _CUE_S
        elif isinstance(news, Ruling) and news.why:
            self._ruled, self._ruled_until_s = news.why, self.station.snapshot().now_s + _SAID_S
        elif isinstance(news, Said):
            self.notify(printable(news.text), severity="warning", markup=False, timeout=_SAID_S)

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

    def action_pain(self) -> None:
        """Leave out a leg that hurts: a running hold of one leg ends at once, else it is asked which."""
        view = self.station.snapshot().engine
        if view is None or view.state in (State.DONE, State.ABORTED) or view.step is None:
            return
        if view.state is not State.HOLD:
            self._hurts = True
        elif view.step.side is Side.BOTH or view.step.mode is Mode.SWITCH:
            self.station.press(Key.SKIP)
            self._hurts = True
        else:
            self.station.press(Key.PAIN)

    def action_hurts(self, side: str) -> None:
        """Leave out the leg that was asked for."""
        if self._hurts:
            self._hurts = False
            self.station.pain(Side(side))
            self.tell(f"The {side} leg is left out for today.")

    def action_near(self) -> None:
        """Look at the trail of the centre of pressure from near, or go back to the whole plates."""
        self._plate.near = not self._plate.near
        self.set_class(self._plate.near, "-near")

    def action_effort(self, effort: int) -> None:
        """Note how much a leg that is left out hurts, else how hard the last set was."""
        view = self.station.snapshot().engine
        if view is not None and view.asks_pain is not None:
            self.station.pain_level(effort)
            self.tell(f"Pain {effort} of 10 is noted.")
        elif view is not None and view.asks_effort:
            self.station.effort(effort)
            self.tell(f"Effort {effort} of 10 is noted.")

    def action_no_answer(self) -> None:
        """Leave a question unanswered; without one end the session."""
        view = self.station.snapshot().engine
        if self._hurts:
            self._hurts = False
        elif view is not None and view.asks_pain is not None:
            self.station.pain_level(None)
        else:
            self.action_abort()

    def action_abort(self) -> None:
        """End the session; asks once. Takes back the question which leg hurts."""
        view = self.station.snapshot().engine
        if self._hurts:
            self._hurts = False
        elif view is None or view.state in (State.DONE, State.ABORTED):
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
            self.post_message(Over(tuple(self._results.values()), self._ruled))

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
        word = shout(view)
        self.set_class(bool(word), "-shout")
        self._shout.show(word)
        ruled_s = self._ruled_until_s - snap.now_s
        ruled = self._ruled if ruled_s > 0 else ""
        question = ruled if ruled_s > _SAID_S - _RULED_S else self._question(view) or ruled
        self._ask.set_class(bool(question), "-asked")
        self._ask.show(question)
        if sensor:
            self._draw_tension(snap, view)
            self._draw_stance(snap, view)
        if self._frame % FRAMES_PER_S == 0 or snap.message or snap.line.message:
            self._line.show_line(snap.line, snap.message or self._uneven)
            self.set_class(self._line.rows > 1, "-told")
        self._frame += 1
        self._leave_when_over(snap, view)

    def _draw_words(self, snap: Snapshot, view: EngineView | None) -> None:
        step = view.step if view is not None else None
        if step is not None:
            phase = phase_of(step.position, self.station.positions)
            dot = f" {self.glyphs.dot} "
            where = position_name(step.position, self.station.positions)
            self._title.show(
                dot.join([where, *([f"{phase.value.upper()} phase"] if phase else []), *progress(step, view)])
            )
        kind = view.state.value if view is not None else "ready"
        word = state_word(view, self.station.positions)
        told = self._cue if word == "HOLD" and snap.now_s < self._cue_until_s else ""
        self._banner.show(told or word, banner_side(view), kind)
        self._before.show(self._hints(view))
        self._after.show(self._facts(snap, view))
        asked = "Press A again to stop the session; the hold so far is kept"
        self._next.show(asked if self._confirm is not None else coming(view, self.station.positions))

    def _question(self, view: EngineView | None) -> str:
        """Return what is asked of the athlete besides the hold; nothing mostly."""
        arrows = (self.glyphs.left, self.glyphs.right)
        return rating(view) if not self._hurts else WHICH_HURTS.format(*arrows)

    def _hints(self, view: EngineView | None) -> str:
        """Return the cues of the position, beside the count."""
        if view is None or view.step is None:
            return ""
        cues = position_cues(view.step.position, self.station.positions)
        return "\n\n".join(cues) if not self.has_class("-bare") else f" {self.glyphs.dot} ".join(cues)

    def _facts(self, snap: Snapshot, view: EngineView | None) -> str:
        """Return the plan of this hold or, in a rest, the last result; beside the count."""
        if view is None:
            return ""
        between = view.state in (State.REST, State.RELEASE, State.COUNTDOWN, State.READY, State.DONE)
        lines: tuple[str, ...] = ()
        if between and snap.last is not None:
            # The numbers come some seconds after the end; those of an earlier hold would be taken for them.
            here = snap.last.step_index in (self._ended_step, -1) or self._ended_step < 0
            lines = in_short(snap.last) if here else ("being measured",)
        elif view.step is not None:
            planned = view.step.seconds
            lines = ("until you let go" if planned is None else f"hold {planned:g} s",)
            if snap.target is not None:
                band = snap.target
                lines += (f"target {band.force_n:.0f} N", f"{band.low_n:.0f} to {band.high_n:.0f} N")
        if snap.felt:
            lines += (snap.felt,)
        return (f" {self.glyphs.dot} " if self.has_class("-bare") else "\n").join(lines)

    def _draw_tension(self, snap: Snapshot, view: EngineView | None) -> None:
        unit = snap.line.unit
        band = snap.target if unit == "N" else None
        if self._frame % _FRAMES_PER_NUMBER == 0:
            self._draw_gauge(snap)
            self._shake.show(snap.live, unit, on_plate=self.station.stood_on)
        ago_s, value = self.station.trace(TRACE_S)
        if view is not None and view.step is not None and view.step.path is not None and band is not None:
            self._draw_ahead(snap, view, view.step, ago_s, value)
            return
        mark_s = self._onset(snap, view)
        self._trace.show_live(snap.now_s, ago_s, value, seconds=TRACE_S, unit=unit, band=band, mark_s=mark_s)

    def _draw_gauge(self, snap: Snapshot) -> None:
        """Draw tension now and where it is to be; by feel there is neither to be seen."""
        view, unit = snap.engine, snap.line.unit
        place = view.in_band if view is not None else None
        felt = view is not None and view.eyes_off
        band = snap.target if unit == "N" and not felt else None
        self._gauge.show(None if felt else snap.tension, band, place, unit)

    def _draw_gauge_now(self) -> None:
        if self.is_current:
            self._draw_gauge(self.station.snapshot())

    def _draw_stance(self, snap: Snapshot, view: EngineView | None) -> None:
        """Draw what a rig sees of the sides and of the plates; by feel there is nothing to be seen."""
        stance = None if view is not None and view.eyes_off else self.station.stance(TRACE_S)
        self.set_class(stance is not None and bool(stance.plates), "-plate")
        self.set_class(stance is not None and stance.left_n is not None, "-sides")
        if stance is None:
            return
        self._plate.show(stance)
        self._sides.show(stance, TRACE_S)
        if self._frame % _FRAMES_PER_NUMBER == 0:
            self._share.show(stance)
        self._uneven = stance.warning

    def _draw_ahead(
        self, snap: Snapshot, view: EngineView, step: HoldStep, ago_s: FloatArray, value: FloatArray
    ) -> None:
        """Draw a moving target ahead of time and tension up to now; by feel there is neither to be seen."""
        if step != self._curve_of:
            self._curve_of, self._curve = step, curve(step)
        time_s, target_n = self._curve
        if view.eyes_off:
            ago_s, value = ago_s[:0], value[:0]
        self._trace.show_ahead(
            snap.now_s,
            ago_s,
            value,
            time_s + starts_s(view, snap.now_s),
            target_n,
            before_s=PAST_S,
            ahead_s=AHEAD_S,
            unit=snap.line.unit,
        )

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
        if (view.asks_effort or view.asks_pain is not None) and waited < EFFORT_S:
            return
        if waited >= _OVER_S and (len(self._results) >= snap.finished or waited >= 2 * _OVER_S):
            self._leave()
