"""From a port to blocks of newtons: the thread that opens, asks, decodes, times and calibrates.

It owns the line for as long as the training session lasts, because opening a port reboots most
boards. When the line fails it says so, and tries again until it is stopped.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from isotimer.core.block import Block, FloatArray
from isotimer.core.calibration import TARE_S, Calibration, TareLimits, tare_zero
from isotimer.core.decode import Decoder, NoteKind
from isotimer.core.errors import IsotimerError, LinkError, LinkReason
from isotimer.core.profile import Profile
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.link.ask import ask
from isotimer.link.inbox import Chunk, Line
from isotimer.link.lines import open_line
from isotimer.link.ports import PortInfo, list_serial_ports
from isotimer.session.pipeline import Pipeline
from isotimer.session.rates import Rates
from isotimer.session.ring import Ring
from isotimer.session.snapshot import LineState, LineView

RETRY_S = 0.25
"""Pause between attempts to open a line again."""
SILENT_S = 0.9
"""No sample for this long (and for 5 usual steps) is a silent line."""
FIRST_S = 3.0
"""The first sample is waited for so long, and for the time the device needs to boot."""
MUCH_BYTES = 200
"""Having heard so many bytes without a sample, booting is no excuse any more."""
RING_S = 30.0
"""Seconds of samples kept for the screen."""
BACKLOG_BYTES = 2048
"""A chunk this large is a backlog: the next one is taken at once."""
PACE_S, SHORT_PACE_S = 0.012, 0.002
"""Pause between two chunks, of a fast sensor and of one whose samples come one by one: what arrives meanwhile
is decoded in one go, at 1000 Hz most of the cost; the stamps are the reader's and not touched by it."""
SWITCH_S = 0.0005
"""How long a thread may keep the interpreter from the others. Python's 5 ms would show in every arrival
stamp and cue, and would let a pseudo-terminal's small buffer run full."""
START_AGAIN_S = 3.0
"""A device that must be told to start, and has fallen silent, is told again after so long."""
BOOTED_S = 1.2
"""One that has not sent anything since its port was opened may have been booting: it is told again after so
long, at the latest after three of its usual steps, and so before its baud rate is given up."""
RESTARTED = "the sensor restarted: tare it again"
BACK_AGAIN = "the sensor is back and may have restarted: tare it again"
_MOST_HZ = 4000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """Which sensor, where, and how its values become newtons."""

    port: str
    profile: Profile
    calibration: Calibration
    baud: int | None = None

    @staticmethod
    def plain(port: str, profile: Profile) -> "Connection":
        """Return a connection that uses the device's own unit."""
        unit = NEWTONS if profile.calibrated else COUNTS
        return Connection(port, profile, Calibration.plain(len(profile.channel), unit))


class Acquisition:
    """One sensor, read in the background.

    Args:
        connection: The sensor.
        on_block: Called with every block, from this object's thread.
        on_line: Called with (alive, session time s) when samples stop or come again.
        on_bytes: Called with every chunk of bytes and its arrival in ns, from this object's thread.
        on_words: Called with what the device reports of itself: a fault, a low battery.
        ports: Lists the ports of this machine: a device that comes back may get another name.
    """

    def __init__(
        self,
        connection: Connection,
        on_block: Callable[[Block], None] = lambda block: None,
        on_line: Callable[[bool, float], None] = lambda alive, at_s: None,
        on_bytes: Callable[[bytes, int], None] = lambda data, arrival_ns: None,
        on_words: Callable[[str], None] = lambda text: None,
        ports: Callable[[], tuple[PortInfo, ...]] = list_serial_ports,
    ) -> None:
        self.connection = connection
        self._on_block = on_block
        self._on_line = on_line
        self._on_bytes, self._on_words = on_bytes, on_words
        self._ports = ports
        self._about: PortInfo | None = None
        self._zero_doubt = ""
        self._pipeline = Pipeline(connection.profile, connection.calibration)
        self.ring = Ring(int(RING_S * _MOST_HZ), len(connection.profile.channel))
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._view = LineView(LineState.OPENING, connection.profile.name, connection.port)
        self._error: IsotimerError | None = None
        self._bytes = 0
        self._answers = 0
        self._last_sample_s = 0.0
        self._opened_s = 0.0
        self._started_s = 0.0
        self._alive = False
        self._boot_s = connection.profile.port.settle_s
        self._device_words = ""
        self._rates = Rates(connection.profile, connection.baud)
        self._thread = threading.Thread(target=self._run, name="acquisition", daemon=True)

    def start(self) -> None:
        """Begin to open the line and read."""
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_S))
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the device, close the line and end the thread."""
        self._stopping.set()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5.0)

    @property
    def calibration(self) -> Calibration:
        """The calibration and tare in use."""
        return self._pipeline.calibration

    @property
    def baud(self) -> int:
        """The baud rate in use."""
        return self._rates.baud

    @property
    def decoder(self) -> Decoder:
        """The decoder, for its counts of rejected frames."""
        return self._pipeline.decoder

    def allow_resync(self, allowed: bool) -> None:
        """Let the device's clock be put right against the host's, or forbid it (during a hold)."""
        self._pipeline.clock.may_resync = allowed

    def view(self) -> LineView:
        """Return the state of the line."""
        view = self._view
        streaming = view.state is LineState.STREAMING
        return replace(
            view,
            message=view.message or (self._zero_doubt if streaming else ""),
            rate_hz=self._pipeline.clock.rate_hz,
            gaps=self._pipeline.gaps,
            rejected=self._pipeline.rejected,
            unit=self._pipeline.calibration.unit,
        )

    def wait_for_samples(self, timeout_s: float) -> None:
        """Return when samples flow.

        Raises:
            WrongUseError: If the port's name is none.
            LinkError: If the line cannot be opened, or nothing that can be read arrives in time.
        """
        until_s = time.monotonic() + timeout_s
        with self._changed:
            while self._view.state is not LineState.STREAMING:
                if self._view.state in (LineState.FAILED, LineState.SILENT) and self._error is not None:
                    raise self._error
                if not self._changed.wait(max(until_s - time.monotonic(), 0.0)):
                    raise self._error or self._silence()

    def tare(self, limits: TareLimits | None = None) -> FloatArray:
        """Make the present, unloaded reading the zero; return the (c,) zeros in raw values.

        The device is told nothing: its own zero stays.

        Raises:
            IsotimerError: If the sensor is moving, under load, or sends too little.
        """
        recent = self.ring.since(time.monotonic() - TARE_S - 0.2)
        delay_s = self.connection.profile.rate.delay_s
        zero = tare_zero(recent.raw, recent.time_s, self.calibration, limits, delay_s=delay_s)
        self._pipeline.calibration = self.calibration.tared(zero.tolist())
        self._zero_doubt = ""
        return zero

    def calibrate(self, calibration: Calibration) -> None:
        """Turn raw values into newtons by another line from now on; samples kept for the screen go."""
        self._pipeline.calibration = calibration
        self.ring = Ring(int(RING_S * _MOST_HZ), len(calibration.lines))
        self._zero_doubt = ""

    # the thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            reader = None
            try:
                if self._error is None and not self._rates.failed_all:
                    self._set(LineState.OPENING, self._rates.trying)
                known = self.connection
                reader = open_line(known.port, known.profile, self._rates.baud, self._stopping.is_set)
                self._error = None
                self._move_to(reader.port)
                self._remember()
                self._talk(reader)
            except IsotimerError as e:
                self._fail(e)
            except Exception as e:
                logger.exception("reading the sensor failed")
                why = f"{type(e).__name__}: {e}; the log says where"
                self._fail(LinkError(LinkReason.GARBLED, f"reading {self.connection.port} failed", why))
            finally:
                if reader is not None:
                    reader.close()
            if not self._stopping.wait(RETRY_S):
                self._look_for_it()

    def _remember(self) -> None:
        """Keep what tells the device on this port from others."""
        self._about = next((p for p in self._ports() if p.name == self.connection.port), self._about)

    def _look_for_it(self) -> None:
        """Go on at the port where the device is now, if it has come back under another name."""
        about = self._about
        found = [p for p in self._ports() if about.same_device(p)] if about is not None else []
        if len(found) == 1 and found[0].name != self.connection.port:
            logger.info("the sensor moved from %s to %s", self.connection.port, found[0].name)
            self._move_to(found[0].name)

    def _move_to(self, port: str) -> None:
        self.connection = replace(self.connection, port=port)
        self._view = replace(self._view, port=port)

    def _talk(self, reader: Line) -> None:
        """Start the stream and read until told to stop; LinkError when the line fails."""
        profile = self.connection.profile
        self._opened_s = time.monotonic()
        self._bytes = 0
        self._pipeline.restart(joined=reader.joined)
        self._start(reader)
        self._opened_s = self._started_s
        try:
            if profile.mode == "poll":
                self._poll(reader)
            else:
                self._stream(reader)
        finally:
            self._say_goodbye(reader)

    def _start(self, reader: Line) -> None:
        """Tell the device to start, if it must be told."""
        profile = self.connection.profile
        if profile.cmd.start:
            stopped = self._stopping.is_set
            ask(reader, profile.cmd.start, self._take, patience_s=profile.port.settle_s, stopped=stopped)
        self._started_s = time.monotonic()

    def _stream(self, reader: Line) -> None:
        while not self._stopping.is_set():
            chunk = reader.take(0.05)
            if chunk is not None:
                self._take(chunk)
                if len(chunk[0]) < BACKLOG_BYTES:
                    time.sleep(PACE_S if PACE_S * (self._pipeline.clock.rate_hz or 0) > 2 else SHORT_PACE_S)
            self._watch_silence()
            if not self._alive and time.monotonic() > self._start_again_s():
                self._start(reader)

    def _start_again_s(self) -> float:
        """Return when a device that is silent is to be told to start once more."""
        if self._last_sample_s > self._opened_s:
            return max(self._started_s, self._last_sample_s) + START_AGAIN_S
        pace_hz = self.connection.profile.rate.nominal_hz
        return self._started_s + max(BOOTED_S, 3 / pace_hz if pace_hz else 0.0)

    def _poll(self, reader: Line) -> None:
        """Ask at the profile's pace, but never before the last answer came or is overdue."""
        poll = self.connection.profile.poll
        if poll is None:
            return
        question = poll.send.encode("latin-1")
        due_s = time.monotonic()
        while not self._stopping.is_set():
            asked = self._answers
            reader.write(question)
            give_up_s = time.monotonic() + poll.timeout_s
            due_s = max(due_s + 1.0 / poll.hz, time.monotonic())
            while (now_s := time.monotonic()) < give_up_s:
                answered = self._answers != asked
                if answered and now_s >= due_s:
                    break
                chunk = reader.take(max((due_s if answered else give_up_s) - now_s, 0.0005))
                if chunk is not None:
                    self._take(chunk)
            else:
                self._pipeline.decoder.flush()
            self._watch_silence()

    def _say_goodbye(self, reader: Line) -> None:
        """Stop the stream if the line still stands; a device that is gone needs no goodbye."""
        if not self._stopping.is_set() or not self.connection.profile.cmd.stop:
            return
        try:
            ask(reader, self.connection.profile.cmd.stop, lambda chunk: None)
        except LinkError as e:
            logger.info("no goodbye: %s", e.sentence)

    def _take(self, chunk: Chunk) -> None:
        data, arrival_ns = chunk
        self._bytes += len(data)
        self._on_bytes(data, arrival_ns)
        piece = self._pipeline.feed(data, arrival_ns)
        self._answers += piece.readings + len(piece.notes)
        if piece.rebooted:
            self._zero_doubt = RESTARTED
        for note in piece.notes:
            if note.kind is NoteKind.BANNER:
                self._rates.proven()
                self._zero_doubt = RESTARTED if self._alive else self._zero_doubt
            elif note.kind is NoteKind.ERROR:
                self._device_words = note.text
                logger.warning("device says: %s", note.text)
                self._on_words(note.text)
            elif note.kind is NoteKind.END and not self._stopping.is_set():
                raise LinkError(
                    LinkReason.STREAM_ENDED, f"the sensor on {self.connection.port} ended its stream"
                )
        if piece.readings:
            self._device_words = ""
        if piece.block is not None:
            self._publish(piece.block, arrival_ns * 1e-9)

    def _publish(self, block: Block, arrival_s: float) -> None:
        self.ring.add(block)
        if not self._alive:
            self._alive = True
            self._rates.proven()
            if self._last_sample_s and self._opened_s > self._last_sample_s and not self._zero_doubt:
                self._zero_doubt = BACK_AGAIN
            self._set(LineState.STREAMING)
            self._on_line(True, arrival_s)
        self._last_sample_s = arrival_s
        self._on_block(block)

    def _watch_silence(self) -> None:
        """Notice within a second that samples have stopped."""
        now_s = time.monotonic()
        step_s = 1.0 / rate if (rate := self._pipeline.clock.rate_hz) else 0.2
        if self._alive and now_s - self._last_sample_s > max(SILENT_S, 5 * step_s):
            self._alive = False
            self._bytes = 0
            self._set(LineState.SILENT, self._silence().sentence)
            self._on_line(False, now_s)
        elif (
            not self._alive
            and self._view.state is not LineState.SILENT
            and now_s - self._opened_s > (FIRST_S if self._bytes > MUCH_BYTES else self._boot_s + FIRST_S)
        ):
            if self._rates.open and not self._device_words:
                raise self._silence()
            self._error = self._silence()
            self._set(LineState.SILENT, self._error.sentence)

    def _silence(self) -> LinkError:
        """Put into words why nothing can be read."""
        port = self.connection.port
        if self._device_words:
            return LinkError(LinkReason.REFUSED, f"the sensor on {port} reports a fault", self._device_words)
        if self._bytes:
            what = f"what arrives on {port} cannot be read as {self.connection.profile.id}{self._rates.tried}"
            return LinkError(LinkReason.GARBLED, what)
        return LinkError(LinkReason.NO_DATA, f"the sensor on {port} sends nothing")

    def _fail(self, error: IsotimerError) -> None:
        if self._rates.turn(error):
            return
        was_alive, self._alive = self._alive, False
        first = self._error is None
        self._error = error
        lost = self._last_sample_s > 0
        gone = isinstance(error, LinkError) and error.reason is LinkReason.NO_PORT
        if lost and gone and self._view.state is LineState.LOST:
            return  # that it was unplugged is said already
        self._set(LineState.LOST if lost else LineState.FAILED, error.sentence)
        if first:
            logger.warning("line: %s", error.sentence)
        if was_alive:
            self._on_line(False, time.monotonic())

    def _set(self, state: LineState, message: str = "") -> None:
        with self._changed:
            self._view = replace(self._view, state=state, message=message)
            self._changed.notify_all()
