"""Every fault of the simulator on devices of every kind: what is accepted is right and has the right time.

The load rises steadily, so that each value tells when it was taken. Device, line and reader live by a
clock of their own that is as fast as the machine.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest

from isotimer.core.block import Block, Flag, FloatArray
from isotimer.core.calibration import Calibration
from isotimer.core.profile import Profile
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.link.athlete import share_out
from isotimer.link.catalog import find_profile
from isotimer.link.encode import Encoder
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.faults import FAULTS, Fault, fitting, parse_faults
from isotimer.link.replay import Replay
from isotimer.link.shipped import shipped_folder
from isotimer.link.simulator import Simulator
from isotimer.session.acquisition import Acquisition, Connection
from isotimer.session.pipeline import Pipeline

FIRST_N = 20.0
START_S = 1000.0
BRIDGE_S = 0.02
RETRY_S = 0.1
BYTES_S = 0.0005
"""Some bytes of a frame may come so much later than the others."""
RATES = {"teensy-plate4": 150.0, "sparkfun-openscale": 10.0}
"""Devices that are played at another rate, so that the test is short."""
DEVICES = (
    "chronojump-force-sensor",
    "chronojump-platform4",
    "hx711-line",
    "mark10-series5",
    "teensy-plate4",
    "sparkfun-openscale",
    "kern-ew",
    "tindeq-progressor",
)
FOREVER_UNREADABLE = ("cr-only", "wrong-baud")


def profile_of(name: str) -> Profile:
    """Return a device that boots faster than the real one."""
    profile = find_profile(name, [shipped_folder()])
    port = msgspec.structs.replace(profile.port, settle_s=min(profile.port.settle_s, 0.5))
    rate = msgspec.structs.replace(profile.rate, nominal_hz=RATES.get(name, profile.rate.nominal_hz))
    # the load rises beyond what the converter of a platform can tell
    span = None if name == "chronojump-platform4" else profile.reject.range
    reject = msgspec.structs.replace(profile.reject, range=span)
    # what a device itself leaves out is no fault of the line
    simulator = msgspec.structs.replace(profile.simulator, lost_every=0)
    return msgspec.structs.replace(profile, rate=rate, port=port, reject=reject, simulator=simulator)


class VirtualLine:
    """A line and its reader on a clock that the device's waiting moves on."""

    def __init__(self, profile: Profile, length_s: float, seed: int) -> None:
        unit = NEWTONS if profile.calibrated else COUNTS
        self.pipeline = Pipeline(profile, Calibration.plain(len(profile.channel), unit))
        self.blocks: list[Block] = []
        self.address, self.dropped = "virtual", 0
        self.now_s = START_S
        self.stop: Callable[[], None] = lambda: None
        self._profile = profile
        self._end_s = START_S + length_s
        self._chance = np.random.default_rng(seed)
        self._wire = b""
        self._sent = b""
        self._opens_s = START_S
        self._clients, self._open, self._there = 0, False, True
        self._ask_s, self._give_up_s = START_S, np.inf
        self._answered = False

    def now(self) -> float:
        return self.now_s

    def client(self) -> int:
        return self._clients if self._open else 0

    def receive(self) -> bytes:
        data, self._sent = self._sent, b""
        return data

    def send(self, data: bytes) -> None:
        self._wire += data if self._open else b""

    def hang_up(self) -> None:
        self._deliver(len(self._wire))
        self._open = self._there = False

    def reopen(self) -> None:
        self._there = True
        self._opens_s = self.now_s + RETRY_S

    def wait(self, timeout_s: float) -> None:
        """Let time pass until something happens; a chunk may end anywhere within a frame."""
        self._deliver(max(len(self._wire) - max(int(self._chance.integers(-3, 4)), 0), 0))
        until_s = self.now_s + timeout_s
        if self._open and self.now_s < self._ask_s < until_s:
            until_s = self._ask_s
        if self._wire:
            until_s = min(until_s, self.now_s + BYTES_S)
        self.now_s = until_s
        if self._there and not self._open and self.now_s >= self._opens_s:
            self._open = True
            self._clients += 1
            self.pipeline.restart()
            self._answered = False
            self._ask_s = self.now_s + 0.2
        if self._open and self.now_s >= self._ask_s:
            self._ask()
        if self.now_s >= self._end_s:
            self.stop()

    def _ask(self) -> None:
        poll, start = self._profile.poll, self._profile.cmd.start
        if poll is not None:
            if not self._answered:
                self.pipeline.decoder.flush()
            self._sent += poll.send.encode("latin-1")
            self._answered = False
            self._ask_s = self.now_s + poll.timeout_s
        elif start and not self._answered:
            self._sent += start[0].send.encode("latin-1")
            self._ask_s = self.now_s + 1.5
        else:
            self._ask_s = np.inf

    def _deliver(self, size: int) -> None:
        data, self._wire = self._wire[:size], self._wire[size:]
        if not data or not self._open:
            return
        piece = self.pipeline.feed(data, round(self.now_s * 1e9))
        if piece.readings or piece.notes:
            self._answered = True
            if self._profile.poll is not None:
                self._ask_s = min(self._ask_s, self.now_s + 1.0 / self._profile.poll.hz)
        if piece.block is not None:
            self.blocks.append(piece.block)


