"""One training session: a plan run by a conductor, written by a recorder."""

import threading
from collections.abc import Callable
from pathlib import Path

from isotimer.core.block import Block
from isotimer.core.hold import EngineSettings, EngineView, Event, HoldEnded, Key, State, StateChanged
from isotimer.core.plan import Plan
from isotimer.session.acquisition import Acquisition
from isotimer.session.conductor import Conductor
from isotimer.session.recorder import Recorder
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
    """

    def __init__(
        self,
        plan: Plan,
        athlete: str,
        database: Path,
        *,
        acquisition: Acquisition | None = None,
        sensor: SensorFacts | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        on_result: Callable[[HoldResult], None] = lambda result: None,
        settings: EngineSettings | None = None,
    ) -> None:
        self.plan = plan
        self.results: list[HoldResult] = []
        self.trouble = ""
        self._acquisition = acquisition
        self._on_event = on_event
        self._on_result = on_result
        self._changed = threading.Condition()
        self._ended = 0
        self._recorder = Recorder(database, athlete, plan, sensor, self._result, self._trouble)
        self._conductor = Conductor(
            plan,
            sensor=acquisition is not None,
            on_block=self._recorder.block,
            on_event=self._event,
            settings=settings,
        )

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
        """Hand a key to the engine."""
        self._conductor.press(key)

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

    def wait_for_results(self, timeout_s: float) -> bool:
        """Wait until every ended hold is measured and stored; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.results) >= self._ended, timeout_s)

    def _event(self, event: Event) -> None:
        self._recorder.event(event)
        if isinstance(event, HoldEnded):
            with self._changed:
                self._ended += 1
        elif isinstance(event, StateChanged) and self._acquisition is not None:
            self._acquisition.allow_resync(event.state in _CLOCK_MAY_MOVE)
        self._on_event(event)

    def _result(self, result: HoldResult) -> None:
        with self._changed:
            self.results.append(result)
            self._changed.notify_all()
        self._on_result(result)

    def _trouble(self, sentence: str) -> None:
        self.trouble = sentence
