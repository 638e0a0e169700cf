"""Which process runs a session, and whether it still lives.

Two isotimers may work on one database. The one that starts must not take the other's running hold
for one that a crash left behind.
"""

import os
import socket
from pathlib import Path


def this_process() -> str:
    """Return a token for this process: host, boot, process id and its start."""
    return _token(os.getpid())


def lives_elsewhere(token: str) -> bool:
    """Return whether a token belongs to another process of this computer that is still running.

    Where the start of a process cannot be read (not Linux), a living process with the same id
    counts as the same one on POSIX; elsewhere every other process counts as gone.
    """
    if not token or token == this_process():
        return False
    host, boot, pid_text, start = (token.split("/") + [""] * 4)[:4]
    if host != socket.gethostname() or not pid_text.isdecimal() or len(pid_text) > 9:
        return False
    pid = int(pid_text)
    if pid == os.getpid():
        return False
    if boot or start:
        return _token(pid) == token
    return _answers(pid)


def _token(pid: int) -> str:
    return f"{socket.gethostname().replace('/', '-')}/{_boot()}/{pid}/{_started(pid)}"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Return the start of a process in clock ticks since boot, or "" where it cannot be read."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    dead = not fields or fields[0] in "ZX"
    return "" if dead or len(fields) < 20 else fields[19]


def _answers(pid: int) -> bool:
    if os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