@dataclass
class Heard:
    """What came of one device with one fault."""

    step_s: float
    at_s: FloatArray = field(default_factory=lambda: np.empty(0))
    """Stamped times of accepted values, s after the start of their stream."""
    true_s: FloatArray = field(default_factory=lambda: np.empty(0))
    """When the load really had these values."""
    gaps_at_s: FloatArray = field(default_factory=lambda: np.empty(0))
    streams: int = 0
    until_s: float = 0.0
    """How long the last stream was."""


def hear(name: str, faults: str, length_s: float) -> Heard:
    profile = profile_of(name)
    rate_hz = RATES.get(name, profile.simulator.rate_hz or profile.rate.nominal_hz)
    encoder = Encoder(profile)
    # this fault overwrites the first channels
    kept = slice(-1 if "sync-in-payload" in faults else 0, None)
    base = encoder.base(share_out(np.array([0.0, 1.0]), encoder.channels))[:, kept].sum(axis=1)
    zero, per_n = float(base[0]), float(base[1] - base[0])
    slope = max(2.0, 12.0 * float(encoder.resolution.sum()) / abs(per_n) * rate_hz)
    load = Replay(np.array([0.0, 1e3]), FIRST_N + slope * np.array([0.0, 1e3]))
    line = VirtualLine(profile, length_s, seed=5)
    simulator = Simulator(
        profile, load, line, rate_hz=rate_hz, faults=parse_faults(faults, profile), seed=3, now=line.now
    )
    line.stop = simulator.stop
    simulator.run()
    starts = [s["start_host_s"] for s in simulator.truth()["streams"]]
    heard = Heard(1.0 / rate_hz, streams=len(starts), until_s=line.now_s - starts[-1])
    if not line.blocks:
        return heard
    seen = Block.join(line.blocks)
    assert (np.diff(seen.time_s) > 0).all()
    start_s = np.array(starts)[np.searchsorted(starts, seen.time_s, side="right") - 1]
    newton = (seen.raw[:, kept].sum(axis=1) - zero) / per_n
    good = np.isfinite(newton)
    heard.at_s = (seen.time_s - start_s)[good]
    heard.true_s = (newton[good] - FIRST_N) / slope
    heard.gaps_at_s = (seen.time_s - start_s)[(seen.flags & Flag.GAP_BEFORE) != 0]
    return heard


def bound_s(profile: Profile, fault: Fault, step_s: float) -> float:
    """Return how wrong a time may be.

    One step where the device has a clock or a frame number; also where arrivals are fitted, but not
    less than the delay of a USB bridge. A reading without a pace of its own is dated by its arrival:
    it is as late as the line makes it.
    """
    arrives = profile.mode == "poll" or not profile.rate.steady
    if arrives and fault.name == "stall200ms":
        return step_s + fault.length_s
    return step_s if profile.time is not None else max(step_s, BRIDGE_S)


def lossless(profile: Profile, fault: Fault) -> bool:
    """Return whether a fault costs no sample; a question that is not answered is asked later."""
    if fault.name == "stall200ms":
        return profile.mode == "stream"
    return fault.name in ("batch16ms", "wrap", "sync-in-payload")


CASES = [(name, fault) for name in DEVICES for fault in FAULTS if fault.name in fitting(profile_of(name))]


