"""What the tree promises beyond behaviour: pure layers, a quick start, no traces of one machine."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "isotimer"
PURE = ("core", "measures", "review")
MODULE_LINES = 400

EDGES = {
    "textual",
    "rich",
    "click",
    "serial",
    "bleak",
    "sounddevice",
    "sqlite3",
    "sqlite_utils",
    "matplotlib",
    "platformdirs",
}
HEAVY = {"scipy", "matplotlib"}

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(*sys.modules)
"""
SHOW_VERSION = """
import runpy, sys
sys.argv = ["isotimer", "--version"]
try:
    runpy.run_module("isotimer", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
print(*sys.modules)
"""


def loaded_by(code: str, *args: str) -> set[str]:
    """Return the top-level modules that are loaded after some code has run in a fresh interpreter."""
    env = {k: v for k, v in os.environ.items() if k != "ISOTIMER_DB"}
    done = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, timeout=50, check=False, env=env
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


@pytest.mark.parametrize("layer", PURE)
def test_pure_layers_load_no_edge(layer: str) -> None:
    assert loaded_by(IMPORT_ALL, f"isotimer.{layer}") & EDGES == set()


def test_version_is_shown_without_loading_the_app() -> None:
    assert (
        loaded_by(SHOW_VERSION) & (HEAVY | {"textual", "serial", "sounddevice", "sqlite_utils", "numpy"})
        == set()
    )


def test_screens_load_nothing_heavy() -> None:
    loaded = loaded_by(IMPORT_ALL, "isotimer.tui")
    assert "isotimer" in loaded
    assert loaded & HEAVY == set()


# What a pure layer must not call: it would ask the world for a value that no argument carries.
CLOCKS = (
    "now utcnow today monotonic monotonic_ns perf_counter perf_counter_ns time_ns sleep urandom uuid1 uuid4"
)
FILES = (
    "open input print read_text read_bytes write_text write_bytes iterdir rglob mkdir unlink fromfile tofile"
)
ASKING = {*CLOCKS.split(), *FILES.split(), "loadtxt", "savetxt", "genfromtxt", "getenv"}


def impure_calls(source: str) -> list[str]:
    """Return the calls in a module that read a clock, a file or the environment."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ASKING:
                found.append(f"{name}() in line {node.lineno}")
            elif name == "default_rng" and not (node.args or node.keywords):
                found.append(f"unseeded default_rng() in line {node.lineno}")
        elif isinstance(node, ast.Attribute) and node.attr == "environ":
            found.append(f"environ in line {node.lineno}")
    return found


@pytest.mark.parametrize("layer", PURE)
def test_pure_layers_read_no_clock_file_or_environment(layer: str) -> None:
    modules = sorted((PACKAGE / layer).rglob("*.py"))
    assert modules
    impure = {
        str(m.relative_to(ROOT)): calls for m in modules if (calls := impure_calls(m.read_text("utf-8")))
    }
    assert impure == {}


@pytest.mark.parametrize(
    "line",
    ["open('x')", "t = time.monotonic()", "os.environ['A']", "datetime.now(UTC)", "np.random.default_rng()"],
)
def test_impure_calls_are_seen(line: str) -> None:
    assert impure_calls(line)


def test_no_module_is_overlong() -> None:
    lengths = {m: len(m.read_text("utf-8").splitlines()) for m in PACKAGE.rglob("*.py")}
    assert {str(m): n for m, n in lengths.items() if n > MODULE_LINES} == {}


SKIPPED_FOLDERS = {"build", "dist", "__pycache__", "golden", "snapshots"}
TEXT_SUFFIXES = {"", ".py", ".toml", ".md", ".txt", ".tcss", ".json", ".sh", ".csv", ".svg", ".html", ".yml"}

MACHINE_PATH = re.compile(r"(?<![\w.:/-])(?:/home/\w|/Users/\w|/root/|/work/|[A-Z]:\\Users)")
INDEX_ADDRESS = re.compile(
    r"--(?:extra-)?index-url|--find-links|index[-_]url\s*=|PIP_(?:EXTRA_)?INDEX"
    r"|https?://[^\s)\"'>]*(?:pypi|pythonhosted|/simple/|artifactory|nexus)"
)
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX)\b|raise NotImplementedError")


def texts() -> Iterator[tuple[str, str]]:
    """Yield (name, contents) of every text file, but for this one, which quotes what it seeks."""
    for folder, below, names in os.walk(ROOT):
        below[:] = [b for b in below if b not in SKIPPED_FOLDERS and (not b.startswith(".") or b == ".ci")]
        for name in names:
            path = Path(folder, name)
            if path.suffix in TEXT_SUFFIXES and path != Path(__file__):
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")


@pytest.mark.parametrize(
    "pattern", [MACHINE_PATH, INDEX_ADDRESS, LEFTOVER], ids=["machine path", "index", "leftover"]
)
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "see /home/ana/x"),
        (MACHINE_PATH, "cp '/work/a' ."),
        (INDEX_ADDRESS, "pip install --index-url x"),
        (INDEX_ADDRESS, "https://files.pythonhosted.org/x"),
        (LEFTOVER, "# TODO later"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_an_address_is_no_machine_path() -> None:
    assert not MACHINE_PATH.search("https://example.org/home/x")


def test_every_text_file_is_seen() -> None:
    names = {name for name, _ in texts()}
    assert {"pyproject.toml", "Makefile", "README.md", ".ci/run", "tests/conftest.py"} <= names
