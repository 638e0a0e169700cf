"""A process killed in the middle of a hold: all that was committed is there for the next start."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from isotimer.store import queries
from isotimer.store.database import open_store
from isotimer.store.rows import HoldFinish
from isotimer.store.traces import Trace

WRITER = """
import sys, numpy as np
from isotimer.core.block import Block
from isotimer.store.database import open_store
from isotimer.store.rows import HoldStart, HoldFinish
from isotimer.store.traces import Trace
store = open_store(sys.argv[1])
session = store.start_session(store.athlete("Ana"), "[]")
def begin():
    return store.begin_hold(HoldStart(session_id=session, position="p", phase="push", side="left",
                                      mode="steady", step_index=0, start_s=50.0, unit="N"))
def block(seq, n=8):
    values = np.arange(seq * n, seq * n + n, dtype=float)
    return Block(50 + values / 80, values[:, None], values[:, None], np.zeros(n, np.uint8))
done = begin()
store.finish_hold(done, HoldFinish(end="completed", hold_s=1.0), Trace.of(block(0, 80), 50.0))
hold, seq = begin(), 0
while True:
    store.append_journal(hold, seq, block(seq))
    seq += 1
    print(seq, flush=True)
"""

LIMITED = """
import json, resource, signal, sys, numpy as np
from isotimer.core.block import Block
from isotimer.core.errors import DataError
from isotimer.store.database import open_store
from isotimer.store.rows import HoldStart
store = open_store(sys.argv[1])
session = store.start_session(store.athlete("Ana"), "[]")
hold = store.begin_hold(HoldStart(session_id=session, position="p", phase="push", side="left",
                                  mode="steady", step_index=0, start_s=0.0, unit="N"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
values = np.arange(500.0)[:, None]
written = 0
try:
    for seq in range(1000):
        store.append_journal(hold, seq, Block(values[:, 0], values, values, np.zeros(500, np.uint8)))
        written += 1
except DataError as e:
    print(json.dumps([written, e.sentence]))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("blocks", [1, 60])
def test_killed_process_leaves_every_committed_block(path: Path, blocks: int) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = 0
    while said < blocks:
        said = int(writer.stdout.readline())
    os.kill(writer.pid, signal.SIGKILL)
    said = max([said, *map(int, writer.stdout.read().split())])
    writer.wait()
    with open_store(path) as store:
        assert store.check() == []
        [finished] = queries.holds(store)
        assert finished["end"] == "completed"
        [left] = store.unfinished()
        assert left.block is not None
        samples = len(left.block)
        assert samples in (said * 8, said * 8 + 8)
        np.testing.assert_array_equal(left.block.raw[:, 0], np.arange(samples))
        kept = HoldFinish(end="interrupted", hold_s=samples / 80, samples=samples)
        store.finish_hold(left.hold["hold_id"], kept, Trace.of(left.block, left.start_s))
        assert store.unfinished() == []
        trace = queries.trace(store, left.hold["hold_id"])
        assert trace is not None
        np.testing.assert_allclose(trace.time_s, np.arange(samples) / 80, atol=1e-9)


@pytest.mark.skipif(os.name != "posix", reason="processes are looked up the POSIX way")
def test_hold_of_a_living_process_is_left_alone(path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    try:
        writer.stdout.readline()
        os.kill(writer.pid, signal.SIGSTOP)
        with open_store(path) as store:
            assert store.unfinished() == []
    finally:
        writer.kill()
        writer.communicate()
    with open_store(path) as store:
        assert len(store.unfinished()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX's")
def test_file_that_may_not_grow_is_a_sentence_and_loses_nothing(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    written, sentence = json.loads(done.stdout)
    assert written > 0
    assert str(path) in sentence
    assert "disk" in sentence
    with open_store(path) as store:
        assert store.check() == []
        [left] = store.unfinished()
        assert left.block is not None
        assert len(left.block) == written * 500
