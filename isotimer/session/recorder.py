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
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec
import numpy as np

from isotimer.core.block import Block
from isotimer.core.errors import DataError, IsotimerError
from isotimer.core.hold import Event, HoldEnded, HoldStarted
from isotimer.core.plan import Plan
from isotimer.core.positions import position
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.session.sensor import SensorFacts
from isotimer.session.snapshot import Earlier, HoldResult
from isotimer.store.database import Store, open_store
from isotimer.store.queries import last_and_best
from isotimer.store.rows import HoldStart, Series
from isotimer.store.traces import Trace

BEFORE_S = 4.0
"""Samples kept from before the start of a hold: its zero and its rise."""
AFTER_S = 2.0
"""Samples kept from after its end: its fall and the zero that follows."""
FLUSH_S = 0.1
"""The journal is written at least this often; a crash loses no more than this and one chunk."""
LATE_S = 1.0
"""How long after a hold its last samples are waited for."""

logger = logging.getLogger(__name__)

_LOG = "the log says where, see 'isotimer doctor'"


@dataclass(slots=True, eq=False)
class _Open:
    """A hold that is being written."""

    hold_id: str | None
    started: HoldStarted
    start: HoldStart
    blocks: list[Block] = field(default_factory=list)
    unwritten: list[Block] = field(default_factory=list)
    seq: int = 0
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
    """

    def __init__(
        self,
        database: Path,
        athlete: str,
        plan: Plan,
        sensor: SensorFacts | None,
        on_result: Callable[[HoldResult], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._database = database
        self._athlete = athlete
        self._plan = plan
        self._sensor = sensor
        self._on_result = on_result
        self._on_trouble = on_trouble
        self._queue: SimpleQueue[Block | Event | None] = SimpleQueue()
        self._recent: deque[Block] = deque()
        self._open: _Open | None = None
        self._unsaved: list[_Open] = []
        self._trouble = ""
        self._session_id = ""
        self._athlete_id = ""
        self._circumstances = Circumstances()
        self._device_id: str | None = None
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
        self._queue.put(None)
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
        if isinstance(event, HoldStarted | HoldEnded):
            self._queue.put(event)

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
            self._guarded(lambda: store.end_session(self._session_id))
        finally:
            store.close()
        if self._unsaved:
            self._rescue()

    def _begin(self, store: Store) -> None:
        self._athlete_id = athlete_id = store.athlete(self._athlete)
        self._session_id = store.start_session(athlete_id, msgspec.json.encode(self._plan).decode())
        if self._sensor is not None:
            self._device_id = device_id = self._sensor.device_id(store)
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
                if item is None:
                    break
                self._guarded(partial(self._take, store, item))
            now_s = time.monotonic()
            if now_s >= flush_at_s:
                self._guarded(partial(self._flush, store))
                self._guarded(partial(self._close_if_complete, store, now_s))
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
                    self._begin(store)
                    for hold in self._unsaved:
                        hold.start = replace(
                            hold.start,
                            session_id=self._session_id,
                            device_id=self._device_id,
                            calibration_ids=(),
                        )
                        hold.hold_id = None
                    self._save_unsaved(store)
            except (IsotimerError, OSError):
                logger.exception("no rescue in %s", folder)
            if not self._unsaved:
                self._say(f"{self._database} took no more; the hold is kept in {path}")
                return

    def _take(self, store: Store, item: Block | Event) -> None:
        if isinstance(item, Block):
            self._keep(item)
        elif isinstance(item, HoldStarted):
            self._close_if_complete(store, float("inf"))
            self._begin_hold(store, item)
        elif isinstance(item, HoldEnded) and self._open is not None:
            self._open.ended = item
            self._open.close_at_s = item.end_s + AFTER_S + LATE_S if self._sensor else 0.0

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
        hold = self._open = _Open(None, started, self._hold_start(started))
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
                store.append_journal(hold.hold_id, hold.seq, Block.join(hold.unwritten))
                hold.seq += 1
                hold.unwritten = []
        except DataError as e:
            self._say(e.sentence)
        else:
            self._say("")

    def _hold_start(self, started: HoldStarted) -> HoldStart:
        step, target, sensor = started.step, started.step.target, self._sensor
        calibration = sensor.calibration() if sensor else None
        return HoldStart(
            session_id=self._session_id,
            position=step.position,
            phase=position(step.position).phase.value,
            side=step.side.value,
            mode=step.mode.value,
            step_index=started.step_index,
            start_s=started.start_s,
            set_no=step.set_no,
            rep_no=step.rep_no,
            attempt=started.attempt,
            planned_s=step.seconds,
            start_mode=step.start.value,
            target_n=target.force_n if target else None,
            target_low_n=target.low_n if target else None,
            target_high_n=target.high_n if target else None,
            device_id=self._device_id,
            calibration_ids=tuple(line.id for line in calibration.lines if line.id) if calibration else (),
            unit=calibration.unit if calibration else None,
            channels=tuple(c.name for c in sensor.profile.channel) if sensor else (),
            zero_raw=tuple(line.zero_raw for line in calibration.lines) if calibration else (),
            slope_n_per_raw=tuple(line.slope_n_per_raw for line in calibration.lines) if calibration else (),
            noise_floor_n=self._circumstances.noise_floor_n,
            resonance_hz=self._circumstances.resonance_hz,
        )

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
            )
            trace = (
                Trace.of(block, ended.start_s, hold.start.zero_raw, hold.start.slope_n_per_raw)
                if block
                else None
            )
            store.finish_hold(hold.hold_id, done.finish, trace, done.measures)
            earlier = self._earlier(store, hold)
        except DataError as e:
            self._say(e.sentence)
            return False
        except Exception as e:
            logger.exception("a hold could not be stored")
            self._say(f"isotimer failed while storing a hold ({type(e).__name__}); {_LOG}.")
            return False
        self._say("")
        self._on_result(replace(done.result, earlier=earlier))
        return True

    def _earlier(self, store: Store, hold: _Open) -> Earlier | None:
        """Return what the athlete did before in this hold's series, in the same unit."""
        start = hold.start
        series = Series(start.position, start.side, start.mode, start.setup_id)
        found = last_and_best(store, self._athlete_id, series, before=hold.hold_id)
        if not found.holds:
            return None
        other = COUNTS if start.unit == NEWTONS else NEWTONS
        return Earlier(
            found.holds,
            {name: value for (name, unit), value in found.last.items() if unit != other},
            {name: value for (name, unit), value in found.highest.items() if unit != other},
        )

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                logger.error("cannot write: %s", trouble)
            self._on_trouble(trouble)


def _sign_of_life(now_s: float) -> Block:
    """Return a block of one time and no channel: a hold without a sensor lasted at least until then."""
    return Block(np.array([now_s]), np.empty((1, 0)), np.empty((1, 0)), np.zeros(1, np.uint8))
