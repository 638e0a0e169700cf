"""How a run is ended: each at a moment that chance has chosen."""

import resource
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from child import Child
from grounds import Image, Plain, ReadOnly, Small

ORDERLY_S = 20.0
"""A run that is asked to end must have ended by then."""


@dataclass
class Struck:
    """What is left after an end."""

    database: Path
    """Where to look."""
    at_s: float
    """Until when samples count."""
    orderly: bool = False
    """It ended by itself, as it was asked to."""
    blocked: bool = False
    """Its place took nothing any more."""
    faults: tuple[str, ...] = ()


Strike = Callable[[Child, Plain, Path, float], Struck]
"""(run, ground, database, a random number from 0 to 1) -> what is left."""


def kill(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
    """SIGKILL: nothing can be done any more."""
    child.process.kill()
    at_s = time.monotonic()
    child.process.wait()
    return Struck(database, at_s)


def _asked(number: signal.Signals) -> Strike:
    def strike(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
        at_s = time.monotonic()
        child.process.send_signal(number)
        return _ended(child, database, at_s)

    return strike


def close_terminal(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
    """The window is closed."""
    at_s = time.monotonic()
    child.close_terminal()
    return _ended(child, database, at_s)


def full_disk(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
    """The disk is full; sometimes there is room again before it is asked to end."""
    assert isinstance(ground, Small)
    ground.fill()
    time.sleep(0.2 + 1.5 * chance)
    if chance < 0.5:
        ground.free()
        time.sleep(0.5)
    at_s = time.monotonic()
    child.process.terminate()
    left = _ended(child, database, at_s)
    if chance >= 0.5:
        ground.free()
        left.blocked = True
    return left


def limit_file(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
    """No file of the run may grow any more, as with a quota."""
    wal = database.with_name(database.name + "-wal")
    sizes = [f.stat().st_size for f in (database, wal) if f.exists()]
    at_s = time.monotonic()
    if child.process.poll() is None:
        resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (max(sizes, default=0),) * 2)
    time.sleep(0.2 + chance)
    child.process.terminate()
    left = _ended(child, database, at_s)
    left.orderly, left.blocked = False, True
    return left


def power_cut(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
    """Only what has reached the disk is there afterwards."""
    assert isinstance(ground, Image)
    child.process.send_signal(signal.SIGSTOP)
    at_s = time.monotonic()
    after = ground.after_power_cut(ground.path.parent)
    kill(child, ground, database, chance)
    return Struck(after / database.name, at_s)


def copied(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
    """Database and WAL as they were at one moment, in another folder, without the shared memory."""
    child.process.send_signal(signal.SIGSTOP)
    at_s = time.monotonic()
    after = ground.path.parent / "after"
    after.mkdir()
    for name in (database.name, database.name + "-wal"):
        if (ground.path / name).exists():
            shutil.copyfile(ground.path / name, after / name)
    kill(child, ground, database, chance)
    return Struck(after / database.name, at_s)


def refused(child: Child, ground: Plain, database: Path, chance: float) -> Struck:
    """It was started on a database that may only be read."""
    at_s = time.monotonic()
    code = child.wait(ORDERLY_S)
    assert isinstance(ground, ReadOnly)
    ground.unlock()
    told = child.said()
    faults = () if code == 4 and "read-only" in told else (f"not refused: exit {code}, {told}",)
    return Struck(database, at_s, faults=faults)


def _ended(child: Child, database: Path, at_s: float) -> Struck:
    code = child.wait(ORDERLY_S)
    if code is None:
        child.close()
        return Struck(database, at_s, faults=(f"it did not end within {ORDERLY_S:.0f} s: {child.said()}",))
    faults = tuple(line for _, line in child.lines if "Traceback" in line or "unexpected failure" in line)
    return Struck(database, at_s, orderly=True, faults=faults)


@dataclass(frozen=True)
class End:
    """One way to end a run."""

    name: str
    strike: Strike
    ground: type[Plain] = Plain
    screen: bool = False


ENDS = (
    End("SIGKILL", kill),
    End("SIGTERM", _asked(signal.SIGTERM)),
    End("SIGHUP", _asked(signal.SIGHUP)),
    End("closed terminal", close_terminal, screen=True),
    End("full disk", full_disk, Small),
    End("file may not grow", limit_file),
    End("read-only", refused, ReadOnly),
    End("power cut", power_cut, Image),
    End("database and WAL copied", copied),
)
