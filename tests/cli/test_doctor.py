"""What works here, and the one command that mends each of the rest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from isotimer.session import checkup as module
from isotimer.session.checkup import Finding, checkup
from isotimer.session.places import Places
from isotimer.sound.probe import SoundState

RUN = "import sys; from isotimer.__main__ import main; sys.argv = ['isotimer', *sys.argv[1:]]; main()"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    usual = Places.find()
    return Places(
        tmp_path / "s.db",
        usual.device_folders[1:],
        tmp_path / "log",
        settings_file=tmp_path / "settings.toml",
    )


def found(places: Places, subject: str, environ: dict[str, str] | None = None) -> Finding:
    return next(f for f in checkup(places, "braille", environ or {}) if f.subject == subject)


def test_every_subject_is_looked_at(places: Places) -> None:
    subjects = [f.subject for f in checkup(places, "braille", {})]
    wanted = ["sound", "voice", "ports", "device files", "terminal", "database", "settings"]
    assert [s for s in subjects if s in wanted] == wanted


def test_whatever_is_wrong_has_one_command(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        module, "probe_sound", lambda: SoundState(False, "no [sound] \x1b[31m", "apt install x")
    )
    monkeypatch.setattr(module, "find_voice", lambda: None)
    places.settings_file.write_text("volume = ")
    wrong = {f.subject: f for f in checkup(places, "ASCII", {"TERM": "dumb"}) if not f.fine}
    assert {"sound", "voice", "terminal", "settings"} <= wrong.keys()
    assert all(f.mend for f in wrong.values())
    assert not any(f.needed for f in wrong.values() if f.subject in ("sound", "voice", "settings"))
    assert "\x1b" not in wrong["sound"].words
    assert wrong["settings"].mend.startswith("mv ")
    assert "at the end, line 1" in wrong["settings"].words


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "no colours, as NO_COLOR asks"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "all colours"),
        ({"TERM": "xterm-256color"}, "256 colours"),
        ({"TERM": "xterm"}, "16 colours"),
    ],
)
def test_a_terminal_is_told_by_size_colours_and_signs(
    places: Places, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], words: str
) -> None:
    class Terminal:
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(module.sys, "stdout", Terminal())
    monkeypatch.setattr(module.os, "get_terminal_size", lambda: module.os.terminal_size((120, 40)))
    finding = found(places, "terminal", environ)
    assert finding.fine
    assert "120x40" in finding.words
    assert "drawn with braille" in finding.words
    assert words in finding.words


def test_the_test_tones_say_why_there_is_nothing_to_hear(tmp_path: Path) -> None:
    hide = "sys.modules['sounddevice'] = None\n"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            RUN.replace("sys; ", "sys; " + hide.strip() + "; ", 1),
            "doctor",
            "--sound",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    (finding,) = json.loads(done.stdout)
    assert finding["subject"] == "sound"
    assert "no sound library" in finding["words"]
    assert finding["mend"]
