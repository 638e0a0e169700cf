"""Device files on disk: the user's own first, then the ones that come with isotimer."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
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
    return parse_profile(_text(path), path.name)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(f"device file {path}", "it is too large to be one", "check the path")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        why = e.strerror if isinstance(e, OSError) and e.strerror else "it is not UTF-8 text"
        raise DataError(
            f"cannot read device file {path}", why, "check the path and the file's permissions"
        ) from None


def catalog(folders: Iterable[Path]) -> tuple[CatalogEntry, ...]:
    """Return every device file in the folders; of two with the same id the first wins."""
    entries: dict[str, CatalogEntry] = {}
    for path in _paths(folders):
        try:
            profile = load_profile(path)
        except IsotimerError as e:
            entries.setdefault(str(path), CatalogEntry(path, None, e.sentence))
        else:
            entries.setdefault(profile.id, CatalogEntry(path, profile))
    return tuple(entries.values())


def _paths(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.glob("*.toml")) if folder.is_dir() else ()


def _names(path: Path, name: str) -> bool:
    """Return whether a file is called ``name`` or has the word in it: far cheaper than reading it as TOML."""
    try:
        return path.stem == name or name in _text(path)
    except IsotimerError:
        return False


def find_profile(name: str, folders: Sequence[Path]) -> Profile:
    """Return the profile with this id, or the one in the file of this path.

    Raises:
        WrongUseError: If there is none; the message names the nearest.
        DataError: If the file is not valid.
    """
    if name.endswith(".toml"):
        return load_profile(Path(name))
    for path in (p for p in _paths(folders) if _names(p, name)):
        try:
            profile = load_profile(path)
        except IsotimerError:
            if path.stem == name:
                raise
        else:
            if profile.id == name:
                return profile
    known = {e.profile.id: e.profile for e in catalog(folders) if e.profile is not None}
    if name in known:
        # its file spells the id with an escape
        return known[name]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    advice = f"did you mean {near[0]}?" if near else "list them with 'isotimer devices'"
    raise WrongUseError(f"there is no device file '{name}'", "", advice)
