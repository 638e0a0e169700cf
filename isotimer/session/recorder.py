"""The thread that writes: every block of a running hold to the journal, every finished hold to the store.

It is the only one that writes to the database during a session. What cannot be written (a full disk)
is kept in memory, said, and tried again until it succeeds.
"""

import logging
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np

from isotimer.core.block import Block
from isotimer.core.errors import DataError, IsotimerError
from isotimer.core.hold import CueDue, Event, GoPlanned, HoldEnded, HoldStarted
from isotimer.core.plan import Plan
from isotimer.core.positions import BUILTIN, PositionBook
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.session.hold_start import earlier_of, hold_start
from isotimer.session.notes import Opening, SessionNotes
from isotimer.session.sensor import SensorFacts
from isotimer.session.setup_of_holds import SetupOfHolds
from isotimer.session.snapshot import HoldResult
from isotimer.session.told import NOTHING, Told, told
from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldStart
from isotimer.store.traces import Trace

BEFORE_S = 4.0
"""Samples kept from before the start of a hold: its zero and its rise."""
AFTER_S = 2.0
"""Samples kept from after its end: its fall and the zero that follows."""
FLUSH_S = 0.1
"""The journal is written at least this often; a crash loses no more than this and one chunk."""
SYNC_S = 0.3
"""It is made safe from a power cut at least this often; each time the disk has to be waited for."""
LATE_S = 1.0
"""How long after a hold its last samples are waited for."""

logger = logging.getLogger(__name__)

_LOG = "the log says where, see 'isotimer doctor'"


_NEW = Opening()


class _Order(Enum):
    """What the writer is told besides samples and events."""

    STOP = auto()
    FINISH = auto()


@dataclass(slots=True, eq=False)
class _Open:
    """A hold that is being written."""

    hold_id: str | None
    started: HoldStarted
    start: HoldStart
    told: Told = NOTHING
    blocks: list[Block] = field(default_factory=list)
    unwritten: list[Block] = field(default_factory=list)
    seq: int = 0
    synced_s: float = float("-inf")
    ended: HoldEnded | None = None
    close_at_s: float = 0.0