@pytest.mark.parametrize(("name", "fault"), [pytest.param(n, f, id=f"{n}-{f.name}") for n, f in CASES])
def test_a_fault_gives_no_wrong_value_no_wrong_time_and_passes(name: str, fault: Fault) -> None:
    profile = profile_of(name)
    at_s = 1.2 if fault.at_s else 0.0
    length_s = fault.length_s if fault.length_s < 10 else 1.0
    length_s += 2.0 if fault.name == "hangup" else 0.0
    slow = profile.rate.nominal_hz <= 20
    heard = hear(
        name, f"{fault.name}@{at_s}", 2.0 + profile.port.settle_s + length_s + (3.0 if slow else 0.4)
    )
    if fault.name in FOREVER_UNREADABLE:
        assert not len(heard.at_s)
        return
    assert np.abs(heard.at_s - heard.true_s).max() <= bound_s(profile, fault, heard.step_s)
    assert heard.until_s - heard.true_s[-1] < BRIDGE_S + 3 * heard.step_s
    if fault.name == "hangup":
        assert heard.streams == 2
        return
    assert (np.diff(heard.true_s) > 0).all()
    # the samples of the fault itself may be lost, and two at each of its edges, but none before or after
    first, last = (at_s, at_s) if lossless(profile, fault) else (at_s, at_s + length_s)
    # a chained frame that is followed by something else is not believed
    first -= heard.step_s if profile.frame.chained else 0.0
    if profile.poll is not None and fault.change is not None and fault.length_s:
        last += 2 * profile.poll.timeout_s
    steps = np.diff(heard.true_s)
    whole = (heard.true_s[1:] <= first) | (heard.true_s[:-1] >= last + 3 * heard.step_s)
    usual = 2.2 if profile.mode == "poll" else 1.6
    assert (steps[whole] < usual * heard.step_s).all()
    assert steps.max() <= last - first + 4.2 * heard.step_s


@pytest.mark.parametrize(
    "name", ["chronojump-force-sensor", "hx711-line", "teensy-plate4", "sparkfun-openscale"]
)
@pytest.mark.parametrize("fault", ["silence", "reboot"])
def test_lost_time_is_a_gap_and_only_that(name: str, fault: str) -> None:
    heard = hear(name, f"{fault}@1.5", 7.0)
    assert len(heard.gaps_at_s) == 1
    length_s = next(f.length_s for f in FAULTS if f.name == fault)
    assert abs(heard.gaps_at_s[0] - 1.5 - length_s) < BRIDGE_S + heard.step_s


ON_A_TERMINAL = (
    ("chronojump-force-sensor", "garbage@0.4,stall200ms@0.8"),
    ("teensy-plate4", "partial-first-line,garbage@0.4,lost-bytes@0.6"),
    ("hx711-line", "partial-first-line,overlong@0.4,non-ascii@0.8"),
    ("kern-ew", "slow-boot,garbage@0.4"),
)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(("name", "faults"), ON_A_TERMINAL)
def test_the_real_line_bears_the_same(name: str, faults: str) -> None:
    profile = profile_of(name)
    encoder = Encoder(profile)
    base = encoder.base(share_out(np.array([0.0, 1.0]), encoder.channels)).sum(axis=1)
    load = Replay(np.array([0.0, 1e3]), FIRST_N + 20.0 * np.array([0.0, 1e3]))
    true_s: list[float] = []
    enough = threading.Event()

    def take(block: Block) -> None:
        newton = (block.raw.sum(axis=1) - base[0]) / (base[1] - base[0])
        true_s.extend(((newton[np.isfinite(newton)] - FIRST_N) / 20.0).tolist())
        if true_s and true_s[-1] > 1.2:
            enough.set()

    plan = parse_faults(faults, profile)
    with Simulator(profile, load, PtyEndpoint(), faults=plan, rate_hz=RATES.get(name), seed=3) as simulator:
        acquisition = Acquisition(Connection.plain(simulator.address, profile), on_block=take)
        acquisition.start()
        try:
            assert enough.wait(20), acquisition.view().message
        finally:
            acquisition.stop()
        ended_s = time.monotonic()
        streams = simulator.truth()["streams"]
    assert len(streams) == 1
    assert (np.diff(true_s) > 0).all()
    assert 0 < min(true_s) < 0.5
    assert max(true_s) < ended_s - streams[0]["start_host_s"] + 0.01
