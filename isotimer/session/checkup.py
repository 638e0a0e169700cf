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
from isotimer.session.settings import SettingsFile
from isotimer.sound.probe import mend_voice, probe_sound
from isotimer.sound.voice import find_voice
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


def checkup(places: Places, signs: str, environ: Mapping[str, str] = os.environ) -> tuple[Finding, ...]:
    """Look at sound, voice, ports, device files, terminal, database and settings; nothing is changed.

    Args:
        places: Where things are.
        signs: What the app draws with in this terminal, in words.
        environ: The environment.
    """
    return (
        _sound(),
        _voice(),
        *_ports(),
        _device_files(places),
        _terminal(environ, signs),
        _database(places.database),
        _settings(places.settings_file),
    )


def _sound() -> Finding:
    state = probe_sound()
    words = state.words if state.works else f"{state.words}; cues are the terminal's bell and a flash"
    return Finding("sound", state.works, printable(words, 200), state.mend, needed=False)


def _voice() -> Finding:
    found = find_voice()
    if found is not None:
        return Finding("voice", True, f"{found[0].name} speaks what comes", needed=False)
    return Finding("voice", False, "none, so coming holds are not announced", mend_voice(), needed=False)


def _ports() -> tuple[Finding, ...]:
    ports = list_serial_ports()
    if not ports:
        words = "no serial port found; isotimer works without a sensor too"
        return (Finding("ports", True, words, needed=False),)
    denied = [p.name for p in ports if p.name.startswith("/") and not os.access(p.name, os.R_OK | os.W_OK)]
    found = Finding("ports", True, f"{len(ports)} found: {', '.join(p.name for p in ports[:6])}")
    if not denied:
        return (found,)
    mend = f"sudo usermod -aG {_group(denied[0])} $USER, then log in again"
    return (found, Finding("permission", False, f"you may not use {', '.join(denied[:6])}", mend))


def _group(port: str) -> str:
    """Return the group that may use a port."""
    try:
        return Path(port).group()
    except (OSError, KeyError, NotImplementedError):
        return "dialout"


def _device_files(places: Places) -> Finding:
    entries = catalog(places.device_folders)
    usable = [e.profile for e in entries if e.profile is not None]
    wrong = [e.problem for e in entries if e.profile is None]
    wrong += [f"{p.id}: {'; '.join(faults)}" for p in usable if (faults := example_faults(p))]
    if wrong or not usable:
        mend = "correct or remove the file" if wrong else "install isotimer again"
        return Finding("device files", False, "; ".join(wrong) or "none found", mend)
    return Finding("device files", True, f"{len(usable)} usable, all examples decode as stated")


def _terminal(environ: Mapping[str, str], signs: str) -> Finding:
    term = environ.get("TERM", "")
    if term == "dumb":
        words = "TERM=dumb cannot show the app; the verbs work"
        return Finding("terminal", False, words, "export TERM=xterm-256color, if your terminal is one", False)
    if not sys.stdout.isatty():
        return Finding(
            "terminal", True, "output does not go to a terminal; only the app needs one", needed=False
        )
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        return Finding("terminal", False, f"text is {sys.stdout.encoding}, not UTF-8", "export LANG=C.UTF-8")
    size = os.get_terminal_size()
    if size.columns < 80 or size.lines < 24:
        return Finding("terminal", False, f"{size.columns}x{size.lines} is small", "resize -s 24 80")
    kind = printable(term, 40) or "unknown kind"
    words = f"{kind}, {size.columns}x{size.lines}, UTF-8, {_colours(environ)}, drawn with {signs}"
    return Finding("terminal", True, words)


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours, as NO_COLOR asks"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "all colours"
    return "256 colours" if "256color" in environ.get("TERM", "") else "16 colours"


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


def _settings(path: Path | None) -> Finding:
    file = SettingsFile(path)
    if file.sentences:
        words = " ".join(file.sentences)
        return Finding("settings", False, words, f"mv '{path}' '{path}.old'", needed=False)
    if path is None or not path.exists():
        return Finding("settings", True, "all are the usual ones")
    return Finding("settings", True, f"{path} is fine")
