"""Device files on disk: the user's own first, then the ones that come with isotimer."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.profile import Profile, parse_profile

MAX_FILE_BYTES = 200_000
"""A device file larger than this is not read."""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One device file: its profile, or why it cannot be used."""

    path: Path
    profile: Profile | None
    problem: str = ""


def load_profile(path: Path) -> Profile:
    """Return the profile in a file.

    Raises:
        DataError: If it cannot be read or is no valid device file.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(f"device file {path}", "it is too large to be one", "check the path")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        why = e.strerror if isinstance(e, OSError) and e.strerror else "it is not UTF-8 text"
        raise DataError(
            f"cannot read device file {path}", why, "check the path and the file's permissions"
        ) from None
    return parse_profile(text, path.name)


def catalog(folders: Iterable[Path]) -> tuple[CatalogEntry, ...]:
    """Return every device file in the folders; of two with the same id the first wins."""
    entries: dict[str, CatalogEntry] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            try:
                profile = load_profile(path)
            except IsotimerError as e:
                entries.setdefault(str(path), CatalogEntry(path, None, e.sentence))
            else:
                entries.setdefault(profile.id, CatalogEntry(path, profile))
    return tuple(entries.values())


def find_profile(name: str, folders: Sequence[Path]) -> Profile:
    """Return the profile with this id, or the one in the file of this path.

    Raises:
        WrongUseError: If there is none; the message names the nearest.
        DataError: If the file is not valid.
    """
    if name.endswith(".toml"):
        return load_profile(Path(name))
    entries = catalog(folders)
    for entry in entries:
        if entry.profile is not None and entry.profile.id == name:
            return entry.profile
        if entry.profile is None and entry.path.stem == name:
            return load_profile(entry.path)
    known = [e.profile.id for e in entries if e.profile is not None]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    advice = f"did you mean {near[0]}?" if near else "list them with 'isotimer devices'"
    raise WrongUseError(f"there is no device file '{name}'", "", advice)
