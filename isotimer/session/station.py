"""One station: a database, perhaps a sensor, and the session that runs. Screens talk to this alone.

A station is made at once and opened later, in the background: what it needs (numpy, SQLite, serial
ports) is imported by ``open``, so that the first screen need not wait for it.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.events import Event, HoldStarted, Key
from isotimer.session.plan_desk import CutOff, PlanDesk
from isotimer.session.settings import SettingsFile
from isotimer.session.snapshot import HoldResult, Said, Snapshot
from isotimer.session.sounding import Sounding

if TYPE_CHECKING:
    from isotimer.core.block import Block
    from isotimer.core.cues import CueKind
    from isotimer.core.events import EngineView
    from isotimer.core.plan import Plan, Side
    from isotimer.core.plan_shape import Usual
    from isotimer.core.settings import Settings
    from isotimer.session.notes import Opening
    from isotimer.session.places import Places
    from isotimer.session.training import Training

logger = logging.getLogger(__name__)

DEFAULT_ATHLETE = "Athlete"
"""Name used until somebody types one."""


class Station(PlanDesk):
    """Everything behind the screens.

    Args:
        places: Where things are.
        athlete: Who trains; else, once opened, who trained last.
    """

    def __init__(self, places: Places, athlete: str = "") -> None:
        super().__init__(places)
        self.athlete = athlete or DEFAULT_ATHLETE
        self._chosen = bool(athlete)
        self.newcomer = not athlete and not places.database.exists()
        """Whether nobody has trained here yet, and nobody was named; certain once opened."""
        self._file = SettingsFile(places.settings_file)
        self._news += self._file.sentences
        self.obey(self.settings)
        self.sound = Sounding(lambda: self.settings)
        self._opened = self.ready = False  # ready: opened to the end, so that a cut-off session is known
        self._felt: tuple[str, ...] = ()
        self._training: Training | None = None
        self._listeners: list[Callable[[object], None]] = []
        self._message = ""
        self._lock = threading.RLock()

    @property
    def session_id(self) -> str:
        """Key of the running session; empty without one."""
        training = self._training
        return training.session_id if training is not None else ""

    def open(self) -> None:
        """Keep what a crash cut off, find out who trained last, and load what a hold will need.

        It may take a second; call it from a thread. A second call does nothing.

        Raises:
            DataError: If the database cannot be opened.
        """
        from isotimer.measures.lazy import preload
        from isotimer.session.recovery import recover

        if self._opened:
            return
        self._opened = True
        self._news += recover(self.places.database)
        if not self._chosen:
            known = self.athletes()
            self.newcomer = not known
            last = self.settings.athlete
            self.athlete = last if last in known else next(iter(known), DEFAULT_ATHLETE)
        preload()
        if self.reconnect_known and self.settings.reconnect:
            self.reconnect()
        if sentence := self.sound.open():
            self._news.append(sentence)
        self.ready = True

    def wait_for_sensor(self, timeout_s: float) -> None:
        """Return when samples flow from the sensor that was connected.

        Raises:
            LinkError: If the line cannot be opened, or nothing that can be read arrives in time.
        """
        if self._acquisition is not None:
            self._acquisition.wait_for_samples(timeout_s)

    # settings and sound

    @property
    def settings(self) -> Settings:
        """What is set now."""
        return self._file.settings

    def change_settings(self, **changes: Any) -> None:
        """Change settings by name; they count at once and are kept.

        Raises:
            WrongUseError: If a value is not allowed; nothing is changed.
            DataError: If the change cannot be kept; it counts until the end.
        """
        try:
            self._file.change(**changes)
        finally:
            self.obey(self.settings)
            self.sound.apply()

    @property
    def audible(self) -> bool:
        """Whether the terminal need not ring: cues are heard from a speaker, or silence is wanted."""
        silent = self.settings.mute or self.settings.volume == 0
        return silent or self.sound.audible

    # people

    def welcome(self, name: str, mass_kg: float | None) -> None:
        """Take in somebody who is new; an empty name is the usual one.

        Raises:
            WrongUseError: If that is no name, or no body mass.
            DataError: If the database cannot be written.
        """
        from isotimer.store.database import open_store

        name = name.strip() or DEFAULT_ATHLETE
        with open_store(self.places.database) as store:
            athlete_id = store.athlete(name)
            if mass_kg is not None:
                store.add_body_mass(athlete_id, mass_kg)
        self.choose_athlete(name)

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
            self._chosen, self.newcomer = True, False
            with suppress(IsotimerError):
                # Who trained last is a comfort; the file's own trouble has been told at the start.
                self.change_settings(athlete=self.athlete)

    def news(self) -> tuple[str, ...]:
        """Return the sentences that are to be shown once."""
        news, self._news = tuple(self._news), []
        return news

    # training

    def start(self, plan: Plan, spec: str = "", *, first: int = 0) -> None:
        """Start a training session; the engine waits for GO.

        Args:
            plan: What is done.
            spec: The written plan that it comes from, as JSON.
            first: Index of the step to begin with.

        Raises:
            DataError: If the database cannot be written.
        """
        from isotimer.core.progress import begun_at
        from isotimer.session.notes import Opening

        self._begin(plan, Opening(spec, begun_at(plan, first, secrets.randbits(31))))

    def start_plan(self, spec_id: str) -> None:
        """Start a session of a plan on the shelf.

        Raises:
            IsotimerError: If there is no such plan, it is faulty, or the database cannot be written.
        """
        self.start(*self.plan_of(spec_id))

    def plan_of(self, spec_id: str) -> tuple[Plan, str]:
        """Return a plan of the shelf as steps for the athlete, and the written plan as JSON.

        Raises:
            IsotimerError: If there is no such plan, it is faulty, or the database cannot be read.
        """
        return self.planned(spec_id, self._usual())

    def again(self) -> tuple[Plan, str]:
        """Return what ran last, to be started anew: a written plan with the targets of now.

        Raises:
            IsotimerError: If nothing ran, or the database cannot be read.
        """
        training = self._training
        if training is None:
            raise WrongUseError("nothing was done yet", "", "choose what to do on the first screen")
        spec = training.opening.spec
        return self.planned_again(spec, self._usual()) if spec else (training.plan, "")

    def _usual(self) -> Usual:
        from isotimer.core.plan_shape import Usual

        now = self.settings
        return Usual(now.band_pct / 100, now.countdown_s, now.breath_s)

    def unfinished_session(self) -> CutOff | None:
        """Return the athlete's last session if it was cut off and can go on; None otherwise.

        Raises:
            DataError: If the database cannot be read.
        """
        return self.cut_off() if self.ready and self._training is None else None

    def resume(self, cut: CutOff) -> None:
        """Go on with a session that was cut off; the engine waits for GO.

        Raises:
            DataError: If the database cannot be written.
        """
        from isotimer.session.notes import Opening

        self._begin(cut.plan, Opening(cut.spec, cut.progress, cut.session_id), cut.attempts)

    def _begin(self, plan: Plan, opening: Opening, attempts: dict[int, int] | None = None) -> None:
        from isotimer.session.training import Training

        self.stop()
        self._felt = self.felt(plan, opening.spec)
        self.sound.begin(plan, opening.progress.dropped, opening.progress.spared)
        self._begin_plan(plan)
        training = Training(
            plan,
            self.athlete,
            self.places.database,
            acquisition=self._acquisition,
            sensor=self._sensor,
            on_event=self._event,
            on_result=self._tell,
            positions=self.positions,
            opening=opening,
            attempts=attempts,
            cue_latency=lambda: 0.0 if self.sound.audible else None,
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

    def pain(self, side: Side) -> None:
        """Leave out a side that hurts for the rest of the running session."""
        training = self._training
        if training is not None:
            training.pain(side)

    def pain_level(self, pain: int | None) -> None:
        """Take how much the side that was left out last hurts, 0 to 10; None for no answer."""
        training = self._training
        if training is not None:
            training.pain_level(pain)

    def effort(self, effort: int) -> None:
        """Take how hard the last set of the running session was, 1 to 10."""
        training = self._training
        if training is not None:
            training.effort(effort)

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

    @property
    def settled(self) -> bool:
        """Whether every ended hold of the running session is measured and stored."""
        training = self._training
        return training is None or training.settled

    @property
    def began(self) -> Opening | None:
        """How the running session began; None without one."""
        training = self._training
        return training.opening if training is not None else None

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
            target=engine.target if engine is not None else None,
            felt=self._felt_now(engine),
            last=results[-1] if results else None,
            finished=len(results),
            live=self._live.view if self._live is not None else None,
            message=(training.trouble if training is not None else "") or self._message,
        )

    def _felt_now(self, engine: EngineView | None) -> str:
        """Return what to aim at by feel in the current or coming hold."""
        if engine is None or engine.step is None:
            return ""
        return self._felt[engine.hold_index] if engine.hold_index < len(self._felt) else ""

    def subscribe(self, callback: Callable[[object], None]) -> Callable[[], None]:
        """Call back with every event and result, from other threads; the returned function ends it."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def close(self) -> None:
        """End everything; nothing is lost. Safe to call twice."""
        self.stop()
        self.disconnect()
        self.sound.close()

    def _block(self, block: Block) -> None:
        training = self._training
        if training is not None:
            training.block(block)
        super()._block(block)
        if training is not None and len(block):
            live = self._live.view if self._live is not None else None
            training.shook(live.onset_s if live is not None else None)
            self.sound.tension(float(block.total_n[-1]), training.view, live)

    def _give(self, kind: CueKind) -> None:
        if training := self._training:
            training.cue(kind)

    def _line(self, alive: bool, at_s: float) -> None:
        if not alive:
            self.sound.hush()
        if training := self._training:
            training.line(alive)

    def _event(self, event: Event) -> None:
        self.sound.event(event)
        if isinstance(event, HoldStarted):
            self._message = ""
        self._hear(event)
        self._tell(event)

    def _say(self, sentence: str) -> None:
        if self._listeners:
            self._tell(Said(sentence))
        else:
            super()._say(sentence)

    def _tell(self, news: Event | HoldResult | Said) -> None:
        for listener in tuple(self._listeners):
            listener(news)
