"""Half-written backups: named after the process that writes them, and taken away when it is gone."""

import os
import re
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path

from isotimer.store.process import lives_elsewhere, this_process

BACKUP = "backup"
_ENDING = ".part"
_OLD_S = 86_400.0
"""A file of another computer, or of nobody knows whom, is a leftover after so long without a change."""
_OWNER = re.compile(r"~([^/~]*)~([0-9a-f-]*)~(\d{1,9})~(\d*)\.part(?:-journal)?")


def part_of(to: Path) -> Path:
    """Return the name under which this process writes a file that is not complete yet."""
    return to.with_name(f"{to.name}~{this_process().replace('/', '~')}{_ENDING}")


def sweep(path: Path, beginning: str = "") -> tuple[Path, ...]:
    """Delete what killed processes left of backups beside a database, and return what that was.

    Only ordinary files with our own names are looked at. One of a process that lives, and a young one of
    another computer, are left alone.

    Args:
        path: The database.
        beginning: How the names of the files begin; that of the database's backups if empty.
    """
    beginning = beginning or f"{path.name}.{BACKUP}-"
    gone = []
    with suppress(OSError):
        for entry in sorted(os.scandir(path.parent), key=lambda e: e.name):
            if entry.name.startswith(beginning) and _is_leftover(entry):
                with suppress(OSError):
                    os.unlink(entry.path)
                    gone.append(Path(entry.path))
    return tuple(gone)


def _is_leftover(entry: os.DirEntry[str]) -> bool:
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return False
    owner = _OWNER.search(entry.name)
    if owner is None or owner.end() != len(entry.name):
        return entry.name.endswith(_ENDING) and _is_old(status)
    host, boot, pid, start = owner.groups()
    token = "/".join((host, boot, pid, start))
    if host != socket.gethostname().replace("/", "-"):
        return _is_old(status)
    return token != this_process() and not lives_elsewhere(token)


def _is_old(status: os.stat_result) -> bool:
    return time.time() - status.st_mtime > _OLD_S
