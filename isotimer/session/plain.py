"""A plan in a plain terminal: every event a line of words, every key a line typed; no screen."""

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import cast

from isotimer.core.cues import CUE_OF, CueKind
from isotimer.core.hold import CueDue, Event, Key, State
from isotimer.core.plan import Side
from isotimer.core.progress import Progress, holds_left
from isotimer.session.snapshot import HoldResult, Said, Snapshot
from isotimer.session.station import Station
from isotimer.session.talk import Talk, result_line, summary_lines
from isotimer.session.training import Training

Say = Callable[[str], None]

ASKED_S = 30.0
"""The effort of the last set is waited for so long."""
_OVER = (State.DONE, State.ABORTED)
_KEYS: dict[str, Key] = {
    "pause": Key.PAUSE,
    "p": Key.PAUSE,
    "skip": Key.SKIP,
    "s": Key.SKIP,
    "redo": Key.REDO,
    "r": Key.REDO,
    "stop": Key.ABORT,
    "q": Key.ABORT,
}
HELP = (
    "Type: go (or ENTER) to start or go on, pause, skip, redo, stop; pain, pain left or pain right"
    " to leave out a side today; 1 to 10 for the effort of a set, 0 to 10 for pain where it is asked;"
    " how for the time and tension now"
)


def run_plain(
    training: Training, events: "SimpleQueue[Event]", say: Say, ring: Callable[[int], None]
) -> list[HoldResult]:
    """Run a plan to its end without any key and return its holds.

    Args:
        training: Made, not started; its events must go into ``events``.
        events: The queue they go into.
        say: Takes one line of words.
        ring: Rings the bell so many times.

    Raises:
        DataError: If the store cannot be written.
        KeyboardInterrupt: When somebody stops it; running holds are saved first.
    """
    talk = Talk(training.plan, training.positions)
    training.start()
    try:
        training.press(Key.GO)
        told = ""
        while not training.over or not events.empty():
            if training.trouble != told:
                told = training.trouble
                say(told or "What could not be written is written now")
            try:
                event = events.get(timeout=0.1)
            except Empty:
                continue
            if words := talk.line(event):
                say(words)
            if isinstance(event, CueDue):
                ring(CUE_OF[event.kind].bells)
        training.wait_for_results(10.0)
    finally:
        training.stop()
    return training.results


