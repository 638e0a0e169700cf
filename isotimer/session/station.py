"""One station: a database, perhaps a sensor, and the session that runs. Screens talk to this alone.

A station is made at once and opened later, in the background: what it needs (numpy, SQLite, serial
ports) is imported by ``open``, so that the first screen need not wait for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from isotimer.core.errors import DataError, IsotimerError
from isotimer.core.events import Event, HoldStarted, Key
from isotimer.session.sensor_desk import SensorDesk
from isotimer.session.snapshot import HoldResult, Snapshot

if TYPE_CHECKING:
    from isotimer.core.block import Block
    from isotimer.core.plan import Plan
    from isotimer.session.cueing import Cueing
    from isotimer.session.places import Places
    from isotimer.session.training import Training
    from isotimer.sound.output import SoundOutput

logger = logging.getLogger(__name__)

DEFAULT_ATHLETE = "Athlete"
"""Name used until somebody types one."""


class Station(SensorDesk):
    """Everything behind the screens.

    Args:
        places: Where things are.
        athlete: Who trains; else, once opened, who trained last.
    """

    def __init__(self, places: Places, athlete: str = "") -> None:
        super().__init__(places)
        self.athlete = athlete or DEFAULT_ATHLETE
        self._chosen = bool(athlete)
        self._sound: SoundOutput | None = None
        self._cueing: Cueing | None = None
        self._training: Training | None = None
        self._listeners: list[Callable[[object], None]] = []
        self._message = ""
        self._lock = threading.RLock()

    def open(self) -> None:
        """Keep what a crash cut off, find out who trained last, and load what a hold will need.

        It may take a second; call it from a thread.

        Raises:
            DataError: If the database cannot be opened.
        """
        from isotimer.measures.lazy import preload
        from isotimer.session.recovery import recover
        from isotimer.sound.output import open_sound

        self._news += recover(self.places.database)
        if not self._chosen:
            self.athlete = next(iter(self.athletes()), DEFAULT_ATHLETE)
        preload()
        sound = open_sound()
        self._sound = sound
        if sound.sentence:
            self._news.append(sound.sentence)

    # people

    @property
    def audible(self) -> bool:
        """Whether cues are heard from a speaker, so that the terminal need not ring."""
        return self._sound is not None and self._sound.audible

    def athletes(self) -> tuple[str, ...]:
        """Return the names of all athletes, the one who trained last first."""
        if not self.places.database.exists():
            return ()
        from isotimer.store.database import open_store

        with open_store(self.places.database) as store:
            return tuple(row["name"] for row in store.athletes())

    def choose_athlete(self, name: str) -> None:
        """Let somebody else train."""
        if name.strip():
            self.athlete = name.strip()
            self._chosen = True

    def news(self) -> tuple[str, ...]:
        """Return the sentences that are to be shown once."""
        news, self._news = tuple(self._news), []
        return news

    # training

    def start(self, plan: Plan) -> None:
        """Start a training session; the engine waits for GO.

        Raises:
            DataError: If the database cannot be written.
        """
        from isotimer.session.cueing import Cueing
        from isotimer.session.training import Training

        self.stop()
        self._cueing = Cueing(plan, self._sound) if self._sound is not None else None
        training = Training(
            plan,
            self.athlete,
            self.places.database,
            acquisition=self._acquisition,
            sensor=self._sensor,
            on_event=self._event,
            on_result=self._tell,
        )
        with self._lock:
            self._training = training
        try:
            training.start()
        except IsotimerError:
            self._training = None
            raise

    def press(self, key: Key) -> None:
        """Hand a key to the running session."""
        training = self._training
        if training is not None:
            training.press(key)

    def stop(self) -> None:
        """End the running session; a running hold is kept."""
        with self._lock:
            training, self._training = self._training, None
        if training is None:
            return
        try:
            training.stop()
        except DataError as e:
            self._message = e.sentence
            logger.exception("session not saved")

    def last_plan(self) -> Plan | None:
        """Return the plan that runs or ran last."""
        training = self._training
        return training.plan if training is not None else None

    # what screens draw

    def snapshot(self) -> Snapshot:
        """Return the picture of this moment."""
        now_s = time.monotonic()
        line = self.line()
        training = self._training
        engine = training.view if training is not None else None
        results = training.results if training is not None else []
        return Snapshot(
            now_s=now_s,
            line=line,
            tension=self._tension(now_s),
            engine=engine,
            target=engine.step.target if engine is not None and engine.step is not None else None,
            last=results[-1] if results else None,
            finished=len(results),
            live=self._live.view if self._live is not None else None,
            message=(training.trouble if training is not None else "") or self._message,
        )

    def subscribe(self, callback: Callable[[object], None]) -> Callable[[], None]:
        """Call back with every event and result, from other threads; the returned function ends it."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def close(self) -> None:
        """End everything; nothing is lost. Safe to call twice."""
        self.stop()
        self.disconnect()
        sound, self._sound = self._sound, None
        if sound is not None:
            sound.close()

    def _block(self, block: Block) -> None:
        training = self._training
        if training is not None:
            training.block(block)
        super()._block(block)

    def _line(self, alive: bool, at_s: float) -> None:
        training = self._training
        if training is not None:
            training.line(alive)

    def _event(self, event: Event) -> None:
        if self._cueing is not None:
            self._cueing.event(event)
        if isinstance(event, HoldStarted):
            self._message = ""
        if self._live is not None:
            self._live.event(event)
        self._tell(event)

    def _tell(self, news: Event | HoldResult) -> None:
        for listener in tuple(self._listeners):
            listener(news)
