"""What ``isotimer run`` refuses, in one sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from isotimer.cli.main import isotimer
from isotimer.core.errors import WrongUseError


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "warm-upp", "--plain", "--no-sensor"), "did you mean 'warm-up'?"),
        (
            ("run", "warm-up", "--plain", "--no-sensor", "--start-at", "7"),
            "there is no hold 7: the plan has 6",
        ),
        (("run", "warm-up"), "the full screen needs a terminal"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, monkeypatch, words: tuple[str, ...], told: str) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    result = CliRunner().invoke(isotimer, [*words, "--db", str(tmp_path / "s.db")])
    assert isinstance(result.exception, WrongUseError)
    assert told in result.exception.sentence
    assert not (tmp_path / "s.db").exists()
