"""Every command that the pages show is run, as shown; only files, ports and lengths of time are put in."""

import contextlib
import io
import json
import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from isotimer.cli.main import main
from isotimer.core.rig import RigDevice, rig_dict
from isotimer.core.rig_kinds import kind, rig_of
from isotimer.link.athlete import AthleteModel
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.simulator import Simulator
from isotimer.session.places import Places

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    page
    for page in (ROOT / "README.md", ROOT / "devices" / "README.md", *ROOT.glob("docs/*.md"))
    if not page.name.endswith(".template.md")
]
PUT_IN = {
    "/dev/ttyUSB0": "PORT",
    '"$(cat port)"': "PORT",
    "/dev/ttyACM0": "/dev/no-such-port-0",
    "/dev/ttyACM1": "/dev/no-such-port-1",
    "--seconds 8": "--seconds 1",
    "--seconds 10": "--seconds 1",
    "--seconds 20": "--seconds 1",
    "--device DEVICE": "--device hx711-line --seconds 1",
    "--device my-board": "--device ./my-board.toml --seconds 1",
    "--jobs 8": "--jobs 1",
    " FILE…": " out",
    "backup FILE": "backup copy.db",
    "check FILE": "check mine.toml",
    "--replay FILE": "--replay recorded.txt",
    "--to FOLDER": "--to elsewhere",
    "POSITION": "standing-pull-back",
    "--seconds 30": "--seconds 4 --no-sensor",
    "rig choose standing-pull-back NAME": "rig choose standing-pull-back plates",
    "rig target NAME": "rig target plates",
    "rig tare NAME": "rig tare plates",
    "rig check NAME": "rig check plates",
    "rig weigh NAME": "rig weigh plates",
    "show NAME": "show standing-pull-back",
    "show ID": "show hx711-line",
    "simulate ID": "simulate hx711-line",
    "run PLAN": "run quick --plain --no-sensor",
    "run warm-up --plain": "run quick --plain --no-sensor",
    "monitor --tap": "monitor --port PORT --device hx711-line --tap --seconds 1",
    "simulate DEVICE": "simulate hx711-line",
    "--calibration ID": "--calibration CALIBRATION",
    "--since DATE": "--since 2026-05-01",
    "--athlete NAME": "--athlete Ana",
    "ANA": "Ana",
    "--accept KEY": "--accept HOLD",
    "--set-aside KEY": "--set-aside HOLD",
    "isotimer VERB --help": "isotimer hold --help",
    "hold.csv": "raw.csv",
}
"""What stands on a page -> what is put in."""

NEEDS_HANDS = ("calibrate", "rig make", "rig tare", "rig check", "rig weigh")
"""Commands that ask for weights, presses, or to stand still. Their sensor is not there, which they say."""
ASKS_MACHINE = ("devices --ble", "devices --port ble:", "doctor")
"""Commands that need a radio or a sound card: where there is none they say so."""
STAYS = ("simulate", "demo", "run balanced-three-phase")
"""Commands that go on until they are ended."""


QUICK = """
name = "Quick"
[[block]]
position = "standing-pull-back"
hold_s = 1
sides = "left"
"""


def commands() -> list[str]:
    """Return each command of the pages once, without comments; a verb only named gets ``--help``."""
    found: dict[str, None] = {}
    for page in PAGES:
        text = re.sub(r"\\\n\s+|\n {10,}(?=\[)", " ", page.read_text("utf-8"))
        shown = re.findall(r"(?ms)^```\w*\n(.*?)^```", text) + re.findall(r"(?m)^    .*$", text)
        for line in "\n".join(shown).splitlines():
            for part in re.sub(r"\s+#.*|(?<=\S)\s{3,}\S.*", "", line).split(";"):
                found[part.strip()] = None
        for inline in re.findall(r"`(isotimer [^`]+)`", text):
            named = re.fullmatch(r"isotimer( [a-z]+){1,2}", " ".join(inline.split()))
            found[" ".join(inline.split()) + (" --help" if named and "demo" not in inline else "")] = None
    return [command for command in found if command.startswith("isotimer ")]


def said(command: str) -> str:
    """Return a command of a page as somebody would type it."""
    for there, here in PUT_IN.items():
        command = command.replace(there, here)
    return re.sub(r"\s*\[[^\]]*\]", "", command)


