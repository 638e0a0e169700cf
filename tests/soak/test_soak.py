"""A sensor at 1000 Hz that is unplugged often: nothing of the connected time is lost, nothing grows.

``make soak`` runs the long form; SOAK_MINUTES says how long.
"""

import gc
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import Block, Flag
from isotimer.link.catalog import find_profile
from isotimer.link.shipped import shipped_folder
from isotimer.session.acquisition import Acquisition, Connection
from isotimer.session.snapshot import LineState

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
DEVICE = Path(__file__).with_name("unsteady_device.py")
CYCLE = 10_000
"""Numbers that the samples carry begin anew after so many."""
WARM_S = 150.0
"""By then the ring of samples for the screen, 120 s of so fast a sensor, has been filled once."""

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks /proc for memory and files"
)


@dataclass
class Kept:
    """What came, in a few numbers."""

    connections: list[int] = field(default_factory=list)
    """Samples of each connection."""
    wrong: int = 0
    """Samples that are not the one after the one before."""
    backward: int = 0
    unmarked: int = 0
    """Connections that begin without a gap."""
    _next: int = 0
    _last_s: float = 0.0

    def take(self, block: Block) -> None:
        numbers = np.rint(block.raw[:, 0] * 100).astype(np.int64)
        # a connection begins with the first microsecond of its own clock and is marked as a gap
        starts = np.flatnonzero((block.flags & Flag.GAP_BEFORE != 0) & (numbers == 0))
        if not self.connections:
            starts = np.array([0])
        for at, piece in zip([0, *starts], np.split(numbers, starts), strict=True):
            if at in starts and len(piece):
                self.connections.append(0)
                self._next = 0
            if not len(piece):
                continue
            right = (self._next + np.arange(len(piece))) % CYCLE
            self.wrong += int((piece != right).sum())
            self._next = int(piece[-1] + 1) % CYCLE
            self.connections[-1] += len(piece)
        self.backward += int((np.diff(block.time_s, prepend=self._last_s) <= 0).sum())
        self._last_s = float(block.time_s[-1])


@dataclass
class State:
    """What the process holds, once a second while samples flow."""

    memory_kb: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def look(self) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.memory_kb.append(pages * os.sysconf("SC_PAGE_SIZE") // 1024)
        self.threads.append(threading.active_count())
        self.files.append(len(os.listdir("/proc/self/fd")))


def soak(folder: Path, seconds: float, seed: int) -> tuple[Kept, State, list[int]]:
    """Read the device for so long; return what came, what the process held, and what was sent."""
    link = folder / "port"
    device = subprocess.Popen(
        [sys.executable, str(DEVICE), str(link), str(seconds), str(seed)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    kept, state = Kept(), State()
    profile = find_profile("chronojump-force-sensor", [shipped_folder()])
    told: list[str] = []
    waiting = threading.Thread(target=lambda: told.append(device.stdout.readline()))
    waiting.start()
    line = Acquisition(Connection.plain(str(link), profile), on_block=kept.take, ports=lambda: ())
    line.start()
    try:
        until_s = time.monotonic() + seconds + 60
        while waiting.is_alive() and time.monotonic() < until_s:
            for _ in range(10):
                waiting.join(0.1)
                device.stdin.write(f"{sum(kept.connections)}\n")
                device.stdin.flush()
            gc.collect()
            if line.view().state is LineState.STREAMING:
                state.look()
    finally:
        line.stop()
        device.communicate("", timeout=10)
        waiting.join()
    report = json.loads(told[0])
    assert report["dropped_bytes"] == 0
    return kept, state, report["sent"]


def check(kept: Kept, sent: list[int]) -> None:
    """Nothing of the connected time was lost."""
    assert kept.connections == [count for count in sent if count]
    assert kept.wrong == kept.backward == 0


def test_nothing_is_lost_when_a_fast_sensor_is_unplugged(tmp_path: Path) -> None:
    """The short form: a few unpluggings."""
    kept, _, sent = soak(tmp_path, 4.0, 3)
    assert len(sent) >= 2
    check(kept, sent)


@linux_only
@pytest.mark.soak
@pytest.mark.timeout(60 * MINUTES + 300)
def test_soak(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, state, sent = soak(tmp_path, 60 * MINUTES, int(time.time()))
    warm = min(int(WARM_S), len(state.memory_kb) // 4)
    memory = state.memory_kb[warm:]
    tenth = max(len(memory) // 10, 1)
    before, after = statistics.median(memory[:tenth]), statistics.median(memory[-tenth:])
    with capsys.disabled():
        print(
            f"\n{'minutes':>8} {'unplugged':>9} {'sent':>9} {'read':>9} {'wrong':>6} {'memory kB':>17} "
            f"{'change':>7} {'threads':>8} {'files':>8}\n"
            f"{MINUTES:8.1f} {len(sent) - 1:9} {sum(sent):9} {sum(kept.connections):9} {kept.wrong:6} "
            f"{before:8.0f} {after:8.0f} {after / before - 1:+7.2%} "
            f"{min(state.threads[warm:]):3} to {max(state.threads[warm:])} "
            f"{min(state.files[warm:]):4} to {max(state.files[warm:])}"
        )
    check(kept, sent)
    assert max(memory) <= 1.05 * before
    assert min(memory) >= 0.95 * before
    # an unplugging may fall between the look at the line and the count
    half = len(memory) // 2
    for counts in (state.threads[warm:], state.files[warm:]):
        assert max(counts[half:]) <= max(counts[:half])
        assert statistics.median(counts[half:]) == statistics.median(counts[:half])
