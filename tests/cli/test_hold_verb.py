"""What ``isotimer hold`` offers and refuses: all six modes, the moving target among them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isotimer.cli.main import isotimer
from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Mode
from isotimer.store.database import open_store


@pytest.fixture
def hold(tmp_path: Path, monkeypatch):
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))

    def run(*words: str) -> Result:
        usual = ["hold", "ankle-iso-push", "--no-sensor", "--db", str(tmp_path / "s.db")]
        return CliRunner().invoke(isotimer, [*usual, *words])

    return run


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--mode", "track"), "--mode track: there is no target to follow; add one"),
        (("--pattern", "ramp"), "nothing moves in mode steady; add --mode track"),
        (("--mode", "track", "--target", "200N", "--pattern", "zigzag"), "give steps, ramp, sine or parts"),
        (("--mode", "track", "--target", "200N", "--seconds", "0"), "mode track needs a length"),
        (("--mode", "switch", "--seconds", "0"), "mode switch needs a length"),
        (("--mode", "respond", "--seconds", "0"), "mode respond needs a length"),
    ],
)
def test_what_does_not_fit_is_one_sentence(hold, tmp_path, words: tuple[str, ...], told: str) -> None:
    result = hold(*words)
    assert isinstance(result.exception, WrongUseError)
    assert told in result.exception.sentence
    assert not (tmp_path / "s.db").exists()


def test_all_six_modes_are_offered(hold) -> None:
    told = hold("--help").output
    assert all(mode.value in told for mode in Mode)
    assert "steps, ramp, sine" in " ".join(told.split())


def test_a_moving_target_is_told_kept_and_done(hold, tmp_path) -> None:
    path = "ramp 0.2s 50%-100%; level 0.1s 100%"
    more = ("--mode", "track", "--target", "200N", "--seconds", "0.4", "--countdown", "0", "--json")
    result = hold(*more, "--pattern", path)
    assert "Follow the target, 0.4 s: from 100 to 200 N in 0.2 s, then 200 N for 0.1 s" in result.stderr
    assert json.loads(result.stdout)["mode"] == "track"
    with open_store(tmp_path / "s.db") as store:
        (row,) = store.rows("SELECT step FROM hold")
    assert [part["kind"] for part in row["step"]["path"]["parts"]] == ["ramp", "level"]