ALL = commands()


def of(*starts: str) -> list[str]:
    """Return the commands that begin in one of these ways and do more than tell about themselves."""
    return [c for c in ALL if c.removeprefix("isotimer ").startswith(starts) and not c.endswith("--help")]


ENDS_ITSELF = [c for c in ALL if c not in of(*NEEDS_HANDS, *ASKS_MACHINE, *STAYS)]


class World:
    """A folder with all that the pages speak of: a season, recordings, other databases, sensors."""

    def __init__(self, folder: Path, ports: dict[str, str]) -> None:
        self.folder, self.ports = folder, ports

    def run(self, command: str) -> tuple[int, str, str]:
        """Run a command as typed; return its exit code and what it printed."""
        words = shlex.split(self._filled(command))[1:]
        out, err = io.StringIO(), io.StringIO()
        into = {">": out, "2>": err}
        files: dict[str, Path] = {}
        while len(words) > 1 and words[-2] == ">":
            files[">"] = self.folder / words.pop()
            words.pop()
        if words and words[-1].startswith("2>"):
            files["2>"] = self.folder / words.pop()[2:]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["isotimer", *words])
            patch.setattr(sys, "stdin", io.StringIO())
            with (
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
                pytest.raises(SystemExit) as end,
            ):
                main()
        for sign, file in files.items():
            file.write_text(into[sign].getvalue())
        code = end.value.code
        return (code if isinstance(code, int) else 0), out.getvalue(), err.getvalue()

    def _filled(self, command: str) -> str:
        device = next((name for name in self.ports if name in command), "hx711-line")
        command = re.sub(r"\bPORT\b", self.ports[device], command)
        if "HOLD" in command:
            holds = json.loads(self.run("isotimer history --athlete Ana --json")[1])
            command = command.replace("HOLD", holds[0]["hold_id"])
        if "CALIBRATION" in command:
            kept = json.loads(self.run("isotimer db calibrations --json")[1])
            command = command.replace("CALIBRATION", kept[0]["id"])
        return command


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, season_made: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as playing:
        for name in [n for n in os.environ if n.startswith(("ISOTIMER", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("ISOTIMER_DB", str(folder / "sessions.db"))
        patch.chdir(folder)
        shutil.copyfile(season_made, folder / "sessions.db")
        made = World(folder, {})
        write_files(folder)
        devices = Places.find().device_folders
        for device, name, athlete in (
            (
                "chronojump-force-sensor",
                "chronojump-force-sensor",
                AthleteModel(300.0, hold_s=2.0, rest_s=2.0),
            ),
            ("./my-board.toml", "my-board", AthleteModel()),
            ("hx711-line", "hx711-line", AthleteModel(lead_s=1000.0)),
        ):
            simulator = Simulator(find_profile(device, devices), athlete, PtyEndpoint())
            made.ports[name] = playing.enter_context(simulator).address
        furnish(made)
        yield made


def write_files(folder: Path) -> None:
    """Write the files that the pages show."""
    for page, name in (
        ("docs/positions.md", "step-up-hold.toml"),
        ("docs/plans.md", "mine.toml"),
        ("devices/README.md", "my-board.toml"),
    ):
        block = re.findall(r"(?ms)^ *```toml\n(.*?)^ *```", (ROOT / page).read_text("utf-8"))[0]
        (folder / name).write_text(textwrap.dedent(block), "utf-8")
    plans = folder / "home" / ".config" / "isotimer" / "plans"
    plans.mkdir(parents=True)
    (plans / "quick.toml").write_text(QUICK)
    rows = [f"{i / 100:.2f}\t{30 + i % 3 / 100:.2f}\n" for i in range(1500)]
    (folder / "lab.csv").write_text("t_s\tFz\n" + "".join(rows))
    plates = [RigDevice(side, "teensy-plate4") for side in ("left", "right")]
    channels = [(plates[n // 4].id, n % 4, 1) for n in range(8)]
    (folder / "layout.json").write_text(
        json.dumps(rig_dict(rig_of("plates", kind("two-plates"), plates, channels)))
    )


def furnish(world: World) -> None:
    """Make the rows and recordings that the pages take for granted."""
    folder = world.folder
    for words in (
        "athletes rename 'Demo athlete' Ana",
        "export --to out --since 2026-05-20 --athlete Ana",
        "calibrate --port PORT --device hx711-line --scale 0.01 --offset 8000",
        "rig add plates layout.json",
    ):
        code, _, trouble = world.run(f"isotimer {words}")
        assert code == 0, trouble
    raw = next((folder / "out").glob("traces/**/*.csv"))
    for name in ("raw.csv", "old-recording.csv"):
        shutil.copyfile(raw, folder / name)
    for name in ("other-station.db", "station-2.db", "station-3.db"):
        shutil.copyfile(folder / "sessions.db", folder / name)


@pytest.mark.parametrize("command", ENDS_ITSELF)
def test_it_runs_to_its_end(command: str, world: World) -> None:
    for made in ("ana.html", "copy.db"):
        (world.folder / made).unlink(missing_ok=True)
    code, out, trouble = world.run(said(command))
    assert code == 0, trouble
    assert out or trouble or ">" in command or "--to" in command


@pytest.mark.parametrize("command", of(*NEEDS_HANDS))
def test_without_its_sensor_it_says_what_to_do(command: str, world: World) -> None:
    code, _, trouble = world.run(said(command).replace("PORT", "/dev/no-such-port"))
    assert code in (2, 3), trouble
    assert re.search(r"plug the sensor in|not plugged in; plug it in", trouble)


@pytest.mark.parametrize("command", of(*ASKS_MACHINE))
def test_a_look_at_the_machine_ends_with_what_there_is_or_a_sentence(command: str, world: World) -> None:
    code, out, trouble = world.run(said(command))
    assert code in (0, 1, 3), trouble
    assert re.search(r"[Bb]luetooth|sound|✓", out + trouble)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_screen_opens_and_is_closed(world: World) -> None:
    screen, terminal = os.openpty()
    opened = {
        command: begun(command, stdin=terminal, stdout=terminal, stderr=terminal)
        for command in of("demo", "run b")
    }
    seen = b""
    try:
        while seen.count(b"\x1b[?1049h") < len(opened):
            assert select.select([screen], [], [], 30)[0], seen[-500:]
            seen += os.read(screen, 65536)
        for process in opened.values():
            process.terminate()
        while None in [process.poll() for process in opened.values()]:
            if select.select([screen], [], [], 0.05)[0]:
                os.read(screen, 65536)
        assert {process.returncode for process in opened.values()} <= {130, 143}
    finally:
        for process in opened.values():
            process.kill()
            process.communicate()
        os.close(screen)
        os.close(terminal)


def test_a_simulator_plays_until_it_is_ended(world: World) -> None:
    code, _, trouble = world.run(
        "isotimer monitor --port PORT --device hx711-line --seconds 1 --record recorded.txt"
    )
    assert code == 0, trouble
    playing = {
        command: begun(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for command in of("simulate")
    }
    try:
        for command, process in playing.items():
            assert process.stderr is not None
            assert " plays on " in process.stderr.readline(), command
            process.terminate()
        assert [process.wait(20) for process in playing.values()] == [0] * len(playing)
    finally:
        for process in playing.values():
            process.kill()
            process.communicate()


def begun(command: str, **streams: int) -> subprocess.Popen[str]:
    """Start a command that stays."""
    words = [sys.executable, "-m", "isotimer", *shlex.split(said(command))[1:]]
    return subprocess.Popen(words, text=True, **streams)


def test_every_kind_of_command_is_on_a_page() -> None:
    assert len(ENDS_ITSELF) > 50
    for start in (*NEEDS_HANDS, *ASKS_MACHINE, *STAYS):
        assert of(start), start


def test_make_is_asked_for_what_it_makes() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    named = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(r"(?m)(?:^    |`)make ([a-z]+)", page.read_text("utf-8"))
    }
    assert ("README.md", "run") in named
    assert [pair for pair in sorted(named) if pair[1] not in targets] == []


def test_what_pip_is_asked_for_is_offered() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    named = {
        extra for page in PAGES for extra in re.findall(r"isotimer\[([a-z]+)\]", page.read_text("utf-8"))
    }
    assert {"ble", "parquet"} <= named
    assert [extra for extra in sorted(named) if not re.search(rf"(?m)^{extra} = \[", project)] == []
