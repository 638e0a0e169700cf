"""Files that appear whole or not at all, with names that stay in their folder."""

import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from isotimer.core.errors import DataError

_LONGEST_PART = 60


def safe_part(text: str, instead: str = "unknown") -> str:
    """Return text as a part of a file name: lower-case letters, digits, single hyphens."""
    out = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST_PART].strip("-")
    return out or instead


def open_folder(folder: Path) -> Path:
    """Return a folder to write into, made (private) if it is not there.

    Raises:
        DataError: If it cannot be made or is something else.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise DataError(f"cannot write into {folder}", "it is a file", "name a folder") from None
    except OSError as e:
        raise DataError(f"cannot make the folder {folder}", _reason(e), "choose another folder") from e
    return folder


def open_inner_folder(folder: Path, name: str) -> Path:
    """Return a folder within ``folder``, made if it is not there.

    Raises:
        DataError: If it is a link, which could lead elsewhere, or cannot be made.
    """
    inner = folder / name
    if inner.is_symlink():
        raise DataError(f"cannot write into {inner}", "it is a link to another place", "remove the link")
    return open_folder(inner)


def write_whole(path: Path, parts: Iterable[str]) -> Path:
    """Write a text file in UTF-8 under a temporary name, then give it its own.

    Args:
        path: The file; one of this name is replaced, a link is replaced and not followed.
        parts: Its text.

    Raises:
        DataError: If it cannot be written; a file of this name is then as it was.
    """

    def fill(file: BinaryIO) -> None:
        with io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="") as text:
            text.writelines(parts)

    return write_filled(path, fill)


def write_filled(path: Path, fill: Callable[[BinaryIO], None]) -> Path:
    """Let a file be filled under a temporary name, readable by its owner alone, then give it its own.

    Args:
        path: The file; one of this name is replaced, a link is replaced and not followed.
        fill: Writes its bytes; it may close it.

    Raises:
        DataError: If it cannot be written; a file of this name is then as it was.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            fill(file)
        Path(temporary).replace(path)
    except OSError as e:
        raise DataError(f"cannot write {path}", _reason(e), "free some space or choose another folder") from e
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return path


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
