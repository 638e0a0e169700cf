"""The project's own files agree with each other: pins, wheel, version, README."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import isotimer

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")

UNPINNED = {"pip"}
"""sqlite-utils asks for pip; every virtual environment brings its own."""


def pins() -> dict[str, str]:
    """Return name -> version of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    found = {}
    for line in lines:
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            (only,) = requirement.specifier
            assert only.operator == "==", line
            found[canonicalize_name(requirement.name)] = only.version
    return found


def closure(wanted: list[str]) -> dict[str, str]:
    """Return name -> installed version of requirements and of all that they need in turn."""
    found: dict[str, str] = {}
    todo = [Requirement(r) for r in wanted]
    while todo:
        requirement = todo.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        if name in found or name in UNPINNED:
            continue
        dist = distribution(requirement.name)
        found[name] = dist.version
        for below in map(Requirement, dist.requires or ()):
            if below.marker is None or any(
                below.marker.evaluate({"extra": e}) for e in ("", *requirement.extras)
            ):
                below.marker = None
                todo.append(below)
    return found


def test_constraints_pin_everything_that_is_installed_for_us() -> None:
    project = PROJECT["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    needed, pinned = closure(wanted), pins()
    assert needed.keys() - pinned.keys() == set()
    assert {n: v for n, v in needed.items() if pinned[n] != v} == {}


def test_direct_dependencies_allow_their_pins() -> None:
    pinned = pins()
    for text in PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), text


def test_one_version_everywhere() -> None:
    version = PROJECT["project"]["version"]
    assert isotimer.__version__ == version
    assert re.search(rf"^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)


def test_the_installed_version_is_this_one() -> None:
    try:
        installed = distribution("isotimer").version
    except PackageNotFoundError:
        pytest.fail("isotimer is not installed here; run the tests with 'make test'")
    assert installed == isotimer.__version__


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel that this tree gives."""
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_data_file(wheel_names: set[str]) -> None:
    sources = {f"isotimer/devices/{p.name}" for p in (ROOT / "devices").glob("*.toml")}
    assert sources
    for suffix in ("py", "tcss", "toml"):
        sources |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "isotimer").rglob(f"*.{suffix}")}
    assert sources - wheel_names == set()
    assert any(name.endswith("isotimer.tcss") for name in wheel_names)


def test_the_wheel_installs_one_package(wheel_names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"isotimer"}


def test_make_targets_of_the_readme_exist() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", re.sub(r"(?m)^(?!    |.*`).*$", "", README)))
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    assert {"run", "test"} <= named
    assert named - targets == set()


def test_verbs_of_the_readme_exist() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "isotimer", "--help"], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    verbs = set(re.findall(r"(?m)^  ([a-z]+)\b", done.stdout))
    named = set(re.findall(r"(?m)(?:^    |`)isotimer ([a-z]+)", README))
    assert {"hold", "simulate"} <= named
    assert named - verbs == set()


PAGES = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "README.md", *ROOT.glob("docs/**/*.md")))


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []
