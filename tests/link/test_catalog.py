"""Device files in two folders: the user's own come first, and one dropped there just works."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from isotimer.cli.devices import devices
from isotimer.core.decode import Decoder
from isotimer.core.errors import DataError, WrongUseError
from isotimer.link.catalog import catalog, find_profile
from isotimer.link.encode import Encoder
from isotimer.link.shipped import shipped_folder

README = Path(__file__).parents[2] / "devices" / "README.md"


def own_file() -> str:
    """Return the file that devices/README.md teaches to write."""
    block = README.read_text("utf-8").split("```toml\n")[1].split("```")[0]
    return "\n".join(line.removeprefix("   ") for line in block.splitlines())


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    own = tmp_path / "config" / "devices"
    own.mkdir(parents=True)
    return own, shipped_folder()


def test_every_shipped_file_is_usable(folders: tuple[Path, Path]) -> None:
    entries = catalog(folders)
    assert len(entries) == len(list(shipped_folder().glob("*.toml")))
    assert [e.problem for e in entries if e.profile is None] == []


def test_a_file_dropped_into_the_users_folder_just_works(folders: tuple[Path, Path]) -> None:
    (folders[0] / "my-board.toml").write_text(own_file(), "utf-8")
    profile = find_profile("my-board", folders)
    decoder = Decoder(profile)
    decoder.reset(joined=True)
    readings = decoder.feed(b"ready\r\nt=1234 F=5.67\r\n", 0).readings
    assert readings.raw.tolist() == [[5.67]]
    assert Encoder(profile).frames(np.array([[250.0]])) == [b"t=0 F=250.00\r\n"]
    assert catalog(folders)[0].profile == profile


def test_the_users_file_comes_before_the_shipped_one(folders: tuple[Path, Path]) -> None:
    shipped = (shipped_folder() / "kern-ew.toml").read_text("utf-8")
    (folders[0] / "kern-ew.toml").write_text(shipped.replace('"8N2"', '"8O2"'), "utf-8")
    assert find_profile("kern-ew", folders).port.format == "8O2"
    assert [e.path.parent for e in catalog(folders) if e.profile and e.profile.id == "kern-ew"] == [
        folders[0]
    ]


def test_an_id_that_is_spelt_with_an_escape_is_found_too(folders: tuple[Path, Path]) -> None:
    (folders[0] / "board.toml").write_text(own_file().replace('"my-board"', '"my\\u002dboard"'), "utf-8")
    assert '"my-board"' not in (folders[0] / "board.toml").read_text("utf-8")
    assert find_profile("my-board", folders).id == "my-board"


def test_a_wrong_file_is_listed_with_its_problem_and_hides_nothing(folders: tuple[Path, Path]) -> None:
    (folders[0] / "kern-ew.toml").write_text("id = 5\n", "utf-8")
    entries = catalog(folders)
    assert "kern-ew.toml" in next(e.problem for e in entries if e.profile is None)
    assert "kern-ew" in [e.profile.id for e in entries if e.profile is not None]
    assert find_profile("sauter-fh", folders).id == "sauter-fh"
    with pytest.raises(DataError, match="expected 'str'"):
        find_profile("kern-ew", folders)


def test_no_folder_is_no_fault(tmp_path: Path) -> None:
    assert catalog([tmp_path / "nowhere"]) == ()
    with pytest.raises(WrongUseError, match="no device file 'kern'"):
        find_profile("kern", [tmp_path / "nowhere"])


def test_the_check_accepts_what_the_readme_teaches(tmp_path: Path) -> None:
    path = tmp_path / "my-board.toml"
    path.write_text(own_file(), "utf-8")
    result = CliRunner().invoke(devices, ["check", str(path)])
    assert result.exit_code == 0, result.output
    assert "my-board is fine, 2 examples decode as stated" in result.output


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("values = [5.67]", "values = [5.68]", "reading 0: force is 5.67 N, not 5.68"),
        ("pattern =", "patern =", "did you mean 'pattern'"),
        ("(?P<t>", "(?P<time>", "time.group: there is no 't' in frame.pattern"),
        ('"ready', '"steady', "its kind is garbled, not noise"),
    ],
)
def test_the_check_names_what_is_wrong(old: str, new: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "my-board.toml"
    assert old in own_file()
    path.write_text(own_file().replace(old, new, 1), "utf-8")
    result = CliRunner().invoke(devices, ["check", str(path)])
    assert isinstance(result.exception, DataError)
    assert words in result.exception.sentence