class Recorder:
    """Writes one training session.

    Args:
        database: The store's file.
        athlete: Name of the athlete.
        plan: What is done; it is stored with the session.
        sensor: The sensor in use; None without one.
        on_result: Called with each finished hold.
        on_trouble: Called with one sentence when something cannot be written, and with "" when it is mended.
        positions: Where the phase of a position is looked up.
        opening: How the session begins.
        cue_latency: Gives how much later than ordered a cue comes through now; None if nobody knows.
    """

    def __init__(
        self,
        database: Path,
        athlete: str,
        plan: Plan,
        sensor: SensorFacts | None,
        on_result: Callable[[HoldResult], None],
        on_trouble: Callable[[str], None],
        positions: PositionBook = BUILTIN,
        opening: Opening = _NEW,
        cue_latency: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._database = database
        self._athlete = athlete
        self._plan = plan
        self._sensor = sensor
        self._on_result = on_result
        self._on_trouble = on_trouble
        self._positions = positions
        self._setups = SetupOfHolds()
        self._notes = SessionNotes(plan, opening)
        self._cue_latency = cue_latency
        self._queue: SimpleQueue[Block | Event | _Order] = SimpleQueue()
        self._recent: deque[Block] = deque()
        self._open: _Open | None = None
        self._unsaved: list[_Open] = []
        self._trouble = ""
        self._session_id = ""
        self._athlete_id = ""
        self._circumstances = Circumstances()
        self._device_id: str | None = None
        self._device_ids: tuple[str, ...] = ()
        self._ready = threading.Event()
        self._failure: IsotimerError | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=False)

    def start(self) -> None:
        """Open the store and begin the session.

        Raises:
            DataError: If the store cannot be opened or written.
            WrongUseError: If the athlete's name is none.
        """
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Write what is left, end the session and close the store.

        Raises:
            DataError: If a hold could not be written in the end.
        """
        if self._thread.ident is None:
            return
        self._queue.put(_Order.STOP)
        self._thread.join()
        if self._trouble:
            raise DataError(
                "not all could be saved in its place", self._trouble.rstrip("."), "free some space"
            )

    def block(self, block: Block) -> None:
        """Hand over samples."""
        self._queue.put(block)

    def event(self, event: Event) -> None:
        """Hand over an event of the engine."""
        if not isinstance(event, CueDue | GoPlanned):
            self._queue.put(event)

    def finish(self) -> None:
        """Say that the session was ended on purpose."""
        self._queue.put(_Order.FINISH)

    @property
    def session_id(self) -> str:
        """Key of the session, once it has begun."""
        return self._session_id

    # the thread

    def _run(self) -> None:
        try:
            store = open_store(self._database)
            self._begin(store)
        except IsotimerError as e:
            self._failure = e
            return
        except Exception as e:
            logger.exception("the session could not begin")
            self._failure = IsotimerError("the session cannot begin", f"{type(e).__name__}: {e}", _LOG)
            return
        finally:
            self._ready.set()
        try:
            self._write_until_stopped(store)
            self._guarded(lambda: store.end_session(self._session_id, self._notes.ended_at))
        finally:
            store.close()
        if self._unsaved:
            self._rescue()

    def _begin(self, store: Store, *, anew: bool = False) -> None:
        self._athlete_id = athlete_id = store.athlete(self._athlete)
        self._session_id = self._notes.begin(store, athlete_id, anew=anew)
        self._setups.begin(store, athlete_id, self._plan)
        if self._sensor is not None:
            self._device_id = device_id = self._sensor.device_id(store)
            self._device_ids = self._sensor.device_ids(store)
            check = store.rig_check(device_id)
            self._circumstances = self._sensor.circumstances(store.body_mass(athlete_id), check)

    def _write_until_stopped(self, store: Store) -> None:
        flush_at_s = time.monotonic() + FLUSH_S
        while True:
            try:
                item = self._queue.get(timeout=FLUSH_S)
            except Empty:
                pass
            else:
                if item is _Order.STOP:
                    break
                self._guarded(partial(self._take, store, item))
            now_s = time.monotonic()
            if now_s >= flush_at_s:
                self._guarded(partial(self._flush, store))
                self._guarded(partial(self._close_if_complete, store, now_s))
                self._guarded(partial(self._notes.write, store))
                flush_at_s = now_s + FLUSH_S
        self._guarded(partial(self._close_if_complete, store, float("inf")))
        self._guarded(partial(self._save_unsaved, store))

    def _guarded(self, step: Callable[[], None]) -> None:
        """Do one step; neither a full disk nor a fault of ours ends the thread that everything hangs on."""
        try:
            step()
        except IsotimerError as e:
            self._say(e.sentence)
        except Exception as e:
            logger.exception("the writer failed in one step")
            self._say(f"isotimer failed while writing ({type(e).__name__}); {_LOG}.")

    def _rescue(self) -> None:
        """Put holds that the database does not take into another one, where there is room."""
        name = f"isotimer-rescue-{time.strftime('%Y%m%d-%H%M%S')}.db"
        for folder in (Path.home(), Path(tempfile.gettempdir())):
            path = folder / name
            try:
                with open_store(path) as store:
                    self._begin(store, anew=True)
                    for hold in self._unsaved:
                        hold.start = replace(
                            hold.start,
                            session_id=self._session_id,
                            device_id=self._device_id,
                            device_ids=self._device_ids,
                            calibration_ids=(),
                            setup_id=self._setups.id_of(hold.started.step),
                        )
                        hold.hold_id = None
                    self._save_unsaved(store)
            except (IsotimerError, OSError):
                logger.exception("no rescue in %s", folder)
            if not self._unsaved:
                self._say(f"{self._database} took no more; the hold is kept in {path}")
                return

    def _take(self, store: Store, item: "Block | Event | _Order") -> None:
        if isinstance(item, Block):
            self._keep(item)
            return
        if isinstance(item, _Order):
            self._notes.finish(store)
            return
        if isinstance(item, HoldStarted):
            self._close_if_complete(store, float("inf"))
            self._begin_hold(store, item)
        elif isinstance(item, HoldEnded) and self._open is not None:
            self._open.ended = item
            self._open.close_at_s = item.end_s + AFTER_S + LATE_S if self._sensor else 0.0
        self._notes.take(store, item)

    def _keep(self, block: Block) -> None:
        if not len(block):
            return
        self._recent.append(block)
        while self._recent[0].time_s[-1] < block.time_s[-1] - BEFORE_S - 2.0:
            self._recent.popleft()
        if self._open is not None:
            self._open.blocks.append(block)
            self._open.unwritten.append(block)

    def _begin_hold(self, store: Store, started: HoldStarted) -> None:
        what = told(started.cues, started.start_s, self._cue_latency())
        start = hold_start(
            started,
            self._session_id,
            position=self._positions.find(started.step.position),
            setup_id=self._setups.id_of(started.step),
            device_id=self._device_id,
            device_ids=self._device_ids,
            sensor=self._sensor,
            circumstances=self._circumstances,
            what=what,
        )
        hold = self._open = _Open(None, started, start, what)
        from_s = started.start_s - BEFORE_S
        hold.blocks = [b.between(from_s, float("inf")) for b in self._recent if b.time_s[-1] >= from_s]
        hold.unwritten = list(hold.blocks)
        self._flush(store)

    def _flush(self, store: Store) -> None:
        """Write what is not in the journal yet; trouble is said once and tried again."""
        hold = self._open
        if hold is None:
            return
        try:
            if hold.hold_id is None:
                hold.hold_id = store.begin_hold(hold.start)
            if self._sensor is None and hold.ended is None:
                hold.unwritten.append(_sign_of_life(time.monotonic()))
            if hold.unwritten:
                now_s = time.monotonic()
                sync = now_s >= hold.synced_s + SYNC_S
                store.append_journal(hold.hold_id, hold.seq, Block.join(hold.unwritten), to_disk=sync)
                hold.synced_s = now_s if sync else hold.synced_s
                hold.seq += 1
                hold.unwritten = []
        except DataError as e:
            self._say(e.sentence)
        else:
            self._say("")

    def _close_if_complete(self, store: Store, now_s: float) -> None:
        """Finish the open hold once its last samples are here, or are not to be expected any more."""
        hold = self._open
        if hold is None or hold.ended is None:
            return
        newest_s = hold.blocks[-1].time_s[-1] if hold.blocks else float("-inf")
        if now_s < hold.close_at_s and newest_s < hold.ended.end_s + AFTER_S:
            return
        self._open = None
        if not self._save(store, hold):
            self._unsaved.append(hold)
        else:
            self._save_unsaved(store)

    def _save_unsaved(self, store: Store) -> None:
        self._unsaved = [hold for hold in self._unsaved if not self._save(store, hold)]

    def _save(self, store: Store, hold: _Open) -> bool:
        ended = hold.ended
        if ended is None:
            return False
        block = (
            Block.join(hold.blocks).between(ended.start_s - BEFORE_S, ended.end_s + AFTER_S)
            if hold.blocks
            else None
        )
        try:
            if hold.hold_id is None:
                hold.hold_id = store.begin_hold(hold.start)
            done = finish_hold(
                hold.hold_id,
                ended.step,
                ended.end,
                ended.why,
                ended.start_s,
                ended.end_s,
                block,
                self._circumstances,
                hold.told,
                ended.flag,
            )
            trace = (
                Trace.of(block, ended.start_s, hold.start.zero_raw, hold.start.slope_n_per_raw)
                if block
                else None
            )
            store.finish_hold(hold.hold_id, done.finish, trace, done.measures)
            earlier = earlier_of(store, self._athlete_id, hold.start, hold.hold_id)
        except DataError as e:
            self._say(e.sentence)
            return False
        except Exception as e:
            logger.exception("a hold could not be stored")
            self._say(f"isotimer failed while storing a hold ({type(e).__name__}); {_LOG}.")
            return False
        self._say("")
        setup = self._setups.name_of(ended.step)
        self._on_result(replace(done.result, earlier=earlier, setup=setup, step_index=ended.step_index))
        return True

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                logger.error("cannot write: %s", trouble)
            self._on_trouble(trouble)


def _sign_of_life(now_s: float) -> Block:
    """Return a block of one time and no channel: a hold without a sensor lasted at least until then."""
    return Block(np.array([now_s]), np.empty((1, 0)), np.empty((1, 0)), np.zeros(1, np.uint8))
