"""``isotimer positions`` and ``hold --setup``: what people see, and what a wrong file says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isotimer.cli.main import isotimer
from isotimer.core.drawings import draw
from isotimer.core.errors import IsotimerError
from isotimer.core.plan import Side
from isotimer.core.positions import POSITIONS, position
from isotimer.core.positions.file import EXAMPLE
from isotimer.session.places import Places

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a verb whose folders are the test's own."""
    folder = tmp_path / "positions"
    folder.mkdir()
    where = Places(tmp_path / "a.db", (), tmp_path / "log", position_folders=(folder,))
    monkeypatch.setattr(Places, "find", staticmethod(lambda database=None: where))
    for name in ("ISOTIMER_ASCII", "TERM", "LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*words: str, **env: Any) -> Result:
        return CliRunner().invoke(isotimer, list(words), env=env)

    return invoke


def test_the_list_names_all_and_ones_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "positions" / "a.toml").write_text(EXAMPLE)
    (tmp_path / "positions" / "b.toml").write_text('id = "Wrong Id"')
    done = run("positions")
    assert all(p.id in done.stdout for p in POSITIONS)
    assert "Step-up hold  (yours)" in done.stdout
    assert "b.toml, line 1, key 'id'" in done.stderr
    listed = json.loads(run("positions", "--json").stdout)
    assert len(listed) == len(POSITIONS) + 1
    assert next(p for p in listed if p["id"] == "step-up-hold")["pull"] == "below"


def test_one_is_shown_with_its_drawing_and_sources(run: Run) -> None:
    done = run("positions", "show", "seated-knee-lift", "--side", "left")
    drawing = draw(position("seated-knee-lift"), Side.LEFT)
    for line in drawing.lines:
        assert line.rstrip() in done.stdout
    for words in (
        "Sit tall.",
        "Set-up:",
        "Pull: the anchor or plate is below.",
        "Source: S72: Muscle strength",
    ):
        assert words in done.stdout
    plain = run("positions", "show", "seated-knee-lift", ISOTIMER_ASCII="1").stdout.split("Seated knee lift")[
        0
    ]
    assert plain.isascii()
    assert "###" in plain


def test_a_file_is_checked_with_line_and_key(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(EXAMPLE)
    assert "step-up-hold is fine, push phase" in run("positions", "check", str(mine)).stdout
    mine.write_text(EXAMPLE.replace("seconds = 10", "seconds = 0").replace('phase = "push"', 'phase = "x"'))
    done = run("positions", "check", str(mine))
    assert isinstance(done.exception, IsotimerError)
    assert done.exception.exit_code == 4
    assert "mine.toml, line 14, key 'seconds'" in done.exception.sentence
    assert "mine.toml, line 3, key 'phase'" in done.stderr
    gone = run("positions", "check", str(tmp_path / "gone.toml"))
    assert "No such file" in str(gone.exception)


def test_an_own_position_is_held_with_a_setup_and_stays_when_its_file_is_gone(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "positions" / "a.toml"
    file.write_text(EXAMPLE)
    words = ("hold", "step-up-hold", "--no-sensor", "--seconds", "0.1", "--countdown", "0", "--json")
    first = json.loads(run(*words, "--setup", "my box").stdout)
    assert (first["position"], first["phase"], first["setup"]) == ("step-up-hold", "push", "my box")
    again = json.loads(run(*words).stdout)
    assert again["setup"] == "my box"
    file.unlink()
    assert "none of that name" in str(run(*words).exception)
    from isotimer.store.database import open_store
    from isotimer.store.queries import holds

    with open_store(tmp_path / "a.db") as store:
        assert [(row["position"], row["phase"], row["setup"]) for row in holds(store)] == [
            ("step-up-hold", "push", "my box")
        ] * 2


def test_against_before_is_said_within_the_setup(run: Run) -> None:
    words = ("hold", "seated-knee-lift", "--no-sensor", "--seconds", "0.1", "--countdown", "0")
    assert "against before: first hold" in run(*words, "--setup", "strap").stdout
    assert "against last: length" in run(*words, "--setup", "strap").stdout
    assert "against before: first hold" in run(*words, "--setup", "band").stdout


def test_100_percent_can_be_set_for_a_hold(run: Run) -> None:
    words = (
        "hold",
        "seated-knee-lift",
        "--no-sensor",
        "--seconds",
        "0.1",
        "--countdown",
        "0",
        "--target",
        "50%",
    )
    assert "no best" in str(run(*words).exception)
    assert "target 100 N" in run(*words, "--best", "200N").stderr
    assert "not a force" in str(run(*words, "--best", "20%").exception)
