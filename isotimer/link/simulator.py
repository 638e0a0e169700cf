"""Plays any device file on a pseudo-terminal or TCP port, at the device's own rate and with its quirks."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from isotimer.core.block import FloatArray, IntArray
from isotimer.core.errors import WrongUseError
from isotimer.core.profile import Profile
from isotimer.link.athlete import ForceSource
from isotimer.link.dialogue import Answer, Dialogue
from isotimer.link.encode import Encoder
from isotimer.link.endpoint import Endpoint
from isotimer.link.faults import AWAY_S, WRAP_LEAD_S, FaultLine, Planned, banner
from isotimer.link.played import PlayedStream, write_json, write_whole
from isotimer.link.sample_clock import SampleClock
from isotimer.link.stance import CellSource, loads_of

_TICKS_PER_S = {"s": 1, "ms": 1000, "us": 1_000_000}
_SHORTEST_WAIT_S = 0.002
_LONGEST_WAIT_S = 0.02
_MOST_FRAMES = 4096
_DEAF_SHARE = 0.8
_BOOT_S = 0.1
"""From opening to the first byte: pyserial throws away what comes while it opens a port."""
_TARE_S = 0.5


class Simulator:
    """A simulated device on a line.

    The clocks of device and athlete start together: at the start command, or, for a device that
    has none, when its port is opened. Every start begins anew with the athlete's first rest.

    Args:
        profile: The device.
        source: Who pulls on it.
        endpoint: Where it can be reached.
        rate_hz: True rate; what the profile knows if None.
        faults: Trouble to make.
        seed: For what is random about the faults.
        truth_file: Where to write what was played, whenever a hold begins or ends and at the end.
        port_file: Where to write the address, while the device is there; removed when it is gone.
        now: The clock it lives by, s; the host's monotonic one.

    Raises:
        WrongUseError: If no rate is known or the given one is none.
        DataError: If the profile has no example to speak from, or a file cannot be written.
    """

    def __init__(
        self,
        profile: Profile,
        source: ForceSource,
        endpoint: Endpoint,
        *,
        rate_hz: float | None = None,
        faults: tuple[Planned, ...] = (),
        seed: int = 0,
        truth_file: Path | None = None,
        port_file: Path | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.profile = profile
        self._source = source
        self._endpoint = endpoint
        self._now = now
        self._encoder = Encoder(profile)
        self._dialogue = Dialogue(profile)
        self._rate_hz = _true_rate(profile, rate_hz)
        self._clock = SampleClock(self._rate_hz, tuple(us / 1e6 for us in profile.simulator.first_steps_us))
        self._faults = FaultLine(profile, self._encoder, faults, seed)
        self._plan, self._seed = faults, seed
        self._truth_file, self._port_file = truth_file, port_file
        self._tare = np.zeros(len(profile.channel))
        self._streams: list[PlayedStream] = []
        self._stream: PlayedStream | None = None
        self._index = 0
        self._client = 0
        self._deaf_until_s = 0.0
        self._boots_at_s: float | None = None
        self._back_at_s: float | None = None
        self._pending: list[tuple[float, Answer]] = []
        self._stalls: list[tuple[float, float]] = []
        self._held: list[bytes] = []
        self._held_until_s = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._write_truth()
        self._publish()

    @property
    def address(self) -> str:
        """What a client opens: a path, or a ``socket://`` URL."""
        return self._endpoint.address

    def start(self) -> None:
        """Play in a thread of its own until ``stop``."""
        self._thread = threading.Thread(target=self.run, name=f"simulated {self.profile.id}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End ``run``, from any thread or a signal handler; waits for the thread if there is one."""
        self._stopping.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def run(self) -> None:
        """Play until ``stop`` is called; the line is closed and the truth written at the end."""
        try:
            while not self._stopping.is_set():
                self._endpoint.wait(self._wait_s(self._now()))
                self._turn(self._now())
        finally:
            self._vanish()
            self._end()
            self._write_truth()

    def truth(self) -> dict[str, Any]:
        """Return what has been played so far, as JSON values."""
        streams = list(self._streams)
        return {
            "device": self.profile.id,
            "port": self.address,
            "rate_hz": self._rate_hz,
            "clock": "host_s: the host's monotonic clock; other times count from the stream's start",
            "samples": sum(s.samples for s in streams),
            "dropped_bytes": self._endpoint.dropped,
            "streams": [s.table() for s in streams],
            "holds": [h for s in streams for h in s.hold_tables()],
            "faults": [f for s in streams for f in s.fault_tables()],
            **({"stance": self._source.table()} if isinstance(self._source, CellSource) else {}),
        }

    def _turn(self, now_s: float) -> None:
        """Do all that is due."""
        if self._back_at_s is not None:
            if now_s >= self._back_at_s:
                self._back_at_s = None
                self._endpoint.reopen()
                self._publish()
            return
        self._notice_client(now_s)
        data = self._endpoint.receive()
        if data and now_s >= self._deaf_until_s:
            for answer in self._dialogue.feed(data):
                self._accept(answer, now_s)
        self._boot(now_s)
        self._answer(now_s)
        if self.profile.mode == "stream":
            self._emit(now_s)
        self._release(now_s)
        self._hang_up_if_due(now_s)

    def _wait_s(self, now_s: float) -> float:
        wait_s = _LONGEST_WAIT_S
        if self._stream is not None and self.profile.mode == "stream":
            next_s = self._stream.start_host_s + self._clock.at_s(self._index)
            wait_s = min(wait_s, next_s - now_s)
        if self._pending:
            wait_s = min(wait_s, self._pending[0][0] - now_s)
        if self._held:
            wait_s = min(wait_s, self._held_until_s - now_s)
        return max(wait_s, _SHORTEST_WAIT_S)

    def _notice_client(self, now_s: float) -> None:
        """Do what opening or closing the port does to the device."""
        client = self._endpoint.client()
        if client == self._client:
            return
        self._client = client
        self._dialogue.reset()
        self._pending.clear()
        self._held.clear()
        self._end()
        self._boots_at_s = None
        if not client:
            return
        if self.profile.port.reset == "dtr":
            self._tare[:] = 0
        if self.profile.mode == "poll":
            self._begin(now_s)
        settle_s = self.profile.port.settle_s or 1.0
        slow_s = _DEAF_SHARE * settle_s if self._faults.has("slow-boot") else 0.0
        self._deaf_until_s = now_s + slow_s
        self._boots_at_s = now_s + max(slow_s, _BOOT_S)

    def _boot(self, now_s: float) -> None:
        """Do what the device does of itself after its port was opened."""
        if self._boots_at_s is None or now_s < self._boots_at_s:
            return
        self._boots_at_s = None
        # who begins in the middle of a frame was not started by the opening of its port
        if self.profile.port.reset == "dtr" and not self._faults.has("partial-first-line"):
            words = self.profile.simulator.banner.encode("latin-1", "replace")
            self._endpoint.send(self._faults.reply(words))
        if not self.profile.cmd.start and self.profile.mode == "stream":
            self._begin(now_s)

    def _begin(self, now_s: float) -> None:
        """Start the clocks of device and athlete."""
        self._end()
        self._index = 0
        self._stalls.clear()
        self._faults = FaultLine(self.profile, self._encoder, self._plan, self._seed)
        self._stream = PlayedStream(len(self._streams), now_s, self._rate_hz, self._source)
        self._stream.faults = self._faults.played
        self._streams.append(self._stream)

    def _end(self) -> None:
        if self._stream is not None:
            self._stream.end_host_s = self._now()
            self._stream = None
            self._write_truth()

    def _accept(self, answer: Answer, now_s: float) -> None:
        """Queue an answer behind the stall that its command causes."""
        from_s = max(now_s, self._pending[-1][0] if self._pending else 0.0)
        self._pending.append((from_s + answer.stall_s, answer))
        if answer.stall_s and self._stream is not None:
            start_s = self._stream.start_host_s
            self._stalls.append((from_s - start_s, from_s + answer.stall_s - start_s))

    def _answer(self, now_s: float) -> None:
        while self._pending and self._pending[0][0] <= now_s:
            _, answer = self._pending.pop(0)
            if answer.verb == "poll":
                self._answer_poll(now_s)
                continue
            if answer.verb in ("tare", "zero") and answer.last:
                self._tare_now(now_s)
            if answer.verb == "stop" and answer.last:
                self._emit(now_s)
                self._end()
            self._hold_back([self._faults.reply(answer.reply)], now_s)
            if answer.verb == "start" and answer.last:
                self._begin(now_s)

    def _answer_poll(self, now_s: float) -> None:
        if self._stream is not None and now_s >= self._stream.start_host_s:
            self._play(np.array([now_s - self._stream.start_host_s]), np.array([self._stream.samples]), now_s)

    def _tare_now(self, now_s: float) -> None:
        """Shift the device's own zero to its mean load, as the real one does."""
        elapsed_s = now_s - self._stream.start_host_s if self._stream is not None else 0.0
        times_s = np.linspace(elapsed_s - _TARE_S, elapsed_s, 50)
        start_s = self._stream.start_host_s if self._stream is not None else now_s
        load_n = loads_of(self._source, times_s, start_s, self._encoder.channels)
        self._tare = self._encoder.base(load_n).mean(axis=0)

    def _emit(self, now_s: float) -> None:
        """Send all samples whose time has come."""
        stream = self._stream
        if stream is None or now_s < stream.start_host_s or self.profile.mode != "stream":
            return
        due = min(self._clock.due(now_s - stream.start_host_s), self._index + _MOST_FRAMES)
        if due > self._index:
            index = np.arange(self._index, due)
            self._index = due
            self._play(self._clock.times(index), index, now_s)

    def _play(self, time_s: FloatArray, index: IntArray, now_s: float) -> None:
        """Turn samples into bytes and send them."""
        stream = self._stream
        if stream is None:
            return
        kept = ~self._faults.lost(time_s)
        if every := self.profile.simulator.lost_every:
            kept &= (index + 1) % every != 0
        for from_s, until_s in self._stalls:
            kept &= (time_s < from_s) | (time_s >= until_s)
        if not kept.all():
            self._faults.pass_over(time_s)
        time_s, index = time_s[kept], index[kept]
        if not len(time_s):
            return
        load_n = loads_of(self._source, time_s, stream.start_host_s, self._encoder.channels)
        base = self._encoder.base(load_n) - self._tare
        printed, ticks = self._encoder.printed(base), self._ticks(time_s)
        frames = self._encoder.write(printed, ticks, index)
        reboot = self._faults.due("reboot", time_s[-1])
        if reboot is not None:
            first = int(np.searchsorted(time_s, reboot.until_s))
            frames[first] = banner(self.profile) + frames[first]
        self._hold_back(self._faults.apply(frames, time_s, printed, ticks, index), now_s)
        if stream.add(time_s, load_n.sum(axis=1)):
            self._write_truth()

    def _ticks(self, time_s: FloatArray) -> IntArray:
        clock = self.profile.time
        if clock is None:
            return np.zeros(len(time_s), np.int64)
        per_s = _TICKS_PER_S[clock.unit] * 10**clock.decimals
        ticks = np.rint(self._faults.counter_s(time_s) * per_s).astype(np.int64)
        if self._faults.has("wrap"):
            ticks += 2**clock.bits - round(WRAP_LEAD_S * per_s)
        wrapped: IntArray = ticks % 2**clock.bits
        return wrapped

    def _hold_back(self, frames: list[bytes], now_s: float) -> None:
        """Hand bytes to the line, or to the queue that a fault holds back."""
        self._held += frames
        start_s = self._stream.start_host_s if self._stream is not None else now_s
        if len(self._held) == len(frames):
            self._held_until_s = start_s + self._faults.release_s(now_s - start_s)
        self._release(now_s)

    def _release(self, now_s: float) -> None:
        if self._held and now_s >= self._held_until_s:
            self._endpoint.send(b"".join(self._held))
            self._held.clear()

    def _hang_up_if_due(self, now_s: float) -> None:
        stream = self._stream
        hangup = self._faults.due("hangup", now_s - stream.start_host_s) if stream is not None else None
        if hangup is None:
            return
        self._plan = tuple(p for p in self._plan if p is not hangup)
        self._held.clear()
        template = self._encoder.template
        self._endpoint.send(template[: len(template) // 2])
        self._vanish()
        self._client = 0
        self._back_at_s = now_s + AWAY_S
        self._end()

    def _vanish(self) -> None:
        """Break the line; its address, which another terminal may get now, is no longer told."""
        if self._port_file is not None:
            self._port_file.unlink(missing_ok=True)
        self._endpoint.hang_up()

    def _publish(self) -> None:
        if self._port_file is not None:
            write_whole(self._port_file, self.address + "\n")

    def _write_truth(self) -> None:
        if self._truth_file is not None:
            write_json(self._truth_file, self.truth())


def _true_rate(profile: Profile, rate_hz: float | None) -> float:
    if profile.mode == "poll" and rate_hz is None:
        return profile.poll.hz if profile.poll else 1.0
    rate = rate_hz if rate_hz is not None else profile.simulator.rate_hz or profile.rate.nominal_hz
    if not 0 < rate <= 100_000:
        raise WrongUseError(
            f"{rate:g} Hz is no rate for {profile.id}", "", "give one with --rate, like --rate 80"
        )
    return rate