class LineRun:
    """Runs the session of a station by lines.

    Args:
        station: Its session is started by ``run``.
        typed: Lines typed so far; None once no more can come.
        say: Takes one line of words.
        ring: Rings the bell so many times.
    """

    def __init__(
        self, station: Station, typed: "SimpleQueue[str | None]", say: Say, ring: Callable[[int], None]
    ) -> None:
        self._station = station
        self._typed = typed
        self._say = say
        self._ring = ring
        self._progress = Progress()
        self._deaf = self._went = False
        self._asked: object = None
        self._told = ""
        self.results: dict[str, HoldResult] = {}

    def run(self, begin: Callable[[], None], *, go: bool) -> None:
        """Begin a session and follow it to its end.

        Args:
            begin: Starts the session.
            go: Start the first hold without being told to.

        Raises:
            IsotimerError: If it cannot begin.
        """
        news: SimpleQueue[object] = SimpleQueue()
        stop = self._station.subscribe(news.put)
        try:
            begin()
            plan = self._station.last_plan()
            view = self._station.snapshot().engine
            if plan is None or view is None:
                return
            opening = self._station.began
            self._progress = opening.progress if opening is not None else Progress()
            felt = self._station.felt(plan, opening.spec if opening is not None else "")
            talk = Talk(plan, self._station.positions, self._progress.dropped, self._progress.spared, felt)
            self._say(f"{plan.name}. {HELP}" if not go else plan.name)
            self._say(talk.ready(view.step_index))
            self._went = go
            if go:
                self._station.press(Key.GO)
            self._follow(news, talk)
            self._finish(news, talk)
            for line in summary_lines(self.results.values(), holds_left(plan, self._progress)):
                self._say(line)
        finally:
            stop()

    def _follow(self, news: "SimpleQueue[object]", talk: Talk) -> None:
        while (snap := self._station.snapshot()).engine is not None and snap.engine.state not in _OVER:
            self._hear(snap)
            self._tell(news, talk, 0.05)
            self._trouble(snap)
            self._ask(snap)
        while not news.empty():
            self._tell(news, talk, 0.0)

    def _finish(self, news: "SimpleQueue[object]", talk: Talk) -> None:
        """Wait for the last results and the last effort, and say what came of it."""
        end_s = time.monotonic() + ASKED_S
        while (snap := self._station.snapshot()).engine is not None:
            self._ask(snap)
            self._hear(snap)
            self._tell(news, talk, 0.05)
            open_ = _question(snap) is not None and not self._deaf
            if (self._station.settled and not open_) or time.monotonic() > end_s:
                break

    def _tell(self, news: "SimpleQueue[object]", talk: Talk, wait_s: float) -> None:
        try:
            item = news.get(timeout=wait_s) if wait_s else news.get_nowait()
        except Empty:
            return
        if isinstance(item, HoldResult):
            self.results[item.hold_id] = item
            self._say(result_line(item))
            return
        if isinstance(item, Said):
            self._say(item.text)
            return
        event = cast("Event", item)
        self._progress = self._progress.after(event)
        if words := talk.line(event):
            self._say(f"{words}{_which_way(event, self._station.snapshot())}")
        if isinstance(event, CueDue) and not self._station.audible:
            self._ring(CUE_OF[event.kind].bells)

    def _trouble(self, snap: Snapshot) -> None:
        if snap.message != self._told:
            self._told = snap.message
            self._say(self._told or "That is mended")

    def _ask(self, snap: Snapshot) -> None:
        """Ask for the pain of a side that is left out, or the effort of a set, once."""
        asks = _question(snap)
        if asks is not None and asks != self._asked and not self._deaf:
            self._say(
                f"How much does it hurt, {asks.value}? Type 0 (not at all) to 10 (worst), or type nothing"
                if isinstance(asks, Side)
                else "How hard was the set? Type 1 (easy) to 10 (all out)"
            )
        self._asked = asks

    def _hear(self, snap: Snapshot) -> None:
        """Do what was typed."""
        while not self._typed.empty():
            line = self._typed.get_nowait()
            if line is None:
                self._deafen(snap)
                return
            self._obey(line.strip().lower(), snap)

    def _deafen(self, snap: Snapshot) -> None:
        self._deaf = True
        if not self._went and snap.engine is not None and snap.engine.state in (State.READY, State.PAUSED):
            self._say("Nothing can be typed here, so it starts by itself")
            self._station.press(Key.GO)

    def _obey(self, line: str, snap: Snapshot) -> None:
        state = snap.engine.state if snap.engine is not None else State.DONE
        if line in ("", "go", "g"):
            if line and state is State.REST:
                self._station.press(Key.SKIP)
            else:
                self._station.press(Key.GO)
        elif line in _KEYS:
            self._station.press(_KEYS[line])
        elif line in ("pain left", "pain right"):
            self._station.pain(Side(line.removeprefix("pain ")))
        elif line == "pain":
            self._station.press(Key.PAIN)
        elif line.isdecimal() and len(line) < 3 and int(line) <= 10:
            if isinstance(_question(snap), Side):
                self._station.pain_level(int(line))
            else:
                self._station.effort(int(line) or 10)
        elif line == "how":
            self._say(how(snap))
        else:
            self._say(HELP)


def _question(snap: Snapshot) -> Side | str | None:
    """Return what is asked: the side whose pain is, "effort", or nothing; pain goes first."""
    view = snap.engine
    if view is None:
        return None
    return view.asks_pain or ("effort" if view.asks_effort else None)


def _which_way(event: Event, snap: Snapshot) -> str:
    """Return what to do about a tension out of the band; nothing for other events."""
    if not isinstance(event, CueDue) or event.kind is not CueKind.OUT_OF_BAND or snap.engine is None:
        return ""
    return {"below": ": more", "above": ": less"}.get(snap.engine.in_band or "", "")


def how(snap: Snapshot) -> str:
    """Return the moment in words: state, time, tension."""
    view = snap.engine
    if view is None:
        return "No session"
    parts = [view.state.value]
    if view.remaining_s is not None:
        parts.append(f"{view.remaining_s:.0f} s left")
    elif view.state is State.HOLD:
        parts.append(f"{view.elapsed_s:.0f} s held")
    if snap.tension is not None and not view.eyes_off:
        parts.append(f"{snap.tension:z.0f} {snap.line.unit}")
    if view.state is State.HOLD and view.target is not None and not view.eyes_off:
        parts.append(f"target {view.target.force_n:.0f} N")
    if view.in_band is not None:
        parts.append(
            {"below": "below the band", "in": "in the band", "above": "above the band"}[view.in_band]
        )
    return ", ".join(parts)
