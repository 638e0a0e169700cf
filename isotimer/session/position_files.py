"""The user's own positions: TOML files in the config folder."""

from collections.abc import Iterable
from pathlib import Path

from isotimer.core.errors import DataError
from isotimer.core.positions import Position, PositionBook
from isotimer.core.positions.file import ReadPosition, read_position
from isotimer.core.text import printable
from isotimer.session.own_file import read_own

MAX_FILE_BYTES = 100_000
"""A position file larger than this is not read."""


def read_position_file(path: Path) -> ReadPosition:
    """Return the position in a file, or a sentence about each of its faults.

    Raises:
        DataError: If the file cannot be read at all.
    """
    text = read_own(path, "position file", MAX_FILE_BYTES, "check the path and the file's permissions")
    return read_position(text, path.name)


def load_book(folders: Iterable[Path]) -> PositionBook:
    """Return all positions: those that come with isotimer and the ones in the files of these folders.

    Of two files with the same id the first, by folder and name, wins. A file that is none becomes a
    sentence among the book's problems.
    """
    own: dict[str, Position] = {}
    problems: list[str] = []
    for folder in folders:
        for path in _files(folder, problems):
            try:
                read = read_position_file(path)
            except DataError as e:
                problems.append(e.sentence)
                continue
            problems += read.faults[:1]
            found = read.position
            if found is not None and found.id in own:
                problems.append(f"{printable(path.name)}: there is another file with id '{found.id}'.")
            elif found is not None:
                own[found.id] = found
    return PositionBook(tuple(own.values()), tuple(problems))


def _files(folder: Path, problems: list[str]) -> list[Path]:
    try:
        return sorted(folder.glob("*.toml")) if folder.is_dir() else []
    except OSError as e:
        problems.append(DataError(f"cannot look into {folder}", e.strerror or "", "").sentence)
        return []
