"""What works on this computer and what does not, with the one thing that mends each."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from isotimer.core.errors import IsotimerError
from isotimer.core.examples import example_faults
from isotimer.core.text import printable
from isotimer.link.catalog import catalog
from isotimer.link.ports import list_serial_ports
from isotimer.session.places import Places
from isotimer.sound.probe import probe_sound
from isotimer.store.database import open_store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    subject: str
    fine: bool
    words: str
    mend: str = ""
    """What to do; empty if nothing is to be done."""
    needed: bool = True
    """Whether isotimer cannot do its work without it."""


def checkup(places: Places, environ: Mapping[str, str] = os.environ) -> tuple[Finding, ...]:
    """Look at sound, ports, device files, terminal and database; nothing is changed."""
    return (
        _sound(),
        *_ports(),
        _device_files(places),
        _terminal(environ),
        _database(places.database),
    )


def _sound() -> Finding:
    state = probe_sound()
    words = state.words if state.works else f"{state.words}; cues are the terminal's bell and a flash"
    return Finding("sound", state.works, printable(words, 200), state.mend, needed=False)


def _ports() -> tuple[Finding, ...]:
    ports = list_serial_ports()
    if not ports:
        words = "no serial port found; isotimer works without a sensor too"
        return (Finding("ports", True, words, needed=False),)
    denied = [p.name for p in ports if p.name.startswith("/") and not os.access(p.name, os.R_OK | os.W_OK)]
    found = Finding("ports", True, f"{len(ports)} found: {', '.join(p.name for p in ports[:6])}")
    if not denied:
        return (found,)
    mend = "add yourself to the group that owns them (often: sudo usermod -aG dialout $USER) and log in again"
    return (found, Finding("permission", False, f"you may not use {', '.join(denied[:6])}", mend))


def _device_files(places: Places) -> Finding:
    entries = catalog(places.device_folders)
    usable = [e.profile for e in entries if e.profile is not None]
    wrong = [e.problem for e in entries if e.profile is None]
    wrong += [f"{p.id}: {'; '.join(faults)}" for p in usable if (faults := example_faults(p))]
    if wrong or not usable:
        mend = "correct or remove the file" if wrong else "install isotimer again"
        return Finding("device files", False, "; ".join(wrong) or "none found", mend)
    return Finding("device files", True, f"{len(usable)} usable, all examples decode as stated")


def _terminal(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if not sys.stdout.isatty():
        return Finding(
            "terminal", True, "output does not go to a terminal; only the app needs one", needed=False
        )
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        return Finding(
            "terminal", False, f"text is {sys.stdout.encoding}, not UTF-8", "set LANG to a UTF-8 locale"
        )
    size = os.get_terminal_size()
    if size.columns < 80 or size.lines < 24:
        return Finding("terminal", False, f"{size.columns}x{size.lines} is small", "make it 80x24 or larger")
    return Finding("terminal", True, f"{term or 'unknown kind'}, {size.columns}x{size.lines}, UTF-8")


def _database(path: Path) -> Finding:
    if not path.exists():
        return Finding("database", True, f"{path} will be made on first use")
    try:
        with open_store(path, readonly=True) as store:
            problems = store.check()
    except IsotimerError as e:
        return Finding("database", False, f"{e.what}: {e.why}", e.advice)
    if problems:
        return Finding(
            "database", False, "; ".join(problems[:3]), "keep a copy of it and go back to a backup"
        )
    return Finding("database", True, f"{path} is sound")
