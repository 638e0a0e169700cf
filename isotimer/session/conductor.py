"""The thread that drives the hold engine: samples, clock and keys in, events out.

It does nothing that can wait for a disk or a screen, so that cues come on time.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from enum import Enum, auto
from queue import Empty, SimpleQueue

from isotimer.core.block import Block
from isotimer.core.cues import CueKind
from isotimer.core.hold import CueDue, Engine, EngineSettings, EngineView, Event, Key, State, StateChanged
from isotimer.core.plan import Plan, Side
from isotimer.session.notes import Opening

TICK_S = 0.01
"""Longest time between two looks at the clock."""

AWAY_S = 5.0
"""After so long without a turn the process was stopped (Ctrl-Z), not merely slow."""

Order = Callable[[Engine, float], tuple[Event, ...]]
"""Something to be done to the engine at a time."""

_RUNS = (State.COUNTDOWN, State.ARMED, State.HOLD)
_RESTS = (State.RELEASE, State.REST)

logger = logging.getLogger(__name__)


class _Tick(Enum):
    TICK = auto()
    STOP = auto()


_OVER = (State.DONE, State.ABORTED)


class Conductor:
    """Runs one plan.

    Args:
        plan: What is done.
        sensor: Whether samples will come.
        on_block: Called with each block before the events it causes.
        on_event: Called with each event. Both are called from the conductor's thread and must be quick.
        settings: Thresholds of the engine.
        opening: How far the session has come before.
        attempts: Attempts made before, by step.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        sensor: bool,
        on_block: Callable[[Block], None],
        on_event: Callable[[Event], None],
        settings: EngineSettings | None = None,
        opening: Opening | None = None,
        attempts: Mapping[int, int] | None = None,
    ) -> None:
        self.plan = plan
        progress = (opening or Opening()).progress
        self._engine = Engine(
            plan,
            settings or EngineSettings(),
            sensor=sensor,
            seed=progress.seed,
            first=progress.next,
            dropped=progress.dropped,
            attempts=attempts,
            spared=progress.spared,
        )
        self._on_block = on_block
        self._on_event = on_event
        self._queue: SimpleQueue[Block | Order | _Tick] = SimpleQueue()
        self._turned_s = time.monotonic()
        self._view = self._engine.view(time.monotonic())
        self._over = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="conductor", daemon=True)

    def start(self) -> None:
        """Begin; the engine waits in its first state for a key."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a running hold is kept as aborted."""
        if self._thread.ident is None:
            return
        self.press(Key.ABORT)
        self._queue.put(_Tick.STOP)
        self._thread.join(timeout=5.0)

    def block(self, block: Block) -> None:
        """Hand over samples."""
        self._queue.put(block)

    def line(self, alive: bool) -> None:
        """Say that the sensor is lost, or back."""
        self._queue.put(lambda engine, now_s: engine.line(alive, now_s))

    def press(self, key: Key) -> None:
        """Hand over a key."""
        self._queue.put(lambda engine, now_s: engine.press(key, now_s))

    def pain(self, side: Side) -> None:
        """Leave out a side that hurts."""
        self._queue.put(lambda engine, now_s: engine.pain(side, now_s))

    def effort(self, effort: int) -> None:
        """Hand over how hard the last set was."""
        self._queue.put(lambda engine, now_s: engine.effort(effort, now_s))

    def pain_level(self, pain: int | None) -> None:
        """Hand over how much the side that was left out hurts; None for no answer."""
        self._queue.put(lambda engine, now_s: engine.pain_level(pain, now_s))

    def rule(self, steps: Collection[int], why: str) -> None:
        """Leave out holds, as a rule of the plan says."""
        self._queue.put(lambda engine, now_s: engine.rule(steps, why, now_s))

    def cue(self, kind: CueKind) -> None:
        """Give a cue now that others than the engine know of."""
        self._queue.put(lambda engine, now_s: (CueDue(now_s, kind),))

    def shake_onset(self, at_s: float) -> None:
        """Say that shake doubled at ``at_s`` in the running hold."""
        self._queue.put(lambda engine, now_s: engine.shake_onset(at_s, now_s))

    @property
    def view(self) -> EngineView:
        """The engine as of the last tick."""
        return self._view

    @property
    def over(self) -> bool:
        """Whether the plan has come to its end."""
        return self._view.state in _OVER

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the plan's end; return whether it has come."""
        return self._over.wait(timeout_s)

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._turn()
            except Exception:
                # a fault of ours in one turn must not leave the athlete without a clock
                logger.exception("the conductor failed in one turn")

    def _turn(self) -> None:
        """Take one item, or one tick."""
        try:
            item = self._queue.get(timeout=TICK_S)
        except Empty:
            item = _Tick.TICK
        now_s = time.monotonic()
        if now_s - self._turned_s > AWAY_S:
            self._emit(self._come_back(self._turned_s, now_s))
        self._turned_s = now_s
        if isinstance(item, Block):
            self._on_block(item)
            self._emit(self._engine.feed(item))
        elif item is _Tick.STOP:
            self._stopped = True
            self._over.set()
            return
        elif not isinstance(item, _Tick):
            self._emit(item(self._engine, now_s))
        self._emit(self._engine.tick(now_s))
        self._view = self._engine.view(now_s)

    def _come_back(self, left_s: float, now_s: float) -> tuple[Event, ...]:
        """After the process was stopped: a rest has gone on, but nobody heard a countdown or a hold."""
        view = self._engine.view(left_s)
        runs = view.state in _RUNS
        if view.state in _RESTS and view.step is not None:
            runs = now_s >= left_s + (view.remaining_s or 0.0) - view.step.countdown_s
        return self._engine.press(Key.PAUSE, left_s) if runs else ()

    def _emit(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self._on_event(event)
            if isinstance(event, StateChanged) and event.state in _OVER:
                self._view = self._engine.view(event.at_s)
                self._over.set()
