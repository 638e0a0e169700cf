"""One training session: a plan run by a conductor, written by a recorder."""

import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from isotimer.core.block import Block
from isotimer.core.cues import CueKind
from isotimer.core.hold import (
    EngineSettings,
    EngineView,
    Event,
    HoldEnded,
    HoldStarted,
    Key,
    State,
    StateChanged,
)
from isotimer.core.plan import Plan, Side
from isotimer.core.positions import BUILTIN, PositionBook
from isotimer.core.progress import Progress
from isotimer.session.conductor import Conductor
from isotimer.session.multi import AnySensor
from isotimer.session.notes import Opening
from isotimer.session.recorder import Recorder
from isotimer.session.ruling import Rules
from isotimer.session.sensor import SensorFacts
from isotimer.session.snapshot import HoldResult, LineState

_CLOCK_MAY_MOVE = (State.READY, State.REST, State.DONE, State.ABORTED, State.PAUSED)


class Training:
    """A plan being done.

    Args:
        plan: What is done.
        athlete: By whom.
        database: Where it is written.
        acquisition: The sensor; None without one. It must call ``block`` and ``line``.
        sensor: Facts about the sensor for the recorder; None without one.
        on_event: Called with each event of the engine, from the conductor's thread.
        on_result: Called with each finished hold, from the writer's thread.
        settings: Thresholds of the engine.
        positions: Where positions are looked up.
        opening: How the session begins; anew if None.
        attempts: Attempts made before, by step, where a session goes on.
        cue_latency: Gives how much later than ordered a cue comes through now; None if nobody knows.
    """

    def __init__(
        self,
        plan: Plan,
        athlete: str,
        database: Path,
        *,
        acquisition: AnySensor | None = None,
        sensor: SensorFacts | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        on_result: Callable[[HoldResult], None] = lambda result: None,
        settings: EngineSettings | None = None,
        positions: PositionBook = BUILTIN,
        opening: Opening | None = None,
        attempts: Mapping[int, int] | None = None,
        cue_latency: Callable[[], float | None] = lambda: None,
    ) -> None:
        if opening is None:
            opening = Opening(progress=Progress(seed=secrets.randbits(31)))
        self.plan = plan
        self.opening = opening
        """How it began."""
        self.positions = positions
        self.results: list[HoldResult] = []
        self.trouble = ""
        self._acquisition = acquisition
        self._on_event = on_event
        self._on_result = on_result
        self._changed = threading.Condition()
        self._ended = 0
        self._shake_s: float | None = None
        self._hold_s: float | None = None
        self._recorder = Recorder(
            database,
            athlete,
            plan,
            sensor,
            self._result,
            self._trouble,
            positions,
            opening,
            cue_latency,
        )
        self._conductor = Conductor(
            plan,
            sensor=acquisition is not None,
            on_block=self._recorder.block,
            on_event=self._event,
            settings=settings,
            opening=opening,
            attempts=attempts,
        )
        self._rules = Rules(plan, opening.spec, self._conductor.rule)

    def start(self) -> None:
        """Open the store and begin; the engine waits for GO.

        Raises:
            DataError: If the store cannot be opened or written.
        """
        self._recorder.start()
        self._conductor.start()
        if self._acquisition is not None and self._acquisition.view().state is not LineState.STREAMING:
            self._conductor.line(False)

    def stop(self) -> None:
        """End the session; a running hold is kept as aborted.

        Raises:
            DataError: If something could not be saved.
        """
        self._conductor.stop()
        self._recorder.stop()

    def press(self, key: Key) -> None:
        """Hand a key to the engine; a session that is ended by key does not go on another time."""
        self._conductor.press(key)
        if key is Key.ABORT:
            self._recorder.finish()

    def pain(self, side: Side) -> None:
        """Leave out a side that hurts."""
        self._conductor.pain(side)

    def pain_level(self, pain: int | None) -> None:
        """Take how much the side that was left out last hurts, 0 to 10; None for no answer."""
        self._conductor.pain_level(pain)

    def effort(self, effort: int) -> None:
        """Take how hard the last set was, 1 to 10."""
        self._conductor.effort(effort)

    def shook(self, onset_s: float | None) -> None:
        """Take when shake doubled in the running hold, from its start; None while it has not."""
        start_s = self._hold_s
        if onset_s is None or start_s is None or self._shake_s == start_s:
            return
        self._shake_s = start_s
        self._conductor.shake_onset(start_s + onset_s)

    def cue(self, kind: CueKind) -> None:
        """Give a cue that others than the engine know of; by feel no band is told."""
        if not (kind is CueKind.OUT_OF_BAND and self.view.eyes_off):
            self._conductor.cue(kind)

    def block(self, block: Block) -> None:
        """Hand samples to the engine and the recorder."""
        self._conductor.block(block)

    def line(self, alive: bool) -> None:
        """Say that the sensor is lost, or back."""
        self._conductor.line(alive)

    @property
    def view(self) -> EngineView:
        """The engine as of the last tick."""
        return self._conductor.view

    @property
    def over(self) -> bool:
        """Whether the plan has come to its end."""
        return self._conductor.over

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the plan's end; return whether it has come."""
        return self._conductor.wait(timeout_s)

    @property
    def session_id(self) -> str:
        """Key of the session in the store, once it has begun."""
        return self._recorder.session_id

    @property
    def settled(self) -> bool:
        """Whether every ended hold is measured and stored."""
        with self._changed:
            return len(self.results) >= self._ended

    def wait_for_results(self, timeout_s: float) -> bool:
        """Wait until every ended hold is measured and stored; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.results) >= self._ended, timeout_s)

    def _event(self, event: Event) -> None:
        self._recorder.event(event)
        if isinstance(event, HoldStarted):
            self._hold_s = event.start_s
        elif isinstance(event, HoldEnded):
            self._hold_s = None
            with self._changed:
                self._ended += 1
        elif isinstance(event, StateChanged) and self._acquisition is not None:
            self._acquisition.allow_resync(event.state in _CLOCK_MAY_MOVE)
        self._on_event(event)
        self._rules.event(event)

    def _result(self, result: HoldResult) -> None:
        self._rules.result(result)
        with self._changed:
            self.results.append(result)
            self._changed.notify_all()
        self._on_result(result)

    def _trouble(self, sentence: str) -> None:
        self.trouble = sentence
