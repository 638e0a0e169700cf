"""The settings file on disk."""

import os
from pathlib import Path

import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.settings import Settings
from isotimer.session.settings import SettingsFile


def test_without_a_file_the_defaults_count_and_none_is_made(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "isotimer" / "settings.toml")
    assert file.settings == Settings()
    assert file.sentences == ()
    assert list(tmp_path.iterdir()) == []


def test_a_change_is_kept_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "isotimer" / "settings.toml"
    SettingsFile(path).change(volume=0.3, athlete="Ana [red]")
    again = SettingsFile(path)
    assert (again.settings.volume, again.settings.athlete) == (0.3, "Ana [red]")
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_two_at_work_do_not_undo_each_other(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    one, other = SettingsFile(path), SettingsFile(path)
    one.change(volume=0.3)
    other.change(theme="nord")
    again = SettingsFile(path).settings
    assert (again.volume, again.theme) == (0.3, "nord")


@pytest.mark.parametrize("content", [b"volume = ", b"volume = 9", b"\xff\xfe", b"x" * 1_000_001])
def test_a_broken_file_is_spoken_of_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    file = SettingsFile(path)
    assert len(file.sentences) == 1
    assert str(path) in file.sentences[0]
    with pytest.raises(DataError, match="not kept"):
        file.change(mute=True)
    assert file.settings.mute
    assert path.read_bytes() == content


def test_a_folder_in_its_place_stops_nothing(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    assert file.settings == Settings()
    assert "cannot be read" in file.sentences[0]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = SettingsFile(tmp_path / "file" / "settings.toml")
    with pytest.raises(DataError, match="not kept"):
        file.change(mute=True)
    assert file.settings.mute


def test_a_value_that_is_not_allowed_changes_nothing(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    with pytest.raises(WrongUseError, match="not between"):
        file.change(volume=3)
    assert file.settings == Settings()
    assert not file.path.exists()
